"""A sketch as text in the DOT language: labels with their numbers, edges, nested boxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise, permutations

from engine.drawing.colors import DARK_LINE, GRADIENT, LINE, NO_TINT, QUIET, VALUE, VALUE_TINT, tint
from engine.drawing.rendering import Picture, escape_label
from engine.drawing.sketch import Box, Shape, Sketch
from engine.formula.signs import sign_of
from engine.names import digits, printable
from engine.rules import CONSTANT
from engine.value import Value

PORTS = {"LR": ("e", "w"), "TB": ("s", "n"), "RL": ("w", "e"), "BT": ("n", "s")}


def write_dot(
    sketch: Sketch,
    names: Mapping[Value, str],
    direction: str,
    *,
    gradients: bool,
    backward_has_run: bool,
    partials: bool,
) -> Picture:
    """The sketch in DOT, in a direction of PORTS, with gradients and partials where asked for."""
    picture = Picture(
        graph_attr={
            "rankdir": direction,
            "bgcolor": "white",
            "fontname": "Helvetica",
            "nodesep": "0.2",
            "ranksep": "0.45",
        },
        node_attr={"shape": "plain", "fontname": "Helvetica", "fontsize": "12"},
        edge_attr={
            "color": LINE,
            "fontname": "Helvetica",
            "fontsize": "10",
            "fontcolor": QUIET,
            "arrowsize": "0.6",
        },
    )
    if any(shape.title for shape in sketch.shapes):  # straight lines from box to box, as in books
        tail, head = PORTS[direction]
        picture.attr(ranksep="1.3", splines="line", remincross="false")
        picture.attr("edge", color=f"{LINE}90", tailport=tail, headport=head)
    if sketch.is_tree:
        picture.attr(ordering="in")  # as they are written and counted
    copies = sketch.repeated()
    if sketch.is_tangled(copies):
        picture.attr(splines="line", nslimit="1", nslimit1="1")
    sideways = direction in ("LR", "RL")
    pen = Pen(sketch, sideways, gradients, gradients and backward_has_run, partials, copies, names)
    pen.write_shapes(picture, sketch.tree())
    pen.write_edges(picture)
    return picture


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes a sketch as DOT."""

    sketch: Sketch
    sideways: bool
    gradients: bool  # leave room for them
    backward_has_run: bool
    partials: bool
    copies: set[int]  # edges, by number, that start at a copy of their leaf
    names: Mapping[Value, str]

    def write_shapes(self, picture: Picture, box: Box, prefix: str = "cluster") -> None:
        largest = max((abs(n.grad) for s in self.sketch.shapes for n in s.members), default=0.0)
        for shape in box.shapes:
            picture.node(shape.name, self.label(shape, largest), tooltip=self.tooltip(shape))
        for index, (name, inner) in enumerate(box.boxes.items()):
            with picture.subgraph(name=f"{prefix}_{index}") as cluster:
                cluster.attr(
                    label=plain(name),
                    style="rounded,filled",
                    color="#d5dae1",
                    fillcolor="#fafbfc",
                    fontcolor=QUIET,
                    fontsize="11",
                    labeljust="l",
                )
                self.write_shapes(cluster, inner, f"{prefix}_{index}")
                self.line_up(cluster, [shape for shape in inner.shapes if shape.title])

    def line_up(self, cluster: Picture, folded: list[Shape]) -> None:
        """Line up folded boxes in their order, as the neurons of a layer, unless one feeds another.

        Invisible edges do it; where the graph runs sideways, Graphviz counts a row from below.
        """
        feeding = {(source, result) for source, result, _ in self.sketch.edges}
        if any(pair in feeding for pair in permutations(folded, 2)):
            return
        with cluster.subgraph(graph_attr={"rank": "same"}) as row:
            for before, after in pairwise(folded[::-1] if self.sideways else folded):
                row.edge(before.name, after.name, style="invis")

    def write_edges(self, picture: Picture) -> None:
        flows = [
            max(abs(node.partials[index] * node.grad) for node, index in through)
            for _, _, through in self.sketch.edges
        ]
        largest = max(flows, default=0.0)
        for number, ((source, result, through), flow) in enumerate(zip(self.sketch.edges, flows)):
            node, index = through[0]
            fixed = node.inputs[index].rule is CONSTANT
            look = {}
            if self.partials and not (source.title or result.title or fixed):
                look["label"] = f" {digits(node.partials[index])} "
            if self.backward_has_run and largest > 0.0 and not fixed:
                look["penwidth"] = f"{0.8 + 2.2 * (flow / largest) ** 0.5:.2f}"
            start = source.name
            if number in self.copies:
                start = f"{source.name}_{number}"
                picture.node(start, self.copy_label(source), tooltip=self.tooltip(source))
            picture.edge(start, result.name, **look)

    def copy_label(self, leaf: Shape) -> str:
        """A leaf that is drawn elsewhere: its name alone, light and small."""
        node = leaf.members[-1]
        name = markup(self.names[node]) if node.label else digits(node.data)
        return f'<<font color="{QUIET}" point-size="11">{name}</font>>'

    def label(self, shape: Shape, largest: float) -> str:
        """The HTML-like label of a shape."""
        node = shape.members[-1]
        if not shape.title and node.rule is CONSTANT:
            return f'<<font color="{QUIET}" point-size="11">{digits(node.data)}</font>>'
        rows = [self.title(shape)]
        if shape.title:
            rows.append(caption(shape))
        outlets = self.outlets(shape)
        if len(outlets) == 1:
            rows.append(self.numbers(outlets[0], largest))
        border = DARK_LINE if shape.title or node.inputs else VALUE
        return (
            f'<<table border="1" color="{border}" style="rounded" bgcolor="white" cellborder="0" '
            f'cellspacing="3" cellpadding="2">{"".join(rows)}</table>>'
        )

    def title(self, shape: Shape) -> str:
        node = shape.members[-1]
        name = shape.title or (self.names[node] if node.label else "")
        rule = "" if shape.title else sign_of(node)
        words = []
        if name:
            words.append(f"<b>{markup(name)}</b>")
        if rule:
            words.append(f'<font color="{QUIET}">{markup(rule)}</font>')
        return f'<tr><td colspan="2">{"  ".join(words)}</td></tr>' if words else ""

    def numbers(self, node: Value, largest: float) -> str:
        value = f'<font color="{VALUE}">{digits(node.data)}</font>'
        if not self.gradients:
            return f'<tr><td colspan="2" bgcolor="{VALUE_TINT}">{value}</td></tr>'
        gradient = digits(node.grad) if self.backward_has_run else "-"
        color = tint(node.grad, largest) if self.backward_has_run else NO_TINT
        return (
            f'<tr><td bgcolor="{VALUE_TINT}">{value}</td>'
            f'<td bgcolor="{color}"><font color="{GRADIENT}">{gradient}</font></td></tr>'
        )

    def outlets(self, shape: Shape) -> list[Value]:
        """The nodes of a shape that others use, or that nothing uses: its results."""
        if not shape.title:
            return shape.members
        members = set(shape.members)
        leaving = [
            node.inputs[index]
            for source, _, through in self.sketch.edges
            if source is shape
            for node, index in through
        ]
        used = {input for node in shape.members for input in node.inputs}
        final = [node for node in shape.members if node not in used]
        return list(dict.fromkeys(node for node in [*leaving, *final] if node in members))

    def tooltip(self, shape: Shape) -> str:
        node = shape.members[0]
        numbers = f"{self.names[node] if node.label else ''} value {float(node.data)!r}"
        if self.backward_has_run and node.rule is not CONSTANT:
            numbers += f" gradient {float(node.grad)!r}"
        return plain(shape.title or numbers.strip())


def caption(shape: Shape) -> str:
    """How much a folded box holds, as a row of its table."""
    words = shape.counts()
    return f'<tr><td colspan="2"><font color="{QUIET}" point-size="10">{words}</font></td></tr>'


def plain(text: str) -> str:
    """The text as data within a plain label, in which Graphviz reads "&lt;" as HTML does."""
    marked: str = escape_label(printable(text).replace("&", "&amp;"))
    return marked


def markup(text: str) -> str:
    """The text as data within an HTML-like label."""
    marked = escape(printable(text)).replace("\\", "\\\\").replace("\n", "<br/>")
    return marked.replace("]", "&#93;")  # which some versions of Graphviz misread
