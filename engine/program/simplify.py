"""simplify: constants are folded, repeats merged, and sums of products brought into one form.

Chains of + and -, n-ary sums, dot products and scaled terms all become one form, a sum of products
c + Σ kᵢ·aᵢ + Σ kⱼ·aⱼ·bⱼ, as long as what lies between is used only once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, compress
from operator import not_
from typing import Any

import numpy as np

from engine.program.graph import (
    Constant,
    Graph,
    Linear,
    Node,
    Operation,
    Places,
    Products,
    Sum,
)
from engine.program.shifts import without_cancelled
from engine.rules import CHOOSE, MAXIMUM, MINIMUM, RULES
from engine.value import Value

DIVIDE, MULTIPLY = RULES["divide"], RULES["multiply"]
NO_PRODUCTS: Products = ((), (), ())
SHORT = 4  # a longer row of a matrix stays a row where it is used with a factor


def simplify(graph: Graph) -> Graph:
    """The same outputs by fewer nodes, among them sums of products."""
    simplifier = Simplifier(graph)
    for place in range(graph.n_leaves, len(graph.nodes)):
        simplifier.enter(place, graph.nodes[place])
    result = simplifier.result
    result.outputs = [simplifier.place(output) for output in graph.outputs]
    one = result.constant(1.0)  # which a sum's own constant multiplies
    result.zero()  # which a matrix may need
    result.needed = needed(result, [*result.outputs, one])
    result.merged = simplifier.new
    without_cancelled(result)
    return result


def needed(graph: Graph, roots: Sequence[int]) -> list[int]:
    """The inputs, the parameters, and all that the roots depend on, in order."""
    first = graph.n_leaves
    wanted = {place for place in roots if place >= first}
    for place in range(len(graph.nodes) - 1, first - 1, -1):
        if place in wanted:
            wanted.update([x for x in graph.inputs[place] if x >= first])
    return [*range(first), *sorted(wanted)]


class Simplifier:
    """Goes through the graph and keeps sums open as long as nothing but a sum uses them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.result = graph.leaves()
        # where each node is in the result; -1 while open
        self.new: list[int] = [*range(graph.n_leaves), *[-1] * (len(graph.nodes) - graph.n_leaves)]
        self.open: dict[int, OpenSum] = {}
        self.vectors: dict[Places, Places] = {}  # where those of dot products are
        used = np.fromiter(chain.from_iterable([*graph.inputs, graph.outputs]), np.intp)
        self.uses: list[int] = np.bincount(used, minlength=len(graph.nodes)).tolist()

    def place(self, old: int) -> int:
        """Where a node is; a sum that was open is closed by this."""
        new = self.new[old]
        if new < 0:
            self.new[old] = new = self.open.pop(old).close(self.graph.origins[old])
        return new

    def enter(self, old: int, node: Node) -> None:
        """Enter one node of the graph."""
        if not isinstance(node, Operation):
            assert isinstance(node, Constant)
            self.new[old] = self.result.constant(node.number, self.graph.origins[old])
            return
        gather = SUMS.get(node.rule)
        if gather and (node.rule is not DIVIDE or self.number(node.inputs[1]) is not None):
            total = self.open[old] = OpenSum(self.result)
            gather(self, total, node)
            if self.uses[old] > 1:
                self.place(old)
            return
        if node.rule is CHOOSE and (index := self.number(node.inputs[0])) is not None:
            self.new[old] = self.place(node.inputs[1 + int(index)])
            return
        if node.rule in (MAXIMUM, MINIMUM) and len(node.inputs) == 1:
            self.new[old] = self.place(node.inputs[0])
            return
        new = self.new
        inputs = tuple([new[x] if new[x] >= 0 else self.place(x) for x in node.inputs])
        origin, constants = self.graph.origins[old], self.result.constants
        if inputs[0] in constants and origin and all([place in constants for place in inputs]):
            self.new[old] = self.result.constant(origin.data, origin)
        else:
            self.new[old] = self.result.once(Operation(node.rule, inputs, node.fixed), origin)

    def number(self, old: int) -> float | None:
        return self.result.constants.get(self.new[old])

    def vector(self, old: Places) -> Places | None:
        """Where these nodes are; None if some are numbers, or sums that are open, or batched and
        others not. Many dot products share a vector, as the rows of a matrix do."""
        found = self.vectors.get(old)
        if found is None:
            new = tuple([self.new[x] for x in old])
            if -1 in new or not self.result.constants.keys().isdisjoint(new):
                return None
            if len({self.result.batched[x] for x in new}) > 1:
                return None
            found = self.vectors[old] = new
        return found

    def add(self, total: "OpenSum", factor: float, x: int) -> None:
        other = self.open.get(x)
        if other is not None and (factor == 1.0 or other.is_short()) and other.scales(factor):
            del self.open[x]
            total.merge(factor, other)
        else:
            total.add(factor, self.place(x))

    def multiply(self, total: "OpenSum", a: int, b: int) -> None:
        """Add a · b."""
        left, right, constants = self.new[a], self.new[b], self.result.constants
        if left < 0 or right < 0 or left in constants or right in constants:
            self.multiply_scaled(total, a, b)
        else:
            total.add_product(1.0, left, right)

    def multiply_scaled(self, total: "OpenSum", a: int, b: int) -> None:
        """Add a · b where one is a number, or a sum that is still open."""
        for known, other in ((a, b), (b, a)):
            number = self.number(known)
            if number is not None:
                self.add(total, number, other)
                return
        factor = 1.0
        places = []
        for x in (a, b):
            single = self.open[x].single() if x in self.open and a != b else None
            if single is not None and is_moderate(factor * single[0]):
                self.open.pop(x)
                factor *= single[0]
                places.append(single[1])
            else:
                places.append(self.place(x))
        total.add_product(factor, places[0], places[1])


# How each operation of arithmetic goes into a sum of products


def gather_all(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    for x in node.inputs:
        simplifier.add(total, 1.0, x)


def gather_difference(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    a, b = node.inputs
    simplifier.add(total, 1.0, a)
    simplifier.add(total, -1.0, b)


def gather_negative(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    simplifier.add(total, -1.0, node.inputs[0])


def gather_product(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    simplifier.multiply(total, *node.inputs)


def gather_products(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    vectors = node.rule.vectors(node.inputs)
    left, right = map(simplifier.vector, vectors)
    if left is None or right is None or not total.add_dot(left, right):
        for a, b in zip(*vectors):
            simplifier.multiply(total, a, b)


def gather_quotient(simplifier: Simplifier, total: "OpenSum", node: Operation) -> None:
    """By a plain number."""
    a, b = node.inputs
    divisor = simplifier.number(b)
    assert divisor is not None
    simplifier.add(total, 1.0 / divisor, a)


SUMS = {
    RULES["add"]: gather_all,
    RULES["sum"]: gather_all,
    RULES["subtract"]: gather_difference,
    RULES["negate"]: gather_negative,
    RULES["multiply"]: gather_product,
    RULES["dot"]: gather_products,
    RULES["divide"]: gather_quotient,
}


class OpenSum:
    """A sum of products that grows term by term; equal terms are added up.

    Long dot products stay whole as long as nothing but others like them is added.
    """

    __slots__ = ("result", "constant", "linear", "products", "dots")

    def __init__(self, result: Graph) -> None:
        self.result = result
        self.constant = 0.0
        self.linear: dict[int, float] = {}
        self.products: dict[tuple[int, int], float] = {}
        self.dots: list[tuple[float, Places, Places]] = []  # only if there are no other products

    def add(self, factor: float, place: int) -> None:
        """Add factor · node."""
        number = self.result.constants.get(place)
        if number is not None:
            self.constant += factor * number
        else:
            self.linear[place] = self.linear.get(place, 0.0) + factor

    def add_product(self, factor: float, a: int, b: int) -> None:
        """Add factor · a · b, with what is not batched first."""
        batched = self.result.batched
        if batched[a] > batched[b] or (a > b and batched[a] == batched[b]):
            a, b = b, a
        if self.dots:
            self.take_apart()
        key = a, b
        self.products[key] = self.products.get(key, 0.0) + factor

    def add_dot(self, left: Places, right: Places) -> bool:
        """Add left · right, whole, with what is not batched first; False where it cannot be."""
        a, b = self.result.batched[left[0]], self.result.batched[right[0]]
        if (b, right[0]) < (a, left[0]):
            left, right = right, left
        if self.products or len(left) <= SHORT or (a == b and max(left) >= min(right)):
            return False
        self.dots.append((1.0, left, right))
        return True

    def take_apart(self) -> None:
        """Dot products become products."""
        dots, self.dots = self.dots, []
        for factor, left, right in dots:
            for a, b in zip(left, right):
                self.add_product(factor, a, b)

    def merge(self, factor: float, other: "OpenSum") -> None:
        """Add factor · other; the smaller one moves, so that long chains cost little."""
        if self.products or other.products:
            self.take_apart()
            other.take_apart()
        if factor == 1.0 and len(other.dots) > len(self.dots):
            self.dots, other.dots = other.dots, self.dots
        self.dots += [(factor * inner, left, right) for inner, left, right in other.dots]
        mine = len(self.linear) + len(self.products)
        if factor == 1.0 and len(other.linear) + len(other.products) > mine:
            self.linear, other.linear = other.linear, self.linear
            self.products, other.products = other.products, self.products
        self.constant += factor * other.constant
        for a, inner in other.linear.items():
            self.linear[a] = self.linear.get(a, 0.0) + factor * inner
        for key, inner in other.products.items():
            self.products[key] = self.products.get(key, 0.0) + factor * inner

    def is_short(self) -> bool:
        """Whether no matrix is lost where a factor goes into its products.

        A mean of many neurons' sums is one row of a matrix, times a number; with the number inside,
        no two means would be rows of one matrix with the parameters for numbers.
        """
        batched = self.result.batched
        if any([batched[right[0]] and not batched[left[0]] for _, left, right in self.dots]):
            return False
        return sum([batched[b] and not batched[a] for a, b in self.products]) <= SHORT

    def scales(self, factor: float) -> bool:
        """Whether the factors can be multiplied by another: no float overflows or becomes 0."""
        if factor in (0.0, 1.0, -1.0):
            return True
        factors = [self.constant, *self.linear.values(), *self.products.values()]
        factors += [inner for inner, _, _ in self.dots]
        return all([is_moderate(factor * inner) or inner == 0.0 for inner in factors])

    def single(self) -> tuple[float, int] | None:
        """factor and node, where there is nothing else."""
        if self.constant or self.products or self.dots or len(self.linear) != 1:
            return None
        ((place, factor),) = self.linear.items()
        return factor, place

    def close(self, origin: Value | None) -> int:
        """Where the sum is: a node or a product by itself is no sum."""
        linear = {a: k for a, k in self.linear.items() if k}
        products = self.products_in_columns()
        count = len(linear) + len(products[0])
        if count == 0:
            return self.result.constant(self.constant, origin)
        if self.constant == 0.0 and count == 1 and 1.0 in (*linear.values(), *products[0]):
            if linear:
                return next(iter(linear))
            factors = products[1] + products[2]
            return self.result.once(Operation(MULTIPLY, factors), origin)
        terms = self.apart((tuple(linear.values()), tuple(linear)), self.pooled(products))
        return self.result.once(Sum(self.constant, *terms), origin)

    def products_in_columns(self) -> Products:
        """Without those of factor 0."""
        dots = [dot for dot in self.dots if dot[0]]
        left = joined([left for _, left, _ in dots])
        if len(set(left)) < len(left):  # equal products may be added up, or pooled
            self.take_apart()
        elif left:
            factors = joined([(factor,) * len(left) for factor, left, _ in dots])
            return factors, left, joined([right for _, _, right in dots])
        terms = [(k, a, b) for (a, b), k in self.products.items() if k]
        return in_columns(terms) if terms else NO_PRODUCTS

    def pooled(self, products: Products) -> Products:
        """w·x + w·y as w·(x + y) for what is the same for all samples: where a net is followed by
        a mean over positions, they are added up before its last matrix."""
        batched = self.result.batched
        if len(set(products[1])) == len(products[1]):
            return products
        factors: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for k, a, b in zip(*products):
            if batched[b] and not batched[a]:
                factors[a].append((k, b))
        shared = {a: in_columns(terms) for a, terms in factors.items() if len(terms) > 1}
        single = [term for term in zip(*products) if term[1] not in shared or not batched[term[2]]]
        once = self.result.once
        sums = [(1.0, a, once(Sum(0.0, terms, NO_PRODUCTS))) for a, terms in shared.items()]
        pooled: Products = in_columns([*single, *sums])
        return pooled

    def apart(self, linear: Linear, products: Products) -> tuple[Linear, Products]:
        """The terms, where those that are the same for all samples are a sum of their own."""
        is_batched = self.result.batched.__getitem__
        alone, pairs = list(map(is_batched, linear[1])), list(map(is_batched, products[2]))
        n_fixed = alone.count(False) + pairs.count(False)
        if n_fixed < 2 or n_fixed == len(alone) + len(pairs):
            return linear, products
        fixed = Sum(0.0, chosen(linear, map(not_, alone)), chosen(products, map(not_, pairs)))
        factors, places = chosen(linear, alone)
        linear = (*factors, 1.0), (*places, self.result.once(fixed))
        return linear, chosen(products, pairs)


def is_moderate(factor: float) -> bool:
    """Whether a product of factors has all its digits."""
    return 1e-290 < abs(factor) < 1e290


def joined(columns: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """All in one; a single one as it is, which many sums may share."""
    return columns[0] if len(columns) == 1 else tuple(chain.from_iterable(columns))


def in_columns(terms: Iterable[tuple[Any, ...]]) -> Any:
    """Terms of one length, column by column."""
    return tuple(zip(*terms))


def chosen(columns: Any, wanted: Iterable[bool]) -> Any:
    """The terms that are wanted."""
    wanted = list(wanted)
    return tuple([tuple(compress(column, wanted)) for column in columns])
