"""Nets in PyTorch: activations, modes, and what is refused."""

import pickle
import re
from operator import itemgetter
from typing import Any

import pytest

import engine
import nn
from engine import Value
from nn import (
    LSTM,
    MLP,
    RNN,
    Dropout,
    Flatten,
    Layer,
    Module,
    Neuron,
    SelfAttention,
    Sequential,
    mean_squared_error,
)
from nn.layers.activations import ACTIVATIONS
from nn.tree import tree_leaves

pytestmark = pytest.mark.peer
torch = pytest.importorskip("torch", reason="torch is in the bench extra")
to_torch = nn.to_torch

KNOWN_IN_TORCH = {"degrees", "gelu", "identity", "negate", "radians", "relu", "sin", "softplus"}


def assert_same(model: MLP, samples: list[list[float]]) -> None:
    """Outputs, and the gradient of the mean of their squares, in both engines."""
    exported = to_torch(model)
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


def test_numbers_of_torch_are_loaded_in_the_order_that_the_readme_says() -> None:
    hidden, last = torch.nn.Linear(2, 3), torch.nn.Linear(3, 2)
    net = torch.nn.Sequential(hidden, torch.nn.Tanh(), last)
    numbers: list[float] = []
    for linear in (hidden, last):
        numbers += torch.cat([linear.weight, linear.bias[:, None]], 1).flatten().tolist()
    model = MLP(2, [3, 2])
    model.load_state_dict(dict(zip(model.state_dict(), numbers)))
    x = [0.5, -1.0]
    assert net(torch.tensor(x)).tolist() == pytest.approx([y.data for y in model(x)], rel=1e-5)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_every_activation_that_torch_has_and_no_other(name: str) -> None:
    model = MLP(2, [3, 2], name, "tanh")
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.bias.data = 1.5 if name == "acosh" else 0.5
            for weight in neuron.weights:
                weight.data *= 0.1
    try:
        to_torch(model)
    except ValueError as error:
        said = f"to_torch: layer 1: its activation {name} is one that PyTorch lacks"
        assert str(error) == said and not hasattr(torch, name) and name not in KNOWN_IN_TORCH
    else:
        assert_same(model, [[0.5, -0.25], [1.0, 0.125]])


@pytest.mark.parametrize("x", [19.5, 20.5, 39.5, 40.5, 800.0])
def test_softplus_has_all_its_digits(x: float) -> None:
    model = MLP(1, [1], output_activation="softplus")
    neuron = model.layers[0].neurons[0]
    neuron.weights[0].data, neuron.bias.data = 1.0, 0.0
    assert_same(model, [[x]])


def test_a_function_of_ones_own_is_refused_even_under_a_known_name() -> None:
    def tanh(z: Value) -> Value:
        return z * 2.0

    with pytest.raises(ValueError, match="layer 2: its activation tanh is a function of your own"):
        to_torch(MLP(2, [3, 1], output_activation=tanh))
    assert isinstance(to_torch(MLP(2, [1], output_activation=engine.tanh))[1], torch.nn.Tanh)


class Doubled(Layer):
    def forward(self, inputs: Any) -> Any:
        return [2.0 * a for a in super().forward(inputs)]


def mixed_layer() -> Layer:
    layer = Layer(2, 2, "tanh")
    layer.neurons[1] = Neuron(2, "relu")
    return layer


def changed_gate() -> LSTM:
    lstm = LSTM(1, 2)
    lstm.forget = Layer(3, 2, "tanh")
    return lstm


@pytest.mark.parametrize(
    "model, said",
    [
        (Sequential(Flatten(), Doubled(2, 1)), "2: Doubled: it has no counterpart in PyTorch"),
        (Sequential(RNN(1, 2), itemgetter(-1)), "the function in part 2: itemgetter cannot be exp"),
        (mixed_layer(), "layer: the activations of its neurons are not all the same"),
        (RNN(1, 2, "sigmoid"), "RNN: its activation is sigmoid, but an RNN of PyTorch has tanh or"),
        (changed_gate(), "LSTM: an activation inside of it is tanh, but in PyTorch it is sigmoid"),
    ],
)
def test_what_cannot_be_exported_is_named(model: Module, said: str) -> None:
    with pytest.raises(ValueError, match=f"^to_torch: .*{said}"):
        to_torch(model)


@pytest.mark.parametrize("given", ["x", [1.0], None, Value(1.0)], ids=repr)
def test_what_is_no_model_is_refused(given: Any) -> None:
    said = f"to_torch: a Module is needed, and {given!r} was given"
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        to_torch(given)


def test_a_part_that_comes_twice_is_one_there_too() -> None:
    layer = Layer(2, 2)
    exported = to_torch(Sequential(layer, layer))
    assert exported[0] is exported[2]
    assert len(list(exported.parameters())) == 2


def test_dropout_stays_in_its_mode() -> None:
    sample = torch.ones(1, 100, dtype=torch.float64)
    assert (to_torch(Dropout(0.5))(sample) == 0.0).any()
    assert (to_torch(Dropout(0.5).eval())(sample) == sample).all()


def test_a_neuron_is_a_layer_of_one() -> None:
    neuron = Neuron.from_weights([1.0, -2.0], bias=0.5, activation="relu")
    outputs = to_torch(neuron)(torch.tensor([[3.0, 0.5], [0.0, 1.0]], dtype=torch.float64))
    assert outputs.tolist() == [[2.5], [0.0]]


def test_a_bias_that_one_neuron_alone_has_is_exported() -> None:
    layer = Layer(2, 2, bias=False)
    layer.neurons[1] = Neuron.from_weights([1.0, 2.0], bias=3.0)
    attention = SelfAttention(2, bias=False)
    attention.output = Layer(2, 2, "identity")
    attention.output.neurons[0].bias.data = 5.0
    for model, sample in ((layer, [0.5, -1.0]), (attention, [[0.5, -1.0], [2.0, 1.0]])):
        outputs = to_torch(model)(torch.tensor([sample], dtype=torch.float64))
        expected = [y.data for y in tree_leaves(model(sample))]
        assert outputs.flatten().tolist() == pytest.approx(expected, rel=1e-12)


def test_it_shows_its_activations_and_pickles() -> None:
    exported = to_torch(MLP(2, [3, 1], "sin"))
    assert "(1): Function(sin)" in repr(exported)
    sample = torch.zeros(1, 2, dtype=torch.float64)
    assert pickle.loads(pickle.dumps(exported))(sample) == exported(sample)
