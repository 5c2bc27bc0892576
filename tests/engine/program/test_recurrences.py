"""Recurrences of few numbers, which are read more than once: gradients come edge by edge."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Program, Value, exp, hypot, maximum, minimum, sin, tanh
from engine.gradients import gradients
from engine.program.chain_adjoint import MOST_LINKS
from engine.program.chains import LEAST_LINKS, MOST_ROWS
from engine.program.kernels import Chain, Kernels, Scan, Sweep
from engine.program.lower import Traced
from engine.program.operands import outputs_of
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from tests.engine.program.agreement import assert_agrees, on_every_backend

Recurrence = Callable[[list[Value], Value], Value]  # the numbers so far, and one that stays

RECURRENCES: dict[str, Recurrence] = {
    "logistic map": lambda ys, a: 3 * a * ys[-1] * (1 - ys[-1]),
    "lag of two": lambda ys, a: tanh(a * ys[-1] - 0.4 * ys[-2]),
    "lags of parameters": lambda ys, a: tanh(a * ys[-1] + a * a * ys[-2] + 0.3 * ys[-3] + a),
    "Newton's": lambda ys, a: ys[-1] - 0.1 * (ys[-1] * ys[-1] - a) / (2 * ys[-1]),
    "kinks": lambda ys, a: maximum(ys[-1], a * ys[-2]) - minimum(ys[-1], 0.5) * 0.3,
    "of one rule": lambda ys, a: hypot(0.6 * ys[-1], a * ys[-2]),
    "residual": lambda ys, a: ys[-1] + 0.1 * sin(a * ys[-1]),
    "powers": lambda ys, a: 0.5 * ys[-1] ** 2 + a * ys[-1] * ys[-2] - 0.1 * ys[-1] ** 3,
    "from far": lambda ys, a: tanh(a * ys[-1] - 0.4 * ys[-2] + 0.1 * ys[:4][-1]),
}


def run(recurrence: Recurrence, length: int, start: Value, a: Value) -> list[Value]:
    ys = [sin(start), start * 0.5, start]
    for _ in range(length):
        ys.append(recurrence(ys, a))
    return ys


def kernels_of(output: Value, inputs: list[Value], parameters: list[Value]) -> Kernels:
    kernels: Kernels = compiled(Traced([output], inputs, parameters))["adjoint"]
    return kernels


def sweeps(kernels: Kernels) -> list[Sweep]:
    return [kernel for _, kernel in kernels.backward if isinstance(kernel, Sweep)]


def chain_lengths(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> list[int]:
    steps = compiled(Traced(outputs, inputs, parameters))["chains"].forward
    return [outputs_of(each)[0].rows for _, each in steps if isinstance(each, Chain)]


@on_every_backend
@pytest.mark.parametrize("name", RECURRENCES)
def test_recurrences_agree(name: str, backend: str) -> None:
    for n_inputs in (0, 1, 2):
        for n_samples in (1, 3):

            def graph(start: Value, a: Value) -> Value:
                return run(RECURRENCES[name], 30, start, a)[-1]

            if backend == "numpy" or n_inputs == 1:
                assert_agrees(graph, [0.6, 0.9], n_inputs, n_samples, backend)


@pytest.mark.parametrize("name", RECURRENCES)
def test_recurrences_agree_in_c(name: str) -> None:
    start, a = Value(0.6), Value(0.9)
    program = Program(run(RECURRENCES[name], 30, start, a)[-1], [start], [a], backend="c")
    check_program(program, np.linspace(0.5, 0.7, 11)[:, None])
    check_program(program, [[0.55]])


@pytest.mark.parametrize("name", RECURRENCES)
def test_backward_does_not_grow_with_the_length(name: str) -> None:
    counts = []
    for length in (20, 30):
        start, a = Value(0.6), Value(0.9)
        kernels = kernels_of(run(RECURRENCES[name], length, start, a)[-1], [start], [a])
        assert len(sweeps(kernels)) == 1
        counts.append(len(kernels.backward))
    assert counts[0] == counts[1] < 40


@pytest.mark.parametrize("name", RECURRENCES)
def test_a_recurrence_of_many_pieces(name: str) -> None:
    """Each piece sweeps along its own edges, so that the work grows as the length does."""
    start, a = Value(0.6), Value(0.9)
    output = run(RECURRENCES[name], 3 * MOST_LINKS, start, a)[-1]
    kernels = kernels_of(output, [start], [a])
    assert len(sweeps(kernels)) >= 3
    assert max([sweep.gradients.rows for sweep in sweeps(kernels)]) <= 2 * MOST_LINKS
    program = Program(output, [start], [a])
    output.backward()
    for n_samples in (1, 3):
        value, slopes = program.value_and_gradient(np.full((n_samples, 1), start.data))
        assert value == pytest.approx(output.data, rel=1e-12)
        assert slopes == pytest.approx([a.grad], rel=1e-12, abs=1e-300)


@st.composite
def narrow_graphs(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """Operations on any of the last few numbers and on leaves; some numbers are read at the end,
    and some at once by sums of many; a point and n_inputs."""
    n_inputs, n_leaves = draw(st.integers(0, 3)), 4
    width, length = draw(st.integers(1, 4)), draw(st.integers(10, 40))
    kinds = st.lists(st.integers(0, len(OPERATIONS) - 1), min_size=length, max_size=length)
    places = st.lists(st.integers(1, width + 2), min_size=length, max_size=length)
    chosen, first, second = draw(kinds), draw(places), draw(places)
    ends = draw(st.sets(st.integers(0, length - 1), max_size=length))
    between = draw(st.sets(st.integers(8, length), max_size=1))

    def graph(*leaves: Value) -> Value:
        values: list[Value] = [*leaves, sin(leaves[0]), leaves[1] * leaves[2]]
        losses: list[Value] = []
        for k in range(length):
            if k in between:
                values += [tanh(v * values[-1]) for v in [*leaves, values[-2]]]
            a, b = values[-first[k]], values[-second[k]]
            values.append(OPERATIONS[chosen[k]](a, b, leaves[k % n_leaves]))
            losses += [values[-1]] * (k in ends)
        return engine.sum([values[-1], *losses])

    number = st.integers(-40, 40).map(lambda k: (k + 0.5) / 40)
    return graph, draw(st.lists(number, min_size=n_leaves, max_size=n_leaves)), n_inputs


OPERATIONS: list[Callable[[Value, Value, Value], Value]] = [
    lambda a, b, x: tanh(a + b),
    lambda a, b, x: a * b,
    lambda a, b, x: tanh(x * a - 0.5 * b),
    lambda a, b, x: sin(a) * x,
    lambda a, b, x: tanh(a * a + b * x + 0.25),
    maximum,
    lambda a, b, x: hypot(a, b * b + 0.1) / 2,
    lambda a, b, x: abs(a) - 0.5 * x,
    lambda a, b, x: a / (b * b + 1.0),
    lambda a, b, x: a * engine.greater(b, x),
    lambda a, b, x: 0.5 * a,
]


@given(narrow_graphs(), st.integers(1, 3))
def test_narrow_graphs_agree(made: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = made
    assert_agrees(graph, point, n_inputs, n_samples)


def test_gradients_that_come_from_elsewhere_are_added_to() -> None:
    """As those of a loss at each step; first come those, and then what is sent along."""
    start, w = Value(0.7), Value(0.9)
    ys = run(lambda ys, w: tanh(w * ys[-1]), 30, start, w)[3:]
    loss = engine.sum([(y - 0.1) ** 2 for y in ys])
    kernels = kernels_of(loss, [start], [w])
    (sweep,) = sweeps(kernels)
    assert all([edge.adds for edge in sweep.edges[1::2]])
    assert len(kernels.backward) < 16
    check_program(Program(loss, [start], [w]), [[0.4], [0.7]])


def test_what_is_read_between_ends_a_chain() -> None:
    """All after it may be needed for what comes before the rest of the chain."""
    start, w = Value(0.6), Value(0.9)
    logistic = RECURRENCES["logistic map"]
    ys = run(logistic, 10, start, w)
    many = engine.sum([tanh(ys[-1] * k + w) for k in range(2 * MOST_ROWS)])
    zs = run(logistic, 10, many / (2 * MOST_ROWS + 1), w)
    assert chain_lengths([zs[-1]], [start], [w])[0] < 60 and LEAST_LINKS <= 30
    check_program(Program(zs[-1], [start], [w]), [[0.4], [0.7]])


def test_a_few_numbers_side_by_side_are_a_link() -> None:
    x, w = Value(0.5), Value(0.9)
    ys = [x * (0.1 * k + 0.5) for k in range(MOST_ROWS)]
    for _ in range(20):
        ys = [tanh(y * w) * before for y, before in zip(ys, ys[1:] + ys[:1])]
    output = engine.sum(ys)
    assert max(chain_lengths([output], [x], [w])) > 80
    check_program(Program(output, [x], [w]), [[0.4], [0.7]])


def test_a_matrix_of_several_rows_is_no_link() -> None:
    """It is one call forward, and two backward, whatever its size."""
    x, w, v = Value(0.5), Value(0.9), Value(0.3)
    a, b = x, x * 0.5
    for _ in range(20):
        a, b = tanh(w * a + v * b), sin(v * a + w * b)
    assert chain_lengths([a + b], [x], [w, v]) == []


def test_recurrences_that_are_batched_and_not_side_by_side() -> None:
    x, w, v = Value(0.5), Value(0.9), Value(0.3)
    same, each = run(RECURRENCES["logistic map"], 12, w, v), run(RECURRENCES["residual"], 12, x, w)
    both = [a * b for a, b in zip(same, each)]
    for outputs in (engine.sum(both), same[-1] * each[-1], tanh(same[-1] * x) * each[-1]):
        check_program(Program(outputs, [x], [w, v]), [[0.4], [0.7]])


def test_what_goes_on_beside_a_recurrence_that_reads_it() -> None:
    """What is the same for all samples goes on, but later than what reads its first numbers."""
    x, w, v = Value(0.5), Value(0.9), Value(0.3)
    logistic = RECURRENCES["logistic map"]
    first = run(logistic, 6, w, v)[-1]
    output = run(RECURRENCES["lag of two"], 40, first * x, w)[-1] * run(logistic, 20, first, v)[-1]
    check_program(Program(output, [x], [w, v]), [[0.4], [0.7]])


def test_what_is_computed_meanwhile_and_reads_none_of_it_does_not_end_a_chain() -> None:
    x, w, weights = Value(0.5), Value(0.9), [Value(0.1 * k) for k in range(8)]
    values: list[Any] = [weight * x for weight in weights]
    for _ in range(40):  # as deep as the recurrence
        values = list(map(tanh, values))
    output = run(RECURRENCES["logistic map"], 20, x, w)[-1] * engine.sum(values)
    (length,) = chain_lengths([output], [x], [w, *weights])
    assert length >= 20


def test_no_gradient_goes_through_what_merely_shifts() -> None:
    x, v, w = Value(0.4), Value(0.3), Value(0.7)
    shift = run(RECURRENCES["residual"], 20, v * x, w)[-1]
    e = exp(x - shift)
    output = w * (e / (2.0 * e)) + tanh(v * w * x)
    check_program(Program(output, [x], [v, w]), [[0.4], [0.7]])


@pytest.mark.parametrize("start", [0.0, 0.5, 1.0, -1.0])
def test_zeros_and_kinks(start: float) -> None:
    """A zero sends no gradient on, or stays at its kink; the derivative is that of the table."""
    for recurrence in (
        lambda ys, a: a * ys[-1] * (1 - ys[-1]),
        lambda ys, a: maximum(ys[-1], ys[-2]) * a,
        lambda ys, a: abs(ys[-1] - ys[-2]) + a * minimum(ys[-1], 0.0),
    ):
        x, w = Value(start), Value(0.5)
        output = reduce(lambda ys, _: [*ys, recurrence(ys, w)], range(30), [x, x])[-1]
        program = Program(output, [x], [w])
        output.backward()
        _, slopes = program.value_and_gradient([[start]])
        assert slopes == pytest.approx([w.grad], rel=1e-12, abs=0.0)
        _, slopes = program.value_and_gradient([[start]] * 2)
        assert slopes == pytest.approx([w.grad], rel=1e-12, abs=0.0)


@pytest.mark.parametrize("name", RECURRENCES)
def test_second_derivatives(name: str) -> None:
    start, a = Value(0.6), Value(0.9)
    output = run(RECURRENCES[name], 12, start, a)[-1]
    (slope,) = gradients(output, [a])
    check_program(Program(slope, [start], [a]), [[0.55], [0.6]])


def test_the_first_piece_of_a_line_may_be_read_again() -> None:
    """The product along the line is written first, and then the rest is added."""
    x, w = Value(0.5), Value(0.9)
    ys = run(RECURRENCES["logistic map"], 20, x, w)
    fork = ys[-1]
    line = reduce(lambda y, _: tanh(y * w), range(MOST_LINKS), fork)
    other = reduce(lambda y, _: sin(y) * w, range(4), fork)
    output = line * other * fork
    kernels = kernels_of(output, [x], [w])
    assert [kernel for _, kernel in kernels.backward if isinstance(kernel, Scan)]
    check_program(Program(output, [x], [w]), [[0.4], [0.7]])
