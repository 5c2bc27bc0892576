"""Exact numbers: every rule has the value that mpmath gives, to fifty digits."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from operator import mul

import mpmath
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine import RULES
from engine.floats import FLOATS
from engine.proof.exact import DIGITS, EXACT, Exact, digits
from engine.proof.strategies import points as wide_points

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
NEAR = 10.0 ** (8 - DIGITS)  # terms that cancel cost a few digits


def computed(rule, point):
    with digits(DIGITS):
        return rule.value(EXACT, *map(Exact, point))


@every_rule
@given(data=st.data())
def test_every_rule_has_its_value_to_fifty_digits(rule, data, points, exact):
    """Where a formula has a float among its constants, as gelu its √½, to fifteen."""
    point = data.draw(points(rule))
    found, right = computed(rule, point), exact(rule, *point)
    assert isinstance(found, Exact)
    right = Decimal(
        str(right * mpmath.mpf(1)) if isinstance(right, int) else mpmath.nstr(right, 60)
    )
    part = 1e-14 * (1.0 + point[0] ** 2) if rule.name == "gelu" else NEAR
    part = 1e-35 if rule.name == "polygamma" else part
    assert abs(found - right) <= Decimal(part) * (abs(right) + 1)


@every_rule
@given(data=st.data())
def test_where_a_float_comes_out_it_is_the_same_number(rule, data):
    """Huge, tiny, next to the edges."""
    point = data.draw(wide_points(rule))
    if rule.name == "prod" and 0.0 not in point:  # what is too small on the way is 0, as of a*b*c
        assume(all(abs(partial) > 1e-290 for partial in accumulate(point, mul)))
    value, found = rule.value(FLOATS, *point), computed(rule, point)
    if rule.name in SPECIAL:
        lost = Decimal("1e-11") * (abs(found) + 1) * (1 + Decimal(point[-1]) ** 2)
        assume(1e-3 < abs(math.remainder(point[-1], 1.0)) < 1e6)  # a pole is far
    else:
        lost = Decimal("1e-13") * abs(found)
    assert abs(found - Decimal(value)) <= lost + Decimal("1e-300")


SPECIAL = ("gamma", "lgamma", "polygamma", "gelu")  # as floats they are good to a dozen digits


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
@example(0.1, 0.2)
def test_floats_are_taken_as_they_are(a, b):
    with digits(2000):
        for found, right in (
            (Exact(a) + b, Fraction(a) + Fraction(b)),
            (a - Exact(b), Fraction(a) - Fraction(b)),
            (Exact(a) * b, Fraction(a) * Fraction(b)),
            (-Exact(a), -Fraction(a)),
            (abs(Exact(a)), abs(Fraction(a))),
        ):
            assert Fraction(found) == right


def test_what_would_make_it_a_float_is_refused():
    with pytest.raises(TypeError, match=r"as math.sin\(x\) does where m.sin\(x\) is meant"):
        math.sin(Exact(1))


@pytest.mark.parametrize(
    "call",
    [
        lambda: EXACT.log(Exact(-1)),
        lambda: EXACT.exp(Exact("1e300")),
        lambda: Exact(1) / 0.0,
        lambda: EXACT.gamma(Exact(-2)),
        lambda: EXACT.sqrt(Exact(-1)),
    ],
)
def test_what_is_no_number_is_an_error(call):
    with digits(DIGITS), pytest.raises(ArithmeticError):
        call()


def test_digits_are_those_asked_for():
    with digits(300):
        assert str(EXACT.exp(1))[:12] == "2.7182818284"
        assert len(str(EXACT.exp(1))) == 301
