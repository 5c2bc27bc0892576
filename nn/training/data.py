"""Data: samples and targets as arrays of finite numbers, or an error that names row and column."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.checks import counted
from nn.losses.losses import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]


def numbers_of(items: Any, what: str) -> Array:
    """Rows of numbers, nested to any depth, as a float64 array.

    Raises ValueError for no rows, rows of different shapes, and nan or inf; TypeError for what is
    not a number, OverflowError for an int that is too large. Rows and columns are counted from 0.

    >>> numbers_of([[1, 2], [3]], "samples")
    Traceback (most recent call last):
    ValueError: samples: row 1 has the shape (1,) and row 0 (2,), and they must be equal
    """
    try:
        array = np.asarray(items, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _fault(items, what, error) from None
    if array.ndim == 0:
        raise TypeError(f"{what}: a list is needed, and {items!r} was given")
    if array.size == 0:
        raise ValueError(f"{what}: nothing was given: the shape is {array.shape}")
    finite = np.isfinite(array)
    if not finite.all():
        row, *place = np.argwhere(~finite)[0].tolist()
        column = f", column {', '.join(map(str, place))}" if place else ""
        number = array[(row, *place)]
        raise ValueError(f"{what}: row {row}{column} is {number}, and a finite number is needed")
    return array


def _fault(items: Any, what: str, error: Exception, item: str = "row") -> Exception:
    """Why the items are no array: the first row that is none itself, or has another shape."""
    if not isinstance(items, (list, tuple)):
        return type(error)(f"{what}: {error}")
    first: tuple[int, ...] | None = None
    for index, row in enumerate(items):
        try:
            shape = np.asarray(row, dtype=np.float64).shape
        except (TypeError, ValueError, OverflowError) as inner:
            return _fault(row, f"{what}: {item} {index}", inner, "column")
        if first is None:
            first = shape
        if shape != first:
            differ = f"{item} {index} has the shape {shape} and {item} 0 {first}"
            return ValueError(f"{what}: {differ}, and they must be equal")
    return error


def samples_of(items: Any, what: str) -> Array:
    """Samples of any shape, as an array of shape (n, …). Raises as `numbers_of` does."""
    samples = numbers_of(items, what)
    if samples.ndim < 2:
        shape = f"the shape {samples.shape}"
        raise ValueError(f"{what}: {shape} was given, and (n, features) is needed, or more axes")
    return samples


def targets_of(items: Any, loss: Loss, n_samples: int, n_outputs: int, what: str) -> Array:
    """The targets as the loss sees them: shape (n, n_outputs); for a loss of one's own, as given.

    Raises as `numbers_of` does, and ValueError for too few, too many, or what the loss refuses.
    """
    targets = numbers_of(items, what)
    if len(targets) != n_samples:
        given = f"{counted(n_samples, 'sample')} and {counted(len(targets), 'target')}"
        raise ValueError(f"{what}: {given} were given, and as many of each are needed")
    if loss.targets is None:
        return targets
    rows = [
        loss.targets.encode(target, n_outputs, f"{loss.__name__}: {what}: row {index}")
        for index, target in enumerate(targets.tolist())
    ]
    return np.array(rows, dtype=np.float64)


def nested(items: Sequence[Any], shape: Sequence[int]) -> Any:
    """The items as lists in lists of this shape; for the shape (), the one item.

    >>> nested([1, 2, 3, 4], (2, 2))
    [[1, 2], [3, 4]]
    """
    if not shape:
        return items[0]
    if len(shape) == 1:
        return list(items)
    size = len(items) // shape[0]
    return [nested(items[k : k + size], shape[1:]) for k in range(0, len(items), size)]


def labels(letter: str, shape: Sequence[int]) -> list[str]:
    """A name for each number of a sample: by its place, counted from 1.

    >>> labels("x", (2, 2)), labels("t", ())
    (['x1,1', 'x1,2', 'x2,1', 'x2,2'], ['t'])
    """
    places = np.ndindex(*shape)
    return [letter + ",".join(str(index + 1) for index in place) for place in places]
