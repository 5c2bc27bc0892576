"""A net as layers in a real browser: drawn, stepped, opened down to its operations, edited."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from engine import Value
from engine.graph import topological_order
from engine.names import digits, name_nodes
from nn import MLP, mean_squared_error, softmax_cross_entropy
from tests.engine.explorer.measuring import SIZES, SMALLEST
from tests.engine.explorer.shared import wait_until

pytestmark = pytest.mark.browser

# The picture has been laid out for the room it has now.
LAID_OUT = """() => {
  const { clientWidth, clientHeight } = document.getElementById("picture");
  const { width, height } = document.querySelector(".net").getBoundingClientRect();
  return Math.abs(width - Math.max(280, clientWidth - 32)) < 1
    && Math.abs(height - Math.max(120, clientHeight - 24)) < 1;
}"""

# Of every SVG text of the picture that can be seen: its text, size, and box.
TEXTS = """() => {
  const scale = document.querySelector(".world").getBoundingClientRect().width
    / document.querySelector(".world").offsetWidth || 1;
  return [...document.querySelectorAll(".net text")].filter((e) => e.textContent).map((e) => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    return { text: e.textContent, size: parseFloat(getComputedStyle(e).fontSize),
             box: [left, top, right, bottom], face: faceOf(e) };
  });
  function faceOf(e) {
    const face = e.closest(".unit")?.querySelector(".face");
    if (!face) return null;
    const { left, top, right, bottom } = face.getBoundingClientRect();
    return [left, top, right, bottom];
  }
}"""


def net(sizes: list[int], n_inputs: int = 2) -> tuple[MLP, Value]:
    model = MLP(n_inputs, sizes, seed=0)
    outputs = model([0.5 - 0.1 * k for k in range(n_inputs)])
    loss = mean_squared_error([outputs], [1.0 if sizes[-1] == 1 else [1.0] * sizes[-1]])
    return model, loss


def digit_loss() -> Value:
    """A net of 784, 16, 16 and 10 that looks at one image of a ring."""
    image = [
        max(0.0, 1.0 - abs(((x - 13.5) ** 2 + (y - 13.5) ** 2) ** 0.5 - 8.0) / 2.0)
        for y in range(28)
        for x in range(28)
    ]
    model = MLP(784, [16, 16, 10], "sigmoid", seed=0)
    return softmax_cross_entropy([model(image)], [0])


def overlaps(boxes: list[list[float]]) -> int:
    return sum(
        a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5
        for k, a in enumerate(boxes)
        for b in boxes[:k]
    )


def test_a_step_is_a_layer_and_every_number_pythons(open_page: Callable[..., Any]) -> None:
    model, loss = net([4, 3, 1])
    page = open_page(loss)
    assert page.get_by_role("button", name="the net").get_attribute("aria-current") == "true"
    assert page.get_attribute("#slider", "max") == "8"
    page.keyboard.press("ArrowRight")
    assert page.locator(".unit.active").count() == 4
    assert page.locator("#arithmetic math").count() == 1
    page.keyboard.press("End")
    loss.backward()
    last = page.locator(".unit").filter(has_text="L").last
    assert digits(loss.data) in last.get_attribute("aria-label")
    named = [page.locator(".unit").nth(k).get_attribute("aria-label") for k in range(3)]
    names = name_nodes(topological_order([loss])).values()
    assert {"x₁", "x₂", "z⁽¹⁾₁", "a⁽¹⁾₁"} <= set(names)
    assert all(" = " in name for name in named)
    deltas = page.locator(".unit .gradient").all_text_contents()
    assert len([text for text in deltas if text.startswith("δ")]) == 8
    label = page.locator(".unit").nth(2).get_attribute("aria-label")
    neuron = model.layers[0].neurons[0]
    assert f"δ⁽¹⁾₁ = {digits(neuron.bias.grad)}" in label


def test_texts_are_large_and_cover_nothing(open_page: Callable[..., Any]) -> None:
    nets = [net([4, 4, 1])[1], net([3, 1])[1], net([8, 8, 5], 3)[1], digit_loss()]
    for output in nets:
        page = open_page(output)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wait_until(page, f"innerWidth === {width} && ({LAID_OUT})()")
            for key in ("Home", "End"):
                page.keyboard.press(key)
                texts = page.evaluate(TEXTS)
                where = f"{width}×{height} {key}"
                assert min(each["size"] for each in texts) >= SMALLEST, where
                assert overlaps([each["box"] for each in texts]) == 0, where
                stage = page.locator("#picture").bounding_box()
                for each in texts:
                    left, _, right, bottom = each["box"]
                    assert left >= stage["x"] - 1, (where, each)
                    assert right <= stage["x"] + stage["width"] + 1, (where, each)
                    assert bottom <= stage["y"] + stage["height"] + 1, (where, each)
                    if each["face"]:
                        assert left >= each["face"][0] - 1, (where, each)
                        assert right <= each["face"][2] + 1, (where, each)


def test_from_the_net_to_a_neuron_to_its_operations_and_back(
    open_page: Callable[..., Any],
) -> None:
    _, loss = net([3, 1])
    page = open_page(loss)
    page.locator(".unit").nth(3).click()
    assert page.get_by_role("button", name="layer 1, neuron 2").count() == 1
    assert page.get_attribute("#slider", "max") == "5"
    page.keyboard.press("ArrowRight")
    assert page.text_content("#words").startswith("z⁽¹⁾₂ = ")
    page.get_by_role("button", name="its operations").click()
    assert page.locator(".card .rule").all_text_contents() == ["Σ·", "+", "tanh"]
    page.get_by_role("button", name="the net").click()
    assert page.locator(".unit").count() == 7


def test_cells_say_their_number_by_pointer_and_by_key(open_page: Callable[..., Any]) -> None:
    model, loss = net([3, 1])
    page = open_page(loss)
    page.keyboard.press("ArrowRight")
    grid = page.locator("#details .grid").first
    weights = [neuron.weights for neuron in model.layers[0].neurons]
    grid.hover(position={"x": 3, "y": 3})
    assert page.text_content("#cell") == f"w⁽¹⁾₁₁ = {digits(weights[0][0].data)}"
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.text_content("#cell") == f"w⁽¹⁾₂₂ = {digits(weights[1][1].data)}"
    assert page.get_attribute("#slider", "max") == "6"
    assert page.input_value("#slider") == "1"  # arrows within a grid are no steps
    page.keyboard.press("Enter")
    first = page.locator("#leaves .number").first
    assert float(first.input_value()) == weights[1][1].data
    first.fill("2")
    grid = page.locator("#details .grid").first
    grid.hover(position={"x": 20, "y": 20})
    assert page.text_content("#cell") == "w⁽¹⁾₂₂ = 2"


def test_a_net_of_13_000_nodes_is_an_image_and_columns(open_page: Callable[..., Any]) -> None:
    page = open_page(digit_loss())
    assert page.locator(".net .grid").count() == 1 + 16 + 16 + 10
    assert page.locator(".unit").count() == 16 + 16 + 10 + 1
    assert page.get_attribute("#slider", "max") == "8"
    page.locator(".net .grid").first.hover(position={"x": 2, "y": 2})
    assert page.text_content("#cell") == "x₁ = 0"
    for step in range(1, 9):
        page.keyboard.press("ArrowRight")
        assert page.text_content("#count") == f"step {step} of 8"
    page.locator(".net .grid").first.click()
    page.locator("#leaves .number").first.fill("1")
    assert page.is_visible("#reset")
    page.locator(".unit").first.click()
    assert page.locator(".net .grid").count() == 3


def test_a_batch_offers_its_samples(open_page: Callable[..., Any]) -> None:
    model = MLP(2, [3, 1], seed=0)
    samples = [[0.0, 0.0], [0.25, 1.0]]
    page = open_page(mean_squared_error([model(x) for x in samples], [0.0, 1.0]))
    assert "x₁ 0" in page.locator(".unit").first.text_content()
    page.locator("#trail").get_by_role("button", name="2", exact=True).click()
    assert "x₁ 0.25" in page.locator(".unit").first.text_content()
    page.keyboard.press("End")
    assert "δ⁽²⁾₁" in page.locator(".unit").nth(5).get_attribute("aria-label")


def test_a_net_too_wide_for_circles_is_cells(open_page: Callable[..., Any]) -> None:
    rng = Random(0)
    model = MLP(10, [60, 1], seed=0)
    page = open_page(mean_squared_error([model([rng.random() for _ in range(10)])], [1.0]))
    assert page.locator(".net .grid").count() == 1
    page.keyboard.press("ArrowRight")
    page.locator(".net .grid").hover(position={"x": 2, "y": 2})
    assert page.text_content("#cell").startswith("a⁽¹⁾₁ = ")
    page.locator(".net .grid").click(position={"x": 2, "y": 2})
    assert page.get_by_role("button", name="layer 1, neuron 1").count() == 1


def test_a_printed_net_is_whole(open_page: Callable[..., Any]) -> None:
    page = open_page(net([4, 4, 1])[1])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    stage = page.locator("#picture").bounding_box()
    for unit in page.locator(".unit").all():
        box = unit.bounding_box()
        assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]


def test_vectors_and_matrices_are_bold(open_page: Callable[..., Any]) -> None:
    page = open_page((MLP(2, [3, 1], seed=0)([1.0, -2.0]) - 1.0) ** 2, "#step=1")
    page.press("body", "ArrowRight")
    weights = """(names) => names.map((e) => [e.textContent, getComputedStyle(e).fontWeight])"""
    shown = page.eval_on_selector_all("#arithmetic mi", weights)
    assert ["W", "700"] in shown and ["tanh", "400"] in shown
