"""Functions that stop at a tolerance, and jump a little: right gradients are never called wrong."""

import math
import os
import random

import numpy as np
import pytest

from engine import check_gradients
from engine.proof.black_box.jumps import hidden_slope, outliers
from engine.proof.black_box.line import Line
from engine.proof.report import GradientError, Undecided

EXACT = 1e-15
SAMPLES = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 8


def iterated(step, x, tolerance):
    """The number that steps lead to, when they change it by less."""
    for _ in range(1000):
        x, before = step(x), x
        if abs(x - before) < tolerance:
            break
    return x


def cosine(a, tolerance):
    """x = cos(a x)."""
    return iterated(lambda x: math.cos(a * x), 1.0, tolerance)


def cosine_slope(a):
    x = cosine(a, EXACT)
    return -math.sin(a * x) * x / (1.0 + a * math.sin(a * x))


def decay(a, tolerance):
    """x = exp(-a x), whose steps go to and fro."""
    return iterated(lambda x: math.exp(-a * x), 0.5, tolerance)


def decay_slope(a):
    x = decay(a, EXACT)
    return -x * x / (1.0 + a * x)


def descent(a, tolerance):
    """The minimum of (x² - a)²/4 + x²/2, by steps downhill."""
    return iterated(lambda x: x - 0.1 * (x**3 - a * x + x), 1.0, tolerance)


def descent_slope(a):
    x = descent(a, EXACT)
    return x / (3.0 * x * x - a + 1.0)


def bisected(a, tolerance):
    """The root of x³ + x - a, by halving an interval."""
    low, high = -10.0, 10.0
    while high - low > tolerance:
        middle = (low + high) / 2.0
        low, high = (middle, high) if middle**3 + middle < a else (low, middle)
    return (low + high) / 2.0


def bisected_slope(a):
    return 1.0 / (3.0 * bisected(a, 1e-14) ** 2 + 1.0)


def series(a, tolerance):
    """exp(a), up to the first term that is small."""
    total, term, n = 1.0, 1.0, 0
    while abs(term) > tolerance:
        n += 1
        term *= a / n
        total += term
    return total


def grid(a, tolerance):
    """sin(a), to so many digits."""
    return round(math.sin(a) / tolerance) * tolerance


CASES = {
    "cosine": (cosine, cosine_slope, 0.3, 0.95),
    "decay": (decay, decay_slope, 0.3, 2.0),
    "descent": (descent, descent_slope, 1.5, 4.0),
    "bisected": (bisected, bisected_slope, -4.0, 6.0),
    "series": (series, math.exp, -3.0, 3.0),
    "grid": (grid, math.cos, -3.0, 3.0),
}


def verdict(function, x, gradient):
    try:
        check_gradients(function, x, gradient=gradient)
    except GradientError:
        return "wrong"
    except Undecided:
        return "undecided"
    return "right"


def points(case):
    """Points and tolerances, always the same."""
    function, slope, low, high = CASES[case]
    rng = random.Random(7)
    for _ in range(SAMPLES):
        tolerance = 10.0 ** rng.uniform(-12.0, -2.5)
        yield lambda a, tolerance=tolerance: function(a, tolerance), slope, rng.uniform(low, high)


@pytest.mark.parametrize("case", CASES)
def test_a_right_gradient_is_called_right_or_undecided(case):
    said = [verdict(function, a, slope) for function, slope, a in points(case)]
    assert "wrong" not in said
    assert said.count("right") >= 0.7 * SAMPLES


ONCE_CALLED_WRONG = [
    ("cosine", 0.4010821599534722, 0.0006378255094889365),
    ("cosine", 0.9434357773593423, 1.0442737321456013e-10),
    ("decay", 1.7752278095394887, 0.005467041386556774),
    ("series", -0.7303363767346434, 0.005042435658051191),
    ("bisected", 1.0825918403564359, 0.0068337791666144825),
    ("grid", -1.3948425321173297, 0.0013447108248097988),
]


@pytest.mark.parametrize("case, a, tolerance", ONCE_CALLED_WRONG)
def test_a_jump_may_be_near_or_far_or_on_both_sides(case, a, tolerance):
    function, slope, _, _ = CASES[case]
    assert verdict(lambda a: function(a, tolerance), a, slope) != "wrong"


@pytest.mark.parametrize("case", CASES)
def test_twice_the_gradient_is_called_wrong_or_undecided(case):
    said = [verdict(f, a, lambda a, slope=slope: 2.0 * slope(a)) for f, slope, a in points(case)]
    assert "right" not in said
    assert said.count("wrong") >= 0.7 * SAMPLES


@pytest.mark.parametrize("rate", [1e5, 1e6, 1e7])
@pytest.mark.parametrize("x", [-2.9, -1.1, 0.2, 0.7, 2.3])
def test_a_steep_wave_is_no_function_that_jumps(x, rate):
    def wave(x):
        return math.sin(rate * x)

    assert verdict(wave, x, lambda x: rate * math.cos(rate * x)) == "right"
    assert verdict(wave, x, lambda x: 1.1 * rate * math.cos(rate * x)) == "wrong"
    assert verdict(wave, x, lambda x: rate * math.sin(rate * x)) == "wrong"
    assert verdict(wave, x, lambda x: 0.0) == "wrong"


def test_wide_steps_that_leap_over_the_periods_of_a_wave_do_not_see_its_slope():
    rate, x = 18588393.644899655, 1.9229154715528916

    def wave(x):
        return math.exp(x) * math.sin(rate * x)

    def slope(x):
        return math.exp(x) * (math.sin(rate * x) + rate * math.cos(rate * x))

    assert verdict(wave, x, slope) == "right"
    assert verdict(wave, x, lambda x: 0.0) == "wrong"


@pytest.mark.parametrize("x", [0.9, 2.2, 5.1])
def test_a_gradient_that_stands_still_for_small_steps_has_rounding_all_the_same(x):
    def gradient(x):
        return float(np.float32(math.cos(float(np.float32(x))))) * 1.1

    assert verdict(lambda x: 1.1 * math.sin(x), x, gradient) == "right"


@pytest.mark.parametrize("tread, wrong", [(1e-7, 0.0), (1e-5, 0.0), (1e-3, 2.0), (1e-3, 3.0)])
def test_of_stairs_neither_the_tread_nor_what_rough_steps_tell_is_the_slope(tread, wrong):
    def stairs(x):
        return round(math.sin(x) / tread) * tread

    assert verdict(stairs, 0.30300321, lambda x: wrong) == "undecided"
    assert verdict(stairs, 0.30300321, math.cos) in ("right", "undecided")


def test_a_step_far_away_excuses_nothing():
    assert verdict(lambda x: x * x + (x > 0.6), 0.5, lambda x: 2.1 * x) == "undecided"
    assert verdict(lambda x: x * x + (x > 0.6), 0.5, lambda x: 4.0 * x) == "wrong"
    assert verdict(lambda x: x * x + 1e-3 * (x > 0.6), 0.5, lambda x: 2.3 * x) == "wrong"


def test_a_gradient_that_is_rough_itself_is_granted_its_roughness():
    """As one by differences is, whose rounding is a million times that of the function."""
    h = 1e-6
    assert (
        verdict(math.sin, 0.7, lambda x: (math.sin(x + h) - math.sin(x - h)) / (2 * h)) == "right"
    )
    assert verdict(math.sin, 0.7, lambda x: math.cos(x) * (1.0 + 1e-8)) == "wrong"


def line_that_jumps(place, size=1e-6):
    return Line(lambda t: math.sin(1.0 + t) + size * (t > place), math.sin(1.0))


@pytest.mark.parametrize("place", [1e-3, -0.01, 0.1, -0.5])
def test_a_jump_is_seen_near_and_far_and_hides_less_the_farther_it_is(place):
    assert 1e-6 / abs(place) < hidden_slope(line_that_jumps(place)) < 50e-6 / abs(place)


@pytest.mark.parametrize("function", [math.sin, math.exp, abs, lambda x: max(x, 1.05) ** 2])
def test_what_does_not_jump_hides_nothing(function):
    assert hidden_slope(Line(lambda t: function(1.0 + t), function(1.0))) < 1e-8


def test_an_outlier_is_rough_beside_what_is_smooth():
    rough = {float(k): 1.0 if 10 <= k < 17 else 1e-3 for k in range(30)}
    assert outliers(rough, 0.0) == [float(k) for k in range(10, 17)]
    assert outliers(rough, 1.0) == []
    assert outliers(dict.fromkeys(rough, 1.0), 0.0) == []
