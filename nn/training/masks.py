"""Masks: those of a whole batch at once, the same numbers that `Dropout.draw` gives one by one."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from engine import Program
from nn.layers.dropout import Dropout, Mask
from nn.module import Module
from nn.training.data import Array


class Masks:
    """The masks of some dropouts, drawn by NumPy from where their own generators are.

    Python and NumPy have one and the same generator: Matsumoto and Nishimura, Mersenne twister
    (1998). From `read` to `write` the newest state is NumPy's.
    """

    def __init__(self, dropouts: Sequence[Dropout]) -> None:
        self.dropouts = dropouts
        self._counts = [len(dropout.masks) for dropout in dropouts]
        self.read()

    def read(self) -> None:
        """Go on from where the dropouts are."""
        self._generators = [as_numpy(dropout.rng) for dropout in self.dropouts]

    def generators(self) -> list[Random]:
        """Generators for the dropouts that go on from here."""
        return [as_python(generator) for generator in self._generators]

    def add_to(self, rows: Array) -> Array:
        """The rows, each with new masks of all dropouts behind it."""
        drawn = [rows]
        for dropout, generator, count in zip(self.dropouts, self._generators, self._counts):
            numbers = generator.random((len(rows), count))
            kept = 1.0 / (1.0 - dropout.probability)
            drawn.append(np.where(numbers < dropout.probability, 0.0, kept))
        return np.concatenate(drawn, axis=1)


def check_masks(program: Program, model: Module, where: str) -> None:
    """Raises ValueError for the mask of a Dropout that a function hides from the model: it is none
    of the inputs, and so would be that of all samples."""
    masks = [leaf for leaf in program.frozen() if isinstance(leaf, Mask)]
    if masks:
        dropouts = [each for each in model.modules() if isinstance(each, Dropout)]
        if not {mask for dropout in dropouts for mask in dropout.masks}.issuperset(masks):
            raise ValueError(
                f"{where}: a Dropout in training mode is called that the model does not have, so "
                "all samples would have one mask: make it an attribute of the model, or call its "
                "eval()"
            )


def as_numpy(rng: Random) -> np.random.Generator:
    """NumPy's generator of the same numbers.

    >>> as_numpy(Random(1)).random(2).tolist() == [Random(1).random(), 0.8474337369372327]
    True
    """
    *key, position = rng.getstate()[1]
    twister = np.random.MT19937()
    state: Any = {"key": np.array(key, dtype=np.uint32), "pos": position}
    twister.state = {"bit_generator": "MT19937", "state": state}
    return np.random.Generator(twister)


def as_python(generator: np.random.Generator) -> Random:
    """Python's generator of the same numbers."""
    state: Any = generator.bit_generator.state["state"]
    rng = Random(0)
    rng.setstate((3, (*state["key"].tolist(), state["pos"]), None))
    return rng
