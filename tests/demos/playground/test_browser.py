"""The playground as a person uses it, in a browser: from disk, and from a folder of a server."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from demos.course import CHAPTERS
from demos.playground.link import link_to

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds, on a machine that does much else
PROGRAM = """\
from engine import Value
a = Value(2.0)
c = a * a + 1
c.backward()
print("slope", a.grad)
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module", params=["disk", "folder"])
def address(request: pytest.FixtureRequest, playground: Path) -> Iterator[str]:
    """The page from disk, and from a folder that a server shows."""
    if request.param == "disk":
        yield playground.as_uri()
        return
    handler = partial(Quiet, directory=str(playground.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{playground.name}"
        server.shutdown()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page, just opened. It must not complain, nor ask for anything beside itself."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert complaints == []
    assert {url for url in requests if not url.startswith("blob:")} == {address}


def type_program(page: Any, text: str) -> None:
    page.locator(".cm-content").fill(text)


def shown(page: Any, selector: str, text: str) -> None:
    """Wait until this stands there."""
    page.locator(selector).filter(has_text=text).wait_for()


def test_a_program_is_run_as_one_types(page: Any) -> None:
    type_program(page, PROGRAM)
    shown(page, "#printed", "slope 4")
    view = page.frame_locator("#view")
    view.locator("#title").filter(has_text="c").wait_for()
    view.locator("#last").click()
    view.locator("#count").filter(has_text=re.compile(r"step (\d+) of \1$")).wait_for()


def test_a_keyboard_gets_out_of_the_program_as_it_says(page: Any) -> None:
    page.click(".cm-content")
    assert "Escape, then Tab" in page.get_attribute(".cm-content", "aria-description")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "printed"
    assert page.get_by_role("region", name="What it prints").count() == 1


def test_an_error_stands_at_its_line_and_the_picture_stays(page: Any) -> None:
    type_program(page, PROGRAM)
    page.frame_locator("#view").locator("#title").filter(has_text="c").wait_for()
    type_program(page, PROGRAM + "\nundefined\n")
    shown(page, "#error", "line 7: NameError: name 'undefined' is not defined")
    assert page.locator(".cm-lintRange-error").inner_text() == "undefined"
    assert page.locator("#view").is_visible()
    type_program(page, PROGRAM)
    page.locator("#error").wait_for(state="hidden")
    assert page.locator(".cm-lintRange-error").count() == 0


def test_a_picture_is_shown_like_a_page(page: Any) -> None:
    type_program(page, "from engine import draw\nfrom nn import MLP\ndraw(MLP(2, [2, 1]))\n")
    page.frame_locator("#view").locator("svg circle, svg ellipse").first.wait_for()


def test_what_needs_arrays_is_said_in_a_sentence(page: Any) -> None:
    type_program(
        page, "from engine import Program, Value\nx = Value(1.0)\nProgram(x * x, inputs=[x])"
    )
    shown(page, "#error", "line 3: numpy is not in the playground")


def test_a_loop_without_end_is_stopped_and_the_next_program_runs(page: Any) -> None:
    type_program(page, "print('on it')\nwhile True:\n    pass\n")
    page.locator("#stop").click()
    shown(page, "#error", "stopped")
    assert not page.locator("#stop").is_visible()
    type_program(page, "print(6 * 7)\n")
    shown(page, "#printed", "42")


def test_the_link_is_the_document_and_survives_a_reload(page: Any) -> None:
    program = PROGRAM.replace("c =", "linked =").replace("c.", "linked.")
    type_program(page, program)
    view = page.frame_locator("#view")
    view.locator("#title").filter(has_text="linked").wait_for()
    view.locator("#next").click()
    view.locator("#next").click()
    view.locator("#count").filter(has_text="step 2 of").wait_for()
    value = view.locator("#leaves input.number").first
    value.fill("7")
    value.press("Enter")
    page.wait_for_function(  # until the address is that of the number, and stays
        """async () => {
            const before = location.hash;
            await new Promise((done) => setTimeout(done, 1000));
            return before !== "" && before === location.hash;
        }"""
    )
    page.reload()
    shown(page, "#printed", "slope 4")
    assert page.locator(".cm-content").inner_text().strip() == program.strip()
    view.locator("#count").filter(has_text="step 2 of").wait_for()
    assert view.locator("#leaves input.number").first.input_value() == "7"


def test_a_link_that_is_pasted_opens_and_one_that_is_none_changes_nothing(page: Any) -> None:
    type_program(page, PROGRAM)
    shown(page, "#printed", "slope 4")
    page.wait_for_function("location.hash.length > 20")
    before = page.evaluate("location.hash")
    type_program(page, "print('another')")
    shown(page, "#printed", "another")
    page.wait_for_function("before => location.hash !== before", arg=before)
    page.evaluate("location.hash = '#1.nonsense'")
    page.evaluate("before => { location.hash = before }", before)
    shown(page, "#printed", "slope 4")


def test_every_chapter_has_examples_to_choose(page: Any) -> None:
    choose = page.locator("#example")
    assert choose.locator("optgroup").count() == len(CHAPTERS)
    choose.select_option(label="XOR")
    shown(page, "#printed", "120 0.0")
    page.frame_locator("#view").locator("#stage").wait_for()
    assert not page.locator("#error").is_visible()


def test_programs_are_shrunk_by_hypothesis(page: Any) -> None:
    lines = ["from hypothesis import find, strategies as st", "import engine.proof.strategies"]
    type_program(page, "\n".join([*lines, "print(find(st.integers(), lambda n: n > 100))"]))
    shown(page, "#printed", "101")


def test_an_engine_is_judged_and_judging_can_be_stopped(page: Any, address: str) -> None:
    judge = page.locator("#judge")
    assert not judge.is_visible()
    page.locator("#example").select_option(label="An engine with a fault")
    judge.click()
    shown(page, "#state", "judging: ")
    page.locator("#stop").click()
    shown(page, "#error", "stopped")
    if not address.startswith("file"):
        return
    judge.click()
    view = page.frame_locator("#view")
    view.locator("h1").filter(has_text="28 properties hold, 14 fail").wait_for()
    fault = view.locator("article").filter(has_text="a node used twice")
    assert "b = a - a" in fault.inner_text() and fault.locator("svg").is_visible()


def test_formulas_answer_at_once_and_become_a_program(page: Any, address: str) -> None:
    page.locator("#formula").click()
    type_program(page, "w = 0.5\nx = 2\nsmile = (w*x - 3)**2\n")
    row = page.locator("#list li").filter(has_text="∂smile/∂w")
    row.filter(has_text="= −8").wait_for()
    row.locator("input").fill("1.5")
    row.filter(has_text="∂smile/∂w = 0").wait_for()
    assert "w = 1.5" in page.locator(".cm-content").inner_text()
    page.wait_for_function("location.hash.length > 20")
    drawing = page.locator("#drawing svg")
    drawing.filter(has_text="smile").filter(has_text="( )²").wait_for()
    page.locator("#convert").click()
    page.frame_locator("#view").locator("#title").filter(has_text="smile").wait_for()
    page.locator("#formula").click()
    type_program(page, "w = 0.5\nw * v\n")
    shown(page, "#error", "line 2: v has no number")
    type_program(page, "w = 0.5\nw * w\n")
    page.locator("#error").wait_for(state="hidden")


def test_a_graph_that_is_wide_is_drawn_downwards(browser: Any, playground: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 850})
    page.set_default_timeout(PATIENCE)
    formulas = "w = 0.5; x = 2; b = -0.4; y = 1\nL = (tanh(w*x + b) - y)**2"
    page.goto(playground.as_uri() + link_to(formulas, mode="formula"))
    drawing = page.locator("#drawing svg")
    drawing.filter(has_text="( )²").wait_for()
    fits = "drawing.scrollWidth <= drawing.clientWidth && drawing.textContent.includes('( )²')"
    for width in (1280, 540, 500, 460, 390, 1280):
        page.set_viewport_size({"width": width, "height": 850})
        page.wait_for_function(fits)
    type_program(page, "w = 0.5\nL = tanh(w)\n")  # short: from left to right
    drawing.filter(has_not_text="( )²").wait_for()
    assert drawing.bounding_box()["width"] > drawing.bounding_box()["height"]
    page.close()


def test_formulas_alone_start_no_python(browser: Any, playground: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(PATIENCE)
    formulas = "a = 2; b = 3\nc = dot(a, b, b, 4) − polygamma(1, a)"
    page.goto(playground.as_uri() + link_to(formulas, mode="formula"))
    shown(page, "#list li", "∂c/∂a = 3.404")
    page.locator("#drawing svg").filter(has_text="polygamma").wait_for()
    page.locator("#list input").first.fill("1")
    shown(page, ".cm-line", "a = 1; b = 3")
    assert page.evaluate("document.getElementById('wasm') !== null") and page.workers == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#python").click()
    page.wait_for_function("document.getElementById('wasm') === null")
    page.close()
