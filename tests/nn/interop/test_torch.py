"""A net in PyTorch has the same outputs and the same gradients."""

import pytest
from hypothesis import given, settings

import engine
from engine import Value
from nn import MLP, mean_squared_error
from nn.interop.torch import FUNCTIONS, MODULES
from nn.layers.activations import ACTIVATIONS
from nn.strategies import Regression, models

pytestmark = pytest.mark.peer
torch = pytest.importorskip("torch", reason="torch is in the bench extra")


def assert_same(model: MLP, samples: list[list[float]]) -> None:
    """Outputs, and the gradient of the mean of their squares, in both engines."""
    exported = model.to_torch()
    outputs = exported(torch.tensor(samples, dtype=torch.float64))
    (outputs**2).mean().backward()
    expected = [y if isinstance(y := model(sample), list) else [y] for sample in samples]
    flat = [y for row in expected for y in row]
    assert outputs.flatten().tolist() == pytest.approx([y.data for y in flat], rel=1e-12)
    model.zero_grad()
    mean_squared_error(flat, [0.0] * len(flat)).backward()
    largest = max(abs(p.grad) for p in model.parameters())
    for layer, linear in zip(model.layers, [m for m in exported if hasattr(m, "weight")]):
        for j, neuron in enumerate(layer.neurons):
            given = [*linear.weight.grad[j].tolist(), linear.bias.grad[j].item()]
            slopes = [p.grad for p in (*neuron.weights, neuron.bias)]
            assert given == pytest.approx(slopes, rel=1e-12, abs=1e-13 * largest)


@settings(max_examples=25)
@given(models())
def test_random_nets_have_the_same_outputs_and_gradients(case: Regression) -> None:
    assert_same(case.model, [list(sample) for sample in case.samples])


@pytest.mark.parametrize("name", ["identity", *MODULES, *FUNCTIONS])
def test_every_activation_that_torch_has(name: str) -> None:
    model = MLP(2, [3, 2], name, "tanh")
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.bias.data = 1.5 if name == "acosh" else 0.5
            for weight in neuron.weights:
                weight.data *= 0.1
    assert_same(model, [[0.5, -0.25], [1.0, 0.125]])


def test_what_torch_lacks_is_said_before_anything_is_made() -> None:
    lacking = sorted(ACTIVATIONS.keys() - {"identity", *MODULES, *FUNCTIONS})
    assert lacking == ["cbrt", "gamma"]
    assert not hasattr(torch, "cbrt") and not hasattr(torch, "gamma")
    for name in lacking:
        with pytest.raises(ValueError, match=f"layer 1: the activation {name} is one that torch l"):
            MLP(2, [3, 1], name).to_torch()


def test_a_function_of_ones_own_is_refused_even_under_a_known_name() -> None:
    def tanh(z: Value) -> Value:
        return z * 2.0

    with pytest.raises(ValueError, match="layer 2: the activation tanh is a function of your own"):
        MLP(2, [3, 1], output_activation=tanh).to_torch()
    assert isinstance(MLP(2, [1], output_activation=engine.tanh).to_torch()[1], torch.nn.Tanh)


def test_it_shows_its_activations() -> None:
    assert "(1): Function(sin)" in repr(MLP(2, [3, 1], "sin").to_torch())
