"""In what Graphviz draws, no local derivative covers an edge, a card or another one."""

import re
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest

import engine
from engine import Value, svg

SVG = "{http://www.w3.org/2000/svg}"
NARROW = 0.5  # of the size of a letter: what a digit is wide at least
Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]


def readme() -> Value:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    return (w * x + b).tanh() ** 2


def neuron() -> Value:
    ws, xs = ([Value(0.3 * k, f"{name}{k}") for k in (1, 2, 3)] for name in "wx")
    return (engine.dot(ws, xs) + Value(0.1, "b")).tanh()


def long_numbers() -> Value:
    a, c = Value(1e-7, "a"), Value(-2.5e12, "c")
    return (a * 3e8 + c * a).tanh() * a * 123456.0


def polynomial() -> Value:
    x = Value(-0.37, "x")
    return x**3 - 2.5 * x**2 + 0.123 * x


GRAPHS = {each.__name__: each for each in (readme, neuron, long_numbers, polynomial)}


def numbers_in(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def points_in(text: str) -> list[Point]:
    numbers = numbers_in(text)
    return list(zip(numbers[::2], numbers[1::2]))


def along(path: str) -> Iterator[Point]:
    """Points of Bézier curves, a point or so apart."""
    start, *others = points_in(path)
    for k in range(0, len(others), 3):
        a, b, c, d = start, *others[k : k + 3]
        for t in (n / 100 for n in range(101)):
            shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            yield tuple(sum(s * p[axis] for s, p in zip(shares, (a, b, c, d))) for axis in (0, 1))  # type: ignore[misc]
        start = d


def box_around(points: list[Point]) -> Box:
    xs, ys = zip(*points)
    return min(xs), min(ys), max(xs), max(ys)


def holds(box: Box, point: Point) -> bool:
    return box[0] < point[0] < box[2] and box[1] < point[1] < box[3]


def meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def covered(picture: str) -> list[str]:
    """The local derivatives that share room with an edge, a card or another one."""
    tree = ElementTree.fromstring(picture)
    groups = {kind: tree.findall(f".//{SVG}g[@class='{kind}']") for kind in ("node", "edge")}
    labels: list[tuple[str, Box]] = []
    lines: list[list[Point]] = []
    for edge in groups["edge"]:
        lines += [list(along(path.attrib["d"])) for path in edge.findall(f"{SVG}path")]
        for text in edge.findall(f"{SVG}text"):
            words = (text.text or "").strip()
            x, y, size = (float(text.attrib[key]) for key in ("x", "y", "font-size"))
            half = NARROW * size * len(words) / 2
            labels.append((words, (x - half, y - 0.72 * size, x + half, y)))
    cards = [
        box_around(points_in(outline.attrib["d"]))
        for node in groups["node"]
        for outline in node.iter(f"{SVG}path")
    ]
    assert lines and cards and labels
    found = [a for (a, one), (_, other) in combinations(labels, 2) if meet(one, other)]
    found += [name for name, box in labels if any(meet(box, card) for card in cards)]
    return found + [
        name for name, box in labels if any(holds(box, point) for line in lines for point in line)
    ]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("graph", GRAPHS)
def test_no_local_derivative_covers_anything(graph: str, direction: str) -> None:
    output = GRAPHS[graph]()
    output.backward()
    assert covered(svg(output, direction=direction)) == []


def test_a_number_on_an_edge_would_be_found() -> None:
    picture = svg(readme())
    text = re.search(r'<text [^>]*font-size="10.00"[^>]*> 0.7116 </text>', picture)
    path = re.search(r'd="M([-\d.]+),([-\d.]+)C', picture)
    assert text and path
    moved = re.sub(r' y="[^"]*"', f' y="{float(path[2]) + 3}"', text[0])
    moved = re.sub(r' x="[^"]*"', f' x="{float(path[1]) + 8}"', moved)
    assert covered(picture) == []
    assert covered(picture.replace(text[0], moved)) == ["0.7116"]


def test_a_tree_is_drawn_in_the_order_of_counting() -> None:
    """Graphviz put the halves of a balanced tree the other way round."""
    terms = [Value(0.3 * k, f"w{k}") * Value(0.1 * k, f"x{k}") for k in range(1, 9)]
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    found = re.findall(
        r'y="([-\d.]+)"[^>]*font-weight="bold"[^>]*>(w.)</text>', svg(terms[0].tanh())
    )
    assert [name for _, name in sorted((float(y), name) for y, name in found)] == [
        f"w{index}" for index in "₁₂₃₄₅₆₇₈"
    ]
