"""choose: one of many numbers by a whole number, such as a class or a token, that is an index.

A graph of one sample stands for all samples, so Python's `values[index]` cannot take the number of
a leaf. `choose` can, and a Program makes a lookup of it, however many numbers there are.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from engine.errors import refusal
from engine.floats import NUMBERS
from engine.messages import shown
from engine.recording import current_scope
from engine.rules import CHOOSE
from engine.value import Number, Value, constant, node, number_alone


class Index(Value):
    """A leaf that is a whole number, from 0 on, as an index: a class, a token. It can be computed
    with like any Value; by its kind layers know that it stands for one of many things.

    >>> Index(2, "t")
    Index(2.0, label='t')
    """

    __slots__ = ()

    def __init__(self, data: float, label: str = "") -> None:
        super().__init__(data, label)
        if self.data < 0.0 or not self.data.is_integer():
            raise ValueError(f"an index is a whole number from 0 on, and {shown(data)} was given")

    def __repr__(self) -> str:
        return super().__repr__().replace("Value(", "Index(", 1)


def choose(index: Number, values: Sequence[Number]) -> Any:
    """values[index], counted from 0, where the index may be a Value: its own derivative is 0, that
    of the number that is taken 1, and of all others 0.

    Raises DomainError, or IndexError for a plain number, where there is no such number; ValueError
    for no values; TypeError for a plain number that is not whole, and for values that are no list.

    >>> a, b, t = Value(0.5, "a"), Value(2.0, "b"), Index(1, "t")
    >>> y = choose(t, [a, b]) * 3
    >>> y.backward()
    >>> y.data, a.grad, b.grad, t.grad
    (6.0, 0.0, 3.0, 0.0)
    """
    if not hasattr(values, "__len__"):
        raise TypeError(f"choose: a list of values is needed, and {shown(values)} was given")
    if not len(values):
        raise ValueError("choose: there are no values to choose from")
    if not isinstance(index, Value):
        if not isinstance(index, NUMBERS) or index % 1:
            given = f"choose: the index is {shown(index)}"
            raise TypeError(f"{given}, but must be a whole number or a Value")
        if not 0 <= index < len(values):
            last = len(values) - 1
            raise IndexError(f"choose: the index is {shown(index)}, but must be from 0 to {last}")
        return values[int(index)]
    inputs = (index, *[x if isinstance(x, Value) else constant(x) for x in values])
    if not 0.0 <= index.data < len(values) or index.data % 1:
        numbers, labels = [x.data for x in inputs], [x.label for x in inputs]
        raise refusal(CHOOSE, numbers, labels)
    place = int(index.data) + 1
    partials = [0.0] * len(inputs)
    partials[place] = 1.0
    data, scope = inputs[place].data, current_scope()
    if scope is None or not isfinite(data):
        return number_alone(CHOOSE, data, *inputs)
    return node(CHOOSE, scope, data, inputs, tuple(partials))
