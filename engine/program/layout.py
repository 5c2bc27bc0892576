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
from engine.program.graph import Graph
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


def layout(kernels: Kernels) -> Kernels:
    """The same kernels over slices, gathers and buffers."""
    rows = rows_of(kernels.graph, kernels.forward)
    direct = targets_of_their_own(kernels, rows)
    placing = Placing(rows, direct, pairs_in_steps(kernels.forward))
    forward = placing.placed(kernels.forward, {})
    backward = placing.placed(kernels.backward, last_uses(kernels.backward))
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
    computed = [output.places for output in outputs if isinstance(output, Nodes)]
    for places in (zeros, constants, *computed):
        for place in places:
            if row[place] < 0:
                row[place] = counts[graph.batched[place]]
                counts[graph.batched[place]] += 1
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


def targets_of_their_own(kernels: Kernels, rows: Rows) -> dict[Temporary, Operand]:
    """Temporaries that are merely written to gradients, as the first there: they need no buffer,
    where the gradients lie so that the kernel itself can write to them."""
    writers: dict[Operand, list[Kernel]] = {}
    for _, kernel in kernels.backward:
        for output in outputs_of(kernel):
            if isinstance(output, Temporary):
                writers.setdefault(output, []).append(kernel)
    direct: dict[Temporary, Operand] = {}
    for _, kernel in kernels.backward:
        if isinstance(kernel, ScatterAdd) and isinstance(kernel.source, Temporary):
            flow, target = kernel.source, kernel.target
            if isinstance(target, Temporary):
                continue
            assert isinstance(target, Nodes)
            alike = flow.batched == target.batched and not kernel.order
            if kernel.first and alike and len(writers[flow]) == 1:
                place = written_by(writers[flow][0], target, rows)
                if place is not None:
                    direct[flow] = place
    return direct


def pairs_in_steps(forward: Sequence[Step]) -> set[Operand]:
    """Pairs that the same weights meet one after the other, as those of a recurrent net do. Any two
    rows lie evenly; but at another distance each time, where an input is one of them and what is
    the same each time the other."""
    pairs: dict[Operand, set[Operand]] = {}
    for _, kernel in forward:
        if isinstance(kernel, MatrixProduct) and kernel.p == 1 and kernel.k == 2:
            pairs.setdefault(kernel.left, set()).add(kernel.right)
    return {pair for several in pairs.values() if len(several) > 1 for pair in several}


def written_by(kernel: Kernel, target: Nodes, rows: Rows) -> Operand | None:
    """How a kernel writes to the target itself; None where it cannot."""
    numbers = numbers_of(target, rows)
    match kernel:
        case MatrixProduct(m=m, k=k, transposed="right"):
            return as_matrix(numbers, m, k, rows.n_others, gradient=True)
        case MatrixProduct(p=p) if p > 1:
            return adjacent_slice(target, numbers)
        case BatchedProduct() | PickAdjoint():
            return adjacent_slice(target, numbers)
        case _:
            return as_slice(target, numbers)


def numbers_of(nodes: Nodes, rows: Rows) -> tuple[int, ...]:
    numbers = tuple(map(rows.row.__getitem__, nodes.places))
    assert min(numbers) >= 0, "a node that has no row is read"
    return numbers


def as_slice(nodes: Nodes, numbers: tuple[int, ...]) -> Slice | None:
    """The rows as a slice; None where they do not lie evenly."""
    first, count = numbers[0], len(numbers)
    if count == 1:
        return Slice(nodes.batched, nodes.gradient, first, first + 1, 1)
    step, stop = numbers[1] - first, numbers[-1] + 1
    if step < 1 or stop != first + step * (count - 1) + 1:
        return None
    if numbers != tuple(range(first, stop, step)):
        return None
    return Slice(nodes.batched, nodes.gradient, first, stop, step)


def adjacent_slice(nodes: Nodes, numbers: tuple[int, ...]) -> Slice | None:
    """The rows as a slice; None where others lie between them."""
    found = as_slice(nodes, numbers)
    return found if found is not None and found.step == 1 else None


def as_matrix(
    numbers: tuple[int, ...], m: int, k: int, n_rows: int, *, gradient: bool = False
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


def last_uses(steps: Sequence[Step]) -> dict[int, list[Temporary]]:
    """After which step which temporaries are needed no more."""
    last: dict[Temporary, int] = {}
    for number, (_, kernel) in enumerate(steps):
        for operand in (*inputs_of(kernel), *outputs_of(kernel)):
            if isinstance(operand, Temporary):
                last[operand] = number
    over: dict[int, list[Temporary]] = {}
    for temporary, number in last.items():
        over.setdefault(number, []).append(temporary)
    return over


@dataclass(slots=True)
class Placing:
    """Puts rows and buffers in the place of nodes and temporaries."""

    rows: Rows
    direct: dict[Temporary, Operand]
    pairs: set[Operand]  # whose two rows are gathered where others lie between them
    found: dict[tuple[object, ...], Operand] = field(default_factory=dict)  # what is gathered
    n_gathered: list[int] = field(default_factory=lambda: [0, 0])  # what is not batched, what is
    buffers: dict[Temporary, Buffer] = field(default_factory=dict)
    free: dict[tuple[int, bool], list[int]] = field(default_factory=dict)
    n_flows: dict[tuple[int, bool], int] = field(default_factory=dict)
    known: dict[tuple[Nodes, bool], Slice | Scattered] = field(default_factory=dict)
    numbers: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)  # by places
    steps: list[Step] = field(default_factory=list)

    def placed(self, steps: Sequence[Step], over: dict[int, list[Temporary]]) -> list[Step]:
        """The steps with their operands placed, and gathers before them; buffers are free again
        after the steps in `over`."""
        self.steps = []
        for number, (group, kernel) in enumerate(steps):
            moved = self.kernel(group, kernel)
            if moved is not None:
                self.steps.append(Step(group, moved))
            for temporary in over.get(number, ()):
                if temporary in self.buffers:
                    buffer = self.buffers.pop(temporary)
                    self.free[buffer.rows, buffer.batched].append(buffer.number)
        return self.steps

    def kernel(self, group: int, kernel: Kernel) -> Kernel | None:
        """A kernel over rows and buffers; None for a flow that is where it belongs already."""
        placed: Kernel
        match kernel:
            case ScatterAdd() if kernel.source in self.direct:
                return None
            case Elementwise() | Reduction() | SumOfProducts() | Scan() | Sweep() | ScatterAdd():
                placed = with_operands(kernel, partial(self.read, group), self.write)
            case MatrixProduct():
                placed = self.product(group, kernel)
            case BatchedProduct():
                side_by_side = partial(self.read, group, one_by_one=True, adjacent=True)
                placed = with_operands(kernel, side_by_side, self.write)
            case Pick(index, other, output, height) | PickAdjoint(index, other, output, height):
                index = self.read(group, index, one_by_one=True)
                other = self.read(group, other, one_by_one=True, adjacent=True)
                placed = type(kernel)(index, other, self.write(output), height)
            case Clear():
                placed = with_operands(kernel, self.scattered)
            case Gather() | Sums() | Chain() | Loop():
                raise TypeError(f"layout comes after matrices, and met {shown(kernel)}")
            case _:
                assert_never(kernel)
        return placed

    def product(self, group: int, kernel: MatrixProduct) -> MatrixProduct:
        m, k, p = kernel.m, kernel.k, kernel.p
        left, right = kernel.left, kernel.right
        if kernel.transposed == "right":
            left = self.read(group, left)
        else:
            assert isinstance(left, Nodes)
            left = self.weights(group, left, m, k)
        adjacent = kernel.transposed != "left"
        together = p > 1 or right in self.pairs
        right = self.read(group, right, one_by_one=adjacent, adjacent=adjacent and together)
        return kernel._replace(left=left, right=right, output=self.write(kernel.output))

    def read(
        self, group: int, operand: Operand, *, one_by_one: bool = False, adjacent: bool = False
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
            self.steps.append(Step(group, Gather(rows, buffer)))
        return self.found[key]

    def place(self, nodes: Nodes, *, repeated: bool) -> Slice | Scattered:
        """A slice where the rows lie evenly; with `repeated` one row may stand for all."""
        if len(nodes.places) == 1:  # as all are in deep graphs
            (row,) = numbers_of(nodes, self.rows)
            return Slice(nodes.batched, nodes.gradient, row, row + 1, 1)
        key = nodes, repeated
        if key not in self.known:
            rows = self.scattered(nodes)
            alike = repeated and len(set(nodes.places)) == 1
            self.known[key] = as_slice(nodes, rows.numbers[:1] if alike else rows.numbers) or rows
        return self.known[key]

    def weights(self, group: int, nodes: Nodes, m: int, k: int) -> Operand:
        """A matrix of rows of K; gathered, where they do not lie evenly, by what uses it first."""
        key = (nodes.places, m, k)
        if key not in self.found:
            scattered = self.scattered(nodes)
            matrix = as_matrix(scattered.numbers, m, k, self.rows.n_others)
            self.found[key] = matrix or Buffer("w", len(self.found) + 1, m * k, batched=False)
            if matrix is None:
                self.steps.append(Step(group, Gather(scattered, self.found[key], k)))
        return self.found[key]

    def scattered(self, operand: Operand) -> Scattered:
        assert isinstance(operand, Nodes)
        if operand.places not in self.numbers:
            self.numbers[operand.places] = numbers_of(operand, self.rows)
        return Scattered(operand.batched, operand.gradient, self.numbers[operand.places])

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
