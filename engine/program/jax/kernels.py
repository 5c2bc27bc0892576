"""The kernels over jax.numpy, one function for each kind, and the forward pass made of them.

Rules keep their own partials here (`rules.py`), so that JAX differentiates the forward kernels as
the table says, and no kernel of the backward pass is needed.

It needs JAX: pip install -e ".[jax]".
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
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
    Elementwise,
    Kernel,
    Loop,
    MatrixProduct,
    Pick,
    PlacedKernels,
    Reduction,
    Scan,
    Step,
    SumOfProducts,
    Terms,
)
from engine.program.loops import unrolled
from engine.program.operands import nodes_of, outputs_of


def jax_function(kernels: PlacedKernels, *, single: bool) -> Callable[[Any, Any], Any]:
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
        n = state[0].shape[1]
        columns = [jnp.broadcast_to(read(state)[0], n) for read in outputs]
        return columns[0] if single else jnp.stack(columns, axis=1)

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
        return [samples, parameters[:, None].astype(kind), jnp.asarray(constants, kind)]

    return start


def looping(step: Step, places: Places, blocks: Blocks) -> list[Run]:
    """What runs a step over rows: a loop as a scan, where it can be one."""
    if isinstance(step.kernel, Loop):
        with suppress(NotAScan):
            return [scan(step.kernel, places, blocks, running)]
    return running(places.steps(unrolled([step])), blocks)


def running(steps: Sequence[Step], blocks: Blocks) -> list[Run]:
    """What runs each kernel; the nodes it computes are a block for those after it."""
    runs = []
    for _, kernel in steps:
        runs.append(KINDS[type(kernel)](kernel, blocks))
        for output in outputs_of(kernel):
            blocks.add(nodes_of(output).places)
    return runs


def elementwise(kernel: Elementwise, blocks: Blocks) -> Run:
    reads = [blocks.operand(input) for input in kernel.inputs.values()]
    (output,), rule = kernel.outputs, kernel.rule
    assert rule is not None, "only backward kernels have none"
    write, function = blocks.writer(output), jax_rules().function_of(rule)

    def run(state: State) -> None:
        write(state, function(*rule.arguments([read(state) for read in reads], kernel.fixed)))

    return run


def stacked(array: Any, height: int) -> Any:
    return array.reshape(height, len(array) // height, array.shape[1])


def reduction(kernel: Reduction, blocks: Blocks) -> Run:
    read, write = blocks.operand(kernel.stack), blocks.writer(kernel.output)
    function = jax_rules().function_of(kernel.rule)
    return lambda state: write(state, function(*stacked(read(state), kernel.height)))


def sum_of_products(kernel: SumOfProducts, blocks: Blocks) -> Run:
    output = kernel.output
    parts = [sum_of_terms(terms, output.rows, blocks) for terms in kernel.terms]
    parts = [blocks.operand(output), *parts] if kernel.onto else parts
    write, jnp = blocks.writer(output), jax_rules().jax.numpy
    sides = [side for terms in kernel.terms for side in terms.sides]
    is_same = output.batched and not kernel.onto and not any([side.batched for side in sides])

    def run(state: State) -> None:
        total = reduce(add, [part(state) for part in parts])
        if is_same:  # as a one is, for all samples
            n = next((array.shape[1] for array in state if array.shape[1] != 1), 1)
            total = jnp.broadcast_to(total, (output.rows, n))
        write(state, total)

    return run


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
    left, right = blocks.operand(kernel.left), blocks.operand(kernel.right)
    write = blocks.writer(kernel.output)

    def run(state: State) -> None:
        a, b = left(state), right(state)
        n = b.shape[1]
        write(state, (a.reshape(m, k) @ b.reshape(k, p * n)).reshape(m * p, n))

    return run


def batched_product(kernel: BatchedProduct, blocks: Blocks) -> Run:
    left, right = blocks.operand(kernel.left), blocks.operand(kernel.right)
    output, einsum = kernel.output, jax_rules().jax.numpy.einsum
    write = blocks.writer(output)
    axes = [f"b{pair}n" for pair in kernel.axes]
    shapes = [[kernel.sizes[axis] for axis in "b" + pair] for pair in kernel.axes]

    def run(state: State) -> None:
        a, b = left(state), right(state)
        n = a.shape[1]
        product = einsum(
            f"{axes[0]},{axes[1]}->{axes[2]}", a.reshape(*shapes[0], n), b.reshape(*shapes[1], n)
        )
        write(state, (kernel.factor * product).reshape(output.rows, n))

    return run


def pick(kernel: Pick, blocks: Blocks) -> Run:
    """What is no index gives nan."""
    index, table = blocks.operand(kernel.at), blocks.operand(kernel.table)
    output, height, batched = kernel.output, kernel.height, kernel.table.batched
    write, jnp = blocks.writer(output), jax_rules().jax.numpy

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
        write(state, found.reshape(output.rows, found.shape[-1]))

    return run


def rows_one_by_one(kernel: Scan, blocks: Blocks) -> Run:
    start, others = blocks.operand(kernel.start), blocks.operand(kernel.others)
    output, function = nodes_of(kernel.output), jax_rules().function_of(kernel.rule)
    write = blocks.writer(output)

    def row(before: Any, other: Any) -> tuple[Any, Any]:
        found = function(before, other)
        return found, found

    def run(state: State) -> None:
        jax, each = jax_rules().jax, others(state)
        each = jax.numpy.broadcast_to(each, (output.rows, each.shape[1]))
        write(state, jax.lax.scan(row, start(state)[0], each, reverse=kernel.down)[1])

    return run


KINDS: dict[type[Kernel], Callable[[Any, Blocks], Run]] = {
    Elementwise: elementwise,
    Reduction: reduction,
    SumOfProducts: sum_of_products,
    MatrixProduct: matrix_product,
    BatchedProduct: batched_product,
    Pick: pick,
    Scan: rows_one_by_one,
}
