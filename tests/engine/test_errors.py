"""Errors: each names its rule, its inputs by label and its domain, and leaves all as it was."""

import math
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import RULES, DomainError, Value, apply
from engine.errors import refusal, write_call
from engine.floats import evaluate
from engine.messages import brief

any_float = st.floats(allow_nan=False, allow_infinity=False)

# One point where each rule refuses: what is needed is a value or a partial that is not finite.
OUTSIDE = {
    "divide": (1.0, 0.0),
    "power": (-2.0, 0.5),
    "pow": (-2.0, 3.0),
    "log": (-0.5,),
    "log2": (0.0,),
    "log10": (-1e300,),
    "log1p": (-1.0,),
    "sqrt": (0.0,),
    "cbrt": (0.0,),
    "asin": (1.0,),
    "acos": (-1.0,),
    "atan2": (0.0, 0.0),
    "acosh": (1.0,),
    "atanh": (-1.5,),
    "gamma": (-3.0,),
    "lgamma": (0.0,),
    "polygamma": (0.5, 2.0),
    "fmod": (1.0, 0.0),
    "remainder": (1.0, 0.0),
    "hypot": (0.0, 0.0, 0.0),
}
# Rules with a domain or a condition that are finite everywhere: they chose partials at their kinks.
CHOSEN = {name for name, rule in RULES.items() if rule.chosen}
refusing = pytest.mark.parametrize("rule", [RULES[name] for name in OUTSIDE], ids=OUTSIDE)


def test_every_rule_that_is_not_smooth_everywhere_refuses_or_chooses():
    limited = {name for name, rule in RULES.items() if rule.domain or rule.condition}
    assert limited == set(OUTSIDE) | CHOSEN
    assert not set(OUTSIDE) & CHOSEN


@refusing
def test_outside_the_domain_the_error_names_rule_label_number_and_domain(rule):
    numbers = OUTSIDE[rule.name]
    labels = [f"input{k}" for k in range(len(numbers))]
    given = [x if k in rule.fixed else Value(x, labels[k]) for k, x in enumerate(numbers)]
    with pytest.raises(DomainError, match=f"is outside {rule.name}'s domain") as caught:
        apply(rule, *given)
    stated = [domain.text.format(name) for domain, name in zip(rule.domain, rule.inputs)]
    stated += [rule.condition.text] if rule.condition else []
    message = str(caught.value)
    if rule.near_zero and 0.0 in numbers:
        stated = [f"{each}; where it may be 0, write {rule.near_zero}" for each in stated]
    assert message.endswith(tuple(stated))
    for k, (label, number) in enumerate(zip(labels, numbers)):
        assert (repr(number) if k in rule.fixed else label) in message
    assert any(f"= {number!r}" in message for number in numbers)


@refusing
def test_outside_the_domain_nothing_changes(rule):
    values = [Value(x, "v") for x in OUTSIDE[rule.name]]
    for value in values:
        value.grad = 7.0
    with pytest.raises(DomainError):
        apply(rule, *(x.data if k in rule.fixed else x for k, x in enumerate(values)))
    assert [value.data for value in values] == list(OUTSIDE[rule.name])
    assert all(v.grad == 7.0 and v.inputs == () and v.rule is None for v in values)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda p: engine.log(p), "log(p): p = -0.5 is outside log's domain x > 0"),
        (lambda p: engine.log(p.data), "log(-0.5): x = -0.5 is outside log's domain x > 0"),
        (lambda p: engine.log(Value(-0.5)), "log(-0.5): x = -0.5 is outside log's domain x > 0"),
        (lambda p: p / 0, "p / 0.0: b = 0.0 is outside divide's domain b ≠ 0"),
        (lambda p: p / Value(0.0, "zero"), "p / zero: zero = 0.0 is outside divide's domain b ≠ 0"),
        (
            lambda p: engine.hypot(p * 0, 0.0),
            "hypot(-0.0, 0.0): x = -0.0, x = 0.0 is outside hypot's domain not every x = 0; "
            "where it may be 0, write hypot(x, y, 1e-6)",
        ),
    ],
)
def test_the_message_reads_like_the_line_that_raised_it(make, message):
    with pytest.raises(DomainError) as caught:
        make(Value(-0.5, "p"))
    assert str(caught.value) == message


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.near_zero])
def test_what_is_written_near_0_computes_there_and_has_finite_slopes(name):
    x, y, n = Value(0.0), Value(0.0), 0.5
    names = {"x": x, "y": y, "n": n, "sqrt": engine.sqrt, "hypot": engine.hypot}
    output = eval(RULES[name].near_zero, {}, names)
    output.backward()
    assert 0.0 < output.data <= 1e-6 and 0.0 <= x.grad < 1e6


def test_a_domain_error_is_a_value_error():
    assert issubclass(DomainError, ValueError)
    assert not issubclass(DomainError, ArithmeticError)


@pytest.mark.parametrize(
    "make, call",
    [
        (lambda z: engine.exp(z), "exp(z)"),
        (lambda z: engine.exp(1000.0), "exp(1000.0)"),
        (lambda z: engine.cosh(-z), "cosh(-1000.0)"),
        (lambda z: z**200, "z ** 200.0"),
        (lambda z: z * 1e306, "z * 1e+306"),
        (lambda z: z * Value(1e306, "big"), "z * big"),
        (lambda z: Value(1e308, "a") + Value(1e308, "b"), "a + b"),
        (lambda z: Value(-1e308, "a") - Value(1e308, "b"), "a - b"),
        (lambda z: 1 / Value(1e-310, "tiny"), "1.0 / tiny"),
        (lambda z: engine.log(Value(1e-310, "tiny")), "log(tiny)"),  # the slope is
        (lambda z: engine.prod([z] * 103), "prod(z, z"),
        (lambda z: engine.sum([1e308, z, 1e308]), "sum(1e+308, z, 1e+308)"),
        (lambda z: engine.gamma(z), "gamma(z)"),
        (lambda z: engine.degrees(z * 1e304), "degrees("),
    ],
)
def test_what_is_too_large_for_a_float_is_named_with_its_numbers(make, call):
    with pytest.raises(OverflowError) as caught:
        make(Value(1000.0, "z"))
    message = str(caught.value)
    assert message.startswith(call)
    assert message.endswith("gives a number too large for a float")


@cache
def labelled(size):
    """So many numbers, each with a label."""
    return st.lists(st.tuples(any_float, st.text(max_size=5)), min_size=size, max_size=size)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(data=st.data())
def test_any_refusal_can_be_written(rule, data):
    """A DomainError outside the domain, an OverflowError inside it, whatever the numbers."""
    size = data.draw(st.integers(1, 5)) if rule.variadic else rule.arity()
    numbers, labels = zip(*data.draw(labelled(size)))
    error = refusal(rule, numbers, labels)
    assert isinstance(error, OverflowError if rule.holds_at(*numbers) else DomainError)
    shown = [brief(label) or repr(number) for label, number in zip(labels, numbers)]
    assert str(error).startswith(write_call(rule, shown))
    assert str(error).isprintable()


def test_a_refusal_of_many_inputs_with_long_labels_is_short():
    with pytest.raises(OverflowError) as caught:
        engine.sum([Value(1e308, f"{'x' * 10_000}\n{k}") for k in range(1000)])
    assert len(str(caught.value)) < 600 and str(caught.value).isprintable()
    with pytest.raises(DomainError) as caught:
        engine.log(Value(-1.0, "x\x1b" * 50_000))
    assert len(str(caught.value)) < 600 and str(caught.value).isprintable()
    with pytest.raises(TypeError) as caught:
        Value("x" * 100_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "name, inputs, text",
    [
        ("add", "ab", "a + b"),
        ("subtract", "ab", "a - b"),
        ("multiply", "ab", "a * b"),
        ("divide", "ab", "a / b"),
        ("negate", "a", "-a"),
        ("power", "xn", "x ** n"),
        ("pow", "ab", "a ** b"),
        ("tanh", "z", "tanh(z)"),
        ("where", "cab", "where(c, a, b)"),
        ("sum", "xyz", "sum(x, y, z)"),
        ("sum", "", "sum()"),
    ],
)
def test_an_operation_is_written_as_python_writes_it(name, inputs, text):
    assert write_call(RULES[name], list(inputs)) == text


# What is no number

NO_NUMBERS = ["a", b"1", None, 1j, [1.0], Value(1.0), object()]


@pytest.mark.parametrize("thing", NO_NUMBERS, ids=lambda thing: type(thing).__name__)
def test_a_value_of_what_is_no_number_is_a_type_error(thing):
    with pytest.raises(TypeError, match="a real number is needed"):
        Value(thing)


@pytest.mark.parametrize("thing", ["a", None, 1j, [1.0]], ids=lambda thing: type(thing).__name__)
def test_an_operation_on_what_is_no_number_is_a_type_error(thing):
    for call in (engine.exp, engine.maximum, engine.hypot):
        with pytest.raises(TypeError):
            call(thing)
    for call in (engine.maximum, engine.atan2, engine.hypot):
        with pytest.raises(TypeError, match="a real number is needed"):
            call(Value(1.0), thing)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_nan_and_inf_never_enter(number):
    for call in (
        Value,
        engine.exp,
        lambda x: Value(1.0) + x,
        lambda x: x * Value(1.0),
        lambda x: Value(2.0) ** x,
        lambda x: x / Value(2.0),
    ):
        with pytest.raises(ValueError, match="a finite number is needed"):
            call(number)


def test_an_integer_that_no_float_holds_is_an_overflow():
    for call in (Value, engine.exp, lambda x: Value(1.0) + x, lambda x: x - Value(1.0)):
        with pytest.raises(OverflowError):
            call(10**400)


def test_a_bool_is_the_number_it_is():
    for value in (Value(True), Value(True) * True, True - Value(False)):
        assert value.data == 1.0 and type(value.data) is float


def test_the_cause_is_kept():
    with pytest.raises(DomainError) as caught:
        evaluate(RULES["log"], 0.0)
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_dot_product_of_an_odd_number_of_inputs_is_refused(count):
    with pytest.raises(DomainError, match=f"dot.*{count} numbers do not make 2 vectors"):
        apply(RULES["dot"], *[Value(1.0)] * count)
