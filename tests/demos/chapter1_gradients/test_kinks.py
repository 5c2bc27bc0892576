"""The lesson on corners: slopes on both sides, the chosen one, and refusals."""

from pathlib import Path

import pytest

from demos.chapter1_gradients.kinks import CORNERS, attempt, one_sided_slopes, slope
from demos.helpers.command_line import run


@pytest.mark.parametrize("name", CORNERS)
def test_the_chosen_slope_lies_between_those_of_the_two_sides(name: str) -> None:
    left, right = one_sided_slopes(CORNERS[name])
    assert left < right
    assert left <= slope(CORNERS[name], 0.0) <= right


def test_other_errors_are_not_hidden() -> None:
    with pytest.raises(TypeError):
        attempt(lambda: len(1))  # type: ignore[arg-type]


def test_it_says_what_is_refused_and_plots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["kinks", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "DomainError: a ** b: a = 0.0 is outside pow's domain a > 0" in printed
    assert "DomainError: log(p): p = 0.0 is outside log's domain x > 0" in printed
    assert "power(x, 0) at x = 0    Value(1.0)" in printed
    assert (tmp_path / "kinks.png").read_bytes().startswith(b"\x89PNG")
