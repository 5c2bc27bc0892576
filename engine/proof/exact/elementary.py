"""Exponentials, logarithms, trigonometric and hyperbolic functions and their inverses.

Arguments of trigonometric functions are reduced with as many digits of π as they need; the series
are those of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapter 4.
"""

from decimal import Decimal
from itertools import accumulate, count

from engine.proof.exact.number import more
from engine.proof.exact.series import arctan_series, artanh_series, here, pi, sum_series

SMALL = Decimal("1e-4")  # below it a few terms of a series are enough
HALF = Decimal("0.5")


# Exponentials and logarithms


def expm1(x: Decimal) -> Decimal:
    if abs(x) > SMALL:
        return x.exp() - 1
    return sum_series(accumulate(count(2), lambda term, n: term * x / n, initial=x))


def log1p(x: Decimal) -> Decimal:
    """Of a small x by 2 artanh(x / (2 + x))."""
    if abs(x) > SMALL:
        return (1 + x).ln()
    return 2 * artanh_series(x / (2 + x), 1)


def cbrt(x: Decimal) -> Decimal:
    return (abs(x) ** (Decimal(1) / 3)).copy_sign(x) if x else x


# Trigonometric and hyperbolic functions, and their inverses


def quadrant(x: Decimal) -> tuple[int, Decimal]:
    """The number of quarter turns next to x, and what is left."""
    with more(max(0, x.adjusted()) + 3):
        quarter = here(pi) / 2
        turns = (x / quarter).to_integral_value()
        return int(turns % 4), x - turns * quarter


def sin_series(x: Decimal, first: Decimal, n: int) -> Decimal:
    """The series of sin, from x and n = 1, or of cos, from 1 and n = 0."""
    powers = count(n, 2)
    return sum_series(
        accumulate(powers, lambda term, k: -term * x * x / ((k + 1) * (k + 2)), initial=first)
    )


def sin(x: Decimal, shift: int = 0) -> Decimal:
    turns, rest = quadrant(x)
    turns = (turns + shift) % 4
    found = sin_series(rest, Decimal(1), 0) if turns % 2 else sin_series(rest, rest, 1)
    return -found if turns >= 2 else found


def cos(x: Decimal) -> Decimal:
    return sin(x, shift=1)


def sin_pi(x: Decimal) -> Decimal:
    """sin πx, without loss for a large x and next to an integer."""
    turns = x.to_integral_value()
    return sin((x - turns) * here(pi), shift=2 * int(turns % 2))


def cot_pi(x: Decimal) -> Decimal:
    return sin_pi(x + HALF) / sin_pi(x)


def atan(x: Decimal) -> Decimal:
    """The argument is halved, by tan(t/2) = tan t / (1 + √(1 + tan² t))."""
    if abs(x) > 1:
        return (here(pi) / 2).copy_sign(x) - atan(1 / x)
    halvings = 0
    while abs(x) > Decimal("0.05"):
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    return Decimal(2) ** halvings * arctan_series(x)


def atan2(y: Decimal, x: Decimal) -> Decimal:
    if abs(y) > abs(x):
        return (here(pi) / 2).copy_sign(y) - atan(x / y)
    if x == 0:
        return y
    return atan(y / x) + (here(pi).copy_sign(y) if x < 0 else 0)


def asin(x: Decimal) -> Decimal:
    return atan2(x, ((1 - x) * (1 + x)).sqrt())


def acos(x: Decimal) -> Decimal:
    return 2 * atan2((1 - x).sqrt(), (1 + x).sqrt())


def sinh(x: Decimal) -> Decimal:
    return (expm1(x) - expm1(-x)) / 2


def cosh(x: Decimal) -> Decimal:
    return (x.exp() + (-x).exp()) / 2


def tanh(x: Decimal) -> Decimal:
    decay = expm1(-2 * abs(x))
    return (-decay / (2 + decay)).copy_sign(x)


def asinh(x: Decimal) -> Decimal:
    return log1p(abs(x) + x * x / (1 + (1 + x * x).sqrt())).copy_sign(x)


def acosh(x: Decimal) -> Decimal:
    return log1p(x - 1 + ((x - 1) * (x + 1)).sqrt())


def atanh(x: Decimal) -> Decimal:
    return (log1p(2 * abs(x) / (1 - abs(x))) / 2).copy_sign(x)
