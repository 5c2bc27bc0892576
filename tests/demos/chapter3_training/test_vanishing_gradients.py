"""The lesson on vanishing gradients: how they shrink, and what is learned nevertheless."""

import itertools
import re

import pytest
from sklearn.datasets import make_moons

from demos.chapter3_training.vanishing_gradients import SIZES, deep_net, lengths_by_layer, trained

POINTS, CLASSES = make_moons(40, noise=0.1, random_state=0)


def test_with_sigmoid_every_layer_has_a_smaller_gradient_than_the_next() -> None:
    lengths = lengths_by_layer(deep_net("sigmoid"), POINTS, CLASSES)
    assert len(lengths) == len(SIZES)
    assert all(before < 0.6 * after for before, after in itertools.pairwise(lengths))
    assert lengths[0] < 1e-5 * lengths[-1]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_with_tanh_and_relu_it_stays_about_as_long(activation: str) -> None:
    lengths = lengths_by_layer(deep_net(activation), POINTS, CLASSES)
    assert max(lengths) < 20 * min(lengths)


@pytest.mark.slow
def test_only_the_net_with_sigmoid_does_not_learn() -> None:
    points, classes = make_moons(200, noise=0.1, random_state=0)
    histories = {name: trained(name, points, classes, 300) for name in ("sigmoid", "tanh", "relu")}
    assert histories["sigmoid"].losses[-1] > 0.69
    assert histories["tanh"].losses[-1] < 0.1 and histories["relu"].losses[-1] < 0.1


@pytest.mark.slow
def test_it_prints_a_row_for_each_layer_and_plots(run_quick) -> None:
    printed = run_quick("vanishing_gradients", "vanishing_gradients.png")
    rows = re.findall(r"^ +(\d+) +(\S+e\S+) +(\S+e\S+) +(\S+e\S+)$", printed, re.M)
    assert [row[0] for row in rows] == [str(layer) for layer in range(1, len(SIZES) + 1)]
    assert float(rows[0][1]) < 1e-5 * float(rows[-1][1])
