"""Where everything stands in a view: Graphviz lays it out from DOT written here.

Views of the same shape share one layout.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from subprocess import CalledProcessError
from typing import Any

from engine.drawing.rendering import lay_out
from engine.drawing.sketch import Shape, Sketch
from engine.explorer.views import Path, View
from engine.formula.signs import sign_of
from engine.names import digits
from engine.rules import CONSTANT
from engine.value import Value

CURVED_EDGES = 400  # up to here edges go around what stands between, and carry a number
WIDE, WIDE_FOLDED, HIGH, HIGH_FOLDED, HIGH_CONSTANT = 116.0, 172.0, 48.0, 66.0, 20.0
ROOM = {"LR": 50, "TB": 66}  # for the number at an edge, −1.2·10⁻⁵; beside it also in bold


@dataclass(frozen=True, slots=True)
class Frame:
    """An open box, and the shapes that stand in it or in boxes inside."""

    path: Path
    shapes: list[int]


def frames_of(sketch: Sketch) -> list[Frame]:
    """The open boxes of a sketch, each after those it stands in."""
    frames: dict[Path, Frame] = {}
    for place, shape in enumerate(sketch.shapes):
        for depth in range(1, len(shape.scope) + 1):
            path = shape.scope[:depth]
            frames.setdefault(path, Frame(path, [])).shapes.append(place)
    return sorted(frames.values(), key=lambda frame: len(frame.path))


def size_of(shape: Shape, title: str) -> tuple[float, float]:
    """The width and height of a card in points."""
    if shape.title:
        words = 6.6 * min(len(shape.counts()), 30) + 20.0
        return max(WIDE_FOLDED, words, 7.4 * min(len(title), 24) + 34.0), HIGH_FOLDED
    node = shape.members[-1]
    if node.rule is CONSTANT:
        return 7.5 * len(digits(node.data)) + 12.0, HIGH_CONSTANT
    return max(WIDE, 7.4 * (min(len(title), 18) + len(sign_of(node))) + 34.0), HIGH


def write_dot(sketch: Sketch, names: dict[Value, str], direction: str) -> str:
    """The sketch as DOT: rectangles of fixed size, numbered, without any text of the user's."""
    frames = frames_of(sketch)
    places = {shape: place for place, shape in enumerate(sketch.shapes)}
    lines = [f"digraph {{ rankdir={direction}", *spacing(sketch, ROOM[direction])]
    for shape, place in places.items():
        width, height = size_of(shape, shape.title or names[shape.members[-1]])
        lines.append(f"s{place} [width={width / 72:.3f} height={height / 72:.3f}]")
    lines += cluster_lines(sketch, frames, ())
    if frames and not is_curved(sketch):
        lines += paired_lines(sketch)
    for number, (source, result, _) in enumerate(sketch.edges):
        lines.append(f"s{places[source]} -> s{places[result]} [id={number}]")
    return "\n".join([*lines, "}"])


def paired_lines(sketch: Sketch) -> list[str]:
    """What two vectors pair with a leaf of their rule's own scope stands before it, in its row."""
    places = {s.members[-1]: place for place, s in enumerate(sketch.shapes) if not s.title}
    lines = []
    for node in list(places):
        if node.rule is not None and len(node.rule.inputs) == 2 and node.rule.variadic:
            for a, b in zip(*node.rule.vectors(node.inputs)):
                leaf, other = (a, b) if not a.inputs and a.scope == node.scope else (b, a)
                if leaf in places and other in places and other.scope != leaf.scope:
                    lines.append(f"s{places[other]} -> s{places[leaf]} [style=invis weight=9]")
    return lines


def is_curved(sketch: Sketch) -> bool:
    """Whether edges go around what stands between: where few and short enough, and no boxes."""
    few = len(sketch.edges) <= CURVED_EDGES and not sketch.is_tangled()
    return few and not any(s.title for s in sketch.shapes)


def spacing(sketch: Sketch, room: int) -> list[str]:
    """Graphviz's settings: columns that hold many closed boxes stand farther apart.

    The label of an edge is an empty cell, as wide as there is to be room for.
    """
    curved = is_curved(sketch)
    closed = Counter(shape.scope for shape in sketch.shapes if shape.title)
    apart = 0.3 if curved else min(4.0, max(0.6, 0.25 * max(closed.values(), default=0)))
    effort = "nslimit=2 nslimit1=3 mclimit=0.5" if curved else "nslimit=1 nslimit1=1 mclimit=0.2"
    if sketch.is_tangled():
        effort = "nslimit=0.3 nslimit1=0.3 mclimit=0.1"
    if sketch.is_tree:
        effort += " ordering=in"  # as they are written and counted
    cell = f'<td fixedsize="true" width="{room}" height="14"></td>'
    label = (
        f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>{cell}</tr></table>'
    )
    return [
        f"graph [nodesep=0.2 ranksep={apart} splines={'true' if curved else 'line'} {effort}]",
        'node [shape=box fixedsize=true label=""]',
        f"edge [label=<{label}>]" if curved else "",
    ]


def cluster_lines(sketch: Sketch, frames: list[Frame], outer: Path) -> list[str]:
    """The open boxes within one box, and what is in them."""
    lines = []
    for number, frame in enumerate(frames):
        if frame.path[:-1] == outer:
            own = [place for place in frame.shapes if sketch.shapes[place].scope == frame.path]
            names = " ".join(f"s{place};" for place in own)
            lines.append(f'subgraph cluster_{number} {{ label="x" margin=12 {names}')
            lines += [row_line(sketch, own), *cluster_lines(sketch, frames, frame.path), "}"]
    return lines


def row_line(sketch: Sketch, places: list[int]) -> str:
    """Closed boxes side by side in their order, as the neurons of a layer.

    Graphviz counts them from below. Boxes that feed one another make no row.
    """
    row = [place for place in reversed(places) if sketch.shapes[place].title]
    numbers = {sketch.shapes[place]: place for place in row}
    feeding = {(numbers.get(a), numbers.get(b)) for a, b, _ in sketch.edges}
    if len(row) < 2 or not feeding.isdisjoint(permutations(row, 2)):
        return ""
    return f"{{ rank=same {' -> '.join(f's{place}' for place in row)} [style=invis] }}"


def lay_out_views(
    views: Sequence[View], names: dict[Value, str]
) -> tuple[list[dict[str, Any]], list[int]]:
    """The layouts that the views need, and for each view which of them is its own.

    They go from left to right, and have what goes downwards beside, unless an edge from above could
    cross the title of an open box: the page takes what is larger in its window.
    """
    sources: dict[tuple[str, ...], int] = {}
    chosen = []
    for view in views:
        both = is_curved(view.sketch) or (view.is_readable and not frames_of(view.sketch))
        directions = ("LR", "TB") if both else ("LR",)
        tried = tuple(write_dot(view.sketch, names, direction) for direction in directions)
        chosen.append(sources.setdefault(tried, len(sources)))
    found = iter(lay_out_all([source for tried in sources for source in tried]))
    sketches = {layout: view.sketch for layout, view in zip(chosen, views)}
    layouts = []
    for number, tried in enumerate(sources):
        across, *down = [in_order(read_layout(next(found)), sketches[number]) for _ in tried]
        layouts.append(across | {"down": down[0] | {"isDown": True}} if down else across)
    return layouts, chosen


def lay_out_all(sources: Sequence[str]) -> list[dict[str, Any]]:
    """Graphviz's answers. It fails at a few graphs of boxes whose edges have labels, by "trouble in
    init_rank": there the edges get no room for a number, and so are straight lines."""
    try:
        return lay_out(sources)
    except CalledProcessError:
        if len(sources) > 1:
            return [layout for source in sources for layout in lay_out_all([source])]
        lines = sources[0].splitlines()
        without = [line for line in lines if not line.startswith("edge [label=")]
        if without == lines:
            raise
        return lay_out(["\n".join(without)])


def in_order(layout: dict[str, Any], sketch: Sketch) -> dict[str, Any]:
    """The layout with what people count in the order of counting: w1 above w2, from left to right.

    Shapes that read the same and feed the same change places with one another, and their edges
    with them, so that the picture stays as it was laid out.
    """
    place_of = {shape: place for place, shape in enumerate(sketch.shapes)}
    edges = [(place_of[source], place_of[result]) for source, result, _ in sketch.edges]
    around: list[tuple[list[int], list[int]]] = [([], []) for _ in sketch.shapes]
    for source, result in edges:
        around[source][1].append(result)
        around[result][0].append(source)
    alike: dict[object, list[int]] = defaultdict(list)
    for place, (shape, (before, after)) in enumerate(zip(sketch.shapes, around)):
        size = tuple(layout["cards"][place][2:])
        alike[size, shape.scope, tuple(sorted(before)), tuple(sorted(after))].append(place)
    moved = list(range(len(sketch.shapes)))  # to where which shape stood
    for places in alike.values():
        for place, stood in zip(places, sorted(places, key=lambda k: layout["cards"][k][1::-1])):
            moved[place] = stood
    curves: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
    for edge, curve in zip(edges, layout["curves"]):
        curves[edge].append(curve)
    return {
        **layout,
        "cards": [layout["cards"][place] for place in moved],
        "curves": [
            curves[moved[source], moved[result]].pop(0)
            for source, result in edges[: len(layout["curves"])]
        ],
    }


def read_layout(found: dict[str, Any]) -> dict[str, Any]:
    """Graphviz's answer with y downwards, in whole points: sizes, cards, frames and curves.

    Where the graph runs down, the place of a label is its left end, beside the edge.
    """
    _, _, width, height = map(float, found["bb"].split(","))
    is_down = found["rankdir"] == "TB"
    cards: dict[int, list[int]] = {}
    frames: dict[int, list[int]] = {}
    for item in found.get("objects", ()):
        if item["name"].startswith("cluster_"):
            left, low, right, top = map(float, item["bb"].split(","))
            frame = [left, height - top, right - left, top - low]
            frames[int(item["name"][8:])] = [round(x) for x in frame]
        elif "pos" in item:  # and no row
            x, y = map(float, item["pos"].split(","))
            wide, high = float(item["width"]) * 72.0, float(item["height"]) * 72.0
            cards[int(item["name"][1:])] = [round(n) for n in (x, height - y, wide, high)]
    curves: list[list[int]] = []
    if any("lp" in edge for edge in found.get("edges", ())):
        ordered = sorted(found["edges"], key=lambda edge: int(edge["id"]))
        aside = ROOM["TB"] // 2 - 4 if is_down else 0
        curves = [curve(edge, height, aside) for edge in ordered]
    return {
        "size": [round(width), round(height)],
        "cards": [cards[place] for place in sorted(cards)],
        "frames": [frames[place] for place in sorted(frames)],
        "curves": curves,
    }


def curve(edge: dict[str, Any], height: float, aside: int) -> list[int]:
    """The place of the label, the arrow's tip, then the points of the Bézier curve."""
    tip, *points = edge["pos"].removeprefix("e,").split()
    numbers = [pair.split(",") for pair in (edge["lp"], tip, *points)]
    x, *others = [n for x, y in numbers for n in (round(float(x)), round(height - float(y)))]
    return [x - aside, *others]
