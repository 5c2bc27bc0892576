"""Rows that a step of a loop writes, and only that step reads, are the same rows in each step."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine import Value, atan, dot, sin
from engine import tanh as tanh_of
from engine.program import Program
from engine.program.kernels import (
    Buffer,
    Elementwise,
    Gather,
    Kernel,
    Loop,
    Moving,
    Operand,
    Placed,
    PlacedKernels,
    Rows,
    ScatterAdd,
    Scattered,
    Slice,
    Step,
    SumOfProducts,
    Sweep,
    Terms,
)
from engine.program.numpy.reused import reused
from engine.program.operands import inputs_of, outputs_of
from engine.proof.programs import check_program
from engine.symbols import Symbol
from tests.engine.program.agreement import recurrent_net

TIMES, BY = 4, 10


def at(first: int, rows: int = 1, *, gradient: bool = False) -> Slice:
    return Slice(True, gradient, first, first + rows, 1)


def moving(first: int, rows: int = 1, by: int = BY, *, gradient: bool = False) -> Moving:
    return Moving(at(first, rows, gradient=gradient), (by,))


def tanh(read: Operand, write: Operand) -> Kernel:
    return Elementwise((Symbol("tanh", (Symbol("x0"),)),), {"x0": read}, (write,))


def loop(*kernels: Kernel) -> Loop:
    return Loop(TIMES, tuple([Step(0, kernel) for kernel in kernels]), 1)


def standing(*kernels: Kernel, outputs: tuple[int, ...] = ()) -> set[Placed]:
    """Which operands of loops moved before, and move no more."""
    graph = cast(Any, SimpleNamespace(outputs=outputs, batched=[True] * 100))
    rows = Rows(range(100), 0, 100, 0, (0, 100))
    before = PlacedKernels(graph, [Step(0, kernel) for kernel in kernels], rows=rows)
    pairs = zip(operands_in(before), operands_in(reused(before)), strict=True)
    return {was.at for was, now in pairs if isinstance(was, Moving) and was.at == now}


def operands_in(kernels: PlacedKernels) -> list[Operand]:
    loops = [kernel for _, kernel in kernels.forward if isinstance(kernel, Loop)]
    return [x for each in loops for x in (*inputs_of(each), *outputs_of(each))]


# One step reads rows 1 of each ten, and writes rows 2 and then rows 3
FIRST, SECOND = tanh(moving(1), moving(2)), tanh(moving(2), moving(3))


def test_what_one_step_writes_and_reads_stands_still() -> None:
    assert standing(loop(FIRST, SECOND)) == {at(2), at(3)}


def test_what_a_kernel_behind_the_loop_reads_moves() -> None:
    assert standing(loop(FIRST, SECOND), tanh(at(33), at(99))) == {at(2)}
    assert standing(loop(FIRST, SECOND), tanh(at(22), at(99))) == {at(3)}
    assert standing(loop(FIRST, SECOND), tanh(Scattered(True, False, (9, 2)), at(99))) == {at(3)}


def test_gradients_and_gathered_rows_have_numbers_of_their_own() -> None:
    assert standing(loop(FIRST, SECOND), tanh(at(33, gradient=True), at(99))) == {at(2), at(3)}
    gathered = Moving(Buffer("g", 2, 1, True), (BY,))
    copy = Gather(Moving(Scattered(True, False, (1,)), (BY,)), gathered)
    assert standing(loop(copy, tanh(gathered, moving(2)))) == {gathered.at, at(2)}
    last = Buffer("g", 32, 1, True)
    assert standing(loop(copy, tanh(gathered, moving(2))), tanh(last, at(99))) == {at(2)}


def test_an_output_moves() -> None:
    assert standing(loop(FIRST, SECOND), outputs=(33,)) == {at(2)}


def test_what_another_loop_uses_moves() -> None:
    assert standing(loop(FIRST, SECOND), loop(tanh(moving(3), moving(4)))) == {at(2), at(4)}


def test_what_is_one_operand_with_a_row_that_another_loop_reads_moves() -> None:
    both = tanh(moving(2, 2), moving(4, 2))
    other = loop(tanh(moving(3), moving(6)))
    assert standing(loop(FIRST, SECOND, both), other) == {at(4, 2), at(6)}


def test_what_the_next_step_reads_moves() -> None:
    carried = tanh(moving(3), moving(12))
    assert standing(loop(carried, tanh(moving(2), moving(3)))) == set()
    assert standing(loop(tanh(moving(2), moving(3)), carried)) == {at(3)}


def test_what_is_read_at_another_distance_moves() -> None:
    assert standing(loop(tanh(at(99), moving(2)), tanh(moving(2, by=0), moving(3)))) == {at(3)}
    assert standing(loop(tanh(at(99), moving(2)), tanh(moving(2, by=20), moving(3)))) == {at(3)}


def test_what_all_steps_read_of_the_first_moves() -> None:
    assert standing(loop(tanh(at(99), moving(2)), tanh(at(2), moving(3)))) == {at(3)}


@pytest.mark.parametrize("noted", [0, 1, 2])
def test_later_steps_may_read_what_one_step_computed(noted: int) -> None:
    xs, notes = [Value(0.1 * k - 0.4) for k in range(16)], []
    state, weights = xs[:2], [Value(0.5), Value(-0.3)]
    for step in range(1, 8):
        seen = [tanh_of(dot(weights, state) + x) for x in xs[2 * step : 2 * step + 2]]
        notes.append(seen)
        products = [a * b for a, b in zip(seen, notes[min(noted, step - 1)])]
        state = [atan(sin(product) + a) for product, a in zip(products, seen)]
    program = Program([*state, state[0] + 1.0], xs, weights)
    assert "for " in program.source
    check_program(program, [[x.data for x in xs], [0.3 - x.data for x in xs]])


def test_what_is_read_at_another_place_in_each_step_moves() -> None:
    read = tanh(moving(2, by=11), at(98))  # the first row, then the second
    assert standing(loop(tanh(at(99), moving(2, 4)), read)) == set()
    written = Moving(Scattered(True, False, (2, 3)), (10, 11))
    assert standing(loop(tanh(at(99), written), tanh(moving(2, 2), at(98)))) == set()


def test_what_is_one_operand_with_a_row_that_moves_moves() -> None:
    both = tanh(moving(2, 2), moving(4, 2))
    assert standing(loop(FIRST, SECOND, both)) == {at(2), at(3), at(2, 2), at(4, 2)}
    assert standing(loop(FIRST, SECOND, both), tanh(at(33), at(99))) == {at(4, 2)}


def test_rows_of_steps_that_overlap_move() -> None:
    assert standing(loop(tanh(at(99), moving(2, 2, by=1)))) == set()


@pytest.mark.parametrize("first", [True, False])
def test_what_is_added_to_what_is_there_moves(first: bool) -> None:
    scatter = ScatterAdd(Buffer("flow", 1, 1, True), moving(2), first)
    assert standing(loop(scatter)) == ({at(2)} if first else set())
    total = SumOfProducts(moving(2), (Terms((1.0,), (at(99),)),), onto=not first)
    assert standing(loop(total)) == ({at(2)} if first else set())
    assert standing(loop(Sweep((), moving(2), ()))) == set()


def test_a_recurrent_net_moves_only_between_what_both_passes_or_two_steps_need() -> None:
    traced = recurrent_net("LSTM", 12, at_each=True)
    source = Program(traced.outputs[0], *traced[1:]).source
    of_a_step = [line.split(" = ")[1] for line in source.splitlines() if "* t" in line]
    forward, backward = [[x for x in of_a_step if x.startswith(s)] for s in ("S[", "dS[")]
    assert backward  # gradients of h and c go on to the step before
    assert len(backward) < len(forward) / 2
