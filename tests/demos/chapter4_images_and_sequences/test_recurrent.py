"""The lesson on memory: both nets solve parity over 20 steps, and keep it up for 200."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from demos.chapter4_images_and_sequences.recurrent import (
    LONG,
    STEPS,
    EveryStep,
    learn_parity,
    parity,
    share_right,
)


@pytest.mark.slow
@pytest.mark.parametrize("name, epochs", [("Elman net", 60), ("LSTM", 20)])
def test_parity_of_unseen_sequences_is_right_and_stays_so(name: str, epochs: int) -> None:
    model = EveryStep(name)
    unseen = parity(500, STEPS, seed=1)
    assert 0.4 < share_right(model, unseen) < 0.6
    learn_parity(model, epochs)
    assert share_right(model, unseen) >= 0.99
    assert share_right(model, parity(500, LONG, seed=1)) >= 0.95


def test_the_target_is_whether_the_ones_so_far_are_odd_in_number() -> None:
    sequences, parities = parity(3, 10, seed=0)
    assert sequences.shape == (3, 10, 1) and parities.shape == (3, 10)
    assert set(np.unique(sequences)) == {-1.0, 1.0}
    for bits, odd in zip(sequences[:, :, 0].tolist(), parities.tolist()):
        assert odd == [bits[: n + 1].count(1.0) % 2 for n in range(10)]


@pytest.mark.slow
def test_quick_draws_the_unrolled_graph(run_quick: Callable[..., str], tmp_path: Path) -> None:
    assert "right after 20 steps" in run_quick("recurrent", "parity.png", "unrolled.svg")
    graph = ElementTree.parse(tmp_path / "unrolled.svg").getroot()
    words = {text.strip() for text in graph.itertext()}
    assert {"weights", "step 1", "step 2", "step 3", "step 4", "readout"} <= words
    assert "step 5" not in words
