"""The page as a file: its numbers are Python's, labels are data, it is small and the same."""

import random
import re
import xml.etree.ElementTree as ElementTree
from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from html import unescape
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import RULES, Rule, Value, apply, dot, explore, scope, tanh
from engine.drawing.rendering import lay_out
from engine.explorer import layout
from engine.explorer.forms import form_of
from engine.explorer.views import views_of
from engine.graph import topological_order
from engine.proof.points import sample_points
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from nn import MLP
from tests.engine.explorer.shared import data_of
from tests.engine.graphs import built


def test_inside_a_neuron_its_names_are_short_unless_another_node_has_them() -> None:
    data = data_of(explore((MLP(2, [2, 1])([0.5, -1.0]) - Value(2.0, "w1")) ** 2))
    views = {view["path"]: view["names"] for view in data["views"]}
    names = data["names"]
    inside = {names[int(place)]: name for place, name in views["layer 1/neuron 2"].items()}
    assert inside == {"w⁽¹⁾₂₂": "w₂", "b⁽¹⁾₂": "b", "z⁽¹⁾₂": "z", "a⁽¹⁾₂": "a"}
    assert "w₁" in names and views["layer 1"] == views[""] == {}


def chain(length: int) -> Value:
    """A graph of about so many nodes, without scopes."""
    x, y = Value(0.3, "x"), Value(0.7, "y")
    nodes = [x, y]
    while len(nodes) < length:
        k = len(nodes)
        nodes.append((nodes[-1] * nodes[k // 2]).tanh() if k % 3 else nodes[-1] + nodes[k // 3])
    return nodes[-1]


@given(graphs())
def test_the_numbers_are_pythons(graph: Graph) -> None:
    output = built(graph)
    data = data_of(explore(output))
    order = topological_order([output])
    assert data["values"] == [node.data for node in order]
    for node, written in zip(order, data["partials"], strict=True):
        if written is None:  # of a dot product: each input's is what it is multiplied by
            assert node.rule is not None and node.rule.name == "dot"
            values, half = [input.data for input in node.inputs], len(node.inputs) // 2
            written = values[half:] + values[:half]
        assert written == list(node.partials)
    place = {node: number for number, node in enumerate(order)}
    assert data["inputs"] == [[place[input] for input in node.inputs] for node in order]


@given(graphs())
def test_the_same_graph_gives_the_same_bytes(graph: Graph) -> None:
    assert explore(built(graph)).html == explore(built(graph)).html


@pytest.mark.parametrize(
    "label",
    ["</script><img src=x onerror=alert(1)>", "<!--", "]]>", "\u2028", "\x00\ud800", "a\\b"],
)
def test_labels_are_data(label: str) -> None:
    with scope(label):
        output = tanh(Value(1.0, label) * Value(2.0, "w"))
    output.label = label
    page = explore(output)
    page.html.encode()
    assert page.html.count("</script>") == 2 and page.html.count("<img") == 0
    assert page.html.count("<!--") == 0
    shown = data_of(page)["names"][0]
    assert shown == label or not label.isprintable()


def test_no_source_outside_the_file_is_named() -> None:
    html = explore(MLP(2, [3, 1])([0.5, -1.0])).html
    without_namespace = html.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(", without_namespace)


def test_the_script_is_the_one_that_the_policy_allows() -> None:
    html = explore(Value(1.0, "x").tanh()).html
    *_, script = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}" in html


@pytest.mark.parametrize(
    ("output", "most"),
    [(chain(6), 220_000), (chain(200), 300_000), (MLP(2, [16, 16, 1])([0.5, -1.0]), 300_000)],
    ids=["6 nodes", "200 nodes", "337 parameters"],
)
def test_the_page_is_small(output: Value, most: int) -> None:
    assert len(explore(output).html.encode()) < most


def test_rules_that_do_not_occur_are_not_written() -> None:
    html = explore(Value(1.0, "x").tanh()).html
    assert 'name: "tanh"' in html and 'name: "sigmoid"' not in html


@pytest.mark.parametrize(
    ("scopes", "word"),
    [
        (["core"], "core"),
        (["layer 1"], "layers"),
        (["layer 1", "layer 2"], "layers"),
        (["loss 1", "loss 2"], "loss"),
        (["core", "layer 1"], ""),
    ],
)
def test_a_level_has_a_word_for_its_boxes(scopes: list[str], word: str) -> None:
    y = Value(0.5, "x")
    for name in scopes:
        with scope(name):
            y = tanh(y)
    assert data_of(explore(y))["levels"] == [word]


def test_scopes_open_by_level_and_alone() -> None:
    data = data_of(explore(MLP(2, [3, 1])([0.5, -1.0])))
    assert [view["level"] for view in data["views"]][:3] == [0, 1, 2]
    assert data["levels"] == ["layers", "neurons"]
    paths = {view["path"] for view in data["views"]}
    assert {"layer 1", "layer 1/neuron 2", "layer 2/neuron 1"} <= paths
    for view in data["views"]:
        layout = data["layouts"][view["layout"]]
        assert len(layout["cards"]) == len(view["shapes"])
        assert len(layout["frames"]) == len(view["frames"])
        assert len(layout["curves"]) in (0, len(view["edges"]))


def test_neurons_of_a_layer_stand_in_their_order() -> None:
    data = data_of(explore(MLP(2, [12, 1])([0.5, -1.0])))
    view = next(view for view in data["views"] if view["level"] == 1)
    cards = data["layouts"][view["layout"]]["cards"]
    heights = [
        card[1]
        for shape, card in zip(view["shapes"], cards)
        if isinstance(shape, str) and shape.startswith("layer 1/")
    ]
    assert len(heights) == 12 and heights == sorted(heights)


@pytest.mark.parametrize("sizes", [[2, 1], [4, 4, 1], [9, 1]], ids=str)
def test_the_weights_of_a_neuron_stand_in_the_order_of_counting(sizes: list[int]) -> None:
    data = data_of(explore(MLP(2, sizes)([0.5, -1.0])))
    view = max(data["views"], key=lambda view: view["level"])
    layout = data["layouts"][view["layout"]]
    weights: dict[int, list[tuple[int, int]]] = {}
    for node, (x, y, _, _) in zip(view["shapes"], layout["cards"]):
        if isinstance(node, int) and data["names"][node].startswith("w"):
            weights.setdefault(data["scope"][node], []).append((y, x))
    assert len(weights) == sum(sizes) and all(row == sorted(row) for row in weights.values())
    for (source, *_), (_, _, _, _, x, y, *_) in zip(view["edges"], layout["curves"]):
        card_x, card_y, width, height = layout["cards"][source]  # where its edge begins
        assert abs(x - card_x) <= width / 2 + 1 and abs(y - card_y) <= height / 2 + 1


@pytest.mark.parametrize("stops_at", ["edge [label=", "digraph"])
def test_where_graphviz_fails_at_labels_the_edges_are_straight(
    monkeypatch: pytest.MonkeyPatch, stops_at: str
) -> None:
    """As it does for a GRU(2, 2) whose inputs share a leaf, and for few others."""
    with scope("part"):
        y = chain(3) * 2.0
    usual = data_of(explore(y))["layouts"]

    def failing(sources: Sequence[str]) -> Any:
        if any([stops_at in source for source in sources]):
            raise CalledProcessError(1, "dot")
        return lay_out(sources)

    monkeypatch.setattr(layout, "lay_out", failing)
    if stops_at == "digraph":
        with pytest.raises(CalledProcessError):
            data_of(explore(y))
        return
    straight = data_of(explore(y))["layouts"]
    assert any([each["curves"] for each in usual])
    assert [len(each["cards"]) for each in straight] == [len(each["cards"]) for each in usual]
    assert [each["curves"] for each in straight] == [[] for _ in usual]


def weighed(count: int) -> Value:
    """Few nodes with many edges: so many weighted sums of the same 40 leaves."""
    leaves = [Value(0.1, f"x{k}") for k in range(40)]
    return engine.sum([dot(leaves[:20], leaves[20:]) for _ in range(count)])


@pytest.mark.parametrize(
    ("make", "size", "is_open"),
    [(chain, 50, True), (chain, 130, False), (weighed, 10, True), (weighed, 30, False)],
)
def test_a_page_opens_with_boxes_closed_where_there_are_many_nodes_or_many_edges(
    make: Callable[[int], Value], size: int, is_open: bool
) -> None:
    with scope("part"):
        y = make(size)
    views, opening = views_of(y * 2.0)
    assert (opening > 0) == is_open and views[0].level == 0
    whole = views[1].sketch
    assert is_open or (len(whole.shapes) <= 120) != (len(whole.edges) <= 800)


def test_a_graph_too_large_to_lay_out_is_cut_and_says_so() -> None:
    data = data_of(explore(chain(2000)))
    (view,) = data["views"]
    assert view["cut"] > 1500 and len(view["shapes"]) < 200


def test_a_leaf_alone_is_a_page() -> None:
    assert data_of(explore(Value(3.0, "x")))["values"] == [3]


def test_a_rule_that_cannot_be_written_leaves_the_numbers_as_they_are() -> None:
    import math

    own = Rule("own", lambda m, x: math.sin(x), lambda m, y, x: (math.cos(x),))
    data = data_of(explore(apply(own, Value(1.0, "x"))))
    assert data["missing"] == "own" and data["values"][-1] == math.sin(1.0)


def test_a_rule_of_ones_own_is_written_from_its_formula() -> None:
    own = Rule("tanh", lambda m, x: m.sin(x) * 2.0, lambda m, y, x: (m.cos(x) * 2.0,))
    html = explore(apply(own, Value(1.0, "x")) + Value(1.0, "z").tanh()).html
    assert "(m.sin(x0) * 2.0)" in html and "m.tanh(x)" in html


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_templates_are_wellformed(rule: Rule) -> None:
    point = next(iter(sample_points(rule, random.Random(0))))
    node = apply(rule, *[x if k in rule.fixed else Value(x) for k, x in enumerate(point)])
    form = form_of(node)
    for _, math in [form.operation, *form.partials]:
        plain = re.sub(r"\{[(^)]?[0-9y]+\}", "<mi>x</mi>", math)
        ElementTree.fromstring(f"<math>{plain}</math>")


def test_saved_and_shown_inline(tmp_path: Path) -> None:
    page = explore(Value(1.0, "x").tanh())
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes().decode() == page.html
    frame = page._repr_html_()
    shown = re.search(r'srcdoc="([^"]*)"', frame)
    assert shown and unescape(shown[1]) == page.html
    assert repr(page).startswith("Page(")


@pytest.mark.parametrize("wrong", [1.0, None, [Value(1.0)]])
def test_only_a_value_is_explored(wrong: Any) -> None:
    with pytest.raises(TypeError, match="explore: a Value is needed, and .* was given"):
        explore(wrong)


def test_a_model_is_explored_by_what_it_computes() -> None:
    with pytest.raises(TypeError, match=r"and MLP\(.*\) was given: write model\(inputs\)$"):
        explore(MLP(2, [1]))  # type: ignore[arg-type]


@given(st.text())
def test_any_label_survives(label: str) -> None:
    explore(Value(1.0, label).tanh()).html.encode()


def test_what_is_counted_stands_in_its_order_in_a_tree_of_operations() -> None:
    """Graphviz put w2 above w1, and halves of a balanced tree the other way round."""
    products = [Value(0.3 * k, f"w{k}") * Value(0.1 * k, f"x{k}") for k in range(1, 9)]
    halves = products
    while len(halves) > 1:
        halves = [a + b for a, b in zip(halves[::2], halves[1::2], strict=True)]
    for output in (halves[0], engine.sum(products), sum(products, Value(0.0))):
        data = data_of(explore(output.tanh()))
        (view,), (layout,) = data["views"], data["layouts"]
        places = {
            data["names"][node]: y
            for node, (_, y, *_) in zip(view["shapes"], layout["cards"])
            if isinstance(node, int)
        }
        for name in "wx":
            column = [places[f"{name}{index}"] for index in "₁₂₃₄₅₆₇₈"]
            assert column == sorted(column)


def test_what_something_is_divided_by_may_need_parentheses() -> None:
    quotient = Value(3.0, "a") / Value(2e-7, "b")
    assert form_of(quotient).operation[0] == "{0}/{<1}{1}{>1}"
