"""A figure: things at places that are given, in inches; figures are put together to larger ones."""

from dataclasses import dataclass, field

from engine.drawing.blocks import Point
from engine.drawing.colors import DARK_LINE
from engine.drawing.dot import plain
from engine.drawing.rendering import Picture

LEADING = 0.0175  # inches from line to line for each point of size
Look = dict[str, str]
Text = tuple[str, int, str]  # with its size in points and its colour


@dataclass(frozen=True, slots=True)
class Mark:
    """One node: its middle, its size, and what Graphviz is told of it."""

    name: str
    label: str
    x: float
    y: float
    width: float
    height: float
    look: Look

    def moved(self, prefix: str, x: float, y: float) -> "Mark":
        place = self.x + x, self.y + y
        return Mark(prefix + self.name, self.label, *place, self.width, self.height, self.look)


@dataclass(frozen=True, slots=True)
class Figure:
    """Marks, and straight lines between them by their names."""

    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[str, str, Look]] = field(default_factory=list)

    def mark(self, name: str, label: str, place: Point, size: Point, **look: str) -> None:
        self.marks.append(Mark(name, label, *place, *size, look))

    def line(self, start: str, end: str, **look: str) -> None:
        self.lines.append((start, end, look))

    def write(self, name: str, x: float, y: float, texts: list[Text], fill: str = "") -> None:
        """Lines of text around this place."""
        look = {"style": "filled", "fillcolor": fill} if fill else {}
        look |= {"shape": "plaintext", "margin": "0.02,0.01"}
        top = y + sum(LEADING * size for _, size, _ in texts) / 2
        for k, (text, size, color) in enumerate(texts):
            height = LEADING * size
            font = {"fontsize": f"{size}", "fontcolor": color}
            place, room = (x, top - height / 2), (width_of(text, size), height)
            self.mark(f"{name}_{k}", plain(text), place, room, **font, **look)
            top -= height

    def bend(self, name: str, x: float, y: float, *, dot: bool = False) -> None:
        """A place at which lines meet: with a dot where one forks."""
        width = 0.06 if dot else 0.005
        look = {"color": DARK_LINE} if dot else {"style": "invis"}
        self.mark(name, "", (x, y), (width, width), shape="point", **look)

    def put(self, other: "Figure", prefix: str, x: float, y: float) -> None:
        """Everything of another figure, its origin moved to this place."""
        self.marks.extend(mark.moved(prefix, x, y) for mark in other.marks)
        self.lines.extend((prefix + a, prefix + b, look) for a, b, look in other.lines)

    def extent(self) -> tuple[float, float, float, float]:
        """How far it goes: left, down, right, up."""
        if not self.marks:
            return 0.0, 0.0, 0.0, 0.0
        return (
            min(mark.x - mark.width / 2 for mark in self.marks),
            min(mark.y - mark.height / 2 for mark in self.marks),
            max(mark.x + mark.width / 2 for mark in self.marks),
            max(mark.y + mark.height / 2 for mark in self.marks),
        )

    def picture(self) -> Picture:
        """It all as neato keeps it in its place."""
        picture = Picture(
            engine="neato",
            graph_attr={
                "layout": "neato",
                "bgcolor": "white",
                "splines": "line",
                "outputorder": "edgesfirst",
            },
            node_attr={"fontname": "Helvetica"},
            edge_attr={"arrowhead": "none"},
        )
        for start, end, look in self.lines:
            picture.edge(start, end, **look)
        for mark in self.marks:
            fixed = mark.look.get("shape") != "plaintext"
            size = {"width": f"{mark.width:.3f}", "height": f"{mark.height:.3f}"}
            size = size | {"fixedsize": "true"} if fixed else {"width": "0", "height": "0"}
            place = f"{mark.x:.3f},{mark.y:.3f}!"  # the ! keeps it there
            picture.node(mark.name, mark.label, pos=place, **size, **mark.look)
        return picture


def width_of(text: str, size: int) -> float:
    """About how wide it is in inches; what stands high or low is smaller."""
    return 0.0083 * size * len(text)
