"""The lesson on zeroing: without it, the descent does not settle."""

from pathlib import Path

import pytest

from demos.chapter1_gradients.zero_grad import descend
from demos.helpers.command_line import run


def test_zeroed_gradients_descend_as_the_formula_says() -> None:
    for step, w in enumerate(descend(zeroing=True)):
        assert w == pytest.approx(3.0 - 3.0 * 0.8**step, abs=1e-12)


def test_gradients_never_zeroed_swing_about_the_minimum() -> None:
    late = descend(zeroing=False)[20:]
    assert min(late) < 1.0 and max(late) > 5.0


def test_leaves_add_up_and_nodes_between_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["zero_grad", "--quick", "--output", str(tmp_path)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[rows.index(["1", "−6", "−6"]) :][:3] == [
        ["1", "−6", "−6"],
        ["2", "−12", "−6"],
        ["3", "−18", "−6"],
    ]
    assert (tmp_path / "descent.svg").exists()
