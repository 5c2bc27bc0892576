"""Nested lists of Values: images, sequences, and anything else that a layer takes apart."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine import Value
from nn.checks import as_value

Channel = list[list[Value]]  # rows, columns
Image = list[Channel]


def nested_values(inputs: Any, *, where: str) -> Any:
    """The same nesting as lists of Values: plain numbers become leaves, named after their place.

    Raises TypeError for what is no number, ValueError for nan and inf.

    >>> nested_values([[0.5, Value(2.0)], [3.0]], where="Flatten")
    [[Value(0.5, label='x1,1'), Value(2.0)], [Value(3.0, label='x2,1')]]
    """
    return _nested_values(inputs, "", where)


def _nested_values(inputs: Any, path: str, where: str) -> Any:
    if isinstance(inputs, Value):
        return inputs
    if isinstance(inputs, Iterable) and not isinstance(inputs, str):
        comma = "," if path else ""
        return [_nested_values(x, f"{path}{comma}{k}", where) for k, x in enumerate(inputs, 1)]
    return as_value(inputs, f"x{path}", where=f"{where}: input {path}".rstrip())


def flattened(nested: Any) -> Iterator[Any]:
    """The Values or numbers of nested lists, from first to last; of a single one, that one.

    >>> list(flattened([[Value(1.0)], [Value(2.0), Value(3.0)]]))
    [Value(1.0), Value(2.0), Value(3.0)]
    """
    if isinstance(nested, Value) or not isinstance(nested, Iterable) or isinstance(nested, str):
        yield nested
    else:
        for inner in nested:
            yield from flattened(inner)


def mapped(function: Callable[[Value], Any], nested: Any) -> Any:
    """Nested lists with the function of each Value in its place, computed from first to last.

    >>> mapped(Value.exp, [[Value(0.0)], []])
    [[Value(1.0)], []]
    """
    if isinstance(nested, Value):
        return function(nested)
    return [mapped(function, inner) for inner in nested]


def shape_of(nested: Any, *, where: str) -> tuple[int, ...]:
    """The lengths of the lists, from the outermost to the innermost.

    Raises ValueError where lists beside one another differ.

    >>> shape_of([[Value(1.0), Value(2.0)], [Value(3.0)]], where="Conv2d: image")
    Traceback (most recent call last):
    ValueError: Conv2d: image: item 2 has the shape (1,) and item 1 (2,), and they must be equal
    """
    if isinstance(nested, Value):
        return ()
    shapes = [shape_of(inner, where=f"{where}: item {k}") for k, inner in enumerate(nested, 1)]
    for k, shape in enumerate(shapes, 1):
        if shape != shapes[0]:
            differ = f"item {k} has the shape {shape} and item 1 {shapes[0]}"
            raise ValueError(f"{where}: {differ}, and they must be equal")
    return (len(shapes), *shapes[0]) if shapes else (0,)
