"""Diagrams as figures: names, operations in circles and gates in boxes, joined by wires."""

from itertools import pairwise

from engine.drawing.blocks import Diagram, Grid, Part
from engine.drawing.colors import DARK_LINE, LINE, NO_TINT, VALUE
from engine.drawing.dot import plain
from engine.drawing.figure import Figure, width_of
from engine.drawing.grids import draw_grid


def draw_diagram(diagram: Diagram) -> Figure:
    """The diagram; where a wire begins or ends on another one is a dot."""
    figure = Figure()
    if diagram.frame is not None:
        (left, down), (right, up) = diagram.frame
        middle, size = ((left + right) / 2, (down + up) / 2), (right - left, up - down)
        figure.mark("frame", "", middle, size, shape="box", style="rounded", color=LINE)
    for name, part in diagram.parts.items():
        draw_part(figure, name, part)
    for number, wire in enumerate(diagram.wires):
        stops = []
        way = (wire.ends[0], *wire.corners, wire.ends[1])
        for k, end in enumerate(way):
            if isinstance(end, str):
                stops.append(anchor(diagram, end))
                continue
            name = f"bend{number}_{k}"
            figure.bend(name, *end, dot=k in (0, len(way) - 1))
            stops.append(name)
        for k, (start, stop) in enumerate(pairwise(stops)):
            last = wire.arrow and k == len(stops) - 2
            head = {"arrowhead": "normal", "arrowsize": "0.6"} if last else {}
            figure.line(start, stop, color=DARK_LINE, **head)
    return figure


def anchor(diagram: Diagram, name: str) -> str:
    """The mark that stands for a part."""
    return f"{name}_cells" if isinstance(diagram.parts[name].content, Grid) else name


def draw_part(figure: Figure, name: str, part: Part) -> None:
    if isinstance(part.content, Grid):
        largest = max((x for row in part.content.rows for x in row if x is not None), default=0.0)
        figure.put(draw_grid(part.content, largest), f"{name}_", *part.place)
        return
    lines = part.content.split("\n")
    label = "\\n".join(plain(text) for text in lines)
    font = {"fontsize": "12" if part.shape == "name" else "11"}
    if part.shape == "name":
        size = width_of(part.content, 12) + 0.1, 0.25
        look = {"shape": "plaintext", "fontcolor": VALUE}
        figure.mark(name, label, part.place, size, **font, **look)
    elif part.shape == "operation":
        look = {"shape": "circle", "style": "filled", "fillcolor": "white", "color": DARK_LINE}
        figure.mark(name, label, part.place, (0.32, 0.32), **font, **look)
    else:
        width = max(0.6, 0.16 + max(width_of(text, 11) for text in lines))
        look = {"shape": "box", "style": "filled,rounded", "fillcolor": NO_TINT}
        height = 0.2 + 0.19 * len(lines)
        figure.mark(name, label, part.place, (width, height), color=DARK_LINE, **font, **look)
