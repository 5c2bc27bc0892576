"""What a reader can do on the page: undo an edit, read every digit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Value, explore

pytestmark = pytest.mark.browser


Open = Callable[..., Any]


@pytest.fixture
def open_page(open_file: Open, tmp_path: Path) -> Open:
    """Opens a graph's page from disk."""

    def opened(output: Value, **options: Any) -> Any:
        explore(output).save(tmp_path / "page.html")
        return open_file(tmp_path / "page.html", **options)

    return opened


def test_an_edit_is_undone_and_done_again(open_page: Open) -> None:
    page = open_page(Value(2.0, "x") * Value(3.0, "y"))
    assert page.is_disabled("#undo")
    page.fill("#leaf-1", "4")
    page.locator("h2").click()
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


@pytest.mark.parametrize("width", [390, 844, 1440])
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
