"""lower: Values become nodes of the scalar IR, in topological order.

One for each, but for long products: of these, pairs are multiplied, and pairs of those, because the
derivative of a product of n numbers by each of them would be n formulas as long as n. A dot product
is a sum of products from the start, and its vectors, which many share, are looked up once.
"""

from collections.abc import Sequence
from itertools import chain
from math import isfinite
from operator import attrgetter
from typing import Any, NamedTuple

from engine.graph import topological_order
from engine.messages import brief, shown
from engine.program.graph import (
    NO_TERMS,
    Column,
    Fixed,
    Input,
    Lowered,
    Node,
    Operation,
    Parameter,
    Sum,
    ones,
)
from engine.rules import DOT, RULES
from engine.value import Value
from engine.vector import Vector

MOST_FACTORS = 8  # that are multiplied in one operation
MULTIPLY, PROD = RULES["multiply"], RULES["prod"]


class Traced(NamedTuple):
    """What is compiled: the outputs of a graph of Values, and what its leaves are."""

    outputs: list[Value]
    inputs: list[Value]
    parameters: list[Value]


def lower(traced: Traced) -> Lowered:
    """The graph of the outputs; leaves that are neither inputs nor parameters are constants."""
    leaves = [*traced.inputs, *traced.parameters]
    nodes = map(Input, range(len(traced.inputs))), map(Parameter, range(len(traced.parameters)))
    graph = Lowered(list(chain(*nodes)), list(leaves), len(leaves))
    place = {leaf: k for k, leaf in enumerate(leaves)}
    find, add_node, add_origin = place.__getitem__, graph.nodes.append, graph.origins.append
    columns: dict[Any, Column] = {}  # of vectors, and of what is in them

    def column(values: tuple[Value, ...]) -> Column:
        found = columns.get(values)
        if found is None:
            found = columns[values] = Column(map(find, values))
        return found

    for value in topological_order(traced.outputs, attrgetter("operands")):
        if isinstance(value, Vector):
            columns[value] = column(value.operands)
            continue
        rule, inputs = value.rule, value.operands
        if rule is None or not inputs:
            if value not in place:
                place[value] = number(graph, value)
            continue
        if rule is DOT:
            sides = inputs if isinstance(inputs[0], Vector) else rule.vectors(inputs)
            left, right = map(column, sides)
            node: Node = Sum(0.0, NO_TERMS, (ones(len(left)), left, right))
        else:
            fixed: tuple[float, ...] = ()
            if rule.fixed:
                fixed = Fixed([inputs[k].data for k in sorted(rule.fixed)])
                inputs = tuple([x for k, x in enumerate(inputs) if k not in rule.fixed])
            places = (find(inputs[0]),) if len(inputs) == 1 else tuple(map(find, inputs))
            while rule is PROD and len(places) > MOST_FACTORS:
                places = pairs_multiplied(graph, places)
            node = Operation(rule, places, fixed)
        place[value] = len(graph.nodes)
        add_node(node)
        add_origin(value)
    graph.outputs = [place[output] for output in traced.outputs]
    return graph


def number(graph: Lowered, value: Value) -> int:
    """Where a number is that stays: that of a leaf, or a plain one."""
    if not isfinite(value.data):
        name = brief(value.label) or "a leaf"
        raise ValueError(f"Program: {name} is {shown(value.data)}")
    if value.rule is None:
        graph.frozen.append(value)
    return graph.constant(float(value.data), value)


def pairs_multiplied(graph: Lowered, places: Sequence[int]) -> tuple[int, ...]:
    """Half as many places: those of the products of two neighbours; an odd one stays."""
    pairs = zip(places[::2], places[1::2])
    products = [graph.add(Operation(MULTIPLY, pair)) for pair in pairs]
    return (*products, *places[len(products) * 2 :])
