"""The page as it is shared: lectures, addresses, saved pages, pictures, print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Value, backward_steps, explore, forward_steps, tanh
from nn import MLP

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.fixture
def open_page(open_file: Open, tmp_path: Path) -> Open:
    """Opens a graph's page from disk."""

    def opened(output: Value, address: str = "", *, lecture: Any = None, **options: Any) -> Any:
        explore(output, **(lecture or {})).save(tmp_path / "page.html")
        return open_file(tmp_path / "page.html", address, **options)

    return opened


def neuron() -> Value:
    """L = (tanh(w·x + b) − 0.2)² + 0.1·w², in which w is used twice."""
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
    output = (tanh(w * x + b) - 0.2) ** 2 + 0.1 * w**2
    output.label = "L"
    return output


def net() -> Value:
    output: Value = (MLP(2, [4, 4, 1], seed=0)([0.5, -1.0]) - 1.0) ** 2
    return output


def wait_until(page: Any, condition: str) -> None:
    """Playwright's own waiting evaluates text, which the page forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not {condition}")


def words(page: Any) -> str:
    return str(page.text_content("#words"))


# Lectures


def test_a_lecture_has_a_title_notes_and_a_first_step(open_page: Open) -> None:
    output = neuron()
    forward = len(forward_steps(output))
    notes = {0: "Only leaves", 3: "`tanh` squashes: <b>", forward + 1: "Backward begins"}
    page = open_page(output, lecture={"title": "A <i>neuron", "notes": notes, "start": 3})
    assert page.title() == page.text_content("h1") == "A <i>neuron"
    assert words(page) == forward_steps(output)[2].words
    assert page.inner_text("#note-texts") == "tanh squashes: <b>"
    assert page.text_content("#note-texts code") == "tanh"
    assert page.text_content("#note-count") == "Note 2 of 3"
    page.keyboard.press("n")
    assert words(page) == backward_steps(output)[0].words
    assert page.inner_text("#note-texts") == "Backward begins"
    page.click("#next-note")
    assert page.inner_text("#note-texts") == "Only leaves"
    wait_until(page, "location.hash === '#step=0'")  # an empty one would open at step 3
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#note-texts") == ""
    assert page.locator("#marks i").count() == 3


def test_the_slider_shows_where_backward_begins(open_page: Open) -> None:
    output = neuron()
    page = open_page(output)
    assert page.is_hidden("#notes")
    forward = len(forward_steps(output))
    last = forward + len(backward_steps(output))
    mark = page.locator("#marks .backward").bounding_box()
    slider = page.locator("#slider").bounding_box()
    part = (mark["x"] - slider["x"] - 8) / (slider["width"] - 16)
    assert forward < part * last < forward + 1
    assert page.text_content("#marks") == "forwardbackward"
