"""What a rule is: the record of one operation, and what its readers ask of it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

INF = math.inf


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


REAL = Domain("any number", ((-INF, INF),))


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One primitive operation y = name(inputs).

    The partials hold where every input is in its domain and the condition is met. At the points of
    `chosen` there is no derivative, and these values stand in for it by convention. Elsewhere
    outside the domain the operation is refused when no finite number comes out.

    Inputs are numbers, or vectors of equal length, declared as ("*a", "*b"). The function of the
    rule takes vectors as lists; everything else takes them in a row, a₁ … aₙ b₁ … bₙ.
    """

    __module__ = "engine.rules"  # where pickle finds each rule of the table by its name

    name: str
    value: Callable[..., Any]  # (m, *inputs) -> y
    partials: Callable[..., Any]  # (m, y, *inputs) -> (∂y/∂input, ...), one for each input
    inputs: tuple[str, ...] = ("x",)
    domain: tuple[Domain, ...] = ()  # one for each name in inputs; any number where left out
    condition: Condition | None = None
    kinks: Mapping[int, Condition] = field(default_factory=dict)  # {2: what y″, y‴, … need besides}
    chosen: Mapping[tuple[float, ...], tuple[float, ...]] = field(default_factory=dict)
    fixed: frozenset[int] = frozenset()  # inputs that are plain numbers: their partial is 0
    defaults: tuple[float, ...] = ()  # of the last inputs, where a call leaves them out
    spread: bool = False  # the function takes its vector number by number, as math.hypot does
    symbol: str = ""  # for an operator, as Python writes it
    near_zero: str = ""  # how to write it where an input may be 0, and is refused
    cancels_from: float = 0.0  # the size of what floats of it are a difference of, whatever y is
    means: str = ""  # in words or a formula, where the name is not one of Python's math

    def __post_init__(self) -> None:
        """Names are written into source: what is no identifier is refused."""
        for name in (f"{self.name}", *[f"{input}".removeprefix("*") for input in self.inputs]):
            if not name.isidentifier() or iskeyword(name):
                raise ValueError(
                    f"a rule and its inputs are named by identifiers, not {name!r:.80}"
                )

    def __repr__(self) -> str:
        return f"<rule {self.name}({', '.join(self.inputs)})>"

    @property
    def variadic(self) -> bool:
        """Whether it takes vectors."""
        return self.inputs[0].startswith("*")

    @property
    def unary(self) -> bool:
        """Whether it takes one number: then it is a method of Value and an activation, too."""
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

    def arguments(self, free: Sequence[Any], fixed: Sequence[Any]) -> list[Any]:
        """All inputs in their order: those that are free, and among them the fixed ones."""
        others, numbers = iter(free), iter(fixed)
        count = len(free) + len(fixed)
        return [next(numbers if k in self.fixed else others) for k in range(count)]

    def holds_at(self, *numbers: float, order: int = 1) -> bool:
        """Whether the derivatives of this order exist at this point, and those below it."""
        needed = [condition for least, condition in self.kinks.items() if least <= order]
        if self.condition is not None:
            needed.append(self.condition)
        each = zip(numbers, self.named_inputs(len(numbers)))
        inside = all(x in domain for x, (_, domain) in each)
        return inside and all(condition.holds(*numbers) for condition in needed)

    def __reduce__(self) -> str:
        """Copied and pickled by its name in this module: functions have no other form."""
        return self.name.upper()


def native(name: str, **record: Any) -> Rule:
    """A rule that is a function of m; the others are formulas made of such functions."""
    return Rule(name, value=lambda m, *xs: getattr(m, name)(*xs), **record)
