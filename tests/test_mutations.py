"""Mutants that are excused: their lines are those of today."""

from tests.mutations.harmless import HARMLESS
from tests.recipes import ROOT


def test_an_excuse_is_for_a_line_that_is_there() -> None:
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path, _, _ in HARMLESS}
    lines = {path: [*map(str.strip, text.splitlines())] for path, text in texts.items()}
    assert [line for path, line, _ in HARMLESS if line not in lines[path]] == []
