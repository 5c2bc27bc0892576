"""The terms of a sum, sorted by what they multiply.

Products of weights and numbers of the sample are set apart, as the row of a possible matrix; the
others are sorted by which of their nodes are batched.
"""

from collections import defaultdict
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from engine.program.graph import NO_TERMS, Column, Columns, Graph, Ones, Places, Sum
from engine.program.kernels import SortedSum

FIXED = (False,)  # what is not batched
WITH_WEIGHTS = (False, True)  # a product of what is not batched and what is
BATCHED = (True, True)  # a product of two batched nodes
InOrder = Callable[[Places], Places]  # puts a column into an order
NO_ROW: tuple[Places, Places] = (), ()
SHORT_SUM = 4  # terms: up to so many go one by one; those of longer sums are added up at once


class Sorter:
    """Sorts the sums of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.alike: dict[Places, InOrder] = {}  # by the order they make
        self.rights: dict[Places, tuple[InOrder | None, Places]] = {}  # what sorts them, and sorted
        self.lefts: dict[tuple[Places, InOrder], Places] = {}  # in the order of what they multiply

    def sorted_sum(self, place: int, node: Sum) -> SortedSum:
        """The terms of a sum, those of a possible matrix apart."""
        if is_neuron(self.graph, node):  # as most sums are
            _, left, right = node.products
            return SortedSum(place, *self.in_order(left, right), {}, node.linear[1])
        others = self.of_kinds(node.linear) if node.linear[0] else {}
        weights, right = NO_ROW
        if node.products[0]:
            others |= self.of_kinds(node.products)
            if WITH_WEIGHTS in others:
                weights, right = self.row(others)
        bias: Places = ()
        if node.constant or FIXED in others:
            factors, fixed = others.pop(FIXED, NO_TERMS)
            if factors == (1.0,) and right:
                bias, factors, fixed = fixed, (), ()
            if node.constant:
                factors, fixed = (*factors, node.constant), (*fixed, self.graph.constant(1.0))
            if factors:
                others[FIXED] = factors, fixed
        if len(others) > 1:
            others = dict(sorted(others.items()))
        total = SortedSum(place, weights, right, others, bias)
        n_terms = max(len(node.linear[0]), len(node.products[0])) + 1  # with a constant
        if n_terms > SHORT_SUM and not is_plain(total):
            others.update({kinds: padded(columns) for kinds, columns in others.items()})
        return total

    def of_kinds(self, columns: Columns) -> dict[tuple[bool, ...], Columns]:
        """The terms by which of their nodes are batched."""
        kinds: tuple[Any, ...] = tuple(map(self.graph.are_batched, columns[1:]))
        if None not in kinds:
            return {kinds: columns}
        found = defaultdict(list)
        for term in zip(*columns):
            found[tuple([self.graph.batched[x] for x in term[1:]])].append(term)
        return {kind: tuple(zip(*terms)) for kind, terms in found.items()}

    def row(self, others: dict[tuple[bool, ...], Columns]) -> tuple[Places, Places]:
        """Takes the products of weights with factor 1 out of the terms, and sorts them."""
        factors, left, right = columns = others.pop(WITH_WEIGHTS)
        if not isinstance(factors, Ones) and factors.count(1.0) < len(factors):
            rest = [term for term in zip(*columns) if term[0] != 1.0]
            others[WITH_WEIGHTS] = tuple(zip(*rest))
            ones = [term for term in zip(*columns) if term[0] == 1.0]
            if not ones:
                return NO_ROW
            _, left, right = zip(*ones)
        if not isinstance(right, Column) or not right.is_distinct:
            right, left = zip(*sorted(zip(right, left)))
            return self.graph.column(left), self.graph.column(right)
        return self.in_order(left, right)

    def in_order(self, left: Places, right: Places) -> tuple[Places, Places]:
        """Both columns, with the right one sorted."""
        if right not in self.rights:
            self.rights[right] = self.arranged(right)
        order, sorted_right = self.rights[right]
        if order is None:
            return left, right
        found = self.lefts.get((left, order))
        if found is None:  # found out once for all sums that share it
            found = self.lefts[left, order] = self.graph.column(order(left))
        return found, sorted_right

    def arranged(self, column: Places) -> tuple[InOrder | None, Places]:
        """What sorts a column, and the column sorted; None and itself where it is sorted. Columns
        in one order share what sorts them."""
        places = tuple(sorted(range(len(column)), key=column.__getitem__))
        if places == tuple(range(len(column))):
            return None, column
        order = self.alike.setdefault(places, itemgetter(*places))
        return order, self.graph.column(order(column))


def is_neuron(graph: Graph, node: Sum) -> bool:
    """Whether it is weights · what is of the sample + one bias: a row of a matrix, and no more."""
    factors, left, right = node.products
    if not isinstance(factors, Ones) or not isinstance(right, Column):
        return False
    scales, alone = node.linear
    is_row = right.are_batched and right.is_distinct and graph.are_batched(left) is False
    return bool(is_row) and scales == (1.0,) and not (graph.batched[alone[0]] or node.constant)


def is_plain(total: SortedSum) -> bool:
    """Whether it adds up more than two nodes of the sample, and nothing else."""
    if total.right or total.bias or list(total.others) != [(True,)]:
        return False
    factors, _ = total.others[True,]
    return len(factors) > 2 and set(factors) == {1.0}


def padded(columns: Columns) -> Columns:
    """Long columns are filled up with terms of factor 0, so that few different lengths occur."""
    factors, *sides = columns
    if len(factors) <= SHORT_SUM:
        return columns
    step = 1 << max(0, len(factors).bit_length() - 3)  # an eighth to a quarter more at the most
    missing = -len(factors) % step
    return factors + (0.0,) * missing, *[side + side[:1] * missing for side in sides]
