"""The kernels over jax.numpy, one function for each kind, and the forward pass made of them.

Rules keep their own partials here (`rules.py`), so that JAX differentiates the forward kernels as
the table says; the kernels of the backward pass run as well, as for any backend.

It needs JAX: pip install -e ".[jax]".
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

import numpy as np

from engine.program.graph import LEAVES, Graph
from engine.program.jax.blocks import Blocks, Read, Run, State
from engine.program.jax.places import Places
from engine.program.jax.rules import jax_rules
from engine.program.jax.scan import NotAScan, scan
from engine.program.kernels import (
    BatchedProduct,
    Clear,
    Elementwise,
    Kernel,
    Kernels,
    Loop,
    MatrixProduct,
    Nodes,
    Pick,
    PickAdjoint,
    Reduction,
    Scan,
    ScatterAdd,
    Step,
    SumOfProducts,
    Terms,
)
from engine.program.loops import unrolled
from engine.program.operands import nodes_of, outputs_of
from engine.program.reductions import OVER, STACK, is_stacked
from engine.rules import RULES
from engine.symbols import Symbol, Term


def jax_function(kernels: Kernels, *, single: bool) -> Callable[[Any, Any], Any]:
    """f(parameters, batch) -> outputs, of shape (n,) where there is a single one, or (n, outputs).

    No array is changed once it is there, so that JAX can trace it.
    """
    jnp = jax_rules().jax.numpy
    blocks, places = Blocks(len(kernels.graph.nodes)), Places(kernels)
    start, runs = starting(kernels.graph, blocks), []
    for step in kernels.forward:
        runs += looping(step, places, blocks)
    outputs = [blocks.reader([place]) for place in kernels.graph.outputs]

    def function(parameters: Any, batch: Any) -> Any:
        state = start(parameters, batch)
        for run in runs:
            run(state)
        n = state.values[0].shape[1]
        columns = [jnp.broadcast_to(read(state)[0], n) for read in outputs]
        return columns[0] if single else jnp.stack(columns, axis=1)

    return function


def jax_value_and_gradient(kernels: Kernels) -> Callable[[Any, Any], tuple[Any, Any]]:
    """f(parameters, batch) -> the mean of the output and its gradient, by the backward kernels.

    JAX's own derivatives of `jax_function` are the same numbers by another way.
    """
    jnp = jax_rules().jax.numpy
    blocks = Blocks(len(kernels.graph.nodes))
    start, forward = starting(kernels.graph, blocks), running(kernels.forward, blocks)
    (place,) = kernels.graph.outputs
    output = Nodes((place,), kernels.graph.batched[place], gradient=True)
    read, seed = blocks.reader([place]), blocks.adder(output)
    backward = running(kernels.backward, blocks)

    def function(parameters: Any, batch: Any) -> tuple[Any, Any]:
        state = start(parameters, batch)
        for run in forward:
            run(state)
        state.gradients = [jnp.zeros_like(block) for block in state.values]
        value = read(state)
        seed(state, jnp.full_like(value, 1.0 / value.shape[1]))
        for run in backward:
            run(state)
        return value.mean(), state.gradients[1][:, 0]

    return function


def starting(graph: Graph, blocks: Blocks) -> Callable[[Any, Any], State]:
    """What makes blocks of the batch, the parameters and the constants."""
    jnp = jax_rules().jax.numpy
    inputs, zeros, parameters_at, constants_at = (
        [p for p, node in enumerate(graph.nodes) if isinstance(node, kind)] for kind in LEAVES
    )
    for places in (inputs + zeros, parameters_at, constants_at):
        blocks.add(places)
    constants = np.array([graph.constants[place] for place in constants_at]).reshape(-1, 1)
    shapes = (len(parameters_at),), (len(inputs),)

    def start(parameters: Any, batch: Any) -> State:
        parameters, batch = jnp.asarray(parameters), jnp.asarray(batch)
        if (parameters.shape, batch.shape[1:]) != shapes:
            given = f"the parameters have the shape {parameters.shape}, the batch {batch.shape}"
            needed = f"({shapes[0][0]},) and (samples, {shapes[1][0]})"
            raise ValueError(f"{given}; {needed} are needed")
        kind = jnp.result_type(parameters, batch, 1.0)  # a float, whatever was given
        samples = jnp.pad(batch.T.astype(kind), ((0, len(zeros)), (0, 0)))
        return State([samples, parameters[:, None].astype(kind), jnp.asarray(constants, kind)])

    return start


def looping(step: Step, places: Places, blocks: Blocks) -> list[Run]:
    """What runs a step over rows: a loop as a scan, where it can be one."""
    if isinstance(step.kernel, Loop):
        try:
            return [scan(step.kernel, places, blocks, running)]
        except NotAScan:
            return running(places.steps(unrolled([step])), blocks)
    return running(places.steps([step]), blocks)


def running(steps: Sequence[Step], blocks: Blocks) -> list[Run]:
    """What runs each kernel; the nodes it computes are a block for those after it."""
    runs = []
    for _, kernel in steps:
        runs.append(KINDS[type(kernel)](kernel, blocks))
        for output in outputs_of(kernel):
            if isinstance(output, Nodes) and not output.gradient:
                blocks.add(output.places)
    return runs


def elementwise(kernel: Elementwise, blocks: Blocks) -> Run:
    reads = {name: blocks.operand(input) for name, input in kernel.inputs.items()}
    writes = [blocks.writer(output) for output in kernel.outputs]
    rule, height = kernel.rule, kernel.height
    if rule is not None:  # forward
        function = jax_rules().function_of(rule)

        def apply(state: State) -> None:
            free = [read(state) for read in reads.values()]
            writes[0](state, function(*rule.arguments(free, kernel.fixed)))

        return apply

    def run(state: State) -> None:
        found = {name: read(state) for name, read in reads.items()}
        if STACK.head in found:
            found[STACK.head] = stacked(found[STACK.head], height)
        for formula, write in zip(kernel.formulas, writes):
            result = evaluated(formula, found)
            write(state, result.reshape(-1, result.shape[-1]) if is_stacked(formula) else result)

    return run


def evaluated(formula: Term, found: Mapping[str, Any]) -> Any:
    """A formula's number for arrays at its names."""
    if not isinstance(formula, Symbol):
        return formula
    if not formula.terms:
        return found[formula.head]
    inputs = [evaluated(term, found) for term in formula.terms]
    rules = jax_rules()
    if formula.head.startswith(OVER):
        return reduce(getattr(rules.jax.numpy, formula.head.removeprefix(OVER)), inputs[0])
    rule = RULES[formula.head]
    if rule.variadic and not rule.spread:
        return getattr(rules.plain, formula.head)(*rule.vectors(inputs))
    return getattr(rules.plain, formula.head)(*inputs)


def stacked(array: Any, height: int) -> Any:
    return array.reshape(height, len(array) // height, array.shape[1])


def reduction(kernel: Reduction, blocks: Blocks) -> Run:
    read, write = blocks.operand(kernel.stack), blocks.writer(kernel.output)
    function = jax_rules().function_of(kernel.rule)
    return lambda state: write(state, function(*stacked(read(state), kernel.height)))


def sum_of_products(kernel: SumOfProducts, blocks: Blocks) -> Run:
    output, before = kernel.output, blocks.operand(kernel.output) if kernel.onto else None
    parts = [sum_of_terms(terms, output.rows, blocks) for terms in kernel.terms]
    parts = parts if before is None else [before, *parts]
    write = blocks.writer(output)
    return lambda state: write(state, reduce(add, [part(state) for part in parts]))


def sum_of_terms(terms: Terms, count: int, blocks: Blocks) -> Read:
    jnp, rows = jax_rules().jax.numpy, terms.length * count
    scale = np.asarray(terms.factors)[:, None]
    reads = [(blocks.operand(side), rows // side.rows) for side in terms.sides]

    def read_sum(state: State) -> Any:
        sides = [(read(state), times) for read, times in reads]
        if terms.repeat > 1:
            return jnp.repeat(sides[0][0], terms.repeat, axis=0)
        product = reduce(mul, [jnp.tile(x, (t, 1)) if t > 1 else x for x, t in sides])
        if (scale != 1.0).any():
            product = product * scale.astype(product.dtype)
        return stacked(product, terms.length).sum(axis=0) if terms.length > 1 else product

    return read_sum


def matrix_product(kernel: MatrixProduct, blocks: Blocks) -> Run:
    m, k, p = kernel.m, kernel.k, kernel.p
    first, stop = kernel.columns or (0, k)
    left, right = blocks.operand(kernel.left), blocks.operand(kernel.right)
    write = blocks.writer(kernel.output)

    def run(state: State) -> None:
        a, b = left(state), right(state)
        n = b.shape[1]
        match kernel.transposed:
            case "":
                write(state, (a.reshape(m, k) @ b.reshape(k, p * n)).reshape(m * p, n))
            case "right":
                slopes = a.reshape(m, p * n) @ b.reshape(k, p * n).T
                write(state, slopes.reshape(m * k, 1))
            case "left":
                flow = a.reshape(m, k)[:, first:stop].T @ b.reshape(m, p * n)
                write(state, flow.reshape((stop - first) * p, n))

    return run


def batched_product(kernel: BatchedProduct, blocks: Blocks) -> Run:
    left, right = blocks.operand(kernel.left), blocks.operand(kernel.right)
    write, einsum = blocks.writer(kernel.output), jax_rules().jax.numpy.einsum
    axes = [f"b{pair}n" for pair in kernel.axes]
    shapes = [[kernel.sizes[axis] for axis in "b" + pair] for pair in kernel.axes]

    def run(state: State) -> None:
        a, b = left(state), right(state)
        n = a.shape[1]
        product = einsum(
            f"{axes[0]},{axes[1]}->{axes[2]}", a.reshape(*shapes[0], n), b.reshape(*shapes[1], n)
        )
        write(state, (kernel.factor * product).reshape(-1, n))

    return run


def pick(kernel: Pick, blocks: Blocks) -> Run:
    """What is no index gives nan."""
    index, table = blocks.operand(kernel.at), blocks.operand(kernel.table)
    write, height, batched = blocks.writer(kernel.output), kernel.height, kernel.table.batched
    jnp = jax_rules().jax.numpy

    def run(state: State) -> None:
        numbers, given = index(state), table(state)
        rows = numbers.astype(int)
        known = (rows == numbers) & (rows >= 0) & (rows < height)
        if batched:
            found = jnp.take_along_axis(stacked(given, height), rows[None], axis=0)[0]
        else:
            found = jnp.swapaxes(given.reshape(height, -1)[rows], 1, 2)
            known = known[:, None]
        found = jnp.where(known, found, jnp.nan)
        write(state, found.reshape(-1, found.shape[-1]))

    return run


def pick_adjoint(kernel: PickAdjoint, blocks: Blocks) -> Run:
    index, gradient = blocks.operand(kernel.at), blocks.operand(kernel.gradient)
    write, height, batched = blocks.writer(kernel.output), kernel.height, kernel.output.batched
    jnp = jax_rules().jax.numpy

    def run(state: State) -> None:
        rows, flow = index(state).astype(int), gradient(state)
        lookups, n = rows.shape
        if batched:
            zeros = jnp.zeros((height, lookups, n), flow.dtype)
            where = rows, jnp.arange(lookups)[:, None], jnp.arange(n)
            write(state, zeros.at[where].add(flow).reshape(-1, n))
        else:
            zeros = jnp.zeros((height, len(flow) // lookups), flow.dtype)
            each = jnp.swapaxes(flow.reshape(lookups, -1, n), 1, 2)
            write(state, zeros.at[rows].add(each).reshape(-1, 1))

    return run


def rows_one_by_one(kernel: Scan, blocks: Blocks) -> Run:
    start, others = blocks.operand(kernel.start), blocks.operand(kernel.others)
    output, function = nodes_of(kernel.output), jax_rules().function_of(kernel.rule)
    write = blocks.setter(output) if output.gradient else blocks.writer(output)

    def row(before: Any, other: Any) -> tuple[Any, Any]:
        found = function(before, other)
        return found, found

    def run(state: State) -> None:
        jax, each = jax_rules().jax, others(state)
        each = jax.numpy.broadcast_to(each, (output.rows, each.shape[1]))
        write(state, jax.lax.scan(row, start(state)[0], each, reverse=kernel.down)[1])

    return run


def scatter_add(kernel: ScatterAdd, blocks: Blocks) -> Run:
    read, target = blocks.operand(kernel.source), kernel.target
    add_to = blocks.adder(target) if isinstance(target, Nodes) else blocks.writer(target)
    order, starts = np.asarray(kernel.order, int), np.asarray(kernel.starts, int)
    segment = np.repeat(np.arange(len(starts)), np.diff([*starts, len(order)]))

    def run(state: State) -> None:
        flow = read(state)
        if kernel.repeat > 1:
            flow = flow.reshape(-1, kernel.repeat * flow.shape[1])
        if kernel.source.batched and not target.batched:
            flow = flow.sum(axis=1, keepdims=True)
        if len(order):
            flow = flow[order]
        if len(starts):
            sums = jax_rules().jax.ops.segment_sum
            flow = sums(flow, segment, num_segments=len(starts))
        add_to(state, flow)

    return run


def clear(kernel: Clear, blocks: Blocks) -> Run:
    """All gradients are 0 to begin with."""
    return lambda state: None


KINDS: dict[type[Kernel], Callable[[Any, Blocks], Run]] = {
    Elementwise: elementwise,
    Reduction: reduction,
    SumOfProducts: sum_of_products,
    MatrixProduct: matrix_product,
    BatchedProduct: batched_product,
    Pick: pick,
    PickAdjoint: pick_adjoint,
    Scan: rows_one_by_one,
    ScatterAdd: scatter_add,
    Clear: clear,
}
