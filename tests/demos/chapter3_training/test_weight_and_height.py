"""The lesson on weight and height: it learns the four, and places the two new ones."""

import re

import pytest

from demos.chapter3_training.weight_and_height import EPOCHS, NEW, trained
from nn import predict


@pytest.mark.parametrize(
    "seed", [0, *[pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)]]
)
def test_the_loss_falls_below_a_hundredth_and_new_people_are_placed(seed: int) -> None:
    model, history = trained(seed)
    assert len(history) == EPOCHS == 1000
    assert history.losses[-1] < 0.01 < history.losses[0]
    eve, frank = predict(model, [*NEW.values()])
    assert [*NEW.values()] == [(-7, -3), (20, 2)]
    assert eve > 0.9 and frank < 0.1


def test_it_prints_the_losses_and_the_guesses(run_quick) -> None:
    printed = run_quick("weight_and_height", "weight_and_height.png")
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", printed)]
    assert len(losses) == 4 and losses == sorted(losses, reverse=True)
    rows = [line.split() for line in printed.splitlines() if "?" in line]
    assert [row[:4] for row in rows] == [["Eve", "-7", "-3", "?"], ["Frank", "20", "2", "?"]]
