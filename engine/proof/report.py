"""What a check finds: a row for each input, and whether that is agreement."""

from dataclasses import dataclass
from math import isfinite

from engine.names import align_columns
from engine.proof.differences import Numeric
from engine.value import Value

RESOLUTION = 1e-7  # where the error bar is a larger part of the derivative, it is not called right
COARSE = 1e-2  # and where it is larger than this part, not wrong either


class GradientError(AssertionError):
    """A gradient is wrong. The graph is at hand as `output`: `draw(error.output)` shows it."""

    def __init__(self, message: str, output: Value) -> None:
        super().__init__(message)
        self.output = output


class Undecided(Exception):
    """The check is inconclusive at this point: a kink, the edge of a domain, or rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was found for one input, or along one direction."""

    name: str
    reverse: float
    forward: float
    numeric: float
    error: float
    verdict: str  # "agrees", "disagrees", or why the check is inconclusive


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
    """ "agrees", "disagrees", or why the check is inconclusive.

    `rounding` bounds the rounding error of `reverse`; `slack` bounds the part of it that `forward`
    need not share; `size` is the size of what adds up to the derivative.
    """
    error = numeric.error + rounding
    scale = max(size, abs(numeric.value)) if size else numeric.scale
    if not isfinite(forward):  # on a way that backward does not take
        return "inconclusive: forward mode gives a number too large for a float"
    if abs(reverse - forward) > slack:
        return "disagrees"
    if numeric.at_kink:
        return f"inconclusive: a kink, the slope jumps by {numeric.jump:.3g}"
    if not (error < COARSE * scale or error == 0.0):
        return "inconclusive: no step size works"
    if abs(reverse - numeric.value) > error:
        return "disagrees"
    if error > RESOLUTION * scale:
        return "inconclusive: rounding hides the derivative"
    return "agrees"
