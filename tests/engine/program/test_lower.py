"""lower: a node for each value, its inputs before it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value
from engine.graph import topological_order
from engine.program.graph import Constant, Input, Operation, Parameter, Sum
from engine.program.lower import Traced, lower
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs


def test_inputs_and_parameters_come_first_whether_they_are_used_or_not() -> None:
    x, y, w = Value(0.5), Value(0.6), Value(0.7)
    graph = lower(Traced([w * y], [x, y], [w]))
    assert graph.nodes[:3] == [Input(0), Input(1), Parameter(0)]
    assert graph.nodes[3] == Operation(engine.RULES["multiply"], (2, 1))
    assert graph.outputs == [3] and graph.origins[:3] == [x, y, w]


def test_other_leaves_are_constants_and_equal_numbers_one_node() -> None:
    x, frozen = Value(0.5), Value(2.0, "frozen")
    graph = lower(Traced([x * frozen + 2.0, x - 0.0, x + -0.0], [x], []))
    constants = [node for node in graph.nodes if isinstance(node, Constant)]
    assert constants == [Constant(2.0, False), Constant(0.0, False), Constant(-0.0, True)]


@pytest.mark.parametrize("n, factors", [(7, 7), (8, 8), (9, 5), (16, 8), (17, 5)])
def test_of_a_long_product_pairs_are_multiplied_and_pairs_of_those(n: int, factors: int) -> None:
    xs = [Value(0.1 * k) for k in range(n)]
    graph = lower(Traced([engine.prod(xs)], xs, []))
    assert len(graph.inputs(graph.outputs[0])) == factors
    pairs = {graph.inputs(place) for place in range(n, len(graph.nodes) - 1)}
    assert {(k, k + 1) for k in range(0, n - 1, 2) if n > factors} <= pairs


def test_fixed_numbers_are_no_inputs() -> None:
    x = Value(0.5)
    graph = lower(Traced([x**3], [x], []))
    assert graph.nodes[-1] == Operation(engine.RULES["power"], (0,), (3.0,))


def test_a_dot_product_is_a_sum_of_products_and_vectors_that_many_share_are_one_object() -> None:
    xs, ws, vs = ([Value(0.1 * k) for k in range(6)] for _ in range(3))
    graph = lower(Traced([engine.dot(ws, xs), engine.dot(vs, xs)], xs, [*ws, *vs]))
    first, second = [graph.nodes[output] for output in graph.outputs]
    assert isinstance(first, Sum) and isinstance(second, Sum)
    assert first.products == ((1.0,) * 6, (6, 7, 8, 9, 10, 11), (0, 1, 2, 3, 4, 5))
    assert first.products[2] is second.products[2] and first.products[1] is not second.products[1]


def test_how_often_a_node_is_used_counts_each_sum_that_shares_a_vector() -> None:
    xs, ws = ([Value(0.1 * k) for k in range(6)] for _ in range(2))
    dots = [engine.dot(ws, xs), engine.dot(xs[::-1], ws), engine.dot(ws, [*xs[:5], xs[0]])]
    total = dots[0] + dots[1] * xs[1]
    graph = lower(Traced([total, total, dots[2]], xs, ws))
    uses = graph.uses(range(12, len(graph.nodes)))
    assert uses[:12] == [4, 4, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3]
    place = {value: k for k, value in enumerate(graph.origins)}
    assert [uses[place[value]] for value in (*dots, total)] == [1, 1, 1, 2]


@given(graphs(max_operations=20), st.integers(0, 5))
def test_every_node_comes_after_its_inputs(graph: Graph, n_inputs: int) -> None:
    leaves = [Value(x) for x in graph.point]
    output = graph(*leaves)
    random.Random(0).shuffle(leaves)
    lowered = lower(Traced([output], leaves[:n_inputs], leaves[n_inputs:]))
    assert all(max(lowered.inputs(k), default=-1) < k for k in range(len(lowered.nodes)))
    assert set(topological_order([output])) <= set(lowered.origins)
