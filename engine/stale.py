"""Stale graphs: those of which a number was changed after it was computed with."""

from collections.abc import Sequence
from math import nan

from engine.errors import write_call
from engine.floats import FLOATS
from engine.messages import brief
from engine.value import Value


def refuse_stale(order: Sequence[Value]) -> None:
    """Raise where a node is not what its inputs give now: one of them was changed since.

    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> x.data = 10.0
    >>> refuse_stale([x, y])
    Traceback (most recent call last):
    ValueError: x * x is 9.0, and its inputs now give 100.0: a number was changed after it was \
computed with, so build the graph again
    """
    for node in order:
        if not node.inputs or node.rule is None:
            continue
        numbers = [input.data for input in node.inputs]
        try:
            now = node.rule.value(FLOATS, *numbers)
        except (ArithmeticError, ValueError):
            now = nan
        if now != node.data:
            names = [input.label or repr(input.data) for input in node.inputs]
            call = brief(write_call(node.rule, names))
            raise ValueError(
                f"{call} is {node.data!r}, and its inputs now give {now!r}: a number was changed "
                "after it was computed with, so build the graph again"
            )
