"""The worksheet has every exercise with a blank and no answer; the key has the answers."""

import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from textwrap import dedent

import pytest

from demos.exercises.catalogue import EXERCISES
from demos.exercises.worksheet import BLANK, key, worksheet
from engine.drawing.colors import GRADIENT


def sections(page: str) -> dict[str, str]:
    """What a page says of each exercise, by its name."""
    found = [part.partition("</section>")[0] for part in page.split("<section>")[1:]]
    return dict(zip(EXERCISES, found, strict=True))


def test_a_worksheet_asks_and_does_not_tell() -> None:
    for name, section in sections(worksheet()).items():
        exercise, text = EXERCISES[name], unescape(section)
        assert exercise.title in text and exercise.task in text
        assert exercise.reason not in text and exercise.hints[0] not in text
        if exercise.to_mend:
            assert exercise.file in text and 'class="line"' in text
        else:
            assert BLANK in section and exercise.blank not in text
            assert exercise.solution not in exercise.file


def test_a_graph_is_printed_without_its_gradients() -> None:
    for name, section in sections(worksheet()).items():
        graph = EXERCISES[name].kind.graph
        assert section.count("<svg") == (graph is not None)
        assert GRADIENT not in section


def test_a_key_has_the_answers_and_what_wrong_ones_mean() -> None:
    for name, section in sections(key()).items():
        exercise, text = EXERCISES[name], unescape(section)
        assert exercise.title in text
        assert dedent(exercise.solution) in text and exercise.reason in text
        assert all(wrong.hint in text for wrong in exercise.wrong)


@pytest.mark.parametrize("page", [worksheet(), key()], ids=["worksheet", "key"])
def test_a_page_is_whole_and_needs_nothing_else(page: str) -> None:
    body = page[page.index("<body>") : page.index("</html>")]
    ElementTree.fromstring(body)
    links = set(re.findall(r"https?://[^\"]+", page))
    assert links <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "src=" not in page
    headings = [line for line in page.splitlines() if "<h3>" in line]
    assert "<h3>1. " in headings[0] and f"<h3>{len(EXERCISES)}. " in headings[-1]
