"""simplify: constants are folded, repeats merged, and sums of products brought into one form.

Chains of + and -, n-ary sums, dot products and scaled terms all become one form, a sum of products
c + Σ kᵢ·aᵢ + Σ kⱼ·aⱼ·bⱼ, as long as what lies between is used only once. The largest or smallest of
some relus is one relu of the largest or smallest.
"""

from collections.abc import Sequence
from itertools import compress
from typing import Any

from engine.floats import evaluate
from engine.program.graph import (
    EXTREMES,
    Column,
    Graph,
    Lowered,
    Node,
    Operation,
    Places,
    Sum,
)
from engine.program.open_sum import LARGE, OpenSum, is_moderate
from engine.program.shifts import without_cancelled
from engine.rules import CHOOSE, MULTIPLY, RELU, RULES, Rule
from engine.value import Value


def simplify(graph: Lowered) -> Graph:
    """The same outputs by fewer nodes, among them sums of products."""
    simplifier = Simplifier(graph)
    for place, node in enumerate(graph.nodes[graph.n_leaves :], graph.n_leaves):
        simplifier.enter(place, node)
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
    nodes, first, count = graph.nodes, graph.n_leaves, len(graph.nodes)
    wanted = [True] * first + [False] * (count - first)
    for root in roots:
        wanted[root] = True
    seen = set[Places]()
    for place in range(count - 1, first - 1, -1):
        if wanted[place]:
            node = nodes[place]
            if isinstance(node, Operation):
                for input in node.inputs:
                    wanted[input] = True
            elif isinstance(node, Sum):
                for column in node.columns:
                    if isinstance(column, Column):
                        if column in seen:
                            continue
                        seen.add(column)
                    for input in column:
                        wanted[input] = True
    return list(compress(range(count), wanted))


def pooled_relus(graph: Lowered, uses: Sequence[int]) -> set[int]:
    """The relus of which only the largest or the smallest is asked for, as where a net pools. As
    relu never falls, the largest of them is relu of the largest. Where several are as large, they
    are so before relu as well, or all are 0 and get no gradient."""
    pooled: set[int] = set()
    for node in graph.nodes[graph.n_leaves :]:
        if isinstance(node, Operation) and node.rule in EXTREMES and len(node.inputs) > 1:
            alone = [x for x in node.inputs if uses[x] == 1 and is_relu(graph.nodes[x])]
            if len(alone) == len(node.inputs):
                pooled.update(alone)
    return pooled


def is_relu(node: Node) -> bool:
    return isinstance(node, Operation) and node.rule is RELU


class Simplifier:
    """Goes through the graph and keeps sums open as long as nothing but a sum uses them."""

    def __init__(self, graph: Lowered) -> None:
        self.graph = graph
        self.result = Graph.of_leaves(graph)
        # where each node is in the result; -1 while open, and of relus that are pooled
        self.new: list[int] = [*range(graph.n_leaves), *[-1] * (len(graph.nodes) - graph.n_leaves)]
        self.open: dict[int, OpenSum] = {}
        self.products: dict[int, tuple[int, int]] = {}  # open as well: of two nodes, as most are
        self.vectors: dict[Places, Places] = {}  # where those of dot products are
        self.uses = graph.uses(range(graph.n_leaves, len(graph.nodes)))
        self.pooled = pooled_relus(graph, self.uses)

    def place(self, old: int) -> int:
        """Where a node is; a sum that was open is closed by this."""
        new = self.new[old]
        if new < 0:
            origin = self.graph.origins[old]
            if old in self.products:
                new = self.result.once(Operation(MULTIPLY, self.products.pop(old)), origin)
            else:
                new = self.open.pop(old).close(origin)
            self.new[old] = new
        return new

    def enter(self, old: int, node: Any) -> None:
        """Enter one node of the graph: a constant, an operation or a dot product."""
        if isinstance(node, Operation):
            gather = SUMS.get(node.rule)
            if gather is None or (gather is gather_quotient and not self.number(node.inputs[1])):
                self.enter_operation(old, node)
                return
            if gather is gather_product and (product := self.product(*node.inputs)):
                self.products[old] = product
                if self.uses[old] > 1:
                    self.place(old)
                return
            total = gather(self, node)
        elif isinstance(node, Sum):
            total = gather_products(self, node)
        else:
            self.new[old] = self.result.constant(node.number, self.graph.origins[old])
            return
        if self.uses[old] > 1:
            self.new[old] = total.close(self.graph.origins[old])
        else:
            self.open[old] = total

    def enter_operation(self, old: int, node: Operation) -> None:
        """Enter an operation that is no sum."""
        (rule, given, fixed), new, origin = node, self.new, self.graph.origins[old]
        if rule is CHOOSE and (index := self.number(given[0])) is not None:
            chosen = evaluate(CHOOSE, index, *range(len(given) - 1))  # or an error
            new[old] = self.place(given[1 + int(chosen)])
        elif len(given) == 1:  # as most have: a tuple of one is made quickly
            (x,) = given
            if old in self.pooled:
                return
            place = new[x] if new[x] >= 0 else self.place(x)
            if rule in EXTREMES:
                new[old] = place
            elif place in self.result.constants:
                new[old] = self.operation(rule, (place,), fixed, origin)
            else:
                new[old] = self.result.once(Operation(rule, (place,), fixed), origin)
        elif given[0] in self.pooled:
            before = tuple([self.place(self.graph.inputs(x)[0]) for x in given])
            new[old] = self.operation(RELU, (self.operation(rule, before, fixed),), (), origin)
        else:
            inputs = tuple([new[x] if new[x] >= 0 else self.place(x) for x in given])
            new[old] = self.operation(rule, inputs, fixed, origin)

    def operation(
        self, rule: Rule, inputs: Places, fixed: tuple[float, ...], origin: Value | None = None
    ) -> int:
        """Where an operation is, or the number that it is where all its inputs are numbers."""
        constants = self.result.constants
        if inputs[0] in constants and all([place in constants for place in inputs]):
            numbers = rule.arguments([constants[place] for place in inputs], fixed)
            return self.result.constant(evaluate(rule, *numbers), origin)
        return self.result.once(Operation(rule, inputs, fixed), origin)

    def number(self, old: int) -> float | None:
        return self.result.constants.get(self.new[old])

    def vector(self, old: Places) -> Places | None:
        """Where these nodes are; None if some are numbers, or sums that are open, or batched and
        others not. Many dot products share a vector, as the rows of a matrix do."""
        new = tuple(map(self.new.__getitem__, old))
        if -1 in new or not self.result.constants.keys().isdisjoint(new):
            return None
        column = self.result.column(new)
        if self.result.are_batched(column) is None:
            return None
        self.vectors[old] = column
        return column

    def sum_from(self, x: int) -> OpenSum:
        """The sum that begins with x, to be added to: x itself, where it is one that is open."""
        total = self.open.pop(x, None)
        if total is None:
            total = OpenSum(self.result)
            if x in self.products:
                total.add_product(1.0, self.products.pop(x))
            else:
                total.add(1.0, self.new[x])
        return total

    def add(self, total: OpenSum, factor: float, x: int) -> None:
        """Add factor · x; a sum that is open goes on in this one."""
        place = self.new[x]
        if place < 0:
            other = self.open.get(x)
            if other is None:
                if is_moderate(factor):
                    total.add_product(factor, self.products.pop(x))
                    return
            elif factor == 1.0 or (other.is_short() and other.scales(factor)):
                del self.open[x]
                total.merge(factor, other)
                return
            place = self.place(x)
        total.add(factor, place)

    def product(self, a: int, b: int) -> tuple[int, int] | None:
        """What a · b is a product of; None where one is a number, or a sum that is still open."""
        left, right, constants = self.new[a], self.new[b], self.result.constants
        if left < 0 or right < 0 or left in constants or right in constants:
            return None
        return self.result.pair(left, right)

    def multiply(self, total: OpenSum, a: int, b: int) -> None:
        """Add a · b."""
        product = self.product(a, b)
        if product is None:
            self.multiply_scaled(total, a, b)
        else:
            total.add_product(1.0, product)

    def multiply_scaled(self, total: OpenSum, a: int, b: int) -> None:
        """Add a · b where one is a number, or a sum that is still open."""
        for known, other in ((a, b), (b, a)):
            number = self.number(known)
            if number is not None and abs(number) < LARGE:
                self.add(total, number, other)
                return
            if number is not None:  # of other sums it would be a factor that is added up
                inputs = self.place(known), self.place(other)
                total.add(1.0, self.result.once(Operation(MULTIPLY, inputs)))
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
        total.add_product(factor, self.result.pair(*places))


# How each operation of arithmetic becomes a sum of products


def gather_all(simplifier: Simplifier, node: Operation) -> OpenSum:
    first, *others = node.inputs
    total = simplifier.sum_from(first)
    for x in others:
        simplifier.add(total, 1.0, x)
    return total


def gather_difference(simplifier: Simplifier, node: Operation) -> OpenSum:
    a, b = node.inputs
    total = simplifier.sum_from(a)
    simplifier.add(total, -1.0, b)
    return total


def gather_negative(simplifier: Simplifier, node: Operation) -> OpenSum:
    total = OpenSum(simplifier.result)
    simplifier.add(total, -1.0, node.inputs[0])
    return total


def gather_product(simplifier: Simplifier, node: Operation) -> OpenSum:
    """Of which one is a number, or a sum that is still open."""
    total = OpenSum(simplifier.result)
    simplifier.multiply_scaled(total, *node.inputs)
    return total


def gather_products(simplifier: Simplifier, node: Sum) -> OpenSum:
    """A dot product."""
    total = OpenSum(simplifier.result)
    factors, first, second = node.products
    known = simplifier.vectors
    left = known.get(first) or simplifier.vector(first)
    right = known.get(second) or simplifier.vector(second)
    if left is None or right is None or not total.add_dot(factors, left, right):
        for a, b in zip(first, second):
            simplifier.multiply(total, a, b)
    return total


def gather_quotient(simplifier: Simplifier, node: Operation) -> OpenSum:
    """By a plain number."""
    a, b = node.inputs
    divisor = simplifier.number(b)
    assert divisor is not None
    total = OpenSum(simplifier.result)
    simplifier.add(total, 1.0 / divisor, a)
    return total


SUMS = {
    RULES["add"]: gather_all,
    RULES["sum"]: gather_all,
    RULES["subtract"]: gather_difference,
    RULES["negate"]: gather_negative,
    MULTIPLY: gather_product,
    RULES["divide"]: gather_quotient,
}
