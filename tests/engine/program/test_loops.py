"""loops: what repeats along time is written once, and does what its copies would."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, sigmoid, tanh
from engine.program import Program
from engine.program.kernels import Kernels, Loop
from engine.program.loops import unrolled
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from nn import GRU, LSTM, RNN, Layer
from tests.engine.program.agreement import assert_agrees

CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


def times_in(kernels: Kernels) -> list[int]:
    steps = *kernels.forward, *kernels.backward
    return [kernel.times for _, kernel in steps if isinstance(kernel, Loop)]


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


@given(recurrences(), st.integers(1, 3))
def test_recurrences_agree(made: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = made
    assert_agrees(graph, point, n_inputs, n_samples)


@given(recurrences())
def test_a_loop_does_what_its_copies_would(made: tuple[Any, list[float], int]) -> None:
    graph, point, n_inputs = made
    leaves = [Value(x) for x in point]
    results = compiled(Traced([graph(*leaves)], leaves[:n_inputs], leaves[n_inputs:]))
    placed, looped = results["layout"], results["loops"]
    assert unrolled(looped.forward) == placed.forward
    assert unrolled(looped.backward) == placed.backward


def net(kind: str, steps: int, *, at_each: bool = False) -> Traced:
    cell = CELLS[kind](1, 2, rng=random.Random(1))
    xs = [[Value(0.1 * (t % 7) + k) for k in range(1)] for t in range(steps)]
    states = cell(xs)
    used = states if at_each else states[-1:]
    loss = engine.sum([h * h for state in used for h in state])
    return Traced([loss], [x for step in xs for x in step], cell.parameters())


def check(traced: Traced, n_samples: int = 2) -> Program:
    (output,), inputs, parameters = traced
    program = Program(output, inputs, parameters)
    numbers = np.random.default_rng(0).uniform(-1, 1, (n_samples, len(inputs)))
    check_program(program, numbers.tolist())
    return program


@pytest.mark.parametrize("at_each", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_source_does_not_grow_with_the_steps(kind: str, at_each: bool) -> None:
    short, long = [check(net(kind, steps, at_each=at_each)) for steps in (12, 20)]
    assert short.source.count("\n") == long.source.count("\n")
    assert "(11 times)" in short.source and "(19 times)" in long.source
    if not at_each:
        assert abs(len(long.source) - len(short.source)) < 200  # digits alone


def test_a_deep_chain_is_a_loop() -> None:
    x, w = Value(0.5), Value(0.9)
    y = w
    for _ in range(100):
        y = tanh(y * x) + w
    program = check(Traced([y], [x], [w]))
    assert program.source.count("\n") < 100


def test_layers_with_weights_of_their_own_are_a_loop() -> None:
    rng = random.Random(3)
    xs = [Value(0.1 * k) for k in range(4)]
    layers = [Layer(4, 4, "tanh", rng=rng) for _ in range(12)]
    after = xs
    for layer in layers:
        after = layer(after)
    traced = Traced([engine.sum(after)], xs, [p for layer in layers for p in layer.parameters()])
    check(traced)
    assert min(times_in(compiled(traced)["loops"])) >= 8


def test_inputs_that_a_loop_reads_one_after_the_other() -> None:
    xs, w = [Value(0.1 * k) for k in range(20)], Value(0.7)
    y: Value = w
    for x in xs:
        y = tanh(y * x)
    assert "for " in check(Traced([y], xs, [w])).source
    y = w
    for x in reversed(xs):
        y = tanh(y * x)
    assert "for " in check(Traced([y], xs, [w])).source


def test_a_saved_program_has_its_loops(tmp_path: Path) -> None:
    program = check(net("LSTM", 9))
    batch = np.random.default_rng(1).normal(size=(4, 9))
    program.save(tmp_path / "saved.py")
    saved: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(encoding="utf-8"), saved)
    value, gradient = saved["value_and_gradient"](batch)
    expected, slopes = program.value_and_gradient(batch)
    assert value == expected and gradient.tolist() == slopes.tolist()


def test_the_lines_of_a_loop_are_those_of_each_step() -> None:
    program = check(net("RNN", 12))
    lines = program.source.splitlines()
    for part in program.parts():
        texts = [lines[number] for number in part.lines]
        calls = [text for text in texts if "#" not in text]
        assert calls, part.title
        assert all(text.startswith("    ") for text in calls)
        if "tanh" in part.title:
            assert any("np.tanh" in text for text in calls)


def test_what_does_not_repeat_is_left_as_it_is() -> None:
    x, w = Value(0.5), Value(0.3)
    y = tanh(w * x)
    for k in range(20):  # each factor is another
        y = tanh(y * (1.0 + k))
    results = compiled(Traced([y], [x], [w]))
    assert times_in(results["loops"]) == []
    assert results["loops"] == results["layout"]


def test_what_repeats_thrice_is_left_as_it_is_as_are_rows_without_a_constant_distance() -> None:
    assert times_in(compiled(net("RNN", 4))["loops"]) == []
    xs, w = [Value(0.1 * k) for k in range(20)], Value(0.7)
    random.Random(5).shuffle(xs)
    y: Value = w
    for x in xs:
        y = tanh(y * x)
    xs.sort(key=lambda x: x.data)
    traced = Traced([y], xs, [w])
    assert times_in(compiled(traced)["loops"]) == []
    check(traced)
