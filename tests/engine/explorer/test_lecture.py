"""A lecture's page: its title and notes are data, and a step that is not there is refused."""

import re
from typing import Any

import pytest
from hypothesis import given

from engine import Value, backward_steps, explore, forward_steps
from engine.explorer.lecture import step_counts
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from tests.engine.explorer.shared import data_of
from tests.engine.graphs import built

HOSTILE = "</script></title><img src=x onerror=alert(1)><!--DATA-->\x00\ud800 & `a < b`"


def square() -> Value:
    x = Value(3.0, "x")
    return x * x


@given(graphs())
def test_steps_are_counted_as_the_engine_makes_them(graph: Graph) -> None:
    output = built(graph)
    assert step_counts(output) == (len(forward_steps(output)), len(backward_steps(output)))


def test_titles_and_notes_are_data() -> None:
    page = explore(square(), title=HOSTILE, notes={1: HOSTILE})
    page.html.encode()
    assert page.html.count("</script>") == 2 and page.html.count("</title>") == 1
    assert "<img" not in page.html and "<!--" not in page.html
    data = data_of(page)
    assert data["heading"].startswith("</script></title><img")
    ((step, markup),) = data["notes"]
    assert step == 1 and "<code>a &lt; b</code>" in markup
    assert re.findall(r"</?[a-z]+", markup) == ["<p", "<code", "</code", "</p"]


def test_notes_are_in_the_order_of_their_steps() -> None:
    notes = data_of(explore(square(), notes={4: "four", 0: "zero\n\nand more", 2: "two"}))["notes"]
    assert notes == [[0, "<p>zero</p><p>and more</p>"], [2, "<p>two</p>"], [4, "<p>four</p>"]]


def test_the_page_opens_at_start() -> None:
    assert '<body data-moment="step=4">' in explore(square(), start=4).html
    assert '<body data-moment="">' in explore(square()).html


@pytest.mark.parametrize("step", [-1, 5, 10**30])
def test_a_step_that_is_not_there_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match=r"is not from 0 to 4: this graph has 1 forward and 3 b"):
        explore(square(), start=step)
    with pytest.raises(ValueError, match=r"^explore: the step of a note, .* is not from 0 to 4"):
        explore(square(), notes={step: "text"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": 1.0}, "start, 1.0, is not a whole number"),
        ({"start": True}, "start, True, is not a whole number"),
        ({"notes": {"1": "text"}}, "the step of a note, '1', is not a whole number"),
        ({"notes": {1: 7}}, "the note at step 1 is 7, not a text"),
        ({"notes": ["text"]}, "is not a dict; write notes={step: text}"),
        ({"title": None}, "title=None is not a text"),
    ],
)
def test_what_is_no_step_and_no_text_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        explore(square(), **options)
