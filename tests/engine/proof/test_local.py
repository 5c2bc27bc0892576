"""One derivative, judged: right ones are never called wrong, wrong ones are, however small."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import RULES, Rule, apply, check_gradients, degrees, erf
from engine.proof.local import claim_of, derivatives, judge
from engine.proof.strategies import points

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def judged(rule, point, k, factor=1.0):
    """What is said of the partial by input k, times a factor."""
    found = apply(rule, *point).partials[k]
    return judge(claim_of(rule, point, k, factor * found))[0]


@every_rule
@given(data=st.data())
def test_no_right_partial_is_called_wrong_at_any_point(rule, data):
    point = data.draw(points(rule))
    for k in set(range(len(point))) - rule.fixed:
        assert judged(rule, point, k) != "disagrees"


@every_rule
@given(data=st.data())
def test_at_moderate_points_a_partial_that_is_off_by_a_billionth_is_wrong(rule, data, points):
    point = data.draw(points(rule))
    for k in set(range(len(point))) - rule.fixed:
        if "gamma" in rule.name and point[k] < 0.1:  # next to a pole little is right
            continue
        found = apply(rule, *point).partials[k]
        local = next(derivatives(claim_of(rule, point, k, found)))
        if abs(found) > 1e-6 and abs(found - local.value) < 1e-13 * abs(found):
            assert judged(rule, point, k) == "agrees"
            assert judged(rule, point, k, 1.0 + 1e-9) == "disagrees"


@pytest.mark.parametrize(
    "name, x",
    [
        ("sigmoid", 15.0),
        ("tanh", 10.0),
        ("erf", 4.0),
        ("erf", 9.5),
        ("sin", 7.6e14),
        ("cosh", 1e-30),
    ],
)
def test_ordinary_points_at_which_differences_of_floats_show_little_are_decided(name, x):
    assert judged(RULES[name], [x], 0) == "agrees"
    assert judged(RULES[name], [x], 0, 1.5) == ("inconclusive" if x > 1e9 else "disagrees")


def test_at_a_kink_nothing_is_said():
    bent = Rule("bent", value=lambda m, x: m.abs(x - 1.0), partials=lambda m, y, x: (1.0,))
    assert judged(bent, [1.0], 0) == "inconclusive"
    assert judged(bent, [1.0 + 2.0**-52], 0) == "agrees"
    assert judged(bent, [1.0 - 2.0**-53], 0) == "disagrees"


@given(st.floats(1.0, 1e12), st.floats(1e-12, 1.0))
def test_stairs_are_not_taken_for_their_average(x, y):
    """∂ fmod(x, y)/∂y is -⌊x/y⌋, a step of stairs that rise by x/y²."""
    assume(RULES["fmod"].holds_at(x, y))
    for k in (0, 1):
        assert judged(RULES["fmod"], [x, y], k) != "disagrees"


def test_a_formula_that_takes_floats_only_is_judged_with_floats():
    import math

    rule = Rule("floats", value=lambda m, x: x * math.sin(x), partials=lambda m, y, x: (0.0,))
    slope = math.sin(2.0) + 2.0 * math.cos(2.0)
    assert judge(claim_of(rule, [2.0], 0, slope))[0] == "agrees"
    assert judge(claim_of(rule, [2.0], 0, slope + 1e-6))[0] == "disagrees"


def test_digits_lost_inside_a_formula_are_no_slope_of_zero():
    lossy = Rule("lossy", value=lambda m, x: (x + 1e300) - 1e300, partials=lambda m, y, x: (1.0,))
    assert judged(lossy, [1.0], 0) != "disagrees"
    lossy = Rule("lossy", value=lambda m, x: m.exp(x) - 1.0, partials=lambda m, y, x: (m.exp(x),))
    for x in (1e-300, 1e-30, 1e-10, 1.0):
        assert judged(lossy, [x], 0) != "disagrees"


def test_what_floats_are_too_small_for_is_no_fault():
    """1e-200² is 0, and the product of all others of the last is 1e-100."""
    assert judged(RULES["prod"], [1e-200, 1e-200, 1e300, 1.0], 3) == "inconclusive"


def test_a_slope_that_hides_behind_two_hundred_digits_is_told() -> None:
    """erf is 1 − 1e-230 there; its slope is 5e-227."""
    (row,) = check_gradients(lambda x: erf(degrees(x)), 0.4).rows
    assert row.verdict == "agrees" and 0.0 < row.reverse < 1e-226
