"""Starting weights: random numbers of the size that keeps signals alive from layer to layer."""

import math
from random import Random
from typing import Final

from nn.checks import check_size
from nn.layers.activations import Activation, activation_name
from nn.randomness import generator

# The activations that pass on one half of their inputs only.
RELU_FAMILY: Final = frozenset({"relu", "leaky_relu", "gelu", "silu", "softplus"})


def glorot_uniform(n_inputs: int, n_outputs: int, *, rng: Random | None = None) -> list[float]:
    """The weights of one neuron: n_inputs numbers from U(-r, r), with r = √(6 / (n_in + n_out)).

    n_outputs is the number of neurons in the layer. Signals and gradients keep their variance
    where the activation is close to linear around 0: Glorot and Bengio, Understanding the
    difficulty of training deep feedforward neural networks (2010), equation 16.

    >>> [round(w, 3) for w in glorot_uniform(2, 4, rng=Random(0))]
    [0.689, 0.516]
    """
    check_size(n_inputs, "n_inputs", where="glorot_uniform")
    check_size(n_outputs, "n_outputs", where="glorot_uniform")
    limit = math.sqrt(6.0 / (n_inputs + n_outputs))
    draw = generator(rng).uniform
    return [draw(-limit, limit) for _ in range(n_inputs)]


def he_normal(n_inputs: int, *, rng: Random | None = None) -> list[float]:
    """The weights of one neuron: n_inputs numbers from N(0, σ²), with σ = √(2 / n_in).

    The 2 makes up for the half of the signal that a relu cuts off: He, Zhang, Ren and Sun, Delving
    deep into rectifiers (2015), equation 10.

    >>> [round(w, 3) for w in he_normal(2, rng=Random(0))]
    [0.942, -1.397]
    """
    check_size(n_inputs, "n_inputs", where="he_normal")
    deviation = math.sqrt(2.0 / n_inputs)
    draw = generator(rng).gauss
    return [draw(0.0, deviation) for _ in range(n_inputs)]


def starting_weights(
    n_inputs: int, n_outputs: int, *, activation: Activation, rng: Random | None
) -> list[float]:
    """The weights of one neuron: `he_normal` for the relu family, `glorot_uniform` for the others.

    >>> starting_weights(3, 1, activation="relu", rng=Random(1)) == he_normal(3, rng=Random(1))
    True
    """
    if activation_name(activation) in RELU_FAMILY:
        return he_normal(n_inputs, rng=rng)
    return glorot_uniform(n_inputs, n_outputs, rng=rng)
