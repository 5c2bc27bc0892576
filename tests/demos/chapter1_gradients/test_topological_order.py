"""The lesson on order: the wrong walk is wrong, and the right one right."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter1_gradients.topological_order import build, edge_by_edge
from demos.helpers.command_line import run


def test_the_wrong_order_gives_half_and_backward_all_of_the_gradient() -> None:
    a, _, c = build(3.0)
    assert edge_by_edge(c)[a] == 2.0
    c.backward()
    assert a.grad == 4.0


def test_it_shows_both_side_by_side_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["topological_order", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert printed.index("dc/da = 2") < printed.index("dc/da = 4")
    assert "c → b: gradient 1 → 2" in printed and "says: dc/da = 4." in printed
    page = (tmp_path / "walks.html").read_text(encoding="utf-8")
    assert "Two walks backward" in page and "wrong order" in page
    picture = ElementTree.parse(tmp_path / "graph.svg").getroot()
    assert {"a", "b", "c", "12", "4"} <= {text.strip() for text in picture.itertext()}
