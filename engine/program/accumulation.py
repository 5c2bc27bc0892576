"""What comes to each gradient of the backward pass, and how it is added up.

Decided here: whether it is the first to be written there or added; where zeros must stand before;
what is collected before it is added, as the gradients of weights that time steps share; and what is
summed by segments because several rows go to one node.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.program.graph import Graph
from engine.program.kernels import (
    Kernel,
    MatrixProduct,
    Nodes,
    Operand,
    ScatterAdd,
    Step,
    SumOfProducts,
    Temporary,
    Terms,
    is_bias,
)
from engine.program.operands import nodes_of
from engine.symbols import Term

Key = tuple[tuple[int, ...], int]  # nodes that are not batched, and for how many rows each stands


@dataclass(slots=True)
class Backward:
    """The backward pass as far as it has come, and which gradients have been written to."""

    graph: Graph
    rank: list[int]  # in which order the nodes are computed, and so will lie
    nothing_to: set[int]  # what comes to the zero that fills up matrices, and to shifts, is left
    uses: "Counter[Key]" = field(default_factory=Counter)  # kernels that have yet to send theirs
    touched: set[int] = field(default_factory=set)
    cleared: set[int] = field(default_factory=set)
    totals: dict[Key, Operand] = field(default_factory=dict)  # what has been collected
    steps: list[Step] = field(default_factory=list)
    group: int = -1
    n_temporaries: int = 0
    sent: dict[tuple[object, ...], list[tuple[Term, set[str]]]] = field(default_factory=dict)

    def emit(self, kernel: Kernel) -> None:
        self.steps.append(Step(self.group, kernel))

    def temporary(self, rows: int, batched: bool) -> Temporary:
        self.n_temporaries += 1
        return Temporary(self.n_temporaries, rows, batched)

    def destination(self, nodes: Nodes, batched: bool) -> Operand:
        """Where what comes to nodes is written: to their gradients, if it is the first that comes
        there; or to a temporary, which is then accumulated."""
        if nodes.batched != batched or not self.touched.isdisjoint(nodes.places):
            return self.temporary(nodes.rows, batched)
        distinct = set(nodes.places)
        if len(distinct) < nodes.rows or not self.nothing_to.isdisjoint(distinct):
            return self.temporary(nodes.rows, batched)
        self.touched |= distinct
        return gradient_of(nodes)

    def wants(self, nodes: Nodes) -> bool:
        return any(map(self.graph.requires_grad.__getitem__, nodes.places))

    def reached(self, nodes: Nodes) -> bool:
        """Whether any gradient has come to these nodes. That of the others stays at 0, as it was
        made: what comes to a node comes before it is sent on."""
        return not self.touched.isdisjoint(nodes.places)

    def scaled(self, gradient: Nodes, factor: float, to: Nodes | None) -> Operand:
        """The gradient times the factor, which may come to these nodes as it is."""
        if factor == 1.0:
            return gradient
        if to is None:
            flow: Operand = self.temporary(gradient.rows, gradient.batched)
        else:
            flow = self.destination(to, gradient.batched)
        self.emit(SumOfProducts(flow, (Terms((factor,), (gradient,)),)))
        return flow

    def collect(self, nodes: Nodes, flow: Operand, repeat: int = 0) -> None:
        """Like `accumulate`, for what several kernels share: what all of them send is added up
        first. With `repeat` so many rows of the flow go to one node."""
        key = nodes.places, repeat
        total = self.totals.get(key)
        if total is None:
            self.totals[key] = flow
        elif isinstance(total, Temporary):
            self.emit(SumOfProducts(total, (Terms((1.0,), (flow,)),), onto=True))
        else:
            self.totals[key] = self.temporary(flow.rows, flow.batched)
            both = Terms((1.0,), (total,)), Terms((1.0,), (flow,))
            self.emit(SumOfProducts(self.totals[key], both))
        self.uses[key] -= 1
        if self.uses[key] == 0:
            self.accumulate(nodes, self.totals.pop(key), max(1, repeat))

    def settle(self) -> None:
        """Accumulate what is collected, though not all that share it have sent theirs."""
        totals, self.totals = self.totals, {}
        for (places, repeat), flow in totals.items():
            self.accumulate(Nodes(places, batched=False), flow, max(1, repeat))

    def segments(self, places: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The order in which the rows of each node follow one another, nodes as they lie, and where
        those of each begin; without those that get nothing."""
        nothing_to, ranks = self.nothing_to, list(map(self.rank.__getitem__, places))
        given = [k for k, place in enumerate(places) if place not in nothing_to]
        order = sorted(given, key=ranks.__getitem__)
        ordered = [places[k] for k in order]
        starts = [k for k, x in enumerate(ordered) if k == 0 or x != ordered[k - 1]]
        return tuple(order), tuple(starts)

    def added_up(self, nodes: Nodes, flow: Operand) -> tuple[Nodes, Operand]:
        """Each of the nodes once, and the sum of what comes to it."""
        order, starts = self.segments(nodes.places)
        distinct = nodes._replace(places=tuple([nodes.places[order[k]] for k in starts]))
        total = self.temporary(len(starts), nodes.batched)
        self.emit(ScatterAdd(flow, total, True, 1, order, starts))
        return distinct, total

    def accumulate(self, nodes: Nodes, flow: Operand, repeat: int = 1) -> None:
        """Add a flow, one row for each of the nodes, to the gradients of those that get any; it may
        be these gradients already."""
        if flow == gradient_of(nodes):
            return
        distinct = set(nodes.places) - self.nothing_to
        if not distinct:
            return
        fresh = distinct - self.touched
        before = len(fresh) < len(distinct)
        if before:
            self.cleared |= fresh
        self.touched |= fresh
        order: tuple[int, ...] = ()
        starts: tuple[int, ...] = ()
        places = nodes.places
        is_free = isinstance(flow, Nodes) and repeat == 1 and not self.sums_samples(nodes, flow)
        if len(distinct) < len(places) or is_free:
            order, starts = self.segments(places)
            places = tuple([nodes.places[order[k]] for k in starts])
            starts = starts if len(starts) < len(order) else ()
        if isinstance(flow, Nodes) and is_free:
            flow = flow._replace(places=tuple([flow.places[k] for k in order]))
            order = tuple(range(len(order))) if starts else ()
        target = Nodes(places, nodes.batched, gradient=True)
        self.emit(ScatterAdd(flow, target, not before, repeat, order, starts))

    def sums_samples(self, nodes: Nodes, flow: Nodes) -> bool:
        """Whether rows, each of which comes once, are summed over the samples: first, as they lie,
        and then put in order."""
        return flow.batched and not nodes.batched and len(set(flow.places)) == flow.rows

    def to_clear(self) -> tuple[Operand, ...]:
        batched = self.graph.batched
        kinds = [tuple(sorted([x for x in self.cleared if batched[x] is b])) for b in (True, False)]
        return tuple([Nodes(kind, b, True) for kind, b in zip(kinds, (True, False)) if kind])


def gradient_of(operand: Operand) -> Nodes:
    nodes = nodes_of(operand)
    return Nodes(nodes.places, nodes.batched, True)


def shared_by(kernel: Kernel) -> list[Key]:
    """What is not batched and may be shared by many kernels, as time steps share their weights."""
    match kernel:
        case MatrixProduct(left):
            return [(nodes_of(left).places, 0)]
        case SumOfProducts(output, terms):
            biases = [t for t in terms if is_bias(t, output.batched)]
            return [(nodes_of(t.sides[0]).places, t.repeat) for t in biases]
        case _:
            return []
