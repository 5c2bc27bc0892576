"""Functions that a program's source takes along, where its lines call them."""

from typing import Any

import numpy as np


def arrays(text: str, kind: type) -> list[Any]:
    """An array of the numbers in each line."""
    return [np.fromstring(line, kind, sep=" ") for line in text.splitlines()[1:]]


def rows(array: Any, slices: str) -> list[Any]:
    """The rows of an array at each of the slices, as "0:8 18:21:2"."""
    return [array[slice(*map(int, each.split(":")))] for each in slices.split()]


def buffers(heights: str, columns: int) -> list[Any]:
    """An array of each height."""
    return [np.empty((int(height), columns)) for height in heights.split()]


def take(array: Any, index: Any, out: Any) -> None:
    """The rows of an array with these numbers, none of which is too large."""
    array.take(index, 0, out, "clip")


def add_to(array: Any, index: Any, rows: Any) -> None:
    """array[index] += rows, which takes longer: each of the numbers comes once."""
    total = array.take(index, 0, None, "clip")
    total += rows
    array[index] = total


def sums_of_segments(rows: Any, order: Any, starts: Any) -> Any:
    """The rows in this order, and of these the sum of each segment that begins at a start."""
    return np.add.reduceat(rows.take(order, 0), starts)


def checked(index: Any, count: int) -> Any:
    """Numbers as ints from 0 to count - 1. Raises ValueError where one is none."""
    rows = index.astype(int)
    if (rows != index).any() or (rows.view(np.uint64) >= count).any():
        raise ValueError(f"an index must be from 0 to {count - 1}")
    return rows


def view(rows: Any, first: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Rows at these strides along the axes of this shape, seen as they lie."""
    row, column = rows.strides
    steps = [row * stride for stride in strides]
    shape = (*shape, rows.shape[1])
    return np.lib.stride_tricks.as_strided(rows[first:], shape, (*steps, column))


def sum_over_blocks(left: Any, right: Any, products: Any, out: Any) -> None:
    """The sum of left · rightᵀ over the blocks of both, of which there may be only one."""
    if len(right) == 1:
        np.matmul(left[0], right[0].T, out=out)
        return
    np.matmul(right, left.transpose(0, 2, 1), out=products)
    np.add.reduce(products, axis=0, out=out.T)


def running(ufunc: Any, start: Any, others: Any, rows: Any) -> None:
    """Each of the rows from the one before it and one of the others: at once where a row is short,
    and else row by row, as several numbers of a row are computed at once."""
    if rows.shape[1] < 128:
        rows[:] = others
        ufunc(start, rows[:1], out=rows[:1])
        ufunc.accumulate(rows, axis=0, out=rows)
        return
    (before,) = start
    for other, row in zip(np.broadcast_to(others, (len(rows), others.shape[1])), rows):
        ufunc(before, other, out=row)
        before = row


def sweep(edges: Any, gradients: Any, *partials: Any) -> None:
    """Along one edge after the other, gradients[input] += partial * gradients[operation]: by plain
    numbers where a row is one, or else row by row."""
    if gradients.shape[1] == 1:
        numbers = [number for each in partials for number in each[:, 0].tolist()]
        found = gradients[:, 0].tolist()
        for partial, operation, input, adds in edges:
            flow = numbers[partial] * found[operation]
            found[input] = found[input] + flow if adds else flow
        gradients[:, 0] = found
        return
    rows, numbers = list(gradients), [row for each in partials for row in each]
    flow = np.empty_like(rows[0])
    for partial, operation, input, adds in edges:
        row = rows[input]
        np.multiply(numbers[partial], rows[operation], out=flow if adds else row)
        if adds:
            np.add(row, flow, out=row)


def by_numbers(loop: Any) -> bool:
    """Whether a loop is done in plain numbers: what it gives is written once all is computed.
    Where Python raises an error, arrays go on with what is not finite."""
    try:
        written = loop()
    except (ArithmeticError, ValueError):
        return False
    for array, numbers in written:
        array[:] = numbers
    return True
