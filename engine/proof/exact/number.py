"""A decimal that takes part in the formula of a rule, and how many digits it has."""

import decimal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

DIGITS = 50
LARGEST_EXPONENT = 10**9  # what is larger is refused, before time or memory run out


Operation = Callable[["Exact", Any], "Exact"]


def exactly(operation: Callable[[Decimal, Decimal], Decimal]) -> Operation:
    return lambda self, other: Exact(operation(self, Decimal(other)))


def reflected(operation: Callable[[Decimal, Decimal], Decimal]) -> Operation:
    return lambda self, other: Exact(operation(Decimal(other), self))


class Exact(Decimal):
    """A decimal that floats can be added to, as in the formula of a rule; they are taken exactly.

    >>> with digits(DIGITS):
    ...     Exact("0.1") + 0.5
    Exact('0.6')
    """

    __add__, __radd__ = exactly(Decimal.__add__), reflected(Decimal.__add__)
    __sub__, __rsub__ = exactly(Decimal.__sub__), reflected(Decimal.__sub__)
    __mul__, __rmul__ = exactly(Decimal.__mul__), reflected(Decimal.__mul__)
    __truediv__, __rtruediv__ = exactly(Decimal.__truediv__), reflected(Decimal.__truediv__)

    def __pow__(self, other: Any, modulo: Any = None) -> "Exact":
        return power(self, other)

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


def power(x: Any, n: Any) -> Exact:
    if n == 0:
        return Exact(1)
    base, exponent = Decimal(x), Decimal(n)
    if base <= 0 or exponent == exponent.to_integral_value():
        return Exact(Decimal.__pow__(base, exponent))
    with more(12):  # the exponential may lose as many as its argument has before the point
        found = (exponent * base.ln()).exp()
    return Exact(+found)


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
