"""The compiled functions at work, for batches of any size."""

import ctypes
import math
from typing import Any

import numpy as np

from engine.program.c.building import loaded
from engine.program.c.source import Source
from engine.program.checks import Array
from engine.program.kernels import PlacedKernels

ADDRESS = ctypes.c_void_p
Start = ctypes.c_char * 0  # found in half the time that `array.ctypes.data` takes


class Running:
    """Runs the passes, one call at a time.

    `numbers` and `gradients` are K and dK: what is the same for all samples, parameters first.
    """

    def __init__(self, kernels: PlacedKernels, source: Source) -> None:
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
        self.n_outputs, n = len(kernels.outputs), max(1, kernels.rows.n_others)
        self.numbers: Array = self.memory[:n]
        self.parameters: Array = self.numbers[: kernels.n_parameters]
        self.gradients: Array = self.memory[:0]
        if self.n_outputs == 1:
            self.gradients = self.memory[n : 2 * n]
            self.value_and_gradient = library.value_and_gradient
            self.value_and_gradient.argtypes = [
                ADDRESS, ctypes.c_long, ADDRESS, ADDRESS, ctypes.c_double,
            ]  # fmt: skip
            self.value_and_gradient.restype = ctypes.c_double
        self.slopes: Array = self.gradients[: kernels.n_parameters]
        for row, number in kernels.constants.items():
            self.numbers[row] = number

    def evaluate(self, samples: Array) -> Array:
        """The outputs, shape (n, outputs). Raises FloatingPointError where a number, given or
        found, is not finite."""
        result = np.empty((len(samples), self.n_outputs))
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
