"""The neuron lesson prints the numbers and draws the graph."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.helpers.command_line import run

ROOT = Path(__file__).parents[3]


def test_values_and_gradients_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["neuron", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[-1] for line in printed.splitlines() if line[:2] == "  "}
    assert rows["a"] == "0.9990889488055994"
    assert rows["z"] == "7"
    slope = 0.9990889488055994 * (1 - 0.9990889488055994)
    expected = {"a": 1, "z": slope, "b": slope, "w1": 2 * slope, "w2": 3 * slope}
    expected |= {"x1": 0, "x2": slope}
    for name, gradient in expected.items():
        assert float(rows[f"∂a/∂{name}"]) == pytest.approx(gradient, abs=1e-10)
    assert f" in {tmp_path}\n\nNext: " in printed


def test_the_numbers_stand_in_one_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["neuron", "--output", str(tmp_path)])
    rows = [line for line in capsys.readouterr().out.splitlines() if line[:2] == "  "]
    assert len(rows) == 13
    assert all(row[45] == " " and row[46] != " " for row in rows)


def test_it_runs_as_a_command_and_draws(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "demos", "neuron", "--quick"]
    command += ["--output", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    assert sorted(file.name for file in tmp_path.iterdir()) == ["neuron.png", "neuron.svg"]
    picture = ElementTree.parse(tmp_path / "neuron.svg").getroot()
    words = {text.strip() for text in picture.itertext()}
    assert {"w₁", "w₂", "x₁", "x₂", "b", "z", "a", "0.9991"} <= words
    assert (tmp_path / "neuron.png").read_bytes().startswith(b"\x89PNG")
