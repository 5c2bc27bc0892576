"""agenda: which nodes are ready together, what they wait for, and which are next."""

import random
from collections import Counter
from typing import Any

import pytest

import engine
from engine import Value, tanh
from engine.program import Program
from engine.program.agenda import Agenda
from engine.program.graph import Graph, Operation
from engine.program.lower import Traced, lower
from engine.program.simplify import simplify
from engine.rules import MAXIMUM
from nn import MLP


def agenda_of(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> Agenda:
    return Agenda(simplify(lower(Traced(outputs, inputs, parameters))))


def agenda_of_net(width: int) -> Agenda:
    net = MLP(6, [width, width, 1], seed=0)
    xs = [Value(0.1 * k) for k in range(6)]
    return agenda_of([net(xs)], xs, net.parameters())


def agenda_at_random() -> Agenda:
    rng = random.Random(1)
    xs = [Value(rng.uniform(0.5, 1)) for _ in range(9)]
    nodes = list(xs)
    for k in range(60):
        many = engine.dot(rng.sample(nodes, 6), rng.sample(xs, 6))
        nodes.append(tanh(many * rng.choice(nodes)) if k % 2 else many - rng.choice(nodes))
    return agenda_of(nodes[-5:], xs[:5], xs[5:])


def computed(graph: Graph) -> list[int]:
    return [place for place in graph.needed if graph.inputs(place)]


def test_a_layer_has_two_leaders_however_wide_it_is() -> None:
    """That of its sums, and that of their tanh."""
    agenda = agenda_of_net(20)
    assert len(agenda.order) == len(agenda_of_net(8).order) <= 6
    assert sorted(map(len, agenda.led.values()))[-4:] == [20, 20, 20, 20]


@pytest.mark.parametrize("agenda", [agenda_of_net(5), agenda_at_random()], ids=["net", "random"])
def test_all_nodes_come_once_each_after_its_inputs(agenda: Agenda) -> None:
    done = [*agenda.graph.needed[: agenda.graph.n_leaves]]
    at_hand = {x for x in agenda.graph.needed if not agenda.graph.inputs(x)}
    while agenda.ready:
        chosen = agenda.next()
        for place in chosen:
            assert set(agenda.graph.inputs(place)) <= {*done, *at_hand}
        done += chosen
    assert sorted(done[agenda.graph.n_leaves :]) == computed(agenda.graph)


def test_a_leader_comes_after_all_that_it_waits_for() -> None:
    agenda = agenda_at_random()
    order = {number: k for k, number in enumerate(agenda.order)}
    each = [(number, consumer) for number in order for consumer in agenda.consumers[number]]
    assert all(order[number] < order[consumer] for number, consumer in each)
    counts = Counter(consumer for _, consumer in each)
    assert all(agenda.waiting[number] == counts[number] for number in order)
    assert max(order) >= len(agenda.graph.nodes)  # columns that wait for several are among them


@pytest.mark.parametrize("n_inputs", [0, 6, 9, 12])
def test_a_sum_of_products_of_leaves_waits_for_nothing(n_inputs: int) -> None:
    """Of nine inputs and three parameters one column has both."""
    leaves = [Value(0.1 * k) for k in range(12)]
    output = engine.dot(leaves[:6], leaves[6:]) ** 2.5
    agenda = agenda_of([output], leaves[:n_inputs], leaves[n_inputs:])
    assert [agenda.waiting[number] for number in agenda.order] == [0, 1]


def test_what_differs_in_rule_in_what_is_batched_or_in_fixed_numbers_is_apart() -> None:
    """Behind neurons, where what is alike has one leader."""
    xs, ws = [Value(0.1 * k) for k in range(6)], [Value(0.2 * k) for k in range(18)]
    a, b, c = [engine.dot(ws[k : k + 6], xs) for k in (0, 6, 12)]
    w = ws[0].exp()
    outputs = [tanh(a), tanh(b), tanh(w), engine.exp(c), a**3.0, b**4.0, a * w, b * w, a * b]
    agenda = agenda_of(outputs, xs, ws)
    leaders = [agenda.leader[place] for place in agenda.graph.outputs]
    assert leaders[0] == leaders[1] and leaders[6] == leaders[7]
    assert len(set(leaders)) == len(leaders) - 2


def test_what_is_led_by_one_is_told_apart_by_what_is_batched() -> None:
    """w·h and x·h, which a kernel computes with other columns, behind one layer."""
    xs, w = [Value(0.1 * k + 0.1) for k in range(6)], Value(0.7)
    layer = MLP(6, [8], seed=0)
    ys = [engine.exp((xs[0], w)[k % 2] * h) for k, h in enumerate(layer(xs))]
    program = Program(ys, xs, [*layer.parameters(), w])
    found = program([[x.data for x in xs]])[0]
    assert found == pytest.approx([y.data for y in ys], rel=1e-12)


def test_of_one_kind_the_greatest_height_counts() -> None:
    x, y, z = [Value(0.1 * k) for k in range(3)]
    near, far = x.tanh(), y.tanh().sin().cos().sin()
    agenda = agenda_of([near, far, z.exp().sin()], [x, y, z], [])
    nodes: list[Any] = [agenda.graph.nodes[place] for place in agenda.next()]
    assert [node.rule.name for node in nodes] == ["tanh", "tanh"]


def test_what_shifts_a_softmax_does_not_lead_a_largest_that_requires_a_gradient() -> None:
    xs = [Value(0.1 * k) for k in range(12)]
    layer = MLP(6, [3], seed=0)
    shares, others = engine.softmax(layer(xs[:6])), layer(xs[6:])
    agenda = agenda_of([shares[0], engine.maximum(*others)], xs, layer.parameters())
    largest = [place for place in computed(agenda.graph) if is_maximum(agenda.graph, place)]
    assert [agenda.graph.requires_grad[place] for place in largest] == [False, True]
    assert len({agenda.leader[place] for place in largest}) == 2


def is_maximum(graph: Graph, place: int) -> bool:
    node = graph.nodes[place]
    return isinstance(node, Operation) and node.rule is MAXIMUM


def test_largest_of_which_one_requires_a_gradient_are_apart() -> None:
    """Without one they are of one kind, whatever their number."""
    xs, ws = [Value(0.1 * k) for k in range(6)], [Value(0.2 * k) for k in range(12)]
    a, b = engine.dot(ws[:6], xs), engine.dot(ws[6:], xs)
    agenda = agenda_of([engine.maximum(a, b), engine.maximum(a, b, a)], xs, [])
    assert len({agenda.kinds[place] for place in agenda.graph.outputs}) == 1
    agenda = agenda_of([engine.maximum(a, b), engine.maximum(a, b, a)], xs, ws)
    assert len({agenda.kinds[place] for place in agenda.graph.outputs}) == 2


def test_the_height_is_the_longest_path_to_an_output_and_columns_are_no_steps() -> None:
    xs = [Value(0.1 * k) for k in range(6)]
    several = [x.exp() if k % 2 else x.sin() for k, x in enumerate(xs)]
    agenda = agenda_of([engine.sum(several).tanh()], xs, [])
    heights = [agenda.heights[number] for number in agenda.order]
    assert heights == [2] * 6 + [1, 1, 0]  # the column as the sum, which is one step


def test_a_graph_without_operations_has_nothing_to_do() -> None:
    x = Value(0.5)
    agenda = agenda_of([x], [x], [])
    assert agenda.ready == {} and agenda.order == []
