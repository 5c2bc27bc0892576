"""The lesson on handwritten digits: right on 90 % of unseen images, as scikit-learn's twin is."""

from pathlib import Path
from statistics import mean

import pytest

from demos.digits import accuracy, images, scikit_learn_accuracy, trained
from demos.lesson import run


def test_three_nets_are_right_on_90_percent_as_their_twins_are() -> None:
    train, test = images()
    assert (len(train[1]), len(test[1]), train[0].min(), train[0].max()) == (4000, 1000, 0.0, 1.0)
    here = [accuracy(trained(train, 10, seed), test) for seed in range(3)]
    there = [scikit_learn_accuracy(train, test, 10, seed) for seed in range(3)]
    assert mean(here) >= 0.90
    assert abs(mean(here) - mean(there)) <= 0.01


def test_quick_learns_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["digits", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "MLP(784 → 16 relu → 16 relu → 10 identity, 13,002 parameters)" in printed
    (row,) = [line.split() for line in printed.splitlines() if line.strip().startswith("0 ")]
    assert float(row[1].rstrip("%")) > 80
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["confusion.png", "weights.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
