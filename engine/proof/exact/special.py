"""The error function, gamma and its logarithmic derivatives.

Numbers of formulas are those of Abramowitz and Stegun, Handbook of Mathematical Functions (1964),
chapters 6 and 7.
"""

import decimal
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import accumulate, count
from math import comb, factorial, prod

from engine.proof.exact.elementary import HALF, cot_pi, sin_pi
from engine.proof.exact.number import digits, more
from engine.proof.exact.series import here, pi, sum_series
from engine.special import cotangent_polynomial


def erf(x: Decimal) -> Decimal:
    """2/√π exp(-x²) (x + 2x³/3 + 4x⁵/15 + …), of which no term is negative: 7.1.6."""
    if abs(x) > 4:
        return (1 - erfc(abs(x))).copy_sign(x)
    terms = accumulate(count(3, 2), lambda term, n: 2 * term * x * x / n, initial=x)
    return 2 / here(pi).sqrt() * (-x * x).exp() * sum_series(terms)


def erfc(x: Decimal) -> Decimal:
    """From 4 on by the continued fraction, as far as digits need it: 7.1.14."""
    if x < 4:
        with more(10):
            return 1 - erf(x)
    if x > 10**6:
        return Decimal(0)
    steps = int(3 * decimal.getcontext().prec ** 2 / (4 * x * x)) + 20
    tail = x
    for k in range(steps, 0, -1):
        tail = x + Decimal(k) / 2 / tail
    return (-x * x).exp() / here(pi).sqrt() / tail


@cache
def bernoulli(n: int) -> Fraction:
    if n == 0:
        return Fraction(1)
    return -sum((comb(n + 1, k) * bernoulli(k) for k in range(n)), Fraction(0)) / (n + 1)


@cache
def rounded_bernoulli(n: int, precision: int) -> Decimal:
    with digits(precision):
        return Decimal(bernoulli(n).numerator) / bernoulli(n).denominator


def even_bernoulli() -> Iterator[tuple[int, Decimal]]:
    """2 and B₂, 4 and B₄, …"""
    precision = decimal.getcontext().prec
    return ((k, rounded_bernoulli(k, precision)) for k in count(2, 2))


def far_enough(x: Decimal, least: int) -> list[Decimal]:
    """x, x + 1, x + 2, … up to the first from which asymptotic series have all digits."""
    steps = [x]
    while steps[-1] < decimal.getcontext().prec + least:
        steps.append(steps[-1] + 1)
    return steps


def lgamma(x: Decimal) -> Decimal:
    """Stirling's series, 6.1.40."""
    if x < HALF:
        return (here(pi) / abs(sin_pi(x))).ln() - lgamma(1 - x)
    *before, z = far_enough(x, 0)
    terms = (b / (k * (k - 1) * z ** (k - 1)) for k, b in even_bernoulli())
    main = (z - HALF) * z.ln() - z + here(half_log_of_two_pi)
    return main + sum_series(terms) - prod(before, start=Decimal(1)).ln()


@cache
def half_log_of_two_pi(precision: int) -> Decimal:
    with digits(precision):
        return (2 * pi(precision)).ln() / 2


def gamma(x: Decimal) -> Decimal:
    if x < HALF:
        return here(pi) / (sin_pi(x) * gamma(1 - x))
    return lgamma(x).exp()


def polygamma(n: Decimal, x: Decimal) -> Decimal:
    """6.4.6, 6.4.7, 6.4.11, and 6.3.18 for n = 0."""
    order, sign = int(n), Decimal(1 if n % 2 else -1)
    if x < HALF:
        c = cot_pi(x)
        slope = Decimal(0)
        for a in reversed(cotangent_polynomial(order)):
            slope = slope * c + int(a)
        return -sign * polygamma(n, 1 - x) - here(pi) ** (order + 1) * slope
    *before, z = far_enough(x, order)
    found = sum((sign * factorial(order) / step ** (order + 1) for step in before), Decimal(0))
    if order == 0:
        rest = (b / (k * z**k) for k, b in even_bernoulli())
        return found + z.ln() - 1 / (2 * z) - sum_series(rest)
    first = factorial(order - 1) / z**order + factorial(order) / (2 * z ** (order + 1))
    rest = (
        b * factorial(k + order - 1) / factorial(k) / z ** (k + order) for k, b in even_bernoulli()
    )
    return found + sign * (first + sum_series(rest))
