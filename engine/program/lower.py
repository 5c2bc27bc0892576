"""lower: Values become nodes of the scalar IR, in topological order.

One for each, but for long products: of these, pairs are multiplied, and pairs of those, because the
derivative of a product of n numbers by each of them would be n formulas as long as n. A dot product
is a sum of products from the start, and its vectors, which many share, are looked up once. A rule
like gelu, whose partials compute erfc again that its value has computed, is its formula: what is
computed forward is there backward.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import isfinite
from typing import NamedTuple

from engine.graph import topological_order
from engine.messages import brief, shown
from engine.program.graph import NO_TERMS, Graph, Operation, Places, Sum
from engine.rule import Rule
from engine.rules import RULES
from engine.symbols import SYMBOLS, Symbol, Term
from engine.value import Value

MOST_FACTORS = 8  # that are multiplied in one operation
MULTIPLY, PROD, DOT = RULES["multiply"], RULES["prod"], RULES["dot"]


class Traced(NamedTuple):
    """What is compiled: the outputs of a graph of Values, and what its leaves are."""

    outputs: list[Value]
    inputs: list[Value]
    parameters: list[Value]


def lower(traced: Traced) -> Graph:
    """The graph of the outputs; leaves that are neither inputs nor parameters are constants."""
    graph = Graph.of_leaves(traced.inputs, traced.parameters)
    place = {leaf: k for k, leaf in enumerate(graph.origins)}
    add = graph.add
    vectors: dict[tuple[Value, ...], Places] = {}
    formulas = repeated_formulas()

    def vector(values: tuple[Value, ...]) -> Places:
        found = vectors.get(values)
        if found is None:
            found = vectors[values] = graph.column(tuple(map(place.__getitem__, values)))
        return found

    for value in topological_order(traced.outputs):
        if value in place:
            continue
        rule, inputs = value.rule, value.inputs
        if rule is None or not inputs:
            if not isfinite(value.data):
                name = brief(value.label) or "a leaf"
                raise ValueError(f"Program: {name} is {shown(value.data)}")
            place[value] = graph.constant(float(value.data), value)
            if rule is None:
                graph.frozen.append(value)
            continue
        if rule is DOT:
            length = len(inputs) // 2
            sides = vector(inputs[:length]), vector(inputs[length:])
            place[value] = add(Sum(0.0, NO_TERMS, ((1.0,) * length, *sides)), value)
            continue
        fixed: tuple[float, ...] = ()
        if rule.fixed:
            fixed = tuple([inputs[k].data for k in sorted(rule.fixed)])
            inputs = tuple([x for k, x in enumerate(inputs) if k not in rule.fixed])
        places = tuple(map(place.__getitem__, inputs))
        while rule is PROD and len(places) > MOST_FACTORS:
            places = pairs_multiplied(graph, places)
        formula = formulas.get(rule)
        if formula is not None:
            place[value] = by_formula(graph, formula, places[0])
            graph.origins[place[value]] = value
            continue
        place[value] = add(Operation(rule, places, fixed), value)
    graph.outputs = [place[output] for output in traced.outputs]
    return graph


def pairs_multiplied(graph: Graph, places: Sequence[int]) -> tuple[int, ...]:
    """Half as many places: those of the products of two neighbours; an odd one stays."""
    pairs = zip(places[::2], places[1::2])
    products = [graph.add(Operation(MULTIPLY, pair)) for pair in pairs]
    return (*products, *places[len(products) * 2 :])


@cache
def repeated_formulas() -> dict[Rule, Term]:
    """The formulas, of x0, of the rules whose partials call a function again as the value does."""
    found = {}
    x = Symbol("x0")
    for rule in RULES.values():
        if len(rule.inputs) == 1 and not rule.inputs[0].startswith("*"):
            value = rule.value(SYMBOLS, x)
            partials = rule.partials(SYMBOLS, Symbol("y"), x)
            again = {call for partial in partials for call in calls_in(partial)}
            if again.intersection(calls_in(value)) - {value}:
                found[rule] = value
    return found


def calls_in(term: Term) -> Iterator[Symbol]:
    """The functions of one input that a formula calls, such as erfc(x): all that take long."""
    if isinstance(term, Symbol):
        if len(term.terms) == 1 and term.head not in ("negate", "abs"):
            yield term
        for inner in term.terms:
            yield from calls_in(inner)


def by_formula(graph: Graph, formula: Term, x0: int) -> int:
    """Where a formula is, each of its operations a node."""
    if not isinstance(formula, Symbol):
        return graph.constant(formula)
    if not formula.terms:
        return x0
    places = tuple([by_formula(graph, term, x0) for term in formula.terms])
    return graph.add(Operation(RULES[formula.head], places))
