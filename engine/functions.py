"""Every rule of the table as a function: of floats it gives a float, of Values a Value.

The names and meanings are those of Python's `math`; `help()` of a function shows its formula's
partials and domain.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Protocol, overload

from engine import rules
from engine.rules import Rule
from engine.value import Number, Value, apply, evaluate


class Unary(Protocol):
    """A function of one number."""

    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class Binary(Protocol):
    """A function of two numbers."""

    @overload
    def __call__(self, a: Value, b: Number, /) -> Value: ...
    @overload
    def __call__(self, a: Number, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: float, /) -> float: ...


def compute(rule: Rule, inputs: Sequence[Number]) -> Any:
    """The rule's value: recorded where an input is a Value, a plain float otherwise."""
    if len(inputs) != len(rule.inputs) and not rule.variadic:
        takes = f"{rule.name}({', '.join(rule.inputs)})"
        raise TypeError(f"{takes} takes {len(rule.inputs)} numbers and was given {len(inputs)}")
    for x in inputs:
        if isinstance(x, Value):
            return apply(rule, *inputs)
    return evaluate(rule, *inputs)


def function_of(rule: Rule) -> Any:
    """The rule as a function of so many numbers as it has inputs."""

    def function(*inputs: Number) -> Any:
        return compute(rule, inputs)

    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = described(rule)
    return function


def described(rule: Rule) -> str:
    """What `help()` shows: the call, its meaning and where the derivative exists."""
    call = f"{rule.name}({', '.join(rule.inputs)})"
    means = rule.means or f"The same as Python's math.{rule.name}"
    limits = [
        domain.text.format(name)
        for name, domain in zip(rule.inputs, rule.domain)
        if domain is not rules.REAL
    ]
    if rule.condition is not None:
        limits.append(rule.condition.text)
    where = ", ".join(limits) or "everywhere"
    return f"{call}: {means}.\n\nDifferentiable: {where}. Raises DomainError, OverflowError."


add: Binary = function_of(rules.ADD)
subtract: Binary = function_of(rules.SUBTRACT)
multiply: Binary = function_of(rules.MULTIPLY)
divide: Binary = function_of(rules.DIVIDE)
negate: Unary = function_of(rules.NEGATE)
pow: Binary = function_of(rules.POW)
exp: Unary = function_of(rules.EXP)
exp2: Unary = function_of(rules.EXP2)
expm1: Unary = function_of(rules.EXPM1)
log: Unary = function_of(rules.LOG)
log2: Unary = function_of(rules.LOG2)
log10: Unary = function_of(rules.LOG10)
log1p: Unary = function_of(rules.LOG1P)
sqrt: Unary = function_of(rules.SQRT)
cbrt: Unary = function_of(rules.CBRT)
sin: Unary = function_of(rules.SIN)
cos: Unary = function_of(rules.COS)
tan: Unary = function_of(rules.TAN)
asin: Unary = function_of(rules.ASIN)
acos: Unary = function_of(rules.ACOS)
atan: Unary = function_of(rules.ATAN)
sinh: Unary = function_of(rules.SINH)
cosh: Unary = function_of(rules.COSH)
tanh: Unary = function_of(rules.TANH)
asinh: Unary = function_of(rules.ASINH)
acosh: Unary = function_of(rules.ACOSH)
atanh: Unary = function_of(rules.ATANH)
degrees: Unary = function_of(rules.DEGREES)
radians: Unary = function_of(rules.RADIANS)
erf: Unary = function_of(rules.ERF)
erfc: Unary = function_of(rules.ERFC)
gamma: Unary = function_of(rules.GAMMA)
lgamma: Unary = function_of(rules.LGAMMA)
abs: Unary = function_of(rules.ABS)
sigmoid: Unary = function_of(rules.SIGMOID)
softplus: Unary = function_of(rules.SOFTPLUS)
relu: Unary = function_of(rules.RELU)
gelu: Unary = function_of(rules.GELU)
silu: Unary = function_of(rules.SILU)
atan2: Binary = function_of(rules.ATAN2)
maximum: Binary = function_of(rules.MAXIMUM)
minimum: Binary = function_of(rules.MINIMUM)
greater: Binary = function_of(rules.GREATER)
copysign: Binary = function_of(rules.COPYSIGN)
fmod: Binary = function_of(rules.FMOD)
remainder: Binary = function_of(rules.REMAINDER)


@overload
def power(x: Value, n: float) -> Value: ...
@overload
def power(x: float, n: float) -> float: ...
def power(x: Number, n: float) -> Number:
    """xⁿ for a plain number n, so that x may be negative where n is an integer.

    >>> power(-2.0, 3)
    -8.0
    """
    return compute(rules.POWER, (x, n))  # type: ignore[no-any-return]


@overload
def polygamma(n: int, x: Value) -> Value: ...
@overload
def polygamma(n: int, x: float) -> float: ...
def polygamma(n: int, x: Number) -> Number:
    """ψₙ(x), the derivative number n + 1 of log |Γ(x)|; n = 0, 1, 2, … is a plain number.

    >>> round(polygamma(1, 1.0), 6)      # π² / 6
    1.644934
    """
    return compute(rules.POLYGAMMA, (n, x))  # type: ignore[no-any-return]


@overload
def leaky_relu(x: Value, slope: Number = 0.01) -> Value: ...
@overload
def leaky_relu(x: float, slope: float = 0.01) -> float: ...
def leaky_relu(x: Number, slope: Number = 0.01) -> Number:
    """x where x > 0, slope · x elsewhere: Maas, Hannun and Ng (2013).

    >>> leaky_relu(-3.0)
    -0.03
    """
    return compute(rules.LEAKY_RELU, (x, slope))  # type: ignore[no-any-return]


def where(condition: Number, a: Number, b: Number) -> Any:
    """a where condition > 0, b elsewhere.

    >>> where(-1.0, 10.0, 20.0)
    20.0
    """
    return compute(rules.WHERE, (condition, a, b))


def sum(xs: Iterable[Number]) -> Any:
    """x₁ + … + xₙ as one node, rounded once; 0 for nothing.

    >>> sum([0.1] * 10)
    1.0
    """
    return compute(rules.SUM, tuple(xs))


def prod(xs: Iterable[Number]) -> Any:
    """x₁ · … · xₙ as one node; 1 for nothing.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    return compute(rules.PROD, tuple(xs))


def dot(a: Sequence[Number], b: Sequence[Number]) -> Any:
    """a₁b₁ + … + aₙbₙ as one node. Raises ValueError unless a and b have the same length.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    if len(a) != len(b):
        raise ValueError(f"dot: a has length {len(a)} and b {len(b)}; they must be equal")
    return compute(rules.DOT, (*a, *b))


def hypot(*xs: Number) -> Any:
    """√(x₁² + … + xₙ²).

    >>> hypot(3.0, 4.0)
    5.0
    """
    return compute(rules.HYPOT, xs)


def logsumexp(xs: Iterable[Number]) -> Any:
    """log(exp(x₁) + … + exp(xₙ)), which does not overflow. Raises ValueError for nothing.

    >>> round(logsumexp([1000.0, 1000.0]), 4)
    1000.6931
    """
    return compute(rules.LOGSUMEXP, tuple(xs))


def softmax(xs: Iterable[Number]) -> list[Any]:
    """exp(xᵢ) / Σ exp(xⱼ) for each i: positive, and 1 in sum. Raises ValueError for nothing.

    The largest is subtracted first, which changes nothing but that no exponential overflows.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    inputs = tuple(xs)
    if not inputs:
        raise ValueError("softmax: at least one number is needed, and none was given")
    top = reduce(maximum, inputs)
    exponentials = [exp(x - top) for x in inputs]
    total = sum(exponentials)
    return [e / total for e in exponentials]
