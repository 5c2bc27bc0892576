"""The lesson on handwritten digits: right on 90 % of unseen images, as scikit-learn's twin is."""

from collections.abc import Callable
from statistics import mean

import pytest

from demos.chapter3_training.digits import accuracy, images, scikit_learn_accuracy, trained


@pytest.mark.slow
def test_three_nets_are_right_on_90_percent_as_their_twins_are() -> None:
    train, test = images()
    assert (len(train[1]), len(test[1]), train[0].min(), train[0].max()) == (4000, 1000, 0.0, 1.0)
    here = [accuracy(trained(train, 10, seed), test) for seed in range(3)]
    there = [scikit_learn_accuracy(train, test, 10, seed) for seed in range(3)]
    assert mean(here) >= 0.90
    assert abs(mean(here) - mean(there)) <= 0.01


@pytest.mark.slow
def test_quick_learns_and_draws(run_quick: Callable[..., str]) -> None:
    printed = run_quick("digits", "confusion.png", "weights.png")
    assert "MLP(784 → 16 relu → 16 relu → 10 identity, 13,002 parameters)" in printed
    (row,) = [line.split() for line in printed.splitlines() if line.strip().startswith("0 ")]
    assert float(row[1].rstrip("%")) > 80
