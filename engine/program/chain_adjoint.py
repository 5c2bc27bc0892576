"""The gradients along a chain, from its last number to its first.

The local derivatives are computed first, all of one form at once. Where each number goes into the
next one alone the gradients are their running product, and else a sweep along all edges, as eager
Values do it. What the operations send to what is not in the chain comes last, again at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from engine.program.accumulation import Backward
from engine.program.graph import Graph, Operation, Sum
from engine.program.kernels import Chain, Edge, Elementwise, Nodes, Operand, Scan, Sweep
from engine.program.operands import computed_by
from engine.rules import MULTIPLY, Rule
from engine.symbols import SYMBOLS, Symbol, Term, add, multiply, names_in

D = Symbol("d")  # the gradient of a kernel's output, in the formulas of the gradients it sends
MOST_LINKS = 240  # in a piece: all begin alike where a step has 1, 2, 3, 4, 5, 6, 8, 10 or 12


class Derivative(NamedTuple):
    """A formula over nodes: what a link's output changes by, for each change of one input."""

    input: int
    formula: Term
    nodes: tuple[tuple[str, int], ...]  # by their names in the formula
    output: int  # of the link


def adjoint_of_chain(backward: Backward, chain: Chain) -> None:
    """Emit what sends the gradients of its nodes to all that they read; of many nodes piece by
    piece, so that what a piece leaves is still in the processor's memory. What lies far before a
    piece is outside, as if it were not in the chain."""
    graph = backward.graph
    places = computed_by(chain).places
    number = {place: k for k, place in enumerate(places)}
    links = [place for place in places if graph.requires_grad[place]]
    for stop in range(len(links), 0, -MOST_LINKS):
        piece = links[max(0, stop - MOST_LINKS) : stop]
        found = [derivative for place in piece for derivative in derivatives(graph, place)]
        wanted = reached(backward, found)
        first = max(0, number[piece[0]] - MOST_LINKS)
        along = [each for each in wanted if number.get(each.input, -1) >= first]
        others = [each for each in wanted if number.get(each.input, -1) < first]
        if is_line(backward, along, number):
            send_down(backward, along)
        elif along:
            send_along(backward, along, places, number)
        for same in alike(backward, [each for each in others if each.formula != 0.0]):
            send(backward, same)


def reached(backward: Backward, found: Sequence[Derivative]) -> list[Derivative]:
    """Those along which a gradient comes to what requires one."""
    requires_grad, touched = backward.graph.requires_grad, backward.touched
    wanted: list[Derivative] = []
    gets_any: set[int] = set()
    for each in reversed(found):
        comes = each.output in touched or each.output in gets_any
        if comes and requires_grad[each.input]:
            gets_any.add(each.input)
            wanted.append(each)
    return wanted[::-1]


def is_line(backward: Backward, along: Sequence[Derivative], number: Mapping[int, int]) -> bool:
    """Whether each goes into the next one alone, and nothing else has sent a gradient."""
    if not along or any([each.input in backward.touched for each in along]):
        return False
    start = number[along[0].input]
    line = pairwise(range(start, start + len(along) + 1))
    return [(number[each.input], number[each.output]) for each in along] == list(line)


def send_down(backward: Backward, along: Sequence[Derivative]) -> None:
    """Each gradient is the next one times the local derivative, which is written there before."""
    batched = backward.graph.batched[along[0].output]
    for same in alike(backward, along):
        nodes = Nodes(tuple([each.input for each in same]), batched)
        flow = backward.destination(nodes, batched)
        backward.emit(Elementwise((same[0].formula,), inputs_of(backward, same), (flow,)))
        backward.accumulate(nodes, flow)
    start = Nodes((along[-1].output,), batched, gradient=True)
    rows = Nodes(tuple([each.input for each in along]), batched, gradient=True)
    backward.emit(Scan(MULTIPLY, start, rows, rows, down=True))


def send_along(
    backward: Backward,
    along: Sequence[Derivative],
    places: Sequence[int],
    number: Mapping[int, int],
) -> None:
    """To each input in turn, from the last one on, comes what each of its operations sends."""
    batched, touched = backward.graph.batched[places[0]], backward.touched
    partials: list[Operand] = []
    rows: dict[Derivative, int] = {}  # of the partials
    for same in alike(backward, along):
        distinct = {each.nodes: each for each in same}  # of many edges with one partial
        first = sum([x.rows for x in partials])
        row = {nodes: first + k for k, nodes in enumerate(distinct)}
        rows |= {each: row[each.nodes] for each in same}
        flow = backward.temporary(len(distinct), batched)
        inputs = inputs_of(backward, list(distinct.values()))
        backward.emit(Elementwise((same[0].formula,), inputs, (flow,)))
        partials.append(flow)
    along = sorted(along, key=lambda each: number[each.input], reverse=True)
    start, stop = number[along[-1].input], max([number[each.output] for each in along]) + 1
    edges: list[Edge] = []
    for each in along:
        at = number[each.output] - start, number[each.input] - start
        edges.append(Edge(rows[each], *at, each.input in touched))
        touched.add(each.input)
    gradients = Nodes(tuple(places[start:stop]), batched, gradient=True)
    backward.emit(Sweep(tuple(partials), gradients, tuple(edges)))


def send(backward: Backward, same: Sequence[Derivative]) -> None:
    """Send gradients of outputs times derivatives of one formula."""
    batched = backward.graph.batched
    flow: Operand = Nodes(tuple([each.output for each in same]), batched[same[0].output], True)
    targets = tuple([each.input for each in same])
    nodes = Nodes(targets, batched[targets[0]])
    formula = multiply(same[0].formula, D)
    if formula != D:
        inputs = {**inputs_of(backward, same), D.head: flow}
        flow = backward.destination(nodes, flow.batched)
        backward.emit(Elementwise((formula,), inputs, (flow,)))
    backward.accumulate(nodes, flow)


def derivatives(graph: Graph, place: int) -> Iterator[Derivative]:
    """Those of a node by all that it reads."""
    read, node = graph.inputs(place), graph.nodes[place]
    inputs = list(dict.fromkeys(read))
    at = tuple(map(inputs.index, read))
    if isinstance(node, Operation):
        formulas = formulas_of_operation(node.rule, at, node.fixed)
    else:
        assert isinstance(node, Sum)
        formulas = formulas_of_sum(node.linear[0], node.products[0], at)
    nodes = {"y": place, **{f"x{k}": input for k, input in enumerate(inputs)}}
    for input, (formula, names) in zip(inputs, formulas):
        yield Derivative(input, formula, tuple([(x, nodes[x]) for x in names]), place)


Formulas = list[tuple[Term, list[str]]]  # by each input, and the names in it


@lru_cache(maxsize=1000)  # links are of few kinds
def formulas_of_operation(rule: Rule, at: tuple[int, ...], fixed: tuple[float, ...]) -> Formulas:
    """The partials by x0, x1, …; `at` tells which of these each input is."""
    totals: list[Term] = [0.0] * (max(at) + 1)
    for k, partial in zip(at, partials_of(rule, at, fixed)):
        totals[k] = add(totals[k], partial)
    return with_names(totals)


@lru_cache(maxsize=1000)
def formulas_of_sum(
    factors: tuple[float, ...], of_products: tuple[float, ...], at: tuple[int, ...]
) -> Formulas:
    """The same of Σ factor·a + Σ factor·a·b: first come all a alone, then those with a b, then
    each b."""
    totals: list[Term] = [0.0] * (max(at) + 1)
    n, m = len(factors), len(of_products)
    for factor, k in zip(factors, at):
        totals[k] = add(totals[k], factor)
    for factor, a, b in zip(of_products, at[n : n + m], at[n + m :]):
        for k, other in ((a, b), (b, a)):
            totals[k] = add(totals[k], multiply(factor, Symbol(f"x{other}")))
    return with_names(totals)


def with_names(formulas: Sequence[Term]) -> Formulas:
    return [(formula, sorted(names_in([formula]))) for formula in formulas]


def partials_of(rule: Rule, at: Sequence[int], fixed: tuple[float, ...]) -> list[Term]:
    """The partials of a rule by its free inputs, which are x0, x1, …, as formulas of these and
    y."""
    inputs = rule.arguments([Symbol(f"x{k}") for k in at], fixed)
    partials = rule.partials(SYMBOLS, Symbol("y"), *inputs)
    return [partial for k, partial in enumerate(partials) if k not in rule.fixed]


def alike(backward: Backward, found: Sequence[Derivative]) -> list[list[Derivative]]:
    """Those of one formula together."""
    groups: dict[object, list[Derivative]] = {}
    batched = backward.graph.batched
    for each in found:
        kinds = tuple([(name, batched[place]) for name, place in each.nodes])
        groups.setdefault((each.formula, kinds, batched[each.input]), []).append(each)
    return list(groups.values())


def inputs_of(backward: Backward, same: Sequence[Derivative]) -> dict[str, Operand]:
    """What a formula reads, for all of these."""
    batched, columns = backward.graph.batched, zip(*[each.nodes for each in same])
    return {
        column[0][0]: Nodes(tuple([place for _, place in column]), batched[column[0][1]])
        for column in columns
    }
