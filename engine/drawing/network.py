"""A fully connected net as plain numbers: what a model gives to be drawn as in a textbook."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkLayer:
    """One layer: a row of weights and a bias for each neuron; z and a where there is an input."""

    weights: Sequence[Sequence[float]]
    biases: Sequence[float]
    activation: str
    z: Sequence[float] | None
    a: Sequence[float] | None
    number: str  # what its names say of their layer; "" for its place


@dataclass(frozen=True, slots=True)
class Network:
    """A fully connected net as plain numbers."""

    n_inputs: int
    layers: Sequence[NetworkLayer]
    inputs: Sequence[float] | None

    def sizes(self) -> list[int]:
        return [self.n_inputs, *(len(layer.biases) for layer in self.layers)]
