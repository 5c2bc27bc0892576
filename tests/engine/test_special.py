"""The polygamma functions: against mpmath, by their recurrence and reflection, at their poles."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES
from engine.special import polygamma

POLYGAMMA = RULES["polygamma"]
orders = st.integers(0, 12) | st.integers(13, 100)
right = st.floats(0.5, 1e300)
left = st.floats(-150.0, 0.5, exclude_max=True).filter(lambda x: x != math.floor(x))


@given(n=orders, x=right)
def test_right_of_a_half_it_is_exact_but_for_rounding(n, x, exact, rounding_error):
    y = polygamma(n, x)
    assert abs(y - exact(POLYGAMMA, n, x)) <= rounding_error(POLYGAMMA, y, (n, x))


@given(n=orders, x=left)
def test_left_of_a_half_it_is_exact_but_for_rounding(n, x, exact, rounding_error):
    try:
        y = polygamma(n, x)
    except OverflowError:
        y = math.inf
    if math.isinf(y):
        assert abs(exact(POLYGAMMA, n, x)) > 2.0**1023
    else:
        assert abs(y - exact(POLYGAMMA, n, x)) <= rounding_error(POLYGAMMA, y, (n, x))


@given(n=st.integers(0, 12), x=st.integers(1, 2000).map(lambda k: k / 64))
def test_it_steps_by_one_as_the_recurrence_says(n, x, rounding_error):
    """ψₙ(x + 1) = ψₙ(x) + (-1)ⁿ n! / xⁿ⁺¹, where x + 1 and -x are exact."""
    here, next = polygamma(n, x), polygamma(n, x + 1.0)
    step = (-1.0) ** n * math.factorial(n) / x ** (n + 1)
    errors = [rounding_error(POLYGAMMA, y, (n, at)) for y, at in ((here, x), (next, x + 1.0))]
    assert abs(next - here - step) <= sum(errors) + 2.0 * math.ulp(step) + math.ulp(here)


@given(n=st.integers(1, 12), x=st.floats(min_value=0.01, max_value=1e6))
def test_its_sign_alternates_with_the_order(n, x):
    assert (-1.0) ** (n + 1) * polygamma(n, x) > 0.0


def test_its_value_at_one_is_known():
    assert polygamma(0, 1.0) == pytest.approx(-0.57721566490153286, rel=2**-51)
    assert polygamma(1, 1.0) == pytest.approx(math.pi**2 / 6.0, rel=2**-51)
    assert polygamma(1, 0.5) == pytest.approx(math.pi**2 / 2.0, rel=2**-51)
    assert polygamma(3, 1.0) == pytest.approx(math.pi**4 / 15.0, rel=2**-51)


@pytest.mark.parametrize("x", [1e17, 1e18, 1e100, 1e300])
def test_no_power_of_a_large_number_overflows(x):
    assert polygamma(0, x) == math.log(x)  # less 1 / 2x, below half an ulp of it
    assert polygamma(1, x) == pytest.approx(1.0 / x, rel=2**-51)
    assert polygamma(3, x) == pytest.approx(2.0 / x / x / x, rel=2**-50, abs=5e-324)


@pytest.mark.parametrize("pole", [0.0, -0.0, -1.0, -2.0, -180.0, -1e15, -1e300])
def test_at_a_pole_it_refuses(pole):
    for order in (0, 1, 4):
        with pytest.raises(ValueError, match="pole"):
            polygamma(order, pole)


@pytest.mark.parametrize("order", [-1, -2.0, 0.5, 3.25])
def test_an_order_that_is_not_a_whole_number_from_0_on_is_refused(order):
    with pytest.raises(ValueError, match="order"):
        polygamma(order, 2.0)


def test_an_order_whose_factorial_is_no_float_is_refused_at_once():
    assert math.isfinite(polygamma(170, 200.0))
    for order in (171, 1e9, 1e300):
        with pytest.raises(OverflowError, match="order"):
            polygamma(order, 20.0)
