"""The table of rules: every primitive operation, its partial derivatives and its domain, once.

A rule is written with `m`, the namespace of functions for the kind of number at hand: `FLOATS`
for plain floats, `engine.functions` for Values (the partials are then graphs themselves). So one
record gives the number, the gradient, the gradient of the gradient and the text. What each of its
fields means stands in `rule.py`.

Formulas: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 4, 6 and 7.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from operator import mul
from types import MappingProxyType
from typing import Any

from engine.rule import INF, REAL, Condition, Domain, native
from engine.rule import Rule as Rule

LN2 = math.log(2.0)
LN10 = math.log(10.0)

# Domains and conditions

POSITIVE = Domain("{} > 0", ((0.0, INF),))
NONZERO = Domain("{} ≠ 0", ((-INF, 0.0), (0.0, INF)))
ABOVE_ONE = Domain("{} > 1", ((1.0, INF),))
ABOVE_MINUS_ONE = Domain("{} > -1", ((-1.0, INF),))
INSIDE_ONE = Domain("-1 < {} < 1", ((-1.0, 1.0),))
AWAY_FROM_ONE = Domain("{} ≠ ±1", ((-INF, -1.0), (-1.0, 1.0), (1.0, INF)))
NO_POLE = Domain(  # the poles of gamma; below -180 it is 0 in floats, and sampling stops
    "{} ≠ 0, -1, -2, …",
    ((0.0, INF), *((-n - 1.0, -float(n)) for n in range(180))),
)

UNEQUAL = Condition("a ≠ b", lambda a, b: a != b)
ONE_LARGEST = Condition("one x > all others", lambda *xs: xs.count(max(xs, default=0.0)) < 2)
ONE_SMALLEST = Condition("one x < all others", lambda *xs: xs.count(min(xs, default=0.0)) < 2)
NOT_AT_ZERO = Condition("x ≠ 0", lambda x: x != 0.0)

# Arithmetic

ADD = Rule(
    "add",
    symbol="+",
    inputs=("a", "b"),
    value=lambda m, a, b: a + b,
    partials=lambda m, y, a, b: (1.0, 1.0),
)
SUBTRACT = Rule(
    "subtract",
    symbol="-",
    inputs=("a", "b"),
    value=lambda m, a, b: a - b,
    partials=lambda m, y, a, b: (1.0, -1.0),
)
MULTIPLY = Rule(
    "multiply",
    symbol="*",
    inputs=("a", "b"),
    value=lambda m, a, b: a * b,
    partials=lambda m, y, a, b: (b, a),
)
DIVIDE = Rule(
    "divide",
    symbol="/",
    inputs=("a", "b"),
    value=lambda m, a, b: a / b,
    partials=lambda m, y, a, b: (1.0 / b, -y / b),
    domain=(REAL, NONZERO),
)
NEGATE = Rule("negate", symbol="-", value=lambda m, x: -x, partials=lambda m, y, x: (-1.0,))
POWER = Rule(
    "power",
    symbol="**",
    inputs=("x", "n"),
    fixed=frozenset({1}),
    means="xⁿ for a plain number n, so that x may be negative where n is an integer",
    value=lambda m, x, n: m.pow(x, n),
    partials=lambda m, y, x, n: (n * m.power(x, n - 1.0 if n else 0.0), 0.0),  # no 1/x for x**0
    condition=Condition(
        "x > 0, or n an integer and x ≠ 0, or n = 0, 1, 2, …",
        lambda x, n: x > 0.0 or (n == math.floor(n) and (x != 0.0 or n >= 0.0)),
    ),
    near_zero="(x + 1e-12) ** n",
)
POW = Rule(
    "pow",
    symbol="**",
    inputs=("a", "b"),
    means="both the base and the exponent may change",
    value=lambda m, a, b: m.pow(a, b),
    partials=lambda m, y, a, b: (b * m.pow(a, b - 1.0), y * m.log(a)),
    domain=(POSITIVE, REAL),
)

# Exponentials and logarithms

EXP = native("exp", partials=lambda m, y, x: (y,))
EXP2 = native("exp2", partials=lambda m, y, x: (y * LN2,))
EXPM1 = native("expm1", partials=lambda m, y, x: (m.exp(x),))
LOG = native("log", partials=lambda m, y, x: (1.0 / x,), domain=(POSITIVE,))
LOG2 = native("log2", partials=lambda m, y, x: (1.0 / (x * LN2),), domain=(POSITIVE,))
LOG10 = native("log10", partials=lambda m, y, x: (1.0 / (x * LN10),), domain=(POSITIVE,))
LOG1P = native("log1p", partials=lambda m, y, x: (1.0 / (1.0 + x),), domain=(ABOVE_MINUS_ONE,))
SQRT = native(
    "sqrt",
    partials=lambda m, y, x: (0.5 / y,),
    domain=(POSITIVE,),
    near_zero="sqrt(x + 1e-12)",
)
CBRT = native("cbrt", partials=lambda m, y, x: (1.0 / (3.0 * y * y),), domain=(NONZERO,))

# Trigonometric and hyperbolic functions, and their inverses

SIN = native("sin", partials=lambda m, y, x: (m.cos(x),))
COS = native("cos", partials=lambda m, y, x: (-m.sin(x),))
TAN = native("tan", partials=lambda m, y, x: (1.0 + y * y,))
ASIN = native(
    "asin",
    partials=lambda m, y, x: (1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
ACOS = native(
    "acos",
    partials=lambda m, y, x: (-1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
ATAN = native("atan", partials=lambda m, y, x: (1.0 / (1.0 + x * x),))
ATAN2 = native(
    "atan2",
    inputs=("y", "x"),
    partials=lambda m, _, y, x: (
        x / m.hypot(x, y) / m.hypot(x, y),
        -y / m.hypot(x, y) / m.hypot(x, y),
    ),
    condition=Condition("y ≠ 0 or x > 0", lambda y, x: y != 0.0 or x > 0.0),
)
SINH = native("sinh", partials=lambda m, y, x: (m.cosh(x),))
COSH = native("cosh", partials=lambda m, y, x: (m.sinh(x),))
TANH = native("tanh", partials=lambda m, y, x: (1.0 - y * y,))
ASINH = native("asinh", partials=lambda m, y, x: (1.0 / m.hypot(x, 1.0),))
ACOSH = native(
    "acosh",
    partials=lambda m, y, x: (1.0 / (m.sqrt(x - 1.0) * m.sqrt(x + 1.0)),),
    domain=(ABOVE_ONE,),
)
ATANH = native(
    "atanh",
    partials=lambda m, y, x: (1.0 / ((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
DEGREES = native("degrees", partials=lambda m, y, x: (180.0 / math.pi,))
RADIANS = native("radians", partials=lambda m, y, x: (math.pi / 180.0,))

# The error function, and gamma with its logarithmic derivatives

ERF = native("erf", partials=lambda m, y, x: (2.0 / math.sqrt(math.pi) * m.exp(-x * x),))
ERFC = native("erfc", partials=lambda m, y, x: (-2.0 / math.sqrt(math.pi) * m.exp(-x * x),))
GAMMA = native("gamma", partials=lambda m, y, x: (y * m.polygamma(0, x),), domain=(NO_POLE,))
LGAMMA = native(
    "lgamma",
    cancels_from=1.0,
    means="log |gamma(x)|",
    partials=lambda m, y, x: (m.polygamma(0, x),),
    domain=(NO_POLE,),
)
POLYGAMMA = native(
    "polygamma",
    inputs=("n", "x"),
    fixed=frozenset({0}),
    means="ψₙ(x), the derivative number n + 1 of lgamma; n is a plain number 0, 1, 2, …",
    partials=lambda m, y, n, x: (0.0, m.polygamma(n + 1, x)),
    domain=(REAL, NO_POLE),
    condition=Condition("n = 0, 1, 2, …", lambda n, x: n >= 0.0 and n == math.floor(n)),
)

# Kinks and jumps


def sign(m: Any, x: Any) -> Any:
    """1, 0 or -1."""
    return m.greater(x, 0.0) - m.greater(0.0, x)


ABS = native(
    "abs",
    means="|x|",
    partials=lambda m, y, x: (sign(m, x),),
    domain=(NONZERO,),
    chosen={(0.0,): (0.0,)},
)
GREATER = native(
    "greater",
    inputs=("a", "b"),
    means="1 if a > b else 0",
    partials=lambda m, y, a, b: (0.0, 0.0),
    condition=UNEQUAL,
    chosen={(0.0, 0.0): (0.0, 0.0), (-3.0, -3.0): (0.0, 0.0)},
)
WHERE = native(
    "where",
    inputs=("condition", "a", "b"),
    means="a if condition > 0 else b",
    partials=lambda m, y, condition, a, b: (
        0.0,
        m.greater(condition, 0.0),
        1.0 - m.greater(condition, 0.0),
    ),
    domain=(NONZERO, REAL, REAL),
    chosen={(0.0, 3.0, 5.0): (0.0, 0.0, 1.0)},
)
COPYSIGN = native(
    "copysign",
    inputs=("x", "y"),
    means="|x| with the sign of y",
    partials=lambda m, _, x, y: (sign(m, x) * m.copysign(1.0, y), 0.0),
    domain=(NONZERO, NONZERO),
    chosen={(0.0, 2.0): (0.0, 0.0), (0.0, -2.0): (0.0, 0.0)},
)
FMOD = native(
    "fmod",
    inputs=("x", "y"),
    means="x minus the multiple of y next to it on the side of 0",
    partials=lambda m, r, x, y: (1.0, (r - x) / y),
    domain=(REAL, NONZERO),
    condition=Condition("x / y not an integer", lambda x, y: math.fmod(x, y) != 0.0),
)
REMAINDER = native(
    "remainder",
    inputs=("x", "y"),
    means="x minus the multiple of y nearest to it",
    partials=lambda m, r, x, y: (1.0, (r - x) / y),
    domain=(REAL, NONZERO),
    condition=Condition(
        "x / y not halfway between two integers",
        lambda x, y: abs(math.remainder(x, y)) != abs(y) / 2.0,
    ),
)

# Activations

SIGMOID = Rule(
    "sigmoid",
    means="1 / (1 + exp(-x)), written so that nothing overflows",
    value=lambda m, x: m.where(x, 1.0, m.exp(-m.abs(x))) / (1.0 + m.exp(-m.abs(x))),
    partials=lambda m, y, x: (y * (1.0 - y),),
)
SOFTPLUS = Rule(
    "softplus",
    means="log(1 + exp(x)), written so that nothing overflows",
    value=lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
    partials=lambda m, y, x: (m.sigmoid(x),),
)
RELU = Rule(
    "relu",
    means="x where x > 0, 0 elsewhere: Nair and Hinton (2010)",
    value=lambda m, x: m.maximum(x, 0.0),
    partials=lambda m, y, x: (m.greater(x, 0.0),),
    domain=(NONZERO,),
    chosen={(0.0,): (0.0,)},
)
LEAKY_RELU = Rule(
    "leaky_relu",
    inputs=("x", "slope"),
    defaults=(0.01,),
    means="x where x > 0, slope · x elsewhere: Maas, Hannun and Ng (2013)",
    value=lambda m, x, slope: m.where(x, x, slope * x),
    partials=lambda m, y, x, slope: (m.where(x, 1.0, slope), m.where(x, 0.0, x)),
    domain=(NONZERO, REAL),
    chosen={(0.0, 0.25): (0.25, 0.0)},
)
GELU = Rule(
    "gelu",
    means="x Φ(x), with Φ the distribution function of the normal: Hendrycks and Gimpel (2016)",
    value=lambda m, x: 0.5 * x * m.erfc(x * -math.sqrt(0.5)),
    partials=lambda m, y, x: (
        0.5 * m.erfc(x * -math.sqrt(0.5)) + x * m.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi),
    ),
)
SILU = Rule(
    "silu",
    means="x sigmoid(x): Elfwing, Uchibe and Doya (2018)",
    value=lambda m, x: x * m.sigmoid(x),
    partials=lambda m, y, x: (m.sigmoid(x) + y * m.sigmoid(-x),),
)

HARDTANH = Rule(
    "hardtanh",
    means="x, but no less than -1 and no more than 1: Collobert (2004)",
    value=lambda m, x: m.maximum(-1.0, m.minimum(x, 1.0)),
    partials=lambda m, y, x: (m.greater(x, -1.0) * m.greater(1.0, x),),
    domain=(AWAY_FROM_ONE,),
    chosen={(-1.0,): (0.0,), (1.0,): (0.0,)},
)
SOFTSIGN = Rule(
    "softsign",
    means="x / (1 + |x|): Bergstra, Desjardins, Lamblin and Bengio (2009)",
    value=lambda m, x: x / (1.0 + m.abs(x)),
    partials=lambda m, y, x: (1.0 / (1.0 + m.abs(x)) / (1.0 + m.abs(x)),),
    kinks={2: NOT_AT_ZERO},
)
ELU = Rule(
    "elu",
    means="x where x > 0, exp(x) - 1 elsewhere: Clevert, Unterthiner and Hochreiter (2016)",
    value=lambda m, x: m.maximum(x, 0.0) + m.expm1(m.minimum(x, 0.0)),
    partials=lambda m, y, x: (m.exp(m.minimum(x, 0.0)),),
    kinks={2: NOT_AT_ZERO},
)
LOGSIGMOID = Rule(
    "logsigmoid",
    means="log(sigmoid(x)), from which no digits are lost where sigmoid is near 0 or 1",
    value=lambda m, x: m.minimum(x, 0.0) - m.log1p(m.exp(-m.abs(x))),
    partials=lambda m, y, x: (m.sigmoid(-x),),
)
MISH = Rule(
    "mish",
    means="x tanh(softplus(x)): Misra (2019)",
    value=lambda m, x: x * m.tanh(m.softplus(x)),
    partials=lambda m, y, x: (
        m.tanh(m.softplus(x)) + (1.0 - m.power(m.tanh(m.softplus(x)), 2.0)) * x * m.sigmoid(x),
    ),
)

# Any number of inputs


def some(xs: Sequence[Any]) -> Sequence[Any]:
    """The inputs, unless there are none."""
    if not xs:
        raise ValueError("at least one number is needed, and none was given")
    return xs


def shares(m: Any, y: Any, xs: Sequence[Any], over: Callable[[Any, Any], Any]) -> Sequence[Any]:
    """1 for the x that y is, 0 for those that y is `over`; equal parts of 1 for several."""
    if len(xs) == 2:
        a, b = xs
        return 0.5 + 0.5 * (over(a, b) - over(b, a)), 0.5 + 0.5 * (over(b, a) - over(a, b))
    first = [1.0 - over(y, x) for x in xs]
    count = m.sum(first)
    return [x / count for x in first]


def shifted_logsumexp(m: Any, *xs: Any) -> Any:
    """log Σ exp(xᵢ), with the largest subtracted first so that no exponential overflows.

    The largest has exp(0) = 1: log1p takes the sum of the others, however small they are.
    """
    top = m.maximum(*some(xs))
    return top + m.log1p(m.sum([-1.0, *[m.exp(x - top) for x in xs]]))


def products_of_others(xs: Sequence[Any]) -> list[Any]:
    """For each x the product of all before it and all after it."""
    before = list(accumulate(xs[:-1], mul))
    after = list(accumulate(xs[:0:-1], mul))[::-1]
    both = [a * b for a, b in zip(before, after[1:])]
    return [*after[:1], *both, *before[-1:]] if len(xs) > 1 else [1.0] * len(xs)


SUM = Rule(
    "sum",
    inputs=("*x",),
    means="x₁ + … + xₙ, rounded once; 0 for nothing",
    value=lambda m, *xs: m.sum(xs),
    partials=lambda m, y, *xs: (1.0,) * len(xs),
)
PROD = Rule(
    "prod",
    inputs=("*x",),
    means="x₁ · … · xₙ; 1 for nothing",
    value=lambda m, *xs: m.prod(xs),
    partials=lambda m, y, *xs: products_of_others(xs),
)
DOT = Rule(
    "dot",
    inputs=("*a", "*b"),
    means="a₁b₁ + … + aₙbₙ",
    value=lambda m, *ab: m.dot(ab[: len(ab) // 2], ab[len(ab) // 2 :]),
    partials=lambda m, y, *ab: ab[len(ab) // 2 :] + ab[: len(ab) // 2],
)
HYPOT = native(
    "hypot",
    inputs=("*x",),
    spread=True,
    means="√(x₁² + … + xₙ²)",
    partials=lambda m, y, *xs: tuple(x / y for x in xs),
    condition=Condition("not every x = 0", lambda *xs: any(xs)),
    near_zero="hypot(x, y, 1e-6)",
)
MAXIMUM = Rule(
    "maximum",
    inputs=("*x",),
    spread=True,
    means="the largest of x₁, …, xₙ; of several that are, each has an equal part of the gradient",
    value=lambda m, *xs: m.maximum(*some(xs)),
    partials=lambda m, y, *xs: shares(m, y, xs, m.greater),
    condition=ONE_LARGEST,
    chosen={(-3.0, -3.0): (0.5, 0.5), (2.0, 1.0, 2.0): (0.5, 0.0, 0.5)},
)
MINIMUM = Rule(
    "minimum",
    inputs=("*x",),
    spread=True,
    means="the smallest of x₁, …, xₙ; of several that are, each has an equal part of the gradient",
    value=lambda m, *xs: m.minimum(*some(xs)),
    partials=lambda m, y, *xs: shares(m, y, xs, lambda a, b: m.greater(b, a)),
    condition=ONE_SMALLEST,
    chosen={(-3.0, -3.0): (0.5, 0.5), (2.0, 3.0, 2.0): (0.5, 0.0, 0.5)},
)
LOGSUMEXP = Rule(
    "logsumexp",
    inputs=("*x",),
    means="log(exp(x₁) + … + exp(xₙ)), which does not overflow",
    value=shifted_logsumexp,
    partials=lambda m, y, *xs: tuple(m.exp(x - y) for x in xs),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
)

# Not an operation: the node of a plain number that an operation met, as the 1 in v + 1
CONSTANT = Rule("constant", inputs=(), value=lambda m: None, partials=lambda m, y: ())


# Made by `choose` alone, as its index is a whole number and no place to differentiate at


def hits(m: Any, index: Any, count: int) -> list[Any]:
    """1 for the whole number that the index is, 0 for the others from 0 to count - 1."""
    return [m.where(m.abs(index - k), 0.0, 1.0) for k in range(count)]


def chosen(m: Any, index: Any, *xs: Any) -> Any:
    """The sum of all hits is 1; what is no index has the sum 0, and is refused."""
    each = hits(m, index, len(xs))
    return m.dot(each, xs) / m.sum(each)


CHOOSE = Rule(
    "choose",
    inputs=("*x",),
    means="the number with this index",
    value=chosen,
    partials=lambda m, y, index, *xs: (0.0, *hits(m, index, len(xs))),
    condition=Condition(
        "index = 0, 1, 2, … below the count of the others",
        lambda index, *xs: index == math.floor(index) and 0.0 <= index < len(xs),
    ),
)
