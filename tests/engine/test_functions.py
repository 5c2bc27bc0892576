"""The functions of the package: floats in, floats out; Values in, Values out; the same numbers."""

import builtins
import math
import sys
from inspect import signature

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import engine
from engine import RULES, Value, functions
from engine.floats import FLOATS
from tests.stub import FILE, stub

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
finite = st.floats(-1e3, 1e3)


def call(function, rule, inputs):
    """The function of a rule takes vectors or so many numbers."""
    vectors = rule.variadic and not rule.spread
    return function(*rule.vectors(inputs)) if vectors else function(*inputs)


def drawn_call(data, points, rule):
    """A point and the function's number there; points where it overflows are dropped."""
    numbers = data.draw(points(rule))
    try:
        return numbers, call(getattr(functions, rule.name), rule, numbers)
    except OverflowError:
        reject()


# Floats and Values


@every_rule
@given(data=st.data())
def test_of_floats_it_is_a_float_and_of_values_a_value_both_those_of_the_rules(rule, data, points):
    numbers, y = drawn_call(data, points, rule)
    assert type(y) is float
    assert y == call(getattr(FLOATS, rule.name), rule, numbers) == rule.value(FLOATS, *numbers)
    inputs = [x if k in rule.fixed else Value(x) for k, x in enumerate(numbers)]
    index = data.draw(st.sampled_from(sorted(set(range(len(numbers))) - rule.fixed)))
    mixed = [*numbers[:index], Value(numbers[index]), *numbers[index + 1 :]]
    try:
        value, one_among_floats = (
            call(getattr(functions, rule.name), rule, each) for each in (inputs, mixed)
        )
    except OverflowError:  # of a partial
        reject()
    assert type(value) is Value
    assert value.data == one_among_floats.data == y and value.rule is rule
    assert [input.data for input in value.inputs] == list(numbers)
    assert all(a is b for a, b in zip(value.inputs, inputs) if isinstance(b, Value))
    constants = [input.rule is not None for input in one_among_floats.inputs]
    assert constants == [k != index for k in range(len(numbers))]


def test_the_stub_for_type_checkers_is_that_of_the_table():
    assert FILE.read_text("utf-8") == stub(), "python -m tests.stub writes it"


@every_rule
def test_every_rule_is_a_function_of_the_package_with_its_help(rule):
    function = getattr(engine, rule.name)
    assert function is getattr(functions, rule.name)
    assert (rule.name in engine.__all__) is not hasattr(builtins, rule.name)
    assert rule.name in dir(engine)
    assert rule.means or rule.symbol or hasattr(math, rule.name)
    assert function.__name__ == rule.name and function.__doc__
    assert [name.lstrip("*") for name in rule.inputs] == list(signature(function).parameters)


def test_a_star_import_leaves_the_names_of_python_alone():
    names = {"before": abs}
    exec("from engine import *", names)
    assert not set(names) & set(vars(builtins)) - {"__builtins__"}
    assert names["tanh"] is engine.tanh and callable(engine.sum)


NUMPY_NAMES = sorted(functions.NUMPY_METHODS)


@pytest.mark.parametrize("name", NUMPY_NAMES)
@given(data=st.data())
def test_numpy_finds_its_functions_on_values(name, data, points):
    np = pytest.importorskip("numpy")
    rule = RULES[functions.NUMPY_METHODS[name]]
    drawn = data.draw(points(rule))
    numbers = (*drawn[:1], 1.0, 1.0)[:2] if rule.variadic else drawn  # NumPy's hypot takes two
    arrays = [np.array([Value(x)], dtype=object) for x in numbers]
    found = getattr(np, name)(*arrays)[0]
    assert isinstance(found, Value) and found.inputs
    assert found.data == pytest.approx(getattr(np, name)(*numbers), rel=1e-14, abs=1e-300)


def test_numpy_takes_mean_and_deviation_of_values():
    np = pytest.importorskip("numpy")
    xs = [Value(1.0), Value(2.0), Value(6.0)]
    array = np.array(xs, dtype=object)
    deviation = np.std(array)
    deviation.backward()
    assert np.mean(array).data == 3.0 and deviation.data == np.std([1.0, 2.0, 6.0])
    assert [x.grad for x in xs] == pytest.approx([(x.data - 3) / 3 / deviation.data for x in xs])


def test_what_is_loaded_lazily_is_completed_too():
    assert set(engine.__all__) <= set(dir(engine))
    assert {"Program", "check_gradients", "draw", "explore"} <= set(dir(engine))


def test_inputs_may_be_named_and_have_the_defaults_of_the_record():
    assert functions.leaky_relu(-1.0, slope=0.5) == functions.leaky_relu(slope=0.5, x=-1.0) == -0.5
    assert functions.dot(b=[3.0], a=[2.0]) == 6.0
    with pytest.raises(TypeError, match=r"power\(\) missing 1 required positional argument: 'n'"):
        functions.power(2.0)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.unary], ids=lambda rule: rule.name
)
@given(data=st.data())
def test_every_rule_of_one_input_is_a_method_of_value(rule, data, points):
    (x,), y = drawn_call(data, points, rule)
    methods = {"negate": Value.__neg__}
    try:
        value = methods.get(rule.name, getattr(Value, rule.name, None))(Value(x))
    except OverflowError:
        reject()
    assert value.data == y and value.rule is rule


# Wrong inputs


@every_rule
def test_a_wrong_number_of_inputs_is_a_type_error(rule):
    function = getattr(functions, rule.name)
    if rule.variadic:
        with pytest.raises(TypeError):
            function(None) if rule.spread else function([1.0], [1.0], [1.0])
        return
    for count in (len(rule.inputs) - 1 - len(rule.defaults), len(rule.inputs) + 1):
        for number in (1.5, Value(1.5)):
            with pytest.raises(TypeError, match="takes|missing|positional"):
                function(*[number] * count)


@pytest.mark.parametrize(
    "function, way",
    [
        (functions.maximum, r"maximum\(\*xs\)"),
        (functions.hypot, r"hypot\(\*xs\)"),
        (functions.exp, r"\[exp\(x\) for x in xs\]"),
    ],
)
def test_a_list_in_the_place_of_a_number_is_refused_with_what_to_write(function, way):
    for many in ([Value(1.0), Value(2.0)], np.array([1.0, 2.0])):
        with pytest.raises(TypeError, match=f"is a {type(many).__name__}: write {way}$"):
            function(many)
    for none in ("12", None, object()):
        with pytest.raises(TypeError, match=f"is a {type(none).__name__}$"):
            function(none)


@pytest.mark.parametrize("name", ["sum", "prod", "logsumexp", "softmax", "dot"])
def test_a_number_in_the_place_of_a_list_is_refused(name):
    function = getattr(functions, name)
    for number in (Value(1.0), 1.0):
        given = [number] * (2 if name == "dot" else 1)
        kind = type(number).__name__
        with pytest.raises(TypeError, match=f"^{name}: a list of numbers is needed, .* a {kind}$"):
            function(*given)
    with pytest.raises(TypeError, match="a real number is needed, and .* is a list$"):
        function(*[[[1.0, 2.0]]] * len(given))
    with pytest.raises(TypeError, match="here it fails"):
        function(*[failing()] * len(given))


def failing():
    """Numbers of which the first cannot be had."""
    raise TypeError("here it fails")
    yield 1.0


@pytest.mark.parametrize("lengths", [(0, 1), (2, 1), (3, 5)])
def test_a_dot_product_of_vectors_of_two_lengths_says_so(lengths):
    a, b = ([Value(1.0)] * length for length in lengths)
    with pytest.raises(ValueError, match=f"dot: .* lengths {lengths[0]} and {lengths[1]}"):
        functions.dot(a, b)


@pytest.mark.parametrize(
    "index, rule",
    [(i, r) for r in RULES.values() for i in r.fixed],
    ids=lambda x: getattr(x, "name", str(x)),
)
def test_a_fixed_number_given_as_a_value_is_a_type_error(index, rule):
    inputs = [2.0] * len(rule.inputs)
    inputs[index] = Value(2.0)
    with pytest.raises(TypeError, match=f"{rule.inputs[index]} must be a plain number"):
        getattr(functions, rule.name)(*inputs)


@pytest.mark.parametrize("function", [functions.logsumexp, functions.softmax])
def test_what_needs_one_number_refuses_none(function):
    said = f"{function.__name__}.*: at least one number is needed"
    with pytest.raises(ValueError, match=said):
        function([])


def test_sums_and_products_of_nothing_are_neutral_floats():
    for function, neutral in ((functions.sum, 0.0), (functions.prod, 1.0), (functions.hypot, 0.0)):
        result = function() if function is functions.hypot else function([])
        assert result == neutral and type(result) is float
    assert functions.dot([], []) == 0.0


def test_lists_may_be_generators():
    assert functions.sum(Value(float(k)) for k in range(4)).data == 6.0
    assert functions.prod(x for x in (2.0, 3.0)) == 6.0
    assert functions.logsumexp(x for x in (0.0,)) == 0.0
    assert functions.softmax(x for x in (0.0,)) == [1.0]


def test_the_slope_of_leaky_relu_is_a_hundredth_unless_given():
    assert functions.leaky_relu(-1.0) == -0.01
    assert functions.leaky_relu(-1.0, 0.2) == -0.2


# At the ends of the floats: each number is the exact one, or within 6 ulp of it

ROOT = math.sqrt(sys.float_info.max)
ENDS = [
    ("sigmoid", (1000.0,), 1.0, (0.0,)),
    ("sigmoid", (-1000.0,), 0.0, (0.0,)),
    ("sigmoid", (-700.0,), math.exp(-700.0), (math.exp(-700.0),)),
    ("softplus", (1000.0,), 1000.0, (1.0,)),
    ("softplus", (-1000.0,), 0.0, (0.0,)),
    ("softplus", (-700.0,), math.exp(-700.0), (math.exp(-700.0),)),
    ("softplus", (40.0,), 40.0, (1.0,)),
    ("silu", (1000.0,), 1000.0, (1.0,)),
    ("silu", (-1000.0,), 0.0, (0.0,)),
    ("silu", (-700.0,), -700.0 * math.exp(-700.0), (-699.0 * math.exp(-700.0),)),
    ("gelu", (1000.0,), 1000.0, (1.0,)),
    ("gelu", (-1000.0,), 0.0, (0.0,)),
    ("gelu", (-1e200,), 0.0, (0.0,)),
    ("tanh", (1000.0,), 1.0, (0.0,)),
    ("tanh", (-1000.0,), -1.0, (0.0,)),
    ("tanh", (1e-300,), 1e-300, (1.0,)),
    ("log1p", (1e-20,), 1e-20, (1.0,)),
    ("log1p", (-1e-300,), -1e-300, (1.0,)),
    ("expm1", (1e-20,), 1e-20, (1.0,)),
    ("expm1", (-1000.0,), -1.0, (0.0,)),
    ("exp", (-1000.0,), 0.0, (0.0,)),
    ("erf", (1e200,), 1.0, (0.0,)),
    ("erfc", (1e200,), 0.0, (0.0,)),
    ("erfc", (-1e200,), 2.0, (0.0,)),
    ("atan", (1e200,), math.pi / 2.0, (0.0,)),
    ("asinh", (1e300,), 300.0 * math.log(10.0) + math.log(2.0), (1e-300,)),
    ("acosh", (1e300,), 300.0 * math.log(10.0) + math.log(2.0), (1e-300,)),
    ("lgamma", (1e18,), 1e18 * (18.0 * math.log(10.0) - 1.0), (18.0 * math.log(10.0),)),
    ("gamma", (-300.5,), 0.0, (0.0,)),
    ("sqrt", (1e300,), 1e150, (0.5e-150,)),
    ("hypot", (ROOT, ROOT), ROOT * math.sqrt(2.0), (math.sqrt(0.5),) * 2),
    ("hypot", (3e-300, 4e-300), 5e-300, (0.6, 0.8)),
    ("atan2", (1e-200, 1e-200), math.pi / 4.0, (0.5e200, -0.5e200)),
    ("atan2", (1e200, 1e200), math.pi / 4.0, (0.5e-200, -0.5e-200)),
    ("logsumexp", (1000.0, 1000.0), 1000.0 + math.log(2.0), (0.5, 0.5)),
    ("logsumexp", (-1000.0, -1000.0), -1000.0 + math.log(2.0), (0.5, 0.5)),
    ("logsumexp", (1e308, -1e308), 1e308, (1.0, 0.0)),
    ("logsumexp", (0.0, -40.0), math.exp(-40.0), (1.0, math.exp(-40.0))),
    ("logsumexp", (-40.0, 0.0, -700.0), math.exp(-40.0), (math.exp(-40.0), 1.0, math.exp(-700.0))),
    ("sum", (1e16, 1.0, -1e16), 1.0, (1.0,) * 3),
    ("dot", (1e8, 1.0, 1e8, 1e8, 1.0, -1e8), 1.0, (1e8, 1.0, -1e8, 1e8, 1.0, 1e8)),
]


@pytest.mark.parametrize("name, numbers, y, partials", ENDS, ids=[f"{n}{x}" for n, x, *_ in ENDS])
def test_at_the_ends_of_the_floats_values_and_partials_are_right(name, numbers, y, partials):
    """logsumexp's partials exp(x - y) carry the rounding of y: half an ulp of 1000 is 256 eps."""
    value = engine.apply(RULES[name], *map(Value, numbers))
    eps = sys.float_info.epsilon
    carried = 0.5 * math.ulp(value.data) if name == "logsumexp" and abs(y) < 1e6 else 0.0
    assert abs(value.data - y) <= 6.0 * eps * abs(y)
    for found, expected in zip(value.partials, partials, strict=True):
        assert abs(found - expected) <= (6.0 * eps + carried) * abs(expected)


@pytest.mark.parametrize("x", [5.0, 10.0, 20.0, 26.0, 27.0])
def test_the_tail_of_erfc_keeps_its_digits(x, exact, rounding_error):
    for name, at in (("erfc", x), ("gelu", -x)):
        y = getattr(functions, name)(at)
        assert 0.0 < abs(y) < 2e-6
        assert abs(y - exact(RULES[name], at)) <= rounding_error(RULES[name], y, [at])


# Softmax


@given(xs=st.lists(finite, min_size=1, max_size=6), shift=st.integers(-1000, 1000).map(float))
def test_softmax_is_a_distribution_that_is_the_slope_of_logsumexp(xs, shift):
    """Each term is within a few ulp, and the shared rounding of x - top is |x - top| / 2 eps."""
    ps = functions.softmax(xs)
    eps = sys.float_info.epsilon
    assert all(0.0 <= p <= 1.0 for p in ps)
    assert abs(math.fsum(ps) - 1.0) <= (len(xs) + 2.0) * eps
    slopes = engine.gradients(y := functions.logsumexp(leaves := list(map(Value, xs))), leaves)
    for p, slope, x in zip(ps, slopes, xs):
        relative = (8.0 + abs(x - max(xs)) + abs(x) + 2.0 * abs(y.data)) * eps
        assert abs(p - slope.data) <= relative * p + math.ulp(0.0)


@given(xs=st.lists(finite, min_size=1, max_size=6))
def test_softmax_of_values_has_the_numbers_of_floats_and_gradients_that_add_to_nothing(xs):
    leaves = list(map(Value, xs))
    ps = functions.softmax(leaves)
    assert [p.data for p in ps] == functions.softmax(xs)
    ps[0].backward()
    p, q = ps[0].data, functions.softmax(xs)
    eps = 8.0 * sys.float_info.epsilon
    for k, leaf in enumerate(leaves):
        expected = p * ((k == 0) - q[k])
        assert abs(leaf.grad - expected) <= eps * (len(xs) + 2.0) * p + 4.0 * math.ulp(0.0)


@pytest.mark.parametrize("big", [1000.0, 8e307])
def test_softmax_of_huge_numbers_does_not_overflow(big):
    assert functions.softmax([big, big]) == [0.5, 0.5]
    assert functions.softmax([big, -big]) == [1.0, 0.0]
    assert [p.data for p in functions.softmax([Value(-big), Value(-big)])] == [0.5, 0.5]
