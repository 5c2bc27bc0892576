"""Products of two matrices that both differ from sample to sample, as attention has them.

Among sums of products of batched nodes, Σ over k of a[m, k]·b[p, k] is an entry of a·bᵀ. Which sums
are the entries of one product is seen in another graph: its nodes are the rows a[m] and b[p], and
its edges the sums. A product is a component of it, in which each row of a meets each row of b, or
at least every second one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from engine.program.graph import Graph, Operation
from engine.program.kernels import BatchedProduct, Nodes, SortedSum
from engine.program.sorted_sums import BATCHED

LEAST_WORK = 64  # multiplications; fewer are not worth a product of matrices
LEAST_FILLED = 0.5  # of the entries; a triangle with its diagonal has more than half

Row = tuple[int, ...]
Ranked = tuple[str, int]  # what computes a node, and its place


class Entry(NamedTuple):
    """A sum as an entry of a product: factor · left · right."""

    member: SortedSum
    factor: float
    left: Row
    right: Row


def batched_products(
    graph: Graph, members: Sequence[SortedSum], ranks: Sequence[int]
) -> tuple[list[BatchedProduct], list[SortedSum]]:
    """The products of matrices that are found among the sums of one kind, and the sums that are in
    none; `ranks` tell in which order the nodes lie."""
    only_products = list(members[0].others) == [BATCHED]
    if not only_products or members[0].right or members[0].bias or share_nothing(members):
        return [], list(members)
    by_factor: dict[float, list[Entry]] = defaultdict(list)
    known: dict[Row, Side] = {}
    for member in members:
        entry = entry_of(graph, member, known)
        if entry is not None:
            by_factor[entry.factor].append(entry)
    alike: dict[tuple[float, int, int, int], list[Rectangle]] = defaultdict(list)
    for factor, entries in by_factor.items():
        for component in components(with_longest_rows(entries)):
            rectangle = Rectangle.of(component)
            if rectangle is not None:
                alike[factor, *rectangle.sizes].append(rectangle)
    products, taken = [], set()
    for (factor, m, k, p), rectangles in alike.items():
        if len(rectangles) * m * k * p >= LEAST_WORK:
            products.append(product(graph, rectangles, factor, ranks))
            taken.update([place for each in rectangles for place in each.entries.values()])
    return products, [member for member in members if member.place not in taken]


def share_nothing(members: Sequence[SortedSum]) -> bool:
    """Whether no node comes twice in these sums, as in the state of an LSTM: then none of them are
    entries of one product."""
    sides = [side for member in members for side in member.others[BATCHED][1:]]
    if len(set(sides)) < len(sides):
        return False
    places = list(chain.from_iterable(sides))
    return len(set(places)) == len(places)


@dataclass(frozen=True, slots=True)
class Side:
    """The nodes on one side of products, as many sums share it."""

    places: Row
    ranked: list[Ranked]
    first: Ranked
    last: Ranked
    is_sorted: bool

    @classmethod
    def of(cls, graph: Graph, places: Row) -> "Side":
        ranked = [(kind_of(graph, place), place) for place in places]
        is_sorted = all([a < b for a, b in pairwise(places)])
        # a plain tuple, so that rows are told apart by what is in them
        return cls(tuple(places), ranked, min(ranked), max(ranked), is_sorted)

    def is_left_of(self, other: "Side") -> bool:
        """Whether all products have this side's node on the left, and are sorted by it."""
        return self.is_sorted and self.last < other.first


def entry_of(graph: Graph, member: SortedSum, known: dict[Row, Side]) -> Entry | None:
    """A sum of products of two batched nodes, if they have one common factor.

    On which side a node stands is decided by what computes it, so that all of a row are on one.
    `known` are the sides that were met.
    """
    factors, *sides = member.others[BATCHED]
    for side in sides:
        if side not in known:
            known[side] = Side.of(graph, side)
    one, other = map(known.__getitem__, sides)
    if one.is_left_of(other):
        left, right = one.places, other.places
    elif other.is_left_of(one):
        left, right = other.places, one.places
    else:
        products = sorted(
            [
                (a[1], b[1], factor) if a <= b else (b[1], a[1], factor)
                for a, b, factor in zip(one.ranked, other.ranked, factors)
                if factor != 0.0
            ]
        )
        left, right, factors = zip(*products)
    if len(left) < 2 or len(set(factors)) > 1 or left == right:
        return None
    return Entry(member, factors[0], left, right)


def kind_of(graph: Graph, place: int) -> str:
    node = graph.nodes[place]
    return node.rule.name if isinstance(node, Operation) else type(node).__name__


def with_longest_rows(entries: list[Entry]) -> list[Entry]:
    """A row that another one begins with is that other one: below a triangle's diagonal the rows on
    one side are shorter from entry to entry, and the other side has zeros there."""
    rows = {row for entry in entries for row in (entry.left, entry.right)}
    lengths = sorted(set(map(len, rows)))
    if len(lengths) == 1:
        return entries
    longest: dict[Row, Row] = {}
    for row in sorted(rows, key=len, reverse=True):
        if row not in longest:
            longest |= {row[:length]: row for length in lengths if length <= len(row)}
    moved = [
        Entry(entry.member, entry.factor, longest[entry.left], longest[entry.right])
        for entry in entries
    ]
    return [
        new
        for new, old in zip(moved, entries)
        if len(new.left) == len(old.left) or len(new.right) == len(old.right)
    ]


def components(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries that are connected by rows which they share; none that shares none."""
    of_row: dict[Row, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_row[entry.left].append(entry)
        of_row[entry.right].append(entry)
    found: list[list[Entry]] = []
    seen: set[Row] = set()
    for start in of_row:
        if start in seen:
            continue
        seen.add(start)
        waiting, component = [start], {}
        while waiting:
            for entry in of_row[waiting.pop()]:
                component[entry.member.place] = entry
                for row in (entry.left, entry.right):
                    if row not in seen:
                        seen.add(row)
                        waiting.append(row)
        if len(component) > 1:
            found.append([component[place] for place in sorted(component)])
    return found


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The rows of two matrices, and the nodes that are the entries of their product."""

    rows: tuple[Row, ...]
    columns: tuple[Row, ...]
    entries: dict[tuple[Row, Row], int]

    @property
    def sizes(self) -> tuple[int, int, int]:
        """m, k and p: how many rows, how long the longest is, and how many columns."""
        return len(self.rows), max(map(len, (*self.rows, *self.columns))), len(self.columns)

    @classmethod
    def of(cls, component: Sequence[Entry]) -> "Rectangle | None":
        """None where the sums do not fill a rectangle, or are no products of two matrices."""
        is_row: dict[Row, bool] = {component[0].left: True}
        entries: dict[tuple[Row, Row], int] = {}
        waiting = list(component)
        while waiting:  # whatever meets a row is a column, and the other way round
            later = []
            for entry in waiting:
                left, right = entry.left, entry.right
                if left in is_row or right in is_row:
                    known = is_row[left] if left in is_row else not is_row[right]
                    if is_row.setdefault(left, known) == is_row.setdefault(right, not known):
                        return None
                    entries[(left, right) if known else (right, left)] = entry.member.place
                else:
                    later.append(entry)
            waiting = later
        # What is computed one after the other, as the scores of a position, is summed or compared:
        # as a column it is gone through in whole rows.
        if runs_along(entries, 1) < runs_along(entries, 0):
            entries = {(row, column): place for (column, row), place in entries.items()}
            is_row = {row: not known for row, known in is_row.items()}
        rows = tuple([row for row in is_row if is_row[row]])
        columns = tuple([row for row in is_row if not is_row[row]])
        is_full = len(entries) >= LEAST_FILLED * len(rows) * len(columns)
        if min(len(rows), len(columns)) < 2 or not is_full:
            return None
        return cls(rows, columns, entries)


def runs_along(entries: dict[tuple[Row, Row], int], side: int) -> int:
    """How often an entry is followed by another one of the same row, or of the same column."""
    ordered = sorted(entries, key=entries.__getitem__)
    return sum([one[side] == next[side] for one, next in pairwise(ordered)])


def product(
    graph: Graph, rectangles: Sequence[Rectangle], factor: float, ranks: Sequence[int]
) -> BatchedProduct:
    """The products of equal size at once; entries that nobody needs are spare nodes."""
    m, k, p = rectangles[0].sizes
    left, left_axes = rows_of_blocks(graph, [each.rows for each in rectangles], "mk", k, ranks)
    right, right_axes = rows_of_blocks(graph, [each.columns for each in rectangles], "pk", k, ranks)
    output = [
        place if (place := each.entries.get((row, column))) is not None else graph.spare()
        for each in rectangles
        for row in each.rows
        for column in each.columns
    ]
    sizes = {"b": len(rectangles), "m": m, "k": k, "p": p}
    axes = left_axes, right_axes, "mp"
    return BatchedProduct(left, right, Nodes(tuple(output), True), sizes, axes, factor)


def rows_of_blocks(
    graph: Graph, blocks: Sequence[Sequence[Row]], axes: str, length: int, ranks: Sequence[int]
) -> tuple[Nodes, str]:
    """The rows of each block one after the other, or column by column where they lie so."""
    whole = [[padded(graph, row, length) for row in rows] for rows in blocks]
    by_row = [place for rows in whole for row in rows for place in row]
    by_column = [place for rows in whole for column in zip(*rows) for place in column]
    places, axes = min((by_row, axes), (by_column, axes[::-1]), key=lambda x: gaps(x[0], ranks))
    return Nodes(tuple(places), True), axes


def gaps(places: Sequence[int], ranks: Sequence[int]) -> int:
    """How often what comes next does not lie next."""
    return sum([ranks[b] != ranks[a] + 1 for a, b in pairwise(places)])


def padded(graph: Graph, row: Row, length: int) -> Row:
    missing = length - len(row)
    return row + (graph.zero(),) * missing if missing else row
