"""What a check finds: a row for each input, and whether that is agreement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite

from engine.messages import first_ten
from engine.names import align_columns, html_table
from engine.proof.differences import Numeric
from engine.value import Value

RESOLUTION = 1e-7  # where the error bar is a larger part of the derivative, it is not called right
COARSE = 1e-2  # and where it is larger than this part, not wrong either
A_KINK = "inconclusive: a kink"
HIDDEN = "inconclusive: rounding hides the derivative"


class GradientError(AssertionError):
    """A gradient is wrong.

    The graph of Values, where there is one, is at hand as `output`: `draw(error.output)` shows it.
    """

    def __init__(self, message: str, output: Value | None = None) -> None:
        super().__init__(message)
        self.output = output


class Undecided(Exception):
    """The check is inconclusive at this point: a kink, the edge of a domain, or rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was found for one input, or along one direction."""

    name: str
    reverse: float  # the gradient that is to be proved
    forward: float | None  # None where there is no graph for it
    numeric: float
    error: float
    verdict: str  # "agrees", "disagrees", or why the check is inconclusive


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; it prints as a table, and shows itself as one in a notebook."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    output: Value | None = field(default=None, compare=False, repr=False)  # its graph is drawn

    @property
    def table(self) -> list[tuple[str, ...]]:
        """The heads of the columns, and the cells of each row."""
        has_forward = any(row.forward is not None for row in self.rows)
        reverse = "reverse mode" if has_forward else "gradient"
        forward = ("forward mode",) if has_forward else ()
        lines: list[tuple[str, ...]] = [("input", reverse, "numeric", "± error", *forward, "")]
        for row in self.rows:
            numbers = (f"{row.reverse:.12g}", f"{row.numeric:.12g}", f"{row.error:.1e}")
            forward = () if row.forward is None else (f"{row.forward:.12g}",)
            lines.append((row.name, *numbers, *forward, row.verdict))
        return lines

    def __str__(self) -> str:
        return "\n".join([align_columns(self.table), *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same with the picture of the graph, which Jupyter asks for."""
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        shown = html_table(self.table) + notes
        if self.output is None:
            return shown
        from engine.drawing.picture import svg  # loaded only when a picture is asked for

        return shown + svg(self.output)


def undecided(report: Report, why: str = "") -> Undecided:
    """The error for a report in which nothing disagrees, and not all agrees."""
    way = "take another one; in a test of random ones, use engine.proof.strategies.skip_undecided"
    return Undecided(f"the check is inconclusive at this point: {way}\n{report}{why}")


def refuse_unused(names: Sequence[str]) -> None:
    """Raises ValueError where there are inputs that the output ignores."""
    if names:
        raise ValueError(
            f"the output does not depend on {', '.join(first_ten(names))}: "
            "if that is intended, or is so at a random point with zeros, pass allow_unused=True"
        )


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
        return f"{A_KINK}, the slope jumps by {numeric.jump:.3g}"
    if not (error < COARSE * scale or error == 0.0):
        return "inconclusive: no step size works"
    if abs(reverse - numeric.value) > error:
        return "disagrees"
    if error > RESOLUTION * scale:
        return HIDDEN
    return "agrees"
