"""Shifts that cancel out: of exp(xᵢ - t) / Σ exp(xⱼ - t) the derivative by t is 0, whatever t is.

A softmax subtracts the largest x, so that no exponential overflows. That no gradient needs to go
back through the largest is seen here, once for both passes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from engine.program.graph import Graph, Operation, Sum
from engine.rules import RULES

DIVIDE, EXP = RULES["divide"], RULES["exp"]


def without_cancelled(graph: Graph) -> None:
    """Mark what merely shifts softmaxes as what requires no gradient, and gets none at all: half of
    what comes to it would not cancel out."""
    quotients: dict[int, list[int]] = defaultdict(list)  # exponentials by what divides them
    for place in graph.needed:
        node = graph.nodes[place]
        if isinstance(node, Operation) and node.rule is DIVIDE and is_exp(graph, node.inputs[0]):
            quotients[node.inputs[1]].append(node.inputs[0])
    if not quotients:
        return
    uses = graph.uses(graph.needed)
    for total, divided in quotients.items():
        node = graph.nodes[total]
        if not isinstance(node, Sum) or node.constant or node.products[0]:
            continue
        _, exponentials = node.linear
        shifted = set(divided) <= set(exponentials)
        if not shifted or not all([is_exp(graph, e) for e in exponentials]):
            continue
        users = Counter({total: len(divided)}) + Counter(divided) + Counter(exponentials)
        exponents = [graph.inputs(place)[0] for place in exponentials]
        users.update(exponents)
        if all(uses[place] == count for place, count in users.items()):
            for place in shared_terms(graph, exponents):
                if uses[place] == len(exponents):
                    graph.requires_grad[place] = False
                    graph.shifts.add(place)


def is_exp(graph: Graph, place: int) -> bool:
    node = graph.nodes[place]
    return isinstance(node, Operation) and node.rule is EXP


def shared_terms(graph: Graph, sums: Iterable[int]) -> list[int]:
    """What is added to all of these, with one factor."""
    nodes = [graph.nodes[place] for place in sums]
    terms = [set(zip(*node.linear)) if isinstance(node, Sum) else set() for node in nodes]
    return [place for _, place in set.intersection(*terms)]
