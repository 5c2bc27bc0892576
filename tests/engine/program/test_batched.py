"""batched: products of two matrices that both differ from sample to sample."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, dot, exp, softmax, tanh
from engine.program import Program
from engine.program.batched import share_nothing
from engine.program.graph import ones
from engine.program.kernels import BatchedProduct, Nodes, SortedSum, Step
from engine.program.layout import zero_is_read
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.program.report import operations
from engine.program.sorted_sums import BATCHED
from engine.proof.programs import check_program
from tests.engine.program.agreement import assert_agrees, on_every_backend

Matrix = list[list[Value]]


def products(outputs: list[Value], inputs: list[Value]) -> list[BatchedProduct]:
    kernels = compiled(Traced(outputs, inputs, []))["matrices"]
    return [kernel for _, kernel in kernels.forward if isinstance(kernel, BatchedProduct)]


def matrix(height: int, width: int) -> Matrix:
    rng = random.Random(height * width)
    return [[Value(rng.gauss(0.0, 1.0)) for _ in range(width)] for _ in range(height)]


def flat(*matrices: Matrix) -> list[Value]:
    return [value for each in matrices for row in each for value in row]


Order = Callable[[list[Value], list[Value]], Any]  # in which two rows are multiplied
ORDERS: list[Order] = [
    lambda x, y: (x, y),
    lambda x, y: (y, x),
    lambda x, y: (x[::-1], y[::-1]),
    lambda x, y: zip(*[pair[:: (-1) ** k] for k, pair in enumerate(zip(x, y))]),
]


@pytest.mark.parametrize("orders", [ORDERS[:1], ORDERS[1:2], ORDERS[3:], ORDERS])
def test_factors_of_an_entry_stand_in_any_order(orders: list[Order]) -> None:
    def outputs(*leaves: Value) -> list[Value]:
        a = [[exp(x) for x in leaves[k : k + 5]] for k in range(0, 20, 5)]
        b = [[tanh(x) for x in leaves[k : k + 5]] for k in range(20, 40, 5)]
        return [
            dot(*orders[i * j % len(orders)](x, y))
            for i, x in enumerate(a)
            for j, y in enumerate(b)
        ]

    leaves = flat(matrix(8, 5))
    (product,) = products(outputs(*leaves), leaves)
    assert product.sizes == {"b": 1, "m": 4, "k": 5, "p": 4}
    point = [x.data for x in leaves]
    assert_agrees(lambda *xs: engine.sum([tanh(y) for y in outputs(*xs)]), point, 40, 2)


def test_sums_may_share_a_node_though_no_side() -> None:
    sides = ((0, 1), (2, 3)), ((4, 2), (5, 6))
    members = [SortedSum(9, (), (), {BATCHED: (ones(2), *each)}, ()) for each in sides]
    assert share_nothing(members[:1]) and not share_nothing(members)


@pytest.mark.parametrize("k", [6, 9])  # a sum of nine is filled up with a term of factor 0
def test_a_product_of_two_inputs_is_found_with_its_sizes(k: int) -> None:
    a, b = matrix(3, k), matrix(4, k)
    (product,) = products([dot(row, column) for row in a for column in b], flat(a, b))
    assert product.sizes == {"b": 1, "m": 4, "k": k, "p": 3}
    assert [product.left.rows, product.right.rows, product.output.rows] == [4 * k, 3 * k, 12]
    assert operations(product) == 2 * 3 * k * 4


def test_a_zero_is_read_where_any_of_the_products_reads_it() -> None:
    a, b = matrix(3, 6), matrix(4, 6)
    (product,) = products([dot(row, column) for row in a for column in b], flat(a, b))
    other = product._replace(left=Nodes((999,), batched=True))
    for forward in ([other, product], [product, other]):
        assert zero_is_read(999, [Step(0, kernel) for kernel in forward])
    assert not zero_is_read(999, [Step(0, product)])


def test_heads_are_blocks_of_one_product_and_a_factor_goes_with_it() -> None:
    a, b = matrix(4, 6), matrix(4, 6)
    halves = slice(0, 3), slice(3, 6)
    outputs = [dot(row[s], column[s]) / 2.0 for s in halves for row in a for column in b]
    (product,) = products(outputs, flat(a, b))
    assert product.sizes == {"b": 2, "m": 4, "k": 3, "p": 4} and product.factor == 0.5


def test_below_the_diagonal_is_a_product_with_spare_entries() -> None:
    a, b = matrix(6, 4), matrix(6, 4)
    outputs = [dot(a[t], b[u]) for t in range(6) for u in range(t + 1)]
    (product,) = products(outputs, flat(a, b))
    assert product.sizes == {"b": 1, "m": 6, "k": 4, "p": 6}


@pytest.mark.parametrize("turned", [False, True])
def test_entries_that_are_computed_one_after_the_other_are_a_column(turned: bool) -> None:
    """So what is summed for each of them lies in whole rows, though the first two share a row."""
    a, b = matrix(6, 4), matrix(6, 4)
    pairs = [(a[t], b[u]) for t in range(6) for u in range(t + 1)]
    (product,) = products([dot(*(pair[::-1] if turned else pair)) for pair in pairs], flat(a, b))
    assert isinstance(product.output, Nodes)
    places, p = product.output.places, product.sizes["p"]
    by_column = [place for column in range(p) for place in places[column::p]]
    computed = sorted(places)[: len(pairs)]  # spare nodes come after them
    assert [place for place in by_column if place in computed] == computed


def test_rows_that_are_shorter_from_entry_to_entry_are_filled_with_zeros() -> None:
    shares, values = matrix(6, 6), matrix(6, 3)
    outputs = [
        dot(shares[t][: t + 1], [values[u][j] for u in range(t + 1)])
        for t in range(1, 6)
        for j in range(3)
    ]
    (product,) = products(outputs, flat(values, shares))
    assert product.sizes == {"b": 1, "m": 3, "k": 6, "p": 5}


@pytest.mark.parametrize(
    "outputs_of",
    [
        lambda a, b: [dot(x, y) for x in a for y in a],  # of a matrix with itself
        lambda a, b: [dot(x, y) for x, y in zip(a, b)],  # the diagonal alone
        lambda a, b: [dot(a[0], y) for y in b],  # a single row
        lambda a, b: [dot(x, y) + x[0] for x in a for y in b],  # more than products
        lambda a, b: [dot(x[:2], y[:2]) for x in a[:2] for y in b[:2]],  # too small
    ],
)
def test_other_sums_of_products_are_left_as_they_are(outputs_of: Any) -> None:
    a, b = matrix(4, 5), matrix(4, 5)
    assert products(outputs_of(a, b), flat(a, b)) == []


def test_sums_that_add_a_bias_to_their_products_are_left_as_they_are() -> None:
    a, b, biases = matrix(3, 6), matrix(4, 6), [Value(0.1 * k) for k in range(12)]
    pairs = [(row, column) for row in a for column in b]
    outputs = [dot(row, column) + bias for (row, column), bias in zip(pairs, biases)]
    program = Program(engine.sum([tanh(output) for output in outputs]), flat(a, b), biases)
    check_program(program, [[value.data for value in flat(a, b)]])


def test_a_row_by_itself_is_no_matrix() -> None:
    a, b = matrix(1, 20), matrix(20, 20)
    assert products([dot(a[0], column) for column in b], flat(a, b)) == []


def test_a_chain_of_rows_that_leaves_most_entries_out_is_no_product() -> None:
    a, b = matrix(6, 5), matrix(6, 5)
    outputs = [dot(a[i], b[j]) for i in range(6) for j in (i, i + 1) if j < 6]
    assert products(outputs, flat(a, b)) == []


def test_a_row_times_itself_does_not_keep_the_others_from_their_product() -> None:
    a, b = matrix(4, 6), matrix(4, 6)
    outputs = [dot(row, column) for row in a for column in b] + [dot(row, row) for row in a]
    (product,) = products(outputs, flat(a, b))
    assert product.output.rows == 16


def test_beginnings_of_two_longer_rows_keep_their_length() -> None:
    lengths = [6 if (i + j) % 2 else 3 for i in range(6) for j in range(6)]

    def graph(*leaves: Value) -> Value:
        a, b = ([list(leaves[k : k + 6]) for k in range(n, n + 36, 6)] for n in (0, 36))
        pairs = zip([(x, y) for x in a for y in b], lengths)
        return engine.sum([tanh(dot(x[:length], y[:length])) for (x, y), length in pairs])

    point = [x.data for x in flat(matrix(6, 6), matrix(6, 6))]
    assert_agrees(graph, point, len(point), 2)


def attention(queries: Matrix, keys: Matrix, values: Matrix, causal: bool) -> Matrix:
    """softmax(q·kᵀ/2)·v, where with `causal` position t sees those up to t only."""
    mixed = []
    for t, query in enumerate(queries):
        seen = range(t + 1 if causal else len(keys))
        shares = [exp(dot(query, keys[u]) / 2.0) for u in seen]
        total = engine.sum(shares)
        columns = [[values[u][j] for u in seen] for j in range(len(values[0]))]
        mixed.append([dot([share / total for share in shares], column) for column in columns])
    return mixed


@pytest.mark.parametrize("causal", [False, True])
def test_both_products_of_an_attention_are_found(causal: bool) -> None:
    queries, keys, values = matrix(8, 4), matrix(8, 4), matrix(8, 4)
    projected = [
        [[dot(x, row) for row in values] for x in part] for part in (queries, keys, values)
    ]
    mixed = attention(*projected, causal)
    assert len(products(flat(mixed), flat(queries, keys, values))) == 2


def test_shares_and_values_keep_their_sides_whatever_comes_first() -> None:
    """Where positions see those before them, each may stand before the other."""
    queries, keys, values = matrix(8, 4), matrix(8, 4), matrix(8, 4)
    q, k, v = ([[dot(x, row) for row in values] for x in part] for part in (queries, keys, values))
    mixed = []
    for head in (slice(0, 2), slice(2, 4)):
        for t in range(8):
            shares = softmax([dot(q[t][head], k[u][head]) for u in range(t + 1)])
            mixed += [dot(shares, column) for column in zip(*[v[u][head] for u in range(t + 1)])]
    assert len(products(mixed, flat(queries, keys, values))) == 2


@on_every_backend
@pytest.mark.parametrize("causal", [False, True])
def test_attention(causal: bool, backend: str) -> None:
    n, size = 5, 4

    def graph(*leaves: Value) -> Value:
        rows = [list(leaves[k * size : (k + 1) * size]) for k in range(n)]
        rest = leaves[n * size :]
        weights = [
            [rest[size * k : size * k + size] for k in range(4 * w, 4 * w + 4)] for w in range(3)
        ]
        q, k, v = ([[dot(row, x) for row in part] for x in rows] for part in weights)
        return engine.sum([tanh(y) ** 2 for row in attention(q, k, v, causal) for y in row])

    point = [x.data for x in flat(matrix(n, size), *[matrix(size, size) for _ in range(3)])]
    assert_agrees(graph, point, n * size, 3, backend)


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_product_whose_rows_are_every_other_node(backend: Any) -> None:
    """Their gradients do not lie side by side."""
    w, xs = Value(0.7), flat(matrix(8, 8))
    h = [tanh(w * x) for x in xs]
    a, b = ([h[start + k : start + k + 8 : 2] for k in (0, 8, 16, 24)] for start in (0, 32))
    output = engine.sum([tanh(dot(x, y)) for x in a for y in b]) + engine.sum(h[1::2])
    program = Program(output, xs, [w], backend=backend)
    check_program(program, [[x.data for x in xs], [-x.data / 2.0 for x in xs]])


@st.composite
def bilinear_graphs(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """Some of the products of the rows of two matrices, or of their beginnings, each tanh'd."""
    m, k, p = draw(st.integers(1, 5)), draw(st.integers(1, 6)), draw(st.integers(1, 5))
    cells = [(i, j) for i in range(m) for j in range(p)]
    chosen = draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    shape = draw(st.sampled_from(["full", "left short", "any length"]))
    lengths = [
        {"full": k, "left short": 1 + i % k}.get(shape) or draw(st.integers(1, k))
        for i, _ in chosen
    ]
    factors = draw(st.sampled_from([(1.0,), (0.5,), (1.0, -2.0)]))

    def graph(*leaves: Value) -> Value:
        w, *xs = [tanh(leaf) for leaf in leaves]
        a = [xs[i * k : i * k + k] for i in range(m)]
        b = [[w * x for x in xs[m * k :][j * k : j * k + k]] for j in range(p)]
        return engine.sum(
            [
                tanh(factors[e % len(factors)] * dot(a[i][:length], b[j][:length]))
                for e, ((i, j), length) in enumerate(zip(chosen, lengths))
            ]
        )

    point = [0.3, *[x.data for x in flat(matrix(m, k), matrix(p, k))]]
    return graph, point, draw(st.integers(0, 1)) and len(point)


@given(bilinear_graphs(), st.integers(1, 3))
def test_bilinear_graphs(case: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = case
    turned = point[::-1]
    assert_agrees(lambda *leaves: graph(*leaves[::-1]), turned, len(turned) - 1, n_samples)
    assert_agrees(graph, point, n_inputs, n_samples)
