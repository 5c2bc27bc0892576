"""layout: every node gets a row and every temporary a buffer; a slice wherever rows lie evenly.

Batched nodes are the rows of S, all others those of K; dS and dK hold the gradients in the same
rows. Leaves come first, then what is computed, in that order. Rows that do not lie evenly are
gathered where they are read first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from engine.messages import shown
from engine.program.graph import Graph, Places
from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Chain,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    Kernels,
    Loop,
    Matrix,
    MatrixProduct,
    Nodes,
    Operand,
    Pick,
    PickAdjoint,
    Placed,
    PlacedKernels,
    Reduction,
    Rows,
    Scan,
    ScatterAdd,
    Scattered,
    Slice,
    Step,
    SumOfProducts,
    Sums,
    Sweep,
    Temporary,
)
from engine.program.operands import computed_by, inputs_of, outputs_of, with_operands

WITHOUT_ROW = "a node that has no row is read"
Numbers = tuple[int, ...]  # of rows
Even = tuple[int, int, int]  # the first of rows that lie evenly, where they stop, and their step


def layout(kernels: Kernels) -> PlacedKernels:
    """The same kernels over slices, gathers and buffers."""
    rows = rows_of(kernels.graph, kernels.forward)
    placing = Placing(Lying(rows), pairs_in_steps(kernels.forward))
    forward = placing.placed(kernels.forward, {})
    backward = placing.placed(kernels.backward, over_after(kernels.backward))
    others, batched = placing.n_gathered
    rows = replace(rows, n_gathered=(others, batched))
    return PlacedKernels(kernels.graph, forward, backward, rows=rows)


def rows_of(graph: Graph, forward: Sequence[Step]) -> Rows:
    """The row of each node: of leaves, and of all that is computed."""
    n_inputs = sum(graph.batched[: graph.n_leaves])
    n_parameters = graph.n_leaves - n_inputs
    row = [*range(n_inputs), *range(n_parameters)]
    row += [-1] * (len(graph.nodes) - graph.n_leaves)
    counts = [n_parameters, n_inputs]
    zeros = [graph.zero()] if zero_is_read(graph.zero(), forward) else []
    constants = [place for place in graph.needed[graph.n_leaves :] if place in graph.constants]
    computed = [(x.places, x.batched) for x in [computed_by(kernel) for _, kernel in forward]]
    for places, batched in ((zeros, True), (constants, False), *computed):
        fresh = [place for place in places if row[place] < 0]
        for number, place in enumerate(fresh, counts[batched]):
            row[place] = number
        counts[batched] += len(fresh)
    return Rows(row, n_inputs, n_batched=counts[True], n_others=counts[False])


def zero_is_read(zero: int, forward: Sequence[Step]) -> bool:
    """Whether a matrix at several positions, or rows of other lengths, find nothing there."""
    read = [x.right for _, x in forward if isinstance(x, MatrixProduct) and x.p > 1]
    for _, kernel in forward:
        if isinstance(kernel, BatchedProduct):
            read += [kernel.left, kernel.right]
        if isinstance(kernel, SumOfProducts):
            read += [each.sides[0] for each in kernel.terms]
    return any([zero in nodes.places for nodes in read if isinstance(nodes, Nodes)])


def over_after(steps: Sequence[Step]) -> dict[int, list[Temporary]]:
    """Which temporaries are needed no more after a step, by its number."""
    last: dict[Temporary, int] = {}
    for number, (_, kernel) in enumerate(steps):
        for operand in (*inputs_of(kernel), *outputs_of(kernel)):
            if isinstance(operand, Temporary):
                last[operand] = number
    over: dict[int, list[Temporary]] = {}
    for temporary, number in last.items():
        over.setdefault(number, []).append(temporary)
    return over


def pairs_in_steps(forward: Sequence[Step]) -> set[Operand]:
    """Pairs that the same weights meet one after the other, as those of a recurrent net meet an
    input and a state. Two rows always lie evenly, but at another distance at each step, so that no
    loop would be found: such pairs are gathered."""
    pairs: dict[Operand, set[Operand]] = {}
    for _, kernel in forward:
        if isinstance(kernel, MatrixProduct) and kernel.p == 1 and kernel.k == 2:
            pairs.setdefault(kernel.left, set()).add(kernel.right)
    return {pair for several in pairs.values() if len(several) > 1 for pair in several}


@dataclass(slots=True)
class Lying:
    """How nodes lie, and their gradients likewise: what many kernels read is found out once."""

    rows: Rows
    known: dict[Places, tuple[Numbers, Even | None]] = field(default_factory=dict)

    def at(self, places: Places) -> tuple[Numbers, Even | None]:
        """Their rows, and if these lie evenly, where they begin and stop."""
        row = self.rows.row
        if len(places) == 1:  # as all are in deep graphs
            number = row[places[0]]
            assert number >= 0, WITHOUT_ROW
            return (number,), (number, number + 1, 1)
        found = self.known.get(places)
        if found is None:
            numbers = tuple(map(row.__getitem__, places))
            assert -1 not in numbers, WITHOUT_ROW
            found = self.known[places] = numbers, evenly(numbers)
        return found


def evenly(numbers: Numbers) -> Even | None:
    """Where rows begin and stop, and how far each lies behind the one before; None where that
    changes, or is no step forward."""
    first, stop, count = numbers[0], numbers[-1] + 1, len(numbers)
    step = numbers[1] - first if count > 1 else 1
    if step < 1 or stop != first + step * (count - 1) + 1:
        return None
    return (first, stop, step) if numbers == tuple(range(first, stop, step)) else None


def as_matrix(
    numbers: Numbers, m: int, k: int, n_rows: int, *, gradient: bool = False
) -> Matrix | None:
    """Rows of K as a matrix; None where they do not lie evenly."""
    first, step = numbers[0], numbers[k] - numbers[0] if m > 1 else k
    if step < k or first + m * step > n_rows:
        return None
    for j in range(m):
        start = first + j * step
        if numbers[j * k : j * k + k] != tuple(range(start, start + k)):
            return None
    return Matrix(gradient, first, step, m, k)


@dataclass(slots=True)
class Placing:
    """Puts rows and buffers in the place of nodes and temporaries."""

    lying: Lying
    pairs: set[Operand]  # whose two rows are gathered where others lie between them
    found: dict[tuple[object, ...], Operand] = field(default_factory=dict)  # what is gathered
    n_gathered: list[int] = field(default_factory=lambda: [0, 0])  # what is not batched, what is
    buffers: dict[Temporary, Buffer] = field(default_factory=dict)
    after: list[tuple[Buffer, Placed]] = field(default_factory=list)  # written after the kernel
    free: dict[tuple[int, bool], list[int]] = field(default_factory=dict)
    n_flows: dict[tuple[int, bool], int] = field(default_factory=dict)
    group: int = -1
    steps: list[Step] = field(default_factory=list)

    def placed(self, steps: Sequence[Step], over: dict[int, list[Temporary]]) -> list[Step]:
        """The steps with their operands placed, and gathers before them; buffers are free again
        after the steps in `over`."""
        self.steps = []
        for number, (self.group, kernel) in enumerate(steps):
            self.steps.append(Step(self.group, self.kernel(kernel)))
            for buffer, place in self.after:
                self.steps.append(Step(self.group, ScatterAdd(buffer, place, True)))
                self.release(buffer)
            self.after.clear()
            for temporary in over.get(number, ()):
                self.release(self.buffers.pop(temporary))
        return self.steps

    def kernel(self, kernel: Kernel) -> Kernel:
        """A kernel over rows and buffers."""
        placed: Kernel
        match kernel:
            case Elementwise() | Reduction() | SumOfProducts():
                placed = with_operands(kernel, self.read, self.write)
            case Scan() | Sweep() | ScatterAdd():
                placed = with_operands(kernel, self.read, self.target)
            case MatrixProduct():
                placed = self.product(kernel)
            case BatchedProduct():
                side_by_side = partial(self.read, one_by_one=True, adjacent=True)
                placed = with_operands(kernel, side_by_side, partial(self.write, adjacent=True))
            case Pick(index, other, output, height) | PickAdjoint(index, other, output, height):
                index = self.read(index, one_by_one=True)
                other = self.read(other, one_by_one=True, adjacent=True)
                placed = type(kernel)(index, other, self.write(output, adjacent=True), height)
            case Clear():
                placed = with_operands(kernel, self.scattered)
            case Gather() | Sums() | Chain() | Loop():
                raise TypeError(f"layout comes after matrices, and met {shown(kernel)}")
            case _:
                assert_never(kernel)
        return placed

    def product(self, kernel: MatrixProduct) -> MatrixProduct:
        m, k, p = kernel.m, kernel.k, kernel.p
        left, right = kernel.left, kernel.right
        if kernel.transposed == "right":
            left = self.read(left)
        else:
            assert isinstance(left, Nodes)
            left = self.weights(left, m, k)
        adjacent = kernel.transposed != "left"
        together = p > 1 or right in self.pairs
        right = self.read(right, one_by_one=adjacent, adjacent=adjacent and together)
        if kernel.transposed == "right":
            output = self.write_matrix(kernel.output, m, k)
        else:
            output = self.write(kernel.output, adjacent=p > 1)
        return MatrixProduct(left, right, output, *kernel[3:])

    def read(
        self, operand: Operand, *, one_by_one: bool = False, adjacent: bool = False
    ) -> Operand:
        """The rows as a slice where they lie evenly, or else gathered.

        With `one_by_one` a row that stands for many is gathered too, and with `adjacent` rows
        between which others lie.
        """
        if isinstance(operand, Temporary):
            return self.buffers[operand]
        assert isinstance(operand, Nodes)
        place = self.place(operand, repeated=not one_by_one)
        if isinstance(place, Slice) and not (adjacent and place.step > 1):
            return place
        key: tuple[object, ...] = operand
        if key not in self.found:
            buffer = Buffer("g", self.n_gathered[operand.batched], operand.rows, operand.batched)
            self.n_gathered[operand.batched] += operand.rows
            self.found[key] = buffer
            rows = self.scattered(operand) if isinstance(place, Slice) else place
            self.steps.append(Step(self.group, Gather(rows, buffer)))
        return self.found[key]

    def place(self, nodes: Nodes, *, repeated: bool) -> Slice | Scattered:
        """A slice where the rows lie evenly; with `repeated` one row may stand for all."""
        numbers, even = self.lying.at(nodes.places)
        if even is None and repeated and numbers.count(numbers[0]) == len(numbers):
            even = numbers[0], numbers[0] + 1, 1
        if even is None:
            return Scattered(nodes.batched, nodes.gradient, numbers)
        return Slice(nodes.batched, nodes.gradient, *even)

    def weights(self, nodes: Nodes, m: int, k: int) -> Operand:
        """A matrix of rows of K; gathered, where they do not lie evenly, by what uses it first."""
        key = (nodes.places, m, k)
        if key not in self.found:
            scattered = self.scattered(nodes)
            matrix = as_matrix(scattered.numbers, m, k, self.lying.rows.n_others)
            self.found[key] = matrix or Buffer("w", len(self.found) + 1, m * k, batched=False)
            if matrix is None:
                self.steps.append(Step(self.group, Gather(scattered, self.found[key], k)))
        return self.found[key]

    def scattered(self, operand: Operand) -> Scattered:
        assert isinstance(operand, Nodes)
        numbers, _ = self.lying.at(operand.places)
        return Scattered(operand.batched, operand.gradient, numbers)

    def write(self, operand: Operand, *, adjacent: bool = False) -> Placed:
        """Where a kernel writes to: a slice, or a buffer. Gradients that do not lie evenly, or with
        `adjacent` those between which others lie, are written from a buffer after the kernel."""
        place = self.target(operand)
        is_even = isinstance(place, Slice) and not (adjacent and place.step > 1)
        if is_even or not isinstance(operand, Nodes) or not operand.gradient:
            return place
        return self.write_after(place)

    def write_matrix(self, operand: Operand, m: int, k: int) -> Placed:
        """Where the gradient of a matrix is written."""
        if isinstance(operand, Temporary):
            return self.target(operand)
        numbers = self.scattered(operand).numbers
        matrix = as_matrix(numbers, m, k, self.lying.rows.n_others, gradient=True)
        return matrix or self.write_after(self.target(operand))

    def write_after(self, place: Placed) -> Buffer:
        """A buffer, whose rows are written to their place after the kernel."""
        buffer = self.free_buffer(place.rows, place.batched)
        self.after.append((buffer, place))
        return buffer

    def target(self, operand: Operand) -> Placed:
        """A slice, or rows that lie anywhere; the buffer of a temporary."""
        if isinstance(operand, Nodes):
            return self.place(operand, repeated=False)
        assert isinstance(operand, Temporary)
        if operand not in self.buffers:
            self.buffers[operand] = self.free_buffer(operand.rows, operand.batched)
        return self.buffers[operand]

    def free_buffer(self, rows: int, batched: bool) -> Buffer:
        """The first that nothing needs."""
        key = rows, batched
        free = self.free.setdefault(key, [])
        if free:
            return Buffer("flow", free.pop(), rows, batched)
        self.n_flows[key] = self.n_flows.get(key, 0) + 1
        return Buffer("flow", self.n_flows[key], rows, batched)

    def release(self, buffer: Buffer) -> None:
        self.free[buffer.rows, buffer.batched].append(buffer.number)
