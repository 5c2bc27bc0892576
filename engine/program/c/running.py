"""The compiled functions at work, for batches of any size."""

import ctypes
import math
from typing import Any

import numpy as np

from engine.program.c.building import loaded
from engine.program.c.source import Source
from engine.program.checks import Array
from engine.program.kernels import Kernels

ADDRESS = ctypes.c_void_p
Start = ctypes.c_char * 0  # found in half the time that `array.ctypes.data` takes


class Running:
    """Runs the passes, one call at a time.

    `numbers` and `gradients` are K and dK: what is the same for all samples, parameters first.
    """

    def __init__(self, kernels: Kernels, source: Source) -> None:
        graph, rows = kernels.graph, kernels.rows
        assert rows is not None, "layout comes before a program runs"
        library = loaded(source.text)
        library.memory_size.restype = ctypes.c_size_t
        self.memory: Array = aligned_zeros(library.memory_size() // 8)
        self.address = ADDRESS(self.memory.ctypes.data)
        self.tables = np.array(source.tables, dtype=np.intc)  # C has but their address
        library.use_tables.argtypes = [ADDRESS, ADDRESS]
        library.use_tables.restype = None
        library.use_tables(self.address, self.tables.ctypes.data)
        self.outputs = library.outputs
        self.outputs.argtypes = [ADDRESS, ctypes.c_long, ADDRESS, ADDRESS]
        self.places = [(graph.batched[p], rows.row[p]) for p in graph.outputs]
        n, n_parameters = max(1, rows.n_others), graph.n_leaves - rows.n_inputs
        self.numbers: Array = self.memory[:n]
        self.parameters: Array = self.numbers[:n_parameters]
        self.gradients: Array = self.memory[:0]
        if len(self.places) == 1:
            self.gradients = self.memory[n : 2 * n]
            self.value_and_gradient = library.value_and_gradient
            self.value_and_gradient.argtypes = [
                ADDRESS, ctypes.c_long, ADDRESS, ADDRESS, ctypes.c_double,
            ]  # fmt: skip
            self.value_and_gradient.restype = ctypes.c_double
        self.slopes: Array = self.gradients[:n_parameters]
        for place, number in graph.constants.items():
            if rows.row[place] >= 0:
                self.numbers[rows.row[place]] = number

    def evaluate(self, samples: Array) -> Array:
        """The outputs, shape (n, outputs). Raises FloatingPointError where a number, given or
        found, is not finite."""
        result = np.empty((len(samples), len(self.places)))
        if not self.outputs(self.address, len(samples), start_of(samples), start_of(result)):
            raise FloatingPointError
        return result

    def differentiate(self, samples: Array, share: Any) -> tuple[float, Array]:
        """Σ shareᵢ outputᵢ, of the only output, and its gradient by the parameters. Raises as
        `evaluate` does."""
        given = (None, share) if isinstance(share, float) else (start_of(share), 0.0)
        value: float = self.value_and_gradient(
            self.address, len(samples), start_of(samples), *given
        )
        if not math.isfinite(value):
            raise FloatingPointError
        return value, self.slopes.copy()

    def memory_text(self) -> str:
        return f"{self.memory.nbytes:,} bytes, however many samples"


def start_of(array: Array) -> ctypes.Array[ctypes.c_char]:
    """Where its numbers lie in order, for one call: in the array itself, or in a copy."""
    in_order: Any = np.ascontiguousarray(array)
    return Start.from_buffer(in_order if in_order.flags.writeable else in_order.copy())


def aligned_zeros(count: int) -> Array:
    """So many numbers; the first begins a line of the processor's cache."""
    line = 8
    zeros = np.zeros(count + line)
    first = -zeros.ctypes.data // 8 % line
    return zeros[first : first + count]
