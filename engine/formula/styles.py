"""The styles that a formula can be written in, by name."""

from collections.abc import Callable, Mapping

from engine.formula.latex import Latex
from engine.formula.mathml import MathML
from engine.formula.style import Style
from engine.messages import shown

STYLES: Mapping[str, Callable[[], Style]] = {"text": Style, "latex": Latex, "mathml": MathML}


def find_style(name: str) -> Style:
    """The style of this name. Raises ValueError, with the names there are, for any other."""
    if name not in STYLES:
        raise ValueError(f"style is {shown(name)}; it must be one of {', '.join(STYLES)}")
    return STYLES[name]()
