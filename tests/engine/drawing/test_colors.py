"""Numbers of a picture can be read on every tint that stands behind them."""

import pytest

from engine.drawing.colors import GRADIENT, GRADIENT_TINTS, NO_TINT, QUIET, VALUE, VALUE_TINT
from tests.engine.explorer.test_colors import contrast

ON_TINTS = [(GRADIENT, tint) for tint in (*GRADIENT_TINTS, NO_TINT)]


@pytest.mark.parametrize(
    "text, tint", [*ON_TINTS, (VALUE, VALUE_TINT), (QUIET, "#ffffff")], ids=str
)
def test_text_has_contrast(text: str, tint: str) -> None:
    """On the deepest orange a gradient had a contrast of 3.4."""
    assert contrast(text, tint) >= 4.5
