"""check_rule: faults that hide in a region, at a number, at a tie or in an option are found."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES, Rule, check_rule
from engine.proof.report import GradientError, Undecided
from engine.rules import POSITIVE
from engine.value import Value

NAMES = "exp log sin tanh gamma erf sqrt softplus gelu cbrt expm1 multiply divide hypot".split()
some_rules = pytest.mark.parametrize("name", NAMES)


def number(x):
    return x.data if isinstance(x, Value) else x


def wrong_where(rule, k, holds, change=lambda m, p: 2.0 * p):
    """The rule with its partial by input k changed where something holds of that input."""

    def partials(m, y, *xs):
        found = list(rule.partials(m, y, *xs))
        if k < len(xs) and holds(*map(number, (xs[k], *xs))):
            found[k] = change(m, found[k])
        return tuple(found)

    return replace(rule, partials=partials, chosen={})


def is_found(rule):
    try:
        check_rule(rule)
    except GradientError:
        return True
    return False


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_no_right_rule_is_called_wrong_wherever_the_points_fall(rule, seed):
    check_rule(rule, rng=random.Random(seed))


# Regions

REGIONS = {
    "x > 8": lambda x, *_: x > 8,
    "|x| < 0.01": lambda x, *_: abs(x) < 0.01,
    "0 < |x| < 1e-3": lambda x, *_: 0 < abs(x) < 1e-3,
    "1e-5 < x < 1e-4": lambda x, *_: 1e-5 < x < 1e-4,
    "a decade below 1": lambda x, *_: 0.05 < x < 0.5,
    "a decade above 1": lambda x, *_: 2 < x < 20,
}
NEGATIVE = {
    "x < 0": lambda x, *_: x < 0,
    "-0.01 < x < 0": lambda x, *_: -0.01 < x < 0,
    "a decade below 0": lambda x, *_: -7 < x < -0.7,
}


@some_rules
@pytest.mark.parametrize("region", REGIONS)
def test_a_partial_that_is_wrong_in_one_region_only_is_found(name, region):
    if (name, region) != ("erf", "x > 8"):  # where its partial is below 1e-28
        assert is_found(wrong_where(RULES[name], 0, REGIONS[region]))


@pytest.mark.parametrize("region", NEGATIVE)
@pytest.mark.parametrize("name", "exp sin tanh gamma erf softplus expm1 multiply hypot".split())
def test_a_partial_that_is_wrong_for_negative_inputs_only_is_found(name, region):
    assert is_found(wrong_where(RULES[name], 0, NEGATIVE[region]))


@pytest.mark.parametrize("name", "log sqrt cbrt asinh multiply divide abs".split())
@pytest.mark.parametrize("power", [-200, -100, -40, 40, 100, 120])
def test_a_partial_that_is_wrong_at_huge_or_tiny_numbers_only_is_found(name, power):
    def holds(x, *_):
        return 10.0**power < abs(x) < 10.0 ** (power + 20)

    assert is_found(wrong_where(RULES[name], 0, holds, lambda m, p: 1.001 * p))


@given(st.sampled_from(["log", "sqrt", "cbrt", "asinh", "abs"]), st.floats(-250.0, 250.0))
def test_no_decade_is_left_out(name, power):
    def holds(x, *_):
        return 10.0**power <= x <= 10.0 ** (power + 1.0)

    assert is_found(wrong_where(RULES[name], 0, holds))


@pytest.mark.parametrize(
    "name, edge", [("log1p", -1.0), ("asin", 1.0), ("acosh", 1.0), ("gamma", -1.0)]
)
@pytest.mark.parametrize("power", [-9, -6, -3])
def test_a_partial_that_is_wrong_next_to_an_edge_only_is_found(name, edge, power):
    def holds(x, *_):
        return 10.0 ** (power - 1) < abs(x - edge) < 10.0**power

    assert is_found(wrong_where(RULES[name], 0, holds))


# Single numbers, ties, options


@some_rules
@pytest.mark.parametrize("x", [1.0, 2.0, 3.0, 0.5, 7.0, math.pi])
def test_a_partial_that_is_wrong_at_one_number_only_is_found(name, x):
    if (name, x) != ("erf", 7.0):  # where its partial is 6e-22
        assert is_found(wrong_where(RULES[name], 0, lambda at, *_: at == x))


@pytest.mark.parametrize("n", [4.0, -3.0, 7.0, 1.5, 0.5, -1.0, 2.0])
def test_a_power_that_is_wrong_for_one_exponent_only_is_found(n):
    assert is_found(wrong_where(RULES["power"], 0, lambda _, x, at: at == n))
    assert is_found(wrong_where(RULES["pow"], 0, lambda _, a, b: b == n))


@pytest.mark.parametrize("order", [1.0, 2.0, 4.0])
def test_a_polygamma_that_is_wrong_for_one_order_only_is_found(order):
    assert is_found(wrong_where(RULES["polygamma"], 1, lambda _, n, x: n == order))


@pytest.mark.parametrize("name", "add multiply divide pow atan2 hypot dot prod logsumexp".split())
def test_a_partial_that_is_wrong_where_two_inputs_are_equal_only_is_found(name):
    def tied(_, *xs):
        return len(xs) > 1 and xs[0] == xs[1]

    assert is_found(wrong_where(RULES[name], 0, tied, lambda m, p: p + 1.0))


@pytest.mark.parametrize("name", ["sum", "prod", "dot", "hypot", "logsumexp"])
@pytest.mark.parametrize("count", [1, 5, 6, 12, 30])
def test_a_rule_of_vectors_that_is_wrong_for_some_lengths_only_is_found(name, count):
    def lengthy(_, *xs):
        return len(xs) >= count if count > 1 else len(xs) in (1, 2)

    assert is_found(wrong_where(RULES[name], 0, lengthy))


@pytest.mark.parametrize("name", ["sum", "prod", "dot", "hypot"])
@pytest.mark.parametrize("k", [4, 11, 20])
def test_an_input_far_back_that_is_lost_is_found(name, k):
    assert is_found(wrong_where(RULES[name], k, lambda *_: True, lambda m, p: 0.0 * p))


def test_another_slope_of_leaky_relu_is_found():
    for slope in (0.01, 0.2, 0.25):
        assert is_found(wrong_where(RULES["leaky_relu"], 0, lambda _, x, s, at=slope: s == at))


@pytest.mark.parametrize("off", [1e-3, -1e-3, 1e-6])
def test_a_misplaced_kink_is_found(off):
    relu, hardtanh = RULES["relu"], RULES["hardtanh"]
    assert is_found(replace(relu, partials=lambda m, y, x: (m.greater(x, off),), chosen={}))

    def partials(m, y, x):
        return (m.greater(x, -1.0) * m.greater(1.0 + off, x),)

    assert is_found(replace(hardtanh, partials=partials, chosen={}))

    def share(m, y, a, b):
        return (m.greater(a, b + off), m.greater(b + off, a))

    assert is_found(replace(RULES["maximum"], partials=share, chosen={}))


# Partials that are no numbers, and second derivatives


def test_a_partial_made_with_math_instead_of_m_is_found():
    rule = Rule("sine", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (math.cos(x),))
    check_rule(rule, order=1)
    with pytest.raises(GradientError, match="take floats alone, and no Values"):
        check_rule(rule)


def test_a_partial_whose_graph_is_cut_is_found():
    rule = Rule(
        "sine", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (math.cos(number(x)),)
    )
    check_rule(rule, order=1)
    with pytest.raises(GradientError, match="that of ∂/∂x1 of sine"):
        check_rule(rule)


@pytest.mark.parametrize(
    "partials, match",
    [
        (lambda m, y, x: (m.log(-1.0),), "raises ValueError"),
        (lambda m, y, x: (1.0 / 0.0,), "raises ZeroDivisionError"),
        (lambda m, y, x: ({}["x"],), "raises KeyError"),
        (lambda m, y, x: (math.nan,), "gives the partials"),
        (lambda m, y, x: (m.where(x - 5.0, math.nan, 1.0),), "gives the partials"),
        (lambda m, y, x: (1.0, 1.0), "gives 2 partials for 1 inputs"),
        (lambda m, y, x: 1.0, r"gives 1.0, and a tuple of partials is needed, as \(2 \* x,\)"),
        (lambda m, y, x: ("1",), r"gives the partials \('1',\), and numbers are needed"),
        (lambda m, x: (1.0,), "takes 2 .* given; value .* names, partials m, y and those"),
        (lambda m, y, x: (m.tanhh(x),), "calls m.tanhh, and m has no such function"),
    ],
)
def test_a_partial_that_is_no_number_is_found(partials, match):
    with pytest.raises(GradientError, match=match):
        check_rule(Rule("broken", value=lambda m, x: 1.0 * x, partials=partials), order=1)


def test_a_value_that_cannot_be_computed_is_found():
    for value, match in (
        (lambda m, x: m.sine(x), "the rule 'broken' calls m.sine, and m has no such function"),
        (lambda m, x: None, "'broken' gives None, and a number is needed: is there a return"),
        (lambda m, a, b: a * b, "missing 1 .* 'b'; value is given m and the inputs that inputs="),
        (lambda m, x: x.sin(), "the rule 'broken' raises AttributeError: 'float' object has no"),
    ):
        with pytest.raises(GradientError, match=match):
            check_rule(Rule("broken", value=value, partials=lambda m, y, x: (1.0,)))


def test_a_domain_that_is_not_stated_is_told_of():
    rule = Rule("ln", value=lambda m, x: m.log(x), partials=lambda m, y, x: (1.0 / x,))
    said = (
        r"ln: only \d+ of 40 points are conclusive; at \d+ it has no value: its domain says where"
    )
    with pytest.raises(Undecided, match=said):
        check_rule(rule)
    check_rule(replace(rule, domain=(POSITIVE,)))


def test_a_partial_that_is_too_large_for_a_float_is_no_fault():
    check_rule(
        Rule(
            "fifth",
            value=lambda m, x: m.power(x, 5.0),
            partials=lambda m, y, x: (5.0 * m.power(x, 4.0),),
        )
    )


def test_the_message_says_where():
    with pytest.raises(GradientError) as caught:
        check_rule(wrong_where(RULES["exp"], 0, lambda x, *_: 7.5 < x < 75.0))
    lines = str(caught.value).splitlines()
    assert lines[0] == "the gradient is wrong"
    assert lines[2].startswith("x1 ") and lines[2].endswith("disagrees")
    assert "the first wrong local derivative is that of exp(x1) by its input 1" in lines[3]
    assert float(lines[3].rsplit("x1 = ")[1]) > 7.5
    assert caught.value.output.rule.name == "exp"
