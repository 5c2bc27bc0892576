"""Sums of series, and the constants that they give."""

import decimal
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from itertools import accumulate, count, repeat
from operator import truediv

from engine.proof.exact.number import digits


def sum_series(terms: Iterator[Decimal]) -> Decimal:
    """The sum of terms up to the first that changes nothing."""
    total = Decimal(0)
    for term in terms:
        before, total = total, total + term
        if total == before:
            break
    return total


@cache
def pi(precision: int) -> Decimal:
    """π to so many digits, by Machin's formula π/4 = 4 arctan(1/5) - arctan(1/239)."""
    with digits(precision + 6):
        return 4 * (4 * arctan_series(Decimal(1) / 5) - arctan_series(Decimal(1) / 239))


@cache
def ln(number: int, precision: int) -> Decimal:
    with digits(precision):
        return Decimal(number).ln()


def arctan_series(x: Decimal) -> Decimal:
    return artanh_series(x, -1)


def artanh_series(x: Decimal, sign: int) -> Decimal:
    """x + s x³/3 + x⁵/5 + s x⁷/7 + … for a sign s."""
    powers = accumulate(repeat(x), lambda power, x: power * x * x * sign)
    return sum_series(map(truediv, powers, count(1, 2)))


def here(constant: Callable[..., Decimal], *of: int) -> Decimal:
    """A constant to the digits that numbers have here."""
    return constant(*of, decimal.getcontext().prec)
