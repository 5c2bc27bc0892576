"""Slopes along a line: their error bars hold, in few values, whatever is added to the function."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.proof.black_box.line import Line, best, smoothed, step

RATE = 2.0 * math.pi / step(12)  # wide steps are whole periods


def line_of(function, x):
    """The function around x, and how far x is rounded."""
    return Line(lambda t: function(x + t), function(x), math.ulp(x))


smooth = st.sampled_from(
    [
        (math.exp, math.exp),
        (math.sin, math.cos),
        (lambda x: x**7 - x, lambda x: 7.0 * x**6 - 1.0),
        (lambda x: 0.6 - x, lambda x: -1.0),
        (lambda x: math.log(4.0 + x), lambda x: 1.0 / (4.0 + x)),
        (lambda x: 1e6 + math.tanh(x), lambda x: 1.0 - math.tanh(x) ** 2),
    ]
)


@given(smooth, st.floats(-3.0, 3.0))
def test_the_error_bar_holds_at_a_quick_look_and_at_a_close_one(pair, x):
    function, slope = pair
    for look in (Line.look_quickly, Line.look_closely):
        found = best(look(line_of(function, x)))
        allowed = 2.0 * found.error + 1e-15 * abs(slope(x))
        assert abs(found.slope - slope(x)) <= allowed


@given(smooth, st.floats(-3.0, 3.0))
def test_it_is_narrow(pair, x):
    function, _ = pair
    found = best(line_of(function, x).look_closely())
    assert found.error <= 1e-10 * (abs(function(x)) + 10.0)


@pytest.mark.parametrize("x", [0.6, -0.3, 1e6 / 3.0])
def test_where_the_point_rounds_worse_than_the_function_the_bar_holds(x):
    """At steps of few ulp all the values are on one line, and it is not that of the function."""
    line = line_of(lambda moved: x - moved, x)
    for reading in line.look_closely():
        assert abs(reading.slope + 1.0) <= reading.error


@given(st.integers(0, 10**6), st.floats(-9.0, -3.0), st.floats(-2.0, 2.0))
def test_noise_widens_it(seed, power, x):
    rng, size = random.Random(seed), 10.0**power
    line = line_of(lambda x: math.sin(x) + rng.uniform(-size, size), x)
    found = best(line.look_closely())
    assert abs(found.slope - math.cos(x)) <= 2.0 * found.error
    assert found.error > size / 10.0


def test_structure_that_wide_steps_do_not_meet_is_found_by_narrow_ones():
    line = line_of(lambda x: x + 1e-6 * math.sin(RATE * x), 0.0)
    assert line.look_quickly()[0].slope == pytest.approx(1.0, abs=1e-6)
    found = best(line.look_closely())
    assert found.slope == pytest.approx(1.0 + 1e-6 * RATE, rel=1e-6)


@pytest.mark.parametrize("x", [0.3, 1.7, 1e4])
def test_a_quick_look_takes_sixteen_values_and_a_close_one_a_hundred(x):
    for look, most in ((Line.look_quickly, 16), (Line.look_closely, 100)):
        asked = []
        look(Line(lambda t, asked=asked: asked.append(t) or math.sin(x + t), math.sin(x)))
        assert len(asked) == len(set(asked)) <= most


@given(st.floats(-1.0, 1.0), st.sampled_from([1e-4, 1e-6, 1e-8]))
def test_stairs_have_the_slope_of_their_ramp_at_wide_steps(x, tread):
    line = line_of(lambda x: tread * math.floor(math.sin(x) / tread), x)
    wide = best(smoothed(line.look_closely()))
    assert wide is None or abs(wide.slope - math.cos(x)) <= 2.0 * wide.error


def test_where_there_is_no_value_there_is_no_reading():
    def function(t):
        return math.sqrt(t) if t >= 0.0 else None

    assert Line(function, 0.0).look_quickly() == Line(function, 0.0).look_closely() == []
    far = Line(lambda t: math.log(1e-3 + t) if t > -1e-3 else None, math.log(1e-3))
    assert best(far.look_closely()).slope == pytest.approx(1e3, rel=1e-6)


def test_the_bits_of_the_function_are_those_of_its_values():
    for dtype, bits in ((np.float64, 53), (np.float32, 24), (np.float16, 11)):
        line = Line(lambda t, dtype=dtype: float(dtype(np.sin(0.5 + t))), float(dtype(np.sin(0.5))))
        line.look_quickly()
        assert line.bits == bits
