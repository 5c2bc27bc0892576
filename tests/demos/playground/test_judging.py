"""The judge in the page's one process says what it says anywhere, and leaves all as it was."""

import gc
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from demos.playground.command import HERE
from demos.playground.judging import judge, time_limit
from engine.proof import PROPERTIES, check_engine

FAULTY = Path(HERE, "examples", "chapter6_3_faulty_engine.py")


@pytest.fixture
def thawed() -> Iterator[None]:
    """As in the page, where nothing is frozen; the tests froze what they collected."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.usefixtures("thawed")
def test_it_says_what_the_judge_says_in_a_process_of_its_own() -> None:
    before = sys.getrecursionlimit(), sys.stdout, gc.get_freeze_count()
    told: list[str] = []
    html = judge(FAULTY.read_text(encoding="utf-8"), told.append)["html"]
    assert before == (sys.getrecursionlimit(), sys.stdout, gc.get_freeze_count())
    assert told[0] == f"judging: 1 of {len(PROPERTIES)}" and len(told) == len(PROPERTIES)
    card = check_engine(f"{FAULTY}:Value")
    counts = re.search(r"program\.py:Value(: .*?)<", html)
    assert counts and card.summary.endswith(counts[1]) and len(card.findings) == 14
    for finding in card.findings:
        if "RecursionError" not in finding.program:  # code that ran before may go a call deeper
            assert finding.failure.python() in unescape(html), finding
    assert "<svg" in html and "from program import Value" in html


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        ("x = 1", None, "no class with a method backward()"),
        ("class Value:\n    def backward(self): pass\n1 / 0", 3, "ZeroDivisionError"),
        ("class Value:\n    def backward(self):\n", 2, "IndentationError"),
        ("class V:\n    def backward(self): pass", None, "a = V(0.1); a.data: TypeError"),
    ],
)
def test_what_cannot_be_judged_is_said(source: str, line: int | None, text: str) -> None:
    error = judge(source, lambda _: None)["error"]
    assert (error["line"] or None) == line and text in error["text"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before 3.12 Python tells of no loops")
def test_an_endless_loop_of_the_engine_ends() -> None:
    code = compile("while True: pass", "program.py", "exec")
    with pytest.raises(BaseException) as raised, time_limit(0.01):
        exec(code, {})
    assert type(raised.value).__name__ == "TimeIsUp"
