"""Data: samples and targets as arrays of finite numbers, or an error that names row and column."""

from typing import Any

import numpy as np

from engine import Index, Value
from engine.messages import brief, counted, shown
from nn.losses.losses import Loss
from nn.losses.targets import CLASSES, NUMBER_THE_CLASSES, Sizes
from nn.tree import place_labels

Array = np.ndarray[Any, np.dtype[np.float64]]

NUMBER_THE_TOKENS = (
    "number the letters or words, for an Embedding: names = sorted(set(text)), then "
    "[names.index(each) for each in text]"
)


def as_array(items: Any, what: str) -> Array:
    """Rows of numbers, nested to any depth, as a float64 array: lists, arrays of any type, tables
    (pandas, Polars).

    Raises ValueError for no rows, rows of different shapes, nan or inf, what is masked, and texts
    that are no numbers; TypeError for what is not a real number, OverflowError for an int that is
    too large. Rows and columns are counted from 0.

    >>> as_array([[1, 2], [3]], "samples")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: samples: row 1 has shape (1,), but row 0 has shape (2,); ...
    """
    if hasattr(items, "to_numpy"):
        items = items.to_numpy()
    kind = getattr(getattr(items, "dtype", None), "kind", "f")
    if kind in "cmM":
        raise TypeError(f"{what}: real numbers are needed, but {items.dtype} was given")
    try:
        array = np.asarray(items, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _fault(items, what, error) from None
    if isinstance(items, np.ma.MaskedArray):
        array = np.ma.filled(items.astype(np.float64), np.nan)
    if array.ndim == 0:
        raise TypeError(f"{what}: a list is needed, but {shown(items)} was given")
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
    if isinstance(items, np.ndarray):
        items = items.tolist()
    if isinstance(items, str):
        given = f"{what} is the text {shown(items)}, but must be a number"
        hint = NUMBER_THE_TOKENS if "samples" in what else NUMBER_THE_CLASSES
        return ValueError(f"{given}; {hint}")
    if not isinstance(items, (list, tuple)):
        if isinstance(error, OverflowError):
            return OverflowError(f"{what}: {brief(error)}")
        needed = "a list or an array" if item == "row" else "a number"
        return TypeError(f"{what}: {needed} is needed, but {shown(items)} was given")
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
            return ValueError(f"{what}: {differ}; sequences are filled up to one length")
    return error


def as_samples(items: Any, what: str) -> Array:
    """Samples of any shape, as an array of shape (n, …). Raises as `as_array` does."""
    samples = as_array(items, what)
    if samples.ndim < 2:
        raise ValueError(
            f"{what}: the shape is {samples.shape}, but must be (n, features), or have more axes: "
            "for samples of one number each write [[x] for x in X], or X.reshape(-1, 1); for a "
            "single sample [x]"
        )
    return samples


def are_indices(items: Any) -> bool:
    """Whether these are whole numbers from 0 on, by their type: classes, tokens. They are checked
    already: none is of another length.

    >>> are_indices([[0, 2]]), are_indices([[0.0, 2.0]]), are_indices([[0, -2]])
    (True, False, False)
    """
    array = np.asarray(items.to_numpy() if hasattr(items, "to_numpy") else items)
    if array.dtype.kind == "O":  # pandas' Int64, or columns of several types
        array = np.asarray(array.tolist())
    return array.dtype.kind in "iu" and bool((array >= 0).all())


def check_counts(samples: Array, targets: Array, what: str) -> None:
    """Raises ValueError unless there is one target for each sample."""
    if len(targets) != len(samples):
        given = f"{counted(len(samples), 'sample')} and {counted(len(targets), 'target')}"
        turn = f": write X.T for the shape {samples.T.shape}" if samples.ndim == 2 else ""
        turn = turn if len(targets) == samples.shape[1] else ""
        raise ValueError(f"{what}: {given} were given, but each sample needs one target{turn}")


def encode_targets(targets: Array, loss: Loss, sizes: Sizes, what: str) -> Array:
    """The targets as the loss sees them, a row for each; as given, for a loss of your own.

    Raises ValueError for what the loss refuses.
    """
    if loss.targets is None:
        return targets
    name, n_outputs = loss.__name__, sum(sizes)
    if loss.targets is not CLASSES and targets.size == len(targets) and n_outputs > 1:
        raise ValueError(
            f"{name}: {what}: there is one number for each sample, but the model has {n_outputs} "
            f"outputs: for class numbers use softmax_cross_entropy, or one-hot rows, "
            f"np.eye({n_outputs})[targets]; else give the model one output"
        )
    encoded = loss.targets.encode_all(targets.reshape(len(targets), -1), sizes)
    if encoded is not None:
        return np.asarray(encoded, dtype=np.float64)
    rows = [  # which raises for the first that is refused
        loss.targets.encode(target, sizes, f"{name}: {what}: row {index}")
        for index, target in enumerate(targets.tolist())
    ]
    return np.array(rows, dtype=np.float64)


def make_leaves(sample: Array, *, indices: bool) -> list[Value]:
    """A labelled leaf for each number of a sample."""
    kind = Index if indices else Value
    labels = place_labels("x", sample.shape)
    return [kind(x, label) for x, label in zip(sample.ravel().tolist(), labels)]
