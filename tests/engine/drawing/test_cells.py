"""The diagrams of layers say what the layers compute: followed wire by wire, they give the same."""

from collections.abc import Callable
from itertools import pairwise
from math import dist, exp, inf, tanh
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drawing.blocks import Diagram
from engine.drawing.cells import attention_diagram, gru_cell, lstm_cell, rnn_cell
from nn import GRU, LSTM, RNN

NUMBERS = st.floats(-2.0, 2.0)
Segment = tuple[tuple[float, float], tuple[float, float]]


def place(diagram: Diagram, end: Any) -> tuple[float, float]:
    return diagram.parts[end].place if isinstance(end, str) else end


def segments(diagram: Diagram, wire: Any) -> list[Segment]:
    stops = [wire.ends[0], *wire.corners, wire.ends[1]]
    return list(pairwise(place(diagram, stop) for stop in stops))


def lies_on(point: tuple[float, float], segment: Segment) -> bool:
    (x, y), ((a, b), (c, d)) = point, segment
    inside = min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d)
    return inside and (x - a) * (d - b) == pytest.approx((y - b) * (c - a))


def length_to(point: tuple[float, float], way: list[Segment]) -> float | None:
    """How far along a wire a point is; None where it is not on it."""
    length = 0.0
    for segment in way:
        if lies_on(point, segment):
            return length + dist(segment[0], point)
        length += dist(*segment)
    return None


def carried(diagram: Diagram, number: int, upto: float) -> set[str]:
    """What a wire carries so far from its beginning: its own, and what joins it before."""
    wire = diagram.wires[number]
    ways = [segments(diagram, each) for each in diagram.wires]
    found = {wire.ends[0]} if isinstance(wire.ends[0], str) else set()
    for j, other in enumerate(diagram.wires):
        if j == number:
            continue
        if not isinstance(wire.ends[0], str):
            start = length_to(wire.ends[0], ways[j])
            found |= carried(diagram, j, start) if start else set()  # 0: a fork of the same place
        if not isinstance(other.ends[1], str):
            joins = length_to(other.ends[1], ways[number])
            if joins is not None and joins <= upto:
                found |= carried(diagram, j, inf)
    return found


def sources(diagram: Diagram) -> dict[str, set[str]]:
    """What reaches each part: the other ends of its wires, through forks and joints."""
    reached: dict[str, set[str]] = {}
    for number, wire in enumerate(diagram.wires):
        if isinstance(wire.ends[1], str):
            reached.setdefault(wire.ends[1], set()).update(carried(diagram, number, inf))
    return reached


def test_what_each_part_of_an_lstm_is_made_of() -> None:
    assert sources(lstm_cell()) == {
        "f": {"h", "x"},
        "i": {"h", "x"},
        "g": {"h", "x"},
        "o": {"h", "x"},
        "keep": {"c", "f"},
        "new": {"i", "g"},
        "add": {"keep", "new"},
        "tanh": {"add"},
        "show": {"tanh", "o"},
        "next c": {"add"},
        "next h": {"show"},
        "y": {"show"},
    }


def test_what_each_part_of_a_gru_is_made_of() -> None:
    assert sources(gru_cell()) == {
        "r": {"h", "x"},
        "z": {"h", "x"},
        "recall": {"h"},
        "forget": {"recall", "r"},
        "n": {"forget", "x"},
        "keep": {"h", "z"},
        "rest": {"z"},
        "new": {"n", "rest"},
        "add": {"keep", "new"},
        "next": {"add"},
        "y": {"add"},
    }


def test_what_each_part_of_an_rnn_and_of_attention_is_made_of() -> None:
    cell = {"cell": {"h", "x"}, "next": {"cell"}, "y": {"cell"}}
    assert sources(rnn_cell("relu")) == cell
    assert rnn_cell("relu").parts["cell"].content == "W x + U h + b\nrelu"
    assert sources(attention_diagram(causal=True)) == {
        "q": {"x"},
        "k": {"x"},
        "v": {"x"},
        "scores": {"q", "k"},
        "softmax": {"scores"},
        "p": {"softmax"},
        "mix": {"p", "v"},
        "o": {"mix"},
        "y": {"o"},
    }


@pytest.mark.parametrize("causal", [False, True])
def test_the_shares_that_are_sketched_add_up_to_one(causal: bool) -> None:
    grid: Any = attention_diagram(causal=causal).parts["p"].content
    for i, row in enumerate(grid.rows, start=1):
        assert sum(share for share in row if share is not None) == pytest.approx(1.0)
        assert row.count(None) == (4 - i if causal else 0)


@pytest.mark.parametrize("make", [lambda: rnn_cell("tanh"), lstm_cell, gru_cell])
def test_x_is_below_y_above_and_time_goes_from_left_to_right(make: Callable[[], Diagram]) -> None:
    diagram = make()
    assert diagram.frame is not None
    (left, low), (right, high) = diagram.frame
    x, y = diagram.parts["x"].place, diagram.parts["y"].place
    assert x[1] < low and y[1] > high
    for name, part in diagram.parts.items():
        if name in ("h", "c"):
            assert part.place[0] < left
        elif name.startswith("next"):
            assert part.place[0] > right
        elif name not in ("x", "y"):
            assert left < part.place[0] < right and low < part.place[1] < high


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + exp(-z))


@given(x=NUMBERS, h=NUMBERS, c=NUMBERS, seed=st.integers(0, 99))
def test_an_lstm_computes_what_its_diagram_says(x: float, h: float, c: float, seed: int) -> None:
    layer = LSTM(1, 1)
    layers = {"f": layer.forget, "i": layer.input, "g": layer.cell, "o": layer.output}
    gates = {}
    for name, gate in layers.items():
        (neuron,) = gate.neurons
        z = neuron.weights[0].data * x + neuron.weights[1].data * h + neuron.bias.data
        function = lstm_cell().parts[name].content.split("\n")[1]  # type: ignore[union-attr]
        gates[name] = {"σ": sigmoid, "tanh": tanh}[function](z)
    new_c = gates["f"] * c + gates["i"] * gates["g"]
    (pair,) = layer.states([[x]], state=([h], [c]))
    assert pair[1][0].data == pytest.approx(new_c)
    assert pair[0][0].data == pytest.approx(gates["o"] * tanh(new_c))


def test_the_formulas_have_the_sizes() -> None:
    assert "hₜ = relu(W xₜ + U hₜ₋₁ + b)" in RNN(2, 3, "relu").as_block().lines
    assert "x has 2 numbers, h has 3" in GRU(2, 3).as_block().lines
    assert (LSTM(2, 3).as_block().given, LSTM(2, 3).as_block().returned) == (
        "steps × 2",
        "steps × 3",
    )
