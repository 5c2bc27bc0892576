"""The scalar IR: a graph of single numbers, in which a node is known by its place.

Every node comes after its inputs. Once the graph is simplified it also knows whether it is batched,
that is whether it differs from sample to sample, and whether it requires a gradient, that is
whether it depends on a parameter.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from math import copysign
from typing import Any, NamedTuple

from engine.rules import MAXIMUM, MINIMUM, Rule
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


class Fixed(tuple[float, ...]):
    """The plain numbers of a rule's fixed inputs, among which 0 and -0 are two."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    def __ne__(self, other: object) -> bool:
        return not self == other


class Operation(NamedTuple):
    """A rule applied to other nodes, and to plain numbers where it wants fixed ones."""

    rule: Rule
    inputs: tuple[int, ...]
    fixed: tuple[float, ...] = ()


class Computed(NamedTuple):
    """What kernels compute for each sample, once `adjoint` has run: they know from what."""


Places = tuple[int, ...]  # nodes, by where they are in the graph
SHORT_COLUMN = 4  # columns of up to so many places are no more than tuples


class Column(Places):
    """Many places that sums share, as the rows of a matrix do: a graph has each such column once,
    so that it is hashed as the object that it is, and what holds for it is found out once. To a
    dictionary a plain tuple of the same places, though equal, is another key."""

    n_batched: int
    are_batched: bool | None  # None if only some are
    requires_grad: bool  # whether any does
    __hash__ = object.__hash__

    @cached_property
    def is_distinct(self) -> bool:
        return len(set(self)) == len(self)


class Ones(tuple[float, ...]):
    """The factors of products that have none. A length is one object, and hashed as that."""

    __hash__ = object.__hash__


@cache
def ones(count: int) -> Ones:
    """So many ones."""
    return Ones((1.0,) * count)


# The terms of a sum, column by column: all factors, then the nodes that each is multiplied by, one
# column or two. Long ones take a quarter of the memory that a tuple for each term would.
Columns = tuple[tuple[Any, ...], ...]
Linear = tuple[tuple[float, ...], Places]
Products = tuple[tuple[float, ...], Places, Places]


NO_TERMS: Linear = ((), ())
NO_PRODUCTS: Products = ((), (), ())


class Sum(NamedTuple):
    """constant + Σ factor·a + Σ factor·a·b, with nodes a and b."""

    constant: float
    linear: Linear
    products: Products

    @property
    def columns(self) -> tuple[Places, Places, Places]:
        """The nodes in it."""
        return self.linear[1], self.products[1], self.products[2]


ONE = Sum(1.0, NO_TERMS, NO_PRODUCTS)  # where it is batched: what a bias is multiplied by
Node = Input | Parameter | Constant | Zero | Operation | Sum | Computed
EXTREMES = {MAXIMUM, MINIMUM}  # of any number of inputs, among which the same may come again
LEAVES = (Input, Zero, Parameter, Constant)  # in the order in which they are laid out


@dataclass(slots=True)
class Lowered:
    """The nodes, each after its inputs."""

    nodes: list[Node]
    origins: list[Value | None]  # the value that a node is
    n_leaves: int  # the inputs and the parameters, which come first
    outputs: list[int] = field(default_factory=list)
    constants: dict[int, float] = field(default_factory=dict)  # the numbers of the constants
    places: dict[Node, int] = field(default_factory=dict)  # of the nodes that stand here once
    frozen: list[Value] = field(default_factory=list)  # leaves that are constants here

    def add(self, node: Node, origin: Value | None = None) -> int:
        """Add a node."""
        self.nodes.append(node)
        self.origins.append(origin)
        return len(self.nodes) - 1

    def constant(self, number: float, origin: Value | None = None) -> int:
        """Where this number is; it is added unless it is there already."""
        node = Constant(number, copysign(1.0, number) < 0.0)
        place = self.places.get(node)
        if place is None:
            place = self.places[node] = self.add(node, origin)
            self.constants[place] = number
        return place

    def uses(self, places: Iterable[int]) -> list[int]:
        """How often each node is an output, or an input of the nodes at these places."""
        nodes, counts = self.nodes, [0] * len(self.nodes)
        for output in self.outputs:
            counts[output] += 1
        columns: list[Places] = []  # many of which are the same
        for place in places:
            node = nodes[place]
            if isinstance(node, Operation):
                for x in node.inputs:
                    counts[x] += 1
            elif isinstance(node, Sum):
                columns += node.columns
        for column, times in Counter(columns).items():
            for x in column:
                counts[x] += times
        return counts

    def inputs(self, place: int) -> Places:
        """The inputs of a node; a leaf has none."""
        return joined(vectors_of(self.nodes[place]))


@dataclass(slots=True)
class Graph(Lowered):
    """The nodes when they are simplified, each of which knows what it depends on."""

    batched: list[bool] = field(default_factory=list)
    requires_grad: list[bool] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)  # leaves, and what the outputs depend on
    merged: list[int] = field(default_factory=list)  # where each node of the graph before it is
    shifts: set[int] = field(default_factory=set)  # all that comes to their gradients cancels out
    # by the places in them, or by the columns that they join
    columns: dict[tuple[Any, ...], Places] = field(default_factory=dict)

    @classmethod
    def of_leaves(cls, lowered: Lowered) -> "Graph":
        """A graph of the same inputs and parameters alone."""
        n = lowered.n_leaves
        graph = cls(lowered.nodes[:n], lowered.origins[:n], n)
        graph.batched = [isinstance(node, Input) for node in graph.nodes]
        graph.requires_grad = [isinstance(node, Parameter) for node in graph.nodes]
        return graph

    def add(self, node: Node, origin: Value | None = None) -> int:
        """Add a node, which depends on what its inputs depend on."""
        batched, requires_grad = self.batched, self.requires_grad
        differs = wants = False
        if isinstance(node, Operation):
            for x in node.inputs:
                differs = differs or batched[x]
                wants = wants or requires_grad[x]
        elif isinstance(node, Sum):
            (_, alone), (_, left, right) = node.linear, node.products
            for vector in (right, left, alone):  # products, as most terms are, first
                if isinstance(vector, Column):
                    differs = differs or vector.n_batched > 0
                    wants = wants or vector.requires_grad
                else:
                    for x in vector:
                        differs = differs or batched[x]
                        wants = wants or requires_grad[x]
                if differs and wants:
                    break
        batched.append(differs)
        requires_grad.append(wants)
        self.nodes.append(node)
        self.origins.append(origin)
        return len(self.nodes) - 1

    def once(self, node: Operation | Sum, origin: Value | None = None) -> int:
        """Where this node is; it is added unless it is there already."""
        count = len(self.nodes)
        place = self.places.setdefault(node, count)  # long sums are hashed once
        if place == count:
            self.add(node, origin)
        return place

    def pair(self, a: int, b: int) -> tuple[int, int]:
        """The nodes of a product, with what is not batched first."""
        batched = self.batched
        if batched[a] > batched[b] or (a > b and batched[a] == batched[b]):
            return b, a
        return a, b

    def column(self, places: Places) -> Places:
        """The same places; many of them are one object wherever they stand."""
        if len(places) <= SHORT_COLUMN or isinstance(places, Column):
            return places
        found = self.columns.get(places)
        if found is None:
            found = self.columns[places] = column = Column(places)
            column.n_batched = count = sum(map(self.batched.__getitem__, places))
            column.are_batched = None if 0 < count < len(places) else count > 0
            column.requires_grad = any(map(self.requires_grad.__getitem__, places))
        return found

    def joined(self, columns: tuple[Places, ...]) -> Places:
        """The columns one after the other, as one."""
        if len(columns) == 1:
            return columns[0]
        found = self.columns.get(columns)
        if found is None:
            found = self.columns[columns] = self.column(joined(columns))
        return found

    def n_batched(self, places: Places) -> int:
        if isinstance(places, Column):
            return places.n_batched
        return sum(map(self.batched.__getitem__, places))

    def are_batched(self, places: Places) -> bool | None:
        """True if all are, False if none is, None if only some are; there is at least one."""
        if isinstance(places, Column):
            return places.are_batched
        batched = self.batched[places[0]]
        for place in places[1:]:
            if self.batched[place] != batched:
                return None
        return batched

    def spare(self) -> int:
        """A node that stands where a product of matrices has an entry that nobody needs."""
        self.add(Zero())
        self.batched[-1] = True
        return len(self.nodes) - 1

    def one(self) -> int:
        """Another node that is 1 in each sample."""
        self.add(ONE)
        self.batched[-1] = True
        return len(self.nodes) - 1

    def zero(self) -> int:
        """A zero in each sample; it is added unless it is there already."""
        if Zero() not in self.places:
            self.places[Zero()] = self.spare()
        return self.places[Zero()]


def vectors_of(node: Node) -> tuple[Places, ...]:
    """The inputs of a node, of a sum column by column."""
    if isinstance(node, Operation):
        return (node.inputs,)
    if isinstance(node, Sum):
        return node.columns
    return ()


def joined(columns: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """All in one; a single one as it is."""
    return columns[0] if len(columns) == 1 else tuple(chain.from_iterable(columns))
