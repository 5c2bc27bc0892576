"""Vector: Values that dot products take as a whole, as a row of weights or the inputs of a layer.

Where 500 neurons see the same 500 inputs there are 250,000 products, but one vector of inputs: its
numbers are read once, and who walks through the graph goes through it once.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from operator import is_

from engine.floats import FLOATS, as_tuple, as_tuples
from engine.recording import current_scope
from engine.rules import DOT
from engine.value import Number, Value, constant, node, number_alone


class Vector:
    """Values in a row, with the numbers that they have when it is made.

    A dot product keeps two of them where a product keeps two Values. To a walk a vector is a node
    with the Values in it as inputs: `backward` passes nothing along it, but through it.

    >>> x = Vector([Value(1.0), 2.0])
    >>> x.numbers, dot_of_vectors(x, [3.0, 4.0])
    ((1.0, 2.0), Value(11.0))
    """

    __slots__ = ("_a", "numbers", "grad")
    _b, _da = None, ()

    def __init__(self, values: Iterable[Number]) -> None:
        self._a = as_nodes(values)
        self.numbers = tuple([value.data for value in self._a])
        self.grad = 0.0

    @property
    def operands(self) -> tuple[Value, ...]:
        """What a walk goes on to: the Values."""
        return self._a

    def is_of(self, values: Sequence[Number]) -> bool:
        """Whether these Values are in it, and have the numbers that they had."""
        same = len(values) == len(self._a) and all(map(is_, values, self._a))
        return same and self.numbers == tuple([value.data for value in self._a])

    def __iter__(self) -> Iterator[Value]:
        return iter(self._a)

    def __len__(self) -> int:
        return len(self._a)


def as_nodes(numbers: Iterable[Number]) -> tuple[Value, ...]:
    """The Values, with constants in place of plain numbers."""
    row = as_tuple(DOT.name, numbers)
    if set(map(type, row)) == {Value}:  # as they nearly always are
        return row
    return tuple([x if isinstance(x, Value) else constant(x) for x in row])


def dot_of_vectors(a: Iterable[Number], b: Iterable[Number]) -> Value:
    """The rule `dot` of vectors. Raises ValueError unless they are equally long."""
    x = a if isinstance(a, Vector) else Vector(a)
    y = b if isinstance(b, Vector) else Vector(b)
    if len(x.numbers) != len(y.numbers):
        as_tuples(DOT.name, x, y)  # which says so
    data, scope = FLOATS.dot(x.numbers, y.numbers), current_scope()
    if scope is None or not isfinite(data):
        return number_alone(DOT, data, *x, *y)
    # A vector is as good as a number to a rule that gives each of two the other
    dx, dy = DOT.partials(FLOATS, data, x.numbers, y.numbers)
    return node(DOT, scope, data, x, dx, y, dy)
