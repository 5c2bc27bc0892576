"""The textbook's picture of a net: its layers as columns of circles, its weights as edges."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.drawing.colors import DARK_LINE, NEGATIVE, POSITIVE, QUIET, VALUE, VALUE_TINT, ZERO
from engine.drawing.figure import Figure, Text
from engine.drawing.network import Network, NetworkLayer
from engine.drawing.plates import place_plates
from engine.messages import counted
from engine.names import Name, digits

SHOWN_AT_EACH_END = 4  # of a layer that is too wide
SHOWN_WITHIN = 2  # where the net is a part of a larger picture
MOST_NUMBERS = 24  # weights that are written as numbers; more would cover one another


def draw_network(network: Network, *, alone: bool = True) -> Figure:
    """The net as the textbook draws it: shorter where it is a part of a larger picture."""
    figure = Figure()
    NetworkPen(network, figure, alone).draw()
    return figure


@dataclass(frozen=True, slots=True)
class NetworkPen:
    """Draws a network as marks of a figure."""

    network: Network
    figure: Figure
    alone: bool
    columns: list[list[int]] = field(default_factory=list)  # the neurons shown of each layer

    def draw(self) -> None:
        sizes = self.network.sizes()
        self.columns.extend(shown(size, self.ends) for size in sizes)
        for column in range(len(sizes)):
            self.draw_title(column)
            self.draw_dots(column)
        for column, layer in enumerate(self.network.layers, start=1):
            self.draw_weights(column, layer)
        for row in self.columns[0]:
            self.draw_input(row)
        for column, layer in enumerate(self.network.layers, start=1):
            for row in self.columns[column]:
                self.draw_neuron(column, row, layer)
        if self.alone:
            self.draw_legend()

    @property
    def ends(self) -> int:
        return SHOWN_AT_EACH_END if self.alone else SHOWN_WITHIN

    # Places, in inches

    def x(self, column: int) -> float:
        return column * (2.6 if self.network.inputs is None else 3.2)

    def y(self, column: int, row: int) -> float:
        """Rows stand around the middle; the cut of a long column takes one row's room."""
        rows = self.columns[column]
        gaps = len(rows) - 1 + (len(rows) < self.network.sizes()[column])
        place = rows.index(row)
        place += len(rows) < self.network.sizes()[column] and place >= self.ends
        return (gaps / 2 - place) * self.step

    @property
    def step(self) -> float:
        return 1.8 if self.network.inputs is not None else 1.1

    @property
    def diameter(self) -> float:
        return 1.35 if self.network.inputs is not None else 0.75

    @property
    def writes_weights(self) -> bool:
        columns = map(len, self.columns)
        return sum(a * b for a, b in pairwise(columns)) <= MOST_NUMBERS

    # Circles

    def draw_input(self, row: int) -> None:
        name = Name("x", "", (str(row + 1),))
        lines = [(str(name), 13, "black")]
        if self.network.inputs is not None:
            lines = [(f"{name} = {digits(self.network.inputs[row])}", 12, VALUE)]
        self.draw_circle(0, row, lines, VALUE, VALUE_TINT)

    def draw_neuron(self, column: int, row: int, layer: NetworkLayer) -> None:
        lines = [(shortened(layer.activation), 10, QUIET)]
        if layer.z is not None and layer.a is not None:
            number = layer.number or f"{column}"
            z, a = (Name(letter, f"({number})", (str(row + 1),)) for letter in "za")
            lines.insert(0, (f"{z} = {digits(layer.z[row])}", 10, "black"))
            lines.append((f"{a} = {digits(layer.a[row])}", 10, VALUE))
        self.draw_circle(column, row, lines, DARK_LINE, "white")
        bias = (f"b = {digits(layer.biases[row])}", 10, QUIET)
        below = self.y(column, row) - self.diameter / 2 - 0.13
        self.figure.write(f"b{column}_{row}", self.x(column), below, [bias], fill="white")

    def draw_circle(self, column: int, row: int, lines: list[Text], color: str, fill: str) -> None:
        self.figure.mark(
            node_name(column, row),
            "",
            (self.x(column), self.y(column, row)),
            (self.diameter, self.diameter),
            shape="circle",
            style="filled",
            color=color,
            fillcolor=fill,
            penwidth="1.2",
        )
        self.figure.write(f"i{column}_{row}", self.x(column), self.y(column, row), lines)

    # Edges

    def draw_weights(self, column: int, layer: NetworkLayer) -> None:
        largest = max(
            (abs(w) for each in self.network.layers for row in each.weights for w in row),
            default=0.0,
        )
        edges = [
            (row, source) for row in self.columns[column] for source in self.columns[column - 1]
        ]
        weights = [layer.weights[row][source] for row, source in edges]
        for (row, source), weight in zip(edges, weights):
            self.figure.line(
                node_name(column - 1, source),
                node_name(column, row),
                tooltip=f"{weight!r}",
                **look_of(weight, largest),
            )
        if self.writes_weights:
            self.write_weights(column, edges, weights)

    def write_weights(
        self, column: int, edges: Sequence[tuple[int, int]], weights: Sequence[float]
    ) -> None:
        """Each weight on its edge, as long as there is room; the others are in the tooltips."""
        lines = [
            (
                (self.x(column - 1), self.y(column - 1, source)),
                (self.x(column), self.y(column, row)),
            )
            for row, source in edges
        ]
        sizes = [(0.085 * len(digits(weight)) + 0.06, 0.19) for weight in weights]  # at 10 points
        places = place_plates(lines, sizes, margin=self.diameter / 2 + 0.04)
        for (row, source), weight, place in zip(edges, weights, places):
            if place is not None:
                color = QUIET if weight == 0.0 else POSITIVE if weight > 0.0 else NEGATIVE
                text = (digits(weight), 10, color)
                self.figure.write(f"w{column}_{row}_{source}", *place, [text], fill="white")

    # Words

    def draw_title(self, column: int) -> None:
        size = self.network.sizes()[column]
        last = column == len(self.network.layers)
        kind = "input" if column == 0 else "output" if last else "hidden"
        noun = "number" if column == 0 else "neuron"
        lines = [(kind, 12, "black")] if self.alone else []
        lines += [(counted(size, noun), 10, QUIET)]
        top = max(self.y(c, self.columns[c][0]) for c in range(len(self.columns)))
        height = top + self.diameter / 2 + 0.4
        self.figure.write(f"t{column}", self.x(column), height, lines)

    def draw_legend(self) -> None:
        """Below the net: how weights of either sign look."""
        _, lowest, _, _ = self.figure.extent()
        y, x = lowest - 0.3, self.x(len(self.network.layers)) / 2 - 1.3
        for sign, said, wide in ((1.0, "weight above 0", 1.05), (-1.0, "below 0", 0.55)):
            ends = [f"legend{sign:+.0f}{end}" for end in "ab"]
            for end, place in zip(ends, (x, x + 0.4)):
                self.figure.bend(end, place, y)
            self.figure.line(*ends, **look_of(sign, 1.5))
            self.figure.write(f"{ends[0]}_said", x + 0.45 + wide / 2, y, [(said, 10, QUIET)])
            x += 0.5 + wide

    def draw_dots(self, column: int) -> None:
        """Three dots in the gap of a column that is cut."""
        rows = self.columns[column]
        if len(rows) == self.network.sizes()[column]:
            return
        above, below = rows[self.ends - 1], rows[self.ends]
        middle = (self.y(column, above) + self.y(column, below)) / 2
        for k, shift in enumerate((0.16, 0.0, -0.16)):
            place = self.x(column), middle + shift
            look = {"shape": "point", "color": QUIET}
            self.figure.mark(f"d{column}_{k}", "", place, (0.06, 0.06), **look)


def shown(size: int, ends: int = SHOWN_AT_EACH_END) -> list[int]:
    """The neurons of a layer that are drawn: all, or those at its two ends.

    >>> shown(3), shown(784)
    ([0, 1, 2], [0, 1, 2, 3, 780, 781, 782, 783])
    """
    if size <= 2 * ends + 2:
        return list(range(size))
    return [*range(ends), *range(size - ends, size)]


def look_of(weight: float, largest: float) -> dict[str, str]:
    """Width by size, colour by sign; a negative one is dashed, and 0 a thin grey line."""
    if weight == 0.0:
        return {"color": ZERO, "penwidth": "0.7"}
    width = f"{0.5 + 3.0 * abs(weight) / largest:.2f}"
    if weight > 0.0:
        return {"color": POSITIVE, "penwidth": width}
    return {"color": NEGATIVE, "penwidth": width, "style": "dashed"}


def shortened(name: str) -> str:
    """What fits into a circle: names of functions may be long."""
    return name if len(name) <= 10 else name[:9] + "…"


def node_name(column: int, row: int) -> str:
    return f"n{column}_{row}"
