"""What every backend is held to: the values and gradients of the scalar engine."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

import engine
from engine import RULES, Rule, Value, sigmoid, tanh
from engine.program import Program
from engine.program.lower import Traced
from engine.proof.programs import check_program, mean, scalar
from engine.proof.strategies import graphs
from nn import GRU, LSTM, RNN


@contextmanager
def float64() -> Iterator[Any]:
    """JAX, which computes with floats of 64 bits for the time of a with block."""
    jax = pytest.importorskip("jax", reason="jax is in the bench extra")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        yield jax
    finally:
        jax.config.update("jax_enable_x64", before)


def by_jax(traced: Traced, batch: Any) -> tuple[float, Any]:
    """The mean output and its gradient, as JAX differentiates the program."""
    with float64() as jax:
        function = Program(traced.outputs[0], traced.inputs, traced.parameters).to_jax()
        numbers = np.array([leaf.data for leaf in traced.parameters])
        step = jax.value_and_grad(lambda numbers: function(numbers, batch).mean())
        value, gradient = step(numbers)
        return float(value), np.asarray(gradient)


def assert_saved_is_the_same(program: Program, batch: Any, path: Path) -> None:
    """The module that a program is saved as gives the same numbers, bit for bit."""
    program.save(path)
    names: dict[str, Any] = {}
    exec(path.read_text(encoding="utf-8"), names)
    value, gradient = names["value_and_gradient"](batch)
    expected, slopes = program.value_and_gradient(batch)
    assert value == expected and gradient.tolist() == slopes.tolist()


on_every_backend = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("jax", marks=pytest.mark.peer)]
)


OF_MANY_INPUTS = Rule(  # made of every function of many inputs
    "many",
    inputs=("a", "b", "c"),
    value=lambda m, *xs: m.dot(xs, xs[::-1]) + m.prod(xs) + m.sum(xs) + m.hypot(*xs),
    partials=lambda m, y, a, b, c: [
        m.sum([m.dot([2.0, p], [q, r]), 1.0, p / m.hypot(a, b, c)])
        for p, q, r in ((a, c, b * c / a), (b, b, a * c / b), (c, a, a * b / c))
    ],
)

REDUCE_WHAT_IS_THE_SAME = [  # rules that send the same to all, or add up what is the same for all
    Rule(
        "average",
        inputs=("*x",),
        value=lambda m, *xs: m.sum(xs) / len(xs),
        partials=lambda m, y, *xs: [1.0 / len(xs) for _ in xs],
    ),
    Rule(
        "exp_of_sum",
        inputs=("*x",),
        value=lambda m, *xs: m.exp(m.sum(xs)),
        partials=lambda m, y, *xs: [m.sum([y for _ in xs]) / len(xs)] * len(xs),
    ),
    Rule(
        "sum_of_constants",
        inputs=("*x",),
        value=lambda m, *xs: m.sum(xs) * m.sum([m.exp(-1.0) for _ in xs]),
        partials=lambda m, y, *xs: [m.sum([m.exp(-1.0) for _ in xs])] * len(xs),
    ),
    Rule(
        "largest_of_sums",
        inputs=("*x",),
        value=lambda m, *xs: m.maximum(*[m.sum(xs) for _ in xs]) * m.sum([x * x for x in xs]),
        partials=lambda m, y, *xs: [
            m.sum([x * x for x in xs]) + m.maximum(*[m.sum(xs) for _ in xs]) * 2.0 * own
            for own in xs
        ],
    ),
]


def reduced(*leaves: Value, rule: Rule) -> Value:
    """The rule over two rows of three of five leaves, so that it has one kernel."""
    a, b, c, d, e, u = leaves
    return u * (engine.apply(rule, a, b, c) * d + engine.apply(rule, c, d, e) * a)


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
    if backend == "numpy":
        check_program(Program(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:]), batch)
        return
    traced = Traced([graph(*leaves)], leaves[:n_inputs], leaves[n_inputs:])
    graphs = [scalar(traced, row, point[n_inputs:]) for row in batch.tolist()]
    value, gradient = by_jax(traced, batch)
    right = mean([each.outputs[0] for each in graphs], [1.0] * n_samples)
    # XLA's own functions are off by more than NumPy's
    assert abs(value - right.number) <= 12 * right.error + 1e-12 * abs(right.number)
    for slope, column in zip(gradient, zip(*[each.gradient for each in graphs])):
        right = mean(column, [1.0] * n_samples)
        assert abs(slope - right.number) <= right.error


@st.composite
def programs(
    draw: st.DrawFn, rules: Iterable[Rule] = tuple(RULES.values())
) -> tuple[Program, list[list[float]]]:
    """A program of a random graph, whose leaves are inputs, parameters or frozen; its points."""
    graph = draw(graphs(rules, max_operations=25, max_leaves=6, n_outputs=draw(st.integers(1, 3))))
    leaves = [Value(x) for x in graph.point]
    n = len(leaves)
    kinds = draw(st.lists(st.sampled_from("wxk"), min_size=n, max_size=n))
    inputs, parameters = ([v for v, kind in zip(leaves, kinds) if kind == k] for k in "xw")
    near = st.integers(-9, 9).map(lambda k: 1.0 + 1e-4 * k)  # kinks are farther away
    n_points = draw(st.integers(1, 4))
    points = [[leaf.data * draw(near) for leaf in inputs] for _ in range(n_points)]
    return Program(graph(*leaves), inputs, parameters), points


@st.composite
def layered_nets(draw: st.DrawFn) -> tuple[Program, list[list[float]]]:
    """A net of layers that stand at one position or several, side by side or overlapping, with
    no biases, shared ones, those of each position or either; parameters lie in rows or anywhere."""
    rng = random.Random(draw(st.integers(0, 1000)))
    width, positions = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    step = draw(st.integers(1, width))  # less than the width where positions overlap
    inputs = [Value(rng.uniform(-1, 1)) for _ in range(width + step * (positions - 1))]
    parameters: list[Value] = []

    def made(count: int) -> list[Value]:
        new = [Value(rng.uniform(-1, 1)) for _ in range(count)]
        parameters.extend(new)
        return new

    at = [inputs[k : k + width] for k in range(0, step * positions, step)]
    for size in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)):
        bias = draw(st.sampled_from(["none", "shared", "own", "either"]))
        bends, adds = draw(st.booleans()), draw(st.booleans())
        rows = [made(len(at[0])) for _ in range(size)]
        shared: list[Any] = made(size) if bias in ("shared", "either") else [0.0] * size
        has_own = [bias == "own" or (bias == "either" and draw(st.booleans())) for _ in at]
        biases = [made(size) if own else shared for own in has_own]
        after = [
            [engine.dot(row, xs) + b for row, b in zip(rows, bs)] for xs, bs in zip(at, biases)
        ]
        after = [[tanh(z) for z in zs] if bends else zs for zs in after]
        if adds and size == len(at[0]):  # what was there before
            after = [[z + x for z, x in zip(zs, xs)] for zs, xs in zip(after, at)]
        at = after
    output = engine.sum([z * z for zs in at for z in zs])
    if draw(st.booleans()):
        rng.shuffle(parameters)
    n_points = draw(st.integers(1, 3))
    points = [[rng.uniform(-1, 1) for _ in inputs] for _ in range(n_points)]
    return Program(output, inputs, parameters), points


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


@st.composite
def recurrences(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """A graph in which states of one or two vectors are carried along, by a cell drawn at random,
    from constants, inputs or parameters; a loss at each step or the last; point and n_inputs."""
    rng = random.Random(draw(st.integers(0, 999)))
    steps, size, seen = draw(st.integers(7, 9)), draw(st.integers(1, 3)), draw(st.integers(0, 2))
    n_vectors = draw(st.integers(1, 2))
    cells = [
        draw(st.sampled_from(["plain", "gated", "largest", "added"])) for _ in range(n_vectors)
    ]
    start, lag = draw(st.sampled_from(["constants", "inputs", "parameters"])), draw(st.booleans())
    at_each, own = draw(st.booleans()), draw(st.booleans())
    width = seen + n_vectors * size
    n_inputs = 1 + steps * seen + (size if start == "inputs" else 0)
    n_weights = (2 * width + 1) * size * n_vectors
    n_parameters = n_weights + (size if start == "parameters" else 0) + (steps if own else 0)

    def graph(*leaves: Value) -> Value:
        taken = iter(leaves)

        def take(count: int) -> list[Value]:
            return [next(taken) for _ in range(count)]

        scale, xs = next(taken), [take(seen) for _ in range(steps)]
        first: Any = [0.25] * size if start == "constants" else take(size)
        weights = [[take(2 * width + 1) for _ in range(size)] for _ in range(n_vectors)]
        offsets = take(steps) if own else [0.5] * steps
        states: Any = [first] * n_vectors
        before, losses = states, []
        for x, offset in zip(xs, offsets):
            given = [*x, *[number for state in states for number in state]]
            new: Any = []
            for cell, rows, old, older in zip(cells, weights, states, before):
                sums = [engine.dot(row[:width], given) + row[-1] for row in rows]
                gates = [sigmoid(engine.dot(row[width:-1], given)) for row in rows]
                olds = older if lag else old
                if cell == "plain":
                    new.append([tanh(z) for z in sums])
                elif cell == "gated":
                    new.append([g * h + tanh(z) for g, h, z in zip(gates, olds, sums)])
                elif cell == "largest":
                    new.append([engine.maximum(z, g) for z, g in zip(sums, gates)])
                else:
                    new.append([0.5 * h + offset * tanh(z) for h, z in zip(olds, sums)])
            before, states = states, new
            losses.append(engine.sum([h * h for state in states for h in state]))
        return scale * (engine.sum(losses) if at_each else losses[-1])

    point = [rng.choice([-1, 1]) * rng.uniform(0.2, 0.8) for _ in range(n_inputs + n_parameters)]
    return graph, point, n_inputs


CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


def recurrent_net(kind: str, steps: int, *, at_each: bool = False) -> Traced:
    """A cell at so many steps; the squares of its last state, or of all."""
    cell = CELLS[kind](1, 2, rng=random.Random(1))
    xs = [[Value(0.1 * (t % 7) + k) for k in range(1)] for t in range(steps)]
    states = cell(xs)
    used = states if at_each else states[-1:]
    loss = engine.sum([h * h for state in used for h in state])
    return Traced([loss], [x for step in xs for x in step], cell.parameters())
