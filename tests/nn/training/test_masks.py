"""Masks: a batch of them is what Dropout draws number by number, and leaves it where that does."""

from random import Random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nn import Dropout, Layer, Sequential, fit, mean_squared_error
from nn.training.masks import Masks, as_numpy, as_python


@given(st.integers(), st.integers(0, 1500), st.integers(1, 700))
def test_python_and_numpy_draw_the_same_numbers(seed: int, before: int, count: int) -> None:
    rng = Random(seed)
    for _ in range(before):
        rng.random()
    generator = as_numpy(rng)
    assert generator.random(count).tolist() == [rng.random() for _ in range(count)]
    assert as_python(generator).getstate() == rng.getstate()


@given(st.lists(st.tuples(st.floats(0.0, 0.99), st.integers(0, 40)), min_size=1), st.integers(1, 9))
def test_a_batch_is_what_is_drawn_one_by_one(sizes: list[tuple[float, int]], n: int) -> None:
    dropouts = [Dropout(probability, seed=k) for k, (probability, _) in enumerate(sizes)]
    for dropout, (_, count) in zip(dropouts, sizes):
        dropout([1.0] * count)
    masks = Masks(dropouts)
    found = masks.add_to(np.full((n, 1), 7.0))
    expected = [[7.0, *[m for dropout in dropouts for m in dropout.draw()]] for _ in range(n)]
    assert found.tolist() == expected
    states = [generator.getstate() for generator in masks.generators()]
    assert states == [dropout.rng.getstate() for dropout in dropouts]


def test_training_leaves_the_generators_where_eager_training_does() -> None:
    states: list[Any] = []
    for eager in (False, True):
        dropout = Dropout(0.5, seed=3)
        model = Sequential(Layer(2, 3, rng=Random(0)), dropout, Layer(3, 1, rng=Random(1)))
        for _ in range(2):  # a second training goes on from there
            fit(model, mean_squared_error, [[0.5, 1.0]] * 5, [1.0] * 5, epochs=3, eager=eager)
        states.append(dropout.rng.getstate())
    assert states[0] == states[1]
