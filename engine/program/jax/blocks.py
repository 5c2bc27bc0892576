"""Where the nodes are: a block of rows for each kernel, read whole, by slices or by gathers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.program.jax.rules import jax_rules
from engine.program.kernels import Operand
from engine.program.operands import nodes_of

# The arrays so far: blocks of nodes, as those of each kernel, of inputs, parameters and constants;
# with a row for each node and a column for each sample, or one column where it is not batched
State = list[Any]
Read = Callable[[State], Any]
Run = Callable[[State], None]
Write = Callable[[State, Any], None]


class Blocks:
    """In which block each node is, and which row of it."""

    def __init__(self, n_nodes: int) -> None:
        self.block = np.full(n_nodes, -1)
        self.row = np.zeros(n_nodes, int)
        self.heights: list[int] = []

    def add(self, places: Sequence[int]) -> None:
        """The next block holds these nodes, unless there is one that does."""
        at = np.asarray(places, int)
        if len(at) == 0 or self.block[at[0]] < 0:
            self.block[at] = len(self.heights)
            self.row[at] = np.arange(len(at))
            self.heights.append(len(at))

    def operand(self, operand: Operand) -> Read:
        """What takes an operand out of the arrays."""
        return self.reader(nodes_of(operand).places)

    def reader(self, places: Sequence[int]) -> Read:
        """What takes these nodes' rows out of the blocks."""
        flat = np.asarray(places, int)
        blocks = self.block[flat]
        order = np.argsort(np.argsort(blocks, kind="stable"))
        takes = [
            (int(block), self.taking(block, self.row[flat[blocks == block]]))
            for block in np.unique(blocks)
        ]

        def read(state: State) -> Any:
            parts = [take(state[block]) for block, take in takes]
            if len(parts) == 1:
                return parts[0]
            return taken(order)(jax_rules().jax.numpy.concatenate(parts))

        return read

    def writer(self, operand: Operand) -> Write:
        """What puts an array where a kernel writes to: a block of its own."""
        block = int(self.block[nodes_of(operand).places[0]])

        def write(state: State, array: Any) -> None:
            if block < 0:
                state.append(array)
            else:
                state[block] = array

        return write

    def taking(self, block: int, rows: Any) -> Callable[[Any], Any]:
        whole = len(rows) == self.heights[block] and (rows == np.arange(len(rows))).all()
        return (lambda array: array) if whole else taken(rows)


def taken(rows: Any) -> Callable[[Any], Any]:
    """Takes these rows of an array: a slice where they lie evenly."""
    first, last = int(rows[0]), int(rows[-1])
    if (rows == np.arange(first, first + len(rows))).all():
        return lambda array: array[first : last + 1]
    return lambda array: array[rows]
