"""What a reader can do on the page: nudge, step downhill, undo, go wrong on purpose."""

from collections.abc import Callable
from typing import Any

import pytest

import engine
from engine import Value
from engine.names import digits
from nn import MLP
from tests.engine.explorer.shared import neuron, neuron_of, shown, wait_until

pytestmark = pytest.mark.browser


Open = Callable[..., Any]


def signed(number: float) -> str:
    return f"+{digits(number)}" if number > 0 else digits(number)


PLOT = "document.querySelector('.plot .curve').getAttribute('d')"


def test_a_nudge_travels_and_returns(open_page: Open) -> None:
    output, (w, _x, _b) = neuron_of(0.5, 2.0, -0.3)
    output.backward()
    page = open_page(output)
    page.keyboard.press("End")
    wait_until(page, PLOT)
    before = page.text_content("main")
    row = page.locator("#leaves li").first
    top = row.bounding_box()["y"]
    box = page.locator(".plot").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.2 * box["width"] / 2, y)
    change = neuron_of(0.7, 2.0, -0.3)[0].data - output.data
    last = 14
    assert shown(page, 0, "value") == "+0.2"
    assert shown(page, last, "value") == signed(change)
    assert shown(page, last, "gradient") == f"≈ {signed(0.2 * w.grad)}"
    assert shown(page, 1, "value") == "–"  # x stays
    told = f"Δw +0.2 → ΔL {signed(change)} ≈ {signed(0.2 * w.grad)}"
    assert told in row.text_content()
    assert page.text_content("#arithmetic") == told
    assert row.bounding_box()["y"] == top  # nothing slips away under the pointer
    page.mouse.up()
    assert page.text_content("main").replace(told, "") == before

    page.focus(".plot")
    page.keyboard.press("ArrowRight")
    assert shown(page, 0, "value") == "+0.1"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert shown(page, 0, "value") == "−0.1"
    page.keyboard.press("Escape")
    assert shown(page, 0, "value") == "0.5"
    assert page.is_disabled("#undo")  # a nudge is no edit


def test_the_tangent_is_seen_once_the_gradient_is_known(open_page: Open) -> None:
    page = open_page(neuron())
    wait_until(page, PLOT)
    tangent = page.locator(".plot .tangent").first
    assert tangent.get_attribute("visibility") == "hidden"
    curve = page.evaluate(PLOT)
    page.keyboard.press("End")
    assert tangent.get_attribute("visibility") == "visible"
    page.fill("#leaf-0", "1.5")
    wait_until(page, f"{PLOT} !== '{curve}'")


def test_a_dot_is_seen_only_where_a_curve_is_drawn(open_page: Open) -> None:
    output = engine.sum([Value(1.0, f"x{k}") ** 2 for k in range(1, 21)])
    page = open_page(output)
    wait_until(page, PLOT)
    plots = page.locator(".plot").all()
    drawn = [bool(plot.locator(".curve").get_attribute("d")) for plot in plots]
    dots = [plot.locator(".dot").get_attribute("visibility") for plot in plots]
    assert dots == ["visible" if each else "hidden" for each in drawn]
    assert drawn[0] and not drawn[-1]  # far below what is on the screen


def test_downhill_and_back(open_page: Open) -> None:
    output, leaves = neuron_of(0.5, 2.0, -0.3)
    output.backward()
    page = open_page(output)
    assert page.is_hidden("#leaves .moves >> nth=0")
    page.click("#descent summary")
    page.locator("#leaves .moves input").nth(1).uncheck()
    page.fill("#rate", "1/2")
    page.click("#downhill button")
    w, b = (leaf.data - 0.5 * leaf.grad for leaf in (leaves[0], leaves[2]))
    after = neuron_of(w, 2.0, b)[0].data
    assert float(page.input_value("#leaf-0")) == pytest.approx(w, rel=1e-12)
    assert page.input_value("#leaf-1") == "2"
    assert f"L: {digits(output.data)} → {digits(after)}" in page.text_content("#descended")
    page.keyboard.press("Control+z")  # in the field of the rate: its own undo
    page.click("#numbers h2")
    page.fill("#rate", "a lot")
    page.click("#downhill button")
    assert "is no number" in page.text_content("#descended")

    page.focus("#leaf-0")
    page.keyboard.press("Control+z")
    assert page.input_value("#leaf-0") == "0.5"
    page.keyboard.press("Control+y")
    assert float(page.input_value("#leaf-0")) == pytest.approx(w, rel=1e-12)
    page.click("#undo")
    page.fill("#leaf-1", "3")
    page.click("#numbers h2")
    page.keyboard.press("Control+z")
    assert page.input_value("#leaf-1") == "2"
    page.keyboard.press("Control+Shift+z")
    assert page.input_value("#leaf-1") == "3"


def test_the_address_holds_the_rate_and_what_stays(open_page: Open) -> None:
    output = neuron()
    page = open_page(output)
    page.click("#descent summary")
    page.locator("#leaves .moves input").nth(1).uncheck()
    wait_until(page, "location.hash === '#turned=1'")
    page.fill("#rate", "1/2")
    page.click("#numbers h2")
    wait_until(page, "location.hash === '#turned=1&rate=1%2F2'")
    page.evaluate("location.hash = '#rate=2'")
    wait_until(page, "document.querySelector('#rate').value === '2'")
    assert page.locator("#leaves .moves input").nth(1).is_checked()
    page.evaluate("location.hash = '#turned=0'")
    wait_until(page, "document.querySelector('#rate').value === '0.1'")
    assert not page.locator("#leaves .moves input").nth(0).is_checked()


def test_what_a_net_is_given_stays(open_page: Open) -> None:
    model = MLP(2, [2, 1], seed=0)
    page = open_page((model([0.5, -1.0]) - 1.0) ** 2)
    page.click("#descent summary")
    rows = page.locator("#leaves li")
    moves = {
        row.locator("label").first.text_content(): row.locator(".moves input").is_checked()
        for row in rows.all()
    }
    assert [name for name, moving in moves.items() if not moving] == ["x₁", "x₂"]


def test_wrong_on_purpose(open_page: Open) -> None:
    output, leaves = neuron_of(0.5, 2.0, -0.3)
    output.backward()
    page = open_page(output)
    page.click("#faults summary")
    overwrite, order, twice = page.locator("#switches button").all()
    overwrite.click()
    right = digits(leaves[0].grad)
    assert shown(page, 0, "gradient").startswith("✗")
    assert page.text_content("#node-0 .right") == f"✓ {right}"
    assert page.locator(".card.wrong").count() == 1
    assert "1 gradient comes out wrong" in page.text_content("#faulty")
    assert "= instead of +=" in page.text_content("#phase")
    assert f"✓ {right}" in page.locator("#leaves .slope b.differs").first.text_content()
    order.click()
    assert page.locator(".card.wrong").count() == 0
    assert "shows nothing here" in page.text_content("#faulty")
    twice.click()
    assert page.locator(".card.wrong").count() == 3
    assert page.get_attribute("#switches button >> nth=1", "aria-pressed") == "false"
    twice.click()
    assert page.locator(".card.wrong").count() == 0
    assert page.text_content("#faulty") == ""


def test_an_edit_is_undone_and_done_again(open_page: Open) -> None:
    page = open_page(Value(2.0, "x") * Value(3.0, "y"))
    assert page.is_disabled("#undo")
    page.fill("#leaf-1", "4")
    page.click("#numbers h2")
    page.fill("#leaf-0", "5")
    page.keyboard.press("Control+z")
    assert page.input_value("#leaf-0") == "2"
    page.click("#undo")
    assert page.input_value("#leaf-1") == "3"
    page.keyboard.press("Control+Shift+z")
    assert page.input_value("#leaf-1") == "4"
    page.keyboard.press("Control+y")
    assert page.input_value("#leaf-0") == "5"
    assert page.is_disabled("#redo")


def test_predictions_are_worth_making(open_page: Open) -> None:
    page = open_page(neuron())
    page.click("#predict")
    page.click("#next")
    page.fill("#guess", "about one")
    page.keyboard.press("Enter")
    assert "“about one” is no number" in page.text_content("#verdict")
    assert page.get_attribute("#guess", "aria-invalid") == "true"
    page.fill("#guess", "−1")
    page.keyboard.press("Enter")
    assert page.text_content("#verdict").startswith("The sign is the other one: v₁ = w·x")
    page.click("#next")
    page.fill("#guess", "7/10")
    page.keyboard.press("Enter")
    assert page.text_content("#verdict") == "Right: 0.7."
    page.click("#next")
    assert page.text_content("#question") == "What is the local derivative ∂v₃/∂v₂ here?"
    page.click("#show")
    page.click("#next")
    assert page.text_content("#question") == "Which node can be computed next? Click it."
    assert page.is_hidden("#guess")
    names = [each.text_content() for each in page.query_selector_all(".card .name")]
    assert "L" in names
    page.click("#node-14")
    assert page.text_content("#verdict") == "L still waits for v₅ and v₇. Next is v₄."
    assert "1 of 3 right" in page.text_content("#count")


def test_a_batch_says_which_sample_flows(open_page: Open) -> None:
    model = MLP(2, [2, 1], seed=0)
    samples = [([0.1, 0.2], 1.0), ([0.3, -0.4], -1.0), ([1.0, 2.0], 1.0), ([0.5, 0.5], -1.0)]
    loss = sum(((model(x) - target) ** 2 for x, target in samples), Value(0.0)) / 4
    page = open_page(loss)
    page.get_by_role("button", name="every operation").click()
    page.click("#next")
    assert page.text_content("#phase") == "Forward, sample 1 of 4"
    said = page.evaluate(
        "() => Array.from({length: document.getElementById('slider').max}, () => {"
        " document.getElementById('next').click();"
        " return document.getElementById('phase').textContent; })"
    )
    assert {f"Backward, sample {k} of 4" for k in (1, 2, 3, 4)} < set(said)
    page.get_by_role("button", name="Fit").click()
    page.locator(".card .name").filter(has_text="b").first.click()
    assert ", sample 4" in page.text_content("#details")


@pytest.mark.parametrize("width", [320, 381, 390, 844, 1440])
def test_no_field_clips_its_digits(open_page: Callable[..., Any], width: int) -> None:
    leaves = [-1.2345678901234567e-100, 0.24294111234567891, 1e300, 7.0, -0.04053]
    output = sum((Value(x, f"x{k}") for k, x in enumerate(leaves)), Value(0.0, "start"))
    page = open_page(output, viewport={"width": width, "height": 800})
    clipped = page.evaluate(
        "[...document.querySelectorAll('#leaves .number')]"
        ".filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.value)"
    )
    assert clipped == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
