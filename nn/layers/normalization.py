"""LayerNorm and RMSNorm: a vector brought to a standard size, then scaled as is learned."""

from collections.abc import Iterable
from typing import Any

from engine import Value, dot, sum
from engine.drawing.blocks import Block
from engine.keywords import explain_keywords
from engine.messages import shown
from engine.value import Number
from nn.blocks import make_block
from nn.checks import as_number, as_values, check_size
from nn.module import Module
from nn.tree import label_values


class LayerNorm(Module):
    """y_i = gain_i · (x_i - μ) / √(σ² + epsilon) + bias_i, with μ and σ² mean and variance of x.

    It takes `size` numbers or Values and returns as many Values. The variance is Σ (x_i - μ)² /
    size. The gains start at 1, the biases at 0. Raises ValueError for a size < 1, an epsilon that
    is not positive or another number of inputs. Ba, Kiros and Hinton, Layer normalization (2016).

    >>> [round(y.data, 3) for y in LayerNorm(3)([1.0, 2.0, 3.0])]
    [-1.225, 0.0, 1.225]
    """

    @explain_keywords
    def __init__(self, size: int, *, epsilon: float = 1e-5) -> None:
        check_size(size, "size", where=self.place())
        self.size, self.epsilon = size, as_epsilon(epsilon, where=self.place())
        self.gain = [Value(1.0, f"gain{i}") for i in range(1, size + 1)]
        self.bias = [Value(0.0, f"bias{i}") for i in range(1, size + 1)]

    def forward(self, inputs: Iterable[Number]) -> list[Value]:
        """The normalized vector."""
        x = as_values(inputs, self.size, where=self.place())
        mean: Value = sum(x) / self.size
        mean.label = "μ"
        centred = [xi - mean for xi in x]
        scale = root_mean_square(centred, self.epsilon)
        parts = zip(self.gain, centred, self.bias)
        return label_values("y", [g * (c / scale) + b for g, c, b in parts])

    def as_block(self, inputs: Any = None) -> Block:
        lines = ["y = gain · (x − μ) / √(σ² + ε) + bias", "μ, σ²: mean and variance of x"]
        size = str(self.size)
        return make_block(self, inputs, lines=lines, given=size, returned=size)

    def __repr__(self) -> str:
        return f"LayerNorm({self.size}, {self._describe_size()})"


class RMSNorm(Module):
    """y_i = gain_i · x_i / √(Σ x_j² / size + epsilon).

    It takes `size` numbers or Values and returns as many Values; the gains start at 1, and with
    `gain=False` there are none: `gain` is empty. Raises as `LayerNorm` does. Zhang and Sennrich,
    Root mean square layer normalization (2019).

    >>> [round(y.data, 3) for y in RMSNorm(2)([3.0, 4.0])]
    [0.849, 1.131]
    """

    @explain_keywords
    def __init__(self, size: int, *, gain: bool = True, epsilon: float = 1e-5) -> None:
        check_size(size, "size", where=self.place())
        self.size, self.epsilon = size, as_epsilon(epsilon, where=self.place())
        self.gain = [Value(1.0, f"gain{i}") for i in range(1, size + 1)] if gain else []

    def forward(self, inputs: Iterable[Number]) -> list[Value]:
        """The normalized vector."""
        x = as_values(inputs, self.size, where=self.place())
        scale = root_mean_square(x, self.epsilon)
        normalized = [xi / scale for xi in x]
        if self.gain:
            normalized = [g * xi for g, xi in zip(self.gain, normalized)]
        return label_values("y", normalized)

    def as_block(self, inputs: Any = None) -> Block:
        size = str(self.size)
        lines = [f"y = {'gain · ' if self.gain else ''}x / √(mean of x² + ε)"]
        return make_block(self, inputs, lines=lines, given=size, returned=size)

    def __repr__(self) -> str:
        no_gain = "" if self.gain else ", no gain"
        return f"RMSNorm({self.size}{no_gain}, {self._describe_size()})"


def root_mean_square(x: list[Value], epsilon: float) -> Value:
    """√(Σ x² / n + epsilon)."""
    root: Value = (dot(x, x) / len(x) + epsilon).sqrt()
    root.label = "scale"
    return root


def as_epsilon(epsilon: Any, *, where: str) -> float:
    number = as_number(epsilon, where=f"{where}: epsilon")
    if number <= 0.0:
        raise ValueError(f"{where}: epsilon is {shown(epsilon)}, but must be positive")
    return number
