"""The lesson on += : with = a part of the gradient is lost."""

from pathlib import Path

import pytest

from demos.chapter1_gradients.accumulate import backward_with_equals
from demos.helpers.command_line import run
from engine import Value


def test_with_equals_the_last_part_alone_is_left() -> None:
    a, b = Value(2.0), Value(3.0)
    y = a * b + a
    y.backward()
    assert backward_with_equals(y)[a] == 3.0 and a.grad == 4.0
    assert backward_with_equals(y)[b] == b.grad == 2.0  # used once: no difference


def test_it_shows_both_side_by_side_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["accumulate", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert ["dy/da", "3", "4"] in rows and ["dy/db", "2", "2"] in rows
    assert "1 → 4" in printed
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8").startswith("<svg")
