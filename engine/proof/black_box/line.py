"""The slope of a black box along a line: central differences that find out their own error."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf, isfinite, sqrt

from engine.proof.black_box.noise import estimate_noise, precision, unit

WIDEST = 1.0 / sqrt(12.0)  # the widest step; irrational, so as not to keep time with a period
RATIO = 3  # of one step to the next: the third point of one is the first point of the wider one
LEVELS = 20
QUICK = 5  # where a quick look begins: a step of about a thousandth
LEAP = 3  # levels from there to the next step it takes
MARGIN = 4.0  # estimates of deviations from seven numbers are rough
AMPLIFIED = 11.0 / 6.0  # 2 (45 + 9 + 1) / 60: what the formula makes of errors of 1, over h


@dataclass(frozen=True, slots=True)
class Reading:
    """What steps of one size give: f at -3h, -2h, …, 3h, and the slope."""

    level: int
    h: float
    values: tuple[float, ...]
    slope: float
    error: float  # bounds that of the slope
    deviation: float  # of the values from a smooth function

    @property
    def steepness(self) -> float:
        """By how much the values differ, over h."""
        return (max(self.values) - min(self.values)) / (6.0 * self.h)


@dataclass(slots=True)
class Line:
    """A function of a number around 0; each value is asked for once."""

    function: Callable[[float], float | None]  # None where it has no value
    center: float
    grain: float = 0.0  # by how much the rounding of the point may move it along the line
    levels: int = LEVELS
    values: dict[tuple[int, int], float | None] = field(default_factory=dict)

    def value(self, level: int, j: int) -> float | None:
        """f(j h), where h is the step of the level."""
        if j == 0:
            return self.center
        if abs(j) == RATIO:
            level, j = level - 1, j // RATIO
        if (level, j) not in self.values:
            self.values[level, j] = self.function(j * step(level))
        return self.values[level, j]

    @property
    def bits(self) -> int:
        """Those of the floats that the function computes in."""
        seen = {y for y in self.values.values() if y is not None} - {self.center}
        return precision([self.center, *seen]) if seen else 53

    def readings(self, levels: Iterable[int]) -> list[Reading]:
        """From wide steps to narrow ones; only where the function has values."""
        found = []
        for level in sorted(levels):
            values = [self.value(level, j) for j in range(-3, 4)]
            known = [y for y in values if y is not None]
            if len(known) == len(values):
                found.append((level, tuple(known)))
        deviations = [estimate_noise(numbers) for _, numbers in found]
        bits, noise, readings = self.bits, 0.0, []
        for (level, numbers), deviation in zip(found[::-1], deviations[::-1]):
            # what is rough at narrow steps is as rough at wide ones
            noise = max(noise, MARGIN * deviation, unit(max(map(abs, numbers)), bits))
            readings.append(read(level, numbers, deviation, noise, self.grain))
        return readings[::-1]

    def look_quickly(self) -> list[Reading]:
        """At three sizes of steps, 16 values at most: from 1e-3 on towards where it is calm."""
        first = self.readings([QUICK])
        goes_on = QUICK + LEAP
        if first:
            (reading,) = first
            rounding = MARGIN**2 * unit(self.center, self.bits)
            if reading.deviation <= rounding:
                goes_on = QUICK - LEAP
        both = self.readings([QUICK, goes_on])
        if not both:
            return []
        best = min(both, key=lambda reading: reading.error)
        rounding = MARGIN**2 * unit(self.center, self.bits)
        near = 1 if best.deviation > rounding else -1
        return self.readings([QUICK, goes_on, max(best.level + near, 0)])

    def look_closely(self) -> list[Reading]:
        """At twenty sizes of steps."""
        return self.readings(range(self.levels))


def step(level: int) -> float:
    return float(WIDEST / RATIO**level)


def read(
    level: int, values: tuple[float, ...], deviation: float, noise: float, grain: float
) -> Reading:
    """The slope at 0, by the formula of sixth order.

    What it leaves out is bounded by the noise, which differences of fifth order are part of.
    """
    h = step(level)
    one, two, three = (values[3 + j] - values[3 - j] for j in (1, 2, 3))
    slope = (45.0 * one - 9.0 * two + three) / (60.0 * h)
    error = AMPLIFIED * max(noise, grain * abs(slope)) / h
    return Reading(level, h, values, slope, error if isfinite(error) else inf, deviation)


def best(readings: list[Reading]) -> Reading | None:
    """The one of the smallest error; None where none has any."""
    found = min(readings, key=lambda reading: reading.error, default=None)
    return None if found is None or found.error == inf else found


def smoothed(readings: list[Reading]) -> list[Reading]:
    """Those of steps so wide that a function which jumps a little looks smooth; [] where none does.

    Jumps, as those of a loop that stops at a tolerance, deviate as much at all steps that are wide
    enough to meet them, and not at all at narrow ones.
    """
    last = None
    for k, (wide, narrow) in enumerate(zip(readings, readings[2:])):
        level = wide.deviation
        is_flat = narrow.deviation / 4.0 <= level <= 4.0 * narrow.deviation
        beyond = [reading.deviation for reading in readings[k + 3 :]]
        if is_flat and beyond and min(beyond) < level / 30.0:
            last = k + 3
    return readings[:last] if last else []
