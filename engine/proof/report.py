"""What a check finds: a row for each input, and whether that is agreement."""

from dataclasses import dataclass
from math import isfinite

from engine.names import align_columns
from engine.proof.differences import Numeric
from engine.value import Value

RESOLUTION = 1e-7  # an error bar that is a larger part of the derivative can't call it right
COARSE = 1e-2  # nor one larger than this call it wrong


class GradientError(AssertionError):
    """A gradient is wrong. The graph is at hand as `output`: `draw(error.output)` shows it."""

    def __init__(self, message: str, output: Value) -> None:
        super().__init__(message)
        self.output = output


class Undecided(Exception):
    """Right and wrong can't be told apart at this point: a kink, a domain's edge, rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was found for one input, or along one direction."""

    name: str
    reverse: float
    forward: float
    numeric: float
    error: float
    verdict: str  # "agrees", "disagrees", or why it can't be decided


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; it prints as a table."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        head = ("input", "reverse mode", "numeric", "± error", "forward mode", "")
        lines = [head]
        for row in self.rows:
            numbers = (f"{row.reverse:.12g}", f"{row.numeric:.12g}", f"{row.error:.1e}")
            lines.append((row.name, *numbers, f"{row.forward:.12g}", row.verdict))
        return align_columns(lines)


def verdict(
    reverse: float,
    forward: float,
    numeric: Numeric,
    *,
    rounding: float,
    slack: float,
    size: float,
) -> str:
    """ "agrees", "disagrees", or why this can't be said.

    `rounding` bounds the rounding error of `reverse`, and `slack` that part of it which it need not
    share with `forward`; `size` is that of what adds up to the derivative.
    """
    error = numeric.error + rounding
    scale = max(size, abs(numeric.value)) if size else numeric.scale
    if not isfinite(forward):  # on a way that backward does not take
        return "undecided: forward mode gives a number too large for a float"
    if abs(reverse - forward) > slack:
        return "disagrees"
    if numeric.at_kink:
        return f"undecided: a kink, the slope jumps by {numeric.jump:.3g}"
    if not (error < COARSE * scale or error == 0.0):
        return "undecided: no step size serves"
    if abs(reverse - numeric.value) > error:
        return "disagrees"
    if error > RESOLUTION * scale:
        return "undecided: rounding hides the derivative"
    return "agrees"
