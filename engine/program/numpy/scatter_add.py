"""ScatterAdd as NumPy calls: strided rows are added as they lie, others by index."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from engine.program.kernels import Buffer, Operand, ScatterAdd, Scattered, Slice
from engine.program.numpy.setup import width
from engine.program.numpy.strided import (
    Strided,
    as_range,
    axes_apart,
    find_strides,
    may_be_strided,
    rest_of,
    without_repeats,
)
from engine.program.numpy.writer import Writer
from engine.program.operands import at_start, row_numbers

MOST_STEPS = 64  # in which rows that overlap are added, as those of a convolution do


def scatter_add(writer: Writer, kernel: ScatterAdd) -> None:
    source, target = kernel.source, kernel.target
    rows = source.rows // kernel.repeat
    to_slice = isinstance(at_start(target), Slice) and not kernel.order
    if to_slice and source.batched == target.batched:
        add_as_seen(writer, kernel)
        return
    name = writer.name(source)
    if kernel.repeat > 1:
        name = writer.shaped(name, rows, f"{kernel.repeat} * n")
    strided = strided_steps(kernel, rows)
    if source.batched and not target.batched:
        ones = writer.ones(kernel.repeat)  # a product takes less time than add.reduce
        if to_slice and kernel.first:
            writer.line(f"np.matmul({name}, {ones}, out={writer.name(target)})")
            return
        if strided is None and (kernel.starts or not kernel.order):
            name = f"{name} @ {ones}"
        else:  # what is seen in another shape, or taken from, needs a name
            total = writer.scratch(9, rows, False)
            writer.line(f"np.matmul({name}, {ones}, out={total})")
            name = total
    if strided is None:
        add_by_index(writer, name, kernel, rows)
    else:
        add_strided(writer, name, kernel, *strided)


def add_rows(writer: Writer, into: str, name: str, *, first: bool) -> None:
    add = f"np.add({into}, {name}, out={into})"
    writer.line(f"{into}[:] = {name}" if first else add)


def add_as_seen(writer: Writer, kernel: ScatterAdd) -> None:
    """Row for row, where a row of the source may stand for many."""
    rows = kernel.target.rows
    shape = writer.common_shape([(kernel.source, rows), (kernel.target, rows)], rows)
    (name, _), (into, _) = [writer.seen(x, rows, shape) for x in (kernel.source, kernel.target)]
    add_rows(writer, into, name, first=kernel.first)


def add_by_index(writer: Writer, name: str, kernel: ScatterAdd, rows: int) -> None:
    """Add rows to those with these numbers, segments of them summed first."""
    order, starts, target = kernel.order, kernel.starts, kernel.target
    all_at_once = len(starts) == 1 and len(order) == kernel.source.rows
    in_order = not order or all_at_once or order == tuple(range(rows))
    if starts and not in_order:
        writer.called.add("sums_of_segments")
        name = f"sums_of_segments({name}, {writer.index(order)}, {writer.index(starts)})"
    elif not in_order:
        name = f"{name}.take({writer.index(order)}, axis=0)"
    elif len(starts) == 1:
        name = f"np.add.reduce({name}, axis=0)"
    elif starts:
        name = f"np.add.reduceat({name}, {writer.index(starts)})"
    if isinstance(at_start(target), Scattered):
        space, index = writer.scattered(target)
        if kernel.first:
            writer.line(f"{space}[{index}] = {name}")
        else:
            writer.called.add("add_to")
            writer.line(f"add_to({space}, {index}, {name})")
    else:
        add_rows(writer, writer.name(target), name, first=kernel.first)


def add_strided(
    writer: Writer, name: str, kernel: ScatterAdd, strided: Strided, apart: Sequence[int]
) -> None:
    """Add rows to strided rows, seen as they lie: those that go to one are summed first along the
    axes of stride 0, the others, along the axes `apart`, step by step."""
    target = kernel.target
    name = writer.spread(name, kernel.source, strided.shape, target.batched)
    if apart and kernel.first:
        write_zeros(writer, target)
    first = kernel.first and not apart
    for index in product(*[range(strided.shape[axis]) for axis in apart]):
        at = dict(zip(apart, index))
        where = ", ".join([str(at.get(axis, ":")) for axis in range(len(strided.shape))])
        step = f"{name}[{where}]" if at else name
        add_once(writer, target, rest_of(strided, at), step, first=first)


def strided_steps(kernel: ScatterAdd, rows: int) -> tuple[Strided, list[int]] | None:
    """The rows to which those of the source go, and the axes along which they go step by step; None
    where they are not strided, or where there are too many steps."""
    target, strided = kernel.target, strided_target(kernel, rows)
    if strided is None:
        return None
    apart = axes_apart(strided)
    if prod([strided.shape[axis] for axis in apart]) > MOST_STEPS:
        return None
    whole = range(target.rows)
    if isinstance(target, Buffer) and as_range(without_repeats(strided)) != whole:
        return None
    return strided, apart


def strided_target(kernel: ScatterAdd, rows: int) -> Strided | None:
    """The rows to which those of the source go; None where they are not strided."""
    target = kernel.target
    if isinstance(target, Scattered) or (kernel.order and isinstance(target, Slice | Buffer)):
        if kernel.order and not may_be_strided(first_targets(kernel, rows)):
            return None
        numbers = targets_of(kernel, rows)
        return find_strides(numbers) if len(numbers) == rows else None  # one row may stand for many
    return None


def first_targets(kernel: ScatterAdd, rows: int) -> list[int]:
    """Where in the target the first three or four rows go to, which tells rows that lie anywhere
    sooner than all of them would."""
    if len(kernel.order) < rows:
        return []
    ends = kernel.starts or range(len(kernel.order))
    places = [kernel.order.index(row) for row in range(min(rows, 4 - rows % 2))]
    numbers = row_numbers(kernel.target)
    return [numbers[bisect_right(ends, place) - 1] for place in places]


def targets_of(kernel: ScatterAdd, rows: int) -> Sequence[int]:
    """Where each row of the source goes to; nothing, where some go nowhere."""
    numbers = row_numbers(kernel.target)
    if not kernel.order:
        return numbers
    if len(kernel.order) < rows:
        return ()
    counts = np.diff([*kernel.starts, rows]) if kernel.starts else 1
    found = np.empty(rows, int)
    found[list(kernel.order)] = np.repeat(numbers, counts)
    return found.tolist()


def write_zeros(writer: Writer, target: Operand) -> None:
    """The rows of a target become 0."""
    if isinstance(target, Slice):
        writer.line(f"{writer.name(target)}[:] = 0.0")
    else:
        space, numbers = writer.scattered(target)
        writer.line(f"{space}[{numbers}] = 0.0")


def add_once(writer: Writer, target: Operand, strided: Strided, name: str, *, first: bool) -> None:
    """Add rows to strided rows, each of which comes once but along axes of stride 0."""
    once = without_repeats(strided)
    if isinstance(target, Buffer):
        into = writer.shaped(writer.name(target), *once.shape, width(target.batched))
    else:
        into = writer.strided_view(once, Scattered(target.batched, True, ()))
    repeated = tuple([axis for axis, stride in enumerate(strided.strides) if not stride])
    if repeated:
        total = into if first else writer.scratch_of(8, once.shape, target.batched)
        axis = repeated[0] if len(repeated) == 1 else repeated
        writer.line(f"np.add.reduce({name}, axis={axis}, keepdims=True, out={total})")
        name = total
    if name != into:
        add_rows(writer, into, name, first=first)
