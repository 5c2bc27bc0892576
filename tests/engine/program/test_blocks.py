"""Convolutions whose other side lies in blocks."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value, dot, tanh
from engine.program import Program
from engine.program.kernels import (
    Blocks,
    Buffer,
    Elementwise,
    Gather,
    Loop,
    Matrix,
    MatrixProduct,
    ScatterAdd,
    Scattered,
    Slice,
    Step,
)
from engine.program.numpy import blocks
from engine.program.numpy.blocks import blocks_of, gathered, gradients
from engine.program.numpy.strided import Strided
from engine.proof.programs import check_program
from engine.symbols import Symbol
from nn import Conv2d
from tests.engine.program.agreement import assert_saved_is_the_same

SIDE, MAPS = 5, (2, 3, 2)
PIXELS = MAPS[0] * SIDE**2


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks however small the image is."""
    monkeypatch.setattr(blocks, "LEAST_NUMBERS", 1)
    monkeypatch.setattr(blocks, "LEAST_COLUMNS", 1)


def net(*, twice: bool = False, **options: Any) -> Program:
    """What two convolutions make of an image; `twice` the second one is used on the first map."""
    first, second = [Conv2d(*pair, 2, **options) for pair in pairwise(MAPS)]
    pixels = [Value(np.sin(3.0 * k + k * k)) for k in range(PIXELS)]
    rows = [pixels[k : k + SIDE] for k in range(0, PIXELS, SIDE)]
    image = first([rows[:SIDE], rows[SIDE:]])
    image = [[[tanh(x) for x in row] for row in channel] for channel in image]
    maps = second(image) + (second(image[::-1]) if twice else [])
    output = engine.sum([tanh(x) for channel in maps for row in channel for x in row])
    return Program(output, pixels, [*first.parameters(), *second.parameters()])


def samples(n: int) -> Any:
    return np.random.default_rng(0).normal(size=(n, PIXELS))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("n", [1, 2, 4, 5])
def test_convolutions_in_blocks_agree(n: int, twice: bool, tmp_path: Path) -> None:
    program = net(twice=twice)
    assert "parts1 = 4 if 1 <= n <= 10416 else 1" in program.source
    assert "sum_over_blocks(" in program.source.partition("def forward")[2]
    check_program(program, samples(n))
    assert_saved_is_the_same(program, samples(n), tmp_path / "saved.py")


@pytest.mark.usefixtures("small_blocks")
def test_what_flows_back_lies_in_blocks_as_well() -> None:
    setup, _, passes = net().source.partition("def forward")
    assert "flow1_108.reshape(parts2, 12, -1)" in setup
    assert "np.matmul(w2.T, dc7_t, out=c10)" in passes


def test_blocks_or_not_the_gradient_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 569 samples on the first matrix has 2¹⁶ numbers."""
    batch, program = samples(569), net()
    assert "parts1 = 4 if 512 <= n" in program.source
    value, gradient = program.value_and_gradient(batch)
    monkeypatch.setattr(blocks, "MOST_PRODUCTS", 1)
    plain = net()
    assert "parts1" not in plain.source
    plain.parameters[:] = program.parameters
    expected, slopes = plain.value_and_gradient(batch)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slopes, rel=1e-12, abs=1e-13)


def product(m: int, k: int, p: int) -> MatrixProduct:
    some = Slice(True, False, 0, 1, 1)
    return MatrixProduct(some, some, some, m, k, p)


def test_a_block_is_a_line_of_the_image() -> None:
    lines = Strided(0, (5, 5, 24, 24), (28, 1, 28, 1))
    assert blocks_of([product(6, 25, 576)], 25, lines) == Blocks(25, 24, 6, 277)
    assert blocks_of([product(6, 25, 576), product(60, 25, 576)], 25, lines) == Blocks(
        25, 24, 6, 27
    )


def test_no_blocks_without_lines_or_where_they_are_too_large() -> None:
    assert blocks_of([product(6, 25, 576)], 25, None) is None
    for shape in ((5, 2880), (5, 10, 288)):
        strided = Strided(0, shape, (1,) * len(shape))
        assert blocks_of([product(6, 25, 576)], 25, strided) is None
    one = Strided(0, (5, 5, 1, 64), (28, 1, 0, 1))
    assert blocks_of([product(6, 25, 64)], 25, one) is None
    many = Strided(0, (64, 9, 8, 8), (100, 1, 10, 1))
    assert blocks_of([product(64, 576, 64)], 576, many) is None


LINES = Scattered(
    True, False, tuple([8 * i + j + 8 * y + x for i, j, y, x in np.ndindex(3, 3, 6, 6)])
)
WEIGHTS, OUT = Matrix(False, 0, 9, 2, 9), Slice(True, False, 100, 172, 1)


@pytest.mark.usefixtures("small_blocks")
def test_what_others_read_does_not_lie_in_blocks() -> None:
    buffer, x, y = Buffer("g", 0, 324, True), Symbol("x0"), Symbol("x1")
    steps = [
        Step(0, Gather(LINES, buffer)),
        Step(0, MatrixProduct(WEIGHTS, buffer, OUT, 2, 9, 36)),
        Step(1, Elementwise((x,), {"x0": OUT}, (OUT,))),
    ]
    assert [found for found, _ in gathered(steps)] == [buffer]
    reads = Step(1, Elementwise((x * y,), {"x0": OUT, "x1": buffer}, (OUT,)))
    assert not list(gathered([*steps, reads]))
    assert not list(gathered([*steps, Step(1, Loop(2, (), 0))]))


@pytest.mark.usefixtures("small_blocks")
def test_what_flows_to_two_places_does_not_lie_in_blocks() -> None:
    flow = Buffer("flow", 1, 324, True)
    add = ScatterAdd(flow, LINES._replace(gradient=True), first=True)
    back = MatrixProduct(WEIGHTS, OUT, flow, 2, 9, 36, "left")
    steps = [Step(0, back), Step(0, add)]
    assert [found for _, found, _ in gradients(steps)] == [flow]
    assert len(list(gradients(steps * 2))) == 2
    assert not list(gradients([*steps, Step(0, add)]))


@pytest.mark.parametrize("n", [1, 4096])
def test_rows_that_two_matrices_of_other_heights_read_do_not_lie_in_blocks(n: int) -> None:
    inputs = [Value(0.1 * k) for k in range(20)]
    hidden = [tanh(x) for x in inputs]
    rows = [hidden[5 * line + k] for line in range(4) for k in range(4)]
    pair, four = [[Value(0.1 * k - 0.2) for k in range(3 * height)] for height in (2, 4)]
    sums = [
        dot(weights[height * row : height * (row + 1)], rows[position :: 16 // height])
        for weights, height in ((pair, 2), (four, 4))
        for row in range(3)
        for position in range(16 // height)
    ]
    program = Program(engine.sum([tanh(x) for x in [*sums, *hidden]]), inputs, [*pair, *four])
    check_program(program, np.random.default_rng(0).normal(size=(n, 20))[:3])
    batch = np.random.default_rng(0).normal(size=(n, 20))
    assert program(batch)[-1] == pytest.approx(program(batch[-1:])[0], rel=1e-12)


@pytest.mark.usefixtures("small_blocks")
def test_of_a_kernel_over_maps_and_inputs_only_the_maps_get_a_gradient() -> None:
    first, second = Conv2d(1, 1, 2), Conv2d(2, 2, 2)
    pixels = [Value(np.sin(3.0 * k + k * k)) for k in range(25)]
    rows = [pixels[k : k + 5] for k in range(0, 25, 5)]
    (hidden,) = first([rows])
    maps = second([[row[:4] for row in rows[:4]], hidden])
    output = engine.sum([tanh(x) for channel in maps for row in channel for x in row])
    program = Program(output, pixels, [*first.parameters(), *second.parameters()])
    assert "np.matmul(v1.T, " in program.source or "np.matmul(v2.T, " in program.source
    check_program(program, np.random.default_rng(0).normal(size=(3, 25)))
