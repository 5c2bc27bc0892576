"""Back from rows to nodes: JAX changes no array in place, so that rows are of no use here."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.program.kernels import (
    Buffer,
    Gather,
    Loop,
    Nodes,
    Operand,
    PlacedKernels,
    Step,
)
from engine.program.operands import at_start, rows_each_time, with_operands


class Places:
    """Which node each row is: of S and K, and of what is gathered from them."""

    def __init__(self, kernels: PlacedKernels) -> None:
        rows = kernels.rows
        self.rows = {True: np.zeros(rows.n_batched, int), False: np.zeros(rows.n_others, int)}
        for place, row in enumerate(rows.row):
            if row >= 0:
                self.rows[kernels.graph.batched[place]][row] = place
        self.gathered = [np.zeros(count, int) for count in rows.n_gathered]
        self.matrices: dict[Operand, Any] = {}
        for _, kernel in kernels.forward:
            times, steps = 1, tuple([Step(0, kernel)])
            if isinstance(kernel, Loop):
                times, steps = kernel.times, kernel.steps
            for _, each in steps:
                if isinstance(each, Gather):
                    self.gather(each, times)

    def gather(self, kernel: Gather, times: int) -> None:
        source, output = self.of(kernel.source, times), kernel.output
        if kernel.width:
            self.matrices[output] = source[0]
        else:
            self.gathered[output.batched][rows_each_time(output, times)] = source

    def of(self, operand: Operand, times: int = 1) -> Any:
        """The nodes of an operand, each time: an array of shape (times, rows)."""
        at = at_start(operand)
        if at in self.matrices:
            return np.tile(self.matrices[at], (times, 1))
        nodes = self.gathered if isinstance(at, Buffer) else self.rows
        return nodes[at.batched][rows_each_time(operand, times)]

    def nodes(self, operand: Operand) -> Nodes:
        return Nodes(tuple(self.of(operand)[0].tolist()), operand.batched)

    def steps(self, steps: Sequence[Step]) -> list[Step]:
        """The steps over nodes, where nothing is gathered."""
        return [
            Step(group, with_operands(kernel, self.nodes))
            for group, kernel in steps
            if not isinstance(kernel, Gather)
        ]
