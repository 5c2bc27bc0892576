"""The polygamma functions of a float: what the derivatives of gamma need and `math` lacks."""

import math
from itertools import count

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798)


def polygamma(n: float, x: float) -> float:
    """ψₙ(x), the derivative number n + 1 of log |Γ(x)|; n = 0 is digamma, n = 1 trigamma.

    Left of 1/2 by reflection, small x by recurrence, large x by the asymptotic series: Abramowitz
    and Stegun (1964), 6.4.6, 6.4.7 and 6.4.11. Raises ValueError at the poles x = 0, -1, -2, … and
    for an n that is not 0, 1, 2, …

    >>> round(polygamma(0, 1.0), 12)      # minus Euler's constant
    -0.577215664902
    """
    order = int(n)
    if order != n or order < 0:
        raise ValueError(f"polygamma's order is {n}, and must be 0, 1, 2, …")
    if x <= 0.0 and x == math.floor(x):
        raise ValueError(f"polygamma has a pole at {x}")
    if order > 170:
        raise OverflowError(f"polygamma's order is {n}, and 170! is the largest that is a float")
    if x < 0.5:
        return (-1.0) ** order * _right_half(order, 1.0 - x) - _cotangent_derivative(order, x)
    return _right_half(order, x)


def _right_half(n: int, x: float) -> float:
    """ψₙ(x) for x > 0: step up to where the series converges, then sum it."""
    sign = (-1.0) ** (n + 1)
    terms = []
    while x < 12.0 + n:
        terms.append(sign * _factorial_over_power(n, x))
        x += 1.0
    if n == 0:
        terms += [math.log(x), -0.5 / x]
        terms += [-bernoulli / k * x**-k for k, bernoulli in zip(count(2, 2), BERNOULLI)]
    else:
        first = sign * _factorial_over_power(n - 1, x)
        terms += [first, first * n / x / 2.0]
        for k, bernoulli in zip(count(2, 2), BERNOULLI):
            terms.append(first * bernoulli * math.comb(n + k - 1, k) * x**-k)
    return math.fsum(terms)


def _factorial_over_power(n: int, x: float) -> float:
    """n! / xⁿ⁺¹, factor by factor: neither part overflows where the quotient does not."""
    return math.prod((j / x for j in range(1, n + 1)), start=1.0 / x)


def _cotangent_derivative(n: int, x: float) -> float:
    """π dⁿ/dxⁿ cot(πx)."""
    c = 1.0 / math.tan(math.pi * math.remainder(x, 1.0))
    coefficients = enumerate(cotangent_polynomial(n))
    return math.pi ** (n + 1) * math.fsum(a * c**power for power, a in coefficients if a)


def cotangent_polynomial(n: int) -> list[float]:
    """The coefficients of 1, c, c², … in dⁿ/dxⁿ cot(πx) / πⁿ, with c for cot(πx).

    From c' = -π(1 + c²), applied n times to the polynomial c.
    """
    polynomial = [0.0, 1.0]
    for _ in range(n):
        slope = [power * a for power, a in enumerate(polynomial)][1:]
        polynomial = [-(a + b) for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope])]
    return polynomial
