"""Rows that walk with constant strides along a few axes: what is seen so need not be copied."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import prod
from operator import mul
from typing import NamedTuple

import numpy as np

MOST_AXES = 5
Shape = tuple[int, ...]


class Walk(NamedTuple):
    """The rows first + Σ index·stride, the last axis fastest. Where the stride is 0, one row stands
    for all along the axis."""

    first: int
    shape: Shape
    strides: Shape


def walk_of(numbers: Sequence[int]) -> Walk | None:
    """The walk that visits these rows in this order, by as few axes as can be; None where there is
    none of a few axes.

    >>> walk_of([5, 5, 6, 6, 7, 7])
    Walk(first=5, shape=(3, 2), strides=(1, 0))
    """
    if not len(numbers):
        return None
    rows = np.asarray(numbers)
    shape: list[int] = []
    strides: list[int] = []
    while len(rows) > 1:
        steps = np.diff(rows)
        other = np.flatnonzero(steps != steps[0])
        length = int(other[0]) + 1 if len(other) else len(rows)
        blocks = rows.reshape(-1, length) if len(rows) % length == 0 else None
        if blocks is None or length == 1 or len(shape) == MOST_AXES:
            return None
        if (np.diff(blocks, axis=1) != steps[0]).any():
            return None
        shape.insert(0, length)
        strides.insert(0, int(steps[0]))
        rows = blocks[:, 0]
    return Walk(int(numbers[0]), tuple(shape) or (1,), tuple(strides) or (1,))


def refined(walk: Walk, shape: Shape) -> Walk:
    """The same rows with more axes: each axis is split, so that the shape is this one."""
    axes, strides = list(shape), []
    for length, stride in zip(reversed(walk.shape), reversed(walk.strides)):
        while length > 1:
            part = axes.pop()
            if part == 1:
                strides.append(0)
                continue
            strides.append(stride)
            stride, length = stride * part, length // part
    strides += [0] * len(axes)
    return Walk(walk.first, shape, tuple(reversed(strides)))


def common_shape(shapes: Iterable[Shape]) -> Shape | None:
    """The coarsest shape into which all of these can be split; None where there is none.

    >>> common_shape([(64, 16), (4, 256)])
    (4, 16, 16)
    """
    cuts = {cut for shape in shapes for cut in accumulate(reversed(shape), mul, initial=1)}
    ordered = sorted(cuts)
    if any([large % small for small, large in pairwise(ordered)]):
        return None
    return tuple([large // small for small, large in pairwise(ordered)][::-1]) or (1,)


def without_repeats(walk: Walk) -> Walk:
    """Of rows that stand for several along an axis, one: arithmetic broadcasts it."""
    shape = tuple([n if stride else 1 for n, stride in zip(walk.shape, walk.strides)])
    return walk._replace(shape=shape)


def visits_once(walk: Walk) -> bool:
    """Whether no row comes twice."""
    return int(np.bincount(rows_of(walk).ravel()).max()) == 1


def axes_apart(walk: Walk) -> list[int]:
    """The axes without which no row comes twice, but for those on which the walk stands still: the
    shortest ones, as those of a kernel that goes over an image."""
    still = [axis for axis, stride in enumerate(walk.strides) if not stride]
    moving = [axis for axis in range(len(walk.shape)) if axis not in still]
    moving.sort(key=lambda axis: walk.shape[axis])
    for count in range(len(moving)):
        apart = moving[:count]
        if visits_once(rest_of(walk, dict.fromkeys(still + apart, 0))):
            return sorted(apart)
    return moving


def rest_of(walk: Walk, at: Mapping[int, int]) -> Walk:
    """The walk along the other axes, where these axes have these indices."""
    first = walk.first + sum([k * walk.strides[axis] for axis, k in at.items()])
    axes = [axis for axis in range(len(walk.shape)) if axis not in at]
    shape, strides = [tuple([along[axis] for axis in axes]) for along in walk[1:]]
    return Walk(first, shape, strides)


def rows_of(walk: Walk) -> "np.ndarray[Shape, np.dtype[np.int64]]":
    """All rows, one for each index."""
    total = np.full(walk.shape, walk.first)
    for axis, (n, stride) in enumerate(zip(walk.shape, walk.strides)):
        line = np.arange(n) * stride
        total += line.reshape([-1 if k == axis else 1 for k in range(len(walk.shape))])
    return total


def as_range(walk: Walk) -> "range | None":
    """The rows, if they lie evenly and each comes once, as a range."""
    axes = [(n, stride) for n, stride in zip(walk.shape, walk.strides) if n > 1]
    for (_, outer), (n, inner) in pairwise(axes):
        if outer != n * inner:
            return None
    step = axes[-1][1] if axes else 1
    if step < 1:
        return None
    return range(walk.first, walk.first + prod(walk.shape) * step, step)
