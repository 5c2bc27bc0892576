"""Recurrent layers in a graph: what stands in each step, and the cell that all steps share."""

from dataclasses import dataclass
from typing import Any

from engine.drawing.blocks import Diagram, Grid
from engine.drawing.cells import gru_cell, lstm_cell, rnn_cell
from engine.explorer.layers import add_to_last, function_of, halves, is_dot
from engine.names import read_name, split_scope
from engine.value import Value

Vector = list[Value | None]  # None where the output needs no such number
LETTERS = {"LSTM": "figoch", "GRU": "rznh", "RNN": "h"}


@dataclass(frozen=True, slots=True)
class Recurrent:
    """Of each step the vectors by their letter: x, the gates, the states."""

    scope: str
    kind: str  # "LSTM", "GRU", "RNN"
    activation: str
    steps: list[dict[str, Vector]]

    def contents(self, place: dict[Value, int]) -> dict[str, Any]:
        """What the page needs, by the numbers of nodes."""
        steps = [
            {
                letter: [None if node is None else place[node] for node in vector]
                for letter, vector in step.items()
            }
            for step in self.steps
        ]
        cells = {"LSTM": lstm_cell, "GRU": gru_cell}
        cell = rnn_cell(self.activation) if self.kind == "RNN" else cells[self.kind]()
        names = {"cell": self.kind, "activation": self.activation}
        return {"kind": "recurrent", **names, "steps": steps, "diagram": diagram_contents(cell)}


def diagram_contents(diagram: Diagram) -> dict[str, Any]:
    """The parts with their places, in inches to the right and up; the ends and corners of wires."""
    parts = {
        name: [part.content, *part.place, part.shape]
        for name, part in diagram.parts.items()
        if not isinstance(part.content, Grid)
    }
    wires = [[wire.arrow, [wire.ends[0], *wire.corners, wire.ends[1]]] for wire in diagram.wires]
    return {"parts": parts, "wires": wires, "frame": diagram.frame}


def find_recurrent(order: list[Value]) -> list[Recurrent]:
    """In the order in which they are computed; of a batch, one for each sample."""
    layers: dict[str, list[dict[tuple[int, str, int], Value]]] = {}
    for node in order:
        *outer, last = split_scope(node.scope) or ("",)
        word, _, number = last.partition(" ")
        name = read_name(node.label)
        if word != "step" or not number.isdecimal() or not node.inputs:
            continue
        if len(name.subscripts) != 1 or not name.subscripts[0].isdecimal():
            continue
        samples = layers.setdefault("/".join(outer), [{}])
        where = int(number), name.superscript + name.base, int(name.subscripts[0])
        add_to_last(samples, where, node)
    found = [make_recurrent(scope, own) for scope, samples in layers.items() for own in samples]
    return [layer for layer in found if layer is not None]


def make_recurrent(scope: str, nodes: dict[tuple[int, str, int], Value]) -> Recurrent | None:
    """None where the numbers of a step are not those of a cell that is known."""
    letters = {letter for _, letter, _ in nodes}
    kind = next((kind for kind, own in LETTERS.items() if {*own} <= letters), None)
    count = max(step for step, _, _ in nodes)
    if kind is None:
        return None
    size = max(j for _, letter, j in nodes if letter == "h")
    first = {"LSTM": "fz", "GRU": "rz", "RNN": "z"}[kind]  # a sum that sees x and h
    steps: list[dict[str, Vector]] = []
    for step in range(1, count + 1):
        sums = [nodes[key] for key in sorted(nodes) if key[:2] == (step, first)]
        if not sums or not is_dot(sums[0].inputs[0]):
            return None
        seen = halves(sums[0].inputs[0])[1]
        vectors: dict[str, Vector] = {"x": list(seen[: len(seen) - size])}
        for letter in LETTERS[kind]:
            vectors[letter] = [nodes.get((step, letter, j)) for j in range(1, size + 1)]
        steps.append(vectors)
    return Recurrent(scope, kind, activation_of(nodes), steps)


def activation_of(nodes: dict[tuple[int, str, int], Value]) -> str:
    """The rule by which an RNN makes h from z; "f" for any other function."""
    h = next(node for (_, letter, _), node in nodes.items() if letter == "h")
    return (function_of(h) if len(h.inputs) == 1 else "") or "f"
