"""Neuron, Layer and MLP: the fully connected net, neuron by neuron."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from engine import Value, dot, no_grad, scope
from engine.drawing.blocks import Block
from engine.drawing.network import Network, NetworkLayer
from engine.elsewhere import mark_absent
from engine.keywords import explain_keywords
from engine.messages import shown
from engine.names import places_of
from engine.recording import enter_scope, leave_scope
from engine.value import Number, constant
from engine.vector import Vector, dot_of_vectors
from nn.blocks import make_block
from nn.checks import as_leaves, as_list, as_value, as_values, as_vector, check_size
from nn.layers.activations import Activation, activation_function, activation_name
from nn.layers.initializers import starting_weights
from nn.module import Module
from nn.randomness import checked_seed


class Neuron(Module):
    """One neuron: z = w₁x₁ + … + wₙxₙ + b and a = activation(z), named z and a in the graph.

    `activation` is the name of one of the engine's functions of one number, "identity" (then there
    is no a), or a function of a Value. The weights start random, drawn from `rng` (by default nn's
    own generator, which `nn.seed` starts again), the bias at 0; `weights`, `bias` and their `.data`
    may be set by hand. With `bias=False` there is none: `bias` is a plain 0, not learned, and not
    added. Call it on n numbers or Values, for one Value. Raises ValueError for n_inputs < 1, an
    unknown activation or a wrong number of inputs.

    The model is that of Rosenblatt, The perceptron (1958), with a smooth activation.

    >>> neuron = Neuron.from_weights([0, 1], bias=4, activation="sigmoid")
    >>> neuron([2, 3]).data
    0.9990889488055994
    """

    weights: list[Value]
    bias: Value
    has_bias: bool
    _vector: Vector | None = None  # of the weights, as they were when it was called last

    @explain_keywords
    def __init__(
        self,
        n_inputs: int,
        activation: Activation = "tanh",
        *,
        bias: bool = True,
        rng: Random | None = None,
    ) -> None:
        check_size(n_inputs, "n_inputs", where=self.place())
        weights = starting_weights(n_inputs, 1, activation=activation, rng=rng)
        self._set_up(weights, 0.0 if bias else None, activation)

    @classmethod
    def from_weights(
        cls,
        weights: Iterable[Number],
        *,
        bias: Number | None = 0.0,
        activation: Activation = "tanh",
    ) -> "Neuron":
        """The neuron that has these weights and this bias: plain numbers, or Values to share.

        With None for the bias it has none.

        Raises ValueError for no weights, TypeError for what is not a number.
        """
        neuron = cls.__new__(cls)
        neuron._set_up(as_list(weights, where=f"{neuron.place()}: weights"), bias, activation)
        return neuron

    def _set_up(
        self, weights: Sequence[Number], bias: Number | None, activation: Activation
    ) -> None:
        check_size(len(weights), "the number of weights", where=self.place())
        self.weights = as_leaves(weights, "w", where=f"{self.place()}: weight")
        self.has_bias = bias is not None
        if bias is None:
            self.bias = constant(0.0)
        else:
            self.bias = as_value(bias, "b", where=f"{self.place()}: bias")
        self.activation = activation_name(activation)
        self.function = activation_function(activation)

    def forward(self, inputs: Iterable[Number], *, z: str = "z", a: str = "a") -> Value:
        """a = activation(w₁x₁ + … + wₙxₙ + b), with the sum and the result under these labels.

        Raises ValueError unless there are n inputs.
        """
        values = as_vector(inputs, len(self.weights), where=self.place())
        return self.of_vectors(self.vector_of_weights(), values, z=z, a=a)

    def of_each(self, vectors: Iterable[tuple[Vector, str, str]]) -> list[Value]:
        """`self(vector, z=z, a=a)` for each, with its weights read and its scope entered once."""
        weights = self.vector_of_weights()
        token = enter_scope(self.scope)
        try:
            return [self.of_vectors(weights, vector, z=z, a=a) for vector, z, a in vectors]
        finally:
            leave_scope(token)

    def of_vectors(self, weights: Vector, values: Vector, *, z: str, a: str) -> Value:
        """`forward` for vectors of n numbers each: who has many inputs reads the weights once."""
        total = dot_of_vectors(weights, values)
        if self.has_bias:
            total = total + self.bias
        total.label = z
        result = self.function(total)
        if not isinstance(result, Value):
            given = f"the activation {self.activation} returned {shown(result)}"
            raise TypeError(f"{self.place()}: {given}, which is not a Value")
        if result is not total:
            result.label = a
        return result

    def vector_of_weights(self) -> Vector:
        """All calls share one, until a weight or its number is another."""
        vector = self._vector
        if vector is None or not vector.is_of(self.weights):
            vector = self._vector = Vector(self.weights)
        return vector

    def network(self, inputs: Sequence[float] | None = None) -> Network:
        """The neuron as a net of its own: for `draw`, as of an `MLP`."""
        return make_network([[self]], inputs, where=self.place())

    def as_block(self, inputs: Any = None) -> Block:
        return block_of_network(self, self.network(inputs))

    def place(self) -> str:
        return self.scope or "neuron"

    def __repr__(self) -> str:
        no_bias = "" if self.has_bias else ", no bias"
        return (
            f"Neuron({len(self.weights)} → 1 {self.activation}{no_bias}, {self._describe_size()})"
        )


mark_absent(Neuron, {"w": "weights", "weight": "weights", "b": "bias", "nonlin": "activation"})


class Layer(Module):
    """n_outputs neurons that all see the same n_inputs inputs: a list of n_outputs Values.

    a_j = activation(Σᵢ w_ji x_i + b_j). Activation, bias, rng and errors are as for `Neuron`.

    >>> layer = Layer(3, 2, "relu")
    >>> layer
    Layer(3 → 2 relu, 8 parameters)
    >>> len(layer([0.1, 0.2, 0.3]))
    2
    """

    @explain_keywords
    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: Activation = "tanh",
        *,
        bias: bool = True,
        rng: Random | None = None,
    ) -> None:
        check_size(n_inputs, "n_inputs", where=self.place())
        check_size(n_outputs, "n_outputs", where=self.place())
        self.n_inputs = n_inputs
        self.neurons: list[Neuron] = []
        for number in range(1, n_outputs + 1):
            weights = starting_weights(n_inputs, n_outputs, activation=activation, rng=rng)
            with scope(f"neuron {number}"):
                own = 0.0 if bias else None
                self.neurons.append(Neuron.from_weights(weights, bias=own, activation=activation))

    def forward(self, inputs: Iterable[Number], *, z: str = "z", a: str = "a") -> list[Value]:
        """The activation of every neuron, with labels as for `Neuron`.

        Raises ValueError unless there are n_inputs inputs.
        """
        values = as_vector(inputs, self.n_inputs, where=self.place())
        return [neuron(values, z=z, a=a) for neuron in self.neurons]

    def network(self, inputs: Sequence[float] | None = None) -> Network:
        """The layer as a net of one layer: for `draw`, as of an `MLP`."""
        return make_network([self.neurons], inputs, where=self.place())

    def as_block(self, inputs: Any = None) -> Block:
        return block_of_network(self, self.network(inputs))

    def place(self) -> str:
        return self.scope or "layer"

    def _describe(self) -> str:
        return f"{len(self.neurons)} {self.neurons[0].activation}"

    def __repr__(self) -> str:
        no_bias = "" if self.neurons[0].has_bias else ", no bias"
        return f"Layer({self.n_inputs} → {self._describe()}{no_bias}, {self._describe_size()})"


mark_absent(
    Layer,
    {
        "weight": "[neuron.weights for neuron in layer.neurons]",
        "weights": "[neuron.weights for neuron in layer.neurons]",
        "bias": "[neuron.bias for neuron in layer.neurons]",
        "in_features": "n_inputs",
        "out_features": "len(layer.neurons)",
    },
)


class MLP(Module):
    """A multilayer perceptron: layers of the given sizes, each fully connected to the one before.

    The last layer has the output activation, all others the activation. Call it on n_inputs
    numbers or Values: for a single Value where the last size is 1, else for a list. Plain numbers
    become leaves x1, x2, … that all neurons share. The same seed gives the same weights; without
    one they come from nn's own generator, and differ from net to net: see `nn.seed`.

    Raises ValueError for no sizes, a size < 1, an unknown activation or a wrong number of inputs.
    Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).

    >>> model = MLP(2, [16, 16, 1])
    >>> model
    MLP(2 → 16 tanh → 16 tanh → 1 identity, 337 parameters)
    >>> type(model([0.5, -1.0])).__name__
    'Value'
    """

    @explain_keywords
    def __init__(
        self,
        n_inputs: int,
        sizes: Iterable[int],
        activation: Activation = "tanh",
        output_activation: Activation = "identity",
        *,
        seed: int | None = None,
    ) -> None:
        sizes = as_list(sizes, where="MLP: sizes")
        if not sizes:
            raise ValueError("MLP: sizes is empty, but at least one layer is needed")
        check_size(n_inputs, "n_inputs", where="MLP")
        activation_function(activation)  # which a single layer does not use
        for number, size in enumerate(sizes, start=1):
            check_size(size, f"size {number} of {shown(sizes)}", where="MLP")
        rng = None if seed is None else Random(checked_seed(seed))
        self.layers: list[Layer] = []
        for number, size in enumerate(sizes, start=1):
            width = sizes[number - 2] if number > 1 else n_inputs
            last = number == len(sizes)
            with scope(f"layer {number}"):
                layer = Layer(width, size, output_activation if last else activation, rng=rng)
            self.layers.append(layer)

    def forward(self, inputs: Iterable[Number]) -> Value | list[Value]:
        """The outputs of the last layer. Raises ValueError unless there are n_inputs inputs."""
        first = self.layers[0]
        values = as_values(inputs, first.n_inputs, where=first.scope)
        for layer in self.layers:
            values = layer(values)
        return values[0] if len(values) == 1 else values

    def network(self, inputs: Sequence[float] | None = None) -> Network:
        """The net as plain numbers, with those of one forward pass for these inputs: for `draw`."""
        where = self.layers[0].scope
        return make_network([layer.neurons for layer in self.layers], inputs, where=where)

    def as_block(self, inputs: Any = None) -> Block:
        return block_of_network(self, self.network(inputs))

    def __repr__(self) -> str:
        shapes = [str(self.layers[0].n_inputs), *[layer._describe() for layer in self.layers]]
        return f"MLP({' → '.join(shapes)}, {self._describe_size()})"


_OF_ALL = "state_dict() of all layers, or layers[0].neurons[0].{}"
mark_absent(
    MLP,
    {
        "weight": _OF_ALL.format("weights"),
        "weights": _OF_ALL.format("weights"),
        "bias": _OF_ALL.format("bias"),
    },
)


def make_network(
    layers: Sequence[Sequence[Neuron]], inputs: Sequence[float] | None, *, where: str
) -> Network:
    """Layers of neurons as plain numbers, with z and a of one forward pass if inputs are given.

    Raises ValueError for a wrong number of inputs.
    """
    n_inputs = len(layers[0][0].weights)
    values = None if inputs is None else as_values(inputs, n_inputs, where=where)
    numbers = None if values is None else [value.data for value in values]
    drawn = []
    with no_grad():
        for neurons in layers:
            z = a = None
            if values is not None:
                z = [dot(n.weights, values).data + n.bias.data for n in neurons]
                values = [neuron(values) for neuron in neurons]
                a = [value.data for value in values]
            weights = [[weight.data for weight in neuron.weights] for neuron in neurons]
            biases = [neuron.bias.data for neuron in neurons]
            number = ".".join(places_of(neurons[0].scope)[0])
            drawn.append(NetworkLayer(weights, biases, neurons[0].activation, z, a, number))
    return Network(n_inputs, drawn, numbers)


def block_of_network(model: Module, network: Network) -> Block:
    sizes = network.sizes()
    return make_block(model, None, bodies=[network], given=str(sizes[0]), returned=str(sizes[-1]))
