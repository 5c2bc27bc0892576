"""The lesson on softmax: the formula overflows, the shifted one does not, and both agree."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.chapter2_neurons.softmax_overflow import naive_softmax
from demos.helpers.command_line import run
from engine import Value, softmax


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=5))
def test_where_the_formula_works_the_shift_changes_nothing(numbers: list[float]) -> None:
    shares = [share.data for share in softmax([Value(z) for z in numbers])]
    expected = [share.data for share in naive_softmax([Value(z) for z in numbers])]
    assert shares == pytest.approx(expected, rel=1e-12)


def test_the_formula_overflows_at_1000_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["softmax_overflow", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert printed.count("0.0900 0.2447 0.6652") == 5
    assert "exp(z1): z1 = 1001.0 gives a number too large" in printed
    assert "Value(1000.6931471805599)" in printed
