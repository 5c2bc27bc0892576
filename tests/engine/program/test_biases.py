"""biases: one more column of the matrix, and a one behind what it meets."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Program, Value, dot, sum, tanh
from engine.program.graph import ONE
from engine.program.kernels import MatrixProduct, SumOfProducts
from engine.program.lower import Traced
from engine.program.operands import nodes_of
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from nn import LSTM, MLP, RNN, Layer
from nn.tree import tree_leaves
from tests.engine.program.agreement import assert_agrees, on_every_backend

sizes_of = st.integers(1, 7)  # of layers


def kernels(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> list[Any]:
    return [x for _, x in compiled(Traced(outputs, inputs, parameters))["biases"].forward]


def sizes(found: list[Any]) -> list[tuple[int, int]]:
    return [(x.m, x.k) for x in found if isinstance(x, MatrixProduct)]


def layers(*shape: tuple[int, int], bias_first: bool = False) -> Any:
    """A net as a function of its inputs and then of its weights, row by row, each with its bias."""

    def graph(*leaves: Value) -> Value:
        values, rest = list(leaves[: shape[0][1]]), list(leaves[shape[0][1] :])
        for rows, width in shape:
            before, values = values, []
            for _ in range(rows):
                row, rest = rest[: width + 1], rest[width + 1 :]
                *weights, bias = [*row[1:], row[0]] if bias_first else row
                values.append(tanh(dot(weights, before) + bias))
        return sum(values)

    return graph


def agrees(graph: Any, n_inputs: int, n_parameters: int) -> list[Any]:
    rng = random.Random(0)
    point = [rng.uniform(-1.0, 1.0) for _ in range(n_inputs + n_parameters)]
    assert_agrees(graph, point, n_inputs, 3)
    leaves = [Value(x) for x in point]
    return kernels([graph(*leaves)], leaves[:n_inputs], leaves[n_inputs:])


def test_each_layer_behind_the_first_is_one_product() -> None:
    found = agrees(layers((6, 5), (5, 6), (4, 5)), 5, 6 * 6 + 5 * 7 + 4 * 6)
    assert sizes(found) == [(6, 5), (5, 7), (4, 6)]  # the inputs are read from where they are
    onto = [x for x in found if isinstance(x, SumOfProducts) and x.onto]
    assert len(onto) == 1


def test_few_inputs_are_copied_next_to_a_one() -> None:
    assert sizes(agrees(layers((8, 2), (2, 8)), 2, 8 * 3 + 2 * 9)) == [(8, 3), (2, 9)]
    assert sizes(agrees(layers((8, 5), (2, 8)), 5, 8 * 6 + 2 * 9)) == [(8, 5), (2, 9)]


def test_a_bias_that_lies_elsewhere_is_added() -> None:
    found = agrees(layers((6, 5), (5, 6), bias_first=True), 5, 6 * 6 + 5 * 7)
    assert sizes(found) == [(6, 5), (5, 6)]


def test_what_else_is_added_stays() -> None:
    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:5]), list(leaves[5:])
        hidden = [tanh(dot(rest[k : k + 5], xs)) for k in range(0, 30, 5)]
        heads = [rest[k : k + 7] for k in range(30, 58, 7)]
        return sum([tanh(dot(row[:6], hidden) + row[6] - x) for row, x in zip(heads, xs)])

    assert sizes(agrees(graph, 5, 58)) == [(6, 5), (4, 7)]


def test_what_is_subtracted_is_no_bias() -> None:
    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:5]), list(leaves[5:])
        hidden = [tanh(dot(rest[k : k + 5], xs)) for k in range(0, 30, 5)]
        heads = [rest[k : k + 7] for k in range(30, 58, 7)]
        return sum([tanh(dot(row[:6], hidden) - row[6]) for row in heads])

    assert sizes(agrees(graph, 5, 58)) == [(6, 5), (4, 6)]


def test_few_weights_are_worth_no_one() -> None:
    assert sizes(agrees(layers((3, 2), (5, 3)), 2, 3 * 3 + 5 * 4)) == [(3, 2), (5, 3)]


def test_two_layers_that_read_the_same_share_a_one() -> None:
    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:5]), list(leaves[5:])
        rows = [rest[k : k + 6] for k in range(0, 36, 6)]
        hidden = [tanh(dot(row[:5], xs) + row[5]) for row in rows]
        heads = [rest[k : k + 7] for k in range(36, 78, 7)]
        out = [dot(row[:6], hidden) + row[6] for row in heads]
        return sum([tanh(x) for x in out[:3]]) * sum([x * x for x in out[3:]])

    found = agrees(graph, 5, 78)
    ones = [x for x in found if isinstance(x, SumOfProducts) and not x.onto and x.output.rows == 1]
    assert (6, 7) in sizes(found)
    assert len([x for x in ones if len(x.terms) == 1 and not x.terms[0].sides[0].batched]) == 1


def test_what_lies_among_others_is_not_copied_for_a_one() -> None:
    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:5]), list(leaves[5:])
        rows = [rest[k : k + 6] for k in range(0, 48, 6)]
        hidden = [tanh(dot(row[:5], xs) + row[5]) for row in rows]
        heads = [rest[k : k + 7] for k in range(48, 76, 7)]
        return (
            sum([tanh(dot(row[:6], hidden[1:7]) + row[6]) for row in heads]) + hidden[0] * hidden[7]
        )

    assert sizes(agrees(graph, 5, 76)) == [(8, 5), (4, 6)]


def test_inputs_between_which_another_lies_are_copied_with_a_one() -> None:
    def graph(*leaves: Value) -> Value:
        xs, rest = [leaves[k] for k in (0, 1, 3, 4)], leaves[5:]
        rows = [rest[k : k + 5] for k in range(0, 20, 5)]
        return sum([tanh(dot(row[:4], xs) + row[4]) for row in rows])

    assert sizes(agrees(graph, 5, 20)) == [(4, 5)]


def test_the_same_weights_are_a_matrix_of_two_rows_and_one_of_a_single_row() -> None:
    def graph(*leaves: Value) -> Value:
        hidden, ws = [tanh(x) for x in leaves[:16]], list(leaves[16:])
        two = [dot(ws[k : k + 8], hidden[8:]) + ws[k + 8] for k in (0, 9)]
        one = dot([*ws[:8], *ws[9:17]], hidden) + ws[17]
        return sum([tanh(x) for x in (*two, one)])

    assert sorted(sizes(agrees(graph, 16, 18))) == [(1, 17), (2, 9)]


def test_a_recurrent_net_shares_a_one_over_its_steps() -> None:
    cell, head = LSTM(2, 3), Layer(3, 1, "identity")
    xs = [[Value(0.1 * k - 0.3), Value(0.2 * k)] for k in range(6)]
    outputs = [head(h)[0] for h in cell(xs)]
    loss, inputs = sum([y * y for y in outputs]), [x for row in xs for x in row]
    parameters = [*cell.parameters(), *head.parameters()]
    products = [x for x in kernels([loss], inputs, parameters) if isinstance(x, MatrixProduct)]
    nodes = compiled(Traced([loss], inputs, parameters))["biases"].graph.nodes
    met = [nodes_of(x.right).places[-1] for x in products if x.p == 1 and x.k == 2 + 3 + 1]
    assert len(met) == 5 and len(set(met)) == 1 and nodes[met[0]] == ONE


@on_every_backend
def test_steps_of_layers_behind_one_another_have_a_one_each(backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        values, rest = list(leaves[:4]), leaves[4:]
        rows = [rest[k : k + 5] for k in range(0, 40, 5)]
        for _ in range(8):
            for layer in (rows[:4], rows[4:]):
                values = [tanh(dot(row[:4], values) + row[4]) for row in layer]
        return sum(values)

    rng = random.Random(0)
    point = [rng.uniform(-1.0, 1.0) for _ in range(4 + 40)]
    assert_agrees(graph, point, 4, 3, backend)
    leaves = [Value(x) for x in point]
    assert sizes(kernels([graph(*leaves)], leaves[:4], leaves[4:])) == [(4, 4)] + [(4, 5)] * 15


@given(data=st.data())
def test_random_nets_agree(data: st.DataObject) -> None:
    draw = data.draw
    rng = random.Random(draw(st.integers(0, 1000)))
    xs = [Value(rng.uniform(-1, 1)) for _ in range(draw(st.integers(1, 6)))]
    values, read, parameters = [*xs], [*xs], list[Value]()
    for _ in range(draw(st.integers(1, 4))):
        rows = [[Value(rng.uniform(-1, 1)) for _ in [*read, 1]] for _ in range(draw(sizes_of))]
        parameters += [w for row in rows for w in row]
        values = [tanh(dot(row[:-1], read) + row[-1]) for row in rows]
        first = draw(st.integers(0, len(values) - 1))
        read = values[first:] + (xs if draw(st.booleans()) else [])
    loss = sum([x * x for x in values])
    batch = [[x.data * k for x in xs] for k in (1.0, 0.9, -1.1)[: draw(st.integers(1, 3))]]
    check_program(Program(loss, xs, parameters), batch)


def test_over_jax_there_may_be_no_samples() -> None:
    pytest.importorskip("jax")
    for size in (4, 16):  # without a row of ones, and with one
        model, xs = MLP(2, [size, 1]), [Value(0.1), Value(0.2)]
        program = Program(model(xs), xs, model.parameters())
        function = program.to_jax()
        for n in (0, 1, 3):
            batch = np.full((n, 2), 0.3)
            found = np.asarray(function(program.parameters, batch))
            assert found == pytest.approx(program(batch), rel=1e-5)


def test_ones_have_no_title_and_each_group_one() -> None:
    cell, xs = RNN(2, 4, rng=random.Random(0)), [[Value(0.1), Value(0.2)] for _ in range(2)]
    leaves = [x for row in xs for x in row]
    program = Program(sum(tree_leaves(cell(xs))), leaves, cell.parameters())
    forward = program.source[program.source.index("def forward") :].partition("def backward")[0]
    titles = [line for line in forward.splitlines() if line.strip().startswith("#")]
    assert len(set(titles)) == len(titles)
    assert "[:] = k1" in forward.partition("#")[0]


def test_c_adds_biases() -> None:
    model, xs = MLP(2, [8, 1]), [Value(0.1), Value(0.2)]
    made = [Program(model(xs), xs, model.parameters(), backend=b) for b in ("numpy", "c")]
    assert ["biases" in program.report() for program in made] == [True, False]
    values, gradients = zip(*[x.value_and_gradient([[0.3, -0.7]] * 3) for x in made])
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-12)
