"""The playground's Python side: what a program printed and showed, and the line where it broke."""

import sys
from typing import Any

import pytest

from demos.playground.inside import MOST_PRINTED, Printed, run


def outcome(source: str) -> tuple[dict[str, Any], str]:
    printed: list[str] = []
    return run(source, printed.append), "".join(printed)


VALUES = "from engine import Value, draw, explore\nx = Value(3.0)\n"


def test_what_it_prints_arrives_and_the_streams_are_as_before() -> None:
    before = sys.stdout, sys.stderr
    assert outcome("import sys\nprint(1)\nprint('two', file=sys.stderr)") == ({}, "1\ntwo\n")
    assert (sys.stdout, sys.stderr) == before


def test_the_last_line_is_shown() -> None:
    told, printed = outcome(VALUES + "x * 2\nx + 1")
    assert "<html" in told["html"] and printed == ""
    told, _ = outcome(VALUES + "y = x * 2\ndraw(y)")
    assert told["svg"].startswith("<svg")
    told, _ = outcome(VALUES + "explore(x * 2, title='Twice')")
    assert "<title>Twice</title>" in told["html"]
    assert outcome("6 * 7") == ({}, "42\n")


def test_else_the_last_value_that_it_computed_by_the_name_it_has_there() -> None:
    told, _ = outcome(VALUES + "twice = x * 2\nmore = twice + 1\nmore.backward()\nw = Value(1.0)")
    assert '"names":["x","2","twice","1","more"]' in told["html"]
    assert outcome(VALUES) == ({}, "")
    stale = "y = x * 2\nz = x + y\nx.data = 5.0\nnew = x * 3"
    assert '"names":["x","3","new"]' in outcome(VALUES + stale)[0]["html"]
    assert outcome(VALUES + "y = x * 2\nx.data = 5.0") == ({}, "")


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        ("x = 1\ny = (x", 2, "SyntaxError: '(' was never closed"),
        ("x = 1\n\nx / 0", 3, "ZeroDivisionError: division by zero"),
        (
            "def f(x):\n    return g(x)\n\nf(1)",
            2,
            "NameError: name 'g' is not defined\n  line 4: f(1)",
        ),
        ("x = 1\nraise SystemExit(2)", 2, "SystemExit: 2"),
        (VALUES + "(x - 5).log()", 3, "DomainError"),
    ],
)
def test_an_error_has_the_line_where_the_program_stood(source: str, line: int, text: str) -> None:
    told, _ = outcome(source)
    assert told["error"]["line"] == line
    assert text in told["error"]["text"]


def test_what_it_shows_may_break_without_a_line() -> None:
    told, _ = outcome("class Odd:\n    def __repr__(self):\n        return 1\nOdd()")
    assert "TypeError" in told["error"]["text"]


def test_a_package_that_is_not_there_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    told, _ = outcome("x = 1\nimport numpy as np")
    assert told["error"]["line"] == 2
    assert told["error"]["text"].startswith("numpy is not in the playground")


def test_programs_know_nothing_of_one_another() -> None:
    assert outcome("left_over = 1") == ({}, "")
    assert "NameError" in outcome("left_over")[0]["error"]["text"]


def test_a_program_gives_the_same_numbers_each_time() -> None:
    source = "from nn import MLP\nprint([p.data for p in MLP(2, [2]).parameters()])"
    assert outcome(source) == outcome(source)


def test_what_is_printed_is_bounded_and_comes_in_pieces() -> None:
    pieces: list[str] = []
    out = Printed(pieces.append)
    for _ in range(MOST_PRINTED):
        assert out.write("ab") == 2
    out.flush()
    text = "".join(pieces)
    assert text.startswith("ab" * (MOST_PRINTED // 2)) and text.count("not shown") == 1
    assert len(text) < MOST_PRINTED + 100
