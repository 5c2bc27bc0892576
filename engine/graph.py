"""Order and walks over anything that has `.inputs`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Protocol, Self, TypeVar


class Node(Protocol):
    """What a graph is made of: something that knows what it was computed from."""

    @property
    def inputs(self) -> Sequence[Self]: ...


N = TypeVar("N", bound=Node)


def topological_order(
    outputs: Iterable[N], inputs_of: Callable[[N], Iterable[N]] = attrgetter("inputs")
) -> list[N]:
    """Every node that the outputs depend on, once, each after all of its inputs.

    A depth-first search that keeps its own stack, so the depth is bounded by memory and not by
    Python's recursion limit. Inputs come from left to right: the same graph gives the same order.
    With `inputs_of` the walk goes on to what that gives of a node, in place of its `.inputs`.

    >>> from engine.value import Value
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> [node.data for node in topological_order([a * b + a])]
    [2.0, 3.0, 6.0, 8.0]
    """
    order: list[N] = []
    seen: set[N] = set()
    above: list[tuple[N | None, Iterator[N]]] = []  # nodes, each with its inputs still to visit
    node: N | None = None  # whose inputs are being visited
    inputs = iter(outputs)
    while True:
        for input in inputs:
            if input not in seen:
                seen.add(input)
                below = inputs_of(input)
                if below:
                    above.append((node, inputs))
                    node, inputs = input, iter(below)
                    break
                order.append(input)
        else:
            if node is None:
                return order
            order.append(node)
            node, inputs = above.pop()
