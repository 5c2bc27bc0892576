"""Bounds on rounding: held to exact arithmetic, where numbers cancel too."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, dot, relu
from engine.graph import topological_order
from engine.proof.rounding import gradient_errors, path_sizes, rounding_errors

Step = tuple[str, int, int]
NUMBERS = st.lists(st.integers(-40_000, 40_000).map(lambda n: n / 9_999), min_size=2, max_size=5)
PLACE = st.integers(0, 9)
STEPS = st.lists(st.tuples(st.sampled_from("+-*"), PLACE, PLACE), max_size=8)


def computed(numbers: Sequence[float], steps: list[Step], kind: Any) -> list[Any]:
    """The numbers and what the steps make of them: products of these, and any sums."""
    found = [kind(x) for x in numbers]
    for sign, a, b in steps:
        if sign == "*":
            found.append(found[a % len(numbers)] * found[b % len(numbers)])
        else:
            left, right = found[-1 - a % len(found)], found[b % len(found)]
            found.append(left + right if sign == "+" else left - right)
    return found


@given(NUMBERS, STEPS)
def test_no_node_is_farther_off_than_its_bound(numbers: list[float], steps: list[Step]) -> None:
    values, exact = computed(numbers, steps, Value), computed(numbers, steps, Fraction)
    errors = rounding_errors(topological_order(values))
    for value, right in zip(values, exact):
        assert abs(Fraction(value.data) - right) <= Fraction(errors[value])
    assert all(errors[leaf] == 0.0 for leaf in values[: len(numbers)])


@given(NUMBERS, st.floats(-4.0, 4.0), st.integers(0, 12))
def test_a_gradient_is_no_farther_off_than_its_bound_where_numbers_cancel(
    numbers: list[float], factor: float, places: int
) -> None:
    """Of (Σ wᵢ xᵢ - t)², where t is Σ wᵢ xᵢ to a few places: 2 (Σ wᵢ xᵢ - t) xᵢ."""
    weights = [Value(x) for x in numbers]
    inputs = [factor * x + 1.0 for x in numbers]
    total = dot(weights, inputs)
    target = round(total.data, places)
    output = (total - target) ** 2
    output.backward()
    rest = sum((Fraction(w.data) * Fraction(x) for w, x in zip(weights, inputs)), -Fraction(target))
    for weight, x, error in zip(weights, inputs, gradient_errors(output, weights)):
        assert abs(Fraction(weight.grad) - 2 * rest * Fraction(x)) <= Fraction(error)


def test_a_bound_is_a_few_units_in_the_last_place() -> None:
    x = Value(3.0)
    third = x / 7.0
    assert 0.0 < rounding_errors(topological_order((third,)))[third] < 1e-15
    (error,) = gradient_errors(third * third, [x])
    assert 0.0 < error < 1e-15


@pytest.mark.parametrize("function", [lambda z: z**2, lambda z: z * z, lambda z: z**4, relu])
def test_what_has_no_digit_is_off_though_it_has_no_slope(function: Any) -> None:
    """The sum is 0 if it is added from the left, and 2.8e-17 from the right."""
    a, b, c = Value(-0.1), Value(-0.2), Value(0.1 + 0.2)
    zero, other = function((a + b) + c), function(a + (b + c))
    assert zero.data == 0.0 < other.data
    assert other.data <= rounding_errors(topological_order([zero]))[zero] <= 1e-15


def test_the_square_of_what_has_no_digit_has_a_small_bound() -> None:
    zero = Value(0.1) - 0.1
    square = zero * zero
    assert 1e-34 < rounding_errors(topological_order([square]))[square] < 1e-32


@pytest.mark.parametrize("size", [1e280, 1e300])
@pytest.mark.parametrize("function", [lambda z: z * z, lambda z: z**2])
def test_a_bound_that_is_too_large_for_a_float_is_infinite(size: float, function: Any) -> None:
    square = function((Value(0.1) - 0.1) * size * 1e300)
    assert rounding_errors(topological_order([square]))[square] == math.inf
    square = function((Value(0.1) - 0.1) * size)
    assert rounding_errors(topological_order([square]))[square] == math.inf


@given(NUMBERS, STEPS)
def test_the_size_of_what_adds_up_is_at_least_that_of_the_gradient(
    numbers: list[float], steps: list[Step]
) -> None:
    output = computed(numbers, steps, Value)[-1]
    order = topological_order((output,))
    sizes = path_sizes(order)
    output.backward()
    for node in order:
        assert abs(node.grad) <= sizes[node] * (1.0 + 1e-12)


def test_parts_that_cancel_have_a_size() -> None:
    x = Value(2.0)
    y = x * 1e3 - x * 1e3
    assert path_sizes(topological_order((y,)))[x] == 2e3
