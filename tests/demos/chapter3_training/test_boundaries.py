"""The lesson on four data sets: the same net learns each, and the data are what they should be."""

import re

import numpy as np
import pytest

from demos.chapter3_training.boundaries import DATA, trained


@pytest.mark.slow
@pytest.mark.parametrize("name", DATA)
def test_the_net_comes_to_99_percent(name: str) -> None:
    _model, history = trained(*DATA[name](400), 200)
    assert history.accuracies[-1] >= 0.99
    assert history.losses[-1] < history.losses[0] / 20


@pytest.mark.parametrize("name", DATA)
def test_the_points_are_the_same_every_time_and_of_two_classes(name: str) -> None:
    points, classes = DATA[name](100)
    again, _ = DATA[name](100)
    assert np.array_equal(points, again) and points.shape == (100, 2)
    assert set(classes) == {0, 1} and 0.4 <= np.mean(classes) <= 0.6


def test_xor_is_that_of_the_signs() -> None:
    points, classes = DATA["XOR"](50)
    assert np.array_equal(classes, points[:, 0] * points[:, 1] < 0)


@pytest.mark.slow
def test_it_prints_the_accuracies_and_plots(run_quick) -> None:
    printed = run_quick("boundaries", "boundaries.png")
    accuracies = [float(percent) for percent in re.findall(r"accuracy ([\d.]+)%", printed)]
    assert len(accuracies) == len(DATA) and min(accuracies) >= 95
