"""RNN, GRU, LSTM: layers that go through a sequence step by step and carry a state along."""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from engine import Value, scope
from engine.drawing.blocks import Block, Diagram
from engine.drawing.cells import gru_cell, lstm_cell, rnn_cell
from engine.keywords import explain_keywords
from engine.messages import counted, shown
from engine.value import Number, constant
from engine.vector import Vector
from nn.blocks import make_block
from nn.checks import as_nonempty_list, as_values, check_size, number_labels
from nn.layers.activations import Activation
from nn.layers.dense import Layer
from nn.module import Module
from nn.tree import label_values

Values = list[Value]
Gate = Callable[[Vector], Values]  # a layer, as the steps call it


class Recurrent(Module):
    """What the recurrent layers share: `states` goes through the steps, `step` makes one.

    The first state is all zeros unless one is given. The steps stand in scopes "step 1", "step 2",
    …, so that the picture of the graph is the unrolled net. All of them call the same `gates`, for
    which the weights are read once.
    """

    def __init__(self, n_inputs: int, n_hidden: int) -> None:
        check_size(n_inputs, "n_inputs", where=self.place())
        check_size(n_hidden, "n_hidden", where=self.place())
        self.n_inputs, self.n_hidden = n_inputs, n_hidden

    def states(self, steps: Iterable[Iterable[Number]], state: Any = None) -> list[Any]:
        """The state after every step; the last one may be passed to the next call."""
        place = self.place()
        state = self.initial_state() if state is None else self.as_state(state)
        states, gates = [], self.gates()
        for number, inputs in enumerate(as_nonempty_list(steps, "step", where=place), start=1):
            with scope(f"step {number}"):
                where = f"{place}: step {number}"
                x = as_values(inputs, self.n_inputs, where=where)
                state = self.step(gates, x, state)
            states.append(state)
        return states

    def forward(self, steps: Iterable[Iterable[Number]], state: Any = None) -> list[Values]:
        """The hidden state after every step, in a list as long as the steps."""
        return self.states(steps, state)

    def gates(self) -> list[Gate]:
        """The layers as functions, which every step calls."""
        raise NotImplementedError(f"{type(self).__name__} does not define gates()")

    def step(self, gates: list[Gate], x: Values, state: Any) -> Any:
        """The state after one more step."""
        raise NotImplementedError(f"{type(self).__name__} does not define step(gates, x, state)")

    def initial_state(self) -> Any:
        return [constant(0.0)] * self.n_hidden

    def as_state(self, state: Any) -> Any:
        return self._as_hidden(state, "state")

    def _as_hidden(self, numbers: Any, what: str) -> Values:
        return as_values(numbers, self.n_hidden, where=f"{self.place()}: {what}")

    def _make_gate(self, name: str, sign: str, activation: Activation, rng: Random | None) -> Layer:
        """n_hidden neurons that see the inputs x by weights w and the hidden state by weights u.

        With the gate's sign they are named wᶠ, uᶠ and bᶠ.
        """
        with scope(name):
            layer = Layer(self.n_inputs + self.n_hidden, self.n_hidden, activation, rng=rng)
        for neuron in layer.neurons:
            label_values(f"w{sign}", neuron.weights[: self.n_inputs])
            label_values(f"u{sign}", neuron.weights[self.n_inputs :])
            neuron.bias.label = f"b{sign}"
        return layer

    def as_block(self, inputs: Any = None) -> Block:
        """The cell, with the formulas of its step."""
        sizes = f"x has {counted(self.n_inputs, 'number')}, h has {self.n_hidden}"
        given, returned = f"steps × {self.n_inputs}", f"steps × {self.n_hidden}"
        bodies = [diagram] if (diagram := self.draw_cell()) else []
        return make_block(
            self,
            inputs,
            lines=[*self.formulas(), sizes],
            bodies=bodies,
            given=given,
            returned=returned,
        )

    def draw_cell(self) -> Diagram | None:
        """The cell as textbooks draw it, where they do."""
        return None

    def formulas(self) -> list[str]:
        """What a step computes."""
        return []

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"{kind}({self.n_inputs} → {self.n_hidden}, {self._describe_size()})"


class RNN(Recurrent):
    """The simple recurrent net: hₜ = activation(W xₜ + U hₜ₋₁ + b) with n_hidden numbers h.

    It takes a list of steps, each of n_inputs numbers or Values, and returns the list of all hidden
    states, each of n_hidden Values. The last of them is the state to continue from, as in
    `rnn(more_steps, state=hidden[-1])`. `layer` has the weights: those of neuron j are row j of W,
    then row j of U. They start as those of a `Layer`; activation and rng are as there.

    Raises ValueError for a size < 1, no steps, a step of another length than n_inputs or a state of
    another length than n_hidden. Elman, Finding structure in time (1990).

    >>> RNN(2, 3)
    RNN(2 → 3 tanh, 18 parameters)
    >>> hidden = RNN(2, 3)([[0.5, 1.0], [0.0, -1.0]])
    >>> len(hidden), len(hidden[-1])
    (2, 3)

    A net that answers at the end of the sequence takes the last state only:

    >>> from operator import itemgetter
    >>> from nn import Sequential
    >>> len(Sequential(RNN(2, 3), itemgetter(-1), Layer(3, 1))([[0.5, 1.0], [0.0, -1.0]]))
    1

    One that answers at each step is a `Module`, in whose `forward` a layer is called on each:

    >>> head = Layer(3, 1)
    >>> len([head(h) for h in hidden])
    2
    """

    @explain_keywords
    def __init__(
        self,
        n_inputs: int,
        n_hidden: int,
        activation: Activation = "tanh",
        *,
        rng: Random | None = None,
    ) -> None:
        super().__init__(n_inputs, n_hidden)
        self.layer = self._make_gate("weights", "", activation, rng)

    def gates(self) -> list[Gate]:
        return [as_gate(self.layer, "z", "h")]

    def step(self, gates: list[Gate], x: Values, state: Values) -> Values:
        """h = activation(W x + U h + b)."""
        return gates[0](Vector(x + state))

    def draw_cell(self) -> Diagram:
        return rnn_cell(self.layer.neurons[0].activation)

    def formulas(self) -> list[str]:
        return [f"hₜ = {self.layer.neurons[0].activation}(W xₜ + U hₜ₋₁ + b)"]

    def __repr__(self) -> str:
        return f"RNN({self.n_inputs} → {self.layer._describe()}, {self._describe_size()})"


class GRU(Recurrent):
    """The gated recurrent unit, whose gates r and z choose what to forget and what to replace.

    r = σ(W_r x + U_r h + b_r),  z = σ(W_z x + U_z h + b_z),
    n = tanh(W_n x + b_n + r · (U_n h + c_n)),  and the new h is (1 - z) · n + z · h.

    Shapes, first state, starting weights and errors are as for `RNN`. `reset` and `update` are the
    layers of the gates, `new` and `recall` those of W_n x + b_n and of U_n h + c_n. Cho and others,
    Learning phrase representations using RNN encoder-decoder (2014); r acts after U_n as in
    version 1 of that paper, in cuDNN and in PyTorch.

    >>> gru = GRU(1, 4)
    >>> gru
    GRU(1 → 4, 76 parameters)
    >>> first = gru([[0.5], [1.0]])
    >>> second = gru([[0.0]], state=first[-1])
    """

    @explain_keywords
    def __init__(self, n_inputs: int, n_hidden: int, *, rng: Random | None = None) -> None:
        super().__init__(n_inputs, n_hidden)
        self.reset = self._make_gate("reset", "^r", "sigmoid", rng)
        self.update = self._make_gate("update", "^z", "sigmoid", rng)
        with scope("new"):
            self.new = Layer(n_inputs, n_hidden, "identity", rng=rng)
        with scope("recall"):
            self.recall = Layer(n_hidden, n_hidden, "identity", rng=rng)
        for new, recall in zip(self.new.neurons, self.recall.neurons):
            label_values("w^n", new.weights)
            label_values("u^n", recall.weights)
            new.bias.label, recall.bias.label = "b^n", "c^n"

    def gates(self) -> list[Gate]:
        reset, update = as_gate(self.reset, "z^r", "r"), as_gate(self.update, "z^z", "z")
        return [reset, update, as_gate(self.new), as_gate(self.recall)]

    def step(self, gates: list[Gate], x: Values, state: Values) -> Values:
        """h = (1 - z) · n + z · h."""
        reset, update, new, recall = gates
        seen = Vector(x + state)
        r, z = reset(seen), update(seen)
        parts = zip(new(Vector(x)), r, recall(Vector(state)))
        sums = label_values("z^n", [at_x + gate * recalled for at_x, gate, recalled in parts])
        n = label_values("n", [total.tanh() for total in sums])
        return label_values("h", [(1 - u) * fresh + u * old for u, fresh, old in zip(z, n, state)])

    def draw_cell(self) -> Diagram:
        return gru_cell()

    def formulas(self) -> list[str]:
        gates = "r, z = σ(W xₜ + U hₜ₋₁ + b), each with its own W, U, b"
        return [gates, "n = tanh(W xₜ + b + r · (U hₜ₋₁ + c))", "hₜ = (1 − z) · n + z · hₜ₋₁"]


class LSTM(Recurrent):
    """Long short-term memory: cells c that a gate f can keep unchanged for many steps.

    i = σ(W_i x + U_i h + b_i),  f = σ(W_f x + U_f h + b_f),  o = σ(W_o x + U_o h + b_o),
    g = tanh(W_g x + U_g h + b_g);  the new c is f · c + i · g, and the new h is o · tanh(c).

    Shapes, starting weights and errors are as for `RNN`; calling it returns all hidden states h.
    Its state is the pair (h, c): `states` returns all pairs; the last is that to continue from.
    `input`, `forget`, `output` and `cell` are the layers of i, f, o and g. The bias b_f starts at
    1, so that the cells remember at first: Jozefowicz, Zaremba and Sutskever, An empirical
    exploration of recurrent network architectures (2015).

    Hochreiter and Schmidhuber, Long short-term memory (1997), with the gate f of Gers, Schmidhuber
    and Cummins, Learning to forget (2000).

    >>> lstm = LSTM(1, 4)
    >>> lstm
    LSTM(1 → 4, 96 parameters)
    >>> pairs = lstm.states([[0.5], [1.0]])
    >>> hidden = lstm([[0.0]], state=pairs[-1])
    """

    @explain_keywords
    def __init__(self, n_inputs: int, n_hidden: int, *, rng: Random | None = None) -> None:
        super().__init__(n_inputs, n_hidden)
        self.input = self._make_gate("input", "^i", "sigmoid", rng)
        self.forget = self._make_gate("forget", "^f", "sigmoid", rng)
        self.output = self._make_gate("output", "^o", "sigmoid", rng)
        self.cell = self._make_gate("cell", "^g", "tanh", rng)
        for neuron in self.forget.neurons:
            neuron.bias.data = 1.0

    def forward(self, steps: Iterable[Iterable[Number]], state: Any = None) -> list[Values]:
        """The hidden state after every step, in a list as long as the steps."""
        return [hidden for hidden, _ in self.states(steps, state)]

    def gates(self) -> list[Gate]:
        layers = {"i": self.input, "f": self.forget, "o": self.output, "g": self.cell}
        return [as_gate(layer, f"z^{sign}", sign) for sign, layer in layers.items()]

    def step(
        self, gates: list[Gate], x: Values, state: tuple[Values, Values]
    ) -> tuple[Values, Values]:
        """c = f · c + i · g and h = o · tanh(c)."""
        hidden, cells = state
        seen = Vector(x + hidden)
        i, f, o, g = [gate(seen) for gate in gates]
        c = label_values("c", [f * old + i * g for f, old, i, g in zip(f, cells, i, g)])
        return label_values("h", [o * c.tanh() for o, c in zip(o, c)]), c

    def draw_cell(self) -> Diagram:
        return lstm_cell()

    def formulas(self) -> list[str]:
        gates = "f, i, o = σ(W xₜ + U hₜ₋₁ + b), each with its own W, U, b"
        new = "g = tanh(W xₜ + U hₜ₋₁ + b)"
        return [gates, new, "cₜ = f · cₜ₋₁ + i · g,  hₜ = o · tanh(cₜ)"]

    def initial_state(self) -> Any:
        return super().initial_state(), super().initial_state()

    def as_state(self, state: Any) -> Any:
        if not isinstance(state, Sequence) or len(state) != 2:
            raise ValueError(
                f"{self.place()}: the state is {shown(state)}, but must be a pair (hidden, cells)"
            )
        hidden, cells = state
        return self._as_hidden(hidden, "hidden"), self._as_hidden(cells, "cells")


def as_gate(layer: Layer, *names: str) -> Gate:
    """The layer as a function of a vector, recorded in the step's scope and not in its neurons'.

    With names such as "z" and "a" the sums are named z1, z2, … and the results a1, a2, ….
    """
    count = len(layer.neurons)
    sums, results = [number_labels(name, count) for name in names] or [("",) * count] * 2
    weights = [neuron.vector_of_weights() for neuron in layer.neurons]
    rows = list(zip(layer.neurons, weights, sums, results))

    def gate(seen: Vector) -> Values:
        return [neuron.of_vectors(w, seen, z=z, a=a) for neuron, w, z, a in rows]

    return gate
