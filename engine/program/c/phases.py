"""The steps in four parts: what is the same for all samples is computed once, the rest by blocks.

Forward, what does not depend on the sample comes first. Backward it comes last: all blocks have
then added what they send to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Clear,
    Gather,
    Kernel,
    MatrixProduct,
    Operand,
    Pick,
    PlacedKernels,
    Step,
    SumOfProducts,
)
from engine.program.loops import unrolled, with_loops
from engine.program.operands import inputs_of, outputs_of, with_operands


class Phases(NamedTuple):
    """The parts in which the steps are run, and the buffers that they use.

    Copies, and totals that are the same for all samples, are rows of two arrays, H and G. What the
    blocks add up over all samples begins at 0.
    """

    forward_once: list[Step]
    forward: list[Step]
    backward: list[Step]
    backward_once: list[Step]
    buffers: list[Buffer]
    rows_of_h: int  # of copies and totals that are the same for all samples
    rows_of_g: int  # of copies that differ


def phases_of(kernels: PlacedKernels) -> Phases:
    """The steps of both passes, sorted."""
    renaming = Renaming(copied=read_by_products(kernels))
    forward_once, forward = renaming.steps(kernels.forward)
    backward_once, backward = renaming.steps(kernels.backward)
    parts = forward_once, forward, backward, backward_once
    used = [kernel for steps in parts for _, kernel in steps]
    operands = [x for kernel in used for x in (*outputs_of(kernel), *inputs_of(kernel))]
    buffers = dict.fromkeys([x for x in operands if isinstance(x, Buffer) and x.kind != "g"])
    rows_of_h, rows_of_g = renaming.n_rows
    return Phases(
        with_loops(forward_once),
        with_loops(forward),
        with_loops(backward),
        with_loops(backward_once),
        list(buffers),
        rows_of_h,
        rows_of_g,
    )


def is_batched(kernel: Kernel) -> bool:
    return any([x.batched for x in (*inputs_of(kernel), *outputs_of(kernel))])


def read_by_products(kernels: PlacedKernels) -> set[Operand]:
    """What products of matrices and lookups read: these need their rows side by side."""
    read: set[Operand] = set()
    for _, kernel in unrolled([*kernels.forward, *kernels.backward]):
        if isinstance(kernel, (MatrixProduct, BatchedProduct)):
            read |= {kernel.left, kernel.right}
        elif isinstance(kernel, Pick):
            read.add(kernel.table)
    return read


@dataclass(slots=True)
class Renaming:
    """Reads rows from where they lie, and gives each temporary that is the same for all samples
    rows of its own, as its kernels change their order."""

    copied: set[Operand]
    names: dict[Operand, Operand] = field(default_factory=dict)
    n_rows: list[int] = field(default_factory=lambda: [0, 0])  # what is not batched, what is

    def steps(self, steps: Sequence[Step]) -> tuple[list[Step], list[Step]]:
        """Those that are the same for all samples, and the others, without loops."""
        found: tuple[list[Step], list[Step]] = [], []
        for group, kernel in unrolled(steps):
            renamed = self.kernel(kernel)
            if renamed is not None:
                found[is_batched(renamed)].append(Step(group, renamed))
        return found

    def kernel(self, kernel: Kernel) -> Kernel | None:
        """The kernel with other operands; None for a copy or zeros that nobody needs: what is not
        batched begins at 0 as it is."""
        if isinstance(kernel, Clear):
            kernel = Clear(tuple([target for target in kernel.targets if target.batched]))
            if not kernel.targets:
                return None
        if isinstance(kernel, Gather) and kernel.output not in self.copied:
            self.names[kernel.output] = kernel.source
            return None
        onto = isinstance(kernel, SumOfProducts) and kernel.onto
        renamed: Kernel = with_operands(kernel, self.read, self.read if onto else self.write)
        return renamed

    def read(self, operand: Operand) -> Operand:
        return self.names.get(operand, operand)

    def write(self, operand: Operand) -> Operand:
        if not isinstance(operand, Buffer) or operand.kind == "w":
            return operand
        if operand.kind == "flow" and operand.batched:
            return operand
        first = self.n_rows[operand.batched]
        self.n_rows[operand.batched] += operand.rows
        self.names[operand] = Buffer("g", first, operand.rows, operand.batched)
        return self.names[operand]
