"""layout: rows for all nodes, slices rather than gathers, and buffers that are used again."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import engine
from engine import Value, tanh
from engine.program import Program
from engine.program.graph import Zero
from engine.program.kernels import (
    Buffer,
    Gather,
    Kernels,
    Matrix,
    MatrixProduct,
    Nodes,
    Operand,
    ScatterAdd,
    Scattered,
    Slice,
    Temporary,
)
from engine.program.layout import evenly, layout
from engine.program.lower import Traced
from engine.program.operands import inputs_of, outputs_of
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from nn import MLP


@pytest.mark.parametrize(
    "operand, rows",
    [
        (Nodes((4, 2, 7), True), 3),
        (Temporary(1, 5, True), 5),
        (Slice(True, False, 2, 9, 3), 3),
        (Matrix(False, 1, 4, 3, 2), 6),
        (Scattered(False, False, (3, 1)), 2),
        (Buffer("g", 1, 4, False), 4),
    ],
)
def test_operands_know_their_rows(operand: Operand, rows: int) -> None:
    assert operand.rows == rows


def laid_out(output: Value, inputs: list[Value], parameters: list[Value]) -> Kernels:
    result: Kernels = compiled(Traced([output], inputs, parameters))["layout"]
    return result


def net() -> Kernels:
    model, x = MLP(2, [3, 3, 1]), [Value(0.1), Value(0.2)]
    return laid_out(model(x) ** 2, x, model.parameters())


def test_a_graph_in_which_no_matrices_were_looked_for_is_refused() -> None:
    x, w = Value(0.1), Value(0.2)
    kernels = compiled(Traced([w * x + 1.0], [x], [w]))["fuse"]
    with pytest.raises(TypeError, match="layout comes after matrices, and met Sums"):
        layout(kernels)


def test_leaves_come_first_and_then_what_is_computed_in_that_order() -> None:
    x, w, v = Value(0.1), Value(0.2), Value(0.3)
    kernels = laid_out(tanh(w * x) * v.exp(), [x], [w, v])
    assert kernels.rows is not None
    assert (kernels.rows.n_inputs, kernels.rows.n_batched) == (1, 4)
    batched = [row for p, row in enumerate(kernels.rows.row) if kernels.graph.batched[p]]
    assert [row for row in batched if row >= 0] == [0, 1, 2, 3]


def test_a_net_is_read_by_slices_and_matrices_alone() -> None:
    kernels = net()
    operands = [
        operand
        for _, kernel in [*kernels.forward, *kernels.backward]
        for operand in (*inputs_of(kernel), *outputs_of(kernel))
    ]
    assert {type(operand) for operand in operands} == {Slice, Matrix}  # and without a buffer


def test_weights_and_biases_side_by_side_are_a_matrix_with_gaps() -> None:
    product = next(k for _, k in net().forward if isinstance(k, MatrixProduct))
    assert product.left == Matrix(False, first=0, step=3, height=3, width=2)


@pytest.mark.parametrize("n_between", [1, 2])
def test_a_matrix_with_gaps_does_not_reach_beyond_the_last_row(n_between: int) -> None:
    x, w, between = ([Value(0.1 * k + 0.1) for k in range(n)] for n in (2, 4, n_between))
    sums = [tanh(engine.dot(w[:2], x)), tanh(engine.dot(w[2:], x))]
    output = engine.sum([*sums, *[x[0] * v for v in between]])
    parameters = [*w[:2], *between, *w[2:]]
    forward = [k for _, k in laid_out(output, x, parameters).forward]
    (product,) = [k for k in forward if isinstance(k, MatrixProduct) and k.m == 2]
    assert isinstance(product.left, Matrix) is (
        n_between == 1
    )  # behind the weights there is the number 1 alone
    check_program(Program(output, x, parameters), [[0.5, -0.7]])


def test_the_gradient_of_weights_is_written_where_it_belongs() -> None:
    backward = [kernel for _, kernel in net().backward]
    products = [k for k in backward if isinstance(k, MatrixProduct) and k.transposed == "right"]
    assert all(isinstance(k.output, Matrix) and k.output.gradient for k in products)
    moved = [k for k in backward if isinstance(k, ScatterAdd) and isinstance(k.source, Buffer)]
    assert moved == []


def test_rows_that_lie_anywhere_are_gathered_once() -> None:
    xs, w = [Value(0.1 * k) for k in range(6)], [Value(0.2), Value(0.3)]
    pairs = [(xs[0], xs[3]), (xs[1], xs[2]), (xs[5], xs[4])]
    outputs = [tanh(w[0] * a + w[1] * b) for a, b in pairs]
    kernels = laid_out(engine.sum(outputs), xs, w)
    gathers = [k for _, k in [*kernels.forward, *kernels.backward] if isinstance(k, Gather)]
    assert [gather.source.numbers for gather in gathers] == [(0, 1, 5, 3, 2, 4)]


def test_a_row_that_stands_for_all_is_read_as_one() -> None:
    xs, w = [Value(0.1 * k) for k in range(5)], Value(0.2)
    kernels = laid_out(engine.sum([engine.maximum(x, w) for x in xs]), xs, [w])
    largest = kernels.forward[0].kernel
    assert [(x.batched, x.rows) for x in inputs_of(largest)] == [(True, 5), (False, 1)]


def test_a_matrix_at_one_position_reads_every_other_row_where_it_lies() -> None:
    xs, w = [Value(0.1 * k) for k in range(6)], [Value(0.1 * k) for k in range(6)]
    kernels = laid_out(tanh(engine.dot(w[:3], xs[::2])) + tanh(engine.dot(w[3:], xs[::2])), xs, w)
    (product,) = [k for _, k in kernels.forward if isinstance(k, MatrixProduct)]
    assert (product.p, product.right) == (1, Slice(True, False, 0, 5, 2))
    assert not any(isinstance(k, Gather) for _, k in [*kernels.forward, *kernels.backward])


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_matrix_at_several_positions_has_the_gradients_of_every_other_row_put_in_place(
    backend: Any,
) -> None:
    """They do not lie side by side, as a product writes them."""
    v, ws = Value(0.7), [Value(0.3 * k - 0.5) for k in range(4)]
    xs = [Value(0.1 * k) for k in range(16)]
    h = [tanh(v * x) for x in xs]
    pairs = [(ws[row] * h[k] + ws[row + 1] * h[k + 8]) for k in (0, 2, 4, 6) for row in (0, 2)]
    output = engine.sum(list(map(tanh, pairs))) + engine.sum(h[1::2])
    program = Program(output, xs, [v, *ws], backend=backend)
    assert "2 x 2 matrix, at 4 positions" in program.source
    check_program(program, [[x.data for x in xs], [-x.data / 2.0 for x in xs]])


def test_a_buffer_is_used_again_when_nothing_needs_it() -> None:
    def buffers(layers: int) -> set[Any]:
        x, w = Value(0.1), [Value(0.1 * k) for k in range(layers)]
        value = x
        for weight in w:
            value = engine.atan2(value, weight)
        backward = laid_out(value, [x], w).backward
        found = [operand for _, kernel in backward for operand in outputs_of(kernel)]
        return {operand for operand in found if isinstance(operand, Buffer)}

    assert len(buffers(3)) == len(buffers(30)) > 0


def test_a_buffer_from_which_gradients_are_put_in_place_is_used_again() -> None:
    x, w = Value(0.1), [Value(0.1 * k) for k in range(7)]
    state = [weight * x for weight in w]
    for _ in range(9):
        first, second, *others = map(tanh, state)
        state = [first, *others, engine.sin(second)]  # which leaves a row between the first two
    backward = laid_out(engine.sum(state), [x], w).backward
    puts = [each for _, each in backward if isinstance(each, ScatterAdd)]
    buffers = [each.source for each in puts if isinstance(each.source, Buffer)]
    assert len(buffers) > 2 * len(set(buffers)) and {each.number for each in buffers} == {1}


def test_a_zero_has_a_row_where_a_matrix_reads_it_and_only_there() -> None:
    x, w = ([Value(0.1 * k) for k in range(3)] for _ in range(2))
    for pads in (False, True):
        edge = engine.dot(w[:2], x[:2]) if pads else engine.dot(w, x[::-1])
        kernels = laid_out(tanh(engine.dot(w, x)) + tanh(edge), x, w)
        assert kernels.rows is not None
        rows = zip(kernels.graph.nodes, kernels.rows.row)
        assert [row >= 0 for node, row in rows if isinstance(node, Zero)] == [pads]


@given(graphs(max_operations=20))
def test_no_two_nodes_share_a_row_and_no_row_is_empty(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.point]
    kernels = laid_out(graph(*leaves), leaves[:2], leaves[2:])
    rows = kernels.rows
    assert rows is not None
    for batched, count in ((True, rows.n_batched), (False, rows.n_others)):
        numbers = [row for p, row in enumerate(rows.row) if kernels.graph.batched[p] is batched]
        assert sorted([row for row in numbers if row >= 0]) == np.arange(count).tolist()


@pytest.mark.parametrize(
    "numbers, found",
    [
        ((4,), (4, 5, 1)),
        ((4, 6, 8), (4, 9, 2)),
        ((4, 5, 7, 7), None),
        ((0, 1, 5, 3), None),
        ((3, 2), None),
        ((3, 3), None),
    ],
)
def test_rows_lie_evenly_where_each_lies_as_far_on_as_the_one_before(
    numbers: tuple[int, ...], found: tuple[int, int, int] | None
) -> None:
    assert evenly(numbers) == found
