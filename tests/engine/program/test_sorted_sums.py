"""sorted_sums: the terms of sums by what they multiply, and the short way of neurons."""

from typing import Any

import pytest

import engine
from engine import Value
from engine.program import sorted_sums
from engine.program.graph import Graph, Sum
from engine.program.kernels import SortedSum
from engine.program.lower import Traced, lower
from engine.program.simplify import simplify
from engine.program.sorted_sums import Sorter, is_neuron
from nn import LSTM, MLP, Conv2d


def graph_of(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> Graph:
    return simplify(lower(Traced(outputs, inputs, parameters)))


def graph_of_layer(layer: Any, shape: tuple[int, ...]) -> Graph:
    def leaves(shape: tuple[int, ...]) -> Any:
        return [leaves(shape[1:]) for _ in range(shape[0])] if shape else Value(0.1)

    def flat(tree: Any) -> list[Value]:
        return [tree] if isinstance(tree, Value) else [x for each in tree for x in flat(each)]

    given = leaves(shape)
    return graph_of(flat(layer(given)), flat(given), layer.parameters())


def sums_of(graph: Graph) -> list[tuple[int, Sum]]:
    nodes = [(place, graph.nodes[place]) for place in graph.needed]
    return [(place, node) for place, node in nodes if isinstance(node, Sum)]


def sorted_of(graph: Graph) -> list[SortedSum]:
    sorter = Sorter(graph)
    return [sorter.sorted_sum(*each) for each in sums_of(graph)]


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(MLP(6, [8, 8]), (6,)), (Conv2d(1, 2, 3), (1, 5, 5)), (LSTM(2, 6), (4, 2))],
    ids=["MLP", "Conv2d", "LSTM"],
)
def test_the_short_way_of_neurons_sorts_as_the_long_one(
    layer: Any, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = graph_of_layer(layer, shape)
    assert any(is_neuron(graph, node) for _, node in sums_of(graph))
    short = sorted_of(graph)
    monkeypatch.setattr(sorted_sums, "is_neuron", lambda graph, node: False)
    assert sorted_of(graph) == short


XS = [Value(0.1 * k, f"x{k}") for k in range(6)]
WS = [Value(0.2 * k, f"w{k}") for k in range(6)]
B, C = Value(0.5, "b"), Value(0.7, "c")
NEURON = engine.dot(WS, XS) + B


@pytest.mark.parametrize(
    ("output", "inputs"),
    [
        pytest.param(engine.dot(WS, XS), XS, id="no bias"),
        pytest.param(engine.dot(WS, XS) + B + C, XS, id="two biases"),
        pytest.param(engine.dot(WS, XS) + 2 * B, XS, id="a factor at the bias"),
        pytest.param(NEURON + 1.0, XS, id="a number besides"),
        pytest.param(NEURON, [*XS, B], id="a bias of the sample"),
        pytest.param(NEURON, [*XS, *WS], id="weights of the sample"),
        pytest.param(NEURON, [*XS, WS[0]], id="a weight of the sample"),
        pytest.param(NEURON, XS[1:], id="an x that is a parameter"),
        pytest.param(NEURON, [], id="nothing of the sample"),
        pytest.param(engine.dot(WS, [XS[0], *XS[:5]]) + B, XS, id="an x twice"),
        pytest.param(engine.dot(WS[:3], XS[:3]) + B, XS, id="three products"),
        pytest.param(0.5 * engine.dot(WS, XS) + B, XS, id="factors"),
    ],
)
def test_what_is_almost_a_neuron_goes_the_long_way(output: Value, inputs: list[Value]) -> None:
    known = {id(x) for x in inputs}
    graph = graph_of([output], inputs, [x for x in [*XS, *WS, B, C] if id(x) not in known])
    assert not any(is_neuron(graph, node) for _, node in sums_of(graph))


def test_a_neuron_is_one() -> None:
    graph = graph_of([NEURON], XS, [*WS, B])
    ((place, node),) = sums_of(graph)
    assert is_neuron(graph, node)
    total = Sorter(graph).sorted_sum(place, node)
    assert total.right == tuple(range(6)) and total.weights == tuple(range(6, 12))
    assert total.bias == (12,) and total.others == {}
