"""The page as it is shared: lectures, addresses, saved pages, pictures, print."""

import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import backward_steps, explore, forward_steps
from tests.engine.explorer.measuring import SIZES
from tests.engine.explorer.shared import net, neuron, wait_until, words

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


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


# Finding, keys, size


def test_a_node_is_found_in_a_closed_box(open_page: Open) -> None:
    page = open_page(net(), "#level=0")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "wanted"
    page.keyboard.type("w(2)21")
    assert re.fullmatch(r"1 of \d+ nodes", page.text_content("#found-count"))
    assert "layer 2/neuron 2" in page.text_content("#found")
    page.keyboard.press("Enter")
    assert page.is_hidden("#find-dialog")
    found = page.locator("[data-found]")
    assert found.count() == 1 and "w₁−0.3779" in str(found.text_content())
    assert page.evaluate("document.activeElement === document.querySelector('[data-found]')")
    box, stage = found.bounding_box(), page.locator("#picture").bounding_box()
    assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
    page.keyboard.press("/")
    page.keyboard.type("neuron")
    assert "the first 50 are listed" in page.text_content("#found-count")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("[data-found]").count() == 1
    page.keyboard.press("/")
    page.keyboard.type("there is no such node")
    assert str(page.text_content("#found-count")).startswith("0 of")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.is_hidden("#find-dialog")


def test_a_question_mark_lists_the_keys_and_escape_closes(open_page: Open) -> None:
    page = open_page(neuron())
    page.focus("#next")
    page.keyboard.press("?")
    assert page.is_visible("#keys-dialog")
    for _ in range(5):  # focus stays within
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.getElementById('keys-dialog').contains(document.activeElement)"
        )
    page.keyboard.press("ArrowRight")
    assert page.text_content("#phase") == "Start"
    page.keyboard.press("Escape")
    assert page.is_hidden("#keys-dialog")
    assert page.evaluate("document.activeElement.id") == "next"
    page.click("#keys")
    page.mouse.click(5, 5)
    assert page.is_hidden("#keys-dialog")


def test_text_grows_and_the_address_keeps_it(open_page: Open) -> None:
    page = open_page(neuron())

    def heights() -> list[float]:
        return [page.locator(each).first.bounding_box()["height"] for each in ("#phase", ".card")]

    before = heights()
    page.click("#enlarge")
    page.click("#enlarge")
    wait_until(page, "location.hash.includes('text=1.3')")  # by then all is laid out anew
    after = heights()
    assert [new / old for old, new in zip(before, after)] == pytest.approx([1.3, 1.3], rel=0.05)
    other = open_page(neuron(), "#text=1.3")
    assert other.locator("#phase").bounding_box()["height"] == pytest.approx(after[0], rel=0.01)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_whole_screen_is_used_and_left(open_page: Open) -> None:
    page = open_page(neuron())
    page.click("#full")
    wait_until(page, "document.fullscreenElement !== null")
    assert page.get_attribute("#full", "aria-pressed") == "true"
    page.keyboard.press("f")
    wait_until(page, "document.fullscreenElement === null")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_header_holds_at_every_size(open_page: Open, width: int, height: int) -> None:
    size = {"width": width, "height": height}
    page = open_page(net(), lecture={"title": "A net of two layers"}, viewport=size)
    page.locator("#leaves .number").first.fill("0.75")  # so that Reset is there too
    is_small = width <= 860
    assert page.is_visible("#menu") == is_small
    if is_small:
        page.click("#menu summary")
    assert all(page.is_visible(f"#{each}") for each in ("find", "enlarge", "keys", "theme"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [
        each.bounding_box()
        for each in page.query_selector_all("button, summary, select, input")
        if each.is_visible()
    ]
    if is_small:
        assert min(box["height"] for box in boxes) >= 40
        assert min(box["width"] for box in boxes) >= 40
        page.click("#theme")
        assert page.is_hidden("#theme")
        page.click("#share")
        inside = page.locator("#share-dialog").bounding_box()
        assert inside["x"] >= 0 and inside["x"] + inside["width"] <= width
        assert inside["y"] >= 0 and inside["y"] + inside["height"] <= height
    tops = {round(box["y"]) for box in boxes if box["y"] < 20}
    assert len(tops) <= 2
