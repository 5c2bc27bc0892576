"""Hypothesis strategies: points of a rule's domain, and random computation graphs.

They need Hypothesis: pip install -e ".[test]".
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.optional import missing

try:
    from hypothesis import reject
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing("engine.proof.strategies", "hypothesis", "test") from error

from engine.proof.graph_builder import FIXED_NUMBERS, Builder, Draw
from engine.proof.random_graph import Graph
from engine.proof.report import Undecided
from engine.proof.smooth import is_smooth_at
from engine.rule import INF, REAL, Domain
from engine.rules import RULES, Rule

SMALL = 25  # operations; where more are asked for, they come in blocks
BLOCKS = 60
SHAPES = ("one", "chain", "one node", "nodes", "leaves")


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


# Random graphs


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


@st.composite
def _graphs(
    draw: Draw, rules: list[Rule], max_leaves: int, max_operations: int, n_outputs: int
) -> Graph:
    builder = Builder(draw, max_leaves, max_operations)
    if max_operations <= SMALL:
        for _ in range(draw(st.integers(1, max_operations))):
            if builder.operations < max_operations:
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
