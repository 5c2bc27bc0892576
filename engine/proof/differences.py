"""The derivative of a function of floats by finite differences, with a bound on its own error."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

EPSILON = 2.0**-52  # one unit in the last place of 1
SMALLEST = 2.0**-1022  # below it numbers have fewer digits
LEVELS = 75  # step sizes, each smaller by SHRINK
# Ratios that are irrational: where one step keeps time with a period of f, the others do not.
FIRST_STEP, SHRINK = math.sqrt(5.0) - 2.0, math.sqrt(3.0)
CLOSER = (1e-2 / math.sqrt(2.0), 1e-4 / math.sqrt(5.0))  # parts of a step, for a closer look
COLUMNS = 6  # times that differences are extrapolated
FINER_SEARCHES = 6  # at most, each at a hundredth or less of the step before


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric derivative: its value, and how far that may be off; infinite where nothing serves.

    `jump` is the slope to the right minus the slope to the left: 0 but at a kink, where `value` is
    their mean and `error` reaches to both. `step` is the step size that it was found with, and
    `scale` the size of the numbers subtracted, over the step, of that or a wider one.
    """

    value: float
    error: float
    jump: float = 0.0
    jump_error: float = math.inf
    step: float = 0.0
    scale: float = 0.0

    @property
    def at_kink(self) -> bool:
        return abs(self.jump) > self.jump_error


NOTHING = Numeric(0.0, math.inf)  # what is known where no step serves


def numeric_derivative(
    function: Callable[[float], float], x: float, *, noise: float | None = None
) -> Numeric:
    """f'(x) by central differences (f(x + h) - f(x - h)) / 2h, extrapolated to h = 0.

    The steps h shrink by √3 from about a quarter of max(|x|, 1). The error of each extrapolation is
    the change over its last column, taken tenfold, plus the rounding error of the differences,
    4 noise / h; the step is taken whose error is the smallest part of the derivative, together
    with the size of the numbers that f is computed from, for where that is 0. Where differences
    over much smaller steps contradict, f has finer structure, and the search goes on from there.
    A kink at x can't be told from one nearer than rounding lets see, beside which the derivative
    is that of its own side: so the error includes half of the jump.

    `noise` bounds the rounding error of one value of f: without it, four units in the last place
    of f(x). One unit in the last place of x and of the values met is added to it. Where f raises
    ValueError or OverflowError the step is too large; at x itself the error is passed on.

    Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4
    (1982); Press and others, Numerical Recipes (2007), section 5.7.

    >>> slope = numeric_derivative(math.exp, 0.0)
    >>> abs(slope.value - 1.0) < slope.error < 1e-10
    True
    """
    center = function(x)
    bound = 4.0 * EPSILON * abs(center) if noise is None else noise
    return Neighbourhood(lambda t: (function(t), bound), x, center, bound).derivative()


def noisy_derivative(function: Callable[[float], tuple[float, float]], x: float) -> Numeric:
    """The same for a function that gives f(x) and a bound on the rounding error of that number.

    >>> slope = noisy_derivative(lambda t: (t * t, EPSILON * t * t), 3.0)
    >>> abs(slope.value - 6.0) < slope.error < 1e-10
    True
    """
    center, noise = function(x)
    return Neighbourhood(function, x, center, noise).derivative()


@dataclass(frozen=True, slots=True)
class Difference:
    """What one step size gives."""

    h: float
    slope: float
    jump: float
    rounding: float  # bounds the rounding error of the slope
    scale: float  # the size of what was subtracted, over h


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A function around a point."""

    function: Callable[[float], tuple[float, float]]  # its number, and how far that may be off
    x: float
    center: float
    noise: float  # of the center

    def derivative(self) -> Numeric:
        """The derivative, looked for again with finer steps where finer steps contradict."""
        found = self.slope(max(abs(self.x), 1.0))
        if found.error == math.inf and 0.0 < abs(self.x) < 1.0:  # next to an edge at 0
            found = self.slope(abs(self.x))
        for _ in range(FINER_SEARCHES):
            other_slopes, other_jumps = self.contradictions(found)
            if not other_slopes and not other_jumps:
                break
            finer = self.slope(max(other_slopes + other_jumps) * found.step)
            same_jump = abs(finer.jump - found.jump) <= finer.jump_error
            if found.at_kink and not other_slopes and same_jump and not finer.at_kink:
                break  # it is the same kink, seen less well
            found = finer
        return found

    def difference(self, step: float) -> Difference | None:
        """The central difference, and the one-sided ones subtracted; None where f has no value."""
        above, below = self.x + step, self.x - step
        h = (above - below) / 2.0  # between the points as they are rounded
        if h == 0.0:
            return None
        try:
            (right, noise_right), (left, noise_left) = self.function(above), self.function(below)
        except (ValueError, OverflowError):
            return None
        slope = (right - left) / (2.0 * h)
        jump = (right - self.center) / h - (self.center - left) / h
        largest = max(abs(right), abs(left), SMALLEST)
        noise = max(noise_right, noise_left, self.noise)
        rounding = 4.0 * (noise + EPSILON * (largest + abs(self.x * slope))) / h
        return Difference(h, slope, jump, rounding, max(largest, noise / EPSILON) / h)

    def contradictions(self, found: Numeric) -> tuple[list[float], list[float]]:
        """The parts of the step whose differences have another slope, and another jump."""
        coarse = self.difference(found.step)
        slopes: list[float] = []
        jumps: list[float] = []
        for part in CLOSER:
            fine = self.difference(part * found.step)
            if coarse is None or fine is None:
                continue
            truncation = 4.0 * part**2 * abs(coarse.slope - found.value)
            curvature = 4.0 * part * abs(coarse.jump - found.jump)
            if abs(fine.slope - found.value) > found.error + fine.rounding + truncation:
                slopes.append(part)
            if abs(fine.jump - found.jump) > found.jump_error + 4.0 * fine.rounding + curvature:
                jumps.append(part)
        return slopes, jumps

    def slope(self, width: float) -> Numeric:
        """The derivative from steps that begin at about a quarter of the width."""
        slopes, jumps = Tableau(first_power=2), Tableau(first_power=1)
        best, best_part, scale = NOTHING, math.inf, 0.0
        for level in range(LEVELS):
            d = self.difference(FIRST_STEP * width / SHRINK**level)
            if d is None:
                slopes, jumps = Tableau(first_power=2), Tableau(first_power=1)
                continue
            slope, slope_change = slopes.extrapolate(d.slope)
            jump, jump_change = jumps.extrapolate(d.jump)
            error = 10.0 * slope_change + d.rounding
            size = abs(slope) + self.noise / EPSILON / max(abs(self.x), 1.0) or 1.0
            part, scale = error / size, max(scale, d.scale)
            if part < best_part:
                jump_error = 10.0 * jump_change + 4.0 * d.rounding
                best, best_part = Numeric(slope, error, jump, jump_error, d.h, scale), part
            if d.rounding > best_part * size:  # smaller steps only round worse
                break
        return replace(best, error=best.error + abs(best.jump) / 2.0) if best.at_kink else best


class Tableau:
    """Richardson extrapolation to h = 0 of numbers that come as h shrinks by SHRINK.

    Their error is a series in h to the powers first_power, first_power + 2, …
    """

    def __init__(self, *, first_power: int) -> None:
        self.first_power = first_power
        self.row: list[float] = []
        self.change = math.inf

    def extrapolate(self, number: float) -> tuple[float, float]:
        """The best extrapolation with this number, and how much it changed in the last column.

        One that follows upon large changes is not trusted: it may be chance.
        """
        row, best, change = [number], number, math.inf
        for column, before in enumerate(self.row[: COLUMNS - 1]):
            gain = SHRINK ** (self.first_power + 2 * column) - 1.0
            row.append(row[-1] + (row[-1] - before) / gain)
            last = max(abs(row[-1] - row[-2]), abs(row[-1] - before))
            if last < change:
                best, change = row[-1], last
        trusted = max(change, self.change / 10.0)
        self.row, self.change = row, change
        return best, trusted
