"""Styles by name."""

import pytest

from engine import RULES, Value, formula
from engine.formula.partials import partial_formulas
from engine.formula.styles import STYLES
from engine.symbols import Symbol


@pytest.mark.parametrize("style", ["html", "", "Text"])
def test_another_style_is_an_error_that_names_those_there_are(style: str) -> None:
    allowed = ", ".join(STYLES)
    with pytest.raises(ValueError, match=f"style is {style!r}; it must be one of {allowed}"):
        formula(Value(1.0), style)
    with pytest.raises(ValueError, match="must be one of"):
        partial_formulas(RULES["tanh"], [Symbol("x")], "y", style)
