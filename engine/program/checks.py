"""What a program is given is checked, and what gives no finite number is explained."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.errors import refusal
from engine.floats import FLOATS, finite
from engine.graph import topological_order
from engine.messages import brief, shown
from engine.value import Value

Array = np.ndarray[Any, np.dtype[np.float64]]


def check_leaves(inputs: Sequence[Value], parameters: Sequence[Value]) -> None:
    """Every one is a leaf, and comes once."""
    seen: dict[Value, tuple[str, int]] = {}
    for kind, leaves in (("input", inputs), ("parameter", parameters)):
        for k, leaf in enumerate(leaves):
            if not isinstance(leaf, Value):
                raise TypeError(f"Program: {kind} {k} ({shown(leaf)}) is not a Value")
            if leaf.inputs:
                problem = "is computed from other values, so it is not a leaf"
                raise ValueError(f"Program: {kind} {k} ({shown(leaf)}) {problem}")
            if leaf in seen:
                other, position = seen[leaf]
                raise ValueError(
                    f"Program: {kind} {k} ({shown(leaf)}) is already {other} {position}"
                )
            seen[leaf] = kind, k


def checked_numbers(leaves: Sequence[Value]) -> list[float]:
    """What the leaves hold, as finite floats, or an error that names the first that does not."""
    numbers = [leaf.data for leaf in leaves]
    if set(map(type, numbers)) <= {float} and all(map(math.isfinite, numbers)):
        return numbers
    numbers = []
    for k, leaf in enumerate(leaves):
        try:
            numbers.append(finite(leaf.data))
        except (TypeError, ValueError) as error:
            name = f"parameter {k} {brief(leaf.label)}".rstrip()
            raise type(error)(f"Program: {name}: {error}") from None
    return numbers


def checked_weights(weights: Any, n: int) -> Array:
    """The weights over their sum."""
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (n,):
        raise ValueError(f"the weights have the shape {shares.shape}, and ({n},) is needed")
    total = shares.sum()
    if not (np.isfinite(total) and total > 0.0 and (shares >= 0.0).all()):
        raise ValueError("the weights must be finite, not negative, and not all 0")
    result: Array = shares / total
    return result


def evaluate_eagerly(outputs: Sequence[Value], leaves: Mapping[Value, float]) -> None:
    """Go through the graph with these numbers at its leaves, and raise where one is not finite."""
    numbers: dict[Value, float] = {}
    for node in topological_order(outputs):
        if not node.inputs:
            numbers[node] = leaves.get(node, node.data)
            if not math.isfinite(numbers[node]):
                raise ValueError(f"{brief(node.label) or 'an input'} is {numbers[node]}")
            continue
        rule, inputs = node.rule, [numbers[i] for i in node.inputs]
        assert rule is not None
        labels = [i.label for i in node.inputs]
        try:
            number = rule.value(FLOATS, *inputs)
            finite = all(map(math.isfinite, [number, *rule.partials(FLOATS, number, *inputs)]))
        except (ArithmeticError, ValueError) as error:
            raise refusal(rule, inputs, labels, error) from error
        if not finite:
            raise refusal(rule, inputs, labels)
        numbers[node] = number


def are_finite(numbers: Array) -> bool:
    """Whether all are; their squares are added up first, which is faster and seldom too large."""
    return math.isfinite(np.vdot(numbers, numbers)) or bool(np.isfinite(numbers).all())
