"""The picture of a graph, drawn by Graphviz: values blue, gradients orange, layers as boxes.

A system `dot` draws where there is one; elsewhere the program of the package graphviz-pure, which
importing this module makes the graphviz package use.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import files
from itertools import pairwise, permutations
from json import JSONDecoder
from typing import Any

import graphviz

from engine.drawing.network import HasNetwork, Network, NetworkPen
from engine.drawing.sketch import Box, Shape, Sketch, readable_sketch
from engine.formula.style import printable as printable
from engine.graph import topological_order
from engine.rules import CONSTANT
from engine.value import Value

PORTS = {"LR": ("e", "w"), "TB": ("s", "n"), "RL": ("w", "e"), "BT": ("n", "s")}

VALUE, GRADIENT, QUIET, LINE = "#0b57d0", "#b3470b", "#6b7280", "#9aa3af"
VALUE_TINT, NO_TINT = "#e7f0fe", "#f6f7f9"
GRADIENT_TINTS = ("#fff4ea", "#fee5cf", "#fdd3ad", "#fbbf87")  # from the smallest to the largest


def use_embedded_graphviz() -> None:
    """Point the graphviz package at the program that graphviz-pure installs."""
    for file in files("graphviz-pure") or ():
        if file.stem == "graphviz-pure" and file.parent.name in ("bin", "Scripts"):
            graphviz.backend.dot_command.DOT_BINARY = file.locate()


if shutil.which("dot") is None:
    use_embedded_graphviz()


def draw(
    output: Value | Sequence[Value] | HasNetwork,
    *,
    inputs: Sequence[float] | None = None,
    direction: str = "LR",
    depth: int | None = None,
    gradients: bool = True,
    partials: bool = True,
) -> graphviz.Digraph:
    """The computation graph that leads to the output, or to several; of a model, its net.

    Each node shows its label and rule, its number in blue and its gradient in orange: a dash until
    `backward()` has run. On each edge stands the local derivative; its width grows with the size of
    the gradient that flows there. The same graph gives the same text, byte by byte.

    `direction` is "LR", "TB", "RL" or "BT". Scopes (the layers and neurons of a net) are boxes:
    `depth` says how many levels of them open, and left out, as many as stay readable. Of a graph
    that is too large even so, the part next to the output is drawn. `gradients` and `partials`
    switch these numbers off. Raises ValueError for another direction or a negative depth, TypeError
    for what is neither Values nor such a model.

    A model, such as `nn.MLP`, `Layer` or `Neuron`, is drawn as in a textbook: layers as columns of
    circles, an edge for each weight, teal where it is positive and dashed crimson where it is
    negative. With `inputs`, the numbers of one forward pass stand in it:
    `draw(model, inputs=[2, 3])`.

    >>> x = Value(3.0, "x")
    >>> picture = draw(x * x)
    >>> picture.source.count("->")
    2
    """
    if isinstance(output, HasNetwork):
        return network_picture(output.network(inputs))
    if inputs is not None:
        raise ValueError("inputs are for a model; a graph has its numbers already")
    if direction not in PORTS:
        raise ValueError(f"direction is {direction!r}, and must be one of {', '.join(PORTS)}")
    if depth is not None and depth < 0:
        raise ValueError(f"depth is {depth}, and must be 0 or more")
    outputs = values_of(output)
    order = topological_order(outputs)
    sketch = readable_sketch(order, outputs, depth)
    show_gradients = gradients and any(value.grad != 0.0 for value in outputs)
    picture = graphviz.Digraph(
        graph_attr={
            "rankdir": direction,
            "bgcolor": "transparent",
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
    pen = Pen(sketch, direction in ("LR", "RL"), gradients, show_gradients, partials)
    pen.shapes(picture, sketch.tree())
    pen.lines(picture)
    return picture


def values_of(output: Any) -> list[Value]:
    """The outputs as a list. Raises TypeError for what is neither a Value nor a list of them."""
    outputs = list(output) if isinstance(output, Iterable) else [output]
    if not all(isinstance(value, Value) for value in outputs):
        given = f"{output!r} was given; a model of another kind is drawn by what it returns"
        raise TypeError(f"draw: a Value or a list of them is needed, and {given}")
    return outputs


def svg(
    output: Value | Sequence[Value] | HasNetwork,
    *,
    inputs: Sequence[float] | None = None,
    direction: str = "LR",
    depth: int | None = None,
    gradients: bool = True,
    partials: bool = True,
) -> str:
    """The picture that `draw` makes, with the same options, as an `<svg>` element.

    >>> svg(Value(1.0, "x") + 2)[:4]
    '<svg'
    """
    picture = draw(
        output,
        inputs=inputs,
        direction=direction,
        depth=depth,
        gradients=gradients,
        partials=partials,
    )
    text: str = picture.pipe(format="svg", encoding="utf-8", quiet=True)
    return text[text.index("<svg") :]


def network_picture(network: Network) -> graphviz.Digraph:
    """The net as the textbook draws it; neato keeps everything in its place."""
    picture = graphviz.Digraph(
        engine="neato",
        graph_attr={
            "layout": "neato",
            "bgcolor": "transparent",
            "splines": "line",
            "outputorder": "edgesfirst",
        },
        node_attr={"fontname": "Helvetica"},
        edge_attr={"arrowhead": "none"},
    )
    NetworkPen(network, picture).draw()
    return picture


def laid_out(pictures: Sequence[str]) -> list[dict[str, Any]]:
    """Where Graphviz puts the nodes, boxes and edges of some pictures, given as DOT: as its JSON.

    >>> laid_out(["digraph { a -> b }"])[0]["objects"][0]["name"]
    'a'
    """
    source = "\n".join(pictures).encode()
    text = graphviz.pipe("dot", "json0", source, quiet=True).decode()
    found = []
    while text:
        layout, end = JSONDecoder().raw_decode(text)
        found.append(layout)
        text = text[end:].lstrip()
    return found


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes a sketch as DOT."""

    sketch: Sketch
    sideways: bool
    gradients: bool  # leave room for them
    backward_has_run: bool
    partials: bool

    def shapes(self, picture: graphviz.Digraph, box: Box, prefix: str = "cluster") -> None:
        largest = max((abs(n.grad) for s in self.sketch.shapes for n in s.members), default=0.0)
        for shape in box.shapes:
            picture.node(shape.name, self.label(shape, largest), tooltip=self.tooltip(shape))
        for index, (name, inner) in enumerate(box.boxes.items()):
            with picture.subgraph(name=f"{prefix}_{index}") as cluster:
                cluster.attr(
                    label=graphviz.escape(printable(name)),
                    style="rounded,filled",
                    color="#d5dae1",
                    fillcolor="#fafbfc",
                    fontcolor=QUIET,
                    fontsize="11",
                    labeljust="l",
                )
                self.shapes(cluster, inner, f"{prefix}_{index}")
                self.row(cluster, [shape for shape in inner.shapes if shape.title])

    def row(self, cluster: graphviz.Digraph, folded: list[Shape]) -> None:
        """Line up folded boxes in their order, as the neurons of a layer, unless one feeds another.

        Invisible edges do it; where the graph runs sideways, Graphviz counts a row from below.
        """
        feeding = {(source, result) for source, result, _ in self.sketch.edges}
        if any(pair in feeding for pair in permutations(folded, 2)):
            return
        with cluster.subgraph(graph_attr={"rank": "same"}) as row:
            for before, after in pairwise(folded[::-1] if self.sideways else folded):
                row.edge(before.name, after.name, style="invis")

    def lines(self, picture: graphviz.Digraph) -> None:
        flows = [
            max(abs(node.partials[index] * node.grad) for node, index in through)
            for _, _, through in self.sketch.edges
        ]
        largest = max(flows, default=0.0)
        for (source, result, through), flow in zip(self.sketch.edges, flows):
            node, index = through[0]
            fixed = node.inputs[index].rule is CONSTANT
            look = {}
            if self.partials and not (source.title or result.title or fixed):
                look["label"] = f" {digits(node.partials[index])} "
            if self.backward_has_run and largest > 0.0 and not fixed:
                look["penwidth"] = f"{0.8 + 2.2 * (flow / largest) ** 0.5:.2f}"
            picture.edge(source.name, result.name, **look)

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
        border = "#5f6b7a" if shape.title or node.inputs else VALUE
        return (
            f'<<table border="1" color="{border}" style="rounded" bgcolor="white" cellborder="0" '
            f'cellspacing="3" cellpadding="2">{"".join(rows)}</table>>'
        )

    def title(self, shape: Shape) -> str:
        node = shape.members[-1]
        name = shape.title or node.label
        rule = "" if shape.title or node.rule is None else node.rule.symbol or node.rule.name
        words = []
        if name:
            words.append(f"<b>{markup(name)}</b>")
        if rule:
            words.append(f'<font color="{QUIET}">{markup(rule)}</font>')
        return f'<tr><td colspan="2">{"  ".join(words)}</td></tr>' if words else ""

    def numbers(self, node: Value, largest: float) -> str:
        value = f'<font color="{VALUE}">{digits(node.data)}</font>'
        if not self.gradients:
            return f'<tr><td bgcolor="{VALUE_TINT}">{value}</td></tr>'
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
        numbers = f"{node.label} value {node.data!r}"
        if self.backward_has_run and node.rule is not CONSTANT:
            numbers += f" gradient {node.grad!r}"
        text: str = graphviz.escape(printable(shape.title or numbers.strip()))
        return text


def caption(shape: Shape) -> str:
    """How much a folded box holds."""
    leaves = sum(not node.inputs and node.rule is not CONSTANT for node in shape.members)
    operations = sum(bool(node.inputs) for node in shape.members)
    counts = [
        (leaves, "leaf" if leaves == 1 else "leaves"),
        (operations, "operation" if operations == 1 else "operations"),
    ]
    words = ", ".join(f"{count:,} {noun}" for count, noun in counts if count)
    return f'<tr><td colspan="2"><font color="{QUIET}" point-size="10">{words}</font></td></tr>'


def digits(number: float) -> str:
    """Four significant digits, and no minus before a zero."""
    return f"{number + 0.0:.4g}"


def tint(gradient: float, largest: float) -> str:
    """A deeper orange for a larger gradient, on one scale for the whole picture."""
    if largest == 0.0:
        return GRADIENT_TINTS[0]
    steps = len(GRADIENT_TINTS)
    return GRADIENT_TINTS[min(steps - 1, int(steps * (abs(gradient) / largest) ** 0.5))]


def markup(text: str) -> str:
    """The text as data within an HTML-like label."""
    marked = escape(printable(text)).replace("\\", "\\\\").replace("\n", "<br/>")
    return marked.replace("]", "&#93;")  # which some versions of Graphviz misread
