"""matrices: the products that are found, and what they compute."""

import math
import random
from typing import Any

import pytest

import engine
from engine import Value, exp, tanh
from engine.program import Program
from engine.program.fuse import fuse
from engine.program.kernels import MatrixProduct, Nodes, SumOfProducts, Terms
from engine.program.lower import Traced, lower
from engine.program.matrices import matrices
from engine.program.pipeline import compiled
from engine.program.simplify import simplify
from engine.proof.programs import check_program
from nn import Conv2d, Layer
from tests.engine.program.agreement import assert_agrees, on_every_backend


def products(program: Program) -> int:
    """Products with a matrix, in both passes."""
    kernels = compiled(program.traced)["adjoint"]
    steps = [kernel for _, kernel in (*kernels.forward, *kernels.backward)]
    return sum([isinstance(kernel, MatrixProduct) for kernel in steps])


def sum_of_products(ws: list[Value], xs: list[Value]) -> Value:
    return engine.sum([w * x for w, x in zip(ws, xs)])


def chain(ws: list[Value], xs: list[Value]) -> Value:
    total: Any = 0.0
    for w, x in zip(ws, xs):
        total = total + w * x
    return total


POINT = [0.3, -0.2, 0.7, 0.1, -0.5, 0.9, *[math.sin(k) for k in range(12)]]  # six are inputs


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (2, 0, 1, 5, 3, 4)])
def test_rows_that_see_the_same_numbers_in_another_order_are_of_one_matrix(order: Any) -> None:
    def graph(*leaves: Value) -> Value:
        xs, ws, vs = leaves[:6], leaves[6:12], leaves[12:]
        moved = engine.dot([vs[k] for k in order], [xs[k] for k in order])
        return tanh(engine.dot(ws, xs)) * tanh(moved)

    leaves = [Value(x) for x in POINT]
    assert products(Program(graph(*leaves), leaves[:6], leaves[6:])) == 2  # forward, and backward
    assert_agrees(graph, POINT, 6, 4)


def test_what_a_shared_vector_holds_is_computed_once() -> None:
    def graph(*leaves: Value) -> Value:
        xs, ws, vs = leaves[:6], leaves[6:12], leaves[12:]
        halves = [0.5 * x for x in xs]
        return engine.dot(ws, halves) * engine.dot(vs, halves)

    leaves = [Value(x) for x in POINT]
    found = simplify(lower(Traced([graph(*leaves)], leaves[:6], leaves[6:])))
    assert len([place for place in found.needed if found.inputs(place)]) == 6 + 2 + 1
    assert_agrees(graph, POINT, 6, 4)


@pytest.mark.parametrize("add_up", [engine.dot, sum_of_products, chain])
def test_a_net_is_one_product_a_layer_forward_and_two_backward(add_up: Any) -> None:
    rng = random.Random(0)
    values = inputs = [Value(0.3, "x1"), Value(-0.2, "x2")]
    parameters = []
    for size in (16, 16, 1):
        outputs = []
        for _ in range(size):
            weights = [Value(rng.uniform(-1, 1)) for _ in values]
            bias = Value(rng.uniform(-1, 1))
            parameters += [*weights, bias]
            outputs.append(tanh(add_up(weights, values) + bias))
        values = outputs
    program = Program(values[0] ** 2, inputs, parameters)
    assert products(program) == 3 + 3 + 2
    assert "take" not in program.source
    assert "reduceat" not in program.source


@pytest.mark.parametrize("positions", [1, 3])
def test_a_column_times_a_row_is_no_matmul(positions: int) -> None:
    first, head = Layer(1, 4, "tanh"), Layer(4, 1, "identity")
    xs = [Value(0.1 * k) for k in range(positions)]
    found = [y for x in xs for y in head(first([x]))]
    program = Program(engine.dot(found, found), xs, [*first.parameters(), *head.parameters()])
    passes = program.source.partition("def backward")[::2]
    assert [each.count("np.multiply(w") for each in passes] == [1, 1]
    assert passes[0].count("np.matmul(") == 1
    check_program(program, [[0.5 + k for k in range(positions)], [1.5] * positions])


def test_a_column_times_a_row_is_written_to_rows_with_others_between() -> None:
    def graph(*leaves: Value) -> Value:
        xs, ws = leaves[:4], leaves[4:]
        hidden = [tanh(engine.dot(ws[k : k + 4], xs)) for k in range(0, 32, 4)]
        even, odd = [tanh(engine.dot(ws[32 + k : 40 : 2], hidden[k::2])) for k in (0, 1)]
        return even * odd

    assert_agrees(graph, [math.sin(k) for k in range(4 + 40)], 4, 3)


def test_weights_shared_over_positions_are_one_product() -> None:
    kernel = [Value(0.1 * k) for k in range(3)]
    signal = [Value(float(k)) for k in range(20)]
    responses = [tanh(engine.dot(kernel, signal[k : k + 3])) for k in range(18)]
    program = Program(engine.sum(responses), signal, kernel)
    assert products(program) == 2  # one forward, one backward for the kernel
    assert "3 matrix, at 18 positions" in program.source

    def graph(*leaves: Value) -> Value:
        xs, ws = list(leaves[:20]), list(leaves[20:])
        return engine.sum([tanh(engine.dot(ws, xs[k : k + 3])) for k in range(18)])

    assert_agrees(graph, [x.data for x in [*signal, *kernel]], 20, 3)


@pytest.mark.parametrize("padding", [1, 2])
def test_at_the_edges_of_an_image_a_convolution_is_still_one_product(padding: int) -> None:
    layer, image = Conv2d(1, 4, 3, padding=padding), [Value(0.1 * k) for k in range(36)]
    rows = [image[k : k + 6] for k in range(0, 36, 6)]
    responses = [value for row in layer([rows]) for column in row for value in column]
    program = Program(engine.sum(responses), image, layer.parameters())
    assert products(program) == 2  # one forward, one backward for the kernels
    expected = engine.sum(responses)
    expected.backward()
    value, gradient = program.value_and_gradient([[x.data for x in image]])
    assert value == pytest.approx(expected.data, rel=1e-12)
    assert gradient == pytest.approx([p.grad for p in layer.parameters()], rel=1e-12)


def test_a_recurrent_net_is_one_product_a_step() -> None:
    size, steps = 4, 5

    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:steps]), list(leaves[steps:])
        rows = [rest[k * (size + 1) : (k + 1) * (size + 1)] for k in range(size)]
        state: list[Any] = [Value(0.0)] * size
        for x in xs:
            state = [tanh(engine.dot(row, [x, *state])) for row in rows]
        return engine.sum(state)

    rng = random.Random(2)
    point = [rng.uniform(-1, 1) for _ in range(steps + size * (size + 1))]
    leaves = [Value(x) for x in point]
    program = Program(graph(*leaves), leaves[:steps], leaves[steps:])
    forward = program.source.split("def backward")[0]
    assert forward.count("np.matmul(") == steps - 1  # the first step meets a state of zeros
    assert_agrees(graph, point, steps, 3)


def found(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> list[Any]:
    result = compiled(Traced(outputs, inputs, parameters))["matrices"]
    return [kernel for _, kernel in result.forward]


def test_a_layer_is_a_matrix_and_its_biases_of_one_group() -> None:
    x, w, b = ([Value(0.1 * k) for k in range(n)] for n in (2, 6, 3))
    z = [engine.dot(w[2 * j : 2 * j + 2], x) + b[j] for j in range(3)]
    result = compiled(Traced(z, x, [*w, *b]))["matrices"]
    (first, product), (second, bias) = result.forward
    assert first == second == 0
    assert (product.m, product.k, product.p) == (3, 2, 1)
    assert product.left.places == tuple(range(2, 8)) and product.right.places == (0, 1)
    assert bias.onto and bias.terms == (Terms((1.0,), (Nodes((8, 9, 10), False),)),)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_a_bias_that_is_the_same_at_all_positions_is_read_once(m: int) -> None:
    x, w, b = ([Value(0.1 * k) for k in range(n)] for n in (4, 2 * m, m))
    rows = [w[k : k + 2] for k in range(0, 2 * m, 2)]
    z = [engine.dot(row, x[k : k + 2]) + bias for row, bias in zip(rows, b) for k in range(3)]
    product, bias = found(z, x, [*w, *b])
    assert (product.m, product.k, product.p) == (m, 2, 3)
    assert product.right.places == (0, 1, 2, 1, 2, 3)  # a row of positions for each weight
    places = tuple(range(4 + 2 * m, 4 + 3 * m))
    assert bias.terms == (Terms((1.0,), (Nodes(places, False),), repeat=3),)


@pytest.mark.parametrize("at", [(0, 1, 2), (0, 1, 0)])
def test_a_bias_that_differs_from_position_to_position_is_read_at_each(at: Any) -> None:
    x, w, b = ([Value(0.1 * k) for k in range(n)] for n in (4, 2, 3))
    z = [engine.dot(w, x[k : k + 2]) + b[at[k]] for k in range(3)]
    _, bias = found(z, x, [*w, *b])
    assert bias.terms == (Terms((1.0,), (Nodes(tuple([6 + k for k in at]), False),)),)


def test_single_products_that_are_not_alike_stay_terms() -> None:
    x, w = ([Value(0.1 * k) for k in range(3)] for _ in range(2))
    sums = [a * b + b * b for a, b in zip(w, x)]
    (kernel,) = found(sums, x, w)
    assert isinstance(kernel, SumOfProducts) and not kernel.onto
    assert [len(terms.sides) for terms in kernel.terms] == [2, 2]


def test_sums_lie_in_the_order_of_what_differs_from_sample_to_sample() -> None:
    xs, ws = [Value(0.1 * k) for k in range(9)], [Value(0.3 * k) for k in range(3)]
    differences = [x - ws[k] for x, k in zip(xs, (0, 2, 1, 1, 0, 2, 0, 1, 1))]
    program = Program(engine.sum(list(map(tanh, differences))), xs, ws)
    assert "take(S" not in program.source
    check_program(program, [[0.1 * k for k in range(9)], [0.2] * 9])


@pytest.mark.parametrize("n, lengths", [(1, [1]), (4, [1] * 4), (5, [5]), (9, [9])])
def test_short_sums_are_added_term_by_term_and_long_ones_at_once(n: int, lengths: Any) -> None:
    x = [Value(0.1 * k) for k in range(9)]
    (kernel,) = found([2.0 * engine.sum(x[:n]) + 1.0], x, [])
    assert [terms.length for terms in kernel.terms] == [1, *lengths]
    assert {terms.factors for terms in kernel.terms[1:]} == {(2.0,)}  # once for all


def test_sums_are_filled_up_to_the_longest_of_them_and_no_further() -> None:
    x = [Value(0.1 * k) for k in range(16)]
    for lengths in ([9, 9], [9, 10], [13, 13, 13], [13, 14]):
        (kernel,) = found([2.0 * engine.sum(x[:n]) + 1.0 for n in lengths], x, [])
        _, terms = kernel.terms
        assert terms.length == max(lengths)
        assert terms.factors.count(0.0) == sum([max(lengths) - n for n in lengths])


def test_activations_are_computed_in_the_order_of_the_rows_that_they_are_of() -> None:
    x, w = ([Value(0.1 * k) for k in range(n)] for n in (2, 6))
    rows = [w[4:], w[:2], w[2:4]]  # the matrix has them in the order of its weights
    product, bent, bent_again = found([tanh(engine.dot(row, x)).sin() for row in rows], x, w)
    assert product.output.places == bent.inputs["x0"].places
    assert bent.outputs[0].places == bent_again.inputs["x0"].places
    assert list(product.output.places) != sorted(product.output.places)


def test_what_fuse_has_made_stays_as_it_is() -> None:
    x, w = ([Value(0.1 * k) for k in range(4)] for _ in range(2))
    edges = [engine.dot(w[:3], x[:3]), engine.dot(w[:2], x[1:3])]
    before = fuse(simplify(lower(Traced(edges, x, w))))
    text = repr(before.forward)
    assert len(matrices(before).forward) == 1
    assert repr(before.forward) == text


def sums_of(lengths: list[int]) -> tuple[list[SumOfProducts], Any]:
    """The kernels that add up so many nodes each, and the graph."""
    n = max(lengths)

    def graph(*leaves: Value) -> Value:
        rows = [[tanh(w * x) for x in leaves[:n]] for w in leaves[n:]]
        return engine.sum([tanh(engine.sum(row[:k])) for row, k in zip(rows, lengths)])

    leaves = [Value(0.1 * k) for k in range(n + len(lengths))]
    kernels = compiled(Traced([graph(*leaves)], leaves[:n], leaves[n:]))["matrices"]
    found = [kernel for _, kernel in kernels.forward if isinstance(kernel, SumOfProducts)]
    return [kernel for kernel in found if kernel.output.rows > 1], graph


def test_sums_of_different_lengths_are_one_filled_up_with_zeros() -> None:
    (kernel,), _ = sums_of([3, 4, 5, 6, 7])
    assert [kernel.output.rows, kernel.terms[0].length] == [5, 7]


def test_sums_most_of_which_would_be_zeros_stay_apart() -> None:
    kernels, _ = sums_of([3, 3, 40])
    assert [kernel.output.rows for kernel in kernels] == [2]  # and the long one by itself


@on_every_backend
def test_sums_of_different_lengths_agree(backend: str) -> None:
    lengths = [7, 3, 5, 4]
    _, graph = sums_of(lengths)
    assert_agrees(graph, [0.1 * k - 0.4 for k in range(7 + len(lengths))], 7, 2, backend)


@pytest.mark.parametrize(
    "other",
    [
        lambda w, x: 0.5,
        lambda w, x: w,
        lambda w, x: 2.0 * w,
        lambda w, x: 2.0 * x,
        lambda w, x: w * x,
        lambda w, x: x * x,
    ],
    ids=["constant", "bias", "scaled weight", "scaled", "product", "square"],
)
def test_what_else_is_added_to_sums_of_different_lengths_stays(other: Any) -> None:
    lengths = [7, 3, 5, 4]

    def graph(*leaves: Value) -> Value:
        xs, ws = leaves[:8], leaves[8:]
        sums = [engine.sum(xs[:length]) for length in lengths]
        more = [engine.sum(xs[:k]) + other(w, xs[7]) for k, w in zip(lengths, ws)]
        return engine.sum([tanh(total) for total in (*sums, *more)])

    assert_agrees(graph, [0.1 * k - 0.4 for k in range(8 + len(lengths))], 8, 2)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_weight_of_0_does_not_hide_what_is_too_large(n: int) -> None:
    x, w, weights = Value(1.0), Value(0.0), [Value(0.5) for _ in range(4)]
    with pytest.raises(OverflowError):
        Program(w * exp(x) + 1.0, [x], [w])([[1000.0]] * n)
    program = Program([weight * x + 0.1 for weight in weights], [x], weights)
    program.parameters[1] = math.inf
    with pytest.raises(ValueError, match="parameter 1 is inf"):
        program([[0.0]] * n)
