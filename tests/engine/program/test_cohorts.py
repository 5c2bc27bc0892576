"""cohorts: which nodes are ready together, and what they wait for."""

import random

import pytest

import engine
from engine import Value, tanh
from engine.program.cohorts import COLUMN, Cohorts
from engine.program.graph import Graph
from engine.program.lower import Traced, lower
from engine.program.simplify import simplify
from nn import MLP


def cohorts_of(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> Cohorts:
    return Cohorts(simplify(lower(Traced(outputs, inputs, parameters))))


def cohorts_of_net(width: int) -> Cohorts:
    net = MLP(6, [width, width, 1], seed=0)
    xs = [Value(0.1 * k) for k in range(6)]
    return cohorts_of([net(xs)], xs, net.parameters())


def test_a_layer_is_two_cohorts_however_wide_it_is() -> None:
    """Its sums, and their tanh."""
    assert len(cohorts_of_net(8).places) == len(cohorts_of_net(20).places) <= 6
    assert sorted(map(len, cohorts_of_net(20).places))[-4:] == [20, 20, 20, 20]


def test_each_computed_node_is_in_one_cohort_after_all_that_it_waits_for() -> None:
    rng = random.Random(1)
    xs = [Value(rng.uniform(0.5, 1)) for _ in range(9)]
    nodes = list(xs)
    for k in range(60):
        many = engine.sum(rng.sample(nodes, 6))
        nodes.append(tanh(many * rng.choice(nodes)) if k % 2 else many - rng.choice(nodes))
    cohorts = cohorts_of(nodes[-5:], xs[:5], xs[5:])
    graph = cohorts.graph
    computed = [place for place in graph.needed if graph.inputs(place)]
    assert sorted(place for places in cohorts.places for place in places) == computed
    assert all(cohorts.cohort[x] < cohorts.cohort[p] for p in computed for x in graph.inputs(p))
    assert all(consumer > k for k, all_ in enumerate(cohorts.consumers) for consumer in all_)
    assert cohorts.waiting == [
        sum(all_.count(k) for all_ in cohorts.consumers) for k in range(len(cohorts.waiting))
    ]


@pytest.mark.parametrize("n_inputs", [0, 6, 9, 12])
def test_a_sum_of_products_of_leaves_waits_for_nothing(n_inputs: int) -> None:
    """Of nine inputs and three parameters one column has both."""
    leaves = [Value(0.1 * k) for k in range(12)]
    output = engine.dot(leaves[:6], leaves[6:]) ** 2.5
    cohorts = cohorts_of([output], leaves[:n_inputs], leaves[n_inputs:])
    assert cohorts.waiting == [0, 1] and COLUMN not in cohorts.kinds


def test_what_differs_in_rule_in_what_is_batched_or_in_fixed_numbers_is_apart() -> None:
    x, w = Value(0.5), Value(0.3)
    apart = [tanh(x), tanh(w), engine.exp(x), x**3, x**4, x.exp().tanh()]
    assert len(cohorts_of(apart, [x], [w]).places) == len(apart)


def test_the_height_of_a_cohort_is_the_longest_path_to_an_output_and_columns_are_no_steps() -> None:
    xs = [Value(0.1 * k) for k in range(6)]
    several = [x.exp() if k % 2 else x.sin() for k, x in enumerate(xs)]
    cohorts = cohorts_of([engine.sum(several).tanh()], xs, [])
    by_kind = dict(zip(map(len, cohorts.places), cohorts.heights()))
    assert COLUMN in cohorts.kinds and by_kind[3] == 2  # three exponentials, three sines
    assert cohorts.heights()[-2:] == [1, 0]


def test_a_graph_without_operations_has_none() -> None:
    x = Value(0.5)
    cohorts = cohorts_of([x], [x], [])
    assert isinstance(cohorts.graph, Graph) and cohorts.places == cohorts.heights() == []
