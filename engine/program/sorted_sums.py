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
SHORT_SUM = 4  # terms: up to so many go one by one; those of longer sums are added up at once


class Sorter:
    """Sorts the sums of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.orders: dict[Places, InOrder | None] = {}  # what sorts each column
        self.alike: dict[Places, InOrder] = {}  # of columns in one order, as all windows are
        self.in_order: dict[tuple[Places, InOrder], Places] = {}  # columns that are sorted

    def sorted_sum(self, place: int, node: Sum) -> SortedSum:
        """The terms of a sum, those of a possible matrix apart."""
        weights: Places = ()
        right: Places = ()
        others: dict[tuple[bool, ...], Columns] = {}
        if node.products[0]:
            others = self.of_kinds(node.products)
            if WITH_WEIGHTS in others:
                weights, right = self.row(others)
        if node.linear[0]:
            others |= self.of_kinds(node.linear)
        bias: Places = ()
        if node.constant or FIXED in others:
            factors, fixed = others.pop(FIXED, NO_TERMS)
            if factors == (1.0,) and self.graph.batched[place]:
                bias, factors, fixed = fixed, (), ()
            if node.constant:
                factors, fixed = (*factors, node.constant), (*fixed, self.graph.constant(1.0))
            if factors:
                others[FIXED] = factors, fixed
        if len(others) > 1:
            others = dict(sorted(others.items()))
        total = SortedSum(place, weights, right, others, bias)
        long = [kinds for kinds, columns in others.items() if len(columns[0]) > SHORT_SUM]
        if long and not is_plain(total):
            others.update({kinds: padded(others[kinds]) for kinds in long})
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
                return (), ()
            _, left, right = zip(*ones)
        if not isinstance(right, Column) or not right.is_distinct:
            right, left = zip(*sorted(zip(right, left)))
            return self.graph.column(left), self.graph.column(right)
        order = self.order_of(right)
        if order is None:
            return left, right
        return self.arranged(left, order), self.arranged(right, order)

    def order_of(self, column: Column) -> InOrder | None:
        """What sorts a column, and all that are in the same order; None if it is sorted."""
        if column not in self.orders:
            places = tuple(sorted(range(len(column)), key=column.__getitem__))
            is_sorted = places == tuple(range(len(column)))
            order = None if is_sorted else self.alike.setdefault(places, itemgetter(*places))
            self.orders[column] = order
        return self.orders[column]

    def arranged(self, column: Places, order: InOrder) -> Places:
        """A column in this order, which is found out once for all sums that share it."""
        found = self.in_order.get((column, order))
        if found is None:
            found = self.in_order[column, order] = self.graph.column(order(column))
        return found


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
