"""The half-moons lesson learns, plots and draws."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.lesson import run
from demos.moons import accuracy, half_moons, train
from nn import MLP

ROOT = Path(__file__).parents[2]


def test_it_runs_as_a_command(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "demos", "moons", "--quick"]
    command += ["--output", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "accuracy" in done.stdout and "loss" in done.stdout
    assert done.stdout.rstrip().endswith(str(tmp_path))
    assert "epoch" in done.stderr  # the progress bar


def test_quick_learns_and_writes_its_three_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["moons", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    before, after = [line for line in printed.splitlines() if "accuracy" in line]
    assert float(after.split()[-3].rstrip("%,")) > float(before.split()[-1].rstrip("%")) + 10
    files = sorted(tmp_path.iterdir())
    assert [f.name for f in files] == ["decision_boundary.png", "loss.png", "network.svg"]
    assert all(f.read_bytes().startswith(b"\x89PNG") for f in files[:2])
    words = {text.strip() for text in ElementTree.parse(files[2]).getroot().itertext()}
    assert {"layer 1", "layer 2", "layer 3", "neuron 16", "x1", "x2"} <= words


def test_the_points_are_the_same_every_time() -> None:
    points, classes = half_moons(20)
    assert (points, classes) == half_moons(20)
    assert sorted(classes) == [0] * 10 + [1] * 10
    assert all(type(x) is float and type(y) is float for x, y in points)


def test_the_net_comes_to_99_percent() -> None:
    points, classes = half_moons(100)
    model = MLP(2, [16, 16, 1], seed=0)
    losses = train(model, points, classes, 60)
    assert accuracy(model, points, classes) >= 0.99
    assert losses[-1] < losses[0] / 5
