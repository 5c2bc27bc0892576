"""matrices: sums of products in a rectangle become matrix products.

Sums with the same nodes on the right are the rows of a matrix; the same matrix may stand at many
positions, as the kernel of a convolution does. Where both sides differ from sample to sample, the
product is one for each sample (`batched.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from engine.program.batched import batched_products
from engine.program.graph import Graph, Places
from engine.program.kernels import (
    Elementwise,
    Kernel,
    Kernels,
    MatrixProduct,
    Nodes,
    Operand,
    Reduction,
    SortedSum,
    Step,
    SumOfProducts,
    Sums,
    Terms,
    Weights,
)
from engine.program.operands import computed_by, inputs_of, nodes_of, with_operands
from engine.program.sorted_sums import SHORT_SUM, is_plain, padded

MOST_PADDING = 9  # times as many columns as a matrix has
MOST_FILLED = 2  # times as many terms as the sums have


def matrices(kernels: Kernels) -> Kernels:
    """Matrix products in place of the products with weights; sums of products for the others.

    What is read together will lie together: elementwise kernels and reductions go through their
    nodes in the order in which one input is computed, and the positions of a matrix in that of what
    they see.
    """
    graph = kernels.graph
    ranks = list(range(len(graph.nodes)))  # in which order the nodes are computed, and so will lie
    known = Known(graph)
    steps: list[Step] = []
    computed = count(len(ranks))
    for number, group in enumerate(groups_of(kernels, ranks, known)):
        ranks += range(len(ranks), len(graph.nodes))  # of spare nodes
        for kernel in group:
            if isinstance(kernel, Elementwise | Reduction):
                kernel = sorted_by_input(kernel, ranks)
            steps.append(Step(number, kernel))
            for place, rank in zip(computed_by(kernel).places, computed):
                ranks[place] = rank
    return Kernels(graph, steps)


def groups_of(kernels: Kernels, ranks: Sequence[int], known: "Known") -> Iterator[list[Kernel]]:
    """A matrix and the terms that are added to it, or any other kernel by itself."""
    for _, kernel in kernels.forward:
        if isinstance(kernel, Sums):
            products, others = batched_products(kernels.graph, kernel.members, ranks)
            for each in products:
                yield [each]
            others = filled_up(kernels.graph, others)
            for same in of_one_length(others):
                yield from with_matrices(known, same, kernel.batched, ranks)
        else:
            yield [kernel]


def filled_up(graph: Graph, members: list[SortedSum]) -> list[SortedSum]:
    """Mere sums of different lengths, as over what each position sees of those before it, become
    one kernel by zeros at their ends; unless most of it would be zeros."""
    if not members or not is_plain(members[0]):
        return members
    added = [member.others[True,] for member in members]
    counts = [len(factors) for factors, _ in added]
    longest, zero = max(counts), (graph.zero(),)
    if longest * len(counts) <= MOST_FILLED * sum(counts):
        ones = (1.0,) * longest
        added = [(ones, places + zero * (longest - len(places))) for _, places in added]
    else:
        added = list(map(padded, added))
    pairs = zip(members, added)
    return [member._replace(others={(True,): columns}) for member, columns in pairs]


def sorted_by_input(kernel: Elementwise | Reduction, ranks: Sequence[int]) -> Any:
    output = computed_by(kernel)
    lead = next(x for x in inputs_of(kernel) if x.batched == output.batched)
    read = [ranks[place] for place in nodes_of(lead).places[: output.rows]]
    if read == sorted(read):
        return kernel
    order = sorted(range(len(read)), key=read.__getitem__)

    def moved(operand: Operand) -> Operand:
        places = nodes_of(operand).places
        starts = range(0, len(places), len(order))  # of the rows of a stack
        return nodes_of(operand)._replace(
            places=tuple([places[i + k] for i in starts for k in order])
        )

    return with_operands(kernel, moved)


def with_matrices(
    known: "Known", members: list[SortedSum], batched: bool, ranks: Sequence[int]
) -> Iterator[list[Kernel]]:
    """Sums with the same right side are the rows of a matrix; equal matrices share positions."""
    if not members[0].right:
        in_order = sorted(members, key=lambda member: ranks[lead(member)])
        yield [sum_of_products(in_order, batched)]
        return
    rows: dict[Places, list[SortedSum]] = defaultdict(list)
    for member in members:
        rows[member.right].append(member)
    found: dict[WeightMatrix, list[Block]] = defaultdict(list)
    for alike in rows.values():
        block = known.block(alike)
        found[block.matrix].append(block)
    single: list[SortedSum] = []
    for matrix, blocks in padded_matrices(known.graph, found).items():
        if len(matrix[0]) == 1 and len(blocks) == 1 and len(found) > 2:
            single += blocks[0].rows
        else:
            zero = known.graph.zero()
            blocks.sort(key=lambda block: [ranks[x] if x != zero else -1 for x in block.right])
            yield product(known, matrix, blocks)
    apart = [without_matrix(member) for member in single]
    for same in of_one_length(apart):
        yield [sum_of_products(same, batched)]


def lead(member: SortedSum) -> int:
    """A node of the last kind of terms, which is batched where one is: sums lie in this order."""
    places: Places = next(reversed(member.others.values()))[1]
    return places[0]


def without_matrix(member: SortedSum) -> SortedSum:
    """With the products with weights among the other terms, where no two sums are alike."""
    products = (1.0,) * len(member.right), member.weights, member.right
    others = member.others.get((False, True), ((), (), ()))
    terms = padded(tuple([column + more for column, more in zip(products, others)]))
    return member._replace(others={**member.others, (False, True): terms})


def of_one_length(members: list[SortedSum]) -> Iterable[list[SortedSum]]:
    """Sums with as many terms of each kind, the shorter first; all have the same kinds."""
    if members and not members[0].others:  # as in a layer
        return [members]
    found: dict[tuple[int, ...], list[SortedSum]] = defaultdict(list)
    for member in members:
        found[tuple([len(columns[0]) for columns in member.others.values()])].append(member)
    return map(found.__getitem__, sorted(found))


class WeightMatrix(tuple[Places, ...]):
    """Weights, column by column: each matrix is one object, and hashed as that."""

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Block:
    """Sums with the same right side: a matrix, and the node at each of its columns."""

    rows: tuple[SortedSum, ...]
    matrix: WeightMatrix
    right: Places


class Known:
    """The matrices that were met: a kernel is met again at every window, and the weights of a
    recurrence at every step."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found: dict[tuple[Places, ...], WeightMatrix] = {}  # by their columns
        # and the order of their columns, by the weights of their rows
        self.of_rows: dict[tuple[Places, ...], tuple[WeightMatrix, list[int]]] = {}
        self.by_row: dict[WeightMatrix, Weights] = {}

    def block(self, alike: list[SortedSum]) -> Block:
        """Rows and columns in the order of their weights."""
        rows = sorted(alike, key=lambda member: member.weights)
        weights = tuple([member.weights for member in rows])
        if weights not in self.of_rows:
            columns = list(zip(*weights))
            order = sorted(range(len(columns)), key=columns.__getitem__)
            matrix = WeightMatrix([columns[k] for k in order])
            self.of_rows[weights] = self.found.setdefault(tuple(matrix), matrix), order
        matrix, order = self.of_rows[weights]
        return Block(tuple(rows), matrix, tuple([rows[0].right[k] for k in order]))

    def weights(self, matrix: WeightMatrix) -> Weights:
        """The weights of a matrix, row by row."""
        if matrix not in self.by_row:
            self.by_row[matrix] = Weights(chain.from_iterable(zip(*matrix)))
        return self.by_row[matrix]


def padded_matrices(
    graph: Graph, matrices: dict[WeightMatrix, list[Block]]
) -> dict[WeightMatrix, list[Block]]:
    """A matrix that lacks some columns of another, as at the edge of an image, takes them in with
    zeros at its right side; unless that would be most of it."""
    if len(matrices) == 1:
        return matrices
    found: dict[WeightMatrix, list[Block]] = {}
    wider: dict[Places, list[WeightMatrix]] = defaultdict(list)  # by the columns they have
    for columns in sorted(matrices, key=len, reverse=True):
        for wide in wider[columns[0]]:
            if len(wide) <= MOST_PADDING * len(columns) and set(columns) <= set(wide):
                zero = graph.zero()
                for block in matrices[columns]:
                    right = dict(zip(columns, block.right))  # a weight comes once in a sum
                    whole = tuple([right.get(column, zero) for column in wide])
                    found[wide].append(Block(block.rows, wide, whole))
                break
        else:
            found[columns] = list(matrices[columns])
            for column in columns:
                wider[column].append(columns)
    return found


def product(known: Known, matrix: WeightMatrix, blocks: Sequence[Block]) -> list[Kernel]:
    """A matrix at the positions of the blocks, and what is added to it."""
    m, k, p = len(matrix[0]), len(matrix), len(blocks)
    members = [block.rows[row] for row in range(m) for block in blocks]
    right = tuple([block.right[column] for column in range(k) for block in blocks])
    weights = Nodes(known.weights(matrix), False)
    output = Nodes(tuple([member.place for member in members]), True)
    kernels: list[Kernel] = [MatrixProduct(weights, Nodes(right, True), output, m, k, p)]
    if members[0].bias or members[0].others:
        kernels.append(sum_of_products(members, True, p, onto=True))
    return kernels


def sum_of_products(
    members: Sequence[SortedSum],
    batched: bool,
    positions: int = 1,
    *,
    onto: bool = False,
) -> SumOfProducts:
    """The terms that are in no matrix, and the bias. Sums that were filled up are as long as the
    longest of them."""
    terms: list[Terms] = []
    for kinds in members[0].others:
        columns = [list(zip(*column)) for column in zip(*[each.others[kinds] for each in members])]
        if len(columns[0]) <= SHORT_SUM:
            terms += [
                stacked(kinds, [[term] for term in term_of_all]) for term_of_all in zip(*columns)
            ]
        else:
            # behind the longest all factors are 0
            longest = max([k for k, factors in enumerate(columns[0], 1) if any(factors)])
            terms.append(stacked(kinds, [column[:longest] for column in columns]))
    if members[0].bias:
        terms.append(bias_of([member.bias[0] for member in members], positions))
    output = Nodes(tuple([member.place for member in members]), batched)
    return SumOfProducts(output, tuple(terms), onto)


def stacked(kinds: tuple[bool, ...], columns: Sequence[Sequence[tuple[Any, ...]]]) -> Terms:
    """Terms of one kind: in each column by number, and by sum."""
    factors, *sides = [tuple(chain.from_iterable(column)) for column in columns]
    if len(set(factors)) == 1:
        factors = factors[:1]
    nodes = [Nodes(places, batched) for places, batched in zip(sides, kinds)]
    return Terms(factors, tuple(nodes), len(columns[0]))


def bias_of(bias: Sequence[int], positions: int) -> Terms:
    """One number for each row of the matrix, where it is the same at all positions."""
    if positions > 1:
        by_row = [bias[k : k + positions] for k in range(0, len(bias), positions)]
        if all([len(set(row)) == 1 for row in by_row]):
            sides = Nodes(tuple([row[0] for row in by_row]), False)
            return Terms((1.0,), (sides,), repeat=positions)
    return Terms((1.0,), (Nodes(tuple(bias), False),))
