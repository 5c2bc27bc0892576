"""Gradient descent takes the steps of its formula, whole or not at all."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from nn import MLP, SGD, mean_squared_error

rates = st.floats(0.001, 0.5)
momenta = st.floats(0.0, 0.95)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), rates, momenta)
def test_momentum_is_the_closed_form(gradients: list[float], rate: float, momentum: float) -> None:
    """After k steps p = p₀ - rate · Σⱼ gⱼ (1 + m + … + mᵏ⁻ʲ)."""
    p = Value(1.0)
    optimizer = SGD([p], learning_rate=rate, momentum=momentum)
    for gradient in gradients:
        p.grad = gradient
        optimizer.step()
    k = len(gradients)
    moved = sum(g * sum(momentum**i for i in range(k - j)) for j, g in enumerate(gradients))
    assert p.data == pytest.approx(1.0 - rate * moved, rel=1e-9, abs=1e-9)


@given(st.floats(-10, 10), st.floats(0.01, 0.9), st.integers(1, 30))
def test_descent_on_a_parabola_is_geometric(start: float, rate: float, steps: int) -> None:
    """On p² every step is p ← (1 - 2 rate) p."""
    p = Value(start)
    optimizer = SGD([p], learning_rate=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        (p * p).backward()
        optimizer.step()
    assert p.data == pytest.approx(start * (1 - 2 * rate) ** steps, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_net_learns(momentum: float) -> None:
    model = MLP(2, [4, 1], seed=1)
    points, targets = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    optimizer = SGD(model.parameters(), learning_rate=0.2, momentum=momentum)
    for _ in range(400):
        loss = mean_squared_error([model(point) for point in points], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.data < 0.01


def test_two_optimizers_do_not_share_their_state() -> None:
    p = Value(0.0)
    p.grad = 1.0
    SGD([p], learning_rate=1.0, momentum=0.5).step()
    SGD([p], learning_rate=1.0, momentum=0.5).step()
    assert p.data == -2.0


def test_a_shared_parameter_moves_once() -> None:
    p = Value(0.0)
    p.grad = 1.0
    SGD([p, p], learning_rate=1.0).step()
    assert p.data == -1.0


def test_the_rate_may_change_on_the_way() -> None:
    p = Value(0.0)
    p.grad = 1.0
    optimizer = SGD((q for q in [p]), learning_rate=1.0)
    optimizer.learning_rate = 0.25
    optimizer.step()
    assert p.data == -0.25


def test_a_step_to_infinity_is_refused_whole() -> None:
    a, b = Value(1.0, "a"), Value(-1e308, "w1")
    b.scope = "layer 1/neuron 2"
    optimizer = SGD([a, b], learning_rate=10.0, momentum=0.5)
    a.grad, b.grad = 1.0, 1e308
    with pytest.raises(OverflowError) as caught:
        optimizer.step()
    assert "SGD: the step would make parameter 1 (Value(-1e+308, label='w1')" in str(caught.value)
    assert "in layer 1/neuron 2) -inf: its gradient is 1e+308" in str(caught.value)
    assert "learning rate 10.0" in str(caught.value)
    assert (a.data, b.data) == (1.0, -1e308)
    b.grad = 0.0
    optimizer.step()  # no velocity was left behind
    assert (a.data, b.data) == (-9.0, -1e308)


def test_a_gradient_of_nan_is_refused() -> None:
    p = Value(1.0)
    p.grad = math.nan
    with pytest.raises(OverflowError, match="nan"):
        SGD([p], learning_rate=0.1).step()
    assert p.data == 1.0


@pytest.mark.parametrize("rate", [0.0, -0.1, math.inf, math.nan])
def test_the_rate_is_positive_and_finite(rate: float) -> None:
    with pytest.raises(ValueError, match=f"SGD: learning_rate is {rate!r}, and it must be"):
        SGD([Value(1.0)], learning_rate=rate)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, math.nan])
def test_momentum_is_below_1(momentum: float) -> None:
    with pytest.raises(ValueError, match=f"SGD: momentum is {momentum!r}, and 0 <= momentum < 1"):
        SGD([Value(1.0)], learning_rate=0.1, momentum=momentum)


@pytest.mark.parametrize(
    "parameters, error, said",
    [
        ([], ValueError, "SGD: no parameters were given"),
        ([Value(1.0), 2.0], TypeError, "SGD: parameter 1 is 2.0, and a Value is needed"),
        ([Value(1.0) * 2], ValueError, r"SGD: parameter 0 \(Value\(2.0\)\) was computed"),
    ],
)
def test_parameters_are_leaves(parameters: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        SGD(parameters, learning_rate=0.1)


def test_repr() -> None:
    optimizer = SGD([Value(1.0)], learning_rate=0.1)
    assert repr(optimizer) == "SGD(1 parameter, learning_rate=0.1, momentum=0.0)"
