"""Scalar engines, value by value: the loss of 100 samples through 2-16-16-1 with tanh."""

import itertools
import math
import random
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from engine import Value
from nn import MLP, mean_squared_error
from tests.benchmarks.timing import medians, print_ratios

SIZES = [2, 16, 16, 1]
rng = random.Random(0)
WEIGHTS = [
    [[rng.uniform(-0.5, 0.5) for _ in range(width + 1)] for _ in range(size)]
    for width, size in itertools.pairwise(SIZES)
]
SAMPLES = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(100)]
TARGETS = [rng.choice([-1.0, 1.0]) for _ in range(100)]

Number = Any  # of whichever engine


def scalar_loss(
    layers: list[list[list[Number]]], tanh: Callable[[Number], Number], zero: Number
) -> Number:
    """Products added one by one, as a beginner writes a net: the same graph for every engine."""
    total = zero
    for sample, target in zip(SAMPLES, TARGETS):
        activations: list[Number] = sample
        for layer in layers:
            activations = [
                tanh(sum((w * a for w, a in zip(neuron, activations)), neuron[-1]))
                for neuron in layer
            ]
        error = activations[0] - target
        total = total + error * error
    return total


def with_numbers(make: Callable[[float], Number]) -> list[list[list[Number]]]:
    return [[[make(w) for w in neuron] for neuron in layer] for layer in WEIGHTS]


def glassgrad_scalars() -> Callable[[], float]:
    layers = with_numbers(Value)

    def work() -> float:
        loss = scalar_loss(layers, Value.tanh, Value(0.0))
        loss.backward()
        return float(loss.data)

    return work


def glassgrad_mlp() -> Callable[[], float]:
    model = MLP(2, [16, 16, 1], output_activation="tanh")

    def work() -> float:
        loss = mean_squared_error([model(sample) for sample in SAMPLES], TARGETS)
        loss.backward()
        return float(loss.data)

    return work


def micrograd() -> Callable[[], float]:
    from micrograd.engine import Value as Micro

    sys.setrecursionlimit(100_000)  # its backward recurses
    layers = with_numbers(Micro)
    tanh = micrograd_function("tanh", math.tanh, lambda x, t: 1 - t * t)

    def work() -> float:
        loss = scalar_loss(layers, tanh, Micro(0.0))
        loss.backward()
        return float(loss.data)

    return work


def micrograd_function(
    name: str, value: Callable[[float], float], slope: Callable[[float, float], float]
) -> Callable[[Number], Number]:
    """micrograd 0.1.0 has no tanh, exp or log: one written the way its own operations are, with the
    slope as a function of the number and of what came of it."""
    from micrograd.engine import Value as Micro

    def function(x: Number) -> Number:
        y = value(x.data)
        out = Micro(y, (x,), name)

        def backward() -> None:
            x.grad += slope(x.data, y) * out.grad

        out._backward = backward
        return out

    return function


def torch_scalars() -> Callable[[], float]:
    import torch

    torch.set_num_threads(1)
    layers = with_numbers(lambda w: torch.tensor(w, dtype=torch.float64, requires_grad=True))

    def work() -> float:
        loss = scalar_loss(layers, torch.tanh, torch.tensor(0.0, dtype=torch.float64))
        loss.backward()
        return float(loss.detach())

    return work


def xad() -> Callable[[], float]:
    from xad import math as xad_math
    from xad.adj_1st import Real, Tape

    def work() -> float:
        with Tape() as tape:
            layers = with_numbers(Real)
            for layer in layers:
                for neuron in layer:
                    tape.registerInputs(neuron)
            tape.newRecording()
            loss = scalar_loss(layers, xad_math.tanh, Real(0.0))
            tape.registerOutput(loss)
            loss.derivative = 1.0
            tape.computeAdjoints()
            return float(loss.value)

    return work


def bytes_per_node() -> tuple[int, float]:
    """Nodes of the graph of the loss, and what each adds to Python's memory."""
    from engine.graph import topological_order

    layers = with_numbers(Value)
    tracemalloc.start()
    loss = scalar_loss(layers, Value.tanh, Value(0.0))
    loss.backward()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    nodes = len(topological_order([loss]))
    return nodes, used / nodes


def report(repeats: int) -> None:
    makers = {
        "glassgrad, nn.MLP": glassgrad_mlp,
        "glassgrad, the same scalars": glassgrad_scalars,
        "micrograd": micrograd,
        "xad (C++)": xad,
        "torch, scalars": torch_scalars,
    }
    title = "loss of 100 samples through 2-16-16-1 with tanh, forward and backward"
    against = list(makers)[:2]
    for collector, how in ((True, "as it is"), (False, "off")):
        times = medians(makers, repeats, collector=collector)
        print_ratios(f"{title}, Python's garbage collector {how}", times, against)
    nodes, size = bytes_per_node()
    print(f"\nmemory: {nodes:,} nodes of {size:.0f} bytes")
