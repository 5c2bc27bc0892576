"""Every picture opens so that it can be read, in the order of counting, whatever the window."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Value, explore, logsumexp, scope, tanh
from nn import (
    LSTM,
    MLP,
    Conv2d,
    Flatten,
    Layer,
    MaxPool2d,
    Sequential,
    softmax_cross_entropy,
)
from tests.engine.drawing.test_covering import long_numbers, neuron
from tests.engine.explorer.measuring import (
    SIZES,
    crossed,
    cut_off,
    faults,
    measure,
    out_of_sight,
    overlapping,
    pale,
    too_small,
)
from tests.engine.explorer.shared import net, wait_until

pytestmark = pytest.mark.browser


GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "long numbers": long_numbers,
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


def states(page: Any, name: str) -> Iterator[str]:
    """Bring an open page, one after the other, into all that a reader can make of it."""
    yield "opening"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    yield "forward"
    page.keyboard.press("End")
    yield "end"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    yield "backward"
    page.evaluate("() => document.querySelectorAll('#lab details').forEach((e) => (e.open = true))")
    page.click("#switches button >> nth=0")
    yield "wrong on purpose"
    page.click("#switches button >> nth=2")
    yield "a second pass on top"
    page.click("#switches button >> nth=2")
    if page.locator(".plot").count():
        page.focus(".plot >> nth=0")
        page.keyboard.press("ArrowRight")
        yield "nudge"
        page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Home")
    page.click("#predict")
    page.click("#next")
    yield "question"
    page.fill("#guess", "77")
    page.press("#guess", "Enter")
    yield "wrong guess"
    page.click("#predict")
    page.keyboard.press("/")
    yield "search"
    page.keyboard.press("Escape")
    if name == "net":
        page.locator(".unit").nth(3).click()
        page.keyboard.press("End")
        yield "an opened neuron"
        page.get_by_role("button", name="its operations").click()
        yield "its operations"


@pytest.mark.parametrize("name", ["neuron", "net"])
def test_all_can_be_read_in_every_state_and_nothing_is_covered(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name])
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        page.goto(pages[name].as_uri())
        for state in states(page, name):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert faults(measure(page)) == [], (state, width, height, scheme)


@pytest.mark.parametrize("name", ["long numbers", "sum", "convolution", "LSTM"])
def test_large_graphs_can_be_read(open_file: Any, pages: dict[str, Path], name: str) -> None:
    page = open_file(pages[name])
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")
        page.goto(pages[name].as_uri())
        for key in ("Home", "ArrowRight", "End"):
            page.press("body", key)
            assert faults(measure(page)) == [], (key, width, height)


def test_exponents_with_indices_can_be_read(open_page: Any) -> None:
    page = open_page(logsumexp([Value(0.5 * k, f"x{k}") for k in range(3)]), "#step=3")
    assert too_small(measure(page)) == []


def test_a_board_has_room_on_a_phone_beside_the_way_to_other_views(open_page: Any) -> None:
    image = [[float(row == column) for column in range(7)] for row in range(7)]
    model = Sequential(Conv2d(1, 3, 3), MaxPool2d(2), Flatten(), Layer(12, 3, "identity"))
    loss = softmax_cross_entropy([model([image])], [1])
    for width, height in (360, 740), (390, 844), (844, 390):
        page = open_page(loss, viewport={"width": width, "height": height})
        assert too_small(measure(page)) == []
        assert page.locator("#picture").bounding_box()["height"] > 140
        if height > width:
            assert page.locator(".board .grid").first.bounding_box()["width"] > 7 * 5
        page = open_page(loss, "#level=2", viewport={"width": width, "height": height})
        trail = page.locator("#trail").bounding_box()
        shown = page.locator("#trail [aria-current]").bounding_box()
        assert trail["x"] <= shown["x"]
        assert shown["x"] + shown["width"] <= trail["x"] + trail["width"]


@pytest.mark.parametrize("name", ["neuron", "net", "LSTM"])
def test_a_formula_does_not_scroll_by_what_hangs_below_its_line(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name])
    hidden = "(e) => e.scrollHeight - e.clientHeight"
    for step in range(20):
        assert page.eval_on_selector("#arithmetic", hidden) == 0, step
        page.press("body", "ArrowRight")


HIDDEN_NUMBERS = """() => {
  const { left, right } = document.getElementById("details").getBoundingClientRect();
  const cells = [...document.querySelectorAll("#details td")];
  const isIn = (box) => box.left >= left && box.right <= right + 0.5;
  return cells.filter((each) => !isIn(each.getBoundingClientRect())).map((e) => e.textContent);
}"""


@pytest.mark.parametrize("size", SIZES)
def test_a_long_formula_of_a_local_derivative_leaves_its_number_in_sight(
    open_page: Any, size: tuple[int, int]
) -> None:
    a, b, c = (Value(x, name) for x, name in ((1.0, "a"), (2.0, "b"), (0.5, "c")))
    output = engine.maximum(a, b, c) * engine.mish(a) * engine.gelu(b)
    page = open_page(output, viewport={"width": size[0], "height": size[1]})
    for step in range(16):
        assert page.evaluate(HIDDEN_NUMBERS) == [], step
        page.press("body", "ArrowRight")
    assert page.locator("#details").get_by_role("rowheader").count() == 2


def test_no_edge_comes_near_a_local_derivative_at_any_step(open_page: Any) -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    f = x.exp() / (x.sin() ** 3 + x.cos() ** 3)
    for output in (((w * x + b).tanh() - 1.0) ** 2, f):  # both run down
        page = open_page(output, viewport={"width": 1400, "height": 900})
        for step in range(40):
            page.keyboard.press("ArrowRight")
            assert crossed(measure(page), 0.0) == [], step


def test_how_much_a_closed_box_holds_stands_inside_it(open_page: Any) -> None:
    leaves = [Value(1.0, f"x{k}") for k in range(1, 301)]
    output = leaves[0]
    for k in range(6000):
        output = output * leaves[k % 300] + 0.001
    page = open_page(output, viewport={"width": 1440, "height": 900})
    held = [text for text in page.locator(".caption").all_text_contents() if "operations" in text]
    assert max(map(len, held)) > 26
    assert cut_off(measure(page)) == []


def test_what_can_be_seen_whole_is(open_file: Any, pages: dict[str, Path]) -> None:
    for name in ("neuron", "net"):
        room = {"width": 1440, "height": 900}
        page = open_file(pages[name], "#step=100000", viewport=room)
        assert out_of_sight(measure(page)) == []


def test_a_link_from_a_window_where_the_graph_runs_across_shows_it_downwards(
    open_file: Any, tmp_path: Path
) -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    explore((w * x + b).tanh()).save(tmp_path / "page.html")
    link = "#see=620,70,1"  # of tanh, to the right
    page = open_file(tmp_path / "page.html", link, viewport={"width": 390, "height": 844})
    assert out_of_sight(measure(page)) == []


def test_a_graph_runs_the_other_way_when_a_phone_is_turned(open_page: Any) -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    output = (w * x + b).tanh()
    upright, flat = {"width": 390, "height": 844}, {"width": 844, "height": 390}
    across = measure(open_page(output, "#step=3", viewport=flat))["cards"]
    page = open_page(output, "#step=3", viewport=upright)
    downwards = measure(page)["cards"]
    page.focus("#node-0")
    for size, cards in (flat, across), (upright, downwards):
        page.set_viewport_size(size)
        page.evaluate("dispatchEvent(new Event('resize'))")  # its own comes a little later
        assert measure(page)["cards"] == cards
        assert page.evaluate("document.activeElement.id") == "node-0"
    assert across[0]["left"] != downwards[0]["left"]


def test_a_graph_that_runs_down_opens_at_its_beginning(open_page: Any) -> None:
    a, b, c = Value(1.0, "a"), Value(-2.0, "b"), Value(3.0, "c")
    either = engine.where(a > b, a * c, b * c)
    output = (either + engine.maximum(a, b, c)).tanh() * a  # which stands on the left
    page = open_page(output, viewport={"width": 390, "height": 844})
    measured = measure(page)
    cards = {card["name"]: card for card in measured["cards"]}
    assert cards["a"]["top"] < cards["v₁"]["top"]
    out = out_of_sight(measured)
    assert "a" not in out and "v₁" not in out and len(out) > 0


def test_three_closed_boxes_are_whole_on_a_phone_upright_and_turned(open_page: Any) -> None:
    with scope("first"):
        output = (Value(0.5, "x") * Value(0.7, "w")).tanh()
    for name in ("second", "third"):
        with scope(name):
            output = (output * Value(0.7, "w")).tanh()
    for width, height in (390, 844), (844, 390):
        page = open_page(output, viewport={"width": width, "height": height})
        for key in ("Home", "ArrowRight", "End"):
            page.press("body", key)
            measured = measure(page)
            assert len(measured["cards"]) == 3
            assert out_of_sight(measured) == [] and faults(measured) == []


def two_parts() -> Value:
    y = Value(0.5, "x")
    for name in ("first", "second"):
        with scope(name):
            y = (y * Value(0.7, "w") + Value(0.1, "b")).tanh()
    return y


WIDE, NARROW = (1440, 900), (600, 900)
HAS_FOCUS = "document.activeElement.id || document.activeElement.ariaLabel"


def resize(page: Any, width: int, height: int) -> str:
    """Which level is shown then."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("dispatchEvent(new Event('resize'))")  # its own comes a little later
    return str(page.text_content("#trail [aria-current]"))


def test_a_window_of_another_size_shows_the_level_it_would_open_with(open_page: Any) -> None:
    page = open_page(two_parts(), "#step=9", viewport={"width": 1440, "height": 900})
    said = page.text_content("#words")
    page.focus("#node-10")  # tanh of the second part
    for _ in range(2):
        assert resize(page, *NARROW) == "level 1"
        assert page.evaluate(HAS_FOCUS).startswith("second, closed")
        assert out_of_sight(measure(page)) == []
        assert resize(page, *WIDE) == "every operation"
        assert page.evaluate(HAS_FOCUS) == "node-10"
        assert page.text_content("#words") == said
    assert page.evaluate("location.hash") == "#step=9"


def test_what_a_reader_chose_to_see_stays_in_a_window_of_another_size(open_page: Any) -> None:
    page = open_page(two_parts(), viewport={"width": 390, "height": 844})
    page.locator(".card.folded", has_text="second").click()
    second = page.text_content("#trail [aria-current]")
    assert resize(page, *WIDE) == second
    page.get_by_role("button", name="level 1").click()
    assert (resize(page, *NARROW), resize(page, *WIDE)) == ("level 1", "level 1")
    wait_until(page, "location.hash === '#level=0'")  # where it opens with every operation
    page = open_page(two_parts(), viewport={"width": 1440, "height": 900})
    page.locator("#larger").click()
    assert resize(page, *NARROW) == "every operation"
    page.locator("#fit").click()
    page.focus("#leaf-1")
    assert resize(page, *NARROW) == "every operation"  # so that a phone may show its keyboard
    page.locator("#leaf-1").blur()
    assert resize(page, *NARROW) == "level 1"
    resize(page, *WIDE)
    page.evaluate("() => void dispatchEvent(new Event('beforeprint'))")
    assert resize(page, *NARROW) == "every operation"


def test_an_open_question_stays_as_it_is_in_a_window_of_another_size(open_page: Any) -> None:
    page = open_page(two_parts(), "#predict=on", viewport={"width": 1440, "height": 900})
    page.click("#next")
    page.fill("#guess", "0.123")
    assert resize(page, *NARROW) == "every operation"
    assert page.input_value("#guess") == "0.123"


def test_a_button_of_the_trail_keeps_the_focus_when_it_is_pressed_or_the_graph_refolds(
    open_page: Any,
) -> None:
    page = open_page(two_parts(), viewport={"width": 1440, "height": 900})
    focused = "document.activeElement.textContent"
    page.get_by_role("button", name="level 1").focus()
    assert resize(page, *NARROW) == "level 1"
    assert page.evaluate(focused) == "level 1"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.text_content("#trail [aria-current]") == "every operation"
    assert page.evaluate(focused) == "every operation"
    page = open_page(net(), viewport={"width": 1440, "height": 900})
    page.locator(".unit").nth(3).click()
    page.get_by_role("button", name="its operations").focus()
    page.keyboard.press("Enter")  # which is none of the buttons then
    assert page.evaluate("document.activeElement.ariaCurrent") == "true"


def test_the_box_that_is_pressed_has_the_focus_though_a_level_has_its_name(open_page: Any) -> None:
    with scope("core"), scope("inner"):
        y = (Value(0.5, "x") * Value(0.7, "w") + 1.0).tanh()
    page = open_page(y * 2.0, "#box=core/inner", viewport={"width": 1280, "height": 800})
    page.locator("#trail button", has_text="core").last.focus()
    page.keyboard.press("Enter")
    focused = "[...document.querySelectorAll('#trail button')].indexOf(document.activeElement)"
    assert page.locator("#trail button").all_text_contents().count("core") == 2
    assert page.evaluate(focused) == page.locator("#trail button").count() - 1


def test_after_a_click_on_a_level_space_plays(open_page: Any) -> None:
    page = open_page(net(), viewport={"width": 1280, "height": 800})
    page.locator("#trail button").nth(1).click()
    page.keyboard.press("Space")
    assert page.text_content("#play") == "Pause"


def test_an_address_says_whether_the_level_was_chosen(open_page: Any) -> None:
    page = open_page(two_parts(), "#level=0", viewport={"width": 600, "height": 900})
    assert resize(page, *WIDE) == "level 1"
    page.evaluate("location.hash = '#step=2'")
    wait_until(page, "document.querySelector('#trail [aria-current]').textContent !== 'level 1'")
    assert resize(page, *NARROW) == "level 1"
    assert resize(page, *WIDE) == "every operation"


COLOURS = """(all) => all.map((e) => {
  const { backgroundColor, borderTopColor, borderTopStyle } = getComputedStyle(e);
  return `${backgroundColor} ${borderTopColor} ${borderTopStyle}`;
})"""


def test_what_is_chosen_and_the_legend_are_seen_in_colours_of_the_reader_s_own(
    open_page: Any,
) -> None:
    page = open_page(two_parts(), viewport={"width": 1440, "height": 900}, forced_colors="active")
    for group in ("#trail button", "#legend i"):
        looks = page.locator(f"{group}:visible").evaluate_all(COLOURS)
        assert len(set(looks)) == len(looks) > 1


def test_without_javascript_the_page_says_so(open_page: Any) -> None:
    page = open_page(neuron(), java_script_enabled=False)
    box = page.locator("noscript p").bounding_box()
    assert box["y"] < 300 and box["width"] > 100


def test_names_of_any_length_and_letters_stay_where_they_belong(open_page: Any) -> None:
    a, b = Value(1.0, "the weight of the second hidden unit of all"), Value(2.0, "W" * 30)
    with scope("A scope whose name says all that happens in it, and more/inside"):
        c = tanh(a * b)
        c.label = "漢字漢字漢字漢字漢字漢字"
    with scope("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"):
        output = c * a + b
        output.label = "𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎"
    for width, height in ((360, 740), *SIZES):
        page = open_page(output, viewport={"width": width, "height": height})
        for number in range(page.locator("#trail button").count()):
            page.locator("#trail button").nth(number).click()
            for key in ("Home", "ArrowRight", "End", "ArrowLeft"):
                page.press("body", key)
                measured = measure(page)
                cut = [
                    text for text in cut_off(measured) if " by LABEL" not in text
                ]  # it ends in …
                assert cut == [], (key, width)
                titles = [each for each in measured["labels"] if each["name"].startswith("▾")]
                assert overlapping(measured | {"labels": titles}) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_say_how_much_is_out_of_sight(open_file: Any, pages: dict[str, Path]) -> None:
    page = open_file(pages["sum"], viewport={"width": 1024, "height": 768})
    out = len(out_of_sight(measure(page)))
    assert str(page.text_content("#beyond")).startswith(f"{out} of ") and out > 0
    page.get_by_role("button", name="Fit").click()
    assert page.text_content("#beyond") == "" and out_of_sight(measure(page)) == []
    assert open_file(pages["net"]).text_content("#beyond") == ""


# A fault that is put into a page must be found, or what is measured above says nothing.
PLANTED: dict[str, tuple[str, Callable[[Any], list[str]]]] = {
    "a text of 9 pixels": ("e => { e.style.fontSize = '9px'; }", too_small),
    "a pale text": ("e => { e.style.color = '#888'; }", pale),
    "a text half transparent": ("e => { e.parentElement.style.opacity = 0.5; }", pale),
    "a text on a dark ground": ("e => { e.style.background = '#333'; }", pale),
    "a text cut off": ("e => { e.style.cssText = 'overflow: hidden; width: 9px'; }", cut_off),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(open_file: Any, pages: dict[str, Path], fault: str) -> None:
    plant, found = PLANTED[fault]
    page = open_file(pages["neuron"], viewport={"width": 1440, "height": 900})
    assert found(measure(page)) == []
    page.eval_on_selector("#phase", plant)
    assert any("Start" in text for text in found(measure(page)))


MOVE = "(e, [x, y]) => { e.style.left = `${x}px`; e.style.top = `${y}px`; }"
PLACES = """() => {
  const line = document.querySelector(".edge .line");
  const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
  const of = ({ style }) => [parseFloat(style.left), parseFloat(style.top)];
  const [own, other] = [...document.querySelectorAll(".partial")].map(of);
  const [left, top] = of(document.querySelector(".card"));
  return { own, other, edge: [x, y], card: [left + 20, top + 20] };
}"""


def test_faults_planted_in_a_picture_are_found(open_file: Any, pages: dict[str, Path]) -> None:
    page = open_file(pages["neuron"], "#step=100000", viewport={"width": 1440, "height": 900})
    label, other = [each["name"] for each in measure(page)["labels"][:2]]
    places = page.evaluate(PLACES)
    for place, begins in {
        "other": f"covered: {other} and {label}",
        "card": f"covered: {label} and ",
        "edge": f"crossed by an edge: {label}",
    }.items():
        page.eval_on_selector(".partial", MOVE, places[place])
        assert any(fault.startswith(begins) for fault in faults(measure(page))), place
    page.eval_on_selector(".partial", MOVE, places["own"])
    assert faults(measure(page)) == []
    page.eval_on_selector(".card .gradient.number-text", "e => { e.style.fill = '#fc9'; }")
    assert len(pale(measure(page))) == 1
    too_long = "e => { e.removeAttribute('textLength'); e.textContent = '−123456789012'; }"
    page.eval_on_selector(".card .value.number-text", too_long)
    assert cut_off(measure(page)) == ["−123456789012 by its card"]


# How much of what is behind a label, a line of the picture, shows where its digits would be.
DIGITS_AWAY = """e => { e.textContent = "88888"; e.style.color = "transparent"; }"""
INK = """async (image) => {
  const bitmap = await createImageBitmap(await (await fetch(image)).blob());
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
  return data.reduce((sum, part) => sum + 255 - part, 0);
}"""


def test_of_an_edge_that_passes_under_a_number_little_shows_through(
    open_file: Any, browser: Any, pages: dict[str, Path]
) -> None:
    page = open_file(pages["neuron"], "#step=100000", viewport={"width": 1440, "height": 900})
    page.eval_on_selector(".partial", MOVE, page.evaluate(PLACES)["edge"])
    page.eval_on_selector(".partial", DIGITS_AWAY)
    reader = browser.new_page()  # that may read images

    def ink() -> float:
        picture = page.screenshot(clip=page.locator(".partial").first.bounding_box())
        return float(reader.evaluate(INK, "data:image/png;base64," + b64encode(picture).decode()))

    shown = ink()
    page.eval_on_selector(".partial", "e => { e.style.textShadow = 'none'; }")
    assert 0.0 < shown < 0.35 * ink()
    reader.close()


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


def test_the_heading_is_read_out_as_a_formula(open_file: Any, tmp_path: Path) -> None:
    x = Value(2.0, '<"b">')
    explore((x + 1.0).tanh() ** 2).save(tmp_path / "page.html")
    page = open_file(tmp_path / "page.html", viewport={"width": 1280, "height": 720})
    assert page.get_by_role("heading", name='v₃ = tanh(<"b"> + 1)²', exact=True).count() == 1


UNDER_THE_FOOTER = """() => {
  const focused = document.activeElement;
  const bar = document.querySelector("footer").getBoundingClientRect();
  const { top, bottom } = focused.getBoundingClientRect();
  return bottom > bar.top + 1 && top < bar.bottom && !focused.matches("body, footer *");
}"""


@pytest.mark.parametrize("size", [(640, 400), (390, 844), (844, 390)])  # 200 % of 1280; phones
def test_what_has_the_focus_is_not_under_the_footer(
    open_file: Any, pages: dict[str, Path], size: tuple[int, int]
) -> None:
    page = open_file(pages["neuron"], viewport={"width": size[0], "height": size[1]})
    for key in ("Tab", "Shift+Tab"):
        for count in range(50):
            page.keyboard.press(key)
            assert not page.evaluate(UNDER_THE_FOOTER), (key, count)


@pytest.mark.parametrize("width", [320, 390, 640, 860])
def test_the_footer_is_no_higher_than_the_room_that_is_kept_for_it(
    open_file: Any, pages: dict[str, Path], width: int
) -> None:
    page = open_file(pages["neuron"], viewport={"width": width, "height": 640})
    kept = page.evaluate("parseFloat(getComputedStyle(document.body).paddingBottom)")
    assert 80 < page.locator("footer").bounding_box()["height"] <= kept


IN_THE_PICTURE = """() => {
  const host = document.getElementById("picture");
  const room = host.getBoundingClientRect();
  const is = document.activeElement.getBoundingClientRect();
  const isIn = is.left >= room.left && is.right <= room.right;
  const isWhole = isIn && is.top >= room.top && is.bottom <= room.bottom;
  return host.scrollTop === 0 && (isWhole || !host.contains(document.activeElement));
}"""


@pytest.mark.parametrize("name", ["sum", "LSTM", "net"])
def test_what_the_keyboard_goes_to_in_a_picture_comes_into_sight(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name], viewport={"width": 390, "height": 844})
    if name == "LSTM":
        page.locator("#trail button").last.click()
    page.locator("#larger").click(click_count=3)
    for key in ("Tab", "Shift+Tab"):
        for count in range(30):
            page.keyboard.press(key)
            assert page.evaluate(IN_THE_PICTURE), (key, count)
    page.locator("#fit").click()  # the browser itself has moved nothing
    assert out_of_sight(measure(page)) == []


SAID_IN_SIGHT = """() => {
  const [host, said] = ["picture", "cell"].map((id) => document.getElementById(id));
  const focused = document.activeElement;
  if (!host.contains(focused) || said.hidden) return null; // a cell may be empty
  const room = host.getBoundingClientRect(), words = said.getBoundingClientRect();
  const is = (focused.querySelector(".mark") ?? focused).getBoundingClientRect();
  const isIn = is.left >= room.left && is.right <= room.right;
  const isWhole = isIn && is.top >= room.top && is.bottom <= room.bottom;
  const gap = Math.min(Math.abs(is.top - words.bottom), Math.abs(words.top - is.bottom));
  const isBeside = gap < 9 && words.left < is.right && words.right > is.left;
  return host.scrollTop === 0 && host.scrollLeft === 0 && isWhole && isBeside;
}"""


@pytest.mark.parametrize("name", ["LSTM", "convolution", "net"])
def test_what_the_keyboard_reaches_says_its_number_where_it_is_seen(
    open_file: Any, pages: dict[str, Path], name: str
) -> None:
    page = open_file(pages[name], viewport={"width": 390, "height": 844})
    page.locator("#larger").click(click_count=5)
    keys = ["Tab"] if name == "net" else ["Tab", "ArrowRight", "ArrowDown"]
    said = []
    for key in 20 * keys:
        page.keyboard.press(key)
        said.append(page.evaluate(SAID_IN_SIGHT))
    assert said.count(True) > 9 and False not in said


def test_the_keyboard_goes_past_an_empty_cell(open_page: Any) -> None:
    last = LSTM(1, 3)([[0.5], [0.2]])[-1]
    page = open_page(last[0] * last[2], viewport={"width": 1440, "height": 900})
    page.get_by_label("h₂, 1 by 3").focus()
    for said in ("", "h⁽²⁾₃"):
        page.keyboard.press("ArrowRight")
        assert page.locator("#cell").inner_text().startswith(said)
        assert page.locator("#cell").is_visible() == bool(said)


def test_a_window_that_gets_its_focus_back_shows_what_it_showed(
    open_file: Any, pages: dict[str, Path]
) -> None:
    page = open_file(pages["sum"], viewport={"width": 900, "height": 700})
    page.locator("#larger").click(click_count=3)
    page.locator(".card").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    box = page.locator("#picture").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20)
    page.mouse.wheel(0, -900)
    at = "document.querySelector('#picture .world').style.transform"
    before = page.evaluate(at)
    again = "document.activeElement.dispatchEvent(new FocusEvent('focusin', { bubbles: true }))"
    page.evaluate(f"() => {{ dispatchEvent(new Event('blur')); {again}; }}")
    assert page.evaluate(at) == before
    page.evaluate(f"() => {again}")  # as the keyboard does
    assert page.evaluate(at) != before


def test_every_slider_says_where_it_is_before_its_plot_is_seen(
    open_file: Any, pages: dict[str, Path]
) -> None:
    page = open_file(pages["sum"], viewport={"width": 1280, "height": 720})
    sliders = page.locator("[role=slider]").all()
    assert len(sliders) > 10
    assert {each.get_attribute("aria-valuenow") for each in sliders} == {"0"}
    assert {each.get_attribute("aria-valuetext") for each in sliders} == {"not moved"}


@pytest.mark.parametrize("size", [(942, 660), (790, 660), (390, 844)])
def test_a_small_graph_is_whole_in_a_frame_and_on_a_phone(
    open_file: Any, tmp_path: Path, size: tuple[int, int]
) -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    total = x + x
    for graph in (w * x + b).tanh(), total + total:
        explore(graph).save(tmp_path / "page.html")
        page = open_file(tmp_path / "page.html", viewport={"width": size[0], "height": size[1]})
        assert out_of_sight(measure(page)) == []


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
