"""Sums of products find their matrices: rows that share inputs, positions that share weights."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.program.plan import Group, Matrix, Sums, Terms
from engine.program.simplify import Simplified, Sum

MOST_PADDING = 9  # times as many columns as a matrix has
SHORT = 4  # sums of up to so many terms go term by term; longer ones are stacked and summed at once

Term = tuple[float, int, int]  # factor, node and node; -1 for no second node


@dataclass(slots=True)
class Parts:
    """The terms of one sum, sorted by what computes them."""

    place: int
    weights: tuple[int, ...]  # of the products, with factor 1, of a number and a sample's node
    right: tuple[int, ...]
    others: dict[tuple[bool, ...], list[Term]]  # by which of their nodes depend on the sample
    bias: tuple[int, ...]

    @classmethod
    def of(cls, graph: Simplified, place: int, node: Sum) -> "Parts":
        sampled = graph.sampled
        matrix: list[tuple[int, int]] = []
        bias: list[int] = []
        others: dict[tuple[bool, ...], list[Term]] = defaultdict(list)
        for factor, a, b in node.products:
            if factor == 1.0 and sampled[b] and not sampled[a]:
                matrix.append((b, a))
            else:
                others[sampled[a], sampled[b]].append((factor, a, b))
        for factor, a in node.linear:
            if sampled[place] and not sampled[a] and factor == 1.0 and not bias:
                bias.append(a)
            else:
                others[(sampled[a],)].append((factor, a, -1))
        if node.constant:
            others[(False,)].append((node.constant, graph.one, -1))
        matrix.sort()
        weights, right = tuple([a for _, a in matrix]), tuple([b for b, _ in matrix])
        filled = {kinds: padded(terms) for kinds, terms in sorted(others.items())}
        return cls(place, weights, right, filled, tuple(bias))

    def shape(self) -> tuple[object, ...]:
        """What sums must have in common to be computed together, beside the same matrix."""
        return len(self.bias), len(self.right) > 0, self.lengths()

    def lengths(self) -> tuple[tuple[tuple[bool, ...], int], ...]:
        return tuple([(kinds, len(terms)) for kinds, terms in self.others.items()])


def padded(terms: list[Term]) -> list[Term]:
    """Long lists are filled up with terms of factor 0, so that few different lengths occur."""
    if len(terms) <= SHORT:
        return terms
    step = 1 << max(0, len(terms).bit_length() - 3)  # an eighth to a quarter more at the most
    missing = -len(terms) % step
    return terms + [(0.0, *terms[0][1:])] * missing


def with_matrices(graph: Simplified, parts: list[Parts], sampled: bool) -> list[Group]:
    """Sums with the same right side are the rows of a matrix; equal matrices share positions."""
    if not parts[0].right:
        return [sums_of(parts, sampled, None)]
    rows: dict[tuple[int, ...], list[Parts]] = defaultdict(list)
    for part in parts:
        rows[part.right].append(part)
    matrices: dict[Columns, list[Block]] = defaultdict(list)
    for alike in rows.values():
        block = Block.of(alike)
        matrices[block.columns].append(block)
    groups: list[Group] = []
    single: list[Parts] = []
    for columns, blocks in padded_matrices(graph, matrices).items():
        if len(columns[0]) == 1 and len(blocks) == 1 and len(matrices) > 2:
            single += blocks[0].rows
            continue
        right = tuple(zip(*[block.right for block in blocks]))
        members = [block.rows[row] for row in range(len(columns[0])) for block in blocks]
        groups.append(sums_of(members, sampled, Matrix(tuple(zip(*columns)), right)))
    if single:  # no two alike: element by element
        for part in single:
            terms = [(1.0, a, b) for a, b in zip(part.weights, part.right)]
            part.others[False, True] = padded([*terms, *part.others.get((False, True), [])])
        for _, same in groupby(sorted(single, key=Parts.lengths), key=Parts.lengths):
            groups.append(sums_of(list(same), sampled, None))
    return groups


Columns = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Sums with the same right side: a matrix, column by column, and the node at each column."""

    rows: tuple[Parts, ...]
    columns: Columns
    right: tuple[int, ...]

    @classmethod
    def of(cls, alike: list[Parts]) -> "Block":
        rows = sorted(alike, key=lambda part: part.weights)
        columns = sorted(zip(zip(*[part.weights for part in rows]), rows[0].right))
        return cls(tuple(rows), *zip(*columns))


def padded_matrices(
    graph: Simplified, matrices: dict[Columns, list[Block]]
) -> dict[Columns, list[Block]]:
    """A matrix that lacks some columns of another, as at the edge of an image, takes them in with
    zeros at its right side; unless that would be most of it."""
    found: dict[Columns, list[Block]] = {}
    wider: dict[tuple[int, ...], list[Columns]] = defaultdict(list)  # by the columns they have
    for columns in sorted(matrices, key=len, reverse=True):
        for wide in wider[columns[0]]:
            if len(wide) <= MOST_PADDING * len(columns) and Counter(columns) <= Counter(wide):
                zero = graph.zero()
                for block in matrices[columns]:
                    right = deque(zip(columns, block.right))  # sorted, as the wide columns are
                    whole = [
                        right.popleft()[1] if right and right[0][0] == column else zero
                        for column in wide
                    ]
                    found[wide].append(Block(block.rows, wide, tuple(whole)))
                break
        else:
            found[columns] = list(matrices[columns])
            for column in columns:
                wider[column].append(columns)
    return found


def sums_of(parts: Sequence[Parts], sampled: bool, matrix: Matrix | None) -> Sums:
    terms = []
    for kinds in parts[0].others:
        by_term = list(zip(*(part.others[kinds] for part in parts)))
        factors, a, b = (tuple(tuple(x[i] for x in t) for t in by_term) for i in range(3))
        terms.append(Terms(factors, a, b if len(kinds) == 2 else None))
    bias = tuple(part.bias[0] for part in parts) if parts[0].bias else ()
    return Sums(tuple(part.place for part in parts), sampled, matrix, tuple(terms), bias)
