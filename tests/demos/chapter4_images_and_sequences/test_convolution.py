"""The lesson on convolution: 97 % of unseen digits, and a favourite patch that is one."""

from collections.abc import Callable

import numpy as np
import pytest

from demos.chapter4_images_and_sequences.convolution import (
    accuracy,
    favourite,
    images,
    network,
    trained,
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_net_comes_to_97_percent_from_any_start(seed: int) -> None:
    train, test = images()
    assert (len(train[1]), len(test[1])) == (1297, 500)
    model = network(seed)
    trained(model, train, epochs=30)
    assert accuracy(model, test) >= 0.97


def test_the_favourite_patch_is_around_the_strongest_responses() -> None:
    pixels = np.random.default_rng(0).random((40, 8, 8))
    responses = np.zeros((40, 8, 8))
    responses[:30, 7, 2] = 1.0  # at the edge, where the patch is framed by zeros
    expected = np.zeros((3, 3))
    expected[:2] = pixels[:30, 6:8, 1:4].mean(axis=0)
    assert np.allclose(favourite(pixels, responses), expected)


@pytest.mark.slow
def test_quick_learns_and_draws(run_quick: Callable[..., str]) -> None:
    printed = run_quick("convolution", "kernels.png", "training.png")
    assert "Conv2d(1 → 8 relu" in printed and "History(5 epochs" in printed
