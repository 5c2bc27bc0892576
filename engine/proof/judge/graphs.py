"""Graphs of operations as programs: how each is written, all small ones, and simple numbers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from engine.floats import FLOATS
from engine.proof.judge.bench import Bench
from engine.proof.judge.draft import Draft
from engine.proof.judge.operations import Operation, is_ordinary_at
from engine.rules import RULES, Rule

if TYPE_CHECKING:
    from engine.proof.random_graph import Graph

SIMPLE = (2.0, 3.0, 1.0, -1.0, -2.0, 0.5)


def rules_of(bench: Bench) -> list[Rule]:
    """The rules that right operations write with nodes alone, but for fixed numbers."""
    return [
        rule
        for rule in RULES.values()
        if (rule, tuple(k not in rule.fixed for k in range(len(rule.inputs)))) in forms(bench)
    ]


def forms(bench: Bench) -> dict[tuple[Rule, tuple[bool, ...]], Operation]:
    """How a rule is written: for each way of giving nodes (True) and plain numbers."""
    found: dict[tuple[Rule, tuple[bool, ...]], Operation] = {}
    for operation in bench.right.values():
        if not operation.in_place and all(isinstance(each, str) for each in operation.inputs):
            pattern = tuple(each != "n" for each in operation.inputs)
            found.setdefault((operation.rule, pattern), operation)
    return found


def written(bench: Bench, graph: "Graph") -> tuple[Draft, list[str]]:
    """The graph as a program, and the names of its outputs."""
    draft, known = bench.draft(), forms(bench)
    names = [draft.leaf(x) for x in graph.point]
    for step in graph.steps:
        inputs = step.given(names)
        operation = known.get((step.rule, tuple(isinstance(each, str) for each in inputs)))
        if operation is None:  # no such way to give a plain number: it becomes a node
            fixed = step.rule.fixed
            inputs = [
                draft.leaf(each) if isinstance(each, float) and k not in fixed else each
                for k, each in enumerate(inputs)
            ]
            operation = known[step.rule, tuple(isinstance(each, str) for each in inputs)]
        names.append(draft.result(operation, dict(zip(map(str, operation.inputs), inputs))))
    return draft, [names[place] for place in graph.outputs]


def all_graphs(
    rules: list[Rule], *, leaves: int, operations: int, outputs: int
) -> Iterator["Graph"]:
    """All graphs of up to so many leaves and operations, the smallest first; fixed inputs are 2."""
    from engine.proof.random_graph import Graph, Step

    for count in range(1, operations + 1):
        for nodes in range(1, leaves + 1):
            for kinds in product(dict.fromkeys(rules), repeat=count):
                ways = [inputs_of(rule, nodes + k) for k, rule in enumerate(kinds[::-1])]
                for chosen in product(*ways):
                    steps = tuple(map(Step, kinds[::-1], chosen))
                    last = tuple(range(nodes + count))[-outputs:]
                    graph = Graph(SIMPLE[:nodes], steps, last)
                    if is_whole(graph) and is_ordinary(graph):
                        yield graph


def inputs_of(rule: Rule, nodes: int) -> list[tuple[int | float, ...]]:
    """All ways to give a rule inputs among so many nodes."""
    each = [[2.0] if k in rule.fixed else range(nodes) for k in range(len(rule.inputs))]
    return list(product(*each))


def is_whole(graph: "Graph") -> bool:
    """Whether every leaf and every result is used, or is an output."""
    used = {each for step in graph.steps for each in step.inputs if isinstance(each, int)}
    return used.union(graph.outputs) >= set(range(len(graph.point) + len(graph.steps)))


def with_simple_numbers(graph: "Graph", fails: Callable[["Graph"], bool]) -> "Graph":
    """The graph with each of its numbers replaced by the simplest with which it still fails."""
    for number in dict.fromkeys(numbers_in(graph)):
        for simple in SIMPLE:
            if simple == number:
                break
            changed = with_number(graph, number, simple)
            if is_ordinary(changed) and fails(changed):
                graph = changed
                break
    return graph


def numbers_in(graph: "Graph") -> list[float]:
    """Its numbers: those of the leaves, and the plain ones."""
    plain = [each for step in graph.steps for each in step.inputs if isinstance(each, float)]
    return [*graph.point, *plain]


def with_number(graph: "Graph", number: float, other: float) -> "Graph":
    """The graph with another number wherever this one stands."""

    def changed(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(other if isinstance(each, float) and each == number else each for each in row)

    steps = tuple(replace(step, inputs=changed(step.inputs)) for step in graph.steps)
    return replace(graph, point=changed(graph.point), steps=steps)


def is_ordinary(graph: "Graph") -> bool:
    """Whether every operation is inside its domain and nothing is large."""
    numbers = list(graph.point)
    for step in graph.steps:
        inputs = step.given(numbers)
        if not is_ordinary_at(step.rule, inputs):
            return False
        numbers.append(step.rule.value(FLOATS, *inputs))
    return True
