"""Diagrams: each wire is drawn once, with its arrowhead at its end and a dot where it forks."""

import pytest

from engine.drawing.blocks import Diagram, Grid, Part, Wire
from engine.drawing.diagrams import draw_diagram

PARTS = {
    "x": Part("x", (0.0, 0.0)),
    "f": Part("f\nσ", (1.0, 1.0), "gate"),
    "times": Part("×", (2.0, 1.0), "operation"),
    "p": Part(Grid([[0.5, None], [0.25, 0.75]]), (3.0, 1.0)),
}


def test_a_wire_goes_around_its_corners_and_has_one_head() -> None:
    wire = Wire(("x", "f"), [(0.0, 0.5), (1.0, 0.5)])
    lines = draw_diagram(Diagram(PARTS, [wire])).lines
    assert [(start, end) for start, end, _ in lines] == [
        ("x", "bend0_1"),
        ("bend0_1", "bend0_2"),
        ("bend0_2", "f"),
    ]
    assert [look.get("arrowhead") for _, _, look in lines] == [None, None, "normal"]
    silent = draw_diagram(Diagram(PARTS, [Wire(("x", "f"), arrow=False)])).lines
    assert [look.get("arrowhead") for _, _, look in silent] == [None]


def test_a_fork_has_a_dot_and_a_corner_has_none() -> None:
    marks = draw_diagram(Diagram(PARTS, [Wire(((0.0, 0.5), "f"), [(1.0, 0.5)])])).marks
    looks = {mark.name: mark.look.get("style") for mark in marks if mark.name.startswith("bend")}
    assert looks == {"bend0_0": None, "bend0_1": "invis"}


def test_where_a_wire_joins_another_is_a_dot() -> None:
    marks = draw_diagram(Diagram(PARTS, [Wire(("x", (0.0, 0.5)), arrow=False)])).marks
    assert [mark.look.get("style") for mark in marks if mark.name == "bend0_1"] == [None]


def test_a_wire_to_a_grid_ends_at_its_cells() -> None:
    figure = draw_diagram(Diagram(PARTS, [Wire(("times", "p")), Wire(("p", "f"))]))
    assert [(a, b) for a, b, _ in figure.lines] == [("times", "p_cells"), ("p_cells", "f")]
    cells = next(mark for mark in figure.marks if mark.name == "p_cells")
    assert (cells.x, cells.y) == (3.0, 1.0) and cells.label.count("<td") == 4


def test_parts_have_their_shapes_and_the_frame_its_corners() -> None:
    marks = draw_diagram(Diagram(PARTS, [], frame=((-1.0, 0.0), (3.0, 2.0)))).marks
    shapes = {mark.name: mark.look["shape"] for mark in marks if not mark.name.startswith("p_")}
    expected = {"frame": "box", "x": "plaintext", "f": "box", "times": "circle"}
    assert shapes == expected
    frame = marks[0]
    assert (frame.x, frame.y, frame.width, frame.height) == pytest.approx((1.0, 1.0, 4.0, 2.0))
