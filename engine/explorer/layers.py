"""The dense nets in a graph: which nodes are the z and the a of which layer.

A layer is found by its shape, not by names alone: neurons that dot their own weights with the same
inputs. So a batch of samples is found as one net for each sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.names import split_scope
from engine.rules import ADD, DOT, RULES
from engine.value import Value

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class DenseLayer:
    """a = activation(W x + b): row j of W belongs to z[j] and a[j]; a is z where there is none."""

    inputs: tuple[Value, ...]
    weights: tuple[tuple[Value, ...], ...]
    biases: tuple[Value, ...]
    z: tuple[Value, ...]
    a: tuple[Value, ...]
    activation: str  # of one rule, "" for any other function


@dataclass(frozen=True, slots=True)
class Neuron:
    weights: tuple[Value, ...]
    bias: Value
    z: Value
    a: Value


Net = tuple[DenseLayer, ...]


def find_nets(order: list[Value]) -> list[Net]:
    """The net of each sample: all of one shape and the same weights; none where layers are no row.

    >>> from engine import dot, scope, tanh
    >>> w, b, x = Value(0.5, "w1"), Value(0.0, "b"), Value(2.0, "x1")
    >>> with scope("layer 1/neuron 1"):
    ...     z = dot([w], [x]) + b
    ...     a = tanh(z)
    >>> (layer,), = find_nets([w, x, z.inputs[0], b, z, a])
    >>> layer.z == (z,), layer.a == (a,), layer.activation
    (True, True, 'tanh')
    """
    layers: dict[tuple[Value, ...], list[Neuron]] = {}
    for inputs, neuron in find_neurons(order):
        layers.setdefault(inputs, []).append(neuron)
    dense = [make_layer(inputs, neurons) for inputs, neurons in layers.items()]
    following = {layer.inputs: layer for layer in dense}
    fed = {layer.a for layer in dense}
    nets = [tuple(row(layer, following)) for layer in dense if layer.inputs not in fed]
    whole = sum(map(len, nets)) == len(dense)
    alike = len({tuple(layer.weights for layer in net) for net in nets}) == 1
    apart = len(nets) == 1 or all(is_leaf(x) for net in nets for x in net[0].inputs)
    return nets if whole and alike and apart else []


def row(
    layer: DenseLayer | None, following: dict[tuple[Value, ...], DenseLayer]
) -> Iterator[DenseLayer]:
    """A layer, and those that read exactly what the one before has computed."""
    while layer is not None:
        yield layer
        layer = following.get(layer.a)


def find_neurons(
    order: list[Value], unit: str = "neuron"
) -> Iterator[tuple[tuple[Value, ...], Neuron]]:
    """Each neuron with its inputs: in a scope "neuron k", a dot of leaves, and a leaf added."""
    first: dict[Value, Value] = {}  # the z from which a neuron computes a node, in its own scope
    last: dict[Value, Value] = {}  # what it computes from a z in the end
    found = []
    for node in order:
        if node.rule is None or not is_of_unit(node.scope, unit) or is_weighing(node):
            continue
        if node.rule is ADD and is_weighing(node.inputs[0]) and is_leaf(node.inputs[1]):
            first[node] = last[node] = node
            found.append(node)
            continue
        own = [first[i] for i in node.inputs if i in first and i.scope == node.scope]
        if own:
            first[node] = own[0]
            last[own[0]] = node
    for z in found:
        product, bias = z.inputs
        weights, inputs = halves(product)
        yield inputs, Neuron(weights, bias, z, last[z])


def is_weighing(node: Value) -> bool:
    """Whether it is the dot product of leaves with anything."""
    return is_dot(node) and all(map(is_leaf, halves(node)[0]))


def is_dot(node: Value) -> bool:
    return node.rule is DOT


def halves(product: Value) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    half = len(product.inputs) // 2
    return product.inputs[:half], product.inputs[half:]


def is_of_unit(scope: str, unit: str) -> bool:
    parts = split_scope(scope)
    return bool(parts) and parts[-1].rstrip("0123456789") == f"{unit} "


def add_to_last(samples: list[dict[K, V]], key: K, item: V) -> None:
    """Put it into the last sample; where that has its key already, into a new one."""
    if key in samples[-1]:
        samples.append({})
    samples[-1][key] = item


def is_leaf(node: Value) -> bool:
    return node.rule is None and not node.inputs


def make_layer(inputs: tuple[Value, ...], neurons: list[Neuron]) -> DenseLayer:
    return DenseLayer(
        inputs,
        tuple(neuron.weights for neuron in neurons),
        tuple(neuron.bias for neuron in neurons),
        tuple(neuron.z for neuron in neurons),
        tuple(neuron.a for neuron in neurons),
        activation_of(neurons[0]),
    )


def activation_of(neuron: Neuron) -> str:
    """The rule that makes a from z; "identity" where a is z."""
    if neuron.a is neuron.z:
        return "identity"
    return function_of(neuron.a) if neuron.a.inputs == (neuron.z,) else ""


def function_of(node: Value) -> str:
    """What its rule is called; "" for one of your own that has a name of the table."""
    rule = node.rule
    return rule.name if rule is not None and RULES.get(rule.name, rule) is rule else ""
