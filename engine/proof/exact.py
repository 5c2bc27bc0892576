"""Every function that rules are written with, to fifty digits and more: the standard decimals.

Where floats round the derivative away, differences of these numbers still show it. Arguments of
trigonometric functions are reduced with as many digits of π as they need; the series are those of
Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 4, 6 and 7.
"""

import decimal
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from math import comb, factorial
from types import SimpleNamespace
from typing import Any, SupportsFloat

from engine.rules import RULES, shifted_logsumexp
from engine.special import cotangent_polynomial

DIGITS = 50
LARGEST_EXPONENT = 10**9  # what is larger is refused, before time or memory run out
SMALL = Decimal("1e-4")  # below it a few terms of a series are enough
HALF = Decimal("0.5")


class Exact(Decimal):
    """A decimal that floats can be added to, as in the formula of a rule; they are taken exactly.

    >>> with digits(DIGITS):
    ...     Exact("0.1") + 0.5
    Exact('0.6')
    """

    def __add__(self, other: Any) -> "Exact":
        return Exact(Decimal.__add__(self, Decimal(other)))

    def __sub__(self, other: Any) -> "Exact":
        return Exact(Decimal.__sub__(self, Decimal(other)))

    def __mul__(self, other: Any) -> "Exact":
        return Exact(Decimal.__mul__(self, Decimal(other)))

    def __truediv__(self, other: Any) -> "Exact":
        return Exact(Decimal.__truediv__(self, Decimal(other)))

    def __pow__(self, other: Any, modulo: Any = None) -> "Exact":
        return power(self, other)

    def __radd__(self, other: Any) -> "Exact":
        return Exact(Decimal.__add__(Decimal(other), self))

    def __rsub__(self, other: Any) -> "Exact":
        return Exact(Decimal.__sub__(Decimal(other), self))

    def __rmul__(self, other: Any) -> "Exact":
        return Exact(Decimal.__mul__(Decimal(other), self))

    def __rtruediv__(self, other: Any) -> "Exact":
        return Exact(Decimal.__truediv__(Decimal(other), self))

    def __rpow__(self, other: Any, context: Any = None) -> "Exact":
        return power(other, self)

    def __neg__(self) -> "Exact":
        return Exact(Decimal.__neg__(self))

    def __abs__(self) -> "Exact":
        return Exact(Decimal.__abs__(self))

    def __float__(self) -> float:
        raise TypeError(
            "an exact number was made a float, as math.sin(x) does where m.sin(x) is meant"
        )

    def __repr__(self) -> str:
        return f"Exact('{self}')"


@contextmanager
def digits(count: int) -> Iterator[decimal.Context]:
    """Inside, decimals have so many digits, and what is no number raises ArithmeticError."""
    traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
    limit = LARGEST_EXPONENT
    whole = decimal.Context(prec=count, traps=traps, Emax=limit, Emin=-limit)
    with decimal.localcontext(whole) as context:
        yield context


@contextmanager
def more(count: int) -> Iterator[int]:
    """So many digits more than there are, for what is lost on the way; it gives their number."""
    context = decimal.getcontext()
    context.prec += count
    try:
        yield context.prec
    finally:
        context.prec -= count


Function = Callable[..., Exact]


def rounded(function: Callable[..., Decimal]) -> Function:
    """A function of decimals that is computed with six digits to spare, as one of any numbers."""

    def computed(*xs: float | Decimal) -> Exact:
        with more(6):
            found = function(*map(Decimal, xs))
        return Exact(+found)

    return computed


def sum_series(terms: Iterator[Decimal]) -> Decimal:
    """The sum of terms up to the first that changes nothing."""
    total = Decimal(0)
    for term in terms:
        before, total = total, total + term
        if total == before:
            break
    return total


@cache
def pi(count: int) -> Decimal:
    """π to so many digits, by Machin's formula π/4 = 4 arctan(1/5) - arctan(1/239)."""
    with digits(count + 6):
        return 4 * (4 * arctan_series(Decimal(1) / 5) - arctan_series(Decimal(1) / 239))


@cache
def ln(number: int, count: int) -> Decimal:
    with digits(count):
        return Decimal(number).ln()


def here(constant: Callable[..., Decimal], *of: int) -> Decimal:
    """A constant to the digits that numbers have here."""
    return constant(*of, decimal.getcontext().prec)


# Exponentials and logarithms


def expm1(x: Decimal) -> Decimal:
    if abs(x) > SMALL:
        return x.exp() - 1

    def terms() -> Iterator[Decimal]:
        term, n = x, 1
        while True:
            yield term
            n += 1
            term = term * x / n

    return sum_series(terms())


def log1p(x: Decimal) -> Decimal:
    """Of a small x by 2 artanh(x / (2 + x))."""
    if abs(x) > SMALL:
        return (1 + x).ln()
    return 2 * artanh_series(x / (2 + x), 1)


def arctan_series(x: Decimal) -> Decimal:
    return artanh_series(x, -1)


def artanh_series(x: Decimal, sign: int) -> Decimal:
    """x + s x³/3 + x⁵/5 + s x⁷/7 + … for a sign s."""

    def terms() -> Iterator[Decimal]:
        term, n = x, 1
        while True:
            yield term / n
            term = term * x * x * sign
            n += 2

    return sum_series(terms())


def power(x: Any, n: Any) -> Exact:
    if n == 0:
        return Exact(1)
    base, exponent = Decimal(x), Decimal(n)
    if base <= 0 or exponent == exponent.to_integral_value():
        return Exact(Decimal.__pow__(base, exponent))
    with more(12):  # the exponential may lose as many as its argument has before the point
        found = (exponent * base.ln()).exp()
    return Exact(+found)


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

    def terms() -> Iterator[Decimal]:
        term, k = first, n
        while True:
            yield term
            term = -term * x * x / ((k + 1) * (k + 2))
            k += 2

    return sum_series(terms())


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


# The error function, and gamma with its logarithmic derivatives


def erf(x: Decimal) -> Decimal:
    """2/√π exp(-x²) (x + 2x³/3 + 4x⁵/15 + …), of which no term is negative: 7.1.6."""
    if abs(x) > 4:
        return (1 - erfc(abs(x))).copy_sign(x)

    def terms() -> Iterator[Decimal]:
        term, n = x, 1
        while True:
            yield term
            n += 2
            term = 2 * term * x * x / n

    return 2 / here(pi).sqrt() * (-x * x).exp() * sum_series(terms())


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
def rounded_bernoulli(n: int, count: int) -> Decimal:
    with digits(count):
        return Decimal(bernoulli(n).numerator) / bernoulli(n).denominator


def even_bernoulli() -> Iterator[tuple[int, Decimal]]:
    """2 and B₂, 4 and B₄, …"""
    count = decimal.getcontext().prec
    return ((k, rounded_bernoulli(k, count)) for k in itertools.count(2, 2))


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
    product = Decimal(1)
    for step in before:
        product *= step
    terms = (b / (k * (k - 1) * z ** (k - 1)) for k, b in even_bernoulli())
    main = (z - HALF) * z.ln() - z + here(half_log_of_two_pi)
    return main + sum_series(terms) - product.ln()


@cache
def half_log_of_two_pi(count: int) -> Decimal:
    with digits(count):
        return (2 * pi(count)).ln() / 2


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


# What rules are written with


def remainder(nearest: Callable[[Decimal], Decimal], x: Decimal, y: Decimal) -> Decimal:
    """x minus the multiple of y that the quotient is rounded to; floats have up to 800 digits."""
    with more(max(0, x.adjusted() - y.adjusted()) + 800):
        return x - y * nearest(x / y)


def toward_zero(x: Decimal) -> Decimal:
    return x.to_integral_value(decimal.ROUND_DOWN)


def to_nearest(x: Decimal) -> Decimal:
    return x.to_integral_value(decimal.ROUND_HALF_EVEN)


def total(xs: Sequence[Decimal]) -> Decimal:
    return sum(xs, Decimal(0))


def product(xs: Sequence[Any]) -> Exact:
    found = Exact(1)
    for x in xs:
        found = found * x
    return found


def dot(a: Sequence[Any], b: Sequence[Any]) -> Exact:
    return Exact(total([Exact(x) * y for x, y in zip(a, b, strict=True)]))


def greater(a: SupportsFloat, b: SupportsFloat) -> Exact:
    return Exact(1 if a > b else 0)  # type: ignore[operator]  # numbers, all of them


EXACT: SimpleNamespace = SimpleNamespace(
    exp=rounded(Decimal.exp),
    exp2=rounded(lambda x: (x * here(ln, 2)).exp()),
    expm1=rounded(expm1),
    log=rounded(Decimal.ln),
    log2=rounded(lambda x: x.ln() / here(ln, 2)),
    log10=rounded(Decimal.log10),
    log1p=rounded(log1p),
    sqrt=rounded(Decimal.sqrt),
    cbrt=rounded(cbrt),
    sin=rounded(sin),
    cos=rounded(cos),
    tan=rounded(lambda x: sin(x) / cos(x)),
    asin=rounded(asin),
    acos=rounded(acos),
    atan=rounded(atan),
    atan2=rounded(atan2),
    sinh=rounded(sinh),
    cosh=rounded(cosh),
    tanh=rounded(tanh),
    asinh=rounded(asinh),
    acosh=rounded(acosh),
    atanh=rounded(atanh),
    degrees=rounded(lambda x: x * 180 / here(pi)),
    radians=rounded(lambda x: x * here(pi) / 180),
    erf=rounded(erf),
    erfc=rounded(erfc),
    gamma=rounded(gamma),
    lgamma=rounded(lgamma),
    polygamma=rounded(polygamma),
    pow=power,
    power=power,
    hypot=rounded(lambda *xs: total([x * x for x in xs]).sqrt()),
    fabs=lambda x: abs(Exact(x)),
    abs=lambda x: abs(Exact(x)),
    maximum=lambda a, b: Exact(max(a, b)),
    minimum=lambda a, b: Exact(min(a, b)),
    greater=greater,
    where=lambda condition, a, b: Exact(a if condition > 0 else b),
    copysign=lambda x, y: Exact(Decimal(x).copy_sign(Decimal(y))),
    fmod=rounded(partial(remainder, toward_zero)),
    remainder=rounded(partial(remainder, to_nearest)),
    sum=lambda xs: Exact(total([Decimal(x) for x in xs])),
    prod=product,
    dot=dot,
    logsumexp=lambda xs: shifted_logsumexp(EXACT, *xs),
)
for _rule in RULES.values():
    if not hasattr(EXACT, _rule.name):
        setattr(EXACT, _rule.name, partial(_rule.value, EXACT))
