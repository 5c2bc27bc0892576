"""The gradients along a chain: a running product, by the chain rule, of its local derivatives.

These are computed first, all of one form at once, where the gradients will be; what the operations
send to what is not in the chain comes last, again at once.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from engine.program.chains import place_of
from engine.program.fuse import arguments
from engine.program.kernels import (
    Chain,
    Elementwise,
    Kernel,
    Nodes,
    Operand,
    Scan,
    SumOfProducts,
)
from engine.program.operands import nodes_of, outputs_of
from engine.rules import MULTIPLY, Rule
from engine.symbols import SYMBOLS, Symbol, Term, multiply, names_in

if TYPE_CHECKING:
    from engine.program.adjoint import Backward

X, D = Symbol("x0"), Symbol("d")
MOST_LINKS = 256  # in a piece


class Derivative(NamedTuple):
    """A formula over nodes: what a link's output changes by, for each change of one input."""

    input: int
    formula: Term
    nodes: tuple[tuple[str, int], ...]  # by their names in the formula
    output: int  # of the link


def adjoint_of_chain(backward: "Backward", chain: Chain) -> None:
    """Emit what sends the gradient of its last node to all others, and to all that they read; of
    many nodes piece by piece, so that what a piece leaves is still in the processor's memory."""

    def gets_any(link: Kernel) -> bool:
        return backward.wants(nodes_of(outputs_of(link)[0]))

    links = list(takewhile(gets_any, reversed(chain.links)))[::-1]
    places = list(map(place_of, links))
    before = dict(zip(places[1:], places))
    for stop in range(len(links), 0, -MOST_LINKS):
        piece = links[max(0, stop - MOST_LINKS) : stop]
        found = [derivative for link in piece for derivative in derivatives(link)]
        along = [each for each in found if before.get(each.output) == each.input]
        others = [each for each in found if before.get(each.output) != each.input]
        if along:
            send_along(backward, along)
        requires_grad = backward.graph.requires_grad
        wanted = [each for each in others if requires_grad[each.input] and each.formula != 0.0]
        for same in alike(backward, wanted):
            send(backward, same)


def send_along(backward: "Backward", along: Sequence[Derivative]) -> None:
    """Each gradient is the next one times the local derivative, which is written there before."""
    batched = backward.graph.batched[along[0].output]
    for same in alike(backward, along):
        flow = backward.temporary(len(same), batched)
        backward.emit(Elementwise((same[0].formula,), inputs_of(backward, same), (flow,)))
        backward.accumulate(Nodes(tuple([each.input for each in same]), batched), flow)
    start = Nodes((along[-1].output,), batched, gradient=True)
    rows = Nodes(tuple([each.input for each in along]), batched, gradient=True)
    backward.emit(Scan(MULTIPLY, start, rows, rows, down=True))


def send(backward: "Backward", same: Sequence[Derivative]) -> None:
    """Send gradients of outputs times derivatives of one formula."""
    batched = backward.graph.batched
    flow: Operand = Nodes(tuple([each.output for each in same]), batched[same[0].output], True)
    formula = multiply(same[0].formula, D)
    if formula != D:
        inputs = {**inputs_of(backward, same), D.head: flow}
        flow = backward.temporary(len(same), flow.batched)
        backward.emit(Elementwise((formula,), inputs, (flow,)))
    targets = tuple([each.input for each in same])
    backward.accumulate(Nodes(targets, batched[targets[0]]), flow)


def derivatives(link: Kernel) -> Iterator[Derivative]:
    """Those of a link by all that it reads."""
    output = place_of(link)
    match link:
        case Elementwise(rule=Rule() as rule, inputs=inputs):
            nodes = {"y": output, **{name: single(x) for name, x in inputs.items()}}
            found = partials_and_names(rule, len(inputs), link.fixed)
            for name, (formula, read) in zip(inputs, found):
                yield Derivative(nodes[name], formula, tuple([(x, nodes[x]) for x in read]), output)
        case SumOfProducts(terms=terms):
            for each in terms:
                (factor,), sides = each.factors, list(map(single, each.sides))
                if len(sides) == 1:
                    yield Derivative(sides[0], factor, (), output)
                else:
                    for a, b in (sides, sides[::-1]):
                        yield Derivative(a, multiply(factor, X), ((X.head, b),), output)


def single(operand: Operand) -> int:
    (place,) = nodes_of(operand).places
    return place


def partials_of(rule: Rule, n_free: int, fixed: tuple[float, ...]) -> list[Term]:
    """The partials of a rule by its free inputs, as formulas of these and y."""
    partials = rule.partials(SYMBOLS, Symbol("y"), *arguments(rule, n_free, fixed))
    return [partial for k, partial in enumerate(partials) if k not in rule.fixed]


@lru_cache(maxsize=100)  # links are of few kinds
def partials_and_names(
    rule: Rule, n_free: int, fixed: tuple[float, ...]
) -> list[tuple[Term, list[str]]]:
    """The same, and the names in each."""
    return [(each, sorted(names_in([each]))) for each in partials_of(rule, n_free, fixed)]


def alike(backward: "Backward", found: Sequence[Derivative]) -> list[list[Derivative]]:
    """Those of one formula together."""
    groups: dict[object, list[Derivative]] = {}
    batched = backward.graph.batched
    for each in found:
        kinds = tuple([(name, batched[place]) for name, place in each.nodes])
        groups.setdefault((each.formula, kinds, batched[each.input]), []).append(each)
    return list(groups.values())


def inputs_of(backward: "Backward", same: Sequence[Derivative]) -> dict[str, Operand]:
    """What a formula reads, for all of these."""
    batched, columns = backward.graph.batched, zip(*[each.nodes for each in same])
    return {
        column[0][0]: Nodes(tuple([place for _, place in column]), batched[column[0][1]])
        for column in columns
    }
