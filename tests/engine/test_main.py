"""The command line: its table, its pictures, its errors."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine import Value
from engine.__main__ import main, table

NEURON = ["tanh(w*x + b)", "w=0.5", "x=2", "b=-1"]


def test_the_table_follows_the_computation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(NEURON) == 0
    assert capsys.readouterr().out == (
        "name  operation  value  gradient\n"
        "w                  0.5         2\n"
        "x                    2       0.5\n"
        "v1    w * x          1         1\n"
        "b                   -1         1\n"
        "v2    v1 + b         0         1\n"
        "v3    tanh(v2)       0         1\n"
    )


def test_labels_and_constants_stand_in_the_operations() -> None:
    x = Value(2.0, "x")
    y = 3 * x
    y.label = "y"
    lines = table(y + 1)
    assert [line.split()[0] for line in lines[1:]] == ["x", "y", "v2"]
    assert "3 * x" in lines[2] and "y + 1" in lines[3]


def test_pictures_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg, png = tmp_path / "n.svg", tmp_path / "n.png"
    assert main([*NEURON, "--svg", str(svg), "--png", str(png)]) == 0
    assert svg.read_text(encoding="utf-8").count("<svg") == 1
    assert png.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {svg}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["w*x", "w=1"], "no number is given for x: add x=0.5"),
        (["w", "w=one"], "'w=one' is not name=number, as w=0.5"),
        (["w", "w"], "'w' is not name=number"),
        (["w", "w=nan"], "a finite number is needed"),
        (["w", "w=1", "v=2"], "v: not in the expression"),
        (["log(p)", "p=-0.5"], "p = -0.5 is outside log's domain x > 0"),
        (["w", "w=1", "--svg", "/dev/null/x.svg"], "/dev/null/x.svg"),
    ],
)
def test_errors_are_one_line_and_a_failing_exit(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_it_runs_as_a_module() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "engine", *NEURON], capture_output=True, text=True, check=True
    )
    assert "tanh(v2)" in run.stdout and run.stderr == ""
