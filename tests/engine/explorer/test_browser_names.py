"""The names on the page: those of a textbook, the same on cards and in steps, nowhere a #."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import explore
from nn import MLP

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def page(open_file: Open, tmp_path: Path) -> Any:
    """The loss of a net over two samples: every weight is there once, every sum twice."""
    model = MLP(2, [2, 1], seed=0)
    explore(sum((model(x) - 1.0) ** 2 for x in ([0.5, -1.0], [1.0, 2.0]))).save(tmp_path / "a.html")
    return open_file(tmp_path / "a.html", "")


def open_box(page: Any, path: str) -> None:
    page.evaluate("(path) => { location.hash = `box=${encodeURIComponent(path)}`; }", path)
    page.wait_for_selector(f'#trail button[aria-current="true"]:text("{path.split("/")[-1]}")')


def names_on_cards(page: Any) -> list[str]:
    return [str(each.text_content()) for each in page.query_selector_all("#picture .card .name")]


def assert_no_number_sign(page: Any) -> None:
    assert "#" not in page.inner_text("body")
    texts = [each.text_content() for each in page.query_selector_all("svg text, math, [aria-live]")]
    assert texts and not any("#" in text for text in texts)
    labels = [each.get_attribute("aria-label") for each in page.query_selector_all("[aria-label]")]
    assert not any("#" in label for label in labels)


def test_a_net_has_the_names_of_a_textbook(page: Any) -> None:
    level = page.query_selector('#trail button:text("every operation")')
    level.click()
    cards = names_on_cards(page)
    for name in ("w⁽¹⁾₂₁", "b⁽¹⁾₂", "z⁽¹⁾₁", "a⁽¹⁾₂", "w⁽²⁾₁₂", "z⁽²⁾₁", "z⁽²⁾₁′", "x₁", "x₁′"):
        assert name in cards
    said = set()
    page.focus("#slider")
    while not page.is_disabled("#next"):
        page.keyboard.press("ArrowRight")
        said.add(str(page.text_content("#words")).split(" = ")[0].split(" +=")[0])
        assert "#" not in page.text_content("#words") + page.text_content("#now")
    assert {"z⁽¹⁾₁", "a⁽¹⁾₂"} <= said  # the forward steps
    assert any("/∂w⁽²⁾₁₂" in words for words in said)
    assert_no_number_sign(page)
    raised = page.query_selector("#arithmetic msubsup, #details msubsup")
    assert raised is not None and "(" in raised.text_content()


def test_inside_a_neuron_names_are_short(page: Any) -> None:
    open_box(page, "layer 1/neuron 2")
    cards = names_on_cards(page)
    assert {"w₁", "w₂", "b", "z", "z′", "a", "a′"} <= set(cards)
    assert not any("⁽¹⁾" in name for name in cards)
    labels = {str(each.text_content()) for each in page.query_selector_all("#leaves label")}
    assert {"w₁", "b"} <= labels
    said = []
    page.focus("#slider")
    while not page.is_disabled("#next"):
        page.keyboard.press("ArrowRight")
        said.append(str(page.text_content("#words")))
    assert any(words.startswith("a = tanh(z)") for words in said)
    assert_no_number_sign(page)
    page.click('#trail button:text("every operation")')
    assert "w⁽¹⁾₂₁" in names_on_cards(page)
