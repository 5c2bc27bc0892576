"""Graphs in which edges go far are drawn at once: leaves that every step uses are drawn again."""

from collections.abc import Callable

import pytest
from hypothesis import given

import engine
from engine import Value, draw, explore, svg
from engine.drawing.sketch import FAR, LONGEST_WAY, Sketch, readable_sketch
from engine.graph import topological_order
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs


def ladder(steps: int) -> Value:
    """y·x, again and again: each step uses x."""
    x, y = Value(1.01, "x"), Value(1.0, "y")
    for _ in range(steps):
        y = y * x
    return y


def descent(steps: int) -> Value:
    """Steps of gradient descent on (w·x − t)², written out."""
    w, x, t, rate = Value(0.0, "w"), Value(2.0, "x"), Value(1.0, "t"), Value(0.1, "rate")
    for _ in range(steps):
        w = w - rate * ((w * x - t) * x * 2)
    return w


def chain(steps: int) -> Value:
    y = Value(0.5, "x")
    for _ in range(steps):
        y = y.tanh()
    return y


def wide(terms: int) -> Value:
    return engine.sum([Value(k / 10.0, f"x{k}") * 2 for k in range(terms)])


def sketch_of_graph(output: Value) -> Sketch:
    return readable_sketch(topological_order([output]), [output], None)


SHAPES = {
    "ladder": (ladder, 118),
    "descent": (descent, 15),
    "chain": (chain, 118),
    "wide": (wide, 39),
}


@pytest.mark.parametrize(("build", "size"), SHAPES.values(), ids=SHAPES)
def test_every_shape_of_graph_is_drawn(build: Callable[[int], Value], size: int) -> None:
    """Without copies and limits, the ladder of 80 steps took a minute, and that of 100 far more."""
    output = build(size)
    sketch = sketch_of_graph(output)
    copies = sketch.repeated()
    assert len(sketch.shapes) == len(topological_order([output]))  # all of it is drawn
    assert sum(way for k, way in enumerate(sketch.ways()) if k not in copies) <= LONGEST_WAY
    assert svg(output).count('class="edge"') == len(sketch.edges)


def test_a_page_of_long_ways_has_straight_edges() -> None:
    page = explore(ladder(100)).html
    assert '"curves":[]' in page.replace(" ", "")


def test_a_copy_of_a_leaf_is_its_name_alone() -> None:
    source = draw(ladder(60)).source
    copies = [line for line in source.splitlines() if 'point-size="11">x</font>' in line]
    first = 1 + FAR  # uses that are near enough to the leaf itself
    assert len(copies) == 60 - first + 1 and source.count("<b>x</b>") == 1
    assert 'point-size="11">x</font>' not in draw(ladder(10)).source


@given(graphs(max_operations=20))
def test_a_way_is_the_ranks_that_an_edge_passes_by(graph: Graph) -> None:
    sketch = sketch_of_graph(graph(*map(Value, graph.point)))
    result_of = {result for _, result, _ in sketch.edges}
    for (source, result, _), way in zip(sketch.edges, sketch.ways(), strict=True):
        assert 0 <= way < len(sketch.shapes)
        others = [s for s, r, _ in sketch.edges if r is result and s in result_of]
        if source in result_of and others == [source]:
            assert way == 0  # what a result alone is computed from stands right before it
    for shape in sketch.shapes:
        ways = [w for (s, _, _), w in zip(sketch.edges, sketch.ways()) if s is shape]
        if ways and shape not in result_of:
            assert min(ways) == 0  # a leaf stands right before its first use
