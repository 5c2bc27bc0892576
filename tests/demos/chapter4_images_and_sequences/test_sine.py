"""The lesson on a noisy sine: the next value is foreseen almost as well as the noise allows."""

from collections.abc import Callable

import numpy as np
import pytest

from demos.chapter4_images_and_sequences.recurrent import KINDS, EveryStep, train
from demos.chapter4_images_and_sequences.sine import (
    N_TRAIN,
    NOISE,
    error,
    imagined,
    noisy_sine,
    windows,
)
from nn import mean_squared_error


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_the_error_is_little_more_than_the_noise(name: str) -> None:
    model, series = EveryStep(name), noisy_sine()
    train(model, mean_squared_error, windows(series[:N_TRAIN]), epochs=30)
    assert 0.9 * NOISE < error(model, series[N_TRAIN:]) < 1.3 * NOISE
    t = np.arange(N_TRAIN, N_TRAIN + 8)
    assert np.abs(imagined(model, series[:N_TRAIN], 8) - np.sin(np.pi * t / 8)).max() < 0.25


def test_windows_and_what_follows() -> None:
    sequences, following = windows(np.arange(40.0))
    assert sequences.shape == (8, 32, 1) and following.shape == (8, 32)
    assert (sequences[:, :, 0] + 1.0 == following).all()
    assert following[-1, -1] == 39.0


@pytest.mark.slow
def test_quick_beats_saying_the_same_again(run_quick: Callable[..., str]) -> None:
    _, *rows, _, _, _, _ = run_quick("sine", "sine.png").splitlines()
    elman, lstm, same_again = (float(row.split()[-1]) for row in rows)
    assert max(elman, lstm) < same_again / 2
