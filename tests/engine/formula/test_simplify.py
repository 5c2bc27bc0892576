"""Simplified graphs: the same number and the same gradient, by fewer nodes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import engine
from engine import RULES, Rule, Value, formula, gradients, simplify
from engine.formula.simplify import count_operands
from engine.graph import topological_order
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from tests.engine.graphs import leaves_of

ARITHMETIC = [RULES[n] for n in ("add", "subtract", "multiply", "divide", "negate", "power", "sum")]
ALGEBRA = [*ARITHMETIC, *[RULES[n] for n in ("prod", "dot", "exp", "tanh", "sqrt", "pow")]]


@pytest.mark.parametrize("rules", [None, ALGEBRA, ARITHMETIC], ids=["all", "algebra", "arithmetic"])
@given(data=st.data())
def test_it_is_the_same_number_but_for_rounding(
    rules: Any, data: st.DataObject, rounding_error: Callable[..., float]
) -> None:
    graph: Graph = data.draw(graphs(rules) if rules else graphs())
    leaves = leaves_of(graph)
    raw = graph(*leaves)
    simple = simplify(raw)
    assert abs(simple.data - raw.data) <= 4.0 * (rounding_error(simple) + rounding_error(raw))
    kept = {node for node in topological_order([simple]) if not node.inputs and node.label}
    assert kept <= set(leaves)


@given(graph=graphs(ALGEBRA), which=st.integers(0, 5))
def test_so_is_a_derivative_and_it_does_not_grow(
    graph: Graph, which: int, rounding_error: Callable[..., float]
) -> None:
    leaves = leaves_of(graph)
    try:
        slope = gradients(graph(*leaves), [leaves[which % len(leaves)]])[0]
    except (OverflowError, ValueError):
        reject()
    simple = simplify(slope)
    assert abs(simple.data - slope.data) <= 4.0 * (rounding_error(simple) + rounding_error(slope))
    assert count_operands(simple) <= count_operands(slope)
    assert count_operands(simplify(simple)) <= count_operands(simple)


def derivatives(name: str, of: Callable[[Value], Value]) -> list[str]:
    x = Value(2.0, "x")
    found, value = [], of(x)
    for _ in range(3):
        (value,) = gradients(value, [x])
        found.append(formula(simplify(value)))
    return found


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (lambda x: x**3, ["3·x²", "6·x", "6"]),
        (lambda x: x * x * x, ["3·x²", "6·x", "6"]),
        (lambda x: x**2 + 3 * x + 1, ["3 + 2·x", "2", "0"]),
        (lambda x: 1 / x, ["−1/x²", "2/x³", "−6/x⁴"]),
        (lambda x: x.log(), ["1/x", "−1/x²", "2/x³"]),
        (lambda x: x.sin(), ["cos(x)", "−sin(x)", "−cos(x)"]),
    ],
    ids=["x**3", "x*x*x", "polynomial", "1/x", "log", "sin"],
)
def test_derivatives_read_as_in_a_table(of: Callable[[Value], Value], expected: list[str]) -> None:
    assert derivatives("x", of) == expected


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (lambda x, y: x + 0, "x"),
        (lambda x, y: x * 1, "x"),
        (lambda x, y: x**1, "x"),
        (lambda x, y: x**0, "1"),
        (lambda x, y: -1 * -x, "x"),
        (lambda x, y: x * y / x, "y"),
        (lambda x, y: x - y - x, "−y"),
        (lambda x, y: 2 * x * 3 * y, "6·x·y"),
        (lambda x, y: (x + y) * (x + y), "(x + y)²"),
        (lambda x, y: x * (x + y), "x·(x + y)"),
        (lambda x, y: engine.dot([x, 1.0], [y, x]), "x·y + x"),
        (lambda x, y: (x.exp() + x.exp()) * 0.5, "exp(x)"),
        (lambda x, y: x.sqrt() * x.sqrt(), "sqrt(x)²"),
        (lambda x, y: (x**2) ** 0.5, "(x²)^0.5"),
        (lambda x, y: engine.exp(Value(0.0) * x) * 0 + y * 0, "0"),
    ],
)
def test_what_algebra_leaves_out(of: Callable[[Value, Value], Value], expected: str) -> None:
    assert formula(simplify(of(Value(2.0, "x"), Value(3.0, "y")))) == expected


def test_a_number_too_large_on_the_way_leaves_the_graph_as_it_is() -> None:
    x = Value(1e-200, "x")
    y = x * 1e200 * 1e200 * 1e-300
    assert simplify(y) is y


@pytest.mark.parametrize(
    "of",
    [
        lambda x, y: (1e-200 * x) ** 2,
        lambda x, y: (1e-160 * x) * (1e-155 * x),
        lambda x, y: x / 1e200 / 1e200 * x,
        lambda x, y: x * x / 1e200 / 1e200,
        lambda x, y: (1e100 * y) * (1e50 * y),
        lambda x, y: (1e-200 * x) ** 2 + 1e-300 * x,
        lambda x, y: y * (y.tanh() * x),
        lambda x, y: 1 / x / y / (x * y),
        lambda x, y: 1e-100 / y / (y.tanh() * x),
    ],
    ids=[
        *("power", "product", "quotient", "result", "of what is small", "term"),
        *("first factors", "power in a divisor", "factors of a divisor"),
    ],
)
def test_a_number_too_small_on_the_way_leaves_the_graph_as_it_is(
    of: Callable[[Value, Value], Value],
) -> None:
    y = of(Value(1e150, "x"), Value(1e-160, "y"))
    assert y.data > 0.0 and simplify(y) is y


def test_a_number_before_a_term_keeps_all_its_digits_on_the_way() -> None:
    y = (1e10 * Value(3.0, "x")) / (1.7e308 * Value(0.7, "z"))
    assert simplify(y) is y


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (lambda x, zero: x * x + 0.0, "x²"),
        (lambda x, zero: 3.0 * (x * x) * 2.0, "6·x²"),
        (lambda x, zero: zero + zero + zero, "3·zero"),
    ],
    ids=["a power", "a product", "zero"],
)
def test_what_is_too_small_in_the_graph_itself_is_no_loss(of: Any, expected: str) -> None:
    assert formula(simplify(of(Value(1e-170, "x"), Value(0.0, "zero")))) == expected


@pytest.mark.parametrize("inverse", [lambda x: 1.0 / x, lambda x: x**-1.0])
def test_nothing_is_divided_by_what_is_not_0_by_rounding_alone(inverse: Any) -> None:
    a, b, x = Value(0.1, "a"), Value(0.3, "b"), Value(2.0, "x")
    y = x * inverse(a + b - a - b)
    assert y.data > 1e15 and simplify(y) is y
    y = (a + b - a - b) * inverse(a + b - a - b)
    assert y.data == 1.0 and simplify(y) is y


def test_a_product_that_several_operations_use_stays_one() -> None:
    x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "z")
    product = x * y
    assert formula(simplify(1.0 * (product.sin() + product * z))) == "sin(v₁) + v₁·z with v₁ = x·y"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_of_ones_own_is_no_other_of_its_name(rule: Rule) -> None:
    own = Rule(
        rule.name,
        inputs=rule.inputs,
        fixed=rule.fixed,
        value=lambda m, *xs: m.sin(xs[-1]),
        partials=lambda m, y, *xs: (*[0.0] * (len(xs) - 1), m.cos(xs[-1])),
    )
    y = engine.apply(own, *[2.0 if k in rule.fixed else Value(3.0) for k in range(rule.arity())])
    assert simplify(y).data == y.data


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="simplify: a Value is needed, and 3.0 was given"):
        simplify(3.0)


def test_a_long_sum_and_a_deep_chain_are_simplified_in_one_go() -> None:
    x = y = Value(1.0, "x")
    for _ in range(4_999):
        y = y + x
    assert formula(simplify(y)) == "5000·x"
    for _ in range(1_500):
        y = (y * 1e-5).tanh()
    assert simplify(y).data == pytest.approx(y.data)
