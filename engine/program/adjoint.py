"""adjoint: reverse mode, as kernels that send the gradient of the output back to the parameters.

The partials of a rule are formulas of the table, and the kernels that compute them are of the same
kinds as those forward. How what they send is added up is decided in `accumulation.py`.
"""

from collections import Counter
from itertools import chain, groupby

from engine.program.accumulation import Backward, gradient_of, shared_by
from engine.program.chain_adjoint import D, adjoint_of_chain, partials_of
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
    Step,
    SumOfProducts,
    Terms,
    is_bias,
)
from engine.program.operands import computed_by, nodes_of
from engine.program.reductions import is_stacked
from engine.rules import Rule
from engine.symbols import Symbol, Term, multiply, names_in


def adjoint(kernels: Kernels) -> Kernels:
    """The backward pass of a single output; of several there is none."""
    graph = kernels.graph
    forward = unfolded(kernels.forward)
    if len(graph.outputs) != 1:
        return Kernels(for_backends(graph), forward)
    rank = list(range(len(graph.nodes)))
    outputs = [computed_by(kernel).places for _, kernel in kernels.forward]
    for number, place in enumerate(chain.from_iterable(outputs), len(rank)):
        rank[place] = number
    uses = Counter([key for _, kernel in kernels.forward for key in shared_by(kernel)])
    backward = Backward(graph, rank, {graph.zero(), *graph.shifts}, uses)
    backward.touched.add(graph.outputs[0])
    groups = [list(steps) for _, steps in groupby(kernels.forward, key=lambda step: step.group)]
    for steps in reversed(groups):
        backward.group = steps[0].group
        output = computed_by(steps[0].kernel)
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


def send_back(backward: Backward, kernel: Kernel) -> None:
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


def adjoint_of_elementwise(backward: Backward, kernel: Elementwise) -> None:
    """For each input the partial times the gradient.

    Where one node is the input of many rows, as the sum that each share is divided by, what they
    send is added up before it is multiplied by what depends on that node alone.
    """
    assert kernel.rule is not None
    (output,) = kernel.outputs
    gradient = gradient_of(output)
    sent = formulas_sent(backward, kernel.rule, len(kernel.inputs), kernel.fixed)
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


def formulas_sent(
    backward: Backward, rule: Rule, n_free: int, fixed: tuple[float, ...]
) -> list[tuple[Term, set[str]]]:
    """What a rule sends to each input that is not fixed, its partial times the gradient, and the
    names in that."""
    key = rule, n_free, fixed
    if key not in backward.sent:
        sent = [multiply(partial, D) for partial in partials_of(rule, range(n_free), fixed)]
        backward.sent[key] = [(formula, names_in([formula])) for formula in sent]
    return backward.sent[key]


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


def adjoint_of_reduction(backward: Backward, kernel: Reduction) -> None:
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


def adjoint_of_terms(backward: Backward, output: Nodes, terms: Terms) -> None:
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


def adjoint_of_product(backward: Backward, kernel: MatrixProduct) -> None:
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


def adjoint_of_batched_product(backward: Backward, kernel: BatchedProduct) -> None:
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


def adjoint_of_pick(backward: Backward, kernel: Pick) -> None:
    """To the rows that were taken; the index has no gradient."""
    table = nodes_of(kernel.table)
    if backward.wants(table):
        flow = backward.destination(table, table.batched)
        backward.emit(PickAdjoint(kernel.at, gradient_of(kernel.output), flow, kernel.height))
        backward.accumulate(table, flow)
