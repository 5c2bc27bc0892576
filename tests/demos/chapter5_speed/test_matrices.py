"""The lesson on matrices: its passes, that both ways agree, and that lines and nodes are linked."""

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from demos.chapter5_speed.matrices import Compilation, filled, picture
from demos.helpers.command_line import run
from engine.names import digits
from engine.program.pipeline import PASSES
from tests.engine.explorer.measuring import SMALLEST

SIZES = "all => all.map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"


def test_it_prints_the_passes_and_both_ways_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    titles = re.findall(r"^\d+\. (\w+)\.", printed, re.M)
    assert titles == [*(each.name.capitalize() for each in PASSES), "Source"]
    assert "each after its inputs: 41 nodes" in " ".join(printed.split())
    assert "repeats merged: 10 operations and sums" in " ".join(printed.split())
    assert "    z⁽¹⁾₁ = b⁽¹⁾₁ + p⁽¹⁾₁·x₁ + q⁽¹⁾₁·x₂\n" in printed
    assert "    [z⁽¹⁾₁, z⁽¹⁾₂, z⁽¹⁾₃] = [p⁽¹⁾₁ … q⁽¹⁾₃]·[x₁, x₂]\n" in printed
    assert (
        "    z⁽¹⁾₁  =  p⁽¹⁾₁  q⁽¹⁾₁  ·  x₁  +  b⁽¹⁾₁\n    z⁽¹⁾₂     p⁽¹⁾₂  q⁽¹⁾₂     x₂     b⁽¹⁾₂\n"
        in printed
    )
    assert "    K[3]  p⁽¹⁾₂\n" in printed
    nothing = "0 chains. It finds nothing to do here, and all stays as it was. 6. Biases."
    assert nothing in " ".join(printed.split())
    assert printed.count("outer(ds") == 2 and printed.count("np.matmul(w") == 2
    # w2 has one row, and there is no product back to the inputs
    assert "np.multiply(w2.T, ds3, out=ds2)" in printed
    times, difference = re.search(r"That is ([\d,]+) times .* by (\S+) at most", printed).groups()
    assert float(times.replace(",", "")) > 20.0 and float(difference) < 1e-12


def test_the_module_that_it_writes_runs(tmp_path: Path) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    spec = importlib.util.spec_from_file_location("net", tmp_path / "net.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    expected = Compilation().loss.data
    assert module.outputs([[0.5, -1.0, 0.8]])[0, 0] == pytest.approx(expected, rel=1e-12)


def test_the_page_asks_the_network_for_nothing_and_is_filled(tmp_path: Path) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    text = (tmp_path / "matrices.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "{{" not in text
    links = re.findall(r"https?://[^\"]+", text)
    assert set(links) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"@import|url\(|\bfetch\b|\bsrc=", text)
    sections = re.findall(r'<section id="(\w+)"', text)
    assert (
        "<pre></pre>" not in text and text.count("<pre>") == len(sections) - 3
    )  # but chains, biases, answer
    assert re.findall(r'<a href="#(\w+)"', text) == sections
    hues = set(re.findall(r'^\[data-part="(\d+)"\]', text, re.M))
    assert set(re.findall(r"data-part=\"?(\d+)", text)) <= hues


def test_the_nodes_of_a_part_are_marked_and_so_are_the_leaves_it_alone_uses() -> None:
    net = Compilation()
    tree = ElementTree.fromstring(picture(net))
    found = {}
    for group in tree.iter("{http://www.w3.org/2000/svg}g"):
        if group.get("class") == "node":
            title = group.find("{http://www.w3.org/2000/svg}title")
            assert title is not None and title.text is not None
            found[int(title.text[1:])] = group.get("data-part")
    expected = {k: net.part_of.get(value) for k, value in enumerate(net.order)}
    assert found == {k: part if part is None else str(part) for k, part in expected.items()}
    marked = {
        part.title: {v.label for v in net.order if net.part_of.get(v) == k}
        for k, part in enumerate(net.parts)
    }
    assert marked["layer 1 a: 3 x tanh"] == {"a1", "a2", "a3"}
    assert {"x1", "x2", "p1", "q3", "b2", "z1"} < marked["layer 1 z: 3 x 2 matrix"]


def test_each_matrix_is_a_grid_of_the_names_and_numbers_of_its_weights(tmp_path: Path) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    text = (tmp_path / "matrices.html").read_text(encoding="utf-8")
    figure = r'<div class="grids" data-part=(\d+)>(<svg.*?</svg>)'
    first, second = re.findall(figure, text, re.S)
    net = Compilation()
    assert [int(first[0]), int(second[0])] == [
        k for k, part in enumerate(net.parts) if part.title.endswith("matrix")
    ]
    texts = [re.findall(r">([^<>]+)</text>", svg) for _, svg in (first, second)]
    for label in ("p1", "q1", "p2", "q2", "p3", "q3", "z1", "z2", "z3", "x1", "x2"):
        (value,) = [v for v in net.order if v.label == label]
        place = texts[0].index(net.names[value])
        assert texts[0][place + 1] == digits(value.data, 2)
    assert all(net.names[v] in texts[1] for v in net.order if v.label[:1] in ("u", "a"))


def test_a_product_times_the_numbers_beside_it_is_what_it_says() -> None:
    for product in Compilation().products:
        names = product.text().split()
        assert len(names) == len(set(names))
        weights, inputs = np.array(product.weights.rows), np.array(product.inputs.rows)
        assert product.added is not None
        expected = weights @ inputs + np.array(product.added.rows)
        assert np.array(product.output.rows) == pytest.approx(expected, abs=1e-12)


def test_labels_and_lines_are_escaped() -> None:
    assert "&lt;b&gt;" in filled("", [], "<b>")


@pytest.mark.browser
def test_pointing_at_a_line_shows_its_nodes_and_a_click_keeps_them(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    page = open_file(tmp_path / "matrices.html", viewport={"width": 1300, "height": 850})
    lit = "svg .node.on"
    page.locator("#source span", has_text="np.tanh(s1").hover()
    assert page.locator(lit).count() == 3
    page.locator("h1").hover()
    assert page.locator(lit).count() == 0
    page.locator("svg .node[data-part='1']").first.click()
    page.locator("h1").hover()
    assert page.locator(lit).count() == 3
    lines = page.locator("#source span.on").all_inner_texts()
    assert lines[0].strip() == "# layer 1 a: 3 x tanh"
    assert lines[1].strip() == "np.tanh(s1, out=s2)"
    page.keyboard.press("Escape")
    assert page.locator(".on").count() == 0
    page.mouse.move(0, 0)  # where no line comes under it when what gets the focus scrolls into view
    page.locator("#matrices span").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(lit).count() == 6 + 3 + 3 + 11


@pytest.mark.browser
def test_the_whole_graph_and_every_line_of_the_first_passes_are_seen_at_once_and_can_be_read(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    page = open_file(tmp_path / "matrices.html", viewport={"width": 1440, "height": 900})
    sizes = page.eval_on_selector_all("svg text", SIZES)
    assert len(sizes) > 80 and min(sizes) >= SMALLEST
    box = page.locator("figure").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
    for pass_ in ("#lower pre", "#simplify pre"):
        assert page.locator(pass_).evaluate("pre => pre.scrollWidth <= pre.clientWidth")


@pytest.mark.browser
def test_on_a_phone_a_link_leads_to_a_pass_below_the_graph_that_stays_in_sight(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    page = open_file(tmp_path / "matrices.html", viewport={"width": 390, "height": 844})
    page.locator("nav a", has_text="Adjoint").click()
    graph = page.locator("figure").bounding_box()
    title = page.locator("#adjoint h2").bounding_box()
    assert graph["y"] == 0 and graph["height"] <= title["y"] <= graph["height"] + 60
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_on_a_phone_the_graph_scrolls_so_that_it_can_be_read_and_a_line_brings_its_node_into_sight(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    page = open_file(tmp_path / "matrices.html", viewport={"width": 390, "height": 844})
    assert min(page.eval_on_selector_all("svg text", SIZES)) >= SMALLEST
    page.locator("#matrices span", has_text="loss = error²").click()
    graph = page.locator("figure").bounding_box()
    node = page.locator("figure .on").first.bounding_box()
    assert graph["x"] <= node["x"] and node["x"] + node["width"] <= graph["x"] + graph["width"]
    assert graph["y"] <= node["y"] and node["y"] + node["height"] <= graph["y"] + graph["height"]


@pytest.mark.browser
def test_on_paper_the_whole_graph_stands_on_the_first_page(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["matrices", "--quick", "--output", str(tmp_path)])
    page = open_file(tmp_path / "matrices.html", viewport={"width": 718, "height": 1047})  # A4
    page.emulate_media(media="print")
    graph, figure = (page.locator(name).bounding_box() for name in ("figure svg", "figure"))
    assert figure["y"] + figure["height"] <= 1047
    assert figure["y"] <= graph["y"] and graph["height"] <= figure["height"]
    assert figure["x"] <= graph["x"] and graph["width"] <= figure["width"] <= 718
    assert page.locator("figure").evaluate("e => e.scrollHeight <= e.clientHeight")
