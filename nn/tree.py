"""Trees: nested lists, such as images and sequences, whose leaves are Values or numbers."""

from collections.abc import Callable, Sequence
from typing import Any

from engine import Value
from nn.checks import as_value, items_of, number_labels

Channel = list[list[Value]]  # rows, columns
Image = list[Channel]


def as_value_tree(inputs: Any, *, where: str) -> Any:
    """The same tree as lists of Values: plain numbers become leaves named after their place.

    Raises TypeError for what is not a number, ValueError for nan and inf.

    >>> as_value_tree([[0.5, Value(2.0)], [3.0]], where="Flatten")
    [[Value(0.5, label='x1,1'), Value(2.0)], [Value(3.0, label='x2,1')]]
    """
    return _as_value_tree(inputs, "", where)


def _as_value_tree(inputs: Any, path: str, where: str) -> Any:
    if isinstance(inputs, Value):
        return inputs
    branches = items_of(inputs)
    if branches is not None:
        if are_values(branches):
            return branches
        comma = "," if path else ""
        return [_as_value_tree(x, f"{path}{comma}{k}", where) for k, x in enumerate(branches, 1)]
    return as_value(inputs, f"x{path}", where=f"{where}: input {path}".rstrip())


def tree_leaves(tree: Any) -> list[Any]:
    """The Values or numbers of a tree, from first to last; a single one is its own only leaf.

    >>> tree_leaves([[Value(1.0)], [Value(2.0), Value(3.0)]])
    [Value(1.0), Value(2.0), Value(3.0)]
    """
    branches = items_of(tree)
    if branches is None:
        return [tree]
    if are_values(branches):
        return branches
    return [leaf for branch in branches for leaf in tree_leaves(branch)]


def tree_map(function: Callable[[Value], Any], tree: Any) -> Any:
    """The tree with the function of each Value in its place, computed from first to last.

    >>> tree_map(Value.exp, [[Value(0.0)], []])
    [[Value(1.0)], []]
    """
    if isinstance(tree, Value):
        return function(tree)
    return [tree_map(function, branch) for branch in tree]


def tree_shape(tree: Any, *, where: str) -> tuple[int, ...]:
    """The lengths of the lists, from the outermost to the innermost.

    Raises ValueError where neighbouring lists differ.

    >>> tree_shape([[Value(1.0), Value(2.0)], [Value(3.0)]], where="Conv2d: image")
    Traceback (most recent call last):
    ValueError: Conv2d: image: item 2 has shape (1,), but item 1 has shape (2,)
    """
    if isinstance(tree, Value):
        return ()
    if are_values(tree):
        return (len(tree),)
    shapes = [tree_shape(branch, where=f"{where}: item {k}") for k, branch in enumerate(tree, 1)]
    for k, shape in enumerate(shapes, 1):
        if shape != shapes[0]:
            differ = f"item {k} has shape {shape}, but item 1 has shape {shapes[0]}"
            raise ValueError(f"{where}: {differ}")
    return (len(shapes), *shapes[0]) if shapes else (0,)


def are_values(items: Sequence[Any]) -> bool:
    """Whether all are Values, as the rows of an image are: then nothing is to be done for each."""
    return set(map(type, items)) == {Value}


def tree_unflatten(leaves: Sequence[Any], shape: Sequence[int]) -> Any:
    """The leaves as a tree of this shape; for the shape (), the only leaf.

    >>> tree_unflatten([1, 2, 3, 4], (2, 2))
    [[1, 2], [3, 4]]
    """
    if not shape:
        return leaves[0]
    if len(shape) == 1:
        return list(leaves)
    size = len(leaves) // shape[0]
    return [tree_unflatten(leaves[k : k + size], shape[1:]) for k in range(0, len(leaves), size)]


def place_labels(name: str, shape: Sequence[int]) -> list[str]:
    """A label for each leaf of a tree of this shape: the name with its place, counted from 1.

    >>> place_labels("w", (2, 2)), place_labels("t", ())
    (['w1,1', 'w1,2', 'w2,1', 'w2,2'], ['t'])
    """
    labels = list(number_labels(name, shape[0])) if shape else [name]
    for count in shape[1:]:
        labels = [f"{label},{k}" for label in labels for k in range(1, count + 1)]
    return labels


def label_values(name: str, values: list[Value]) -> list[Value]:
    """The Values with the labels name1, name2, …."""
    for value, label in zip(values, number_labels(name, len(values))):
        value.label = label
    return values
