"""Rows at constant strides: found as axes and strides, seen as they lie."""

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, exp, logsumexp, softmax, tanh
from engine.program import Program
from engine.program.kernels import (
    Buffer,
    Loop,
    Moving,
    Rows,
    ScatterAdd,
    Scattered,
    Slice,
    Step,
)
from engine.program.numpy.runtime import view
from engine.program.numpy.strided import (
    Strided,
    as_range,
    common_shape,
    find_strides,
    has_no_repeats,
    refined,
    rows_of,
    without_repeats,
)
from engine.program.numpy.writer import Writer
from engine.proof.programs import check_program
from nn import Conv2d, MaxPool2d

AXES = st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 9)), min_size=1, max_size=3)


def along(axes: list[tuple[int, int]]) -> Strided:
    shape, strides = zip(*axes)
    least = sum([(n - 1) * min(0, stride) for n, stride in axes])
    return Strided(-least, shape, strides)


def samples(n_inputs: int) -> Any:
    return np.random.default_rng(0).normal(size=(3, n_inputs))


@given(AXES)
def test_strides_that_are_found_give_the_same_rows(axes: list[tuple[int, int]]) -> None:
    rows = rows_of(along(axes)).ravel().tolist()
    found = find_strides(rows)
    assert found is None or rows_of(found).ravel().tolist() == rows
    even = as_range(along(axes))
    assert even is None or list(even) == rows
    assert has_no_repeats(along(axes)) == (len(set(rows)) == len(rows))


@given(AXES, st.permutations(range(8)))
def test_rows_in_any_order_are_strided_or_none(
    axes: list[tuple[int, int]], order: list[int]
) -> None:
    found = find_strides(order)
    assert found is None or rows_of(found).ravel().tolist() == order


def test_strided_rows_are_found() -> None:
    assert find_strides([3]) == Strided(3, (1,), (1,))
    assert find_strides([4, 4, 4]) == Strided(4, (3,), (0,))
    assert find_strides([0, 1, 2, 0, 1, 2]) == Strided(0, (2, 3), (0, 1))
    windows = [
        10 * i + j + 10 * a + b for a in range(2) for b in range(2) for i in (0, 1) for j in (0, 3)
    ]
    found = find_strides(windows)
    assert found is not None and found.shape == (2, 2, 2, 2)
    assert find_strides([]) is None
    assert find_strides([0, 1, 3, 4, 5, 7]) is None
    assert find_strides([0, 1, 5, 6, 10, 12]) is None  # though the blocks lie evenly
    assert find_strides([0, 1, 3, 4, 6]) is None
    assert find_strides([0, 1, 3]) is None


@given(AXES, st.integers(1, 3))
def test_a_view_has_the_rows_at_its_strides(axes: list[tuple[int, int]], n: int) -> None:
    strided = along(axes)
    rows = rows_of(strided)
    space = np.arange((int(rows.max()) + 1) * n, dtype=float).reshape(-1, n)
    assert (view(space, *strided) == space[rows]).all()
    narrow = view(space, *without_repeats(strided))
    assert (np.broadcast_to(narrow, (*strided.shape, n)) == space[rows]).all()


@given(st.lists(st.sampled_from([2, 3]), min_size=1, max_size=4), st.data())
def test_shapes_are_split_so_that_all_fit(parts: list[int], data: st.DataObject) -> None:
    def joined() -> tuple[int, ...]:
        shape = [parts[0]]
        for part in parts[1:]:
            if data.draw(st.booleans()):
                shape.append(part)
            else:
                shape[-1] *= part
        return tuple(shape)

    shapes = joined(), joined()
    common = common_shape(shapes)
    assert common is not None and prod(common) == prod(parts)
    for shape in shapes:
        strides = [prod(shape[k + 1 :]) for k in range(len(shape))]
        strided = refined(Strided(0, shape, tuple(strides)), common)
        assert rows_of(strided).ravel().tolist() == list(range(prod(parts)))
    assert common_shape([(2, 3), (3, 2)]) is None


@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_and_its_pooling_gather_nothing(stride: int) -> None:
    first, second = Conv2d(1, 2, 3), Conv2d(2, 2, 2, stride=stride)
    image = [[Value(np.sin(3.0 * i + 7.0 * j + i * j)) for j in range(8)] for i in range(8)]
    maps = second(MaxPool2d(2)(first(image)))
    output = engine.sum([tanh(x) for channel in maps for row in channel for x in row])
    parameters = [*first.parameters(), *second.parameters()]
    inputs = [x for row in image for x in row]
    program = Program(output, inputs, parameters)
    passes = program.source[program.source.index("def forward") :]
    assert "take" not in passes and "reduceat" not in passes
    check_program(program, samples(len(inputs)))


def test_a_softmax_of_many_rows_gathers_nothing() -> None:
    xs = [Value(0.1 * k) for k in range(4)]
    ws = [[Value(np.cos(i + 2.0 * j)) for j in range(4)] for i in range(12)]
    zs = [tanh(engine.dot(row, xs)) for row in ws]
    shares = [softmax(zs[k : k + 4]) for k in (0, 4, 8)]
    output = engine.sum([tanh(share) for row in shares for share in row])
    parameters = [w for row in ws for w in row]
    program = Program(output, xs, parameters)
    assert "reduceat" not in program.source[program.source.index("def forward") :]
    check_program(program, samples(len(xs)))


def test_sums_that_share_their_first_terms_add_up_all_of_them() -> None:
    """Each of those rows stands for all sums; it is one of the stack all the same."""
    x, ws = Value(0.5), [Value(0.1 * k) for k in range(6)]
    rows = [tanh(w * x) for w in ws]
    outputs = [tanh(engine.sum(rows) + rows[k] * rows[k - 1]) for k in range(6)]
    check_program(Program(engine.sum(outputs), [x], ws), samples(1))


def test_windows_over_an_edge_send_nothing_to_what_is_not_there() -> None:
    first, second = Conv2d(1, 2, 3), Conv2d(2, 2, 3, padding=1)
    image = [[Value(0.1 * i - 0.2 * j) for j in range(6)] for i in range(6)]
    maps = second(first(image))
    output = engine.sum([tanh(x) for channel in maps for row in channel for x in row])
    parameters = [*first.parameters(), *second.parameters()]
    check_program(Program(output, [x for row in image for x in row], parameters), samples(36))


@pytest.mark.parametrize("skips", [False, True])
def test_windows_that_overlap_add_to_what_is_there_and_clear_no_more_than_they_see(
    skips: bool,
) -> None:
    w, layer = Value(0.7), Conv2d(1, 1, 3, stride=2)  # the last row and column are in no window
    inputs = [Value(0.1 * k) for k in range(36)]
    hidden = [[tanh(w * x) for x in inputs[k : k + 6]] for k in range(0, 36, 6)]
    maps = [tanh(x) for row in layer([hidden])[0] for x in row]
    others = [row[-1] for row in hidden]
    if skips:
        output = engine.sum([tanh(x + y) for x, y in zip(maps, hidden[0])])
    else:  # these have a longer way to the output, so that their gradients come last
        output = engine.sum([*maps, *[tanh(tanh(tanh(x))) for x in others]])
    check_program(Program(output, inputs, [w, *layer.parameters()]), samples(36))


def test_quotients_whose_divisors_come_in_another_order() -> None:
    xs, ws = [Value(0.1 * k + 0.2) for k in range(18)], [Value(0.5 + 0.1 * k) for k in range(12)]
    divided = [exp(w * x) for w, x in zip(ws, xs)]
    divisors = [exp(w * x) for w, x in zip(ws, xs[12:])]  # 2 x 3, read column by column
    found = [x / divisors[k // 2 % 2 * 3 + k // 4] for k, x in enumerate(divided)]
    output = engine.sum([k * tanh(x) for k, x in enumerate(found, start=1)])
    check_program(Program(output, xs, ws), samples(18))


def test_a_loop_finds_what_was_gathered_before_it_and_gathers_at_each_step() -> None:
    gathered = Buffer("g", 0, 4, batched=True)
    writer = Writer(Rows([], 0, 8, 0, n_gathered=(0, 8)), {})
    writer.gather(Scattered(True, False, (0, 2, 4, 6)), gathered)
    assert not writer.lines  # it is seen as it lies
    read = Moving(gathered._replace(rows=2), (2,))
    step = Step(0, ScatterAdd(read, Moving(Slice(True, True, 0, 2, 1), (2,)), first=True))
    with writer.loop(Loop(2, (step,), 0)):
        writer.gather(Scattered(True, False, (1, 3)), gathered._replace(number=4, rows=2))
    texts = [line.text.strip() for line in writer.lines]
    assert texts[0] == "g1[:] = s1" and texts[1].startswith("for ") and "take(S, " in texts[2]


def test_a_stack_of_a_single_row_is_reduced() -> None:
    """Its only row is no row that stands for many."""
    x, w = Value(0.7), Value(0.3)
    check_program(Program(engine.prod([tanh(w * x)]) * w, [x], [w]), samples(1))
    check_program(Program(engine.prod([x]), [x], []), samples(1))


def test_a_negative_stride_back_to_the_inputs_finds_them() -> None:
    """The rows of tanh(a) and b lie evenly, the computed one first."""
    a, b, u, v = (Value(0.1 * k, name) for k, name in enumerate("abuv", 1))
    output = u * tanh(a) + v * b
    program = Program(output, [a, b], [u, v])
    assert ", (-" in program.source  # a view with a negative stride
    check_program(program, [[0.1, 0.2], [0.3, -0.4]])


def test_one_sum_over_rows_in_two_ranges() -> None:
    xs, w = [Value(0.1 * k) for k in range(13)], Value(0.7)
    ys = [tanh(x * w) for x in xs]
    chosen = [ys[k] for k in (0, 1, 2, 10, 11, 12)]
    program = Program(logsumexp(chosen) + engine.sum(ys), xs, [w])
    check_program(program, [[0.05 * k for k in range(13)]])
