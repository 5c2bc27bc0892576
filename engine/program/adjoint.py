"""adjoint: reverse mode, as kernels that send the gradient of the output back to the parameters.

The partials of a rule are formulas of the table, and the kernels that compute them are of the same
kinds as those forward. What comes to a gradient is decided here: whether it is the first to be
written there or added; where zeros must stand before; what is collected before it is added, as the
gradients of weights that time steps share; and what is summed by segments because several rows go
to one node.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from engine.program.chain_adjoint import adjoint_of_chain, partials_of
from engine.program.chains import unfolded
from engine.program.fuse import forms_of_reduction
from engine.program.graph import Computed, Graph, Node, Operation, Sum, Zero
from engine.program.kernels import (
    BatchedProduct,
    Chain,
    Clear,
    Elementwise,
    Kernel,
    Kernels,
    MatrixProduct,
    Nodes,
    Operand,
    Pick,
    PickAdjoint,
    Reduction,
    ScatterAdd,
    Step,
    SumOfProducts,
    Temporary,
    Terms,
    is_bias,
)
from engine.program.operands import nodes_of, outputs_of
from engine.program.reductions import is_stacked
from engine.rules import Rule
from engine.symbols import Symbol, Term, multiply, names_in

Key = tuple[tuple[int, ...], int]  # nodes that are not batched, and for how many rows each stands
D = Symbol("d")  # the gradient of a kernel's output, in the formulas of the gradients it sends


def adjoint(kernels: Kernels) -> Kernels:
    """The backward pass of a single output; of several there is none."""
    graph = kernels.graph
    forward = unfolded(kernels.forward)
    if len(graph.outputs) != 1:
        return Kernels(for_backends(graph), forward)
    rank = list(range(len(graph.nodes)))
    outputs = [nodes_of(outputs_of(kernel)[0]).places for _, kernel in kernels.forward]
    for number, place in enumerate(chain.from_iterable(outputs), len(rank)):
        rank[place] = number
    uses = Counter([key for _, kernel in kernels.forward for key in shared_by(kernel)])
    backward = Backward(graph, rank, {graph.zero(), *graph.shifts}, uses)
    backward.touched.add(graph.outputs[0])
    groups = [list(steps) for _, steps in groupby(kernels.forward, key=lambda step: step.group)]
    for steps in reversed(groups):
        backward.group = steps[0].group
        output = nodes_of(outputs_of(steps[0].kernel)[0])
        if not output.batched:  # their gradients must be complete
            backward.settle()
        if backward.wants(output) and backward.reached(output):
            for _, kernel in steps:
                send_back(backward, kernel)
    backward.settle()
    steps = backward.steps
    if backward.cleared:
        steps = [Step(-1, Clear(backward.to_clear())), *steps]
    return Kernels(for_backends(graph), forward, steps)


def for_backends(graph: Graph) -> Graph:
    """The graph as far as backends need it, which a program keeps. What it was built with is most
    of it, and gives room to the kernels."""
    places: dict[Node, int] = {Zero(): graph.zero()}
    computed = Computed()
    nodes = [
        computed if differs and isinstance(node, (Operation, Sum)) else node
        for node, differs in zip(graph.nodes, graph.batched)
    ]
    kept = graph.origins, graph.n_leaves, graph.outputs, graph.constants
    return Graph(nodes, *kept, places, batched=graph.batched, needed=graph.needed)


def send_back(backward: "Backward", kernel: Kernel) -> None:
    """Emit what sends the gradient of a kernel's output to its inputs."""
    match kernel:
        case Elementwise():
            adjoint_of_elementwise(backward, kernel)
        case Reduction():
            adjoint_of_reduction(backward, kernel)
        case SumOfProducts():
            for terms in kernel.terms:
                adjoint_of_terms(backward, nodes_of(kernel.output), terms)
        case MatrixProduct():
            adjoint_of_product(backward, kernel)
        case BatchedProduct():
            adjoint_of_batched_product(backward, kernel)
        case Pick():
            adjoint_of_pick(backward, kernel)
        case Chain():
            adjoint_of_chain(backward, kernel)


def gradient_of(operand: Operand) -> Nodes:
    nodes = nodes_of(operand)
    return Nodes(nodes.places, nodes.batched, True)


def adjoint_of_elementwise(backward: "Backward", kernel: Elementwise) -> None:
    """For each input the partial times the gradient.

    Where one node is the input of many rows, as the sum that each share is divided by, what they
    send is added up before it is multiplied by what depends on that node alone.
    """
    assert kernel.rule is not None
    (output,) = kernel.outputs
    gradient = gradient_of(output)
    sent = backward.formulas(kernel.rule, len(kernel.inputs), kernel.fixed)
    flows: list[tuple[str, Nodes, Operand, Term]] = []
    formulas: list[Term] = []
    results: list[Operand] = []
    read: set[str] = set()
    for (name, operand), (formula, names) in zip(kernel.inputs.items(), sent):
        input = nodes_of(operand)
        if not backward.wants(input) or not isinstance(formula, Symbol):
            continue
        common: Term = 1.0
        if output.batched == input.batched and 2 * len(set(input.places)) <= input.rows:
            factors = factored(formula, name)
            if names_in([factors[0]]):
                common, formula = factors
                names = names_in([formula])
        flow: Operand = gradient
        if formula != D:
            flow = backward.destination(input, output.batched)
            formulas.append(formula)
            results.append(flow)
            read |= names
        flows.append((name, input, flow, common))
    if formulas:
        inputs = {**kernel.inputs, "y": output, "d": gradient}
        used = {name: input for name, input in inputs.items() if name in read}
        backward.emit(Elementwise(tuple(formulas), used, tuple(results)))
    for name, input, flow, common in flows:
        if common != 1.0:
            input, flow = backward.added_up(input, flow)
            total, flow = flow, backward.destination(input, input.batched)
            backward.emit(Elementwise((multiply(common, D),), {name: input, "d": total}, (flow,)))
        backward.accumulate(input, flow)


def factored(formula: Term, name: str) -> tuple[Term, Term]:
    """Two factors of a formula, of which the first depends on this name alone, or on nothing.

    >>> factored(-Symbol("y") / Symbol("x1") * D, "x1") == (-(1.0 / Symbol("x1")), Symbol("y") * D)
    True
    """
    match formula:
        case Symbol("negate", (term,)):
            common, rest = factored(term, name)
            return -common, rest
        case Symbol("multiply" | "divide" as head, (left, right)) if name in names_in([formula]):
            (a, c), (b, d) = factored(left, name), factored(right, name)
            return (a * b, c * d) if head == "multiply" else (a / b, c / d)
        case _:
            return (formula, 1.0) if names_in([formula]) <= {name} else (1.0, formula)


def adjoint_of_reduction(backward: "Backward", kernel: Reduction) -> None:
    """One formula for all rows of the stack; without "stack" in it, all are sent the same."""
    stack, forms = nodes_of(kernel.stack), forms_of_reduction(kernel.rule, kernel.height)
    assert forms is not None
    formula, gradient = multiply(forms[1], D), gradient_of(kernel.output)
    if not isinstance(formula, Symbol):
        return
    flow = backward.destination(stack, stack.batched)
    if is_stacked(formula):
        inputs = {"stack": stack, "y": kernel.output, "d": gradient}
        backward.emit(Elementwise((formula,), inputs, (flow,), kernel.height))
    else:
        alike = backward.temporary(gradient.rows, gradient.batched)
        backward.emit(Elementwise((formula,), {"y": kernel.output, "d": gradient}, (alike,)))
        backward.emit(SumOfProducts(flow, (Terms((1.0,), (alike,)),)))
    backward.accumulate(stack, flow)


def adjoint_of_terms(backward: "Backward", output: Nodes, terms: Terms) -> None:
    """To each side goes the gradient times the factor and the other side."""
    squared = len(terms.sides) == 2 and terms.sides[0] == terms.sides[1]
    scaled: Operand | None = None
    for k, side in enumerate(map(nodes_of, terms.sides[:1] if squared else terms.sides)):
        if not backward.wants(side):
            continue
        if is_bias(terms, output.batched):
            backward.collect(side, gradient_of(output), terms.repeat)
            continue
        if scaled is None:  # both sides of a square send the same
            factor = terms.factors[0] if len(terms.factors) == 1 else 1.0
            alone = side if len(terms.sides) == terms.length == 1 else None
            scaled = backward.scaled(gradient_of(output), 2 * factor if squared else factor, alone)
        factors = terms.factors if len(terms.factors) > 1 else (1.0,)
        sides = scaled, *[other for j, other in enumerate(terms.sides) if j != k]
        if len(factors) == len(sides) == 1 and isinstance(scaled, Nodes):
            backward.accumulate(side, scaled._replace(places=scaled.places * terms.length))
        elif len(factors) == len(sides) == terms.length == 1:
            backward.accumulate(side, scaled)
        else:
            flow = backward.destination(side, output.batched)
            backward.emit(SumOfProducts(flow, (Terms(factors, sides),)))
            backward.accumulate(side, flow)


def adjoint_of_product(backward: "Backward", kernel: MatrixProduct) -> None:
    """weightsᵀ · gradient for the right side, gradient · rightᵀ for the weights."""
    m, k, p = kernel.m, kernel.k, kernel.p
    weights, right = nodes_of(kernel.left), nodes_of(kernel.right)
    gradient = gradient_of(kernel.output)
    requires_grad = backward.graph.requires_grad.__getitem__
    wanted = [i for i in range(k) if any(map(requires_grad, right.places[i * p : i * p + p]))]
    if wanted:  # the others are numbers that are given
        first, stop = wanted[0], wanted[-1] + 1
        read = Nodes(right.places[first * p : stop * p], True)
        flow = backward.destination(read, batched=True)
        columns = (first, stop) if stop - first < k else None
        backward.emit(MatrixProduct(weights, gradient, flow, m, k, p, "left", columns))
        backward.accumulate(read, flow)
    if backward.wants(weights):
        key = weights.places, 0
        if backward.uses[key] == 1 and key not in backward.totals:  # nothing shares them
            flow = backward.destination(weights, batched=False)
        else:
            flow = backward.temporary(m * k, batched=False)
        backward.emit(MatrixProduct(gradient, right, flow, m, k, p, "right"))
        backward.collect(weights, flow)


def adjoint_of_batched_product(backward: "Backward", kernel: BatchedProduct) -> None:
    """gradient · right for the left side, gradientᵀ · left for the right one."""
    left, right, output = kernel.axes
    gradient: Operand = gradient_of(kernel.output)
    for side, other, axes in (
        (kernel.left, kernel.right, (output, right, left)),
        (kernel.right, kernel.left, (output, left, right)),
    ):
        nodes = nodes_of(side)
        if backward.wants(nodes):
            flow = backward.destination(nodes, batched=True)
            first, second = gradient, other
            if axes[2][0] not in axes[0]:  # the left side has the rows of the output
                first, second, axes = other, gradient, (axes[1], axes[0], axes[2])
            backward.emit(BatchedProduct(first, second, flow, kernel.sizes, axes, kernel.factor))
            backward.accumulate(nodes, flow)


def adjoint_of_pick(backward: "Backward", kernel: Pick) -> None:
    """To the rows that were taken; the index has no gradient."""
    table = nodes_of(kernel.table)
    if backward.wants(table):
        flow = backward.destination(table, table.batched)
        backward.emit(PickAdjoint(kernel.at, gradient_of(kernel.output), flow, kernel.height))
        backward.accumulate(table, flow)


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
    known: dict[tuple[object, ...], list[tuple[Term, set[str]]]] = field(default_factory=dict)

    def formulas(
        self, rule: Rule, n_free: int, fixed: tuple[float, ...]
    ) -> list[tuple[Term, set[str]]]:
        """What a rule sends to each input that is not fixed, its partial times the gradient, and
        the names in that."""
        key = rule, n_free, fixed
        if key not in self.known:
            partials = partials_of(rule, range(n_free), fixed)
            sent = [multiply(partial, D) for partial in partials]
            self.known[key] = [(formula, names_in([formula])) for formula in sent]
        return self.known[key]

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
