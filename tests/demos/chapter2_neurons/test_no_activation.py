"""The lesson on nets without activation: they are one line, by algebra, numbers and training."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.chapter2_neurons.no_activation import collapsed, trained, two_neurons_and_one, wave
from engine import Value, formula, gradients
from nn import MLP, predict


def test_the_slope_has_no_x_in_it_unless_there_is_a_tanh() -> None:
    x = Value(0.5, "x")
    (slope,) = gradients(two_neurons_and_one(x), [x])
    assert formula(slope) == "w₂·u₂ + w₁·u₁"
    (bent,) = gradients(two_neurons_and_one(x, squash=True), [x])
    assert "tanh(w₂·x + b₂)" in formula(bent)


@given(
    st.integers(1, 4),
    st.lists(st.integers(1, 8), max_size=3),
    st.integers(0, 1000),
)
def test_any_net_without_activation_is_one_row_of_weights(
    n_inputs: int, hidden: list[int], seed: int
) -> None:
    model = MLP(n_inputs, [*hidden, 1], "identity", seed=seed)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.bias.data = float(rng.normal())
    weights, bias = collapsed(model)
    points = rng.normal(size=(20, n_inputs))
    np.testing.assert_allclose(predict(model, points), points @ weights + bias, atol=1e-12)


def test_trained_it_is_the_line_of_least_squares_and_a_tanh_net_is_not() -> None:
    xs, ys = wave()
    straight, straight_history = trained(xs, ys, "identity", 600)
    (slope,), height = collapsed(straight)
    best = np.polyfit(xs, ys, 1)
    assert [slope, height] == pytest.approx(best.tolist(), abs=1e-3)
    least = np.mean((np.polyval(best, xs) - ys) ** 2)
    assert straight_history.losses[-1] == pytest.approx(least, rel=1e-3)
    _, curved_history = trained(xs, ys, "tanh", 600)
    assert curved_history.losses[-1] < least / 20


def test_it_prints_both_slopes_and_plots(run_quick) -> None:
    printed = run_quick("no_activation", "no_activation.png")
    assert "dy/dx = w₂·u₂ + w₁·u₁\n" in printed
    line = next(line for line in printed.splitlines() if line.startswith("At 1000 random points"))
    assert float(line.split()[7]) < 1e-12
