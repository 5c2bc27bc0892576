"""The table of rules: values and partials against mpmath, kinks, edges and Python's math."""

import math
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from engine import DomainError, Value, functions, gradients
from engine.floats import FLOATS, evaluate
from engine.rule import Rule
from engine.rules import RULES
from engine.value import apply

LARGEST = sys.float_info.max
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
one_input = pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.unary], ids=lambda rule: rule.name
)
any_float = st.floats(allow_nan=False, allow_infinity=False)
any_reach = st.sampled_from([12.0, 800.0, LARGEST])


def recorded(rule, numbers):
    """The rule's node, and those of its inputs that are Values."""
    inputs = [x if k in rule.fixed else Value(x) for k, x in enumerate(numbers)]
    try:
        return apply(rule, *inputs), inputs
    except OverflowError:
        reject()


# Values and partials


@every_rule
@given(data=st.data())
def test_value_is_the_exact_one_but_for_rounding(rule, data, points, exact, rounding_error):
    numbers = data.draw(points(rule, reach=data.draw(st.sampled_from([12.0, 1000.0]))))
    y = recorded(rule, numbers)[0].data
    assert abs(y - exact(rule, *numbers)) <= rounding_error(rule, y, numbers)


@every_rule
@given(data=st.data())
def test_a_formula_at_300_digits_is_the_function_of_mpmath(
    rule, data, points, exact, rounding_error
):
    """But for numbers such as √½, which are floats. A rule that is new is held to its formula."""
    numbers = data.draw(points(rule))
    found = exact(replace(rule, name="new"), *numbers)
    assert abs(found - exact(rule, *numbers)) <= rounding_error(rule, float(found), numbers)


@one_input
@given(data=st.data())
def test_value_is_exact_but_for_rounding_at_any_float(rule, data, points, exact, rounding_error):
    (x,) = data.draw(points(rule, reach=data.draw(any_reach), smallest=0.0))
    try:
        y = evaluate(rule, x)
    except OverflowError:
        assert abs(exact(rule, x)) > LARGEST
    else:
        assert abs(y - exact(rule, x)) <= rounding_error(rule, y, [x])


@every_rule
@given(data=st.data())
def test_partials_are_the_derivatives_but_for_rounding(rule, data, points, exact, rounding_error):
    numbers = data.draw(points(rule))
    y, inputs = recorded(rule, numbers)
    assert len(y.partials) == len(numbers)
    for index, partial in enumerate(y.partials):
        if index in rule.fixed:
            assert partial == 0.0
            continue
        try:  # the derivative as a graph goes through the same roundings as the partial
            (graph,) = gradients(y, [inputs[index]])
        except OverflowError:
            reject()
        assert graph.data == partial
        assert abs(partial - exact(rule, *numbers, along=[index])) <= rounding_error(graph)


@every_rule
@given(data=st.data())
def test_partials_are_the_slopes_that_central_differences_measure(
    rule, data, points, rounding_error
):
    """On a lattice of eighths, where no kink or pole is nearer than a sixteenth.

    Steps h and h/2 are combined so that the error of order h² cancels; what they differ by bounds
    the rest. The rounding of each value is divided by the step.
    """
    numbers = tuple(round(8.0 * x) / 8.0 for x in data.draw(points(rule)))
    assume(rule.holds_at(*numbers))
    partials = recorded(rule, numbers)[0].partials
    for index in set(range(len(numbers))) - rule.fixed:

        def slope(step, index=index):
            moved = [
                (*numbers[:index], numbers[index] + move, *numbers[index + 1 :])
                for move in (step, -step)
            ]
            ahead, behind = [evaluate(rule, *point) for point in moved]
            errors = [rounding_error(rule, y, x) for y, x in zip((ahead, behind), moved)]
            return (ahead - behind) / (2.0 * step), sum(errors) / (2.0 * step)

        step = 2.0**-17 * max(1.0, abs(numbers[index]))
        (wide, _), (narrow, noise) = slope(step), slope(step / 2.0)
        allowed = abs(wide - narrow) + 2.0 * noise + 2.0**-50 * abs(partials[index])
        assert abs(partials[index] - (4.0 * narrow - wide) / 3.0) <= allowed


# Where there is no derivative, and where there is no value

kinks = [(rule, point) for rule in RULES.values() for point in rule.chosen]


@pytest.mark.parametrize("rule, point", kinks, ids=lambda x: getattr(x, "name", str(x)))
def test_at_a_kink_the_partials_are_the_chosen_ones(rule, point):
    y, inputs = recorded(rule, point)
    assert y.partials == rule.chosen[point]
    assert not rule.holds_at(*point)
    assert [d.data for d in gradients(y, inputs)] == list(rule.chosen[point])


@pytest.mark.parametrize("name", ["abs", "relu"])
def test_a_rule_that_is_finite_at_its_kink_states_what_it_chose(name):
    assert RULES[name].chosen == {(0.0,): (0.0,)}


@pytest.mark.parametrize("tie", [-3.0, 0.0, 1e-300, 7.5])
def test_a_tie_of_two_goes_half_to_each(tie):
    for name in ("maximum", "minimum"):
        assert apply(RULES[name], Value(tie), Value(tie)).partials == (0.5, 0.5)
    assert apply(RULES["greater"], Value(tie), Value(tie)).partials == (0.0, 0.0)


@given(st.lists(st.integers(-2, 2).map(float), min_size=1, max_size=7))
def test_of_many_numbers_those_that_are_the_largest_have_equal_parts(numbers):
    for name, choose in (("maximum", max), ("minimum", min)):
        y, inputs = recorded(RULES[name], numbers)
        assert y.data == choose(numbers)
        parts = tuple([(x == y.data) / numbers.count(y.data) for x in numbers])
        assert y.partials == parts == tuple([d.data for d in gradients(y, inputs)])
        assert RULES[name].holds_at(*numbers) == (numbers.count(y.data) == 1)


def test_the_largest_of_nothing_is_refused():
    for function in (functions.maximum, functions.minimum):
        with pytest.raises(ValueError, match="at least one number is needed"):
            function()


@every_rule
@given(data=st.data())
def test_at_any_floats_a_rule_is_finite_or_refuses_with_its_reason(rule, data):
    numbers = data.draw(st.tuples(*[any_float] * rule.arity()))
    try:
        y = apply(rule, *numbers)
    except DomainError:
        assert not rule.holds_at(*numbers)
    except OverflowError:
        pass  # the next test says when
    else:
        assert all(type(number) is float for number in (y.data, *y.partials))
        assert all(map(math.isfinite, (y.data, *y.partials)))


@every_rule
@given(data=st.data())
def test_at_the_ends_of_its_domain_a_rule_is_finite_or_outside_it(rule, data):
    """The ends of the intervals are kinks and poles: small whole numbers, in every combination."""
    ends = {end for domain in rule.domain for pair in domain.intervals for end in pair}
    near = st.sampled_from(sorted({0.0, 1.0, -1.0, *filter(math.isfinite, ends)}))
    numbers = data.draw(st.tuples(*[near] * rule.arity()))
    try:
        y = apply(rule, *numbers)
    except (DomainError, OverflowError) as error:
        assert isinstance(error, OverflowError) == rule.holds_at(*numbers)
    else:
        assert all(map(math.isfinite, y.partials))


@one_input
@given(data=st.data())
def test_only_what_is_too_large_is_refused_as_too_large(rule, data, points, exact):
    (x,) = data.draw(points(rule, reach=data.draw(any_reach), smallest=0.0))
    try:
        apply(rule, x)
    except OverflowError:
        truth = max(abs(exact(rule, x)), abs(exact(rule, x, along=[0])))
        assert truth > LARGEST * (1.0 - 2.0**-40)


@pytest.mark.parametrize(
    "rule",
    [
        r
        for r in RULES.values()
        if any(
            len(domain.intervals) == 1 and domain.intervals[0] != (-math.inf, math.inf)
            for domain in r.domain
        )
    ],
    ids=lambda rule: rule.name,
)
@given(data=st.data())
def test_beyond_an_interval_there_is_no_value(rule, data, points):
    numbers = list(data.draw(points(rule)))
    index, (low, high) = next(
        (index, domain.intervals[0])
        for index, domain in enumerate(rule.domain)
        if domain.intervals[0] != (-math.inf, math.inf)
    )
    beyond = any_float.filter(lambda x: not low <= x <= high)
    numbers[index] = data.draw(beyond)
    assert not rule.holds_at(*numbers)
    with pytest.raises(DomainError, match=f"{rule.name}'s domain"):
        apply(rule, *numbers)


# Kinks of higher order


@one_input
@pytest.mark.parametrize("x", [-1.0, 0.0, 1.0])
def test_a_derivative_jumps_where_the_rule_says_so_and_nowhere_else(rule, x, exact):
    """Kinks stand at small whole numbers: to the left and right the derivative is another."""
    try:
        apply(rule, x)
    except DomainError:  # outside the domain or at its end
        return
    beside = [exact(RULES["sum"], x, side) for side in (-1e-20, 1e-20)]  # to 300 digits
    for order in (1, 2, 3):
        left, right = (exact(rule, point, along=[0] * order) for point in beside)
        smooth = rule.holds_at(x, order=order)
        assert smooth == (abs(right - left) < 1e-15), f"derivative {order}"
        if not smooth:
            break


@pytest.mark.parametrize("name", ["softsign", "elu"])
def test_at_a_kink_of_second_order_there_is_a_first_derivative(name):
    assert RULES[name].holds_at(0.0) and not RULES[name].holds_at(0.0, order=2)
    assert apply(RULES[name], Value(0.0)).partials == (1.0,)


# The table itself


def test_a_prompt_shows_the_name_and_the_inputs():
    assert repr((Value(2.0) * 3.0).rule) == "<rule multiply(a, b)>"
    assert repr(RULES["dot"]) == "<rule dot(*a, *b)>"


def test_every_rule_is_listed_by_its_name():
    assert all(name == rule.name for name, rule in RULES.items())
    with pytest.raises(TypeError):
        RULES["new"] = RULES["exp"]  # type: ignore[index]


@every_rule
def test_a_rule_has_as_many_domains_and_chosen_partials_as_inputs(rule):
    assert len(rule.domain) in (0, len(rule.inputs))
    assert all(0 <= index < len(rule.inputs) for index in rule.fixed)
    for point, partials in rule.chosen.items():
        assert len(point) == len(partials) == rule.arity(len(point))


def test_no_input_is_in_a_domain_at_infinity_or_nan():
    for rule in RULES.values():
        for domain in rule.domain:
            assert not any(x in domain for x in (math.inf, -math.inf, math.nan))


# Python's math: everything differentiable in it is a rule, or made of rules here

MADE_OF_RULES = {
    "dist": (
        lambda p, q: functions.hypot(*(a - b for a, b in zip(p, q))),
        ([1.0, 2.0], [4.0, -2.0]),
    ),
    "fabs": (functions.abs, (-2.5,)),
    "fma": (lambda x, y, z: x * y + z, (3.0, 4.0, 0.5)),
    "fmax": (functions.maximum, (2.0, 3.0)),
    "fmin": (functions.minimum, (2.0, 3.0)),
    "fsum": (functions.sum, ([1e16, 1.0, -1e16],)),
    "ldexp": (lambda x, n: x * 2.0**n, (3.0, 5)),
    "sumprod": (functions.dot, ([1.0, 2.0], [3.0, 4.0])),
}
FLAT_OR_OF_WHOLE_NUMBERS = {
    "ceil",
    "comb",
    "factorial",
    "floor",
    "frexp",
    "gcd",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isnormal",
    "isqrt",
    "issubnormal",
    "lcm",
    "modf",
    "nextafter",
    "perm",
    "signbit",
    "trunc",
    "ulp",
}
mathematical = sorted(name for name, f in vars(math).items() if callable(f) and name[0] != "_")


@pytest.mark.parametrize("name", mathematical)
def test_every_function_of_math_has_its_place(name):
    places = name in RULES, name in MADE_OF_RULES, name in FLAT_OR_OF_WHOLE_NUMBERS
    assert sum(places) == 1


@pytest.mark.parametrize("name", sorted(set(MADE_OF_RULES) & set(mathematical)))
def test_a_function_made_of_rules_is_that_of_math(name):
    function, inputs = MADE_OF_RULES[name]
    as_values = [
        [Value(x) for x in i] if isinstance(i, list) else Value(i) if isinstance(i, float) else i
        for i in inputs
    ]
    assert function(*as_values).data == getattr(math, name)(*inputs)


# Floats

fractions = st.integers(-(2**40), 2**40).map(lambda n: Fraction(n, 2**20))


@given(xs=st.lists(fractions, min_size=1, max_size=8))
def test_sum_of_floats_is_rounded_once(xs):
    assert FLOATS.sum(list(map(float, xs))) == float(sum(xs))


def test_what_of_floats_is_empty_is_the_neutral_number():
    assert [FLOATS.sum([]), FLOATS.prod([]), FLOATS.dot([], [])] == [0.0, 1.0, 0.0]
    assert all(type(x) is float for x in (FLOATS.sum([]), FLOATS.prod([]), FLOATS.dot([], [])))


def test_products_that_overflow_both_ways_overflow_and_are_in_the_domain():
    with pytest.raises(OverflowError, match="too large"):
        functions.dot([1e200, 1e200], [1e200, -1e200])


@pytest.mark.parametrize("order", [0.5, 1.5, -1.0, -2.0])
def test_polygamma_has_whole_orders_only(order):
    assert not RULES["polygamma"].holds_at(order, 2.0)
    with pytest.raises(DomainError, match="n = 0, 1, 2, …"):
        functions.polygamma(order, Value(2.0))


@pytest.mark.parametrize("name", ["", "two words", "x\nimport os", "lambda", "1st", "f()", 3])
def test_what_would_be_written_into_source_as_code_is_no_name_of_a_rule(name):
    """A name goes into the source of a Program as it is."""
    for record in (
        {"name": name},
        {"name": "f", "inputs": (name,)},
        {"name": "f", "inputs": (f"*{name}",)},
    ):
        with pytest.raises(ValueError, match="named by identifiers, not"):
            Rule(**record, value=lambda m, x: x, partials=lambda m, y, x: (1.0,))
