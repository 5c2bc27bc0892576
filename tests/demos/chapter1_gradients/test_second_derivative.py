"""The lesson on second derivatives: Newton's method arrives, and the graphs are drawn."""

import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter1_gradients.second_derivative import descend
from demos.helpers.command_line import run


def test_newton_doubles_its_digits_and_gradient_descent_crawls() -> None:
    slow, fast = descend(newton=False), descend(newton=True)
    assert fast[-1] == pytest.approx(math.log(2), abs=1e-14)
    assert abs(slow[-1] - math.log(2)) > 0.1


def test_it_prints_the_derivatives_and_draws_their_graphs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["second_derivative", "--quick", "--output", str(tmp_path)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["dy/dx", "3·x²", "12"] in rows
    assert any(row[:1] == ["d²y/dx²"] and row[-1] == "12" for row in rows)
    names = ["both.svg", "curvature.svg", "slope.svg", "y.svg"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    both = ElementTree.parse(tmp_path / "both.svg").getroot()
    assert {"forward", "backward", "dy/dw"} <= {text.strip() for text in both.itertext()}
