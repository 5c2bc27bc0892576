"""Sequential passes on what its parts return and says which part refused; Flatten keeps order."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, scope
from engine.graph import topological_order
from nn import MLP, RNN, Dropout, Flatten, Layer, Module, Sequential

Fixture = Callable[..., Any]


# Sequential


@given(st.lists(st.integers(1, 3), min_size=2, max_size=4), st.integers(0, 100))
def test_layers_in_a_row_are_the_mlp(random_nested: Fixture, sizes: list[int], seed: int) -> None:
    mlp = MLP(sizes[0], sizes[1:], seed=seed)
    net = Sequential(*mlp.layers)
    inputs = random_nested(seed, sizes[0])
    found = [a.data for a in net(inputs)]
    outputs = mlp(inputs)
    assert found == [a.data for a in (outputs if isinstance(outputs, list) else [outputs])]
    assert net.parameters() == mlp.parameters()


def test_parts_have_places_names_and_a_length() -> None:
    first, last = Layer(2, 3), Layer(3, 1)
    net = Sequential(first, list, last)
    assert (net[0], net[1], net[-1], len(net)) == (first, list, last, 3)
    assert list(net) == [first, list, last]
    assert net.names() == ["1: Layer", "2: list", "3: Layer"]
    assert next(iter(net.state_dict())) == "parts.0.neurons.0.weights.0"


def test_every_part_computes_in_its_scope() -> None:
    with scope("net"):
        net = Sequential(Layer(1, 1), lambda xs: [xs[0] * 2], Layer(1, 1, "identity"))
    nodes = topological_order(net([0.5]))
    assert {node.scope for node in nodes if node.inputs} == {
        "net/1: Layer/neuron 1",
        "net/2: <lambda>",
        "net/3: Layer/neuron 1",
    }
    assert {p.scope for p in net.parameters()} == {
        "net/1: Layer/neuron 1",
        "net/3: Layer/neuron 1",
    }


def test_a_sequential_in_a_sequential_nests_the_scopes() -> None:
    inner = Sequential(RNN(1, 1), itemgetter(-1))
    output = Sequential(inner, Layer(1, 1))([[0.5]])[0]
    scopes = {node.scope for node in topological_order([output]) if node.inputs}
    assert scopes == {"1: Sequential/1: RNN/step 1", "2: Layer/neuron 1"}


def test_a_part_that_comes_twice_keeps_its_first_place() -> None:
    layer = Layer(1, 1)
    net = Sequential(layer, layer)
    assert layer.scope == "1: Layer"
    assert net.parameters() == layer.parameters()
    assert net([0.5])[0].data == layer(layer([0.5]))[0].data


def test_a_part_that_moves_on_takes_its_new_place() -> None:
    layer = Sequential(Layer(1, 1))[0]
    net = Sequential(Flatten(), layer)
    assert net([0.5])[0].scope == "2: Layer/neuron 1"


def test_what_a_part_shares_with_others_stays_where_it_was_made() -> None:
    with scope("shared"):
        layer = Layer(1, 1)
    with scope("block"):
        user = Refusing()
    user.layer = layer
    Sequential(user)
    assert (user.scope, layer.scope) == ("1: Refusing", "shared")


def test_repr() -> None:
    net = Sequential(Sequential(RNN(1, 2), itemgetter(-1)), Dropout(0.5), Layer(2, 1))
    assert repr(net) == "\n".join(
        [
            "Sequential(",
            "  1: Sequential(",
            "    1: RNN(1 → 2 tanh, 8 parameters)",
            "    2: itemgetter",
            "  )",
            "  2: Dropout(0.5)",
            "  3: Layer(2 → 1 tanh, 3 parameters)",
            ")",
        ]
    )


class Refusing(Module):
    """A module whose own error says nothing about where."""

    layer: Layer

    def forward(self, x: Any) -> Any:
        raise ValueError("no")


def test_errors_say_which_part() -> None:
    net = Sequential(Layer(2, 2), Sequential(list, Refusing()))
    with pytest.raises(ValueError, match="^no\n") as caught:
        net([1, 2])
    assert caught.value.__notes__ == ["in part 2: Refusing", "in part 2: Sequential"]
    with pytest.raises(ValueError, match="^1: Layer: 1 input was given, but 2 are needed"):
        net([1])


def test_parts_are_needed_and_can_be_called() -> None:
    with pytest.raises(ValueError, match="Sequential: no parts were given, but at least one is"):
        Sequential()
    with pytest.raises(TypeError, match="Sequential: part 2 is 3, but must be a module or"):
        Sequential(list, 3)  # type: ignore[arg-type]


# Flatten


@given(st.recursive(st.floats(-1.0, 1.0), lambda inner: st.lists(inner, max_size=3)))
def test_flatten_keeps_every_number_in_order(nested: Any) -> None:
    def numbers(part: Any) -> list[float]:
        return [x for inner in part for x in numbers(inner)] if isinstance(part, list) else [part]

    assert [x.data for x in Flatten()(nested)] == numbers(nested)


def test_flatten_names_plain_numbers_by_their_place_and_keeps_values() -> None:
    height = Value(2.0, "height")
    first, second = Flatten()([[[0.5]], [height]])
    assert (first.label, second) == ("x1,1,1", height)


def test_flatten_refuses_what_is_no_number() -> None:
    with pytest.raises(TypeError, match="Flatten: input 2,1: a real number is needed, and 'ab'"):
        Flatten()([[1.0], ["ab"]])
