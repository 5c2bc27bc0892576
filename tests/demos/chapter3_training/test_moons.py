"""The half-moons lesson learns, plots and draws."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter3_training.moons import accuracy, half_moons, train
from nn import MLP

ROOT = Path(__file__).parents[3]


def test_as_a_command_it_learns_and_writes_its_two_files(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "demos", "moons", "--quick"]
    command += ["--output", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "accuracy" in done.stdout and "loss" in done.stdout
    assert f" in {tmp_path}\n\nNext: " in done.stdout
    assert "epoch" in done.stderr  # the progress bar
    assert {file.name for file in tmp_path.iterdir()} == {"moons.png", "network.svg"}
    assert (tmp_path / "moons.png").read_bytes().startswith(b"\x89PNG")
    before, after = [line for line in done.stdout.splitlines() if "accuracy" in line]
    assert float(after.split()[-3].rstrip("%,")) > float(before.split()[-1].rstrip("%")) + 10
    picture = ElementTree.parse(tmp_path / "network.svg").getroot()
    words = {text.strip() for text in picture.itertext()}
    assert {"layer 1", "layer 2", "layer 3", "neuron 16", "x₁", "x₂"} <= words


def test_the_points_are_the_same_every_time() -> None:
    points, classes = half_moons(20)
    assert (points, classes) == half_moons(20)
    assert sorted(classes) == [0] * 10 + [1] * 10
    assert all(type(x) is float and type(y) is float for x, y in points)


def test_the_net_comes_to_99_percent() -> None:
    points, classes = half_moons(200)
    model = MLP(2, [16, 16, 1], seed=0)
    history = train(model, points, classes, 100)
    assert accuracy(model, points, classes) == history.accuracies[-1] >= 0.99
    assert history.losses[-1] < history.losses[0] / 5


def test_value_by_value_the_training_is_the_same() -> None:
    points, classes = half_moons(20)
    compiled, eager = (
        train(MLP(2, [8, 8, 1], seed=0), points, classes, 40, eager=eager)
        for eager in (False, True)
    )
    assert eager.losses == pytest.approx(compiled.losses, abs=1e-9)
