"""The live page in a real browser: it learns, starts over, steps, and gives its moment away."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nn import MLP
from nn.training.live import live_page
from tests.engine.explorer.measuring import SIZES
from tests.nn.training.measuring import FAULTS

pytestmark = pytest.mark.browser


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "live.html"
    live_page().save(path)
    return path


def test_a_net_is_chosen_learns_and_is_looked_into(
    live: Path, tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    page = open_file(live)

    def epoch() -> int:
        found = re.match(r"epoch (\d+),", str(page.text_content("#said")))
        assert found
        return int(found[1])

    def accuracy() -> int:
        return int(re.findall(r"accuracy (\d+)", str(page.text_content("#said")))[0])

    def numbers() -> list[float]:
        cells = page.locator("#numbers td:nth-child(2)").all_text_contents()
        return [float(text.replace("−", "-")) for text in cells]

    # it begins with the weights of MLP, and learns
    page.click("#all summary")
    page.locator("#numbers tr").nth(37).wait_for()
    expected = [p.data for p in MLP(2, [4, 4, 1], seed=0).parameters()]
    assert numbers() == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert epoch() == 0
    marks = page.locator("#loss .mark.end").all_text_contents()  # two losses that hardly differ
    assert len(marks) > 1 and len(set(marks)) == len(marks)
    page.click("#step")
    assert epoch() == 1 and numbers() != pytest.approx(expected, rel=1e-2)
    before = accuracy()
    page.click("#play")
    page.locator("#said", has_text=re.compile(r"epoch [2-9]\d,")).wait_for()
    page.click("#play")
    assert accuracy() >= before and page.text_content("#play") == "Run"

    # an epoch that is over is looked at; a step goes on from the last one
    last = epoch()
    page.keyboard.press("Home")
    assert epoch() == 0 and numbers() == pytest.approx(expected, rel=1e-3, abs=1e-4)
    page.click("#step")
    assert epoch() == last + 1

    # every control starts over
    page.select_option("#data-set", "hills")
    assert epoch() == 0 and "accuracy" not in str(page.text_content("#said"))
    page.select_option("#data-set", "xor")
    page.select_option("#activation", "gelu")
    page.select_option("#rate", "0.1")
    page.select_option("#batch", "20")
    page.select_option("#noise", "0.05")
    page.click("#features button:has-text('x₁x₂')")
    page.click("#layers button:has-text('− layer')")
    page.click("#layers [aria-label='one neuron more in layer 1']")
    page.click("#regenerate")
    assert page.locator("#net .neuron").count() == 3 + 5 + 1
    assert 'MLP(3, [5, 1], "gelu", seed=1)' in str(page.text_content("#python"))
    page.click("#step")
    page.wait_for_url("**/*#data=xor&noise=0.05&activation=gelu&rate=0.1&batch=20&seed=1*epoch=1")

    # any neuron: its backward pass, for any sample
    page.click("#net [data-neuron='1,4']")
    assert page.text_content("#unit-title") == "Through a⁽¹⁾₅, forward and backward"
    page.locator("#field .sample").nth(7).dispatch_event("click")
    assert str(page.text_content("#unit-sample")).startswith("sample 8 of 200")
    found = re.search(r"\((\S+), (\S+)\)", str(page.text_content("#unit-sample")))
    assert found
    numbers_of_z = page.text_content("#unit-steps .numbers")
    assert all(f"·{x}" in numbers_of_z.replace("(", "") for x in found.groups())
    for _ in range(3):
        page.click("#unit-next")
    lines = page.locator("#unit-steps li").all_text_contents()
    assert lines[0].startswith("z⁽¹⁾₅ = w⁽¹⁾₅₁·x₁ + w⁽¹⁾₅₂·x₂ + w⁽¹⁾₅₃·x₁x₂ + b⁽¹⁾₅")
    assert lines[2].startswith("∂L/∂a⁽¹⁾₅ = w⁽²⁾₁₅ · δ⁽²⁾₁")
    assert lines[3].startswith("δ⁽¹⁾₅ = ∂L/∂z⁽¹⁾₅ = ∂L/∂a⁽¹⁾₅ · f′(z)")
    page.click("#unit-next")
    along = page.get_attribute("#net .edge.active", "d")
    assert along in [page.locator("#net .edge").nth(k).get_attribute("d") for k in range(12, 15)]
    page.click("#unit-back")
    page.click("#unit-back")
    assert page.locator("#unit-steps li").count() == 3

    # the page that is saved trains up to the same moment by itself
    said = page.text_content("#said")
    page.click("#share summary")
    with page.expect_download() as waiting:
        page.click("#save")
    waiting.value.save_as(tmp_path / "saved.html")
    again = open_file(tmp_path / "saved.html")
    again.locator("#said", has_text="epoch 1,").wait_for()
    assert again.text_content("#said") == said
    assert again.locator("#unit-steps li").count() == 3


UNDER_THE_BAR = """() => {
  const focused = document.activeElement;
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const { top, bottom } = focused.getBoundingClientRect();
  return top < bar.bottom - 1 && bottom > bar.top && !focused.matches("body, .bar *");
}"""


def test_what_has_the_focus_is_not_under_the_bar(live: Path, open_file: Callable[..., Any]) -> None:
    page = open_file(live, viewport={"width": 1280, "height": 600})
    for key in ("Tab", "Shift+Tab"):
        for count in range(60):
            page.keyboard.press(key)
            assert not page.evaluate(UNDER_THE_BAR), (key, count)


def test_a_rate_that_is_too_large_is_said(live: Path, open_file: Callable[..., Any]) -> None:
    page = open_file(live, "#data=hills&rate=3&activation=identity&batch=1")
    page.click("#play")
    page.locator("#trouble", has_text="A smaller learning rate may help").wait_for()
    assert page.text_content("#play") == "Run"
    page.select_option("#rate", "0.01")
    assert not page.is_visible("#trouble")


def test_it_fits_every_window(live: Path, open_file: Callable[..., Any]) -> None:
    address = "#hidden=8,8,8,8&features=0,1,2,3,4,5,6&neuron=2,3&step=40"
    for scheme in ("light", "dark"):
        page = open_file(live, address, color_scheme=scheme)
        page.click("#share summary")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("new Promise(requestAnimationFrame)")
            assert page.evaluate(FAULTS) == [], (width, height)


def test_the_key_is_seen_in_colours_of_the_reader_s_own(
    live: Path, open_file: Callable[..., Any]
) -> None:
    page = open_file(live, forced_colors="active")
    colors = "all => all.map((e) => getComputedStyle(e).backgroundColor)"
    assert len(set(page.locator("#key i").evaluate_all(colors))) == 2


def test_without_javascript_it_says_so(live: Path, open_file: Callable[..., Any]) -> None:
    page = open_file(live, java_script_enabled=False)
    assert page.locator("noscript p").bounding_box()["y"] < 600
