"""The scalar IR: a graph of single numbers, in which a node is known by its place.

Every node comes after its inputs and knows whether it is batched, that is whether it differs from
sample to sample, and whether it requires a gradient, that is whether it depends on a parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import copysign
from typing import Any, NamedTuple

from engine.rules import Rule
from engine.value import Value

# A graph may have a million nodes: named tuples are made and compared several times faster than
# frozen dataclasses.


class Input(NamedTuple):
    """A number of the sample: the column of the batch."""

    position: int


class Parameter(NamedTuple):
    """A number that is learned."""

    position: int


class Constant(NamedTuple):
    """A number that stays; its sign tells -0 from 0."""

    number: float
    negative: bool


class Zero(NamedTuple):
    """A zero in each sample, which stands where a matrix finds nothing in the sample."""


class Slope(NamedTuple):
    """A local derivative that the backward pass computes as a node of its own."""


class Operation(NamedTuple):
    """A rule applied to other nodes, and to plain numbers where it wants fixed ones."""

    rule: Rule
    inputs: tuple[int, ...]
    fixed: tuple[float, ...] = ()


# The terms of a sum, column by column: all factors, then the nodes that each is multiplied by.
# Long columns of numbers take a quarter of the memory that a tuple for each term would.
Places = tuple[int, ...]
Columns = tuple[tuple[Any, ...], ...]
Linear = tuple[tuple[float, ...], Places]
Products = tuple[tuple[float, ...], Places, Places]


class Sum(NamedTuple):
    """constant + Σ factor·a + Σ factor·a·b, with nodes a and b."""

    constant: float
    linear: Linear
    products: Products

    @property
    def inputs(self) -> Places:
        return self.linear[1] + self.products[1] + self.products[2]


Node = Input | Parameter | Constant | Zero | Slope | Operation | Sum
LEAVES = (Input, Zero, Parameter, Constant)  # in the order in which they are laid out


@dataclass(slots=True)
class Graph:
    """The nodes, each after its inputs."""

    nodes: list[Node]
    inputs: list[tuple[int, ...]]  # of each node; a leaf has none
    batched: list[bool]
    requires_grad: list[bool]
    origins: list[Value | None]  # the value that a node is
    n_leaves: int  # the inputs and the parameters, which come first
    outputs: list[int] = field(default_factory=list)
    constants: dict[int, float] = field(default_factory=dict)  # the numbers of the constants
    needed: list[int] = field(default_factory=list)  # leaves, and what the outputs depend on
    merged: list[int] = field(default_factory=list)  # where each node of the graph before it is
    frozen: list[Value] = field(default_factory=list)  # leaves that are constants here
    places: dict[Node, int] = field(default_factory=dict)  # of the nodes that stand here once

    @classmethod
    def of_leaves(cls, inputs: Sequence[Value], parameters: Sequence[Value]) -> "Graph":
        """The graph of these leaves, which are the first nodes."""
        n, m = len(inputs), len(parameters)
        return cls(
            nodes=[*map(Input, range(n)), *map(Parameter, range(m))],
            inputs=[()] * (n + m),
            batched=[True] * n + [False] * m,
            requires_grad=[False] * n + [True] * m,
            origins=[*inputs, *parameters],
            n_leaves=n + m,
        )

    def leaves(self) -> "Graph":
        """A graph of the same inputs and parameters alone."""
        n = self.n_leaves
        flags = self.batched[:n], self.requires_grad[:n]
        return Graph(self.nodes[:n], self.inputs[:n], *flags, self.origins[:n], n)

    def constant(self, number: float, origin: Value | None = None) -> int:
        """Where this number is; it is added unless it is there already."""
        node = Constant(number, copysign(1.0, number) < 0.0)
        place = self.places.get(node)
        if place is None:
            place = self.places[node] = self.add(node, (), origin)
            self.constants[place] = number
        return place

    def add(self, node: Node, inputs: tuple[int, ...], origin: Value | None = None) -> int:
        """Add a node with these inputs."""
        batched, requires_grad = self.batched, self.requires_grad
        if len(inputs) == 2:  # as most have: it is faster so
            a, b = inputs
            batched.append(batched[a] or batched[b])
            requires_grad.append(requires_grad[a] or requires_grad[b])
        else:
            batched.append(any(map(batched.__getitem__, inputs)))
            requires_grad.append(any(map(requires_grad.__getitem__, inputs)))
        self.nodes.append(node)
        self.inputs.append(inputs)
        self.origins.append(origin)
        return len(self.nodes) - 1

    def once(self, node: Operation | Sum, origin: Value | None = None) -> int:
        """Where this node is; it is added unless it is there already."""
        place = self.places.setdefault(node, len(self.nodes))  # long sums are hashed once
        if place == len(self.nodes):
            self.add(node, node.inputs, origin)
        return place

    def spare(self) -> int:
        """A node that stands where a product of matrices has an entry that nobody needs."""
        self.add(Zero(), ())
        self.batched[-1] = True
        return len(self.nodes) - 1

    def slope(self, *, batched: bool) -> int:
        """A new node for a local derivative."""
        self.add(Slope(), ())
        self.batched[-1] = batched
        return len(self.nodes) - 1

    def zero(self) -> int:
        """A zero in each sample; it is added unless it is there already."""
        if Zero() not in self.places:
            self.places[Zero()] = self.add(Zero(), ())
            self.batched[-1] = True
        return self.places[Zero()]
