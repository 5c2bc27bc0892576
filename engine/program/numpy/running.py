"""The written passes at work: arrays for each batch size, and what is computed in them."""

import math
from typing import Any

import numpy as np

from engine.messages import counted
from engine.program.checks import Array, are_finite
from engine.program.kernels import PlacedKernels
from engine.program.numpy import runtime
from engine.program.numpy.source import Source

MOST_SIZES = 8  # batch sizes whose arrays are kept


class Running:
    """Runs the passes for batches of any size, one call at a time.

    `numbers` and `gradients` are K and dK: what is the same for all samples, parameters first.
    Functions hold the names that they use, themselves among these: names that are no longer needed
    are cleared, or else all arrays would stay until Python's garbage collector finds them.
    """

    def __init__(self, kernels: PlacedKernels, source: Source) -> None:
        self.names: dict[str, Any] = {}  # these two first: __del__ needs them, whatever fails
        self.sizes: dict[int, Any] = {}
        self.rows, self.places = kernels.rows, kernels.outputs
        batched, rows = np.array(self.places, int).reshape(-1, 2).T
        self.columns = [np.flatnonzero(batched == kind) for kind in (0, 1)]  # of the result
        self.rows_of_columns = [rows[columns] for columns in self.columns]
        self.numbers = np.zeros((max(1, self.rows.n_others), 1))
        self.gradients = np.zeros_like(self.numbers)
        for row, number in kernels.constants.items():
            self.numbers[row] = number
        self.parameters: Array = self.numbers[: kernels.n_parameters, 0]
        self.slopes: Array = self.gradients[: kernels.n_parameters, 0]
        functions = {name: getattr(runtime, name) for name in source.taken}
        self.names |= {"math": math, "np": np, **functions}
        for block in source.head:
            exec(block, self.names)
        self.codes = [compile(block, "<program>", "exec") for block in source.passes]

    def __del__(self) -> None:
        self.names.clear()
        for *_, backward in self.sizes.values():
            backward.__globals__.clear()

    def evaluate(self, samples: Array) -> Array:
        """The outputs, shape (n, outputs). Raises FloatingPointError where a number, given or
        found, is not finite, and what Python's functions raise there."""
        with np.errstate(all="ignore"):
            values, _, forward, _ = self.sized(len(samples))
            forward(samples.T)
            result = np.empty((len(samples), len(self.places)))
            spaces = self.numbers, values
            for space, columns, places in zip(spaces, self.columns, self.rows_of_columns):
                if len(columns):
                    result[:, columns] = space[places].T
            if not (are_finite(samples) and are_finite(result)):
                raise FloatingPointError
        return result

    def differentiate(self, samples: Array, share: Any) -> tuple[float, Array]:
        """Σ shareᵢ outputᵢ, of the only output, and its gradient by the parameters. Raises as
        `evaluate` does."""
        ((batched, row),) = self.places
        with np.errstate(all="ignore"):
            values, gradients, forward, backward = self.sized(len(samples))
            forward(samples.T)
            if batched:
                gradients[row] = share
                value = float(np.dot(values[row], gradients[row]))
            else:
                self.gradients[row] = 1.0
                value = float(self.numbers[row, 0])
            backward(samples.T)
            gradient = self.slopes.copy()
            if not (math.isfinite(value) and are_finite(samples) and are_finite(gradient)):
                raise FloatingPointError
        return value, gradient

    def sized(self, n: int) -> Any:
        """Arrays and code for n samples, kept for the next time."""
        if n not in self.sizes:
            if len(self.sizes) == MOST_SIZES:
                *_, backward = self.sizes.pop(next(iter(self.sizes)))
                backward.__globals__.clear()
            names = self.built(n)
            self.sizes[n] = names["S"], names["dS"], names["forward"], names["backward"]
        return self.sizes[n]

    def built(self, n: int) -> dict[str, Any]:
        """All that the source defines for n samples: arrays, views and the two passes."""
        shape = max(1, self.rows.n_batched), n
        names = {"S": np.zeros(shape), "dS": np.zeros(shape), "n": n}
        names |= self.names | {"K": self.numbers, "dK": self.gradients}
        for code in self.codes:
            exec(code, names)
        return names

    def size(self, n: int) -> int:
        """How many bytes all arrays for n samples take; a view takes nothing of its own."""
        names = self.built(n)
        arrays = [x for x in names.values() if isinstance(x, np.ndarray)]
        names.clear()
        return sum(array.nbytes for array in arrays if array.base is None)

    def memory_text(self) -> str:
        return f"{counted(self.size(2) - self.size(1), 'byte')} for each sample"
