"""The lesson on squashing functions: their ranges, their sums, and their slopes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.chapter2_neurons.squashing import FUNCTIONS, value_and_slope
from engine import sigmoid, softmax


@given(st.floats(-36.0, 36.0))  # beyond, 1 is the nearest float
def test_sigmoid_stays_between_0_and_1_and_is_never_steeper_than_a_quarter(x: float) -> None:
    value, slope = value_and_slope(sigmoid, x)
    assert 0.0 < value < 1.0
    assert 0.0 < slope <= 0.25
    assert slope == pytest.approx(value * (1.0 - value), rel=1e-12)


@given(st.lists(st.floats(-1000.0, 1000.0), min_size=1, max_size=6))
def test_softmax_sums_to_1(logits: list[float]) -> None:
    assert math.fsum(softmax(logits)) == pytest.approx(1.0, abs=1e-12)


@given(st.floats(-20.0, 20.0))
def test_the_slopes_are_those_of_the_books(x: float) -> None:
    for name, slope in {
        "tanh": lambda y: 1.0 - y * y,
        "relu": lambda y: float(x > 0.0),
        "softmax": lambda p: p * (1.0 - p),
    }.items():
        y, found = value_and_slope(FUNCTIONS[name], x)
        assert found == pytest.approx(slope(y), rel=1e-9, abs=1e-15)


def test_it_prints_values_and_slopes_and_plots(run_quick) -> None:
    printed = run_quick("squashing", "squashing.png")
    rows = [line.split() for line in printed.splitlines()]
    assert ["sigmoid", "4.5398·10⁻⁵", "0.1192", "0.5", "0.8808", "0.99995"] in rows
    assert ["relu", "0", "0", "0", "2", "10"] in rows
    assert "softmax(2, 0, -1) = 0.8438 + 0.1142 + 0.0420 = 1" in printed
