"""What the page is filled with: the graph's numbers, words and pictures as JSON; its rules."""

import json
import re
from collections import Counter
from html import escape
from typing import Any

from engine.drawing.sketch import Shape, Sketch
from engine.explorer.attention import Attention, find_attention
from engine.explorer.convolutions import Convolution, find_convolutions
from engine.explorer.forms import form_of, key_of
from engine.explorer.javascript import rule_source
from engine.explorer.layers import Net, find_nets, halves, is_dot
from engine.explorer.layout import frames_of, lay_out_views
from engine.explorer.recurrent import Recurrent, find_recurrent
from engine.explorer.short_names import short_names
from engine.explorer.views import Path, View, closed_path, views_of
from engine.formula.graph import formula
from engine.formula.signs import sign_of
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.names import name_nodes, printable, split_scope
from engine.rules import CONSTANT
from engine.stale import refuse_stale
from engine.value import Value

LEAF, CONSTANT_NODE = -1, -2  # in place of a form
MOST_OPERATIONS_OF_A_TITLE = 8
FEW_NEURONS = 2  # open as a graph of operations, more as layers
LAYERS_LEVEL = -2  # of the view of nets as layers, which the page lays out by itself
MOST_BOARDS = 8  # views of grids that belong together, at levels below


def rules_script(*outputs: Value) -> tuple[str, dict[Value, int], str]:
    """The graphs' rules as a JavaScript array, the place of each node's, and what is missing.

    >>> print(rules_script(Value(3.0, "x").tanh())[0])
    const rules = [
    {name: "tanh", names: ["x"], domain: [null], condition: null,
     value: (x) => m.tanh(x),
     partials: (y, x) => [(1.0 - m.power(y, 2.0))]},
    ];
    """
    sources: list[str] = []
    places: dict[tuple[object, ...], int] = {}
    of_node: dict[Value, int] = {}
    missing = ""
    for node in topological_order(outputs):
        if node.rule is None or node.rule is CONSTANT:
            continue
        fixed = tuple(node.inputs[index].data for index in sorted(node.rule.fixed))
        key = (node.rule, len(node.inputs), fixed)
        if key not in places:
            places[key] = len(sources)
            try:
                sources.append(rule_source(*key))
            except NotImplementedError:
                sources.append("null")
                missing = node.rule.name
        of_node[node] = places[key]
    lines = "".join(f"{source},\n" for source in sources)
    return f"const rules = [\n{lines}];", of_node, missing


def contents(output: Value, rule_of: dict[Value, int], missing: str) -> dict[str, Any]:
    """Everything that the page shows, as what JSON can hold."""
    order = topological_order((output,))
    refuse_stale(order)
    place = {node: number for number, node in enumerate(order)}
    names = {node: printable(name) for node, name in name_nodes(order).items()}
    scopes = {scope: number for number, scope in enumerate(dict.fromkeys(n.scope for n in order))}
    kinds, forms = kinds_and_forms(order, rule_of)
    nets = find_nets(order)
    layouts, views, first = drawn_views(output, order, names, nets)
    return {
        "names": [names[node] for node in order],
        "labelled": [int(bool(node.label)) for node in order],
        "kinds": kinds,
        "forms": forms,
        "inputs": [[place[input] for input in node.inputs] for node in order],
        "values": [short(node.data) for node in order],
        "partials": [partials_contents(node) for node in order],
        "scopes": [joined(split_scope(scope)) for scope in scopes],
        "scope": [scopes[node.scope] for node in order],
        "title": title(order, names),
        "missing": missing,
        "layouts": layouts,
        "views": views,
        "view": first,
        "levels": level_names(order),
        "nets": [net_contents(net, place) for net in nets],
    }


def kinds_and_forms(
    order: list[Value], rule_of: dict[Value, int]
) -> tuple[list[int], list[dict[str, Any]]]:
    """What each node is: a leaf, a constant, or of which form; and how each form is written."""
    places: dict[tuple[object, ...], int] = {}
    kinds: list[int] = []
    forms: list[dict[str, Any]] = []
    for node in order:
        if not node.inputs or node.rule is None:
            kinds.append(CONSTANT_NODE if node.rule is CONSTANT else LEAF)
            continue
        key = key_of(node)
        if key not in places:
            places[key] = len(forms)
            form = form_of(node)
            forms.append(
                {
                    "rule": rule_of[node],
                    "symbol": sign_of(node),
                    "operation": form.operation,
                    "partials": form.partials,
                }
            )
        kinds.append(places[key])
    return kinds, forms


def drawn_views(
    output: Value, order: list[Value], names: dict[Value, str], nets: list[Net]
) -> tuple[list[Any], list[dict[str, Any]], int]:
    """The layouts, the views over them, and which view is shown first."""
    place = {node: number for number, node in enumerate(order)}
    views, first = views_of(output)
    layouts, chosen = lay_out_views(views, names)
    inside = short_names(names, [view.path for view in views])
    drawn = [
        view_contents(view, place, layout, inside.get(view.path, {}))
        for view, layout in zip(views, chosen)
    ]
    boards = boards_of(order, place)
    if nets or boards:
        layouts.append({"size": [1, 1], "cards": [], "frames": [], "curves": []})
    for number, board in enumerate(boards):
        drawn.append(alone(LAYERS_LEVEL - len(boards) + number, layouts) | board)
    if nets:
        drawn.append(alone(LAYERS_LEVEL, layouts) | {"title": "the net"})
        if sum(len(layer.z) for layer in nets[0]) > FEW_NEURONS:
            first = len(drawn) - 1
    if boards:
        first = len(drawn) - len(boards) - bool(nets)
    return layouts, drawn, first


def alone(level: int, layouts: list[Any]) -> dict[str, Any]:
    """A view without nodes, which the page fills and lays out by itself."""
    return view_contents(View(level, (), Sketch([], [])), {}, len(layouts) - 1, {})


def boards_of(order: list[Value], place: dict[Value, int]) -> list[dict[str, Any]]:
    """What is seen better as grids than as nodes: each with the title of its view, its place in a
    row of layers or else its kind."""
    found: list[Convolution | Attention | Recurrent] = [
        *find_convolutions(order),
        *find_attention(order),
        *find_recurrent(order),
    ]
    samples = Counter(each.scope for each in found)
    number: Counter[str] = Counter()
    boards = []
    for each in found[:MOST_BOARDS]:
        number[each.scope] += 1
        board = each.contents(place)
        name = split_scope(each.scope)[-1] if each.scope else board["kind"]
        sample = f", sample {number[each.scope]}" if samples[each.scope] > 1 else ""
        boards.append({"title": name + sample, "board": board})
    return boards


def net_contents(net: Net, place: dict[Value, int]) -> list[dict[str, Any]]:
    """Only the z and a of each layer: its weights and inputs are those of its dot products."""
    return [
        {
            "z": [place[z] for z in layer.z],
            "a": [place[a] for a in layer.a],
            "activation": layer.activation,
        }
        for layer in net
    ]


def partials_contents(node: Value) -> list[float | int] | None:
    """The local derivatives; None for a dot product's, which are the other vector's values."""
    if is_dot(node):
        a, b = halves(node)
        if list(node.partials) == [input.data for input in (*b, *a)]:
            return None
    return [short(partial) for partial in node.partials]


def short(number: float) -> float | int:
    """The same number in as few digits as can be."""
    number = float(number)  # a whole number, or one of NumPy, may have been set as data
    whole = number.is_integer() and abs(number) < 1e15 and repr(number) != "-0.0"
    return int(number) if whole else number


def title(order: list[Value], names: dict[Value, str]) -> str:
    """The formula of a small graph, in MathML that is read out as text; "" for a large one."""
    operations = sum(bool(node.inputs) for node in order)
    if not 0 < operations <= MOST_OPERATIONS_OF_A_TITLE or len(order) > 24:
        return ""
    output, style = order[-1], find_style("mathml")
    said = escape(f"{names[output]} = {formula(output)}")
    shown = style.equation(style.name(names[output]).text, formula(output, "mathml"))
    return f'<math aria-label="{said}">{shown}</math>'


def view_contents(
    view: View, place: dict[Value, int], layout: int, short: dict[Value, str]
) -> dict[str, Any]:
    shapes = {shape: number for number, shape in enumerate(view.sketch.shapes)}
    return {
        "level": view.level,
        "path": joined(view.path),
        "names": {place[node]: name for node, name in short.items()},
        "layout": layout,
        "shapes": [shape_contents(shape, view, place) for shape in view.sketch.shapes],
        "frames": [joined(view.whole_path(frame.path)) for frame in frames_of(view.sketch)],
        "edges": [
            [shapes[a], shapes[b], *([] if a.title or b.title else [through[0][1]])]
            for a, b, through in view.sketch.edges
        ],
    } | ({"cut": view.cut} if view.cut else {})


def shape_contents(shape: Shape, view: View, place: dict[Value, int]) -> int | str:
    """A node by its number; a closed box by its path; what a cut leaves out, by nothing."""
    if not shape.title:
        return place[shape.members[-1]]
    if shape.name == "rest":
        return ""
    return joined(closed_path(shape, view))


def joined(path: Path) -> str:
    return "/".join(map(printable, path))


def level_names(order: list[Value]) -> list[str]:
    """What a level's boxes are called, "layers" for layer 1, layer 2, …; "" where it is not one.

    >>> from engine.recording import scope
    >>> with scope("layer 1"), scope("core"):
    ...     y = Value(2.0).tanh()
    >>> level_names([y])
    ['layers', 'core']
    """
    boxes: list[set[Path]] = []
    for scope in dict.fromkeys(node.scope for node in order):
        parts = split_scope(scope)
        boxes += [set() for _ in parts[len(boxes) :]]
        for depth, found in enumerate(boxes[: len(parts)], start=1):
            found.add(parts[:depth])
    return [level_name([path[-1] for path in found]) for found in boxes]


def level_name(boxes: list[str]) -> str:
    """The word that all share; of several, or of a number, in the plural."""
    words = {box.rstrip("0123456789 ") for box in boxes}
    if len(words) > 1:
        return ""
    word = words.pop()
    return printable(word if boxes == [word] else plural(word))


def plural(word: str) -> str:
    """As English has it; what ends in s is one already, or stays as it is.

    >>> [plural(word) for word in ("layer", "patch", "entry", "array", "heads", "loss", "W′")]
    ['layers', 'patches', 'entries', 'arrays', 'heads', 'loss', 'W′']
    """
    if not re.search("[a-rt-z]$", word, re.IGNORECASE):
        return word
    stem = re.sub("(?<=[^aeiou])y$", "ie", word)
    return stem + ("es" if re.search("(x|z|ch|sh)$", word) else "s")


def json_block(data: Any) -> str:
    """JSON that may stand in a <script> block: no parser of HTML or JavaScript stumbles over it.

    >>> print(json_block("</script><!--"))
    "\\u003c/script\\u003e\\u003c!--"
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
