"""A graph as a tape: operations in a row, which a page runs forward and backward by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import Value
from engine.graph import topological_order
from engine.rules import CONSTANT


@dataclass(frozen=True, slots=True)
class Tape:
    """Places count the leaves first, then the constants, then the operations in order."""

    places: dict[Value, int]
    contents: dict[str, Any]  # what the page reads: film_page/model/tape.js


def make_tape(
    results: Sequence[Value], leaves: Sequence[Value], rule_of: Mapping[Value, int]
) -> Tape:
    """The graph of the results, where `rule_of` numbers the rules that the page has.

    Leaves are what the page sets; all other numbers are constants.

    >>> x, w = Value(3.0, "x"), Value(2.0, "w")
    >>> y = w * x + 1.0
    >>> make_tape([y], [x, w], {y: 0, y.inputs[0]: 1}).contents
    {'leaves': 2, 'constants': [1.0], 'operations': [[1, 1, 0], [0, 3, 2]], 'results': [4]}
    """
    given = set(leaves)
    order = [node for node in topological_order(results) if node not in given]
    is_number = {node: node.rule is None or node.rule is CONSTANT for node in order}
    constants = [node for node in order if is_number[node]]
    operations = [node for node in order if not is_number[node]]
    places = {node: place for place, node in enumerate([*leaves, *constants, *operations])}
    contents = {
        "leaves": len(leaves),
        "constants": [node.data for node in constants],
        "operations": [
            [rule_of[node], *(places[input] for input in node.inputs)] for node in operations
        ],
        "results": [places[node] for node in results],
    }
    return Tape(places, contents)
