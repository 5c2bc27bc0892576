"""The page as it is shared: lectures, addresses, saved pages, pictures, print."""

import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Value, backward_steps, explore, forward_steps, tanh
from nn import MLP

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


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


# The address, and files


def saved(page: Any, button: str, folder: Path) -> Path:
    """The file that a button of the open dialog saves."""
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def state(page: Any) -> list[Any]:
    """What a reader sees, and the address that holds it."""
    return [
        words(page),
        page.locator("#leaves .number").evaluate_all("each => each.map(e => e.value)"),
        page.evaluate("document.documentElement.className"),
        page.input_value("#speed"),
        page.get_attribute("#predict", "aria-pressed"),
        page.evaluate("document.querySelector('.world').style.transform"),
        page.locator(".card").count(),
    ]


def test_a_saved_page_opens_at_its_moment_and_so_does_the_link(
    open_page: Open, open_file: Open, tmp_path: Path
) -> None:
    page = open_page(net())
    page.get_by_role("button", name="neurons").click()
    page.fill("#slider", "5")
    page.locator("#leaves .number").first.fill("0.75")
    page.click("#theme")
    page.click("#predict")
    page.select_option("#speed", "5")
    page.click("#larger")
    page.click("#share")
    assert "send the file" in page.text_content("#share-hint")
    path = saved(page, "#save", tmp_path)
    assert path.suffix == ".html"
    assert "Saved as" in page.text_content("#shared")
    page.keyboard.press("Escape")
    expected = state(page)
    wait_until(page, "location.hash.includes('see=')")
    linked = open_page(net(), page.evaluate("location.hash"))
    opened = open_file(path)
    for other in (linked, opened):
        assert rounded(state(other)) == rounded(expected)
    assert opened.evaluate("location.hash") == ""
    opened.click("#share")  # and what was saved can be saved again
    again = saved(opened, "#save", tmp_path / "again")
    assert again.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def rounded(shown: list[Any]) -> list[Any]:
    """The same with numbers of the picture's place to three digits."""
    place = re.sub(r"-?\d+\.?\d*", lambda found: f"{float(found[0]):.3g}", shown[5])
    return [*shown[:5], place, *shown[6:]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_whole_and_needs_no_style_sheet(
    open_page: Open, tmp_path: Path, scheme: str
) -> None:
    output = neuron()
    page = open_page(output, color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.click("#share")
    svg = saved(page, "#svg", tmp_path)
    tree = ElementTree.parse(svg).getroot()
    texts = [text for element in tree.iter(f"{SVG}text") for text in element.itertext()]
    shown_texts = page.locator("#picture text, #picture .partial").all_text_contents()
    assert sorted(texts) == sorted(filter(None, shown_texts))
    assert tree.find(f"{SVG}desc").text == words(page)  # type: ignore[union-attr]
    written = svg.read_text(encoding="utf-8")
    assert not re.search(r"class=|style=|var\(|color\(|rgb|url\(|<script", written)
    assert all(element.get("fill") for element in tree.iter(f"{SVG}text"))
    png = saved(page, "#png", tmp_path).read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (2 * int(tree.get("width", "")), 2 * int(tree.get("height", "")))
    assert len(png) > 20_000


def test_all_of_a_large_picture_is_exported(open_page: Open, tmp_path: Path) -> None:
    page = open_page(net(), "#level=2")
    page.click("#larger")
    page.click("#share")
    tree = ElementTree.parse(saved(page, "#svg", tmp_path)).getroot()
    x, y, width, height = map(float, tree.get("viewBox", "").split())
    faces = 0
    for group in tree.findall(f"{SVG}g"):
        left, top = map(float, re.findall(r"-?[\d.]+", group.get("transform", "")))
        for face in group.findall(f"{SVG}rect"):
            faces += 1
            assert x <= left + float(face.get("x", "")) <= x + width
            assert y <= top + float(face.get("y", "")) <= y + height
    assert faces >= page.locator(".card .face").count()


def test_a_notebooks_frame_says_what_it_can_share(
    open_page: Open, open_file: Open, tmp_path: Path
) -> None:
    (tmp_path / "notebook.html").write_text(explore(neuron())._repr_html_(), encoding="utf-8")
    page = open_file(tmp_path / "notebook.html")
    frame = page.frame_locator("iframe")
    frame.locator("#last").click()
    frame.locator("#share").click()
    assert frame.locator("#copy").is_hidden()
    assert "notebook" in str(frame.locator("#share-hint").text_content())
    with page.expect_download() as download:
        frame.locator("#save").click()
    path = tmp_path / "saved.html"
    download.value.save_as(path)
    opened = open_file(path)
    assert words(opened) == backward_steps(neuron())[-1].words
