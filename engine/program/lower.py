"""lower: Values become nodes of the scalar IR, one for each, in topological order."""

from typing import NamedTuple

from engine.graph import topological_order
from engine.program.graph import Graph, Input, Operation, Parameter
from engine.value import Value


class Traced(NamedTuple):
    """What is compiled: the outputs of a graph of Values, and what its leaves are."""

    outputs: list[Value]
    inputs: list[Value]
    parameters: list[Value]


def lower(traced: Traced) -> Graph:
    """The graph of the outputs; leaves that are neither inputs nor parameters are constants."""
    graph = Graph()
    place: dict[Value, int] = {}
    for position, leaf in enumerate(traced.inputs):
        place[leaf] = graph.leaf(Input(position), leaf)
    for position, leaf in enumerate(traced.parameters):
        place[leaf] = graph.leaf(Parameter(position), leaf)
    for value in topological_order(traced.outputs):
        if value in place:
            continue
        rule, inputs = value.rule, value.inputs
        if rule is None or not inputs:
            place[value] = graph.constant(value.data, value)
        elif rule.fixed:
            fixed = tuple([inputs[k].data for k in sorted(rule.fixed)])
            free = tuple([place[x] for k, x in enumerate(inputs) if k not in rule.fixed])
            place[value] = graph.add(Operation(rule, free, fixed), value)
        else:
            place[value] = graph.add(Operation(rule, tuple([place[x] for x in inputs])), value)
    graph.outputs = [place[output] for output in traced.outputs]
    return graph
