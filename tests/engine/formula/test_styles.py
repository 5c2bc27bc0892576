"""Styles by name."""

import pytest

from engine import Value, formula
from engine.formula.styles import STYLES


@pytest.mark.parametrize("style", ["html", "", "Text"])
def test_another_style_is_an_error_that_names_those_there_are(style: str) -> None:
    allowed = ", ".join(STYLES)
    with pytest.raises(ValueError, match=f"style is {style!r}; it must be one of {allowed}"):
        formula(Value(1.0), style)
