"""What a picture shows: every node once, and edges between different shapes only."""

import pytest

from engine import Value, scope
from engine.drawing.sketch import readable_sketch
from engine.graph import topological_order
from nn import MLP


@pytest.mark.parametrize("depth", [None, 0, 1, 2])
def test_every_node_is_in_one_shape_and_no_edge_leads_back_to_its_own(depth: int | None) -> None:
    output = MLP(2, [4, 3, 1])([0.5, -1.0])
    assert isinstance(output, Value)
    order = topological_order([output])
    sketch = readable_sketch(order, [output], depth)
    members = [node for shape in sketch.shapes for node in shape.members]
    assert len(members) == len(order) and set(members) == set(order)
    assert all(source is not result for source, result, _ in sketch.edges)


def test_a_folded_box_is_one_shape_with_one_edge_to_what_uses_it() -> None:
    with scope("box"):
        y = (Value(2.0, "x") * 0.5).tanh().exp()
    output = y + Value(1.0, "b")
    sketch = readable_sketch(topological_order([output]), [output], 0)
    titles = sorted((source.title, result.title) for source, result, _ in sketch.edges)
    assert titles == [("", ""), ("box", "")]
