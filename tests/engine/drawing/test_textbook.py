"""The textbook's picture of a net: what stands where, in which colour, and what is cut."""

import itertools
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import graphviz
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, draw, no_grad, svg
from engine.drawing.colors import NEGATIVE, POSITIVE, ZERO
from engine.drawing.rendering import use_embedded_graphviz
from engine.drawing.textbook import SHOWN_AT_EACH_END, draw_network, look_of, shown
from engine.names import digits
from nn import MLP, Conv2d, Flatten, Layer, Sequential

SYSTEM_DOT = shutil.which("dot")


@pytest.fixture(params=["embedded", "system"])
def renderer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "system" and SYSTEM_DOT is None:
        pytest.skip("no Graphviz program is installed")
    monkeypatch.setattr(graphviz.backend.dot_command, "DOT_BINARY", Path(SYSTEM_DOT or ""))
    if request.param == "embedded":
        use_embedded_graphviz()


def hand_set() -> MLP:
    """2-2-1, every weight [0, 1], every bias 0, sigmoid: its output for [2, 3] is 0.7216."""
    model = MLP(2, [2, 1], "sigmoid", "sigmoid")
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.weights[0].data, neuron.weights[1].data = 0.0, 1.0
    return model


def words_in(picture: str) -> list[str]:
    root = ElementTree.fromstring(picture)
    return ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("text")]


def circles(picture: str) -> dict[str, tuple[float, float]]:
    """The centre of every circle by its name."""
    root = ElementTree.fromstring(picture)
    found = {}
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        ellipse = group.find("{http://www.w3.org/2000/svg}ellipse")
        title = group.find("{http://www.w3.org/2000/svg}title")
        if group.get("class") == "node" and ellipse is not None and title is not None:
            found[title.text or ""] = float(ellipse.attrib["cx"]), float(ellipse.attrib["cy"])
    return found


def edges(source: str) -> list[str]:
    return [line for line in source.splitlines() if " -> " in line and "legend" not in line]


def test_a_forward_pass_stands_in_the_picture_with_the_textbook_s_names(renderer: None) -> None:
    shown_words = words_in(svg(hand_set(), inputs=[2, 3]))
    expected = ["x₁ = 2", "x₂ = 3", "z⁽¹⁾₁ = 3", "z⁽¹⁾₂ = 3", "a⁽¹⁾₁ = 0.9526", "a⁽¹⁾₂ = 0.9526"]
    expected += ["z⁽²⁾₁ = 0.9526", "a⁽²⁾₁ = 0.7216", "input", "hidden", "output", "1 neuron"]
    assert set(expected) <= set(shown_words)
    assert shown_words.count("sigmoid") == 3 and shown_words.count("b = 0") == 3
    assert shown_words.count("0") == shown_words.count("1") == 3  # the weights


def test_without_inputs_there_are_no_z_and_a(renderer: None) -> None:
    shown_words = words_in(svg(hand_set()))
    assert {"x₁", "x₂", "sigmoid", "b = 0"} <= set(shown_words)
    assert not any(word[:1] in "za" or "x₁ =" in word for word in shown_words)


SIZES = st.lists(st.integers(1, 14), min_size=1, max_size=4)


@given(st.integers(1, 14), SIZES, st.integers(0, 9))
def test_every_weight_between_neurons_that_are_shown_is_an_edge(
    n_inputs: int, sizes: list[int], seed: int
) -> None:
    model = MLP(n_inputs, sizes, seed=seed)
    source = draw(model).source
    kept = [len(shown(size)) for size in (n_inputs, *sizes)]
    assert len(edges(source)) == sum(a * b for a, b in itertools.pairwise(kept))
    for layer, (before, now) in zip(model.layers, zip([n_inputs, *sizes], sizes)):
        column = model.layers.index(layer) + 1
        for row in shown(now):
            for source_row in shown(before):
                edge = next(
                    e
                    for e in edges(source)
                    if e.strip().startswith(f"n{column - 1}_{source_row} -> n{column}_{row} ")
                )
                weight = layer.neurons[row].weights[source_row].data
                assert f'"{POSITIVE if weight > 0 else NEGATIVE}"' in edge
                assert repr(weight) in edge


@given(st.integers(1, 12), SIZES)
def test_layers_are_columns_and_neurons_rows_from_the_top(n_inputs: int, sizes: list[int]) -> None:
    source = draw(MLP(n_inputs, sizes)).source
    places: dict[tuple[int, int], tuple[float, float]] = {}
    for line in source.splitlines():
        name = line.strip().split(" ")[0]
        if name.startswith("n") and "_" in name and "->" not in line and "pos=" in line:
            column, row = map(int, name[1:].split("_"))
            x, y = line.split('pos="')[1].split('!"')[0].split(",")
            places[column, row] = float(x), float(y)
    for column, size in enumerate([n_inputs, *sizes]):
        own = [places[column, row] for row in shown(size)]
        assert len({x for x, _ in own}) == 1
        heights = [y for _, y in own]
        assert heights == sorted(heights, reverse=True) and len(set(heights)) == len(own)
        assert heights[0] + heights[-1] == pytest.approx(0.0, abs=0.002)
    assert all(places[c + 1, 0][0] > places[c, 0][0] for c in range(len(sizes)))


@pytest.mark.parametrize("inputs", [None, [1.0, 2.0]], ids=["alone", "inputs"])
def test_a_bias_however_long_stands_between_its_circle_and_the_next(inputs: Any) -> None:
    model = MLP(2, [3, 1], seed=0)
    for neuron in model.layers[0].neurons:
        neuron.bias.data = -0.0009628
    marks = {mark.name: mark for mark in draw_network(model.network(inputs)).marks}
    for row in range(3):
        circle, bias = marks[f"n1_{row}"], marks[f"b1_{row}_0"]
        assert bias.label == "b = −0.0009628"
        assert bias.y + bias.height / 2 <= circle.y - circle.height / 2
        if row < 2:
            below = marks[f"n1_{row + 1}"]
            assert bias.y - bias.height / 2 >= below.y + below.height / 2


def test_circles_stand_where_they_are_put(renderer: None) -> None:
    found = circles(svg(hand_set(), inputs=[2, 3]))
    assert found["n0_0"][0] == found["n0_1"][0] < found["n1_0"][0] < found["n2_0"][0]
    assert found["n1_0"][1] < found["n2_0"][1] < found["n1_1"][1]  # SVG counts downward


def test_a_wide_layer_is_cut_to_its_ends_with_dots_between(renderer: None) -> None:
    model = MLP(784, [16, 16, 10], "relu")
    source = draw(model).source
    points = [line for line in source.splitlines() if "shape=point" in line]
    assert len([line for line in points if "legend" not in line]) == 9
    shown_words = words_in(svg(model))
    assert {"x₁", "x₄", "x₇₈₁", "x₇₈₄", "784 numbers", "16 neurons"} <= set(shown_words)
    assert "x₅" not in shown_words
    assert shown_words.count("identity") == 10 and shown_words.count("relu") == 16


@given(st.integers(1, 2000))
def test_what_is_shown_of_a_layer_is_its_ends(size: int) -> None:
    rows = shown(size)
    assert rows[0] == 0 and rows[-1] == size - 1 and len(rows) <= 10
    assert len(rows) == (size if size <= 10 else 2 * SHOWN_AT_EACH_END)


@given(st.floats(-9, 9), st.floats(-9, 9))
def test_width_grows_with_size_and_colour_is_the_sign(a: float, b: float) -> None:
    largest = max(abs(a), abs(b))
    looks = [look_of(w, largest) for w in (a, b)]
    for weight, look in zip((a, b), looks):
        expected = POSITIVE if weight > 0 else NEGATIVE if weight < 0 else ZERO
        assert look["color"] == expected
        assert (look.get("style") == "dashed") == (weight < 0)
    if a and b and abs(a) < abs(b):
        assert float(looks[0]["penwidth"]) <= float(looks[1]["penwidth"]) == 3.5


def test_a_net_of_zeros_is_drawn() -> None:
    model = MLP(2, [1])
    for weight in model.parameters():
        weight.data = 0.0
    assert draw(model).source.count(ZERO) == 2


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.integers(0, 5))
def test_the_numbers_are_those_of_the_model(inputs: list[float], seed: int) -> None:
    model = MLP(3, [4, 2], seed=seed)
    network = model.network(inputs)
    with no_grad():
        outputs = model(inputs)
    assert network.layers[-1].a == [output.data for output in outputs]
    source = draw(model, inputs=inputs).source
    assert all(f'a⁽²⁾{k} = {digits(output.data)}"' in source for k, output in zip("₁₂", outputs))
    assert network.sizes() == [3, 4, 2] and network.inputs == inputs


def test_a_lone_layer_and_a_lone_neuron_are_nets_too() -> None:
    layer = Layer(2, 3, "sigmoid")
    alone, net = draw(layer.neurons[0], inputs=[0.5, -1.0]).source, MLP(2, [3], "relu", "sigmoid")
    net.layers[0] = layer
    assert draw(layer, inputs=[0.5, -1.0]).source == draw(net, inputs=[0.5, -1.0]).source
    assert f'= {digits(layer.neurons[0]([0.5, -1.0]).data)}"' in alone
    with pytest.raises(ValueError, match="neuron 1: 1 input was given, but 2 are needed"):
        draw(layer.neurons[0], inputs=[0.5])


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match="'a net' is not a Value, a list of Values or a model"):
        draw("a net")


def test_an_activation_s_name_is_data_and_cut_where_it_is_long(renderer: None) -> None:
    def odd(z: Value) -> Value:
        return z * 2

    odd.__name__ = "<i>&"
    assert "<i>&" in words_in(svg(MLP(1, [1], output_activation=odd)))
    odd.__name__ = "a_rather_long_name"
    assert "a_rather_…" in words_in(svg(MLP(1, [1], output_activation=odd)))


@pytest.mark.parametrize("inputs", [[1.0], [1.0, 2.0, 3.0]])
def test_a_wrong_number_of_inputs_is_an_error(inputs: list[float]) -> None:
    with pytest.raises(ValueError, match="2 are needed"):
        draw(hand_set(), inputs=inputs)


def test_a_direction_for_a_model_is_an_error() -> None:
    for call in (draw, svg):
        with pytest.raises(ValueError, match="a model is drawn from left to right"):
            call(hand_set(), direction="TB")


def test_inputs_for_a_graph_are_an_error() -> None:
    output: Any = Value(1.0) + 1
    with pytest.raises(ValueError, match="inputs are for a model"):
        draw(output, inputs=[1.0])


def test_a_legend_says_how_signs_look_where_the_net_is_no_part_of_a_picture() -> None:
    legend = {"weight above 0", "below 0"}
    assert legend <= set(words_in(svg(MLP(2, [3, 1]))))
    assert not legend & set(words_in(svg(Sequential(Conv2d(1, 1, 2), Flatten(), MLP(4, [2])))))
