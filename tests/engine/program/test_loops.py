"""loops: what repeats along time is written once, and does what its copies would."""

import random
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, tanh
from engine.program import Program
from engine.program.kernels import (
    Buffer,
    Elementwise,
    Kernels,
    Loop,
    Slice,
    Step,
    SumOfProducts,
    Terms,
)
from engine.program.loops import (
    LEAST_SAVED,
    LEAST_TIMES,
    may_repeat,
    unrolled,
    with_loops,
)
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from engine.symbols import Symbol
from nn import GRU, Layer
from tests.engine.program.agreement import (
    CELLS,
    assert_agrees,
    assert_saved_is_the_same,
    recurrences,
    recurrent_net,
)


def times_in(kernels: Kernels) -> list[int]:
    steps = *kernels.forward, *kernels.backward
    return [kernel.times for _, kernel in steps if isinstance(kernel, Loop)]


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


def check(traced: Traced, n_samples: int = 2) -> Program:
    (output,), inputs, parameters = traced
    program = Program(output, inputs, parameters)
    numbers = np.random.default_rng(0).uniform(-1, 1, (n_samples, len(inputs)))
    check_program(program, numbers.tolist())
    return program


@pytest.mark.parametrize("at_each", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_source_does_not_grow_with_the_steps(kind: str, at_each: bool) -> None:
    short, long = [check(recurrent_net(kind, steps, at_each=at_each)) for steps in (12, 20)]
    assert short.source.count("\n") == long.source.count("\n")
    assert "(11 times)" in short.source and "(19 times)" in long.source
    if not at_each:
        assert abs(len(long.source) - len(short.source)) < 200  # digits alone


def test_steps_that_read_one_input_and_a_one_are_a_loop() -> None:
    """At another distance from one another in each step."""
    cell, xs = GRU(1, 16, rng=random.Random(0)), [Value(0.1 * k) for k in range(12)]
    output = engine.sum([h[0] for h in cell([[x] for x in xs])])
    traced = Traced([output], xs, cell.parameters())
    check(traced)
    assert times_in(compiled(traced)["loops"]) == [10, 8]  # forward, backward


def test_a_deep_chain_is_a_loop() -> None:
    x, w = Value(0.5), Value(0.9)
    programs = []
    for times in (90, 100):
        y = reduce(lambda y, _: tanh(y * x) + w, range(times), w)
        programs.append(check(Traced([y], [x], [w])))
    short, long = [program.source.count("\n") for program in programs]
    assert short == long


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
    program = check(recurrent_net("LSTM", 9))
    batch = np.random.default_rng(1).normal(size=(4, 9))
    assert_saved_is_the_same(program, batch, tmp_path / "saved.py")


def test_the_lines_of_a_loop_are_those_of_each_step() -> None:
    program = check(recurrent_net("RNN", 12))
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
    assert times_in(compiled(recurrent_net("RNN", 4))["loops"]) == []
    xs, w = [Value(0.1 * k) for k in range(20)], Value(0.7)
    random.Random(5).shuffle(xs)
    y: Value = w
    for x in xs:
        y = tanh(y * x)
    xs.sort(key=lambda x: x.data)
    traced = Traced([y], xs, [w])
    assert times_in(compiled(traced)["loops"]) == []
    check(traced)


def test_a_loop_begins_with_a_group_and_counts_all_rows_of_an_operand() -> None:
    steps = compiled(recurrent_net("RNN", 9))["loops"].forward
    (number,) = [k for k, step in enumerate(steps) if isinstance(step.kernel, Loop)]
    assert steps[number].group != steps[number - 1].group
    loop = steps[number].kernel
    assert loop.steps[0].group + loop.times * loop.shift == steps[number + 1].group


def doubled(group: int, first: int, count: int) -> Step:
    """A kernel over so many rows."""
    rows = Slice(True, False, first, first + count, 1)
    return Step(group, Elementwise((Symbol("x0") * 2.0,), {"x0": rows}, (rows,)))


@pytest.mark.parametrize("times, found", [(8, 7), (LEAST_TIMES, LEAST_TIMES)])
def test_a_loop_begins_within_no_sum_though_it_is_a_time_shorter(times: int, found: int) -> None:
    def added(time: int, k: int) -> Step:
        rows = Slice(True, False, 4 * time, 4 * time + 4, 1)
        return Step(0, SumOfProducts(rows, (Terms((1.0,), (rows,)),) * (1 + k), onto=k > 0))

    n = 5  # kernels for each sum, of which all but the first go on with it
    steps = [added(time, k) for time in range(times + 1) for k in range(n)][2 : times * n + 2]
    result = with_loops(steps)
    (loop,) = [step.kernel for step in result if isinstance(step.kernel, Loop)]
    assert loop.times == found and unrolled(result) == steps
    assert [step.kernel.onto for step in loop.steps[:1]] == [times == found]


@pytest.mark.parametrize("period", range(1, LEAST_SAVED + 2))
def test_the_shortest_loops_that_save_enough_are_found(period: int) -> None:
    times = max(LEAST_TIMES, -(-LEAST_SAVED // period) + 1)
    steps = [doubled(k, 40 * k, 1 + k % period) for k in range(period * times)]
    (loop,) = [step.kernel for step in with_loops(steps)]
    assert isinstance(loop, Loop) and (loop.times, len(loop.steps)) == (times, period)


@given(recurrences())
def test_where_kinds_and_sizes_do_not_repeat_there_is_no_loop(
    made: tuple[Any, list[float], int],
) -> None:
    graph, point, n_inputs = made
    leaves = [Value(x) for x in point]
    placed = compiled(Traced([graph(*leaves)], leaves[:n_inputs], leaves[n_inputs:]))["layout"]
    for steps in (placed.forward, placed.backward):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("engine.program.loops.may_repeat", lambda steps: True)
            right = with_loops(steps)
        assert with_loops(steps) == right


def test_few_kernels_and_those_of_other_sizes_do_not_repeat() -> None:
    assert not may_repeat([]) and not may_repeat([doubled(k, 9 * k, 4) for k in range(LEAST_SAVED)])
    assert may_repeat([doubled(k, 9 * k, 4) for k in range(LEAST_SAVED + 1)])
    assert not may_repeat([doubled(k, 99 * k, 1 + k) for k in range(3 * LEAST_SAVED)])


def test_gathered_rows_of_the_sample_and_others_are_no_steps_of_one_loop() -> None:
    steps = []
    for k in range(20):
        rows, gathered = Slice(True, False, 4 * k, 4 * k + 4, 1), Buffer("g", 4 * k, 4, k % 2 == 0)
        steps.append(Step(k, Elementwise((Symbol("x0") * 2.0,), {"x0": gathered}, (rows,))))
    (loop,) = [step.kernel for step in with_loops(steps)]
    assert isinstance(loop, Loop) and (loop.times, len(loop.steps)) == (10, 2)


def test_kernels_over_fewer_rows_or_of_groups_that_do_not_follow_are_no_loop() -> None:
    alike = [doubled(k, 10 * k, 4) for k in range(20)]
    assert [step.kernel.times for step in with_loops(alike)] == [20]
    shorter = [doubled(k, 10 * k, 4 - k % 2 if k > 9 else 4) for k in range(20)]
    assert with_loops(shorter) == shorter
    elsewhere = [doubled(k * k, 10 * k, 4) for k in range(20)]
    assert with_loops(elsewhere) == elsewhere


@pytest.mark.parametrize("step", [1, -1])
def test_a_loop_that_goes_from_the_inputs_on_or_back_to_them_finds_them(step: int) -> None:
    xs, w = [Value(0.1 * k + 0.05) for k in range(9)], Value(0.7)
    ys = [tanh(x) for x in xs]
    state = w * engine.sum(ys)
    for number in [*xs, *ys][::step]:
        state = tanh(state + number)
    assert "range(17)" in check(Traced([state], xs, [w])).source


def test_layers_that_see_the_inputs_again_have_weights_of_their_own() -> None:
    xs, weights = [Value(0.1), Value(0.3)], [Value(0.1 * (k * k % 13 - 6)) for k in range(150)]
    taken = iter(weights)
    hidden = [tanh(next(taken) * x) for x in [*xs, xs[0]]]
    for _ in range(9):
        rows = [[next(taken) for _ in range(5)] for _ in hidden]
        hidden = [tanh(engine.dot(row, [*xs, *hidden])) for row in rows]
    program = check(Traced([engine.sum([h * h for h in hidden])], xs, weights))
    assert "3 x 5 matrix (8 times)" in program.source


def test_slices_of_other_steps_are_no_loop() -> None:
    """They cover as much of the array, but leave out rows between."""
    steps = [
        Step(k, Elementwise((Symbol("x0"),), {"x0": rows}, (rows._replace(gradient=True),)))
        for k in range(2 * LEAST_SAVED)
        for rows in [Slice(True, False, 8 * k, 8 * k + 4, 1 + (k % 7 == 0))]
    ]
    assert with_loops(steps) == steps
    assert len(with_loops([step for step in steps if step.group % 7])) < len(steps)
