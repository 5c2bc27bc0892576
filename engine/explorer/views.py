"""Views: the pictures between which the page changes when a box is opened or closed.

One for each level of scopes, and one for each scope alone with what it reads and feeds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.drawing.sketch import Shape, Sketch, fold, nearest, scope_paths, sketch_of
from engine.graph import topological_order
from engine.names import split_scope
from engine.value import Value

MOST_SHAPES, MOST_EDGES = 2000, 4000  # that one view lays out
READABLE_SHAPES, READABLE_EDGES = 120, 800  # that a page opens with, where it can fold
SHOWN_OF_A_CUT = 120
MOST_OF_A_SCOPE, MOST_SCOPES = 300, 250  # drawn alone

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A sketch, and which level or scope it shows."""

    level: int  # so many levels of boxes are open; -1 for one scope alone
    path: Path
    sketch: Sketch
    cut: int = 0  # so many nodes of the graph are left out

    @property
    def is_readable(self) -> bool:
        few = len(self.sketch.shapes) <= READABLE_SHAPES
        return few and len(self.sketch.edges) <= READABLE_EDGES

    def whole_path(self, shown: Path) -> Path:
        """Of a box of this view, which shows a scope alone without the boxes around it."""
        return self.path[:-1] + shown


def views_of(output: Value) -> tuple[list[View], int]:
    """The views of a graph, and which of them the page opens with."""
    order = topological_order((output,))
    parts = scope_paths(order)
    views = list(level_views(order, parts))
    if not views:  # too large to lay out: what is fewest steps from the output
        levels = fold(order, parts, 0)
        sketch = sketch_of(order, levels, nearest([output], levels, SHOWN_OF_A_CUT), parts)
        left_out = sum(len(s.members) for s in sketch.shapes if s.name == "rest")
        views.append(View(0, (), sketch, cut=left_out))
    readable = [k for k, view in enumerate(views) if view.is_readable]
    return views + scope_views(order, parts), readable[-1] if readable else 0


def level_views(order: list[Value], parts: dict[str, Path]) -> Iterator[View]:
    """With no box open, with the outer ones open, and so on, as far as Graphviz can lay out."""
    for level in range(max(map(len, parts.values())) + 1):
        drawn_as = fold(order, parts, level)
        kept = set(drawn_as.values())
        if len(kept) > MOST_SHAPES:
            return
        sketch = sketch_of(order, drawn_as, kept, parts)
        if len(sketch.edges) > MOST_EDGES:
            return
        yield View(level, (), sketch)


def scope_views(order: list[Value], parts: dict[str, Path]) -> list[View]:
    """Each scope alone, where it is not too large."""
    members: dict[Path, list[Value]] = {}
    users: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        path = parts[node.scope]
        for n in range(len(path)):
            members.setdefault(path[: n + 1], []).append(node)
        for input in node.inputs:
            users[input].append(node)
    if len(members) > MOST_SCOPES:
        return []
    place = {node: number for number, node in enumerate(order)}
    views = []
    for path, inside in members.items():
        if sum(parts[node.scope] == path for node in inside) <= MOST_OF_A_SCOPE:
            sketch = scope_sketch(inside, users, place, parts, path)
            views.append(View(-1, path, sketch))
    return [view for view in views if len(view.sketch.shapes) <= MOST_OF_A_SCOPE]


def closed_path(shape: Shape, view: View) -> Path:
    """The path of a closed box, which says what the page opens when it is clicked."""
    if view.level >= 0 or shape.scope:
        return view.whole_path((*shape.scope, shape.title))
    own = split_scope(shape.members[0].scope)
    return own[: common(own, view.path) + 1]


def scope_sketch(
    members: list[Value],
    users: dict[Value, list[Value]],
    place: dict[Value, int],
    parts: dict[str, Path],
    path: Path,
) -> Sketch:
    """What is inside a scope, its inner scopes closed; what it reads; closed, what it feeds."""
    inside = set(members)
    read = {input for node in inside for input in node.inputs} - inside
    fed = {user for node in inside for user in users[node]} - inside
    beside = {input for node in fed for input in node.inputs}
    near = sorted(inside | read | fed | beside, key=place.__getitem__)
    drawn_as: dict[Value, Any] = {input: input for node in near for input in node.inputs}
    for node in near:
        own = parts[node.scope]
        depth = len(path) if node in inside else common(own, path)
        drawn_as[node] = own[: depth + 1] if len(own) > depth and node not in read else node
    kept = {drawn_as[node] for node in inside | read | fed}
    outside = {scope: own if own[: len(path)] == path else () for scope, own in parts.items()}
    sketch = sketch_of(near, drawn_as, kept, outside)
    moved = {shape: move_shape(shape, path) for shape in sketch.shapes if shape.name != "rest"}
    edges = [
        (moved[a], moved[b], through)
        for a, b, through in sketch.edges
        if a in moved and b in moved and not inside.isdisjoint(touched(through))
    ]
    return Sketch(list(moved.values()), edges)


def common(a: Path, b: Path) -> int:
    """How many names two paths begin with together."""
    return next((k for k, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def touched(through: Sequence[tuple[Value, int]]) -> Iterator[Value]:
    for node, index in through:
        yield node
        yield node.inputs[index]


def move_shape(shape: Shape, path: Path) -> Shape:
    """The shape with only the boxes that its own scope's picture shows."""
    inside = shape.scope[: len(path)] == path
    return replace(shape, scope=shape.scope[len(path) - 1 :] if inside else ())
