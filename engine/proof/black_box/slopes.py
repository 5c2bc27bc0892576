"""A slope that is claimed, against the one that differences find."""

import warnings
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import hypot, inf, isfinite, sqrt, ulp

from engine.proof.black_box.function import BlackBox
from engine.proof.black_box.jumps import hidden_slope, is_smooth
from engine.proof.black_box.line import LEVELS, Line, Reading, best, smoothed, step
from engine.proof.black_box.noise import estimate_noise, precision, unit
from engine.proof.black_box.words import why_undecided
from engine.proof.report import COARSE, Row

Direction = Mapping[int, float]  # the entries that it moves, and how far

ROUGH = "inconclusive: the function jumps, and its slope between the jumps is another"
UNSTEADY = "inconclusive: beside the point the gradient is quite another"
FINE_STEPS = 1e-6, 1e-9  # apart, for the rounding of a gradient, which a wave is not
JUMPY = 0.3  # of a slope: so much may be laid to jumps beside the point
FLAT = 100.0  # units in the last place, over the widest steps
TENFOLD = 10.0  # a deviation of a few numbers, for a bound


@dataclass(frozen=True)
class Claim:
    """A black box, and what is claimed to be its slope along any direction at any point."""

    box: BlackBox
    center: float  # its number at the point
    slope_at: Callable[[Sequence[float], Direction], float]
    gradient: Sequence[float]  # at the point; [] where only slopes are claimed

    def slope(self, direction: Direction) -> float:
        """What is claimed along a direction."""
        if self.gradient:
            return sum([self.gradient[k] * d for k, d in direction.items()], 0.0)
        return self.slope_at(self.box.tree.numbers, direction)

    def moved(self, direction: Direction, t: float) -> "array[float]":
        """The point, moved along a direction."""
        numbers = self.box.tree.numbers
        if len(direction) == len(numbers):  # which are in order
            return array("d", [x + t * d for x, d in zip(numbers, direction.values())])
        numbers = numbers[:]
        for k, d in direction.items():
            numbers[k] += t * d
        return numbers

    def line(self, direction: Direction) -> Line:
        """The function along a direction."""
        finest = 2.0 ** (10 - self.box.tree.bits)
        levels = sum(step(level) > finest for level in range(LEVELS))
        point = self.box.tree.numbers
        grains = [ulp(point[k]) / d for k, d in direction.items()]
        grain = 2.0 ** (53 - self.box.tree.bits) * hypot(*grains) / sqrt(len(grains))
        moved = partial(self.moved, direction)
        return Line(lambda t: self.box.near(moved(t)), self.center, grain, max(levels, 3))

    @cached_property
    def bits(self) -> int:
        """Those of the floats that the gradient was computed in."""
        return precision(self.gradient) if self.gradient else 53

    def rounding(self, direction: Direction, line: Line) -> float:
        """A bound on the rounding of the claimed slope, as far as the numbers tell.

        A gradient of fewer digits than the function has is granted no more than the function.
        """
        if not self.gradient:
            return 0.0
        size = sum([abs(self.gradient[k] * d) for k, d in direction.items()])
        ulp = 2.0 ** (1 - max(self.bits, line.bits))
        return float((8.0 + len(direction) ** 0.5) * ulp * size)

    def deviation(self, direction: Direction, line: Line) -> float:
        """How far the claimed slope itself is from smooth, times ten; 0 where that is not told, as
        beside the edge of a domain."""
        if self.bits < line.bits:
            return 0.0
        widths = FINE_STEPS if self.bits == 53 else FINE_STEPS[:1]
        try:
            coarse, *finer = [self.slopes_beside(direction, width) for width in widths]
        except (ArithmeticError, ValueError):
            return 0.0
        moving = [slopes for slopes in finer if len(set(slopes)) > 1]  # else it tells nothing
        found = TENFOLD * min(map(estimate_noise, [coarse, *moving]))
        return found if isfinite(found) else 0.0

    def slopes_beside(self, direction: Direction, width: float) -> list[float]:
        """What is claimed at seven points that are so far apart, whatever warns there."""
        points = [self.moved(direction, k * width) for k in range(-3, 4)]
        with warnings.catch_warnings(action="ignore"):
            return [self.slope_at(point, direction) for point in points]

    def is_off(self, direction: Direction) -> bool:
        """Whether the claim is wrong along a direction, as a quick look shows it."""
        claimed, line = self.slope(direction), self.line(direction)
        found = best(line.look_quickly())
        if found is None:
            return self.row("", direction).verdict == "disagrees"
        return not abs(claimed - found.slope) <= found.error + self.rounding(direction, line)

    def row(self, name: str, direction: Direction, *, size: float = 0.0, scale: float = 1.0) -> Row:
        """What is found along a direction, over the scale; `size` is what others are like."""
        claimed, line = self.slope(direction), self.line(direction)
        rounding = self.rounding(direction, line)
        found, said = best(line.look_quickly()), "agrees"
        is_seen = found is not None and is_fine(claimed, found, size)
        if found is None or not is_seen or not is_within(claimed, rounding, found):
            deviation = self.deviation(direction, line)
            found, said = decide(claimed, rounding + deviation, line, size)
            is_granted = found is not None and not is_within(claimed, rounding, found)
            if said == "agrees" and is_granted and deviation > COARSE * max(abs(claimed), size):
                said = UNSTEADY
            rounding += deviation
            if not said:
                said = f"inconclusive: {why_undecided(line, scale)}"
        slope, error = (0.0, inf) if found is None else (found.slope, found.error + rounding)
        return Row(name, claimed / scale, None, slope / scale, error / scale, said)


def is_within(claimed: float, rounding: float, found: Reading) -> bool:
    """Whether the claim is within the error bar."""
    return abs(claimed - found.slope) <= found.error + rounding


def is_fine(claimed: float, found: Reading, size: float) -> bool:
    """Whether the error bar is a small part of the slope, or of the size of others."""
    return found.error <= COARSE * max(abs(found.slope), abs(claimed), size)


def is_rough(found: Reading) -> bool:
    """Whether the slope is known roughly, whatever jumps there are."""
    return found.error <= JUMPY * abs(found.slope)


def is_flat(claimed: float, found: Reading, line: Line) -> bool:
    """Whether the function is one number up to its rounding, and that is what is claimed."""
    is_none = max(abs(claimed) / COARSE, abs(found.slope)) <= found.error
    return is_none and found.error <= FLAT * unit(line.center, line.bits)


def decide(claimed: float, rounding: float, line: Line, size: float) -> tuple[Reading | None, str]:
    """What a closer look finds, and what is to be said of it; "" where it can't be decided.

    Where the function jumps a little, steps that are wide enough leap over the jumps: if these give
    a slope, that is the function's, and the one between the jumps is another.
    """
    readings = line.look_closely()
    smooth = smoothed(readings)
    found, wide = best(readings), best(smooth)
    if wide is not None and wide is found and is_smooth(line):
        found, wide = best(readings[len(smooth) :]), None  # a wave, whose periods wide steps leap
    if found is None:
        return None, ""
    if wide is not None and wide.error <= COARSE * abs(wide.slope):
        if is_within(claimed, rounding, wide):
            return wide, "agrees"
        if is_within(claimed, rounding, found):
            return found, ROUGH
        return contradict(claimed, rounding, wide, line, readings)
    size = max([size, *[reading.steepness - reading.error for reading in readings]])
    if not (is_fine(claimed, found, size) or is_flat(claimed, found, line)):
        return found, ""
    if is_within(claimed, rounding, found):
        return found, "agrees"
    if wide is not None and not is_smooth(line):
        return found, ROUGH
    return contradict(claimed, rounding, found, line, readings)


def contradict(
    claimed: float, rounding: float, found: Reading, line: Line, readings: Sequence[Reading]
) -> tuple[Reading, str]:
    """What is to be said where the claim differs: jumps beside the point may be why.

    It agrees where the jumps hide a small part of the slope; where they may hide more, as those of
    a loop with a coarse tolerance do, nothing can be told. A claim that is far off must be near the
    slope over many jumps for that.
    """
    off, size = abs(claimed - found.slope), abs(found.slope)
    is_near = any(is_rough(each) and is_within(claimed, rounding, each) for each in readings)
    if not (off <= JUMPY * size or is_near):
        return found, "disagrees"
    hidden = hidden_slope(line)
    if off > found.error + rounding + hidden:
        return found, "disagrees"
    if hidden > COARSE * size:
        return found, ROUGH
    return replace(found, error=found.error + hidden), "agrees"
