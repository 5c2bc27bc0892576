"""The functions by the names that rules call them."""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any, SupportsFloat

from engine.proof.exact.elementary import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    cos,
    cosh,
    expm1,
    log1p,
    sin,
    sinh,
    tanh,
)
from engine.proof.exact.number import Exact, more, power, rounded
from engine.proof.exact.series import here, ln, pi
from engine.proof.exact.special import erf, erfc, gamma, lgamma, polygamma
from engine.rules import RULES, shifted_logsumexp


def remainder(rounding: str, x: Decimal, y: Decimal) -> Decimal:
    """x minus the multiple of y that the quotient is rounded to; floats have up to 800 digits."""
    with more(max(0, x.adjusted() - y.adjusted()) + 800):
        return x - y * (x / y).to_integral_value(rounding)


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
    maximum=lambda *xs: Exact(max(xs)),
    minimum=lambda *xs: Exact(min(xs)),
    greater=greater,
    where=lambda condition, a, b: Exact(a if condition > 0 else b),
    copysign=lambda x, y: Exact(Decimal(x).copy_sign(Decimal(y))),
    fmod=rounded(partial(remainder, decimal.ROUND_DOWN)),
    remainder=rounded(partial(remainder, decimal.ROUND_HALF_EVEN)),
    sum=lambda xs: Exact(total([Decimal(x) for x in xs])),
    prod=product,
    dot=dot,
    logsumexp=lambda xs: shifted_logsumexp(EXACT, *xs),
)
for _rule in RULES.values():
    if not hasattr(EXACT, _rule.name):
        setattr(EXACT, _rule.name, partial(_rule.value, EXACT))
