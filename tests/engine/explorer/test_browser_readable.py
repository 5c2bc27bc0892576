"""Every picture opens so that it can be read, in the order of counting, whatever the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Value, dot, explore
from nn import LSTM, MLP, Conv2d
from tests.engine.explorer.measuring import SIZES, measure, out_of_sight, overlapping, too_small

pytestmark = pytest.mark.browser


def neuron() -> Value:
    ws, xs = ([Value(0.3 * k, f"{name}{k}") for k in (1, 2, 3)] for name in "wx")
    return (dot(ws, xs) + Value(0.1, "b")).tanh()


GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "sum": lambda: engine.sum([Value(0.1 * k, f"x{k}") for k in range(1, 31)]).tanh(),
    "net": lambda: (MLP(2, [4, 4, 1], seed=0)([1.0, -2.0]) - 1.0) ** 2,
    "convolution": lambda: engine.sum(
        [x for row in Conv2d(1, 1, 3)([[[0.1] * 4] * 4])[0] for x in row]
    ),
    "LSTM": lambda: LSTM(1, 2)([[0.5], [0.2]])[-1][0],
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, graph in GRAPHS.items():
        explore(graph()).save(folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in GRAPHS}


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_text_of_a_picture_can_be_read(
    open_file: Any, pages: dict[str, Path], size: tuple[int, int]
) -> None:
    room = {"width": size[0], "height": size[1]}
    for name, path in pages.items():
        page = open_file(path, viewport=room)
        for key in ("Home", "ArrowRight", "End"):
            page.press("body", key)
            assert too_small(measure(page)) == [], (name, key)


@pytest.mark.parametrize("name", ["neuron", "net"])
def test_what_can_be_seen_whole_is_and_no_label_covers_anything(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name], "#step=100000", viewport={"width": 1440, "height": 900})
    measured = measure(page)
    assert out_of_sight(measured) == []
    assert overlapping(measured) == []


def test_what_is_counted_stands_in_the_order_of_counting(
    open_file: Any, pages: dict[str, Path]
) -> None:
    page = open_file(pages["neuron"], viewport={"width": 1440, "height": 900})
    cards = {card["name"]: card for card in measure(page)["cards"]}
    for name in "wx":
        column = [cards[f"{name}{index}"] for index in "₁₂₃"]
        assert column == sorted(column, key=lambda card: (card["top"], card["left"]))


def test_the_card_of_a_step_is_in_sight_when_the_page_opens_there(
    open_file: Any, pages: dict[str, Path]
) -> None:
    page = open_file(pages["sum"], "#step=100000", viewport={"width": 1024, "height": 768})
    assert "x₃₀" not in out_of_sight(measure(page))


def test_an_arrow_of_a_gradient_points_back(open_file: Any, pages: dict[str, Path]) -> None:
    heads = """() => [...document.querySelectorAll("#picture .edge")].map((edge) => {
      const [tip] = edge.querySelector(".tip").getAttribute("d").match(/M[-0-9.]+/);
      const [start] = edge.querySelector(".line").getAttribute("d").match(/M[-0-9.]+/);
      return tip === start;
    })"""
    page = open_file(pages["neuron"], viewport={"width": 1440, "height": 900})
    assert not any(page.evaluate(heads))
    page.press("body", "End")
    assert all(page.evaluate(heads))


@pytest.mark.parametrize("name", ["neuron", "sum", "LSTM"])
def test_a_printed_picture_is_whole_on_one_page_with_the_words(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name], "#step=3", viewport={"width": 1440, "height": 900})
    before = page.locator(".world").get_attribute("style")
    page.emulate_media(media="print")
    page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
    assert out_of_sight(measure(page)) == []
    assert page.locator("#arithmetic").is_visible() and not page.locator("#lab").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("() => void dispatchEvent(new Event('afterprint'))")
    assert page.locator(".world").get_attribute("style") == before
    if name == "neuron":
        page.emulate_media(media="print")
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
