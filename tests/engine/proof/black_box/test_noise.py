"""Estimated noise: that which was added, whatever smooth function is under it."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.proof.black_box.noise import estimate_noise, precision, unit


@given(st.integers(0, 10**9), st.floats(-12.0, -3.0), st.floats(-3.0, 3.0))
def test_added_noise_is_found_within_a_factor(seed, power, shift):
    rng, size = random.Random(seed), 10.0**power
    values = [math.exp(shift + 1e-6 * k) + size * rng.gauss(0.0, 1.0) for k in range(7)]
    assert estimate_noise(values) < 6.0 * size + 1e-14


def test_on_average_it_is_the_deviation():
    rng = random.Random(0)
    found = [estimate_noise([rng.gauss(0.0, 1.0) for _ in range(7)]) for _ in range(2000)]
    assert 0.8 < math.sqrt(sum(x * x for x in found) / len(found)) < 1.6
    assert sum(x < 0.1 for x in found) < 0.02 * len(found)


@given(st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=5))
def test_a_polynomial_of_fourth_degree_has_none(coefficients):
    values = [sum(c * (k / 8.0) ** n for n, c in enumerate(coefficients)) for k in range(-3, 4)]
    assert estimate_noise(values) <= 1e-13 * (1.0 + max(map(abs, coefficients)))


@given(st.lists(st.floats(-1e30, 1e30, allow_subnormal=False), min_size=20, max_size=20))
def test_precision_is_that_of_the_numbers(numbers):
    for dtype, bits in ((np.float32, 24), (np.float16, 11)):
        with np.errstate(over="ignore"):
            rounded = np.array(numbers).astype(dtype)
        assert precision(rounded[np.isfinite(rounded)].tolist()) <= bits
    assert precision([0.1]) == 53


@pytest.mark.parametrize("x", [1.0, 1.5, -3.7, 1e300, 1e-300, 5e-324])
def test_a_unit_in_the_last_place(x):
    assert unit(x, 53) == math.ulp(x)
    assert unit(x, 24) >= unit(x, 53)
