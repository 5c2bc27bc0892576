"""The picture: what it shows, that labels are data, that large graphs stay readable."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import permutations
from pathlib import Path
from typing import Any

import graphviz
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, draw, scope, svg
from engine.drawing.colors import (
    DARK_LINE,
    GRADIENT,
    GRADIENT_TINTS,
    VALUE,
    VALUE_TINT,
    tint,
)
from engine.drawing.rendering import use_embedded_graphviz
from engine.names import name_nodes
from nn import MLP, Conv2d

SYSTEM_DOT = shutil.which("dot")


def embedded() -> Path:
    before = graphviz.backend.dot_command.DOT_BINARY
    use_embedded_graphviz()
    found = graphviz.backend.dot_command.DOT_BINARY
    graphviz.backend.dot_command.DOT_BINARY = before
    return Path(found)


RENDERERS = [
    pytest.param(embedded(), id="embedded"),
    pytest.param(
        SYSTEM_DOT,
        id="system",
        marks=pytest.mark.skipif(SYSTEM_DOT is None, reason="no Graphviz program is installed"),
    ),
]


@pytest.fixture(params=RENDERERS)
def renderer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphviz.backend.dot_command, "DOT_BINARY", request.param)


def words(picture: str) -> list[str]:
    """All text that stands in an SVG picture."""
    root = ElementTree.fromstring(picture)
    return [element.text or "" for element in root.iter() if element.tag.endswith("text")]


def two_by_two() -> Value:
    """Two layers of two neurons, as a net builds them."""
    values = [Value(0.5, "x1"), Value(-1.0, "x2")]
    for layer in (1, 2):
        with scope(f"layer {layer}"):
            outputs = []
            for neuron in (1, 2):
                with scope(f"neuron {neuron}"):
                    weights = [Value(0.1 * neuron, "w1"), Value(0.2 * layer, "w2")]
                    outputs.append(engine.tanh(engine.dot(weights, values)))
        values = outputs
    return values[0] + values[1]


# What stands in it


def test_a_node_shows_label_rule_value_and_gradient_and_an_edge_its_partial(renderer: None) -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    c = a * b
    c.label = "c"
    c.backward()
    shown = [word.strip() for word in words(svg(c))]
    nodes, edges = ["a", "2", "−3", "b", "−3", "2", "c", "·", "−6", "1"], ["−3", "2"]
    assert sorted(word for word in shown if word) == sorted(nodes + edges)


def test_gradients_are_dashes_until_backward_has_run_and_then_zeros_are_zeros() -> None:
    x = Value(0.0, "x")
    y = x * x
    assert ">-<" in draw(y).source
    y.backward()
    assert ">-<" not in draw(y).source
    assert ">0<" in draw(y).source


def test_a_value_used_twice_has_two_edges() -> None:
    x = Value(3.0)
    assert draw(x * x).source.count("n0 -> ") == 2


def test_constants_are_small_and_carry_no_gradient_and_no_partial() -> None:
    y = Value(2.0, "x") * 7
    y.backward()
    source = draw(y).source
    constant = next(line for line in source.splitlines() if ">7<" in line and "table" not in line)
    assert "point-size" in constant
    assert source.count("[label=") == 4  # three nodes and the partial of x


def test_gradients_and_partials_can_be_left_out() -> None:
    x = Value(3.0, "x")
    y = x * 5.25
    y.backward()
    assert "5.25" in draw(y).source
    assert GRADIENT not in draw(y, gradients=False).source
    assert 'label=" 5.25 "' not in draw(y, partials=False).source


def test_a_value_without_gradient_stands_in_the_middle_of_its_box(renderer: None) -> None:
    y = Value(3.0, "x").tanh()
    y.label = "a name that is much longer than the value"
    root = ElementTree.fromstring(svg(y, gradients=False))
    shapes = [[e for e in root.iter() if e.tag.endswith(tag)] for tag in ("polygon", "path")]
    cells = [across(e.get("points", "")) for e in shapes[0] if e.get("fill") == VALUE_TINT]
    boxes = [across(e.get("d", "")) for e in shapes[1] if e.get("stroke") in (VALUE, DARK_LINE)]
    assert len(cells) == len(boxes) == 2
    for (left, right), (low, high) in zip(cells, boxes):
        assert left - low == pytest.approx(high - right, abs=0.5) and left - low < 6.0


def across(points: str) -> tuple[float, float]:
    """The least and the largest x of the points of a shape."""
    xs = [float(x) for x in re.findall(r"(-?[\d.]+),", points)]
    return min(xs), max(xs)


def test_a_larger_gradient_has_a_wider_edge_and_a_deeper_tint() -> None:
    a, b = Value(1.0, "a"), Value(1.0, "b")
    y = 100 * a + b
    y.backward()
    source = draw(y).source
    widths = {
        line.split(" -> ")[0].strip(): float(line.split("penwidth=")[1].rstrip("]"))
        for line in source.splitlines()
        if "penwidth" in line
    }
    order = {"a": "n1", "b": "n3"}
    assert widths[order["a"]] > widths[order["b"]]
    assert tint(100.0, 100.0) == GRADIENT_TINTS[-1]
    assert tint(1.0, 100.0) == GRADIENT_TINTS[0]


def test_several_outputs_share_one_picture() -> None:
    x = Value(1.0, "x")
    source = draw([x + 1, x * 2]).source
    assert source.count("<b>x</b>") == 1
    assert source.count("->") == 4


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_direction(direction: str, renderer: None) -> None:
    assert f"rankdir={direction}" in draw(Value(1.0) + 1, direction=direction).source
    numbers = list(words(svg(two_by_two(), depth=1, direction=direction)))
    assert numbers.count("neuron 1") == 2


def test_bad_options_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="direction is 'up'; it must be one of LR, TB, RL, BT"):
        draw(Value(1.0), direction="up")
    with pytest.raises(ValueError, match="depth is -1"):
        draw(Value(1.0), depth=-1)


def test_the_same_graph_gives_the_same_bytes() -> None:
    program = (
        "import random; from engine import Value, draw\n"
        "v = [Value(float(i), str(i)) for i in range(9)]\n"
        "r = random.Random(5)\n"
        "for _ in range(40): v.append(r.choice(v) * 0.5 + r.choice(v).tanh())\n"
        "print(draw(v[-1]).source)"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


# Labels are data


@given(st.text(max_size=30))
@pytest.mark.parametrize("program", RENDERERS)
def test_any_label_stands_in_the_picture_as_its_name(program: str, label: str) -> None:
    before = graphviz.backend.dot_command.DOT_BINARY
    graphviz.backend.dot_command.DOT_BINARY = program
    try:
        x = Value(1.0, label)
        picture = svg(x * 2)
    finally:
        graphviz.backend.dot_command.DOT_BINARY = before
    shown = "".join("".join(words(picture)).split())
    expected = name_nodes([x])[x] if label.strip() else ""
    assert "".join(expected.split()) in shown


MARKUP = ['<b>"x"\n|{}', "</script><img onerror=1>", "\\N \\G \\l", "&lt;"]


@pytest.mark.parametrize("label", MARKUP)
def test_labels_that_look_like_markup_are_text(label: str, renderer: None) -> None:
    with scope(label.replace("/", "")):
        y = Value(1.0, label) * 2
    lines = [line for line in label.split("\n") if line]
    shown = [word.replace("\N{NO-BREAK SPACE}", " ") for word in words(svg(y, depth=1))]
    assert all(line in shown for line in lines)
    folded = words(svg(y, depth=0))
    assert any(label.split("\n")[0].replace("/", "") in word for word in folded)


# Large graphs


def test_shared_levels_are_visited_once() -> None:
    x = Value(1.0, "x")
    for _ in range(64):
        x = x + x
    assert draw(x, depth=0).source.count("<b>x</b>") <= 1
    assert svg(x).startswith("<svg")


def test_a_net_folds_to_neurons_in_layers(renderer: None) -> None:
    output = two_by_two()
    output.backward()
    everything, neurons, layers = (draw(output, depth=depth).source for depth in (2, 1, 0))
    assert everything.count("subgraph cluster") == 6
    assert neurons.count("subgraph cluster") == 2 and neurons.count("<b>neuron") == 4
    assert layers.count("subgraph cluster") == 0 and layers.count("<b>layer") == 2
    assert draw(output).source == everything
    for depth in (0, 1, 2):
        assert svg(output, depth=depth).startswith("<svg")


def test_folded_neurons_stand_in_their_order(renderer: None) -> None:
    with scope("layer"):
        x, outputs = Value(1.0, "x"), []
        for number in range(9):
            with scope(f"neuron {number}"):
                outputs.append(engine.tanh(x * number))
    for direction, axis in (("LR", "y"), ("TB", "x")):
        root = ElementTree.fromstring(svg(engine.sum(outputs), depth=1, direction=direction))
        places = {
            element.text: float(element.attrib[axis])
            for element in root.iter()
            if (element.text or "").startswith("neuron")
        }
        assert sorted(places, key=lambda name: places[name]) == sorted(places)


def test_a_folded_box_shows_its_result_and_what_it_holds() -> None:
    output = two_by_two()
    output.backward()
    source = draw(output, depth=1).source
    assert source.count("2 leaves, 2 operations") == 4
    assert "neuron" in source and ">1<" in source


def test_boxes_that_feed_each_other_are_not_put_in_a_row() -> None:
    value = Value(1.0, "x")
    with scope("net"):
        for step in range(3):
            with scope(f"step {step}"):
                value = value * 2
    assert "invis" not in draw(value, depth=1).source
    assert all(f"step {a}" in draw(value, depth=1).source for a, _ in permutations(range(3), 2))


def test_a_large_net_opens_as_far_as_stays_readable() -> None:
    x = Value(1.0, "x")
    for layer in range(3):
        with scope(f"layer {layer}"):
            for neuron in range(20):
                with scope(f"neuron {neuron}"):
                    for _ in range(10):
                        x = x * 1.01
    source = draw(x).source
    assert source.count("<b>neuron") == 60
    assert source.count("subgraph cluster") == 3


@pytest.mark.slow
def test_a_million_nodes_give_a_readable_summary() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(250_000):
        y = y * 0.5 + x
    source = draw(y).source
    assert source.count("\n") < 200
    assert "500,000 operations" not in source and "operations" in source and "<b>...</b>" in source


# Where no Graphviz is installed


def test_drawing_needs_no_installed_graphviz(tmp_path: Path) -> None:
    program = (
        "import engine, graphviz\n"
        "y = engine.Value(2.0, 'x') * 3\n"
        "assert engine.svg(y).startswith('<svg')\n"
        "assert y._repr_svg_() == engine.svg(y)\n"
        f"engine.draw(y).render({str(tmp_path / 'y')!r}, format='png')\n"
    )
    subprocess.run([sys.executable, "-c", program], env={"PATH": str(tmp_path)}, check=True)
    assert (tmp_path / "y.png").read_bytes().startswith(b"\x89PNG")


def test_a_system_graphviz_is_preferred(tmp_path: Path) -> None:
    dot = tmp_path / "dot"
    dot.write_text("#!/bin/sh\necho '<svg>from the system</svg>'\n")
    dot.chmod(0o755)
    program = "import engine; print(engine.svg(engine.Value(1.0)))"
    shown = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": f"{tmp_path}:{os.defpath}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "from the system" in shown


@pytest.mark.parametrize(
    "shown", [Value(1.0, "x").tanh(), MLP(2, [3, 1], seed=0), Conv2d(1, 2, 3)], ids=repr
)
def test_a_picture_is_drawn_on_white_for_notebooks_that_are_dark(shown: Any) -> None:
    picture = svg(shown)
    sheet = re.search(r"<(?:polygon|path|ellipse|text)[^>]*>", picture)
    assert sheet is not None and 'fill="white" stroke="none"' in sheet[0]
    width, height = re.findall(r"[\d.]+", picture[picture.index("viewBox") :])[2:4]
    corners = re.findall(r"(-?[\d.]+),(-?[\d.]+)", sheet[0])
    xs, ys = zip(*[(float(x), float(y)) for x, y in corners])
    assert max(xs) - min(xs) == pytest.approx(float(width), abs=1.0)
    assert max(ys) - min(ys) == pytest.approx(float(height), abs=1.0)
