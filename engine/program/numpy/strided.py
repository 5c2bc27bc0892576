"""Rows at constant strides along a few axes: a view shows them, and nothing need be copied."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import prod
from operator import mul, sub
from typing import NamedTuple

import numpy as np

MOST_AXES = 5
Shape = tuple[int, ...]


class Strided(NamedTuple):
    """The rows first + Σ index·stride, the last axis fastest. Where the stride is 0, one row stands
    for all along the axis."""

    first: int
    shape: Shape
    strides: Shape


def find_strides(numbers: Sequence[int]) -> Strided | None:
    """These rows in this order as strides along as few axes as can be; None where more than a few
    would be needed.

    >>> find_strides([5, 5, 6, 6, 7, 7])
    Strided(first=5, shape=(3, 2), strides=(1, 0))
    """
    if not len(numbers) or not may_be_strided(numbers):
        return None
    shape: list[int] = []
    strides: list[int] = []
    rows = numbers
    while len(rows) > 1:
        steps = list(map(sub, rows[1:], rows))
        stride, length = steps[0], len(rows)
        if steps.count(stride) < len(steps):
            length = next(k for k, step in enumerate(steps, 1) if step != stride)
        if len(rows) % length or length == 1 or len(shape) == MOST_AXES:
            return None
        del steps[length - 1 :: length]  # those from the end of a block to the next one
        if steps.count(stride) < len(steps):
            return None
        shape.insert(0, length)
        strides.insert(0, stride)
        rows = rows[::length]
    return Strided(numbers[0], tuple(shape) or (1,), tuple(strides) or (1,))


def may_be_strided(numbers: Sequence[int]) -> bool:
    """False where the first four show that there are no strides, as of rows that lie anywhere."""
    if len(numbers) < 3 or numbers[2] - numbers[1] == numbers[1] - numbers[0]:
        return True
    return len(numbers) % 2 == 0 and numbers[3] - numbers[2] == numbers[1] - numbers[0]


def refined(strided: Strided, shape: Shape) -> Strided:
    """The same rows with more axes: each axis is split, so that the shape is this one."""
    axes, strides = list(shape), []
    for length, stride in zip(reversed(strided.shape), reversed(strided.strides)):
        while length > 1:
            part = axes.pop()
            if part == 1:
                strides.append(0)
                continue
            strides.append(stride)
            stride, length = stride * part, length // part
    strides += [0] * len(axes)
    return Strided(strided.first, shape, tuple(reversed(strides)))


def common_shape(shapes: Iterable[Shape]) -> Shape | None:
    """The coarsest shape into which all of these can be split; None where there is none.

    >>> common_shape([(64, 16), (4, 256)])
    (4, 16, 16)
    """
    shapes = set(shapes)
    if len(shapes) == 1 and len(next(iter(shapes))) == 1:  # as most are
        return shapes.pop()
    cuts = {cut for shape in shapes for cut in accumulate(reversed(shape), mul, initial=1)}
    ordered = sorted(cuts)
    if any([large % small for small, large in pairwise(ordered)]):
        return None
    return tuple([large // small for small, large in pairwise(ordered)][::-1]) or (1,)


def without_repeats(strided: Strided) -> Strided:
    """Of rows that stand for several along an axis, one: arithmetic broadcasts it."""
    shape = tuple([n if stride else 1 for n, stride in zip(strided.shape, strided.strides)])
    return strided._replace(shape=shape)


def has_no_repeats(strided: Strided) -> bool:
    """Whether no row comes twice."""
    return int(np.bincount(rows_of(strided).ravel()).max()) == 1


def axes_apart(strided: Strided) -> list[int]:
    """The axes without which no row comes twice, but for those of stride 0: the shortest
    ones, as those of a kernel that goes over an image."""
    repeated = [axis for axis, stride in enumerate(strided.strides) if not stride]
    moving = [axis for axis in range(len(strided.shape)) if axis not in repeated]
    moving.sort(key=lambda axis: strided.shape[axis])
    for count in range(len(moving)):
        apart = moving[:count]
        if has_no_repeats(rest_of(strided, dict.fromkeys(repeated + apart, 0))):
            return sorted(apart)
    return moving


def rest_of(strided: Strided, at: Mapping[int, int]) -> Strided:
    """The rows along the other axes, where these axes have these indices."""
    first = strided.first + sum([k * strided.strides[axis] for axis, k in at.items()])
    axes = [axis for axis in range(len(strided.shape)) if axis not in at]
    shape, strides = [tuple([along[axis] for axis in axes]) for along in strided[1:]]
    return Strided(first, shape, strides)


def rows_of(strided: Strided) -> "np.ndarray[Shape, np.dtype[np.int64]]":
    """All rows, one for each index."""
    total = np.full(strided.shape, strided.first)
    for axis, (n, stride) in enumerate(zip(strided.shape, strided.strides)):
        line = np.arange(n) * stride
        total += line.reshape([-1 if k == axis else 1 for k in range(len(strided.shape))])
    return total


def as_range(strided: Strided) -> "range | None":
    """The rows, if they lie evenly and each comes once, as a range."""
    axes = [(n, stride) for n, stride in zip(strided.shape, strided.strides) if n > 1]
    for (_, outer), (n, inner) in pairwise(axes):
        if outer != n * inner:
            return None
    step = axes[-1][1] if axes else 1
    if step < 1:
        return None
    return range(strided.first, strided.first + prod(strided.shape) * step, step)
