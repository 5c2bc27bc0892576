"""Data: samples and targets as arrays of finite numbers, or an error that names row and column."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.checks import pluralize
from nn.losses.losses import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]


def as_array(items: Any, what: str) -> Array:
    """Rows of numbers, nested to any depth, as a float64 array.

    Raises ValueError for no rows, rows of different shapes, and nan or inf; TypeError for what is
    not a number, OverflowError for an int that is too large. Rows and columns are pluralize from 0.

    >>> as_array([[1, 2], [3]], "samples")
    Traceback (most recent call last):
    ValueError: samples: row 1 has shape (1,), but row 0 has shape (2,)
    """
    try:
        array = np.asarray(items, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _fault(items, what, error) from None
    if array.ndim == 0:
        raise TypeError(f"{what}: a list is needed, but {items!r} was given")
    if array.size == 0:
        raise ValueError(f"{what}: there are no numbers: the shape is {array.shape}")
    finite = np.isfinite(array)
    if not finite.all():
        row, *place = np.argwhere(~finite)[0].tolist()
        column = f", column {', '.join(map(str, place))}" if place else ""
        number = array[(row, *place)]
        raise ValueError(f"{what}: row {row}{column} is {number}, but must be finite")
    return array


def _fault(items: Any, what: str, error: Exception, item: str = "row") -> Exception:
    """Why the items are not an array: the first row that is not one, or has another shape."""
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
            differ = f"{item} {index} has shape {shape}, but {item} 0 has shape {first}"
            return ValueError(f"{what}: {differ}")
    return error


def as_samples(items: Any, what: str) -> Array:
    """Samples of any shape, as an array of shape (n, …). Raises as `as_array` does."""
    samples = as_array(items, what)
    if samples.ndim < 2:
        needed = "(n, features), or have more axes"
        raise ValueError(f"{what}: the shape is {samples.shape}, but must be {needed}")
    return samples


def as_targets(items: Any, loss: Loss, n_samples: int, n_outputs: int, what: str) -> Array:
    """The targets as the loss sees them: shape (n, n_outputs); as given, for a loss of your own.

    Raises as `as_array` does, and ValueError for too few, too many, or what the loss refuses.
    """
    targets = as_array(items, what)
    if len(targets) != n_samples:
        given = f"{pluralize(n_samples, 'sample')} and {pluralize(len(targets), 'target')}"
        raise ValueError(f"{what}: {given} were given, but each sample needs one target")
    if loss.targets is None:
        return targets
    rows = [
        loss.targets.encode(target, n_outputs, f"{loss.__name__}: {what}: row {index}")
        for index, target in enumerate(targets.tolist())
    ]
    return np.array(rows, dtype=np.float64)


def make_labels(letter: str, shape: Sequence[int]) -> list[str]:
    """A name for each number of a sample: by its place, pluralize from 1.

    >>> make_labels("x", (2, 2)), make_labels("t", ())
    (['x1,1', 'x1,2', 'x2,1', 'x2,2'], ['t'])
    """
    places = np.ndindex(*shape)
    return [letter + ",".join(str(index + 1) for index in place) for place in places]
