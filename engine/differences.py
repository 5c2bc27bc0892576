"""The derivative of a function of floats by finite differences, with a bound on its own error."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

EPSILON = 2.0**-52  # one unit in the last place of 1
LEVELS = 60  # step sizes, each half of the one before
COLUMNS = 6  # times that differences are extrapolated


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric derivative: its value, and how far that may be off; infinite where nothing serves.

    `jump` is the slope to the right minus the slope to the left: 0 but at a kink.
    """

    value: float
    error: float
    jump: float
    jump_error: float

    @property
    def at_kink(self) -> bool:
        return abs(self.jump) > self.jump_error


def numeric_derivative(
    function: Callable[[float], float], x: float, *, noise: float | None = None
) -> Numeric:
    """f'(x) by central differences (f(x + h) - f(x - h)) / 2h, extrapolated to h = 0.

    The steps h halve from a quarter of max(|x|, 1). The error of each extrapolation is the change
    over its last column, taken tenfold, plus the rounding error of the differences, 4 noise / h;
    the step whose error is the smallest part of the derivative is taken. `noise` bounds the
    rounding error of one value of f: without it, four units in the last place of f(x). Where f
    raises ValueError or OverflowError, the step is too large; at x itself the error is passed on.

    Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4
    (1982); Press and others, Numerical Recipes (2007), section 5.7.

    >>> slope = numeric_derivative(math.exp, 0.0)
    >>> abs(slope.value - 1.0) < slope.error < 1e-10
    True
    """
    center = function(x)
    noise = EPSILON * abs(center) + (4.0 * EPSILON * abs(center) if noise is None else noise)
    slopes, jumps = Tableau(first_power=2), Tableau(first_power=1)
    best, best_part = Numeric(0.0, math.inf, 0.0, math.inf), math.inf
    for step in steps(x):
        above, below = x + step, x - step
        h = (above - below) / 2.0  # between the points as they are rounded
        if h == 0.0:
            break
        try:
            right, left = function(above), function(below)
        except (ValueError, OverflowError):
            slopes.rows.clear()
            jumps.rows.clear()
            continue
        slope, slope_change = slopes.extrapolated((right - left) / (2.0 * h))
        jump, jump_change = jumps.extrapolated((right - center) / h - (center - left) / h)
        rounding = 4.0 * noise / h
        error = 10.0 * slope_change + rounding
        part = error / (abs(slope) + rounding) if error else 0.0
        if part < best_part:
            best = Numeric(slope, error, jump, 10.0 * jump_change + 4.0 * rounding)
            best_part = part
        if rounding > best_part * (abs(slope) + rounding):  # smaller steps only round worse
            break
    return best


def steps(x: float) -> Iterator[float]:
    """Step sizes for differences around x, the large ones first; a tiny x has tiny ones too."""
    for level in range(LEVELS):
        yield math.ldexp(0.25 * max(abs(x), 1.0), -level)
    if 0.0 < abs(x) < 1e-9:
        for level in range(LEVELS):
            yield math.ldexp(0.25 * abs(x), -level)


@dataclass(frozen=True, slots=True)
class Tableau:
    """Richardson extrapolation to h = 0 of numbers that come as h is halved.

    Their error is a series in h to the powers first_power, first_power + 2, …
    """

    first_power: int
    rows: list[list[float]] = field(default_factory=list)

    def extrapolated(self, number: float) -> tuple[float, float]:
        """The best extrapolation with this number, and how much it changed in the last column."""
        row, best = [number], (number, math.inf)
        if self.rows:
            for column, before in enumerate(self.rows[-1][: COLUMNS - 1]):
                gain = 2.0 ** (self.first_power + 2 * column) - 1.0
                row.append(row[-1] + (row[-1] - before) / gain)
                change = max(abs(row[-1] - row[-2]), abs(row[-1] - before))
                if change < best[1]:
                    best = row[-1], change
        self.rows[:] = [row]
        return best
