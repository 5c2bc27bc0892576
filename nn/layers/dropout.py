"""Dropout: in training, a random part of the inputs is set to 0."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from engine import Value
from engine.drawing.blocks import Block
from engine.keywords import explain_keywords
from engine.messages import shown
from engine.names import digits
from nn.blocks import make_block
from nn.checks import as_number
from nn.module import Module
from nn.randomness import DEFAULT, checked_seed
from nn.tree import as_value_tree, tree_leaves, tree_map


class Mask(Value):
    """What an input is multiplied by: `fit` draws it anew where the model has its Dropout."""

    __slots__ = ()


class Dropout(Module):
    """yᵢ = mᵢ · xᵢ with a mask mᵢ of 0 with this probability and 1 / (1 - probability) otherwise.

    So the mean of yᵢ is xᵢ. It takes numbers or Values in lists nested in any way, and returns
    Values nested in the same way. In training, each call draws a new mask from the module's own
    generator, which starts at the seed (by default one that nn's generator draws: see `nn.seed`);
    in evaluation, after `eval()`, it returns the inputs unchanged.

    `masks` are the leaves m, in the order of the inputs; calls with as many inputs use the same
    leaves with new numbers. They are not parameters. Raises ValueError unless 0 ≤ probability < 1.
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to prevent
    neural networks from overfitting (2014).

    >>> dropout = Dropout(0.5, seed=1)
    >>> [y.data for y in dropout([1.0, 2.0, 3.0, 4.0])]
    [0.0, 4.0, 6.0, 0.0]
    >>> [y.data for y in dropout.eval()([1.0, 2.0, 3.0, 4.0])]
    [1.0, 2.0, 3.0, 4.0]
    """

    not_parameters = frozenset({"masks", "_of_calls"})
    _of_calls: list[Value] | None = None  # inside of masks_of_each_call

    @explain_keywords
    def __init__(self, probability: float, *, seed: int | None = None) -> None:
        self.probability = as_number(probability, where=f"{self.place()}: probability")
        if not 0.0 <= self.probability < 1.0:
            raise ValueError(
                f"{self.place()}: probability is {shown(probability)}, "
                "but 0 <= probability < 1 is needed"
            )
        self.masks: list[Value] = []
        self.rng = Random(DEFAULT.getrandbits(64) if seed is None else checked_seed(seed))

    def forward(self, inputs: Any) -> Any:
        """The inputs times their masks in training, the inputs in evaluation."""
        values = as_value_tree(inputs, where=self.place())
        if not self.training:
            return values
        count = len(tree_leaves(values))
        if self._of_calls is not None or len(self.masks) != count:
            self.masks = [Mask(1.0, f"m{k}") for k in range(1, count + 1)]
        for mask, number in zip(self.masks, self.draw()):
            mask.data = number
        if self._of_calls is not None:
            self._of_calls += self.masks
        masks = iter(self.masks)
        return tree_map(lambda x: x * next(masks), values)

    def draw(self) -> list[float]:
        """New numbers for all of the masks."""
        kept = 1.0 / (1.0 - self.probability)
        return [0.0 if self.rng.random() < self.probability else kept for _ in self.masks]

    def as_block(self, inputs: Any = None) -> Block:
        kept = digits(1.0 / (1.0 - self.probability))
        lines = ["y = m · x", f"m = 0 with probability {digits(self.probability)}, else {kept}"]
        return make_block(self, inputs, lines=lines)

    def __repr__(self) -> str:
        return f"Dropout({self.probability})"


@contextmanager
def masks_of_each_call(dropouts: Sequence[Dropout]) -> Iterator[None]:
    """Inside, each call has masks of its own, as all are inputs of one graph; afterwards `masks`
    are those of all calls."""
    for dropout in dropouts:
        dropout._of_calls = []
    try:
        yield
    finally:
        for dropout in dropouts:
            dropout.masks = dropout._of_calls or dropout.masks
            dropout._of_calls = None
