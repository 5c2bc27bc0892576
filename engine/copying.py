"""Copies and pickles of Values: of a whole graph in a flat list, so that depth does not matter.

A leaf may be of a subclass, and keeps what is in its `__dict__`; what is computed is a plain Value.
"""

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from engine.graph import topological_order

if TYPE_CHECKING:
    from engine.value import Value


def copy_value(value: "Value") -> "Value":
    """`copy.copy`: another Value with the same inputs."""
    copy = restore(type(value), fields_of(value), value.inputs)
    if attributes := attributes_of(value):
        vars(copy).update(attributes)
    return copy


def deepcopy_value(value: "Value", memo: dict[int, Any]) -> "Value":
    """`copy.deepcopy`: the graph once more; what several copied Values share stays shared."""
    for node in topological_order((value,)):
        if id(node) not in memo:
            inputs = tuple(memo[id(input)] for input in node.inputs)
            memo[id(node)] = restore(type(node), fields_of(node), inputs)
            if attributes := attributes_of(node):
                vars(memo[id(node)]).update(deepcopy(attributes, memo))
    copy: Value = memo[id(value)]
    return copy


def reduce_value(value: "Value") -> tuple[Any, ...]:
    """`pickle`: leaves stay shared between Values pickled together; each brings its own interior
    nodes, unless they are in one `Together`.
    """
    if value.inputs:
        return only, (Together((value,)),)
    return restore, (type(value), fields_of(value), ()), attributes_of(value)


class Together(list["Value"]):
    """Values that are pickled as one graph: what they share is held once. A copy is a list."""

    def __deepcopy__(self, memo: dict[int, Any]) -> list["Value"]:
        return [deepcopy(value, memo) for value in self]

    def __reduce__(self) -> tuple[Any, ...]:
        order = topological_order(self)
        places = {node: place for place, node in enumerate(order)}
        records = [
            (type(node), fields_of(node), [places[input] for input in node.inputs])
            if node.inputs
            else node
            for node in order
        ]
        return rebuild, (records, [places[value] for value in self])


def rebuild(records: list[Any], places: list[int]) -> list["Value"]:
    """The Values at these places of a pickled graph."""
    values: list[Value] = []
    for record in records:
        if isinstance(record, tuple):
            cls, fields, inputs = record
            values.append(restore(cls, fields, tuple(values[place] for place in inputs)))
        else:  # a leaf
            values.append(record)
    return [values[place] for place in places]


def only(values: list["Value"]) -> "Value":
    (value,) = values
    return value


def fields_of(value: "Value") -> tuple[Any, ...]:
    """What every Value has, but the inputs."""
    return value.data, value.grad, value.label, value.rule, value.partials, value.scope


def restore(cls: type["Value"], fields: tuple[Any, ...], inputs: tuple["Value", ...]) -> "Value":
    """A Value with these fields, as they are."""
    value = cls.__new__(cls)
    value.data, value.grad, value.label, value.rule, value._da, value.scope = fields
    value._a = inputs
    value._b = value._db = None
    return value


def attributes_of(value: "Value") -> dict[str, Any] | None:
    """Those that a subclass adds."""
    return getattr(value, "__dict__", None)
