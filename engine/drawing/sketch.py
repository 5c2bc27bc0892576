"""What a picture of a graph shows: its nodes, folded boxes, and the edges between them."""

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from engine.messages import counted
from engine.names import split_scope
from engine.rules import CONSTANT
from engine.value import Value

MOST_SHAPES, MOST_EDGES = 120, 800  # more cannot be read, and is slow to lay out
LONGEST_WAY = 400  # ranks that all edges pass by, beyond which Graphviz takes seconds, then minutes
FAR = 3  # ranks that the edge of a leaf passes by, where the leaf is rather drawn again
SHAPES_OF_A_CUT = 30  # of a graph that nothing folds
Drawn = Any  # a node as itself, or the path of a closed scope


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One thing in the picture: a node of the graph, or all the nodes of a folded scope."""

    name: str
    scope: tuple[str, ...]  # the open boxes that it stands in
    title: str  # of a folded scope; "" for a node
    members: list[Value] = field(default_factory=list)

    def counts(self) -> str:
        """How much it holds, as "3 leaves, 1 operation"."""
        leaves = sum(not node.inputs and node.rule is not CONSTANT for node in self.members)
        operations = sum(bool(node.inputs) for node in self.members)
        said = [counted(leaves, "leaf", "leaves")] if leaves else []
        said += [counted(operations, "operation")] if operations else []
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The shapes and the edges of a picture, before anything is written."""

    shapes: list[Shape]
    edges: list[tuple[Shape, Shape, list[tuple[Value, int]]]]  # (result, which of its inputs)

    def tree(self) -> "Box":
        """The shapes sorted into nested boxes."""
        root = Box()
        for shape in self.shapes:
            box = root
            for part in shape.scope:
                box = box.boxes.setdefault(part, Box())
            box.shapes.append(shape)
        return root

    def ways(self) -> list[int]:
        """For each edge, how many ranks it passes by; a leaf stands right before its first use."""
        place = {shape: k for k, shape in enumerate(self.shapes)}
        sources: dict[Shape, list[Shape]] = {shape: [] for shape in self.shapes}
        for source, result, _ in self.edges:
            if place[source] < place[result]:  # closed boxes may feed one another
                sources[result].append(source)
        rank: dict[Shape, int] = {}
        first: dict[Shape, int] = {}  # rank of the first that uses it
        for result in self.shapes:
            rank[result] = 1 + max([rank[source] for source in sources[result]], default=-1)
            for source in sources[result]:
                first[source] = min(rank[result], first.get(source, rank[result]))
        leaves = [shape for shape in first if not sources[shape]]
        rank |= {leaf: first[leaf] - 1 for leaf in leaves}
        return [max(0, rank[result] - rank[source] - 1) for source, result, _ in self.edges]

    @property
    def is_tree(self) -> bool:
        """Whether each shape is used once, and none is in a box: no order needs a crossing."""
        sources = [source for source, _, _ in self.edges]
        return len(set(sources)) == len(sources) and not any(s.scope for s in self.shapes)

    def is_tangled(self, copies: Container[int] = ()) -> bool:
        """Whether curves around all that stands between would take too long to find; edges that
        start at copies are short."""
        ways = enumerate(self.ways())
        return sum(way for number, way in ways if number not in copies) > LONGEST_WAY

    def repeated(self) -> set[int]:
        """The edges, by number, that start at a copy of their leaf: where curves are too many."""
        if not self.is_tangled():
            return set()
        return {
            number
            for number, ((source, _, _), way) in enumerate(zip(self.edges, self.ways()))
            if way >= FAR and not source.title and not source.members[-1].inputs
        }


@dataclass(frozen=True, slots=True)
class Box:
    """An open scope."""

    shapes: list[Shape] = field(default_factory=list)
    boxes: dict[str, "Box"] = field(default_factory=dict)


def readable_sketch(order: list[Value], outputs: list[Value], depth: int | None) -> Sketch:
    """The sketch with as many levels open as fit, cut down where even the closed boxes do not."""
    parts = scope_paths(order)
    deepest = max(map(len, parts.values()))
    drawn_as: dict[Value, Drawn] = {}
    for levels in range(deepest, -1, -1) if depth is None else [depth]:
        drawn_as = fold(order, parts, levels)
        everything = set(drawn_as.values())
        if len(everything) <= MOST_SHAPES:
            sketch = sketch_of(order, drawn_as, everything, parts)
            if len(sketch.edges) <= MOST_EDGES:
                return sketch
    return sketch_of(order, drawn_as, nearest(outputs, drawn_as), parts)


def scope_paths(order: list[Value]) -> dict[str, tuple[str, ...]]:
    """Each scope as the names on the way to it; none for the outermost."""
    return {"": ()} | {scope: split_scope(scope) for scope in dict.fromkeys(n.scope for n in order)}


def fold(order: list[Value], parts: dict[str, tuple[str, ...]], depth: int) -> dict[Value, Drawn]:
    """What each node is drawn as: itself, or the closed scope below `depth` that it is in."""
    closed = {scope: path[: depth + 1] for scope, path in parts.items() if len(path) > depth}
    return {node: closed.get(node.scope, node) for node in order}


def nearest(
    outputs: list[Value], drawn_as: dict[Value, Drawn], most: int = SHAPES_OF_A_CUT
) -> set[Drawn]:
    """The shapes fewest steps from the outputs, as many as are easy to read."""
    kept: set[Drawn] = set()
    seen = set(outputs)
    queue = deque(outputs)
    while queue and len(kept) < most:
        node = queue.popleft()
        kept.add(drawn_as[node])
        unseen = [input for input in dict.fromkeys(node.inputs) if input not in seen]
        seen.update(unseen)
        queue.extend(unseen)
    return kept


def sketch_of(
    order: list[Value],
    drawn_as: dict[Value, Drawn],
    kept: set[Drawn],
    parts: dict[str, tuple[str, ...]],
) -> Sketch:
    """Each edge between two nodes is drawn; those that touch a folded box are drawn as one."""
    rest = Shape("rest", (), "...")
    shapes: dict[Drawn, Shape] = {}
    edges: dict[tuple[Shape, Shape, int], list[tuple[Value, int]]] = {}

    def shape_of(node: Value) -> Shape:
        drawn = drawn_as[node]
        return shapes[drawn] if drawn in kept else rest

    for place, node in enumerate(order):
        drawn = drawn_as[node]
        if drawn in kept and drawn not in shapes:
            open_scope = parts[node.scope] if drawn is node else drawn[:-1]
            shapes[drawn] = Shape(f"n{place}", open_scope, "" if drawn is node else drawn[-1])
        result = shape_of(node)
        result.members.append(node)
        for index, input in enumerate(node.inputs):
            source = shape_of(input)
            if source is not result:
                which = 0 if source.title or result.title else index
                edges.setdefault((source, result, which), []).append((node, index))
    everything = [*shapes.values(), rest] if rest.members else [*shapes.values()]
    return Sketch(everything, [(a, b, through) for (a, b, _), through in edges.items()])
