"""Starting weights have the spread of their paper, and depend on the generator alone."""

import math
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import leaky_relu
from nn import glorot_uniform, he_normal, starting_weights

sizes = st.integers(1, 50)


@given(sizes, sizes, st.integers())
def test_glorot_stays_within_its_limit(n_inputs: int, n_outputs: int, seed: int) -> None:
    weights = glorot_uniform(n_inputs, n_outputs, rng=Random(seed))
    limit = math.sqrt(6 / (n_inputs + n_outputs))
    assert len(weights) == n_inputs
    assert all(abs(weight) <= limit for weight in weights)
    assert weights == glorot_uniform(n_inputs, n_outputs, rng=Random(seed))


@given(sizes, st.integers())
def test_he_is_the_same_for_the_same_seed(n_inputs: int, seed: int) -> None:
    weights = he_normal(n_inputs, rng=Random(seed))
    assert len(weights) == n_inputs
    assert weights == he_normal(n_inputs, rng=Random(seed))


def test_variances_are_those_of_the_papers() -> None:
    n = 20_000
    glorot = glorot_uniform(n, 3 * n, rng=Random(1))
    he = he_normal(n, rng=Random(1))
    assert fmean(w * w for w in glorot) == pytest.approx(2 / (n + 3 * n), rel=0.03)
    assert fmean(w * w for w in he) == pytest.approx(2 / n, rel=0.03)
    assert abs(fmean(glorot)) < 4 * math.sqrt(2 / (4 * n) / n)
    assert abs(fmean(he)) < 4 * math.sqrt(2 / n / n)


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "softplus", leaky_relu])
def test_the_relu_family_starts_with_he(activation: str) -> None:
    found = starting_weights(5, 4, activation=activation, rng=Random(7))
    assert found == he_normal(5, rng=Random(7))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "identity", lambda z: z * z])
def test_all_others_start_with_glorot(activation: str) -> None:
    found = starting_weights(5, 4, activation=activation, rng=Random(7))
    assert found == glorot_uniform(5, 4, rng=Random(7))
