"""What every backend is held to: the values and gradients of the scalar engine."""

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

import engine
from engine import Value, tanh
from engine.graph import topological_order
from engine.program import Program
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.proof.rounding import path_sizes, rounding_errors

Leaves = list[Value]


def eager(graph: Any, rows: list[list[float]], n_inputs: int) -> Any:
    """Mean output, mean gradient by the leaves after the inputs, and bounds on their rounding."""
    value, noise = 0.0, 0.0
    gradient = np.zeros(len(rows[0]) - n_inputs)
    bound = np.zeros_like(gradient)
    for row in rows:
        leaves = [Value(x) for x in row]
        output = graph(*leaves)
        output.backward()
        order = topological_order((output,))
        sizes, error = path_sizes(order), rounding_errors(order)[output]
        value += output.data / len(rows)
        noise += error / len(rows)
        gradient += np.array([leaf.grad for leaf in leaves[n_inputs:]]) / len(rows)
        bound += np.array([sizes.get(leaf, 0.0) for leaf in leaves[n_inputs:]]) / len(rows)
    return value, gradient, noise, bound


def by_numpy(output: Value, inputs: Leaves, parameters: Leaves, batch: Any) -> tuple[float, Any]:
    return Program(output, inputs, parameters).value_and_gradient(batch)


def by_jax(output: Value, inputs: Leaves, parameters: Leaves, batch: Any) -> tuple[float, Any]:
    jax = pytest.importorskip("jax", reason="jax is in the bench extra")
    from engine.program.jax.kernels import jax_value_and_gradient

    kernels = compiled(Traced([output], inputs, parameters))["adjoint"]
    numbers = np.array([leaf.data for leaf in parameters])
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        value, gradient = jax_value_and_gradient(kernels)(numbers, batch)
        return float(value), np.asarray(gradient)
    finally:
        jax.config.update("jax_enable_x64", before)


class Backend(NamedTuple):
    """Its value and gradient, and how far its functions may be off: in units of the last place an
    operation, and relative to the value."""

    run: Callable[[Value, Leaves, Leaves, Any], tuple[float, Any]]
    units: float
    relative: float


BACKENDS = {"numpy": Backend(by_numpy, 8.0, 1e-15), "jax": Backend(by_jax, 100.0, 1e-12)}
on_every_backend = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("jax", marks=pytest.mark.peer)]
)


def assert_agrees(
    graph: Any, point: list[float], n_inputs: int, n_samples: int, backend: str = "numpy"
) -> None:
    """Value and gradient of a batch around the point are those of the scalar engine."""
    rng = random.Random(n_samples)
    leaves = [Value(x) for x in point]
    rows = [
        [x * (1.0 + 1e-3 * rng.uniform(-1, 1)) for x in point[:n_inputs]] + point[n_inputs:]
        for _ in range(n_samples)
    ]
    batch = np.array([row[:n_inputs] for row in rows]).reshape(n_samples, n_inputs)
    run, units, relative = BACKENDS[backend]
    value, gradient = run(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:], batch)
    expected, slopes, noise, bound = eager(graph, rows, n_inputs)
    # `noise` counts one unit in the last place an operation.
    assert abs(value - expected) <= units * noise + relative * abs(expected)
    assert np.all(np.abs(gradient - slopes) <= 1e-12 * bound * len(leaves) * 10)


@st.composite
def sums_of_all_kinds(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """A graph of several long and short sums of products of few leaves, a point and n_inputs."""
    n_inputs, n_leaves = draw(st.integers(1, 3)), 6
    leaf = st.integers(0, n_leaves - 1)
    factor = st.sampled_from([1.0, 1.0, -1.0, 2.5])
    term = st.tuples(factor, leaf, st.one_of(st.none(), leaf))
    rows = draw(st.lists(st.lists(term, min_size=1, max_size=12), min_size=1, max_size=6))

    def graph(*leaves: Value) -> Value:
        sums = []
        for row in rows:
            total: Any = Value(0.0)
            for k, a, b in row:
                total = total + leaves[a] * (k if b is None else k * leaves[b])
            sums.append(tanh(total / 8))  # far from where 1 - t² loses its digits
        return engine.sum(sums) * leaves[0]

    number = st.integers(-200, 200).map(lambda k: k / 100)
    point = draw(st.lists(number, min_size=n_leaves, max_size=n_leaves))
    return graph, point, n_inputs


def recurrent(*leaves: Value, size: int, steps: int, made: Any) -> Value:
    """An Elman net whose weights are made of parameters; its last state, and weight decay."""
    xs, rest = list(leaves[:steps]), [made(w) for w in leaves[steps:]]
    weights = [rest[k * (size + 1) : (k + 1) * (size + 1)] for k in range(size)]
    biases, state = rest[size * (size + 1) :], [Value(0.1)] * size
    for x in xs:
        sums = [engine.dot(row, [x, *state]) + bias for row, bias in zip(weights, biases)]
        state = [tanh(z) for z in sums]
    return engine.sum(state) + 0.01 * engine.sum([w * w for w in rest])
