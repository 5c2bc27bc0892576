"""The operations that an engine may have: how each is written, and by which rule it is judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from engine.proof.points import sample_points
from engine.proof.smooth import value_and_partials
from engine.rules import RULES, Rule

Input = str | float  # "a" and "b" are nodes, "n" is any plain number, and a number is itself


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to write an operation, with nodes a and b and a plain number n.

    `belongs_to` names the operation that makes one expect this: who has a - b must have n - a.
    """

    name: str
    text: str  # "{n} - {a}"
    rule: Rule
    inputs: tuple[Input, ...]
    belongs_to: str = ""

    @property
    def nodes(self) -> list[str]:
        return sorted({each for each in self.inputs if each in ("a", "b")})

    @property
    def method(self) -> str:
        """The method's name, for what is written as one."""
        return self.text[4:].partition("(")[0] if self.text.startswith("{a}.") else ""

    @property
    def in_place(self) -> bool:
        return "= " in self.text

    def numbers(self, given: dict[str, float]) -> list[float]:
        """The numbers of the rule's inputs, where those of a, b and n are given."""
        return [given[each] if isinstance(each, str) else each for each in self.inputs]


def operations() -> Iterator[Operation]:
    """Every operation, the simple ones first."""
    for symbol, name in [("+", "add"), ("*", "multiply"), ("-", "subtract"), ("/", "divide")]:
        rule, belongs_to = RULES[name], f"a {symbol} b"
        yield Operation(belongs_to, f"{{a}} {symbol} {{b}}", rule, ("a", "b"))
        yield Operation(f"a {symbol} n", f"{{a}} {symbol} {{n}}", rule, ("a", "n"), belongs_to)
        yield Operation(f"n {symbol} a", f"{{n}} {symbol} {{a}}", rule, ("n", "a"), belongs_to)
        yield Operation(f"a {symbol}= b", f"{{a}} {symbol}= {{b}}", rule, ("a", "b"), belongs_to)
    yield Operation("sum([a, b])", "sum([{a}, {b}])", RULES["add"], ("a", "b"), "a + b")
    yield Operation("-a", "-{a}", RULES["negate"], ("a",))
    yield Operation("a ** n", "{a} ** {n}", RULES["power"], ("a", "n"))
    yield Operation("a **= n", "{a} **= {n}", RULES["power"], ("a", "n"), "a ** n")
    yield Operation("a ** b", "{a} ** {b}", RULES["pow"], ("a", "b"))
    yield Operation("n ** a", "{n} ** {a}", RULES["pow"], ("n", "a"), "a ** b")
    yield Operation("abs(a)", "abs({a})", RULES["abs"], ("a",))
    for rule in RULES.values():
        if rule.unary and not rule.symbol:
            yield Operation(f"a.{rule.name}()", f"{{a}}.{rule.name}()", rule, ("a",))
    for name in ("inv", "reciprocal"):
        yield Operation(f"a.{name}()", f"{{a}}.{name}()", RULES["divide"], (1.0, "a"))
    yield Operation("a.square()", "{a}.square()", RULES["power"], ("a", 2.0))


OPERATIONS = {operation.name: operation for operation in operations()}

# Simple numbers, the simplest first. They are short in float32 as well.
NODES = (2.0, 3.0, -2.0, 0.5, -0.5, 1.5, -3.0, 0.25, 4.0, -1.0, 1.0)
PAIRS = ((2.0, 3.0), (3.0, 2.0), (-2.0, 3.0), (2.0, -3.0), (0.5, 4.0), (-0.25, -1.5), (2.0, 2.0))
PLAIN = (2, 3, -1, 0.5, 1.5, -2, 4, 1, 0)
ROWS = 45  # pairs of a node and a plain number
MORE = 12  # points drawn from the domain
LARGE, STEEP = 50.0, 1e4  # they are no larger, and their results and partials neither


def points(operation: Operation) -> Iterator[dict[str, float]]:
    """Numbers for a, b and n, the simplest first: ordinary ones, away from edges and kinks.

    >>> next(points(OPERATIONS["a - b"]))
    {'a': 2.0, 'b': 3.0}
    """
    names = sorted({each for each in operation.inputs if isinstance(each, str)})
    drawn = (
        {
            each: round(64.0 * x) / 64.0
            for each, x in zip(operation.inputs, point)
            if isinstance(each, str)
        }
        for point, _ in zip(sample_points(operation.rule, Random(0)), range(MORE))
    )
    for given in (*(dict(zip(names, each)) for each in simple_points(names)), *drawn):
        if is_ordinary_at(operation.rule, operation.numbers(given)):
            yield given


def simple_points(names: Sequence[str]) -> Sequence[tuple[float, ...]]:
    """Simple numbers for one node, for two, or for a node and a plain number."""
    if names == ["a"]:
        return [(x,) for x in NODES]
    if names == ["a", "b"]:
        return PAIRS
    return sorted(product(NODES, PLAIN), key=lambda p: NODES.index(p[0]) + PLAIN.index(p[1]))[:ROWS]


def is_ordinary_at(rule: Rule, numbers: Sequence[float]) -> bool:
    """Whether value and partials exist there, and neither they nor the numbers are large."""
    found = value_and_partials(rule, numbers)
    if found is None:
        return False
    return max(map(abs, numbers)) <= LARGE and max(map(abs, found)) <= STEEP
