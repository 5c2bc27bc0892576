"""Neurons, layers and nets of any sizes compute what the formulas say."""

import copy
import functools
import math
import pickle
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES, Value, gradients, leaky_relu, tracing
from engine.graph import topological_order
from nn import MLP, Layer, Neuron

sizes = st.lists(st.integers(1, 4), min_size=1, max_size=4)
smooth = st.sampled_from(["tanh", "sigmoid", "identity", "softplus", "gelu", "sin"])
inputs = st.floats(-2.0, 2.0)


def as_list(outputs: Value | list[Value]) -> list[Value]:
    return [outputs] if isinstance(outputs, Value) else outputs


# Properties


@given(st.integers(1, 4), sizes, st.integers(), st.data())
def test_any_list_of_sizes_works(
    n_inputs: int, sizes: list[int], seed: int, data: st.DataObject
) -> None:
    model = MLP(n_inputs, sizes, seed=seed)
    outputs = model(data.draw(st.lists(inputs, min_size=n_inputs, max_size=n_inputs)))
    assert isinstance(outputs, Value) == (sizes[-1] == 1)
    assert len(as_list(outputs)) == sizes[-1]
    widths = [n_inputs, *sizes]
    assert len(model.parameters()) == sum((a + 1) * b for a, b in zip(widths, sizes))


@given(st.integers(1, 3), sizes, smooth, st.integers(), st.data())
def test_the_net_is_the_formula_layer_by_layer(
    n_inputs: int, sizes: list[int], activation: str, seed: int, data: st.DataObject
) -> None:
    model = MLP(n_inputs, sizes, activation, "sigmoid", seed=seed)
    xs = data.draw(st.lists(inputs, min_size=n_inputs, max_size=n_inputs))
    expected = xs
    for layer in model.layers:
        function = getattr(Value, layer.neurons[0].activation, lambda z: z)
        expected = [
            function(Value(sum(w.data * x for w, x in zip(n.weights, expected)) + n.bias.data)).data
            for n in layer.neurons
        ]
    assert [a.data for a in as_list(model(xs))] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(st.integers(1, 3), sizes, st.integers())
def test_the_seed_alone_decides_the_weights(n_inputs: int, sizes: list[int], seed: int) -> None:
    first, second = MLP(n_inputs, sizes, seed=seed), MLP(n_inputs, sizes, seed=seed)
    assert first.state_dict() == second.state_dict()
    assert first.state_dict() != MLP(n_inputs, sizes, seed=seed + 1).state_dict()


# Numbers that are known


def test_the_sigmoid_neuron() -> None:
    neuron = Neuron.from_weights([0, 1], bias=4, activation="sigmoid")
    a = neuron([2, 3])
    a.backward()
    assert a.data == 0.9990889488055994
    slope = a.data * (1 - a.data)
    assert [w.grad for w in neuron.weights] == pytest.approx([2 * slope, 3 * slope], rel=1e-12)
    assert neuron.bias.grad == pytest.approx(slope, rel=1e-12)


def test_the_2_2_1_net() -> None:
    model = MLP(2, [2, 1], "sigmoid", "sigmoid")
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.weights[0].data, neuron.weights[1].data = 0.0, 1.0
    hidden = [round(h.data, 4) for h in model.layers[0]([2, 3])]
    assert hidden == [0.9526, 0.9526]
    assert round(model([2, 3]).data, 4) == 0.7216


@pytest.mark.parametrize(
    "weights, bias, table",
    [([1, 1], -1.5, [0, 0, 0, 1]), ([1, 1], -0.5, [0, 1, 1, 1]), ([-1, -1], 1.5, [1, 1, 1, 0])],
)
def test_threshold_neurons(weights: list[float], bias: float, table: list[int]) -> None:
    def step(z: Value) -> Value:
        return Value(1.0 if z > 0 else 0.0)

    neuron = Neuron.from_weights(weights, bias=bias, activation=step)
    assert [neuron([a, b]).data for a in (0, 1) for b in (0, 1)] == table


def test_a_net_of_single_neurons() -> None:
    assert MLP(2, [16, 1, 1])([1.0, 2.0]).inputs
    assert MLP(1, [1])([1.0]).inputs


# The graph


def test_labels_and_scopes_are_ready_to_draw() -> None:
    model = MLP(2, [2, 1], "tanh", "sigmoid")
    output = model([0.5, -0.5])
    nodes = topological_order([output])
    assert output.label == "a" and output.scope == "layer 2/neuron 1"
    found = [node.label for node in nodes if node.scope == "layer 1/neuron 2"]
    assert sorted(found) == ["", "a", "b", "w1", "w2", "z"]  # the dot product has no name
    assert sorted(node.label for node in nodes if node.scope == "") == ["x1", "x2"]
    (activation,) = Layer(2, 1)([0.5, -0.5], z="u", a="v")
    assert (activation.label, activation.inputs[0].label) == ("v", "u")


def test_plain_inputs_become_leaves_once() -> None:
    for net in (MLP(2, [3, 3]), Layer(2, 3)):
        nodes = topological_order(net([0.5, -0.5]))
        assert [n.label for n in nodes if n.label.startswith("x")] == ["x1", "x2"]


def test_inputs_may_be_values_with_a_history() -> None:
    t = Value(0.5, "t")
    output = MLP(2, [3, 1])([t, t * t])
    (slope,) = gradients(output, [t])
    output.backward()
    assert t.grad == pytest.approx(slope.data)
    assert t.label == "t"


def test_an_identity_neuron_has_no_a() -> None:
    output = Neuron(2, "identity", rng=Random(1))([1.0, 2.0])
    assert (output.label, output.rule) == ("z", RULES["add"])


def test_a_function_as_activation() -> None:
    leaky = functools.partial(leaky_relu, slope=0.1)
    neuron = Neuron.from_weights([1.0], bias=-3.0, activation=leaky)
    assert neuron([1.0]).data == pytest.approx(-0.2)
    assert repr(neuron) == "Neuron(1 → 1 partial, 2 parameters)"


# Starting points


def test_neurons_of_a_layer_start_unequal_and_with_bias_0() -> None:
    layer = Layer(3, 4, "relu")
    rows = [[w.data for w in neuron.weights] for neuron in layer.neurons]
    assert all(a != b for a in rows for b in rows if a is not b)
    assert [neuron.bias.data for neuron in layer.neurons] == [0.0] * 4


def test_a_generator_is_drawn_from() -> None:
    rng = Random(5)
    first, second = Neuron(2, rng=rng), Neuron(2, rng=rng)
    assert first.state_dict() != second.state_dict()
    assert Neuron(2, rng=Random(5)).state_dict() == first.state_dict()
    assert Layer(2, 2, rng=Random(5)).state_dict() == Layer(2, 2, rng=Random(5)).state_dict()


def test_a_layer_uses_its_width_for_glorot() -> None:
    limit = math.sqrt(6 / (2 + 200))
    layer = Layer(2, 200)
    assert max(abs(w.data) for n in layer.neurons for w in n.weights) <= limit


def test_weights_may_be_shared() -> None:
    w = Value(2.0, "shared")
    neuron = Neuron.from_weights([w, w], activation="identity")
    assert neuron.parameters() == [w, neuron.bias]
    assert w.label == "shared"


# Names


def test_calls_share_one_vector_of_weights_until_one_of_them_is_another() -> None:
    neuron = Neuron.from_weights([2, 3], activation="identity")

    def vector() -> Any:
        return neuron([1, 1]).inputs[0].operands[0]

    first = vector()
    assert vector() is first
    neuron.weights[0].data = 5.0
    assert neuron([1, 1]).data == 8.0 and vector() is not first
    other = Value(7.0, "other")
    with tracing():
        neuron.weights[1] = other
        assert neuron([1, 1]).data == 12.0
    neuron([1, 4]).backward()
    assert (other.grad, neuron.weights[0].grad) == (4.0, 1.0)
    neuron.weights[1] = 0.5  # type: ignore[call-overload]  # a plain number: it is not learned
    assert neuron([1, 4]).data == 7.0


def test_a_copy_of_a_neuron_learns_for_itself() -> None:
    neuron = Neuron.from_weights([2, 3], activation="identity")
    neuron([1, 1])
    for copied in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        copied.weights[0].data = 10.0
        output = copied([1, 1])
        output.backward()
        assert output.data == 13.0 and copied.weights[0].grad == 1.0
    assert neuron([1, 1]).data == 5.0 and neuron.weights[0].grad == 0.0


def test_parameter_names() -> None:
    assert list(MLP(1, [1, 2]).state_dict())[:4] == [
        "layers.0.neurons.0.weights.0",
        "layers.0.neurons.0.bias",
        "layers.1.neurons.0.weights.0",
        "layers.1.neurons.0.bias",
    ]


# Refusals


def refused(error: type[Exception], message: str, function: Any, *given: Any, **named: Any) -> None:
    with pytest.raises(error) as caught:
        function(*given, **named)
    assert str(caught.value).startswith(message), str(caught.value)


def test_wrong_numbers_of_inputs_name_the_layer() -> None:
    model = MLP(2, [3, 1])
    refused(ValueError, "layer 1: 3 inputs were given, but 2 are needed", model, [1, 2, 3])
    refused(ValueError, "layer 2: 2 inputs were given, but 3 are needed", model.layers[1], [1, 2])
    neuron = model.layers[1].neurons[0]
    refused(ValueError, "layer 2/neuron 1: 1 input was given, but 3 are needed", neuron, [1])
    refused(ValueError, "layer: 1 input was given, but 2 are needed", Layer(2, 2), [1])
    refused(ValueError, "neuron: 2 inputs were given, but 1 is needed", Neuron(1), [1, 2])


def test_wrong_kinds_of_inputs_name_the_place() -> None:
    model = MLP(2, [3, 1])
    refused(TypeError, "layer 1: input 2: a real number is needed, and '2'", model, [1, "2"])
    refused(TypeError, "layer 1: a list of numbers is needed, but 3.0 was given", model, 3.0)
    refused(ValueError, "layer 1: input 1: a finite number is needed", model, [math.nan, 1])


def test_sizes_must_be_whole_and_positive() -> None:
    refused(ValueError, "MLP: sizes is empty, but at least one layer is needed", MLP, 2, [])
    refused(TypeError, "MLP: sizes: a list of numbers is needed, but 3 was given", MLP, 2, 3)
    refused(ValueError, "MLP: n_inputs is 0, but must be at least 1", MLP, 0, [1])
    refused(ValueError, "MLP: size 2 of [3, 0] is 0, but must be at least 1", MLP, 2, [3, 0])
    refused(ValueError, "MLP: size 1 of [-1] is -1, but must be at least 1", MLP, 2, [-1])
    refused(TypeError, "MLP: size 1 of [2.5] is 2.5, but must be a whole number", MLP, 2, [2.5])
    refused(ValueError, "layer: n_inputs is -3", Layer, -3, 1)
    refused(ValueError, "layer: n_outputs is 0", Layer, 1, 0)
    refused(ValueError, "neuron: n_inputs is 0", Neuron, 0)
    refused(ValueError, "neuron: the number of weights is 0", Neuron.from_weights, [])


def test_weights_must_be_numbers() -> None:
    refused(TypeError, "neuron: weight 2: a real number", Neuron.from_weights, [1.0, "a"])
    refused(ValueError, "neuron: bias: a finite number", Neuron.from_weights, [1.0], bias=math.inf)


def test_activations_must_be_known_and_give_values() -> None:
    unknown = "activation: 'tanhh' is not known: write 'tanh'; allowed are identity, abs,"
    refused(ValueError, unknown, MLP, 2, [1, 1], "tanhh")
    refused(ValueError, "activation: 'x' is not known", MLP, 2, [1], output_activation="x")
    neuron = Neuron(1, lambda z: 3.0)  # type: ignore[arg-type, return-value]
    refused(
        TypeError,
        "neuron: the activation <lambda> returned 3.0, which is not a Value",
        neuron,
        [1.0],
    )


def test_without_a_bias_nothing_is_added() -> None:
    z = Neuron(2, "identity", bias=False)([1.0, 2.0])
    assert [node.rule.name for node in topological_order([z]) if node.inputs] == ["dot"]


def test_the_weights_of_a_layer_are_those_of_its_neurons() -> None:
    layer = Layer(2, 3)
    rows: list[tuple[str, object]] = [
        ("weight", [neuron.weights for neuron in layer.neurons]),
        ("bias", [neuron.bias for neuron in layer.neurons]),
        ("in_features", 2),
        ("out_features", 3),
    ]
    for name, right in rows:
        with pytest.raises(AttributeError, match=f"^Layer has no attribute '{name}': ") as caught:
            getattr(layer, name)
        here = str(caught.value).partition("here it is ")[2]
        assert eval(here if "layer" in here else f"layer.{here}", {"layer": layer}) == right
