"""The smallest program that fails: of a row of sizes, or of all graphs, shrunk by Hypothesis."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from engine.optional import missing
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.graphs import all_graphs, rules_of, with_simple_numbers
from engine.proof.judge.program import Failure, Program
from engine.rules import Rule

if TYPE_CHECKING:
    from engine.proof.random_graph import Graph

EXACT = 1000  # below this size the smallest is found exactly, beyond it to a thousandth
PATIENCE = 5.0  # seconds for making a slow or failing program smaller
SMALLER = 600  # graphs that are tried one by one for being smaller


@dataclass(frozen=True, slots=True)
class Limits:
    """Which graphs are looked through."""

    operations: int
    leaves: int = 4
    outputs: int = 1
    tiny: int = 500  # so many are tried one by one
    drawn: int = 60  # and so many drawn by Hypothesis


def smallest_size(bench: Bench, family: Callable[[int], Program], largest: int) -> Failure | None:
    """The failure of the smallest size up to the largest, where that and all above it fail.

    Where only the time is up, the size is a matter of speed, and not looked for long.
    """
    passing, failing, failure = 0, 0, None
    began = time.monotonic()
    for size in sizes(largest):
        failure = bench.failure(family(size))
        if failure is not None:
            failing = size
            break
        passing = size
    while failure is not None:
        if failing - passing <= max(1, failing // (4 if failure.slow else EXACT)):
            break
        if failure.slow and time.monotonic() - began > PATIENCE:
            break
        size = (passing + failing) // 2
        smaller = bench.failure(family(size))
        if smaller is None:
            passing = size
        else:
            failing, failure = size, smaller
    while failure is not None and not failure.slow and 1 < failing <= EXACT:
        smaller = bench.failure_at_first(family(failing - 1))
        if smaller is None:
            break
        failing, failure = failing - 1, smaller
    return failure


def sizes(largest: int) -> Iterator[int]:
    """Powers of ten up to the largest, and that.

    >>> list(sizes(2000))
    [1, 10, 100, 1000, 2000]
    """
    size = 1
    while size < largest:
        yield size
        size *= 10
    yield largest


def smallest_graph(
    bench: Bench,
    failure_of: Callable[["Graph"], Failure | None],
    limits: Limits,
) -> Failure | None:
    """The failure of the smallest graph of right operations that has one.

    Tiny graphs are tried one by one; then those that Hypothesis draws, always the same ones. Where
    one of these fails it is shrunk: by Hypothesis, then number by number, then by trying all of the
    same rules with fewer operations. Raises NotOffered where no operation is right.
    """
    rules = rules_of(bench)
    if not rules:
        raise NotOffered("no operation is right by itself")
    found: dict[Graph, Failure] = {}

    def fails(graph: "Graph") -> bool:
        failure = failure_of(graph)
        if failure is not None:
            found[graph] = failure
        return failure is not None

    graph = next(filter(fails, tiny_graphs(rules, limits)), None)
    if graph is not None:
        return found[graph]
    graph = shrunk(fails, rules, limits)
    if graph is None:
        return None
    graph = with_simple_numbers(graph, fails)
    smaller = all_graphs(
        [step.rule for step in graph.steps],
        leaves=len(graph.point),
        operations=len(graph.steps) - 1,
        outputs=limits.outputs,
    )
    return found[next(filter(fails, islice(smaller, SMALLER)), graph)]


def tiny_graphs(rules: list[Rule], limits: Limits) -> Iterator["Graph"]:
    """Those of one leaf and one or two operations, and of three of the first two rules."""
    for kinds, most in ((rules, 2), (rules[:2], 3)):
        operations = min(limits.operations, most)
        graphs = all_graphs(kinds, leaves=1, operations=operations, outputs=limits.outputs)
        yield from islice(graphs, limits.tiny)


def shrunk(fails: Callable[["Graph"], bool], rules: list[Rule], limits: Limits) -> "Graph | None":
    """A failing graph that Hypothesis finds among those it draws, and shrinks for a while."""
    try:
        from hypothesis import configuration, find, settings
        from hypothesis.errors import Flaky, NoSuchExample
    except ModuleNotFoundError as error:
        raise missing("check_engine", "hypothesis", "test") from error
    from engine.proof.random_graph import Graph
    from engine.proof.strategies import graphs

    failing: list[Graph] = []
    began = 0.0

    def still_fails(graph: Graph) -> bool:
        nonlocal began
        if failing and time.monotonic() - began > PATIENCE:
            return graph in failing
        if fails(graph):
            began = began or time.monotonic()
            failing.append(graph)
            return True
        return False

    drawn = graphs(
        rules,
        max_leaves=limits.leaves,
        max_operations=limits.operations,
        n_outputs=limits.outputs,
    )
    options = settings(max_examples=limits.drawn, database=None, deadline=None)
    home = vars(configuration).get("__hypothesis_home_directory")
    with (
        TemporaryDirectory() as folder,  # or Hypothesis leaves one where it is called
        suppress(NoSuchExample, Flaky),  # Flaky: an engine that fails now and then
    ):
        configuration.set_hypothesis_home_dir(folder)
        try:
            find(drawn, still_fails, settings=options, random=Random(0))
        finally:
            configuration.set_hypothesis_home_dir(home)
    return min(failing[::-1], key=lambda graph: len(graph.steps), default=None)
