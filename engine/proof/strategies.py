"""Hypothesis strategies: points of a rule's domain, and random computation graphs.

They need Hypothesis: pip install -e ".[test]".
"""

import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

from engine.optional import missing

try:
    from hypothesis import reject
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing("engine.proof.strategies", "hypothesis", "test") from error

from engine.errors import write_call
from engine.floats import FLOATS
from engine.proof.report import Undecided
from engine.rule import INF, REAL, Domain
from engine.rules import RULES, Rule
from engine.value import Value, apply

FIXED_NUMBERS = (2.0, 1.0, 0.0, 3.0, 0.5, -1.0, -2.0, -0.5)  # exponents and orders; simple first
LARGEST = 1e3  # of the numbers in a random graph
SMALL = 25  # operations; where more are asked for, they come in blocks
BLOCKS = 60
SHAPES = ("one", "chain", "one node", "nodes", "leaves")
JOINED = (2, 3, 5, 8, 25, 40)  # inputs of a rule of vectors
RECENT = 200  # nodes among which inputs are chosen
MARGIN = 1e-2  # by which they keep away from edges and kinks, relative to max(1, |x|)


# Points


def points(rule: Rule, *, kinks: bool = False, n_inputs: int = 3) -> st.SearchStrategy[Any]:
    """Inputs at which the rule's partials hold: tuples of floats, moderate, huge, tiny, near edges.

    With `kinks`, the points of `rule.chosen` too. A rule that takes vectors gets `n_inputs` numbers
    in a row, rounded up to vectors of equal length.

    >>> from engine import RULES
    >>> points(RULES["log"]).filter(lambda point: point[0] > 1e6).example()  # doctest: +SKIP
    (3.2e+18,)
    """
    inputs = [
        st.sampled_from(FIXED_NUMBERS) if k in rule.fixed else numbers_in(domain)
        for k, (_, domain) in enumerate(rule.named_inputs(rule.arity(n_inputs)))
    ]
    inside = st.tuples(*inputs).filter(lambda point: is_smooth_at(rule, point))
    return inside | st.sampled_from(list(rule.chosen)) if kinks and rule.chosen else inside


def numbers_in(domain: Domain) -> st.SearchStrategy[float]:
    """Floats within a domain's open intervals: of moderate size first, then anywhere."""
    intervals = domain.intervals[:4]
    return st.one_of(
        [numbers_between(max(low, -8.0), min(high, 8.0)) for low, high in intervals]
        + [numbers_between(low, high) for low, high in intervals]
    )


def numbers_between(low: float, high: float) -> st.SearchStrategy[float]:
    """Floats of the open interval, those next to its ends among them."""
    return st.floats(
        min_value=low if low > -INF else None,
        max_value=high if high < INF else None,
        exclude_min=low > -INF,
        exclude_max=high < INF,
        allow_nan=False,
        allow_infinity=False,
        allow_subnormal=False,
    )


def is_smooth_at(rule: Rule, point: Sequence[float]) -> bool:
    """Whether the rule has finite partials there that are its derivatives."""
    if not rule.holds_at(*point):
        return False
    try:
        value = rule.value(FLOATS, *point)
        partials = rule.partials(FLOATS, value, *point)
    except (ValueError, ArithmeticError):
        return False
    return isfinite(value) and all(map(isfinite, partials))


# Random graphs


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a graph: a rule, and for each input the place of a node or a number."""

    rule: Rule
    inputs: tuple[int | float, ...]  # an int is a place, a float a plain number


@dataclass(frozen=True, slots=True)
class Graph:
    """A computation graph to build as often as needed; it prints as the Python that builds it.

    Called with Values for its leaves it returns the output, or the list of them if there are
    several: `check_gradients(graph, *graph.point)`.
    """

    point: tuple[float, ...]  # the numbers of the leaves, which are nodes 0, 1, …
    steps: tuple[Step, ...]  # the nodes that follow
    outputs: tuple[int, ...]

    def __call__(self, *leaves: Value) -> Any:
        nodes = list(leaves)
        for step in self.steps:
            inputs = [nodes[i] if isinstance(i, int) else i for i in step.inputs]
            nodes.append(apply(step.rule, *inputs))
        found = [nodes[place] for place in self.outputs]
        return found[0] if len(found) == 1 else found

    def __repr__(self) -> str:
        names = [f"x{k}" for k in range(len(self.point))]
        lines = [f"{name} = Value({x!r}, {name!r})" for name, x in zip(names, self.point)]
        for step in self.steps:
            inputs = [names[i] if isinstance(i, int) else repr(i) for i in step.inputs]
            names.append(f"v{len(names) - len(self.point) + 1}")
            lines.append(f"{names[-1]} = {python_call(step.rule, inputs)}")
        outputs = ", ".join(names[place] for place in self.outputs)
        imports = ["from engine import *"]
        if own := sorted({step.rule.name for step in self.steps} & set(vars(builtins))):
            imports.append(f"from engine import {', '.join(own)}  # instead of Python's")
        return "\n".join(["", *imports, *lines, f"draw([{outputs}])"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis prints a failing example by this, where it exists."""
        printer.text(repr(self))


def python_call(rule: Rule, inputs: list[str]) -> str:
    """One step as Python that calls the engine.

    >>> python_call(RULES["dot"], ["a", "b", "c", "d"]), python_call(RULES["sum"], ["a", "b"])
    ('dot([a, b], [c, d])', 'sum([a, b])')
    """
    if rule.variadic and rule.name != "hypot":
        vectors = [f"[{', '.join(vector)}]" for vector in rule.vectors(inputs)]
        return f"{rule.name}({', '.join(vectors)})"
    if len(inputs) == 1 and rule.symbol:
        return f"{rule.symbol}{inputs[0]}"
    if rule.symbol and rule.name != "pow":  # x ** 2.0 is power
        return write_call(rule, inputs)
    return f"{rule.name}({', '.join(inputs)})"


def graphs(
    rules: Iterable[Rule] = tuple(RULES.values()),
    *,
    max_leaves: int = 4,
    max_operations: int = 12,
    n_outputs: int = 1,
) -> st.SearchStrategy[Graph]:
    """Random computation graphs over these rules, with shared nodes and plain numbers among them.

    Every input of every operation is inside its domain, away from edges and kinks, and no number is
    larger than 1000, by construction: an operation takes those of the nodes before it that suit
    it, and new leaves or plain numbers where none does. Examples shrink to few nodes and simple
    numbers. Only what leads to an output is kept.

    Where more than 25 operations are asked for, a good part of the examples comes near to that, and
    to the leaves: deep chains, nodes with many uses, and vectors of many inputs among them.

    >>> from hypothesis import given
    >>> from engine.proof.checking import check_gradients
    >>> @given(graphs(max_operations=3))
    ... def test(graph):
    ...     with skip_undecided():
    ...         check_gradients(graph, *graph.point)
    """
    choices = list(rules)
    if not choices:
        raise ValueError("graphs: no rules are given")
    if min(max_leaves, max_operations, n_outputs) < 1:
        raise ValueError("graphs: max_leaves, max_operations and n_outputs must be at least 1")
    return _graphs(choices, max_leaves, max_operations, n_outputs)


@contextmanager
def skip_undecided() -> Iterator[None]:
    """In a test with Hypothesis: an example that can't be decided is rejected; it does not fail."""
    try:
        yield
    except Undecided:
        reject()


Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def _graphs(
    draw: Draw, rules: list[Rule], max_leaves: int, max_operations: int, n_outputs: int
) -> Graph:
    builder = Builder(draw, max_leaves)
    if max_operations <= SMALL:
        for _ in range(draw(st.integers(1, max_operations))):
            draw(_operation(builder, rules))
        return builder.graph(n_outputs)
    most = max_operations * 9 // 10  # what is left joins them
    size = draw(st.integers(1, most) | st.integers(most * 3 // 4, most))
    for _ in range(BLOCKS):
        if builder.operations < size:
            draw(_block(builder, rules, size))
    builder.join(rules, builder.loose(), max_operations, into=n_outputs)
    return builder.graph(n_outputs)


@st.composite
def _operation(draw: Draw, builder: "Builder", rules: list[Rule]) -> None:
    """One more operation, as a unit that Hypothesis can leave out when it shrinks the graph."""
    builder.add(draw(st.sampled_from(rules)))


@st.composite
def _block(draw: Draw, builder: "Builder", rules: list[Rule], size: int) -> None:
    """Operations of one rule, up to this size of the graph: one, a chain, or side by side.

    Side by side they take one node again and again, new leaves, or one node after the other; then
    they are joined.
    """
    rule, shape = draw(st.sampled_from(rules)), draw(st.sampled_from(SHAPES))
    first = builder.add(rule)
    if shape == "one" or first is None:
        return
    times, places = draw(st.integers(1, size)), [first]
    for count in range(times - 1):
        if builder.operations + len(places) >= size:
            break
        if shape == "chain":
            place: int | None = places[-1]
        elif shape == "leaves":
            place = builder.leaf(REAL)
        else:
            place = count % first if shape == "nodes" else builder.last_input(first)
        added = None if place is None else builder.repeat(first, place)
        if added is None and shape in ("chain", "leaves"):
            break
        places += [] if added is None else [added]
    if shape != "chain":
        builder.join(rules, places, size)


class Builder:
    """Draws the operations of a graph one by one and knows the number at every node so far."""

    def __init__(self, draw: Draw, max_leaves: int) -> None:
        self.draw = draw
        self.spare_leaves = max_leaves - 1
        self.numbers: list[float] = [draw(comfortable(REAL))]
        self.steps: list[Step | None] = [None]  # None at a leaf

    @property
    def operations(self) -> int:
        return sum(step is not None for step in self.steps)

    def add(self, rule: Rule) -> int | None:
        """One more operation, unless it would come too close to a kink or grow too large."""
        count = rule.arity(2 * self.draw(st.integers(1, 2)) if rule.variadic else 1)
        named = rule.named_inputs(count)
        inputs = [self.input(domain, k in rule.fixed) for k, (_, domain) in enumerate(named)]
        return self.apply(rule, inputs)

    def apply(self, rule: Rule, inputs: Sequence[int | float]) -> int | None:
        """The place of one more operation on these, if it suits."""
        numbers = [self.numbers[i] if isinstance(i, int) else i for i in inputs]
        if not any(isinstance(i, int) for i in inputs) or not is_calm_at(rule, numbers):
            return None
        self.numbers.append(rule.value(FLOATS, *numbers))
        self.steps.append(Step(rule, tuple(inputs)))
        return len(self.steps) - 1

    def input(self, domain: Domain, fixed: bool) -> int | float:
        """A node of this domain, or a new leaf or a plain number; a plain number where fixed."""
        if fixed:
            return float(self.draw(st.sampled_from(FIXED_NUMBERS)))
        suited = [p for p, x in enumerate(self.numbers) if is_well_inside(domain, x)][-RECENT:]
        chosen: int = self.draw(st.integers(0, len(suited) + 1))
        if chosen < len(suited):
            return suited[-1 - chosen]
        leaf = self.leaf(domain) if chosen == len(suited) else None
        return self.draw(comfortable(domain)) if leaf is None else leaf

    def leaf(self, domain: Domain) -> int | None:
        """The place of a new leaf, while there may be one."""
        if not self.spare_leaves:
            return None
        self.spare_leaves -= 1
        self.numbers.append(self.draw(comfortable(domain)))
        self.steps.append(None)
        return len(self.numbers) - 1

    # Many operations

    def last_input(self, place: int) -> int:
        """The node that an operation takes first."""
        step = self.steps[place]
        assert step is not None
        return next(i for i in step.inputs if isinstance(i, int))

    def repeat(self, place: int, node: int) -> int | None:
        """The operation there once more, with this node for the first that it takes."""
        step = self.steps[place]
        assert step is not None
        k = step.inputs.index(self.last_input(place))
        return self.apply(step.rule, [*step.inputs[:k], node, *step.inputs[k + 1 :]])

    def loose(self) -> list[int]:
        """The nodes that no operation takes."""
        used = {i for step in self.steps if step for i in step.inputs if isinstance(i, int)}
        return [p for p in range(len(self.steps)) if p not in used]

    def join(self, rules: list[Rule], places: list[int], size: int, into: int = 1) -> None:
        """Few nodes of many: some at once by a rule of vectors, the others two by two."""
        joining = [r for r in rules if not r.fixed and (r.variadic or len(r.inputs) == 2)]
        while joining and len(places) > into and self.operations < size:
            rule = self.draw(st.sampled_from(joining))
            count = self.draw(st.sampled_from(JOINED)) if rule.variadic else 2
            count = min(count, len(places) - into + 1)
            count -= count % len(rule.inputs) if rule.variadic else count - 2
            added = self.apply(rule, places[:count]) if count > 1 else None
            if added is None:
                count, added = 2, self.apply_first(joining, places[:2])
            places = places[1 if added is None else count :]  # one that nothing suits is lost
            places += [] if added is None else [added]

    def apply_first(self, rules: list[Rule], inputs: list[int]) -> int | None:
        """The first of the rules that suits these nodes."""
        for rule in rules:
            added = self.apply(rule, inputs)
            if added is not None:
                return added
        return None

    def graph(self, n_outputs: int) -> Graph:
        """What leads to the last nodes, the leaves put first."""
        last = [max(0, len(self.steps) - n_outputs + k) for k in range(n_outputs)]
        needed = set(last)
        for place in reversed(range(len(self.steps))):
            step = self.steps[place]
            if place in needed and step is not None:
                needed |= {i for i in step.inputs if isinstance(i, int)}
        leaves = [p for p in sorted(needed) if self.steps[p] is None]
        others = [p for p in sorted(needed) if self.steps[p] is not None]
        places = {place: new for new, place in enumerate(leaves + others)}
        steps = tuple(
            Step(step.rule, tuple(places[i] if isinstance(i, int) else i for i in step.inputs))
            for step in (self.steps[place] for place in others)
            if step is not None
        )
        point = tuple(self.numbers[place] for place in leaves)
        return Graph(point, steps, tuple(places[place] for place in last))


def comfortable(domain: Domain) -> st.SearchStrategy[float]:
    """Numbers of few digits, well inside a domain."""
    return st.one_of(
        [
            st.integers(-59, 39).map(partial(number_at, max(low, -3.0), min(high, 3.0)))
            for low, high in domain.intervals[:2]
        ]
    )


def number_at(low: float, high: float, part: int) -> float:
    """One of 99 numbers between low and high: that of part 0, the simplest, is on the right."""
    return round(low + (high - low) * (60 + part) / 100, 3)


def is_well_inside(domain: Domain, x: float) -> bool:
    """Whether the number is in the domain together with its neighbourhood."""
    margin = MARGIN * max(1.0, abs(x))
    return any(low + margin < x < high - margin for low, high in domain.intervals)


def is_calm_at(rule: Rule, numbers: list[float]) -> bool:
    """Whether value and partials exist around the point, and neither jumps nor is large there."""
    if not is_smooth_at(rule, numbers):
        return False
    here = value_and_partials(rule, numbers)
    if max(map(abs, here)) > LARGEST:
        return False
    for k, x in enumerate(numbers):
        for shift in (-MARGIN, MARGIN):
            near = [*numbers[:k], x + shift * max(1.0, abs(x)), *numbers[k + 1 :]]
            if k in rule.fixed:
                continue
            if not is_smooth_at(rule, near):
                return False
            there = value_and_partials(rule, near)
            if any(abs(a - b) > 0.1 * (1.0 + abs(a)) for a, b in zip(here, there)):
                return False
    return True


def value_and_partials(rule: Rule, numbers: Sequence[float]) -> list[float]:
    value = rule.value(FLOATS, *numbers)
    return [value, *rule.partials(FLOATS, value, *numbers)]
