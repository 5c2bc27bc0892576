"""Whose fault it is: the input, and the first node of the graph whose local derivative is wrong."""

from engine.gradients import symbolic_partials
from engine.proof.analysis import Analysis
from engine.proof.differences import EPSILON
from engine.proof.parts import as_given
from engine.proof.report import Row
from engine.value import Number, Value


def find_input(analysis: Analysis) -> list[Row]:
    """The row of an input that is wrong, by halving the direction again and again."""
    numbers = analysis.problem.numbers
    suspects = list(range(len(numbers)))
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        direction = [max(abs(x), 1.0) if k in half else 0.0 for k, x in enumerate(numbers)]
        wrong = analysis.along(direction, "").verdict == "disagrees"
        suspects = half if wrong else suspects[len(half) :]
    row = analysis.single(suspects[0])
    return [row] if row.verdict == "disagrees" else []


def _number(graph: Number) -> float:
    return graph.data if isinstance(graph, Value) else graph


def describe_first_unlike(order: list[Value]) -> str:
    """The first node whose local derivative is another number as a Value than as a float."""
    for node in order:
        if node.inputs:
            for k, (partial, graph) in enumerate(zip(node.partials, symbolic_partials(node))):
                if abs(_number(graph) - partial) > EPSILON * abs(partial):
                    given = f"{as_given(node, k, partial)} with floats"
                    return (
                        f"the first local derivative that differs is {given}, "
                        f"{_number(graph):.12g} with Values"
                    )
    return "every local derivative is the same: what differs is how they are passed on"
