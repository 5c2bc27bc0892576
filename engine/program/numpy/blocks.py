"""Convolutions in blocks: what a kernel is multiplied with lies block by block, as the lines of an
image do.

So a product needs no more than fits into the processor's cache, and is small enough for OpenBLAS
not to copy it first.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod

from engine.program.kernels import (
    Blocks,
    Buffer,
    Gather,
    Loop,
    MatrixProduct,
    Operand,
    PlacedKernels,
    ScatterAdd,
    Scattered,
    Step,
)
from engine.program.numpy.scatter_add import strided_steps
from engine.program.numpy.strided import Strided, find_strides
from engine.program.operands import inputs_of, outputs_of, with_operands

MOST_PRODUCTS = 100**3  # of the numbers of a block: OpenBLAS copies what has more
LEAST_NUMBERS = 2**16  # of all blocks: fewer fit into the cache as they are
LEAST_COLUMNS = 128  # of a block


def in_blocks(kernels: PlacedKernels) -> PlacedKernels:
    """The same kernels; gathered rows, and gradients of such, lie in blocks where only convolutions
    use them."""
    forward, backward = list(kernels.forward), list(kernels.backward)
    steps = [*forward, *backward]
    if not any([isinstance(kernel, MatrixProduct) and kernel.p > 1 for _, kernel in steps]):
        return kernels
    for buffer, blocks in list(gathered(steps)):
        for each in (forward, backward):
            each[:] = [with_blocks(step, buffer, blocks) for step in each]
    for number, buffer, blocks in list(gradients(backward)):
        pair = slice(number, number + 2)
        backward[pair] = [with_blocks(step, buffer, blocks) for step in backward[pair]]
    return replace(kernels, forward=forward, backward=backward)


def with_blocks(step: Step, buffer: Buffer, blocks: Blocks) -> Step:
    """The step, where this buffer lies in blocks."""
    group, kernel = step
    if buffer not in (*inputs_of(kernel), *outputs_of(kernel)):
        return step
    new = buffer._replace(blocks=blocks)
    return Step(group, with_operands(kernel, lambda x: new if x == buffer else x))


def gathered(steps: Sequence[Step]) -> Iterator[tuple[Buffer, Blocks]]:
    """Strided rows that are the right side of products of one height, and nothing else."""
    products: defaultdict[Operand, list[MatrixProduct]] = defaultdict(list)
    others: set[Operand] = set()
    for _, kernel in steps:
        if isinstance(kernel, Loop):  # which may read any of them
            return
        if isinstance(kernel, MatrixProduct) and kernel.transposed != "left":
            products[kernel.right].append(kernel)
        else:
            others.update([x for x in inputs_of(kernel) if isinstance(x, Buffer)])
    for _, kernel in steps:
        match kernel:
            case Gather(Scattered() as rows, Buffer("g") as buffer, 0) if buffer not in others:
                readers = products[buffer]
                if len({reader.p for reader in readers}) == 1 and readers[0].p > 1:
                    blocks = blocks_of(readers, readers[0].k, find_strides(rows.numbers))
                    if blocks:
                        yield buffer, blocks


def gradients(steps: Sequence[Step]) -> Iterator[tuple[int, Buffer, Blocks]]:
    """What products with transposed weights give to the step after them, and to no other one: with
    the number of the product."""
    for number, (_, kernel) in enumerate(steps[:-1]):
        if isinstance(kernel, MatrixProduct) and kernel.transposed == "left" and kernel.p > 1:
            buffer, (_, reader) = kernel.output, steps[number + 1]
            if not isinstance(buffer, Buffer) or not isinstance(reader, ScatterAdd):
                continue
            if reader.source == buffer and not is_read(buffer, steps[number + 2 :]):
                found = strided_steps(reader, buffer.rows)
                blocks = blocks_of([kernel], buffer.rows // kernel.p, found and found[0])
                if blocks:
                    yield number, buffer, blocks


def is_read(buffer: Buffer, steps: Sequence[Step]) -> bool:
    """Whether some step reads a buffer before another one writes to it."""
    for _, kernel in steps:
        if buffer in inputs_of(kernel):
            return True
        if buffer in outputs_of(kernel):
            return False
    return False


def blocks_of(
    products: Sequence[MatrixProduct], height: int, strided: Strided | None
) -> Blocks | None:
    """A block for each index of the first axis of the positions; None where they have no such axis,
    or where there is no number of samples for which blocks are worth it."""
    if strided is None:
        return None
    shape, m, p = strided.shape, max([product.m for product in products]), products[0].p
    axes = [axis for axis in range(1, len(shape)) if prod(shape[:axis]) == height]
    if not axes or shape[axes[0]] == 1:
        return None
    parts = shape[axes[0]]
    least = max(-(-LEAST_NUMBERS // (height * p)), -(-LEAST_COLUMNS * parts // p))
    most = MOST_PRODUCTS * parts // (m * height * p)
    return Blocks(height, parts, least, most) if least <= most else None
