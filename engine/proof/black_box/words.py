"""What a function does where no derivative is found, in words."""

from collections.abc import Sequence
from itertools import pairwise
from math import isclose

from engine.names import digits
from engine.proof.black_box.line import Line, step
from engine.proof.black_box.noise import unit

ALIKE = 0.05  # numbers at three sizes of steps are one if they differ by no larger part
ABOVE_ROUNDING = 200.0  # units in the last place


def why_undecided(line: Line, scale: float) -> str:
    """Why there is no derivative, or why it does not show; slopes are given over the scale."""
    lefts, rights = [[line.value(level, j) for level in range(line.levels)] for j in (-1, 1)]
    for name, values in (("left", lefts), ("right", rights)):
        if all(value is None for value in values):
            return f"the edge of the domain: there is no value to the {name}"
    least = ABOVE_ROUNDING * unit(line.center, max(line.bits, 24))
    for name, values in (("left", lefts), ("right", rights)):
        jump = constant([value - line.center for value in values if value is not None], least)
        if jump is not None:
            return f"a jump: the function is {digits(abs(jump), 3)} away to the {name}"
    slopes = [
        ((line.center - a) / step(k) / scale, (b - line.center) / step(k) / scale)
        for k, (a, b) in enumerate(zip(lefts, rights))
        if a is not None and b is not None and abs(a - line.center) + abs(b - line.center) > least
    ]
    if constant([above - below for below, above in slopes], 0.0):
        below, above = slopes[-1]
        ends = f"from {digits(below, 3)} to {digits(above, 3)}"
        return f"a kink, the slope jumps by {digits(above - below, 3)}, {ends}"
    steep = [max(abs(below), abs(above)) for below, above in slopes[-4:]]
    if len(steep) == 4 and all(1.2 * one < next for one, next in pairwise(steep)):
        return "the slope grows without bound"
    if 2 * len(slopes) < line.levels:
        return "rounding hides the derivative"
    return "no step size works"


def constant(numbers: Sequence[float], least: float) -> float | None:
    """What the last three of the numbers have in common; None where they differ, or are small."""
    last = numbers[-3:]
    is_one = all(isclose(x, last[-1], rel_tol=ALIKE) and abs(x) > least for x in last)
    return last[-1] if len(last) == 3 and is_one else None
