"""Losses are their formulas, at any size of number."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, tracing
from engine.rules import CONSTANT
from nn import binary_cross_entropy, mean_squared_error

moderate = st.floats(-1e3, 1e3)
pairs = st.lists(st.tuples(moderate, moderate), min_size=1, max_size=20)
logits_and_targets = st.lists(st.tuples(st.floats(-30, 30), st.floats(0, 1)), min_size=1)


@given(pairs)
def test_mean_squared_error_and_its_gradient(pairs: list[tuple[float, float]]) -> None:
    predictions = [Value(p) for p, _ in pairs]
    loss = mean_squared_error(predictions, [t for _, t in pairs])
    loss.backward()
    n = len(pairs)
    assert loss.data == pytest.approx(math.fsum((p - t) ** 2 for p, t in pairs) / n, rel=1e-14)
    assert [p.grad for p in predictions] == pytest.approx([2 * (p - t) / n for p, t in pairs])


@given(logits_and_targets)
def test_binary_cross_entropy_is_the_textbook_formula(pairs: list[tuple[float, float]]) -> None:
    logits = [Value(z) for z, _ in pairs]
    loss = binary_cross_entropy(logits, [t for _, t in pairs])
    loss.backward()
    n = len(pairs)
    # log sigmoid(z) = -log(1 + exp(-z)), and 1 - sigmoid(z) = sigmoid(-z)
    terms = [t * math.log1p(math.exp(-z)) + (1 - t) * math.log1p(math.exp(z)) for z, t in pairs]
    assert loss.data == pytest.approx(math.fsum(terms) / n, rel=1e-9, abs=1e-12)
    slopes = [(1 / (1 + math.exp(-z)) - t) / n for z, t in pairs]
    assert [z.grad for z in logits] == pytest.approx(slopes, rel=1e-9, abs=1e-12)


@given(st.floats(-1e300, 1e300), st.sampled_from([0, 1]))
def test_binary_cross_entropy_is_finite_for_any_logit(logit: float, target: int) -> None:
    z = Value(logit)
    loss = binary_cross_entropy([z], [target])
    loss.backward()
    assert loss.data >= 0.0
    assert abs(z.grad) <= 1.0


@pytest.mark.parametrize(
    "logit, target, loss, slope",
    [(1000, 1, 0.0, 0.0), (1000, 0, 1000.0, 1.0), (-1000, 1, 1000.0, -1.0), (-1000, 0, 0.0, 0.0)],
)
def test_binary_cross_entropy_at_a_thousand(
    logit: float, target: float, loss: float, slope: float
) -> None:
    z = Value(logit)
    found = binary_cross_entropy([z], [target])
    found.backward()
    assert (found.data, z.grad) == (loss, slope)


def test_no_knowledge_costs_log_2() -> None:
    assert binary_cross_entropy([0.0, 0.0], [0, 1]).data == pytest.approx(math.log(2))


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy])
def test_numbers_and_values_mix(loss: Any) -> None:
    target = Value(1.0)
    found = loss([Value(0.5), 2], [0, target])
    assert isinstance(found, Value) and found.label == "loss"
    assert found.data == loss([0.5, 2.0], [0.0, 1.0]).data
    found.backward()
    assert target.grad != 0.0


def test_plain_targets_are_constants_of_the_graph() -> None:
    (squares,) = [i for i in mean_squared_error([Value(1.0)], [3.0]).inputs if i.inputs]
    difference = squares.inputs[0].inputs[0]
    assert difference.inputs[1].rule is CONSTANT


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy])
def test_refusals_say_what_was_given(loss: Any) -> None:
    name = loss.__name__
    with pytest.raises(ValueError, match=f"{name}: 2 predictions and 1 target were given"):
        loss([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=f"{name}: the lists are empty"):
        loss([], [])
    with pytest.raises(TypeError, match=f"{name}: predictions: a list of numbers is needed"):
        loss(Value(1.0), [1.0])
    with pytest.raises(TypeError, match=f"{name}: targets: a list of numbers is needed"):
        loss([1.0], 1.0)
    with pytest.raises(TypeError, match=f"{name}: target 1: a real number is needed, and 'b'"):
        loss([1.0, 1.0], [1.0, "b"])
    with pytest.raises(ValueError, match=f"{name}: prediction 0: a finite number is needed"):
        loss([math.nan], [1.0])


@pytest.mark.parametrize("target", [-1, 1.5, 2])
def test_a_class_is_from_0_to_1(target: float) -> None:
    with pytest.raises(ValueError, match=f"target 1 is {float(target)!r}, and 0 to 1 is needed"):
        binary_cross_entropy([1.0, 1.0], [0, target])


def test_losses_of_values_can_be_traced() -> None:
    prediction, target = Value(0.5), Value(1.0)
    for loss in (mean_squared_error, binary_cross_entropy):
        with tracing():
            traced = loss([prediction], [target])
        assert traced.data == loss([prediction], [target]).data
