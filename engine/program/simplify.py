"""First passes: the scalar graph in order, with constants folded, repeats merged, sums gathered.

Chains of + and -, n-ary sums, dot products and scaled terms all become one form, a sum of products
c + Σ kᵢ·aᵢ + Σ kⱼ·aⱼ·bⱼ, as long as what lies between is used only once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import copysign
from typing import NamedTuple

from engine.graph import topological_order
from engine.rules import RULES, Rule
from engine.value import Value

MULTIPLY = RULES["multiply"]
Linear = tuple[tuple[float, int], ...]  # factor, node
Products = tuple[tuple[float, int, int], ...]  # factor, node, node
SUMS = {
    RULES[name] for name in ("add", "subtract", "negate", "sum", "multiply", "dot", "divide")
}  # may be sums of products

# A graph may have a million nodes: named tuples are made and compared several times faster than
# frozen dataclasses.


class Source(NamedTuple):
    """A number that is given: an input of the sample, a parameter, a constant, or a zero that
    stands where a matrix finds nothing in the sample."""

    kind: str  # "input", "parameter", "constant" or "zero"
    position: int  # among the inputs or the parameters; for a constant the sign, to know -0 from 0
    number: float = 0.0


class Operation(NamedTuple):
    """A rule applied to other nodes, and to plain numbers where it wants fixed ones."""

    rule: Rule
    inputs: tuple[int, ...]
    fixed: tuple[float, ...] = ()


class Sum(NamedTuple):
    """constant + Σ factor·a + Σ factor·a·b, with nodes a and b."""

    constant: float
    linear: Linear
    products: Products

    @property
    def inputs(self) -> tuple[int, ...]:
        left, right = [a for _, a, _ in self.products], [b for _, _, b in self.products]
        return tuple([*[a for _, a in self.linear], *left, *right])


Node = Source | Operation | Sum


@dataclass(slots=True)
class Simplified:
    """The nodes, each after its inputs; a node is known by its place."""

    nodes: list[Node] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)  # of each node; a source has none
    sampled: list[bool] = field(default_factory=list)  # whether it depends on the sample
    learned: list[bool] = field(default_factory=list)  # whether it depends on a parameter
    origins: list[Value | None] = field(default_factory=list)  # the value that it is
    places: dict[Node, int] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)  # the numbers of the constants
    outputs: list[int] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)  # sources, and what the outputs depend on
    one: int = 0  # the constant 1, which a sum's own constant multiplies

    def place(self, node: Node, origin: Value | None = None) -> int:
        """Where this node is; it is added unless it is there already."""
        place = self.places.setdefault(node, len(self.nodes))
        if place == len(self.nodes):
            self.nodes.append(node)
            self.origins.append(origin)
            if isinstance(node, Source):
                self.inputs.append(())
                self.sampled.append(node.kind in ("input", "zero"))
                self.learned.append(node.kind == "parameter")
            else:
                inputs, sampled, learned = node.inputs, self.sampled, self.learned
                self.inputs.append(inputs)
                sampled.append(any(map(sampled.__getitem__, inputs)))
                learned.append(any(map(learned.__getitem__, inputs)))
        return place

    def constant(self, number: float) -> int:
        place = self.place(Source("constant", int(copysign(1.0, number) < 0.0), number))
        self.constants[place] = number
        return place

    def zero(self) -> int:
        """A zero in each sample."""
        node = Source("zero", 0)
        if node not in self.places:
            self.needed.append(self.place(node))
        return self.places[node]


def simplified(
    outputs: Sequence[Value], inputs: Sequence[Value], parameters: Sequence[Value]
) -> Simplified:
    """The graph of the outputs as a list of nodes in which sums of products are gathered."""
    return gathered(outputs, inputs, parameters).result


def places_of_values(
    outputs: Sequence[Value], inputs: Sequence[Value], parameters: Sequence[Value]
) -> dict[Value, int]:
    """Where in `simplified` each value is; those that are merely terms of a sum are left out."""
    gathering = gathered(outputs, inputs, parameters)
    needed = set(gathering.result.needed)
    return {value: place for value, place in gathering.places.items() if place in needed}


def gathered(
    outputs: Sequence[Value], inputs: Sequence[Value], parameters: Sequence[Value]
) -> "Gathering":
    """Every node entered, and the sums of the outputs closed."""
    gathering = Gathering(outputs, inputs, parameters)
    for value in gathering.order:
        if value not in gathering.places:
            gathering.lower(value)
    gathering.result.outputs = [gathering.place(output) for output in outputs]
    gathering.result.one = gathering.result.constant(1.0)
    gathering.result.needed = needed(gathering.result)
    return gathering


def needed(graph: Simplified) -> list[int]:
    """The inputs, the parameters, and all that the outputs depend on, in order."""
    found = bytearray(len(graph.nodes))
    for place in (*graph.outputs, graph.one):
        found[place] = 1
    for place in range(len(graph.nodes) - 1, -1, -1):
        node = graph.nodes[place]
        if isinstance(node, Source):
            found[place] |= node.kind != "constant"
        elif found[place]:
            for input in graph.inputs[place]:
                found[input] = 1
    return [place for place, wanted in enumerate(found) if wanted]


class Gathering:
    """Goes through the graph and keeps sums open as long as nothing but a sum uses them."""

    def __init__(
        self, outputs: Sequence[Value], inputs: Sequence[Value], parameters: Sequence[Value]
    ) -> None:
        self.result = Simplified()
        self.places: dict[Value, int] = {}
        self.open: dict[Value, GatheredSum] = {}
        for kind, leaves in (("input", inputs), ("parameter", parameters)):
            for index, leaf in enumerate(leaves):
                self.places[leaf] = self.result.place(Source(kind, index), leaf)
        self.order = topological_order(outputs)
        self.uses = Counter(input for node in self.order for input in node.inputs)
        self.uses.update(outputs)

    def place(self, value: Value) -> int:
        """Where a value is; a sum that was open is closed by this."""
        place = self.places.get(value)
        if place is None:
            place = self.places[value] = self.open.pop(value).placed(value)
        return place

    def lower(self, value: Value) -> None:
        """Enter one node of the graph."""
        rule = value.rule
        if rule is None or not value.inputs:
            self.places[value] = self.result.constant(value.data)
            return
        gathered = self.gathered(rule.name, value.inputs) if rule in SUMS else None
        if gathered is not None:
            self.open[value] = gathered
            if self.uses[value] > 1:
                self.place(value)
            return
        given = [self.place(input) for input in value.inputs]
        constants = self.result.constants
        if all([place in constants for place in given]):
            self.places[value] = self.result.constant(value.data)
        elif rule.fixed:
            fixed = tuple([value.inputs[k].data for k in sorted(rule.fixed)])
            free = tuple([place for k, place in enumerate(given) if k not in rule.fixed])
            self.places[value] = self.result.place(Operation(rule, free, fixed), value)
        else:
            self.places[value] = self.result.place(Operation(rule, tuple(given)), value)

    def gathered(self, name: str, inputs: Sequence[Value]) -> "GatheredSum | None":
        """The sum of products that an operation is; None where it is none."""
        total = GatheredSum(self.result)
        match name, inputs:
            case "add" | "sum", _:
                for x in inputs:
                    self.add(total, 1.0, x)
            case "subtract", [a, b]:
                self.add(total, 1.0, a)
                self.add(total, -1.0, b)
            case "negate", [x]:
                self.add(total, -1.0, x)
            case "multiply", [a, b]:
                self.multiply(total, a, b)
            case "dot", _:
                half = len(inputs) // 2
                for a, b in zip(inputs[:half], inputs[half:]):
                    self.multiply(total, a, b)
            case "divide", [a, b] if (divisor := self.number(b)) is not None:
                self.add(total, 1.0 / divisor, a)
            case _:
                return None
        return total

    def number(self, value: Value) -> float | None:
        return None if value in self.open else self.result.constants.get(self.places[value])

    def add(self, total: "GatheredSum", factor: float, x: Value) -> None:
        if x in self.open and self.open[x].scales(factor):
            total.merge(factor, self.open.pop(x))
        else:
            total.add(factor, self.place(x))

    def multiply(self, total: "GatheredSum", a: Value, b: Value) -> None:
        """Add a · b."""
        left, right, constants = self.places.get(a), self.places.get(b), self.result.constants
        if left is None or right is None or left in constants or right in constants:
            self.multiply_scaled(total, a, b)
        else:
            total.add_product(1.0, left, right)

    def multiply_scaled(self, total: "GatheredSum", a: Value, b: Value) -> None:
        """Add a · b where one is a number, or a sum that is still open."""
        for known, other in ((a, b), (b, a)):
            number = self.number(known)
            if number is not None:
                self.add(total, number, other)
                return
        factor = 1.0
        places = []
        for x in (a, b):
            single = self.open[x].single() if x in self.open and a is not b else None
            if single is not None and is_moderate(factor * single[0]):
                self.open.pop(x)
                factor *= single[0]
                places.append(single[1])
            else:
                places.append(self.place(x))
        total.add_product(factor, places[0], places[1])


class GatheredSum:
    """A sum of products that grows term by term; equal terms are added up."""

    def __init__(self, result: Simplified) -> None:
        self.result = result
        self.constant = 0.0
        self.linear: dict[int, float] = {}
        self.products: dict[tuple[int, int], float] = {}

    def __len__(self) -> int:
        return len(self.linear) + len(self.products)

    def add(self, factor: float, place: int) -> None:
        """Add factor · node."""
        number = self.result.constants.get(place)
        if number is not None:
            self.constant += factor * number
        else:
            self.linear[place] = self.linear.get(place, 0.0) + factor

    def add_product(self, factor: float, a: int, b: int) -> None:
        """Add factor · a · b, with what does not depend on the sample first."""
        sampled = self.result.sampled
        if sampled[a] > sampled[b] or (a > b and sampled[a] == sampled[b]):
            a, b = b, a
        key = a, b
        self.products[key] = self.products.get(key, 0.0) + factor

    def merge(self, factor: float, other: "GatheredSum") -> None:
        """Add factor · other; the smaller one moves, so that long chains cost little."""
        if factor == 1.0 and len(other) > len(self):
            self.linear, other.linear = other.linear, self.linear
            self.products, other.products = other.products, self.products
        self.constant += factor * other.constant
        for a, inner in other.linear.items():
            self.linear[a] = self.linear.get(a, 0.0) + factor * inner
        for key, inner in other.products.items():
            self.products[key] = self.products.get(key, 0.0) + factor * inner

    def scales(self, factor: float) -> bool:
        """Whether the factors can be multiplied by another: no float overflows or becomes 0."""
        if factor in (0.0, 1.0, -1.0):
            return True
        factors = [self.constant, *self.linear.values(), *self.products.values()]
        return all([is_moderate(factor * inner) or inner == 0.0 for inner in factors])

    def single(self) -> tuple[float, int] | None:
        """factor and node, where there is nothing else."""
        if self.constant or self.products or len(self.linear) != 1:
            return None
        ((place, factor),) = self.linear.items()
        return factor, place

    def placed(self, origin: Value) -> int:
        """Where the sum is: a node or a product by itself is no sum."""
        linear = tuple([(k, a) for a, k in self.linear.items() if k])
        products = tuple([(k, a, b) for (a, b), k in self.products.items() if k])
        if not linear and not products:
            return self.result.constant(self.constant)
        if self.constant == 0.0 and not products and len(linear) == 1 and linear[0][0] == 1.0:
            return linear[0][1]
        if self.constant == 0.0 and not linear and len(products) == 1 and products[0][0] == 1.0:
            return self.result.place(Operation(MULTIPLY, products[0][1:]), origin)
        linear, products = self.apart(linear, products)
        return self.result.place(Sum(self.constant, linear, products), origin)

    def apart(self, linear: Linear, products: Products) -> tuple[Linear, Products]:
        """The terms, where those that are the same for all samples are a sum of their own."""
        sampled = self.result.sampled
        fixed = tuple([term for term in linear if not sampled[term[1]]])
        fixed_products = tuple([term for term in products if not sampled[term[2]]])
        n_fixed = len(fixed) + len(fixed_products)
        if n_fixed < 2 or n_fixed == len(linear) + len(products):
            return linear, products
        part = self.result.place(Sum(0.0, fixed, fixed_products))
        linear = tuple([term for term in linear if sampled[term[1]]])
        products = tuple([term for term in products if sampled[term[2]]])
        return (*linear, (1.0, part)), products


def is_moderate(factor: float) -> bool:
    """Whether a product of factors has all its digits."""
    return 1e-290 < abs(factor) < 1e290
