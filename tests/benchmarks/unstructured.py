"""Graphs without structure against CasADi; and what compiling costs, up to a million nodes."""

import gc
import random
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np

import engine
from engine import Program, Value, scope, sigmoid, sin, tanh
from engine.graph import topological_order
from nn import LSTM, Conv2d, MaxPool2d, Sequential
from nn.tree import tree_leaves
from tests.benchmarks.timing import InC, Maker, medians, print_ratios

N_INPUTS = N_PARAMETERS = 20
OPERATIONS, BATCH = 10_000, 256


@dataclass(frozen=True, slots=True)
class Case:
    """A graph with its leaves."""

    output: Value
    inputs: list[Value]
    parameters: list[Value]

    def program(self) -> Program:
        return Program(self.output, self.inputs, self.parameters)


def random_graph(operations: int) -> Case:
    """Operations on any of the values before them; the output is the mean of those not used."""
    rng = random.Random(0)
    values = [Value(rng.uniform(-1, 1)) for _ in range(N_INPUTS + N_PARAMETERS)]
    leaves = list(values)
    unused: set[Value] = set()

    def any_value() -> Value:
        value = values[rng.randrange(len(values))]
        unused.discard(value)
        return value

    kinds: list[Callable[[], Value]] = [
        lambda: tanh(any_value() + any_value()),
        lambda: tanh(any_value() * any_value()),
        lambda: any_value() * any_value(),
        lambda: any_value() - any_value(),
        lambda: sin(any_value()),
        lambda: sigmoid(any_value()),
    ]
    for _ in range(operations):
        value = kinds[rng.randrange(len(kinds))]()
        values.append(value)
        unused.add(value)
    last = [tanh(value) for value in values if value in unused]
    return Case(engine.sum(last) / len(last), leaves[:N_INPUTS], leaves[N_INPUTS:])


def net_of_chains(hidden: int) -> Case:
    """784-hidden-10 with sums as chains of +, as a beginner writes them."""
    rng = random.Random(0)
    inputs = [Value(0.1) for _ in range(784)]
    values, parameters = inputs, []
    for number, size in enumerate((hidden, 10), 1):
        outputs = []
        with scope(f"layer {number}"):
            for _ in range(size):
                total = bias = Value(0.0)
                weights = [Value(rng.gauss(0, 1) / len(values) ** 0.5) for _ in values]
                for weight, value in zip(weights, values):
                    total = total + weight * value
                parameters += [*weights, bias]
                outputs.append(tanh(total))
        values = outputs
    return Case(engine.sum(values) / len(values), inputs, parameters)


def net_of_layers(kind: str) -> Case:
    """A convolution of an 8×8 image, or an LSTM over 60 steps, with all its states as outputs."""
    if kind == "Conv2d":
        image = [[[Value(0.1) for _ in range(8)] for _ in range(8)]]
        layer, given = Sequential(Conv2d(1, 8, 3), MaxPool2d(2)), image
    else:
        given = [[Value(0.1)] for _ in range(60)]
        layer = LSTM(1, 8)
    outputs = tree_leaves(layer(given))
    return Case(engine.sum(outputs) / len(outputs), tree_leaves(given), layer.parameters())


def batch() -> Any:
    return np.random.default_rng(0).normal(size=(BATCH, N_INPUTS))


def glassgrad() -> Callable[[], object]:
    program, samples = random_graph(OPERATIONS).program(), batch()
    return lambda: program.value_and_gradient(samples)


def casadi_map() -> Callable[[], object]:
    """Value and gradient of one sample as CasADi's scalar expressions, mapped over the batch."""
    import casadi

    case = random_graph(OPERATIONS)
    x, theta = casadi.SX.sym("x", N_INPUTS), casadi.SX.sym("theta", N_PARAMETERS)
    found = {leaf: x[k] for k, leaf in enumerate(case.inputs)}
    found |= {leaf: theta[k] for k, leaf in enumerate(case.parameters)}
    operation = {
        "add": lambda a, b: a + b,
        "multiply": lambda a, b: a * b,
        "subtract": lambda a, b: a - b,
        "divide": lambda a, b: a / b,
        "tanh": casadi.tanh,
        "sin": casadi.sin,
        "sigmoid": lambda z: 1 / (1 + casadi.exp(-z)),
        "sum": lambda *terms: casadi.sum1(casadi.vertcat(*terms)),
    }
    for value in topological_order([case.output]):
        if value not in found and value.rule is not None:
            inputs = [found[input] for input in value.inputs]
            found[value] = operation[value.rule.name](*inputs) if inputs else value.data
    y = found[case.output]
    mapped = casadi.Function("f", [x, theta], [y, casadi.gradient(y, theta)]).map(BATCH)
    columns = np.ascontiguousarray(batch().T)
    numbers = np.array([leaf.data for leaf in case.parameters])

    def work() -> tuple[float, Any]:
        values, slopes = mapped(columns, numbers)
        return float(values.full().mean()), slopes.full().mean(axis=1)

    return work


def cost(make: Callable[[], Case]) -> tuple[int, float, float]:
    """Nodes, microseconds a node to compile, and bytes a node that memory grew by at its peak."""
    case = make()
    nodes = len(topological_order([case.output]))
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    case.program()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return nodes, 1e6 * seconds / nodes, 1024 * peak / nodes


def report(repeats: int) -> None:
    makers: dict[str, Maker] = {"glassgrad Program": glassgrad, "casadi, map": casadi_map}
    makers["glassgrad Program, C"] = InC(glassgrad)
    times = medians(makers, repeats)
    title = f"value and gradient, {OPERATIONS:,} random operations, batch {BATCH}"
    print_ratios(title, times, list(times)[:1])
    print("\ncompiling, each in a process of its own\n")
    cases: dict[str, Callable[[], Case]] = {}
    for hidden in (1, 4, 42, 420):
        cases[f"784-{hidden}-10, sums as chains"] = partial(net_of_chains, hidden)
    cases["8×8 image, Conv2d, MaxPool2d"] = partial(net_of_layers, "Conv2d")
    cases["60 steps, LSTM"] = partial(net_of_layers, "LSTM")
    for operations in (600, 6_000, 60_000, 600_000):
        cases[f"{operations:,} random operations"] = partial(random_graph, operations)
    for name, make in cases.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            nodes, microseconds, size = process.submit(cost, make).result()
        print(f"  {name:30} {nodes:9,} nodes {microseconds:6.1f} µs {size:6.0f} bytes a node")
