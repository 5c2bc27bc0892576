"""The table of rules: every primitive operation, its partial derivatives and its domain, once.

A rule is written with `m`, the namespace of functions for the kind of number at hand: `FLOATS`
for plain floats, `engine.functions` for Values (the partials are then graphs themselves). So one
record gives the number, the gradient, the gradient of the gradient and the text.

Formulas: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 4, 6 and 7.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

INF = math.inf
LN2 = math.log(2.0)
LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that one input may take: open intervals, and how an error states them."""

    text: str  # "{} > 0", with the input's name put in
    intervals: tuple[tuple[float, float], ...]

    def __contains__(self, x: float) -> bool:
        return any(low < x < high for low, high in self.intervals)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the inputs must satisfy together, where one domain for each does not say it."""

    text: str
    holds: Callable[..., bool]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One primitive operation y = name(inputs).

    The partials hold where every input is in its domain and the condition is met. At the points of
    `chosen` there is no derivative, and these values stand in for it by convention. Elsewhere
    outside the domain the operation is refused when no finite number comes out.
    """

    name: str
    value: Callable[..., Any]  # (m, *inputs) -> y
    partials: Callable[..., Any]  # (m, y, *inputs) -> (∂y/∂input, ...), one for each input
    inputs: tuple[str, ...] = ("x",)  # or vectors of one length: ("*a", "*b"), as those of dot
    domain: tuple[Domain, ...] = ()  # one for each name in inputs; any number where left out
    condition: Condition | None = None
    chosen: Mapping[tuple[float, ...], tuple[float, ...]] = field(default_factory=dict)
    fixed: frozenset[int] = frozenset()  # inputs that are plain numbers: their partial is 0
    symbol: str = ""  # for an operator, as Python writes it
    means: str = ""  # in words or a formula, where the name is not one of Python's math

    @property
    def variadic(self) -> bool:
        """Whether it takes vectors. Everywhere but in its function's call they stand in a row."""
        return self.inputs[0].startswith("*")

    @property
    def unary(self) -> bool:
        """Whether it takes one number: then it is a method of Value and an activation."""
        return len(self.inputs) == 1 and not self.variadic

    def arity(self, about: int = 4) -> int:
        """How many numbers it takes: of vectors about so many, rounded up to equal lengths."""
        count = len(self.inputs)
        return math.ceil(about / count) * count if self.variadic else count

    def named_inputs(self, count: int) -> list[tuple[str, Domain]]:
        """The name and the domain of each input, where there are so many."""
        each = list(zip(self.inputs, self.domain or (REAL,) * len(self.inputs)))
        if self.variadic:
            length = math.ceil(count / len(each))
            each = [(name[1:], domain) for name, domain in each for _ in range(length)]
        return each[:count]

    def vectors(self, xs: Sequence[Any]) -> list[Any]:
        """The inputs, given in a row, as its vectors. Raises ValueError where they do not fit."""
        count = len(self.inputs)
        length, rest = divmod(len(xs), count)
        if rest:
            raise ValueError(f"{len(xs)} numbers do not make {count} vectors of equal length")
        return [xs[k * length : (k + 1) * length] for k in range(count)]

    def holds_at(self, *numbers: float) -> bool:
        """Whether the partials are the derivatives at this point."""
        each = zip(numbers, self.named_inputs(len(numbers)))
        inside = all(x in domain for x, (_, domain) in each)
        return inside and (self.condition is None or self.condition.holds(*numbers))

    def __reduce__(self) -> str:
        """Copied and pickled by its name in this module: functions have no other form."""
        return self.name.upper()


# Domains

REAL = Domain("any number", ((-INF, INF),))
POSITIVE = Domain("{} > 0", ((0.0, INF),))
NONZERO = Domain("{} ≠ 0", ((-INF, 0.0), (0.0, INF)))
ABOVE_ONE = Domain("{} > 1", ((1.0, INF),))
ABOVE_MINUS_ONE = Domain("{} > -1", ((-1.0, INF),))
INSIDE_ONE = Domain("-1 < {} < 1", ((-1.0, 1.0),))
NO_POLE = Domain(  # the poles of gamma; below -180 it is 0 in floats, and sampling stops
    "{} ≠ 0, -1, -2, …",
    ((0.0, INF), *((-n - 1.0, -float(n)) for n in range(180))),
)

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
    means="the exponent is a plain number, so x may be negative",
    value=lambda m, x, n: m.pow(x, n),
    partials=lambda m, y, x, n: (n * m.power(x, n - 1.0 if n else 0.0), 0.0),
    domain=(REAL, REAL),
    condition=Condition(
        "x > 0, or n an integer and x ≠ 0, or n = 0, 1, 2, …",
        lambda x, n: x > 0.0 or (n == math.floor(n) and (x != 0.0 or n >= 0.0)),
    ),
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

EXP = Rule("exp", value=lambda m, x: m.exp(x), partials=lambda m, y, x: (y,))
EXP2 = Rule("exp2", value=lambda m, x: m.exp2(x), partials=lambda m, y, x: (y * LN2,))
EXPM1 = Rule("expm1", value=lambda m, x: m.expm1(x), partials=lambda m, y, x: (m.exp(x),))
LOG = Rule(
    "log",
    value=lambda m, x: m.log(x),
    partials=lambda m, y, x: (1.0 / x,),
    domain=(POSITIVE,),
)
LOG2 = Rule(
    "log2",
    value=lambda m, x: m.log2(x),
    partials=lambda m, y, x: (1.0 / (x * LN2),),
    domain=(POSITIVE,),
)
LOG10 = Rule(
    "log10",
    value=lambda m, x: m.log10(x),
    partials=lambda m, y, x: (1.0 / (x * LN10),),
    domain=(POSITIVE,),
)
LOG1P = Rule(
    "log1p",
    value=lambda m, x: m.log1p(x),
    partials=lambda m, y, x: (1.0 / (1.0 + x),),
    domain=(ABOVE_MINUS_ONE,),
)
SQRT = Rule(
    "sqrt",
    value=lambda m, x: m.sqrt(x),
    partials=lambda m, y, x: (0.5 / y,),
    domain=(POSITIVE,),
)
CBRT = Rule(
    "cbrt",
    value=lambda m, x: m.cbrt(x),
    partials=lambda m, y, x: (1.0 / (3.0 * y * y),),
    domain=(NONZERO,),
)

# Trigonometric and hyperbolic functions, and their inverses

SIN = Rule("sin", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (m.cos(x),))
COS = Rule("cos", value=lambda m, x: m.cos(x), partials=lambda m, y, x: (-m.sin(x),))
TAN = Rule("tan", value=lambda m, x: m.tan(x), partials=lambda m, y, x: (1.0 + y * y,))
ASIN = Rule(
    "asin",
    value=lambda m, x: m.asin(x),
    partials=lambda m, y, x: (1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
ACOS = Rule(
    "acos",
    value=lambda m, x: m.acos(x),
    partials=lambda m, y, x: (-1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
ATAN = Rule("atan", value=lambda m, x: m.atan(x), partials=lambda m, y, x: (1.0 / (1.0 + x * x),))
ATAN2 = Rule(
    "atan2",
    inputs=("y", "x"),
    value=lambda m, y, x: m.atan2(y, x),
    partials=lambda m, _, y, x: (
        x / m.hypot(x, y) / m.hypot(x, y),
        -y / m.hypot(x, y) / m.hypot(x, y),
    ),
    domain=(REAL, REAL),
    condition=Condition("y ≠ 0 or x > 0", lambda y, x: y != 0.0 or x > 0.0),
)
SINH = Rule("sinh", value=lambda m, x: m.sinh(x), partials=lambda m, y, x: (m.cosh(x),))
COSH = Rule("cosh", value=lambda m, x: m.cosh(x), partials=lambda m, y, x: (m.sinh(x),))
TANH = Rule("tanh", value=lambda m, x: m.tanh(x), partials=lambda m, y, x: (1.0 - y * y,))
ASINH = Rule(
    "asinh",
    value=lambda m, x: m.asinh(x),
    partials=lambda m, y, x: (1.0 / m.hypot(x, 1.0),),
)
ACOSH = Rule(
    "acosh",
    value=lambda m, x: m.acosh(x),
    partials=lambda m, y, x: (1.0 / (m.sqrt(x - 1.0) * m.sqrt(x + 1.0)),),
    domain=(ABOVE_ONE,),
)
ATANH = Rule(
    "atanh",
    value=lambda m, x: m.atanh(x),
    partials=lambda m, y, x: (1.0 / ((1.0 - x) * (1.0 + x)),),
    domain=(INSIDE_ONE,),
)
DEGREES = Rule(
    "degrees",
    value=lambda m, x: m.degrees(x),
    partials=lambda m, y, x: (180.0 / math.pi,),
)
RADIANS = Rule(
    "radians",
    value=lambda m, x: m.radians(x),
    partials=lambda m, y, x: (math.pi / 180.0,),
)

# The error function, and gamma with its logarithmic derivatives

ERF = Rule(
    "erf",
    value=lambda m, x: m.erf(x),
    partials=lambda m, y, x: (2.0 / math.sqrt(math.pi) * m.exp(-x * x),),
)
ERFC = Rule(
    "erfc",
    value=lambda m, x: m.erfc(x),
    partials=lambda m, y, x: (-2.0 / math.sqrt(math.pi) * m.exp(-x * x),),
)
GAMMA = Rule(
    "gamma",
    value=lambda m, x: m.gamma(x),
    partials=lambda m, y, x: (y * m.polygamma(0, x),),
    domain=(NO_POLE,),
)
LGAMMA = Rule(
    "lgamma",
    means="log |gamma(x)|",
    value=lambda m, x: m.lgamma(x),
    partials=lambda m, y, x: (m.polygamma(0, x),),
    domain=(NO_POLE,),
)
POLYGAMMA = Rule(
    "polygamma",
    inputs=("n", "x"),
    fixed=frozenset({0}),
    means="the derivative number n + 1 of lgamma",
    value=lambda m, n, x: m.polygamma(n, x),
    partials=lambda m, y, n, x: (0.0, m.polygamma(n + 1, x)),
    domain=(REAL, NO_POLE),
    condition=Condition("n = 0, 1, 2, …", lambda n, x: n >= 0.0 and n == math.floor(n)),
)

# Kinks and jumps

ABS = Rule(
    "abs",
    value=lambda m, x: m.abs(x),
    partials=lambda m, y, x: (m.greater(x, 0.0) - m.greater(0.0, x),),
    domain=(NONZERO,),
    chosen={(0.0,): (0.0,)},
)
MAXIMUM = Rule(
    "maximum",
    inputs=("a", "b"),
    means="a tie goes half to each",
    value=lambda m, a, b: m.maximum(a, b),
    partials=lambda m, y, a, b: (
        0.5 + 0.5 * (m.greater(a, b) - m.greater(b, a)),
        0.5 + 0.5 * (m.greater(b, a) - m.greater(a, b)),
    ),
    domain=(REAL, REAL),
    condition=Condition("a ≠ b", lambda a, b: a != b),
    chosen={(0.0, 0.0): (0.5, 0.5), (-3.0, -3.0): (0.5, 0.5)},
)
MINIMUM = Rule(
    "minimum",
    inputs=("a", "b"),
    value=lambda m, a, b: m.minimum(a, b),
    partials=lambda m, y, a, b: (
        0.5 + 0.5 * (m.greater(b, a) - m.greater(a, b)),
        0.5 + 0.5 * (m.greater(a, b) - m.greater(b, a)),
    ),
    domain=(REAL, REAL),
    condition=Condition("a ≠ b", lambda a, b: a != b),
    chosen={(0.0, 0.0): (0.5, 0.5), (-3.0, -3.0): (0.5, 0.5)},
)
GREATER = Rule(
    "greater",
    inputs=("a", "b"),
    means="1 if a > b else 0",
    value=lambda m, a, b: m.greater(a, b),
    partials=lambda m, y, a, b: (0.0, 0.0),
    domain=(REAL, REAL),
    condition=Condition("a ≠ b", lambda a, b: a != b),
    chosen={(0.0, 0.0): (0.0, 0.0), (-3.0, -3.0): (0.0, 0.0)},
)
WHERE = Rule(
    "where",
    inputs=("condition", "a", "b"),
    means="a if condition > 0 else b",
    value=lambda m, condition, a, b: m.where(condition, a, b),
    partials=lambda m, y, condition, a, b: (
        0.0,
        m.greater(condition, 0.0),
        1.0 - m.greater(condition, 0.0),
    ),
    domain=(NONZERO, REAL, REAL),
    chosen={(0.0, 3.0, 5.0): (0.0, 0.0, 1.0)},
)
COPYSIGN = Rule(
    "copysign",
    inputs=("x", "y"),
    means="|x| with the sign of y",
    value=lambda m, x, y: m.copysign(x, y),
    partials=lambda m, _, x, y: (
        (m.greater(x, 0.0) - m.greater(0.0, x)) * m.copysign(1.0, y),
        0.0,
    ),
    domain=(NONZERO, NONZERO),
    chosen={(0.0, 2.0): (0.0, 0.0), (0.0, -2.0): (0.0, 0.0)},
)
FMOD = Rule(
    "fmod",
    inputs=("x", "y"),
    means="x minus the multiple of y next to it on the side of 0",
    value=lambda m, x, y: m.fmod(x, y),
    partials=lambda m, r, x, y: (1.0, (r - x) / y),
    domain=(REAL, NONZERO),
    condition=Condition("x / y not an integer", lambda x, y: math.fmod(x, y) != 0.0),
)
REMAINDER = Rule(
    "remainder",
    inputs=("x", "y"),
    means="x minus the multiple of y nearest to it",
    value=lambda m, x, y: m.remainder(x, y),
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
    means="log(1 + exp(x)), likewise",
    value=lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
    partials=lambda m, y, x: (m.sigmoid(x),),
)
RELU = Rule(
    "relu",
    value=lambda m, x: m.maximum(x, 0.0),
    partials=lambda m, y, x: (m.greater(x, 0.0),),
    domain=(NONZERO,),
    chosen={(0.0,): (0.0,)},
)
LEAKY_RELU = Rule(
    "leaky_relu",
    inputs=("x", "slope"),
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

# Any number of inputs


def largest(m: Any, xs: Sequence[Any]) -> Any:
    """The largest, pair by pair: as a formula, that of a thousand inputs is ten deep."""
    while len(xs) > 1:
        odd = xs[len(xs) // 2 * 2 :]
        xs = [*map(m.maximum, xs[::2], xs[1::2]), *odd]
    return xs[0]


def shifted_logsumexp(m: Any, *xs: Any) -> Any:
    """log Σ exp(xᵢ), with the largest subtracted first so that no exponential overflows.

    The largest has exp(0) = 1: log1p takes the sum of the others, however small they are.
    """
    if not xs:
        raise ValueError("at least one number is needed, and none was given")
    top = largest(m, xs)
    return top + m.log1p(m.sum([-1.0, *[m.exp(x - top) for x in xs]]))


SUM = Rule(
    "sum",
    inputs=("*x",),
    value=lambda m, *xs: m.sum(xs),
    partials=lambda m, y, *xs: (1.0,) * len(xs),
)
PROD = Rule(
    "prod",
    inputs=("*x",),
    value=lambda m, *xs: m.prod(xs),
    partials=lambda m, y, *xs: tuple(m.prod(xs[:i] + xs[i + 1 :]) for i in range(len(xs))),
)
DOT = Rule(
    "dot",
    inputs=("*a", "*b"),
    means="a₁b₁ + … + aₙbₙ",
    value=lambda m, *ab: m.dot(ab[: len(ab) // 2], ab[len(ab) // 2 :]),
    partials=lambda m, y, *ab: ab[len(ab) // 2 :] + ab[: len(ab) // 2],
)
HYPOT = Rule(
    "hypot",
    inputs=("*x",),
    value=lambda m, *xs: m.hypot(*xs),
    partials=lambda m, y, *xs: tuple(x / y for x in xs),
    condition=Condition("not every x = 0", lambda *xs: any(xs)),
)
LOGSUMEXP = Rule(
    "logsumexp",
    inputs=("*x",),
    value=shifted_logsumexp,
    partials=lambda m, y, *xs: tuple(m.exp(x - y) for x in xs),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
)

# Not an operation: the node of a plain number that an operation met, as the 1 in v + 1
CONSTANT = Rule("constant", inputs=(), value=lambda m: None, partials=lambda m, y: ())
