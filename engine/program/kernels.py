"""The array IR: what is computed at once, as kernels of a few kinds over rows of numbers.

A row is one node: with a number for each sample if it is batched, or else a single one. Forward and
backward pass are made of the same kinds. `layout` is the last pass: before it an operand is a list
of nodes or a temporary, after it a slice, a matrix, scattered rows or a buffer.

Long graphs have many kernels: named tuples are made several times faster than frozen dataclasses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from engine.program.graph import Columns, Graph
from engine.rules import Rule
from engine.symbols import Term

# Operands before `layout`


class Nodes(NamedTuple):
    """These nodes, or their gradients, in this order."""

    places: tuple[int, ...]
    batched: bool
    gradient: bool = False

    @property
    def rows(self) -> int:
        return len(self.places)


class Weights(tuple[int, ...]):
    """The nodes of a matrix, row by row. One that is met again, as at each step of a recurrence, is
    the same object, and hashed as that."""

    __hash__ = object.__hash__


class Temporary(NamedTuple):
    """What one kernel leaves for others: it is no node."""

    number: int
    rows: int
    batched: bool


# Operands after it


class Slice(NamedTuple):
    """Rows that lie evenly; a single one may stand for any number of rows."""

    batched: bool
    gradient: bool
    first: int
    stop: int
    step: int

    @property
    def rows(self) -> int:
        return (self.stop - self.first + self.step - 1) // self.step


class Matrix(NamedTuple):
    """Rows that are not batched, seen as a matrix whose rows begin at first, first + step, …"""

    gradient: bool
    first: int
    step: int
    height: int
    width: int
    batched: bool = False

    @property
    def rows(self) -> int:
        return self.height * self.width


class Scattered(NamedTuple):
    """Rows that lie anywhere."""

    batched: bool
    gradient: bool
    numbers: tuple[int, ...]

    @property
    def rows(self) -> int:
        return len(self.numbers)


class Blocks(NamedTuple):
    """How a matrix of `height` rows lies whose columns are positions and samples: in so many parts
    of the columns, one after the other, where there are from `least` to `most` samples."""

    height: int
    parts: int
    least: int
    most: int


class Buffer(NamedTuple):
    """An array of its own, of a matrix that is gathered ("w") or of what flows backward ("flow");
    or so many rows of the array of all other gathered rows ("g"), from row `number` on."""

    kind: Literal["g", "w", "flow"]
    number: int
    rows: int
    batched: bool
    blocks: Blocks | None = None


Placed = Slice | Matrix | Scattered | Buffer


class Moving(NamedTuple):
    """In a loop: the rows that are `at` the first time lie so many rows further on each time after
    it; of scattered rows each has its own `by`."""

    at: Placed
    by: tuple[int, ...]

    @property
    def rows(self) -> int:
        return self.at.rows

    @property
    def batched(self) -> bool:
        return self.at.batched


Operand = Nodes | Temporary | Placed | Moving

# Kernels


class Elementwise(NamedTuple):
    """Each output is a formula of the inputs, row by row; `inputs` by their names in it.

    The input named "stack", and the outputs of formulas with "stack" in them, have `height` rows
    for each row of the others: all first ones, then all second ones.
    """

    formulas: tuple[Term, ...]
    inputs: Mapping[str, Operand]
    outputs: tuple[Operand, ...]
    height: int = 1
    rule: Rule | None = None  # of a forward kernel: what it applies to x0, x1, …
    fixed: tuple[float, ...] = ()  # the rule's fixed inputs


class Reduction(NamedTuple):
    """A formula such as Σ exp(xᵢ) over a stack of `height` rows for each row of the output."""

    formula: Term
    stack: Operand
    output: Operand
    height: int
    rule: Rule


class Terms(NamedTuple):
    """Σ over t of factors[t] · sides[0][t] · sides[1][t], where there are two sides.

    A side has a row for each t and each output: all with t = 0, then all with t = 1. With fewer
    rows it begins again and again, or with `repeat` it gives each row to so many outputs in turn.
    """

    factors: tuple[float, ...]  # one for each row of a side, or one for all
    sides: tuple[Operand, ...]
    length: int = 1  # how many t
    repeat: int = 1


class SumOfProducts(NamedTuple):
    """The output is the sum of all terms, or with `onto` they are added to what it holds."""

    output: Operand
    terms: tuple[Terms, ...]
    onto: bool = False


class MatrixProduct(NamedTuple):
    """weights (m × k) times the rows on the right (k × p positions): an output of m × p rows.

    Positions and samples are columns alike. The other two products, in which one side is
    transposed, are output · rightᵀ for the weights' gradient and weightsᵀ · output for that of the
    right side; the last may go to some `columns` of the weights only.
    """

    left: Operand
    right: Operand
    output: Operand
    m: int
    k: int
    p: int
    transposed: Literal["", "left", "right"] = ""
    columns: tuple[int, int] | None = None


class BatchedProduct(NamedTuple):
    """For each sample, and each of b blocks, a product of two matrices whose entries are rows.

    A matrix has two of the axes m, k and p: forward mk · pkᵀ = mp, with a factor, where a side that
    lies column by column has the axes km or kp; backward mp · pk = mk for the gradient of the left
    side, mpᵀ · mk = pk for that of the right one. What is summed over is the axis that both sides
    have; the left side has the rows of the output, and the right one its columns.
    """

    left: Operand
    right: Operand
    output: Operand
    sizes: Mapping[str, int]  # of b, m, k and p
    axes: tuple[str, str, str] = ("mk", "pk", "mp")  # of left, right and output
    factor: float = 1.0


class Pick(NamedTuple):
    """Of a table with `height` rows, each of so many numbers, the row that an index says.

    The index has a row for each of these lookups, and the output the row that is found for the
    first, then for the second. A table that is batched has numbers of their own for each lookup:
    row k of all lookups, then row k + 1. An index that is none gives what is not finite.
    """

    at: Operand
    table: Operand
    output: Operand
    height: int


class PickAdjoint(NamedTuple):
    """The gradient of a table: what comes to the output, added up in the rows that were taken."""

    at: Operand
    gradient: Operand  # of the output
    output: Operand
    height: int


class Scan(NamedTuple):
    """Each row is the rule of the row before it and of one of the others, as in a running product.

    Before the first row is `start`. Of the others there is one for each row, or one for all. With
    `down` the last row is the first to be computed.
    """

    rule: Rule  # of two inputs, in any order
    start: Operand
    others: Operand
    output: Operand
    down: bool = False


class Edge(NamedTuple):
    """From an operation to one of its inputs, each the number of a row; and that of the partial.

    What it sends is added to what has come before, or it is the first to come.
    """

    partial: int
    operation: int
    input: int
    adds: bool


class Sweep(NamedTuple):
    """Along one edge after the other: gradients[input] += partials[partial] · gradients[operation].

    The partials are the rows of all these operands, one operand after the other.
    """

    partials: tuple[Operand, ...]
    gradients: Operand
    edges: tuple[Edge, ...]


class Gather(NamedTuple):
    """Scattered rows, or with `width` a matrix of them, are copied to a buffer."""

    source: Operand
    output: Operand
    width: int = 0


class ScatterAdd(NamedTuple):
    """Add the rows of the source to those of the target, or with `first` write them there.

    What is batched is summed over the samples where the target is not, and with `repeat` over so
    many rows that follow one another. With `order` these rows of the source are taken, in this
    order; where several of them go to one, the segments that begin at `starts` are summed.
    """

    source: Operand
    target: Operand
    first: bool
    repeat: int = 1
    order: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()


class Clear(NamedTuple):
    """Gradients that are added to before anything is written to them begin at 0."""

    targets: tuple[Operand, ...]


# Of the products with weights that a sum has; `matrices` puts matrix products in its place


class SortedSum(NamedTuple):
    """The terms of one sum, sorted by what computes them."""

    place: int
    weights: tuple[int, ...]  # of the products, with factor 1, of what is not batched and what is
    right: tuple[int, ...]
    others: dict[tuple[bool, ...], Columns]  # by which nodes are batched
    bias: tuple[int, ...]  # beside such: what is not batched, with factor 1: one node, or none


class Sums(NamedTuple):
    """Sums of one kind, some of different lengths, in which no matrices have been looked for."""

    members: tuple[SortedSum, ...]
    batched: bool


# Of few numbers at a time; `adjoint` puts the kernels themselves in its place


class Chain(NamedTuple):
    """Kernels of few rows, one after the other; no other kernel reads any until all are done."""

    links: tuple["Kernel", ...]


class Step(NamedTuple):
    """A kernel, and the number of the group that it belongs to: forward kernels that compute the
    same nodes, what these gather, and what sends their gradient back."""

    group: int
    kernel: "Kernel"


class Loop(NamedTuple):
    """The steps one after the other, so many times; the numbers of their groups move by `shift`
    each time."""

    times: int
    steps: tuple[Step, ...]
    shift: int


Forward = Elementwise | Reduction | SumOfProducts | MatrixProduct | BatchedProduct | Pick | Scan
Kernel = Forward | PickAdjoint | Sweep | Gather | ScatterAdd | Clear | Sums | Chain | Loop


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the nodes lie: those that are batched in S, the others in K."""

    row: Sequence[int]  # -1 where a node has none
    n_inputs: int  # they are the first rows of S
    n_batched: int
    n_others: int
    n_gathered: tuple[int, int] = (0, 0)  # what is not batched, what is


@dataclass(frozen=True, slots=True)
class Kernels:
    """The two passes over a graph."""

    graph: Graph
    forward: list[Step]
    backward: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlacedKernels(Kernels):
    """The two passes over rows, as `layout` leaves them."""

    rows: Rows = field(kw_only=True)

    @property
    def n_parameters(self) -> int:
        return self.graph.n_leaves - self.rows.n_inputs

    @property
    def constants(self) -> dict[int, float]:
        """The numbers that stay, by their rows of K."""
        row = self.rows.row
        return {row[place]: x for place, x in self.graph.constants.items() if row[place] >= 0}

    @property
    def outputs(self) -> list[tuple[bool, int]]:
        """Of each output, whether it is batched, and its row: of S then, or else of K."""
        graph, row = self.graph, self.rows.row
        return [(graph.batched[place], row[place]) for place in graph.outputs]


def wanted_axes(axes: tuple[str, str, str]) -> tuple[str, str]:
    """In which order a product of matrices needs the axes of its sides: (r, s) and (s, c)."""
    row, column = axes[2][0], axes[2][1]
    summed = axes[0].replace(row, "")
    return row + summed, summed + column


def is_bias(terms: Terms, batched: bool) -> bool:
    """Whether they are numbers, the same for all samples, that are merely added."""
    plain = terms.factors == (1.0,) and len(terms.sides) == terms.length == 1
    return plain and batched and not terms.sides[0].batched
