"""What a program is given is checked."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.floats import finite
from engine.messages import brief, shown
from engine.value import Value

Array = np.ndarray[Any, np.dtype[np.float64]]


def as_values(given: Any, what: str) -> list[Value]:
    """The outputs, inputs or parameters as a list. Raises TypeError for what is no list."""
    if isinstance(given, Value):
        raise TypeError(f"Program: {what} is {shown(given)}, and a list is needed: put it in [ ]")
    try:
        return list(given)
    except TypeError:
        way = {"outputs": ": write model(inputs)", "parameters": ": write model.parameters()"}
        hint = way.get(what, "") if callable(getattr(given, "parameters", 0)) else ""
        needed = f"a list of Values is needed{hint}"
        raise TypeError(f"Program: {what} is {shown(given)}, and {needed}") from None


def flattened(given: object, what: str) -> str:
    """What to write instead of a list of lists."""
    return f": write [x for xs in {what} for x in xs]" if isinstance(given, list | tuple) else ""


def check_outputs(outputs: Sequence[Value]) -> None:
    """Every one is a Value."""
    for k, output in enumerate(outputs):
        if not isinstance(output, Value):
            needed = f"a Value is needed{flattened(output, 'outputs')}"
            raise TypeError(f"Program: output {k} is {shown(output)}, and {needed}")


def check_leaves(inputs: Sequence[Value], parameters: Sequence[Value]) -> None:
    """Every one is a leaf, and comes once."""
    seen: set[Value] = set()
    kinds = ("input", inputs), ("parameter", parameters)
    for kind, leaves in kinds:
        for k, leaf in enumerate(leaves):
            if not isinstance(leaf, Value):
                hint = flattened(leaf, f"{kind}s")
                raise TypeError(f"Program: {kind} {k} ({shown(leaf)}) is not a Value{hint}")
            if leaf.inputs:
                problem = "is computed from other values, so it is not a leaf"
                raise ValueError(f"Program: {kind} {k} ({shown(leaf)}) {problem}")
            if leaf in seen:
                all_leaves = [(x, f"{name} {j}") for name, xs in kinds for j, x in enumerate(xs)]
                problem = f"is already {next(place for x, place in all_leaves if x is leaf)}"
                raise ValueError(f"Program: {kind} {k} ({shown(leaf)}) {problem}")
            seen.add(leaf)


def checked_numbers(leaves: Sequence[Value], given: list[Any]) -> list[float]:
    """What is given for each leaf, as finite floats; an error names the first that is none."""
    if set(map(type, given)) <= {float} and all(map(math.isfinite, given)):
        return given
    numbers = []
    for k, (leaf, number) in enumerate(zip(leaves, given)):
        try:
            numbers.append(finite(number))
        except (TypeError, ValueError) as error:
            name = f"parameter {k} {brief(leaf.label)}".rstrip()
            raise type(error)(f"Program: {name}: {error}") from None
    return numbers


def as_floats(given: Any, what: str) -> Array:
    """An array of floats, in which what is masked is nan. Raises TypeError for what is not real,
    ValueError for texts and for rows of several lengths."""
    try:
        return real_numbers(given)
    except ValueError as error:  # of NumPy, which does not say what it was given
        needed = "numbers are needed, in rows of one length"
        raise ValueError(f"{what}: {needed}, and {shown(given)} was given") from error
    except TypeError as error:  # such as that of a Value
        raise TypeError(f"{what}: {error}") from error


def real_numbers(given: Any) -> Array:
    """The same, with NumPy's own errors for what is no array of numbers."""
    array = np.asanyarray(given)
    if array.dtype.kind in "cmM":
        raise TypeError(f"real numbers are needed, but {array.dtype} was given")
    if type(array) is not np.ndarray and isinstance(array, np.ma.MaskedArray):  # seldom loaded
        array = np.ma.filled(array.astype(np.float64), np.nan)
    return np.asarray(array, dtype=np.float64)


def checked_batch(batch: Any, n_inputs: int) -> Array:
    """The samples, a row for each."""
    samples = as_floats(batch, "the batch")
    if samples.ndim != 2 or samples.shape[1] != n_inputs:
        needed = f"(samples, {n_inputs})"
        raise ValueError(f"the batch has the shape {samples.shape}, and {needed} is needed")
    return samples


def checked_row(given: Any, n: int, what: str) -> Array:
    """So many numbers, in one row."""
    numbers = as_floats(given, what)
    if numbers.shape != (n,):
        raise ValueError(f"{what}: the shape is {numbers.shape}, and ({n},) is needed")
    return numbers


def checked_weights(weights: Any, n: int) -> Array:
    """The weights over their sum."""
    shares = checked_row(weights, n, "the weights")
    with np.errstate(over="ignore"):
        total = shares.sum()
    if not (np.isfinite(total) and total > 0.0 and (shares >= 0.0).all()):
        raise ValueError("the weights must be finite, not negative, and not all 0")
    result: Array = shares / total
    return result


def are_finite(numbers: Array) -> bool:
    """Whether all are; their squares are added up first, which is faster and seldom too large."""
    return math.isfinite(np.vdot(numbers, numbers)) or bool(np.isfinite(numbers).all())
