"""The passes of the compiler, in order: each is a function from one representation to the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.messages import counted
from engine.program.adjoint import adjoint
from engine.program.biases import biases
from engine.program.chains import chains
from engine.program.fuse import fuse
from engine.program.graph import ONE, Graph, Lowered, Operation, Sum
from engine.program.kernels import (
    BatchedProduct,
    Chain,
    Gather,
    Kernels,
    Loop,
    MatrixProduct,
    PlacedKernels,
)
from engine.program.layout import layout
from engine.program.loops import loops
from engine.program.lower import Traced, lower
from engine.program.matrices import matrices
from engine.program.operands import nodes_of
from engine.program.simplify import simplify
from engine.program.text import (
    Entry,
    lines_of_backward,
    lines_of_forward,
    lines_of_graph,
    lines_of_loops,
    lines_of_rows,
)
from engine.value import Value


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: its name, what it does in words, and how its result is told and shown."""

    name: str
    does: str
    run: Callable[[Any], Any]
    summary: Callable[[Any], str]  # what the result amounts to
    show: Callable[[Any, Mapping[Value, str]], list[Entry]]  # line by line, with names of values


def nodes_in(graph: Lowered) -> str:
    return counted(len(graph.nodes), "node")


def computed_in(graph: Graph) -> str:
    kinds = [type(graph.nodes[place]) for place in graph.needed[graph.n_leaves :]]
    computed = kinds.count(Operation) + kinds.count(Sum)
    return counted(computed, "operation or sum", "operations and sums")


def kernels_in(kernels: Kernels) -> str:
    return counted(len(kernels.forward), "kernel")


def products_in(kernels: Kernels) -> str:
    kinds = MatrixProduct, BatchedProduct
    products = sum([isinstance(kernel, kinds) for _, kernel in kernels.forward])
    return counted(products, "matrix product")


def chains_in(kernels: Kernels) -> str:
    return counted(sum([isinstance(kernel, Chain) for _, kernel in kernels.forward]), "chain")


def biases_in(kernels: Kernels) -> str:
    nodes = kernels.graph.nodes
    products = [kernel for _, kernel in kernels.forward if isinstance(kernel, MatrixProduct)]
    found = [nodes[nodes_of(product.right).places[-1]] == ONE for product in products]
    return counted(sum(found), "matrix with its bias", "matrices with their biases")


def backward_in(kernels: Kernels) -> str:
    return f"{counted(len(kernels.backward), 'kernel')} backward"


def rows_in(kernels: PlacedKernels) -> str:
    rows = kernels.rows
    gathers = sum([isinstance(kernel, Gather) for _, kernel in kernels.forward])
    each, others = counted(rows.n_batched, "row"), f"{rows.n_others:,} for all"
    return f"{each} for each sample, {others}; {counted(gathers, 'gather')}"


def loops_in(kernels: PlacedKernels) -> str:
    steps = [kernel for _, kernel in (*kernels.forward, *kernels.backward)]
    found = [kernel for kernel in steps if isinstance(kernel, Loop)]
    written = len(steps) + sum([len(loop.steps) - 1 for loop in found])
    return f"{counted(len(found), 'loop')}; {counted(written, 'kernel')} to write"


PASSES = (
    Pass(
        "lower",
        "The graph of one sample becomes a list of operations on single numbers, each after its "
        "inputs",
        lower,
        nodes_in,
        lines_of_graph,
    ),
    Pass(
        "simplify",
        "Chains of + and products become sums of products; constants are folded, repeats merged",
        simplify,
        computed_in,
        lines_of_graph,
    ),
    Pass(
        "fuse",
        "What has one form and is ready at the same time is computed at once, by one kernel",
        fuse,
        kernels_in,
        lines_of_forward,
    ),
    Pass(
        "matrices",
        "Sums over the same numbers are the rows of a matrix",
        matrices,
        products_in,
        lines_of_forward,
    ),
    Pass(
        "chains",
        "Where few numbers are computed at a time, as in a recurrence, those that follow one "
        "another are one kernel",
        chains,
        chains_in,
        lines_of_forward,
    ),
    Pass(
        "biases",
        "The bias of a matrix that is not very small becomes one more column of it, which meets a "
        "one in each sample",
        biases,
        biases_in,
        lines_of_forward,
    ),
    Pass(
        "adjoint",
        "Backward, kernels of the same kinds send gradients from each node to its inputs: dz is "
        "the gradient of z",
        adjoint,
        backward_in,
        lines_of_backward,
    ),
    Pass(
        "layout",
        "Every node gets a row, and what is read together lies together: S has a column for each "
        "sample, K holds what is the same for all",
        layout,
        rows_in,
        lines_of_rows,
    ),
    Pass(
        "loops",
        "Kernels that come again and again, each time over rows further on, become a loop over "
        "time t",
        loops,
        loops_in,
        lines_of_loops,
    ),
)


def run_passes(traced: Traced, without: Sequence[str] = ()) -> Iterator[tuple[Pass, Any]]:
    """Each pass and what it makes of the result before it; some may be left out by their names."""
    result: Any = traced
    for each in PASSES:
        if each.name not in without:
            result = each.run(result)
            yield each, result


def compiled(traced: Traced) -> dict[str, Any]:
    """The results of all passes, by their names."""
    return {each.name: result for each, result in run_passes(traced)}
