"""Graphs without structure against CasADi."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import engine
from engine import Program, Value, sigmoid, sin, tanh
from engine.graph import topological_order
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


def report(repeats: int) -> None:
    makers: dict[str, Maker] = {"glassgrad Program": glassgrad, "casadi, map": casadi_map}
    makers["glassgrad Program, C"] = InC(glassgrad)
    times = medians(makers, repeats)
    title = f"value and gradient, {OPERATIONS:,} random operations, batch {BATCH}"
    print_ratios(title, times, list(times)[:1])
