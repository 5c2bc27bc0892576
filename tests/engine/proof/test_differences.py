"""Finite differences: the true derivative lies within the error bar, and kinks are recognised."""

import math
import sys
from fractions import Fraction

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.proof.differences import (
    EPSILON,
    FINER_SEARCHES,
    LEVELS,
    noisy_derivative,
    numeric_derivative,
)

MP = mpmath.MPContext()
MP.dps = 60
signs = st.sampled_from([-1.0, 1.0])


def sized(smallest, largest):
    """Positive numbers, as many of each order of magnitude."""
    return st.floats(math.log10(smallest), math.log10(largest)).map(lambda power: 10.0**power)


def either_sign(numbers):
    return st.tuples(signs, numbers).map(math.prod)


# Smooth functions, written for the floats of `math` and for the many digits of mpmath

POLE = math.pi / 2.0
SMOOTH = {
    "exp": (lambda m, x: m.exp(x), st.floats(-300.0, 300.0)),
    "sin": (lambda m, x: m.sin(x), either_sign(sized(1e-8, 1e4))),
    "log from next to 0": (lambda m, x: m.log(x), sized(1e-12, 1e6)),
    "1/x from next to 0": (lambda m, x: 1.0 / x, either_sign(sized(1e-8, 1e6))),
    "tan at its pole": (lambda m, x: m.tan(x), either_sign(sized(1e-6, 1.0)).map(POLE.__add__)),
    "sqrt from next to 0": (lambda m, x: m.sqrt(x), sized(1e-12, 1e6)),
    "asin up to its edge": (lambda m, x: m.asin(x), sized(1e-10, 1.0).map(lambda gap: 1.0 - gap)),
    "a cubic": (lambda m, x: x * x * x - 2.0 * x, either_sign(sized(1e-8, 1e4))),
    "a tenth power": (lambda m, x: x**10, st.floats(-10.0, 10.0)),
    "gamma": (lambda m, x: m.gamma(x), sized(1e-3, 100.0)),
    "a composition": (lambda m, x: m.exp(m.sin(3.0 * x)) * x, st.floats(-20.0, 20.0)),
    "a narrow bell": (lambda m, x: 1.0 / (1.0 + 25.0 * x * x), st.floats(-5.0, 5.0)),
    "a fast wave": (lambda m, x: m.sin(1000.0 * x), st.floats(-5.0, 5.0)),
    "fine structure": (
        lambda m, x: x + 1e-3 * m.tanh(1e6 * x),
        st.just(0.0) | either_sign(sized(1e-9, 10.0)),
    ),
}
ULPS = {"gamma": 10.0}  # what CPython states for its gamma; the others are within the usual 4


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
def test_the_true_derivative_lies_within_the_error_bar(name, data):
    function, numbers = SMOOTH[name]
    x = data.draw(numbers)
    noise = ULPS.get(name, 4.0) * math.ulp(function(math, x))
    found = numeric_derivative(lambda t: function(math, t), x, noise=noise)
    true = MP.diff(lambda t: function(MP, t), MP.mpf(x))
    assert found.error < math.inf
    assert abs(found.value - true) <= found.error
    assert not found.at_kink


STEADY = ["exp", "log from next to 0", "1/x from next to 0", "sqrt from next to 0"]


@pytest.mark.parametrize("name", STEADY)  # their derivatives have no zeros
@given(data=st.data())
def test_the_error_bar_of_a_smooth_function_is_narrow(name, data):
    function, numbers = SMOOTH[name]
    found = numeric_derivative(lambda t: function(math, t), data.draw(numbers))
    assert found.error < 1e-9 * abs(found.value)


@given(slope=st.floats(-100.0, 100.0), height=st.floats(-100.0, 100.0), x=st.floats(-1e3, 1e3))
def test_the_error_bar_of_a_line_is_a_few_units_in_the_last_place(slope, height, x):
    """The differences round by 4 noise / h; the size of the numbers is 1e5 at most, h about 1/4."""
    noise = 4.0 * math.ulp(1e5)
    found = numeric_derivative(lambda t: slope * t + height, x, noise=noise)
    assert abs(found.value - slope) <= found.error <= 100.0 * noise


@given(x=either_sign(sized(1e-300, 1e300)))
def test_a_number_of_any_size_is_an_input(x):
    found = numeric_derivative(lambda t: 3.0 * t, x)
    assert abs(found.value - 3.0) <= found.error < 1e-9
    x = min(abs(x), 1e-20)
    found = numeric_derivative(math.log, x)
    assert abs(found.value - 1.0 / x) <= found.error < 1e-9 / x


@given(
    x=st.floats(-10.0, 10.0),
    noise=sized(1e-14, 1e-3),
    seed=st.integers(0, 1000),
)
def test_a_stated_noise_is_within_the_error_bar(x, noise, seed):
    """Every value of the sine is off by its own pseudorandom part of `noise`."""

    def noisy(t):
        return math.sin(t) + noise * (hash((t, seed)) % 2001 - 1000) / 1000

    found = numeric_derivative(noisy, x, noise=noise + math.ulp(1.0))
    assert abs(found.value - math.cos(x)) <= found.error


@given(x=st.floats(-100.0, 100.0), size=sized(1.0, 1e9))
def test_digits_lost_inside_a_function_are_the_stated_noise(x, size):
    found = numeric_derivative(lambda t: (t + size) - size, x, noise=math.ulp(size + 100.0))
    assert abs(found.value - 1.0) <= found.error


@given(
    zero=st.floats(-2.0, 2.0),
    power=st.integers(1, 6),
    distance=sized(1e-13, 1.0),
    size=sized(1.0, 1e6),
)
def test_noise_that_grows_with_the_step_is_within_the_error_bar(zero, power, distance, size):
    """(t - zero)ⁿ, where t - zero is good to a unit in the last place of a number far larger."""
    noise = math.ulp(size + 100.0)

    def raised(t):
        base = ((t + size) - size) - zero
        return base**power, power * (abs(base) + noise) ** (power - 1) * noise

    x = zero + distance
    found = noisy_derivative(raised, x)
    exact = power * (Fraction(x) - Fraction(zero)) ** (power - 1)
    assert abs(Fraction(found.value) - exact) <= found.error


@given(x=st.floats(-1.0, 1.0), size=sized(1e-322, 1e-300))
def test_numbers_with_hardly_any_digits_widen_the_error_bar(x, size):
    found = numeric_derivative(lambda t: size * math.exp(t), x)
    assert abs(found.value - size * math.exp(x)) <= found.error + math.ulp(0.0)


# Periods, jumps and kinks around the point

periods = sized(1e-3, 10.0)


@given(x=st.floats(-3.0, 3.0), frequency=sized(1.0, 1e10))
@example(-1.2200290734744355, 4940356710.0138)  # a kink by chance, which finer slopes deny
@example(0.5, 916917015.9990995)
@example(2.68359375, 36477013.336430185)
@example(-1.9653601504694194, 60128938.12293905)  # a hundredth of the step keeps time as well
@example(1.0, 3980422555.2655835)
def test_no_wave_is_so_fast_that_the_error_bar_is_wrong(x, frequency):
    """The product of frequency and x is rounded, and the sine of it."""
    noise = EPSILON * (1.0 + frequency * abs(x))
    found = numeric_derivative(lambda t: math.sin(frequency * t), x, noise=noise)
    true = MP.mpf(frequency) * MP.cos(MP.mpf(frequency) * MP.mpf(x))
    assert abs(found.value - true) <= found.error


@given(x=st.floats(-50.0, 50.0), period=periods)
def test_no_lattice_is_mistaken_for_its_average(x, period):
    """x modulo the period rises by 1 between jumps; only on a jump itself there is no slope."""
    for modulo in (math.fmod, math.remainder):
        found = numeric_derivative(lambda t, modulo=modulo: modulo(t, period), x)
        rest = abs(modulo(x, period))
        jumps_at = (0.0, period) if modulo is math.fmod else (period / 2.0,)
        if min(abs(rest - jump) for jump in jumps_at) > 1e-6 * period:
            assert abs(found.value - 1.0) <= found.error < 1e-6


def test_a_kink_that_finer_steps_see_less_well_is_a_kink():
    at, rate = 200.1596656091562, 209.08692432238965
    found = numeric_derivative(
        lambda x: 1.562739162473541e-06 * abs(math.sin(rate * (x - at))) + x, at
    )
    assert found.at_kink


@given(x=st.floats(-3.0, 3.0), period=periods)
def test_the_slope_of_a_zigzag_is_that_of_its_own_side(x, period):
    found = numeric_derivative(lambda t: abs(math.remainder(t, period)), x, noise=math.ulp(3.0))
    rest = math.remainder(x, period)
    if min(abs(rest), period / 2.0 - abs(rest)) > 1e-7:
        assert abs(found.value - math.copysign(1.0, rest)) <= found.error < 1e-2
        assert not found.at_kink


@given(width=sized(1e-5, 1e-2), x=st.floats(-2.0, 2.0))
def test_a_wiggle_of_which_nothing_is_left_farther_away_is_found(width, x):
    """One that adds 1 to the slope at x, and to the values 1e-30 or less from nine widths on."""

    def wiggle(t):
        part = (t - x) / width
        return t + width * part * math.exp(-part * part)

    found = numeric_derivative(wiggle, x, noise=8.0 * math.ulp(2.0))
    assert abs(found.value - 2.0) <= found.error < 0.1


KINKS = {
    "abs": (abs, 2.0),
    "relu": (lambda t: max(t, 0.0), 1.0),
    "maximum": (lambda t: max(2.0 * t, -3.0 * t), 5.0),
    "minimum": (lambda t: min(math.sin(t), 2.0 * t), -1.0),
    "a weak kink": (lambda t: math.exp(t) + 1e-9 * abs(t), 2e-9),
}


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_is_recognised_by_its_jump(name):
    function, jump = KINKS[name]
    found = numeric_derivative(function, 0.0)
    assert found.at_kink
    assert abs(found.jump - jump) <= found.jump_error


def bent(left, right, at):
    return lambda t: (right if t > at else left) * (t - at)


slopes = st.integers(-30, 30).map(lambda n: n / 10.0)
places = st.integers(-80, 80).map(lambda n: n / 8.0)
far_places = places | st.floats(-1e6, 1e6)


@given(slopes, slopes, far_places)
def test_a_bend_is_a_kink_unless_it_is_straight(left, right, at):
    """The value at the bend is 0; the noise is one unit of what is subtracted, times the slope."""
    found = numeric_derivative(bent(left, right, at), at, noise=3.0 * math.ulp(at))
    assert found.at_kink == (left != right)
    assert abs(found.jump - (right - left)) <= found.jump_error < 1e-2
    assert max(abs(found.value - left), abs(found.value - right)) <= found.error


@given(slopes, slopes, far_places, sized(1e-16, 1.0), signs, sized(1e-10, 1.0))
def test_however_near_a_bend_the_slope_is_within_the_error_bar(
    left, right, at, distance, sign, part
):
    """Bends sharp and weak, nearer than rounding lets see and farther."""
    right = left + part * (right - left)
    x = at + sign * distance
    found = numeric_derivative(bent(left, right, at), x, noise=3.0 * math.ulp(at))
    if x != at:
        assert abs(found.value - (right if x > at else left)) <= found.error


@given(slopes, slopes, places, sized(1e-7, 1.0), signs)
@example(1.5, 0.0, -4.5, 3.7274931781680983e-05, 1.0)  # f is 0 around x, and nothing rounds
@example(0.0, -2.6, 1.125, 8.273866849504934e-06, -1.0)
@example(0.1, 0.0, 2.125, 10.0**-4.75, 1.0)
def test_a_ten_millionth_beside_a_bend_the_slope_is_plain(left, right, at, distance, sign):
    x = at + sign * distance
    found = numeric_derivative(bent(left, right, at), x)
    assert not found.at_kink
    assert abs(found.value - (right if sign > 0.0 else left)) <= found.error
    assert found.error < 1e-2 * max(1.0, abs(found.value))


def test_beside_a_jump_the_slope_is_that_of_the_step():
    found = numeric_derivative(lambda t: float(t > 0.0) + t, 1e-6)
    assert abs(found.value - 1.0) <= found.error < 1e-6


def test_on_a_jump_the_error_is_larger_than_the_slope():
    found = numeric_derivative(lambda t: math.exp(t) if t > 0.0 else 0.0, 0.0)
    assert found.error > abs(found.value)


# Edges of the domain, and the cost


@pytest.mark.parametrize("function, edge", [(math.sqrt, 0.0), (math.asin, 1.0), (math.acosh, 1.0)])
def test_on_the_edge_of_a_domain_nothing_serves(function, edge):
    assert numeric_derivative(function, edge).error == math.inf


def test_a_function_that_has_one_value_only_has_no_slope():
    def only_at_two(t):
        if t != 2.0:
            raise OverflowError
        return 1.0

    assert numeric_derivative(only_at_two, 2.0).error == math.inf


def test_next_to_the_largest_float_nothing_serves():
    assert numeric_derivative(lambda t: t, sys.float_info.max).error == math.inf


@pytest.mark.parametrize("error", [ValueError, OverflowError, ZeroDivisionError])
def test_an_error_at_the_point_itself_is_passed_on(error):
    def refuse(t):
        raise error("not here")

    with pytest.raises(error, match="not here"):
        numeric_derivative(refuse, 1.0)


def test_an_error_in_the_function_is_no_edge_of_its_domain():
    with pytest.raises(TypeError):
        numeric_derivative(lambda t: 0.0 if t == 1.0 else t + "", 1.0)


def counted(function, x):
    """How often the function is evaluated."""
    calls = 0

    def counting(t):
        nonlocal calls
        calls += 1
        return function(t)

    numeric_derivative(counting, x)
    return calls


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
def test_a_smooth_function_is_evaluated_a_few_dozen_times(name, data):
    """One search, which ends where rounding takes over unless f(x) = 0, and a look closer."""
    function, numbers = SMOOTH[name]
    calls = counted(lambda t: function(math, t), data.draw(numbers))
    assert calls < (2 * LEVELS if name in STEADY else 4 * LEVELS)


@given(st.integers(0, 10**6), st.floats(-1e6, 1e6))
def test_no_function_is_evaluated_more_often_than_all_searches_allow(seed, x):
    """At x; twice at each level of two searches and the finer ones; six times before those."""
    limit = 1 + (2 + FINER_SEARCHES) * 2 * LEVELS + FINER_SEARCHES * 6
    assert counted(lambda t: hash((t, seed)) % 1000 / 1000.0, x) <= limit
    assert counted(lambda t: abs(t - x) + math.sin(seed * t), x) <= limit
    assert counted(lambda t: math.sqrt(abs(x) - t) if t != x else 0.0, x) <= limit
