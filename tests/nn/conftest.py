"""What the tests of the layers share: random numbers, and compiled against eager."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from engine import Value, dot
from engine.program import Program
from nn import Layer, Module
from nn.tree import as_value_tree, tree_leaves

TOLERANCE = {"rel": 1e-12, "abs": 1e-12}


def numbers(nested: Any) -> list[float]:
    return [value.data for value in tree_leaves(nested)]


def weighed(outputs: Any) -> Value:
    """One number that depends on all outputs, on each in another way."""
    values = tree_leaves(outputs)
    return dot([1.0 + 0.1 * k for k in range(len(values))], values)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def weighed_sum() -> Callable[[Any], Value]:
    return weighed


@pytest.fixture(scope="session")
def sums() -> Callable[[Layer, list[float]], list[float]]:
    """`sums(layer, xs)`: W x + b in plain floats."""

    def computed(layer: Layer, xs: list[float]) -> list[float]:
        return [
            sum(w.data * x for w, x in zip(neuron.weights, xs, strict=True)) + neuron.bias.data
            for neuron in layer.neurons
        ]

    return computed


@pytest.fixture(scope="session")
def randomized() -> Callable[..., Any]:
    """`randomized(module, seed)`: the module with all its parameters drawn anew, biases too."""

    def drawn(module: Module, seed: int) -> Module:
        rng = Random(seed)
        for parameter in module.parameters():
            parameter.data = rng.uniform(-1.5, 1.5)
        return module

    return drawn


@pytest.fixture(scope="session")
def random_nested() -> Callable[..., Any]:
    """`random_nested(seed, 2, 3)`: 2 lists of 3 numbers, and so on for any shape."""

    def drawn(seed: int, *shape: int) -> Any:
        rng = Random(seed)

        def nested(lengths: tuple[int, ...]) -> Any:
            if not lengths:
                return rng.uniform(-2.0, 2.0)
            return [nested(lengths[1:]) for _ in range(lengths[0])]

        return nested(shape)

    return drawn


@pytest.fixture(scope="session")
def compiled_is_eager() -> Callable[[Module, Any], None]:
    """A Program of the layer gives the scalar engine's outputs and gradients for three samples."""

    def check(module: Module, sample: Any) -> None:
        inputs = as_value_tree(sample, where="test")
        leaves, parameters = tree_leaves(inputs), module.parameters()
        outputs = module(inputs)
        everything = Program(tree_leaves(outputs), leaves, parameters)
        single = Program(weighed(outputs), leaves, parameters)
        start = np.array(numbers(inputs))
        batch = np.array([start, 0.5 * start + 0.1, start[::-1]])
        expected, losses, slopes = [], [], []
        for row in batch.tolist():
            for leaf, number in zip(leaves, row):
                leaf.data = number
            module.zero_grad()
            outputs = module(inputs)
            loss = weighed(outputs)
            loss.backward()
            expected.append(numbers(outputs))
            losses.append(loss.data)
            slopes.append([parameter.grad for parameter in parameters])
        assert everything(batch) == pytest.approx(np.array(expected), **TOLERANCE)
        value, gradient = single.value_and_gradient(batch)
        assert value == pytest.approx(np.mean(losses), **TOLERANCE)
        assert gradient == pytest.approx(np.mean(slopes, axis=0), **TOLERANCE)

    return check
