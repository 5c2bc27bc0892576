"""A glance at a few values of a function: whether they show the derivatives that are claimed."""

import itertools
from collections.abc import Callable, Sequence
from operator import mul

from engine.proof.differences import EPSILON
from engine.rule import INF

STEP, CLOSE = 2e-5, 1e-6  # of two values, and how near their difference comes to the derivative
FINE_STEP, FINELY = 2e-2, 3e-11  # the same of six values
SIXTH_ORDER = (0.75, -0.15, 1.0 / 60.0)  # the weights of their differences
NOISE = 8.0 * EPSILON  # by which two values of a function may be off
LOST = 1e-307  # what is smaller has few digits, or is 0
WEIGHTS = (1.0, -0.731, 0.527, -1.213, 0.877)  # of the inputs that are moved together

Function = Callable[..., float]


def glance(
    function: Callable[[float], float], x: float, slope: float, distance: float = INF
) -> bool | None:
    """Whether two values of the function show this derivative; None where rounding hides it.

    The step is a part of x, or of its distance from an edge; then, of 1.

    >>> import math
    >>> glance(math.exp, 1.0, math.e), glance(math.exp, 1.0, 2.718), glance(math.tanh, 30.0, 1e-26)
    (True, False, None)
    """
    contradicted, hidden, constant = False, False, slope == 0.0
    for size in (min(abs(x), distance), 1.0) if x else (1.0,):
        above, below = x + STEP * size, x - STEP * size
        moved = above - below
        try:
            right, left = function(above), function(below)
        except (ValueError, ArithmeticError):
            continue
        expected = slope * moved
        noise = NOISE * max(abs(right), abs(left)) + LOST + LOST * moved
        seen = CLOSE * abs(expected)
        if abs(right - left - expected) > noise + seen:
            if constant and size == 1.0 and function(x) in (right, left):
                return True  # beside a kink
            contradicted = True
        elif noise <= seen:
            return True
        elif moved:
            hidden = True
        constant = constant and right == left
    return False if contradicted or not hidden else constant or None


def glance_at_input(
    function: Function, point: Sequence[float], k: int, slope: float, distance: float = INF
) -> bool | None:
    """The same for one input of several."""
    before, after = point[:k], point[k + 1 :]
    return glance(lambda x: function(*before, x, *after), point[k], slope, distance)


def glance_together(
    function: Function, point: Sequence[float], slopes: Sequence[float], free: Sequence[int]
) -> bool | None:
    """The same for several inputs, moved at once: in proportion to their size, or alike."""
    contradicted = False
    for in_proportion in (True, False):
        direction = [0.0] * len(point)
        for k, weight in zip(free, itertools.cycle(WEIGHTS)):
            direction[k] = weight * point[k] if in_proportion else weight

        def moved(t: float, direction: Sequence[float] = direction) -> float:
            return function(*[x + t * d for x, d in zip(point, direction)])

        found = glance(moved, 0.0, sum(map(mul, slopes, direction)))
        if found:
            return True
        contradicted = contradicted or found is False
    return False if contradicted else None


def look_closely(
    function: Function, point: Sequence[float], slopes: Sequence[float], k: int
) -> bool:
    """Whether six values show the derivative by one input, to a few parts in 10¹¹.

    >>> import math
    >>> [look_closely(math.exp, [1.0], [slope], 0) for slope in (math.e, math.e + 1e-9)]
    [True, False]
    """
    before, x, after = point[:k], point[k], point[k + 1 :]
    flat = True
    for h in (FINE_STEP * abs(x), FINE_STEP, 0.1 * FINE_STEP * min(abs(x), 1.0)):
        try:
            values = [function(*before, x + j * h, *after) for j in (1, 2, 3, -1, -2, -3)]
        except (ValueError, ArithmeticError):
            flat = False
            continue
        rises = [right - left for right, left in zip(values[:3], values[3:])]
        change = sum(weight * rise for weight, rise in zip(SIXTH_ORDER, rises))
        expected = slopes[k] * h
        noise, seen = NOISE * max(map(abs, values)) + LOST, FINELY * abs(expected)
        if abs(change - expected) <= noise + seen and noise <= seen:
            return True
        flat = flat and expected == 0.0 and len(set(values)) == 1
    return flat
