"""Recurrent layers: the formulas, states passed on, names, and refusals."""

import math
import re
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import check_gradients, scope
from engine.graph import topological_order
from engine.names import name_nodes
from nn import GRU, LSTM, RNN, Layer, Sequential
from tests.nn.numbers import numbers_of

Fixture = Callable[..., Any]
KINDS = [RNN, GRU, LSTM]
kinds = pytest.mark.parametrize("kind", KINDS)
# numbers of steps, inputs and hidden numbers, and a seed
shapes = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1000))


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


# The formulas


@given(shapes, st.sampled_from(["tanh", "sigmoid", "identity"]))
def test_an_rnn_is_its_formula(
    sums: Fixture, randomized: Fixture, random_nested: Fixture, shape: Any, activation: str
) -> None:
    n_steps, n_inputs, n_hidden, seed = shape
    rnn = randomized(RNN(n_inputs, n_hidden, activation), seed)
    function = {"tanh": math.tanh, "sigmoid": sigmoid, "identity": lambda z: z}[activation]
    h = [0.0] * n_hidden
    steps = random_nested(seed, n_steps, n_inputs)
    for x, found in zip(steps, rnn(steps), strict=True):
        h = [function(z) for z in sums(rnn.layer, x + h)]
        assert numbers_of(found) == pytest.approx(h, rel=1e-12, abs=1e-12)


@given(shapes)
def test_a_gru_is_its_formula(
    sums: Fixture, randomized: Fixture, random_nested: Fixture, shape: Any
) -> None:
    n_steps, n_inputs, n_hidden, seed = shape
    gru = randomized(GRU(n_inputs, n_hidden), seed)
    h = [0.0] * n_hidden
    steps = random_nested(seed, n_steps, n_inputs)
    for x, found in zip(steps, gru(steps), strict=True):
        r = [sigmoid(a) for a in sums(gru.reset, x + h)]
        z = [sigmoid(a) for a in sums(gru.update, x + h)]
        parts = zip(sums(gru.new, x), r, sums(gru.recall, h))
        n = [math.tanh(new + gate * recalled) for new, gate, recalled in parts]
        h = [(1.0 - u) * new + u * old for u, new, old in zip(z, n, h)]
        assert numbers_of(found) == pytest.approx(h, rel=1e-12, abs=1e-12)


@given(shapes)
def test_an_lstm_is_its_formula(
    sums: Fixture, randomized: Fixture, random_nested: Fixture, shape: Any
) -> None:
    n_steps, n_inputs, n_hidden, seed = shape
    lstm = randomized(LSTM(n_inputs, n_hidden), seed)
    h, c = [0.0] * n_hidden, [0.0] * n_hidden
    steps = random_nested(seed, n_steps, n_inputs)
    states = lstm.states(steps)
    assert numbers_of(lstm(steps)) == [numbers_of(hidden) for hidden, _ in states]
    for x, (hidden, cells) in zip(steps, states, strict=True):
        gates = [sums(layer, x + h) for layer in (lstm.input, lstm.forget, lstm.output, lstm.cell)]
        for j, (i, f, o, g) in enumerate(zip(*gates)):
            c[j] = sigmoid(f) * c[j] + sigmoid(i) * math.tanh(g)
            h[j] = sigmoid(o) * math.tanh(c[j])
        assert numbers_of(hidden) == pytest.approx(h, rel=1e-12, abs=1e-12)
        assert numbers_of(cells) == pytest.approx(c, rel=1e-12, abs=1e-12)


@kinds
@given(shape=shapes, cut=st.integers(1, 3))
def test_a_sequence_may_be_cut_anywhere(
    kind: Any, randomized: Fixture, random_nested: Fixture, shape: Any, cut: int
) -> None:
    n_steps, n_inputs, n_hidden, seed = shape
    layer = randomized(kind(n_inputs, n_hidden), seed)
    steps = random_nested(seed, n_steps + cut, n_inputs)
    first = layer.states(steps[:cut])
    second = layer.states(steps[cut:], state=first[-1])
    assert numbers_of(layer(steps)[cut:]) == numbers_of(layer(steps[cut:], state=first[-1]))
    assert numbers_of(first + second) == numbers_of(layer.states(steps))


def test_the_gradient_of_a_given_state_is_proved(
    random_nested: Fixture, weighed_sum: Fixture
) -> None:
    lstm = LSTM(1, 2)

    def output(state: Any) -> Any:
        return weighed_sum(lstm([[0.5], [1.0]], state=state))

    check_gradients(output, random_nested(2, 2, 2))


@kinds
def test_numbers_that_are_set_hold_from_the_next_call_on(kind: Any, randomized: Fixture) -> None:
    layer, same = randomized(kind(1, 2), 1), randomized(kind(1, 2), 1)
    layer([[0.5]])
    for parameter, other in zip(layer.parameters(), same.parameters(), strict=True):
        parameter.data = other.data = parameter.data + 0.25
    assert numbers_of(layer([[0.5]])) == numbers_of(same([[0.5]]))


# Compiled


@kinds
def test_a_long_sequence_compiles_with_its_answer_at_the_end(
    kind: Any, randomized: Fixture, random_nested: Fixture, compiled_is_eager: Fixture
) -> None:
    net = Sequential(kind(1, 3), itemgetter(-1), Layer(3, 1))
    compiled_is_eager(randomized(net, 1), random_nested(1, 20, 1))


# Names and starting points


@kinds
def test_every_step_has_its_scope(kind: Any) -> None:
    with scope("memory"):
        layer = kind(1, 2)
    hidden = layer([[0.5], [1.0]])
    assert [value.label for value in hidden[-1]] == ["h1", "h2"]
    computed = {v.scope for v in topological_order(hidden[-1]) if v.inputs}
    assert computed == {"memory/step 1", "memory/step 2"}
    assert {p.scope.split("/")[0] for p in layer.parameters()} == {"memory"}


def test_weights_of_inputs_and_of_the_state_have_names_of_their_own() -> None:
    (neuron,) = RNN(2, 1).layer.neurons
    assert [weight.label for weight in neuron.weights] == ["w1", "w2", "u1"]
    assert neuron.scope == "weights/neuron 1"


def test_gates_are_labelled_as_in_the_formulas() -> None:
    nodes = topological_order(GRU(1, 1)([[0.5]])[-1])
    results = {"z^r1", "r1", "z^z1", "z1", "z^n1", "n1", "h1"}
    assert {node.label for node in nodes if node.inputs} == {*results, ""}
    nodes = topological_order(LSTM(1, 1)([[0.5]])[-1])
    assert {"i1", "f1", "o1", "g1", "c1", "h1"} <= {node.label for node in nodes}


@pytest.mark.parametrize(
    ("layer", "signs"),
    [
        (LSTM(1, 1), {"input": "^i", "forget": "^f", "output": "^o", "cell": "^g"}),
        (GRU(1, 1), {"reset": "^r", "update": "^z", "new": "^n", "recall": "^n"}),
    ],
)
def test_the_weights_of_a_gate_have_its_name_and_its_sign(layer: Any, signs: Any) -> None:
    found = {p.scope.partition("/")[0]: p.label[1:3] for p in layer.parameters()}
    assert found == signs


def test_names_are_those_of_the_formulas() -> None:
    order = topological_order(LSTM(1, 2)([[0.5], [1.0]])[-1])
    names = set(name_nodes(order).values())
    assert {"x⁽²⁾₁", "h⁽¹⁾₂", "c⁽²⁾₁", "f⁽²⁾₂", "zᶠ⁽²⁾₂", "wᶠ₂₁", "uᵍ₁₂", "bⁱ₂"} <= names
    order = topological_order(GRU(1, 1)([[0.5]])[-1])
    assert {"wʳ₁₁", "uⁿ₁₁", "cⁿ₁", "zⁿ⁽¹⁾₁", "n⁽¹⁾₁"} <= set(name_nodes(order).values())


def test_an_lstm_starts_with_open_forget_gates() -> None:
    lstm = LSTM(1, 3)
    assert [neuron.bias.data for neuron in lstm.forget.neurons] == [1.0] * 3
    assert [neuron.bias.data for neuron in lstm.input.neurons] == [0.0] * 3


# Refusals


@kinds
@pytest.mark.parametrize(
    "steps, error, message",
    [
        ([], ValueError, "the list is empty, but at least one step is needed"),
        ([[1, 2], [1]], ValueError, "step 2: 1 input was given, but 2 are needed"),
        ([[1, 2], 3.0], TypeError, "step 2: a list of numbers is needed, but 3.0 was given"),
        ([[1, math.inf]], ValueError, "step 1: input 2: a finite number is needed"),
        (3.0, TypeError, "a list of numbers is needed, but 3.0 was given"),
    ],
)
def test_steps_that_do_not_fit_are_refused(
    kind: Any, steps: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(f"{kind.__name__}: {message}")):
        kind(2, 2)(steps)


@pytest.mark.parametrize(
    "layer, state, message",
    [
        (RNN(1, 2), [0.0], "RNN: state: 1 input was given, but 2 are needed"),
        (GRU(1, 2), [0.0] * 3, "GRU: state: 3 inputs were given, but 2 are needed"),
        (
            LSTM(1, 2),
            [[0.0, 0.0]],
            "LSTM: the state is [[0.0, 0.0]], but must be a pair",
        ),
        (LSTM(1, 2), ([0.0] * 2, [0.0]), "LSTM: cells: 1 input was given, but 2 are needed"),
    ],
)
def test_states_that_do_not_fit_are_refused(layer: Any, state: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        layer([[1.0]], state=state)


@kinds
def test_sizes_that_make_no_layer_are_refused(kind: Any) -> None:
    for sizes, name in (((0, 1), "n_inputs"), ((1, 0), "n_hidden")):
        message = f"{kind.__name__}: {name} is 0, but must be at least 1"
        with pytest.raises(ValueError, match=message):
            kind(*sizes)
