"""Copies and pickles of Values: of a whole graph in a flat list, so that depth does not matter."""

from typing import TYPE_CHECKING, Any

from engine.graph import topological_order

if TYPE_CHECKING:
    from engine.value import Value


def copy_value(value: "Value") -> "Value":
    """`copy.copy`: another Value with the same inputs."""
    return restore(type(value), fields_of(value), value.inputs)


def deepcopy_value(value: "Value", memo: dict[int, Any]) -> "Value":
    """`copy.deepcopy`: the graph once more; what several copied Values share stays shared."""
    for node in topological_order((value,)):
        if id(node) not in memo:
            inputs = tuple(memo[id(input)] for input in node.inputs)
            memo[id(node)] = restore(type(node), fields_of(node), inputs)
    copy: Value = memo[id(value)]
    return copy


def reduce_value(value: "Value") -> tuple[Any, ...]:
    """`pickle`: leaves stay shared between Values pickled together; each brings its own interior
    nodes.
    """
    if not value.inputs:
        return restore, (type(value), fields_of(value), ())
    order = topological_order((value,))
    places = {node: place for place, node in enumerate(order)}
    records = [
        (fields_of(node), [places[input] for input in node.inputs]) if node.inputs else node
        for node in order
    ]
    return rebuild, (type(value), records)


def fields_of(value: "Value") -> tuple[Any, ...]:
    """Everything but the inputs."""
    return value.data, value.grad, value.label, value.rule, value.partials, value.scope


def restore(cls: type["Value"], fields: tuple[Any, ...], inputs: tuple["Value", ...]) -> "Value":
    """A Value with these fields, as they are."""
    value = cls.__new__(cls)
    value.data, value.grad, value.label, value.rule, value._da, value.scope = fields
    value._a = inputs
    value._b = value._db = None
    return value


def rebuild(cls: type["Value"], records: list[Any]) -> "Value":
    """The last node of a pickled graph."""
    values: list[Value] = []
    for record in records:
        if isinstance(record, tuple):
            fields, places = record
            values.append(restore(cls, fields, tuple(values[place] for place in places)))
        else:  # a leaf
            values.append(record)
    return values[-1]
