"""layout: every node gets a row and every temporary a buffer; a slice wherever rows lie evenly.

Batched nodes are the rows of S, all others those of K; dS and dK hold the gradients in the same
rows. Leaves come first, then what is computed, in that order. Rows that do not lie evenly are
gathered where they are read first.
"""

from collections.abc import Mapping, Sequence
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
from engine.program.operands import inputs_of, outputs_of, with_operands

WITHOUT_ROW = "a node that has no row is read"
Numbers = tuple[int, ...]  # of rows
Even = tuple[int, int, int]  # the first of rows that lie evenly, where they stop, and their step


def layout(kernels: Kernels) -> Kernels:
    """The same kernels over slices, gathers and buffers."""
    rows = rows_of(kernels.graph, kernels.forward)
    lying = Lying(rows)
    writers, over = uses_of(kernels.backward)
    direct = targets_of_their_own(kernels.backward, writers, lying)
    placing = Placing(lying, direct, pairs_in_steps(kernels.forward))
    forward = placing.placed(kernels.forward, {})
    backward = placing.placed(kernels.backward, over)
    others, batched = placing.n_gathered
    rows = replace(rows, n_gathered=(others, batched))
    return replace(kernels, forward=forward, backward=backward, rows=rows)


def rows_of(graph: Graph, forward: Sequence[Step]) -> Rows:
    """The row of each node: of leaves, and of all that is computed."""
    n_inputs = sum(graph.batched[: graph.n_leaves])
    n_parameters = graph.n_leaves - n_inputs
    row = [*range(n_inputs), *range(n_parameters)]
    row += [-1] * (len(graph.nodes) - graph.n_leaves)
    counts = [n_parameters, n_inputs]
    zeros = [graph.zero()] if is_read(graph.zero(), forward) else []
    constants = [place for place in graph.needed[graph.n_leaves :] if place in graph.constants]
    outputs = [outputs_of(kernel)[0] for _, kernel in forward]
    computed = [(x.places, x.batched) for x in outputs if isinstance(x, Nodes)]
    for places, batched in ((zeros, True), (constants, False), *computed):
        fresh = [place for place in places if row[place] < 0]
        for number, place in enumerate(fresh, counts[batched]):
            row[place] = number
        counts[batched] += len(fresh)
    return Rows(row, n_inputs, n_batched=counts[True], n_others=counts[False])


def is_read(zero: int, forward: Sequence[Step]) -> bool:
    """Whether a matrix at several positions, or rows of other lengths, find nothing there."""
    read = [x.right for _, x in forward if isinstance(x, MatrixProduct) and x.p > 1]
    for _, kernel in forward:
        if isinstance(kernel, BatchedProduct):
            read += [kernel.left, kernel.right]
        if isinstance(kernel, SumOfProducts):
            read += [each.sides[0] for each in kernel.terms]
    return any([zero in nodes.places for nodes in read if isinstance(nodes, Nodes)])


def uses_of(
    steps: Sequence[Step],
) -> tuple[dict[Temporary, list[Kernel]], dict[int, list[Temporary]]]:
    """Which kernels write each temporary; and after which step which are needed no more."""
    writers: dict[Temporary, list[Kernel]] = {}
    last: dict[Temporary, int] = {}
    for number, (_, kernel) in enumerate(steps):
        for operand in inputs_of(kernel):
            if isinstance(operand, Temporary):
                last[operand] = number
        for operand in outputs_of(kernel):
            if isinstance(operand, Temporary):
                last[operand] = number
                writers.setdefault(operand, []).append(kernel)
    over: dict[int, list[Temporary]] = {}
    for temporary, number in last.items():
        over.setdefault(number, []).append(temporary)
    return writers, over


def targets_of_their_own(
    backward: Sequence[Step], writers: Mapping[Temporary, Sequence[Kernel]], lying: "Lying"
) -> dict[Temporary, Operand]:
    """Temporaries that are merely written to gradients, as the first there: they need no buffer,
    where the gradients lie so that the kernel itself can write to them."""
    direct: dict[Temporary, Operand] = {}
    for _, kernel in backward:
        if isinstance(kernel, ScatterAdd) and isinstance(kernel.source, Temporary):
            flow, target = kernel.source, kernel.target
            if isinstance(target, Temporary):
                continue
            assert isinstance(target, Nodes)
            alike = flow.batched == target.batched and not kernel.order
            if kernel.first and alike and len(writers[flow]) == 1:
                place = written_by(writers[flow][0], target, lying)
                if place is not None:
                    direct[flow] = place
    return direct


def pairs_in_steps(forward: Sequence[Step]) -> set[Operand]:
    """Pairs that the same weights meet one after the other, as those of a recurrent net meet an
    input and a state. Two rows always lie evenly, but at another distance at each step, so that no
    loop would be found: such pairs are gathered."""
    pairs: dict[Operand, set[Operand]] = {}
    for _, kernel in forward:
        if isinstance(kernel, MatrixProduct) and kernel.p == 1 and kernel.k == 2:
            pairs.setdefault(kernel.left, set()).add(kernel.right)
    return {pair for several in pairs.values() if len(several) > 1 for pair in several}


def written_by(kernel: Kernel, target: Nodes, lying: "Lying") -> Operand | None:
    """How a kernel writes to the target itself; None where it cannot."""
    numbers, even = lying.at(target.places)
    if isinstance(kernel, MatrixProduct) and kernel.transposed == "right":
        return as_matrix(numbers, kernel.m, kernel.k, lying.rows.n_others, gradient=True)
    adjacent = isinstance(kernel, BatchedProduct | PickAdjoint)
    adjacent = adjacent or (isinstance(kernel, MatrixProduct) and kernel.p > 1)
    if even is None or (adjacent and even[2] > 1):
        return None
    return Slice(target.batched, target.gradient, *even)


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
    direct: dict[Temporary, Operand]
    pairs: set[Operand]  # whose two rows are gathered where others lie between them
    found: dict[tuple[object, ...], Operand] = field(default_factory=dict)  # what is gathered
    n_gathered: list[int] = field(default_factory=lambda: [0, 0])  # what is not batched, what is
    buffers: dict[Temporary, Buffer] = field(default_factory=dict)
    free: dict[tuple[int, bool], list[int]] = field(default_factory=dict)
    n_flows: dict[tuple[int, bool], int] = field(default_factory=dict)
    group: int = -1
    steps: list[Step] = field(default_factory=list)

    def placed(self, steps: Sequence[Step], over: dict[int, list[Temporary]]) -> list[Step]:
        """The steps with their operands placed, and gathers before them; buffers are free again
        after the steps in `over`."""
        self.steps = []
        for number, (self.group, kernel) in enumerate(steps):
            moved = self.kernel(kernel)
            if moved is not None:
                self.steps.append(Step(self.group, moved))
            for temporary in over.get(number, ()):
                if temporary in self.buffers:
                    buffer = self.buffers.pop(temporary)
                    self.free[buffer.rows, buffer.batched].append(buffer.number)
        return self.steps

    def kernel(self, kernel: Kernel) -> Kernel | None:
        """A kernel over rows and buffers; None for a flow that is where it belongs already."""
        placed: Kernel
        match kernel:
            case ScatterAdd() if kernel.source in self.direct:
                return None
            case Elementwise() | Reduction() | SumOfProducts() | Scan() | Sweep() | ScatterAdd():
                placed = with_operands(kernel, self.read, self.write)
            case MatrixProduct():
                placed = self.product(kernel)
            case BatchedProduct():
                side_by_side = partial(self.read, one_by_one=True, adjacent=True)
                placed = with_operands(kernel, side_by_side, self.write)
            case Pick(index, other, output, height) | PickAdjoint(index, other, output, height):
                index = self.read(index, one_by_one=True)
                other = self.read(other, one_by_one=True, adjacent=True)
                placed = type(kernel)(index, other, self.write(output), height)
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
        return MatrixProduct(left, right, self.write(kernel.output), *kernel[3:])

    def read(
        self, operand: Operand, *, one_by_one: bool = False, adjacent: bool = False
    ) -> Operand:
        """The rows as a slice where they lie evenly, or else gathered.

        With `one_by_one` a row that stands for many is gathered too, and with `adjacent` rows
        between which others lie.
        """
        if isinstance(operand, Temporary):
            return self.direct.get(operand) or self.buffers[operand]
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
        if even is None and repeated and len(set(numbers)) == 1:
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

    def write(self, operand: Operand) -> Operand:
        """Where a kernel writes to: a slice, rows anywhere, or the first buffer that is free."""
        if isinstance(operand, Nodes):
            return self.place(operand, repeated=False)
        assert isinstance(operand, Temporary)
        if operand in self.direct:
            return self.direct[operand]
        if operand not in self.buffers:
            key = operand.rows, operand.batched
            free = self.free.setdefault(key, [])
            if free:
                number = free.pop()
            else:
                number = self.n_flows[key] = self.n_flows.get(key, 0) + 1
            self.buffers[operand] = Buffer("flow", number, *key)
        return self.buffers[operand]
