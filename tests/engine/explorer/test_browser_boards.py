"""Boards in a real browser: what is pointed at marks what belongs to it; steps go cell by cell."""

from collections.abc import Callable
from itertools import chain, combinations
from typing import Any

import pytest

from engine import Value
from engine.names import digits
from nn import (
    LSTM,
    Conv2d,
    Flatten,
    Layer,
    MaxPool2d,
    SelfAttention,
    Sequential,
    mean_squared_error,
    softmax_cross_entropy,
)
from tests.engine.explorer.measuring import SIZES, measure, shared, too_small
from tests.engine.explorer.shared import wait_until

pytestmark = pytest.mark.browser

# The marks that are drawn, in cells of their panels.
MARKS = """() => [...document.querySelectorAll(".marks rect")].map((e) => {
  const { width, height } = e.getBoundingClientRect();
  return [e.dataset.panel, Math.round(width), Math.round(height)];
})"""
# The boxes of grids, and of their titles without the room above and below the letters.
BOXES = """() => [...document.querySelectorAll(".board > .grid, .board text")].map((e) => {
  const { left, top, right, bottom } = e.getBoundingClientRect();
  const inner = e.matches("text") ? 3 : 0;
  return { name: e.textContent, left, top: top + inner, right, bottom: bottom - inner };
})"""
WIDE = """() => [...document.querySelectorAll(".cell-diagram rect")]
  .filter((e) => e.getAttribute("stroke-width") === "3").length"""
IMAGES = "all => all.map((e) => e.href.baseVal)"  # of the grids, as they are painted
LAID_OUT = """() => {
  const { clientWidth } = document.getElementById("picture");
  const width = Number(document.querySelector(".board").getAttribute("width"));
  return width === Math.max(280, clientWidth - 32);
}"""


def image_loss() -> tuple[Sequential, Value]:
    image = [[float(abs(r - 3) + abs(c - 3) < 4) for c in range(7)] for r in range(7)]
    model = Sequential(Conv2d(1, 3, 3), MaxPool2d(2), Flatten(), Layer(12, 3, "identity"))
    return model, softmax_cross_entropy([model([image])], [1])


def grid(page: Any, number: int) -> Any:
    return page.locator(".board .grid").nth(number)


def point_at(page: Any, number: int, row: float, column: float, side: int) -> None:
    box = grid(page, number).bounding_box()
    x, y = (column + 0.5) / side, (row + 0.5) / side
    page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def panels(page: Any) -> list[str]:
    return [mark[0] for mark in page.evaluate(MARKS)]


def test_a_convolution_s_image_window_kernel_and_map_are_linked(
    open_page: Callable[..., Any],
) -> None:
    model, loss = image_loss()
    conv = model[0]
    assert isinstance(conv, Conv2d)
    page = open_page(loss)
    assert page.locator("#trail [aria-current]").inner_text() == "1: Conv2d"
    names = [
        e.get_attribute("aria-label").partition(",")[0] for e in page.locator(".board .grid").all()
    ]
    assert names == [
        "image x",
        "window",
        *["kernel 1", "its map"],
        *["kernel 2", "its map"],
        *["kernel 3", "its map"],
    ]
    assert panels(page) == ["image 0", "kernel 0", "map 0"]

    assert page.locator(".on-weights").first.is_visible()

    # a cell of a map: its window, its kernel
    page.locator("#last").click()
    point_at(page, 5, 2, 1, 5)
    assert panels(page) == ["image 0", "kernel 1", "map 1"]
    image, kernel, cell = page.evaluate(MARKS)
    assert image[1:] == kernel[1:] and cell[1] < image[1]
    assert page.locator("#cell").inner_text().startswith("∂L/∂a")

    # a pixel: every cell that sees it; and nothing pointed at is the step's again
    point_at(page, 0, 3, 3, 7)
    assert panels(page) == ["image 0", "map 0", "map 1", "map 2"]
    page.mouse.move(5, 5)
    assert panels(page)[0] == "image 0" and len(panels(page)) == 3

    # forward, a step is a cell, and the panel tells its sum
    page.locator("#first").click()
    page.locator("#next").click()
    page.locator("#next").click()
    words = page.locator(".net-words").inner_text()
    assert words.startswith("Kernel 1 says to the window at row 1, column 2 of its map: ")
    assert len(page.locator(".figures figure").all()) == 5

    # a weight that is pressed can be changed
    weight = conv.kernels[2].weights[8]
    box = grid(page, 6).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.9)
    wait_until(page, "() => document.activeElement.id.startsWith('leaf-')")
    value = float(page.evaluate("() => document.activeElement.value"))
    assert digits(value) == digits(weight.data)

    # keys read the cells too
    grid(page, 3).focus()
    page.keyboard.press("ArrowRight")
    assert panels(page) == ["image 0", "kernel 0", "map 0"]


def test_a_share_of_attention_marks_its_query_key_and_value(open_page: Callable[..., Any]) -> None:
    attention = SelfAttention(4, 2, causal=True)
    outputs = attention([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    page = open_page(mean_squared_error([list(chain(*outputs))], [[0.0] * 12]), "#step=99999")
    assert panels(page) and not page.locator(".on-weights").first.is_visible()
    point_at(page, 3, 2, 1, 3)
    assert panels(page) == ["p 0", "q 0", "k 0", "v 0", "o 0"]
    assert page.locator("#cell").inner_text().startswith("∂L/∂p")
    page.locator("#first").click()
    page.locator("#next").click()
    assert "softmax" in page.locator(".net-words").inner_text()
    assert len(page.locator(".figures figure").all()) == 3


def test_attention_of_several_heads_has_cells_to_point_at_in_every_window(
    open_page: Callable[..., Any],
) -> None:
    xs = [[Value(0.1 * i - 0.2 * j, f"x{i}{j}") for j in range(4)] for i in range(4)]
    outputs = SelfAttention(4, 2, causal=True)(xs)
    page = open_page(mean_squared_error([list(chain(*outputs))], [[0.0] * 16]), "#step=3")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until(page, LAID_OUT)
        shown = page.locator(".board .grid").all()
        assert len(shown) in (3, 11)  # where there is little room, the shares of each head alone
        assert min(grid.bounding_box()["height"] for grid in shown) >= 4 * 8
        check_boxes(page, measure(page)["stage"])
        assert "p" in {name[0] for name in panels(page)}


def test_an_lstm_shows_its_cell_and_its_steps(open_page: Callable[..., Any]) -> None:
    model = Sequential(LSTM(2, 3), lambda states: states[-1], Layer(3, 1, "identity"))
    output = model([[1.0, 0.0], [0.5, -1.0], [0.0, 1.0]])
    page = open_page(mean_squared_error([output], [[1.0]]))
    words = page.locator(".cell-diagram text").all_text_contents()
    assert {"f", "i", "g", "o", "xₜ", "hₜ₋₁", "cₜ", "yₜ = hₜ"} <= set(words)
    assert page.evaluate(WIDE) == 1  # the gate or operation of the step
    page.locator("#next").click()
    assert "Step 1: " in page.locator(".net-words").inner_text()
    box = page.locator('.board .grid[aria-label^="c₂"]').bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    assert panels(page)[0] == "c 1" and "c 0" in panels(page)
    page.locator("#last").click()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until(page, LAID_OUT)
        seen = measure(page)
        assert not too_small(seen)
        check_boxes(page, seen["stage"])
        shown = [e.get_attribute("aria-label")[0] for e in page.locator(".board .grid").all()]
        assert shown.count("∂") == len(shown) >= 6


def test_an_lstm_is_printed_with_its_cell(open_page: Callable[..., Any]) -> None:
    page = open_page(LSTM(2, 3)([[1.0, 0.0], [0.5, -1.0], [0.0, 1.0]])[-1][0])
    page.emulate_media(media="print")
    page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
    assert {"f", "i", "g", "o"} <= set(page.locator(".cell-diagram text").all_text_contents())
    check_boxes(page, measure(page)["stage"])
    for is_wide in (False, True):
        assert page.pdf(format="A4", landscape=is_wide).count(b"/Type /Page\n") == 1


def test_a_dark_page_is_printed_in_light_colours(open_page: Callable[..., Any]) -> None:
    _, loss = image_loss()
    printed = []
    for scheme in ("light", "dark"):
        page = open_page(loss, "#step=30", color_scheme=scheme)
        before = page.eval_on_selector_all("image", IMAGES)
        page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
        edges = page.evaluate("getComputedStyle(document.body).getPropertyValue('--positive')")
        printed.append([edges, *page.eval_on_selector_all("image", IMAGES)])
        page.evaluate("() => void dispatchEvent(new Event('afterprint'))")
        assert page.eval_on_selector_all("image", IMAGES) == before
    assert printed[0] == printed[1] and len(printed[0]) > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_board_is_readable_at_every_size(open_page: Callable[..., Any], scheme: str) -> None:
    _, loss = image_loss()
    page = open_page(loss, "#step=40", color_scheme=scheme)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until(page, LAID_OUT)
        for step in ("#first", "#last"):
            page.locator(step).click()
            seen = measure(page)
            assert not too_small(seen)
            check_boxes(page, seen["stage"])


def check_boxes(page: Any, stage: Any) -> None:
    """Grids and words are whole in the picture, and none covers another."""
    boxes = page.evaluate(BOXES)
    assert all(stage["left"] <= b["left"] and b["right"] <= stage["right"] for b in boxes)
    assert all(stage["top"] <= b["top"] and b["bottom"] <= stage["bottom"] for b in boxes)
    for a, b in combinations(boxes, 2):
        assert shared(a, b) < 1.0, (a, b)


def test_the_address_says_which_board(open_page: Callable[..., Any]) -> None:
    _, loss = image_loss()
    page = open_page(loss, "#level=-2")
    assert page.locator("#trail [aria-current]").inner_text() == "the net"
    page.locator("#trail button", has_text="1: Conv2d").click()
    assert page.locator(".board").count() == 1
    wait_until(page, "() => !location.hash.includes('level')")


def test_the_focus_on_a_grid_is_a_frame_and_covers_nothing_beside_it(
    open_page: Callable[..., Any],
) -> None:
    page = open_page(image_loss()[1], viewport={"width": 1440, "height": 900})
    box = grid(page, 0).bounding_box()

    def below(top: float, height: float) -> Any:
        place = {"x": box["x"], "y": box["y"] + box["height"] + top, "width": box["width"]}
        return page.screenshot(clip=place | {"height": height})

    beside, edge = below(8, 80), below(-4, 8)
    page.press("#fit", "Tab")
    grid(page, 0).focus()
    assert below(8, 80) == beside and below(-4, 8) != edge
