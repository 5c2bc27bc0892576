"""How far the numbers of a black box are off, estimated from their differences."""

from collections.abc import Sequence
from itertools import pairwise
from math import factorial, frexp, hypot, sqrt

PRECISIONS = (8, 11, 24)  # bits of bfloat16, float16 and float32; a float has 53


def estimate_noise(values: Sequence[float]) -> float:
    """The standard deviation of the rounding in values at equal steps.

    Differences of order k of a smooth function fade like hᵏ, and those of independent errors of
    deviation σ have the mean square σ² (2k)!/(k!)². The larger estimate of the last two orders is
    taken: where the function is not that smooth, the answer is too large, never too small.

    Moré and Wild, Estimating computational noise, SIAM Journal on Scientific Computing 33 (2011).

    >>> estimate_noise([k * k for k in range(7)])
    0.0
    >>> 0.2e-9 < estimate_noise([k * k + 1e-9 * (-1) ** (k * k // 3) for k in range(7)]) < 5e-9
    True
    """
    row, found = list(values), []
    for order in range(1, len(values)):
        row = [after - before for before, after in pairwise(row)]
        if len(row) <= 2:  # the last two orders
            expected = sqrt(len(row) * factorial(2 * order)) / factorial(order)  # for σ = 1
            found.append(hypot(*row) / expected)
    return max(found)


def precision(numbers: Sequence[float]) -> int:
    """The bits of the floats that the numbers were computed in, as far as they tell.

    >>> precision([0.1, 0.5]), precision([0.10000000149011612, 3.0])  # the latter is float32
    (53, 24)
    """
    for bits in PRECISIONS:
        if all((frexp(x)[0] * 2.0**bits).is_integer() for x in numbers):
            return bits
    return 53


def unit(number: float, bits: int) -> float:
    """One unit in the last place of the number in floats of so many bits.

    >>> unit(1.0, 53) == 2.0**-52, unit(0.0, 53)
    (True, 0.0)
    """
    mantissa, exponent = frexp(number)
    return 2.0 ** max(exponent - bits, -1074) if mantissa else 0.0
