"""The command line: its table, its pictures, its errors."""

import math
import os
import pydoc
import re
import shlex
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from engine import Value, backward_steps, forward_steps
from engine.__main__ import main, parse_assignments, steps_towards, table
from engine.graph import topological_order
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from tests.engine.graphs import leaves_of

GRAPHS = graphs(max_operations=10)
NEURON = ["tanh(w*x + b)", "w=0.5", "x=2", "b=-1"]


def test_the_table_follows_the_computation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(NEURON) == 0
    assert capsys.readouterr().out == (
        "name  operation  value  gradient\n"
        "w                  0.5         2\n"
        "x                    2       0.5\n"
        "v₁    w·x            1         1\n"
        "b                   −1         1\n"
        "v₂    v₁ + b         0         1\n"
        "v₃    tanh(v₂)       0         1\n"
    )


def test_labels_and_constants_stand_in_the_operations() -> None:
    x = Value(2.0, "x")
    y = 3 * x
    y.label = "y"
    lines = table(y + 1).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["x", "y", "v₁"]
    assert "3·x" in lines[2] and "y + 1" in lines[3]


def test_a_name_that_was_typed_is_no_name_for_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["(v1*2+x)*v1", "v1=3", "x=1"]) == 0
    assert capsys.readouterr().out == (
        "name  operation  value  gradient\n"
        "v₁                   3        13\n"
        "v₂    v₁·2           6         3\n"
        "x                    1         3\n"
        "v₃    v₂ + x         7         3\n"
        "v₄    v₃·v₁         21         1\n"
    )


@given(GRAPHS)
def test_the_table_has_the_names_of_the_steps(graph: Graph) -> None:
    output: Value = graph(*map(Value, graph.point))
    names = [line.split()[0] for line in table(output).splitlines()[1:]]
    results = {step.name for step in forward_steps(output)}
    assert results <= set(names) and len(names) == len(set(names))


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
        (["w", "w=one"], "'w=one' is not of the form name=number, such as w=0.5"),
        (["w", "w"], "'w' is not of the form name=number"),
        (["w", "w=nan"], "'w=nan': a finite number is needed"),
        (["w*x", "w=1", "x=1e400"], "'x=1e400': a finite number is needed"),
        (["w", "w=1", "v=2"], "v: not in the expression"),
        (["log(p)", "p=-0.5"], "p = -0.5 is outside log's domain x > 0"),
        (["w", "w=1", "--svg", "/dev/null/x.svg"], "/dev/null/x.svg"),
        (["w", "w=1", "--html", "/dev/null/x.html"], "/dev/null/x.html"),
        (["w*x", "w=1", "x=2", "--for", "y"], "--for y: the names are w, x"),
        (["2*3", "--for", "y"], "--for y: the names are none at all"),
        (["x", "x=1", "x=2"], "x is given twice: 1.0 and 2.0"),
        (["\u03bc", "\u00b5=1", "\u03bc=2"], "\u03bc is given twice: 1.0 and 2.0"),
        (["x2", "x²=1"], "'x²=1' is not of the form name=number"),
        (["x", "x=1", "--svg", "\x1b[31m/x.svg"], "\\x1b[31m/x.svg was not saved: No such file"),
        (["x", "\x1b[31m" + "y" * 100_000], "'\\x1b[31my"),
        (["x", "x=1", "--for", "\n" * 100_000], "--for \\n"),
    ],
)
def test_errors_are_one_line_and_a_failing_exit(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert len(error) < 1000 and error[:-1].isprintable()


def test_it_runs_as_a_module() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "engine", *NEURON], capture_output=True, text=True, check=True
    )
    assert "tanh(v₂)" in run.stdout and run.stderr == ""


def test_both_signs_for_mu_are_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    micro, mu = "\u00b5", "\u03bc"
    assert main([f"{micro} * {mu}", f"{micro}=3", "--for", micro]) == 0
    assert f"the steps that reach {mu}" in capsys.readouterr().out


def test_only_the_expression_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert capsys.readouterr().err.endswith("are required: expression\n")


def test_a_wrong_option_is_shown_without_what_steers_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["x", "x=1", f"--\x1b[31m{'x' * 100_000}"])
    error = capsys.readouterr().err
    assert "unrecognized arguments: --\\x1b[31mxxx" in error and len(error) < 1000


@pytest.mark.parametrize("arguments", [["-x", "x=1"], ["x=1", "--steps", "-2*x"]])
def test_an_expression_that_begins_with_a_minus_goes_in_parentheses(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    said = "; an expression that begins with a minus goes in parentheses"
    assert capsys.readouterr().err.rstrip().endswith(said)
    with pytest.raises(SystemExit):
        main(["x", "x=1", "--stpes"])
    assert "minus" not in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["x", "x=1", "-steps"])
    assert capsys.readouterr().err.rstrip().endswith("; write --steps")


# On any terminal


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    encoding = options.pop("encoding", "utf-8")
    return subprocess.run(
        [sys.executable, "-u", "-m", "engine", *arguments],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "shift-jis"])
def test_a_terminal_that_lacks_letters_gets_others(
    encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    neuron = ["tanh(w*x + \u03b2) * größe", "w=0.5", "x=2", "\u03b2=-1", "größe=1"]
    done = run(*neuron, "--steps", encoding=encoding, stdout=subprocess.PIPE)
    text = done.stdout.decode(encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert main([*neuron, "--steps"]) == 0  # here, where letters are not lacking
    assert len(text.splitlines()) == len(capsys.readouterr().out.splitlines())
    if encoding == "ascii":
        assert (
            "dv_3/dv_2 = 1 - v_3^2 = 1" in text and "v_1 + beta" in text and "gr\\xf6\\xdfe" in text
        )


def test_an_error_on_an_ascii_terminal_is_one_line() -> None:
    done = run("größe + \u03b2", encoding="ascii", stdout=subprocess.PIPE)
    said = "no number is given for gr\\xf6\\xdfe, beta: add gr\\xf6\\xdfe=0.5 beta=0.5"
    assert done.returncode == 1
    assert done.stderr.decode("ascii").splitlines() == [f"python -m engine: {said}"]


def test_a_reader_that_has_gone_is_no_error_and_the_picture_is_written(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    svg = tmp_path / "n.svg"
    done = run(*NEURON, "--steps", "--svg", str(svg), stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert svg.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = run(*NEURON, stdout=full)
    said = b"python -m engine: [Errno 28] No space left on device"
    assert (done.returncode, done.stderr.splitlines()) == (1, [said])


def test_no_output_at_all_is_no_error() -> None:
    command = [sys.executable, "-m", "engine", *NEURON]
    shell = f"{shlex.join(command)} >&-"
    done = subprocess.run(["/bin/sh", "-c", shell], stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


# Step by step


def cells(line: str) -> list[str]:
    return re.split(r"  +", line.strip())


def test_steps_are_two_aligned_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEURON, "--steps"]) == 0
    parts = capsys.readouterr().out.strip().split("\n\n")
    assert [part.split(":")[0] for part in parts[::2]] == ["Forward", "Backward"]
    forward, backward = (part.splitlines() for part in parts[1::2])
    assert cells(forward[2]) == ["2", "v₂", "v₁ + b", "1 + (−1)", "0"]
    assert cells(backward[2]) == ["2", "v₃", "v₂", "∂v₃/∂v₂ = 1 − v₃² = 1", "1", "1", "1"]
    assert (len(forward), len(backward)) == (4, 7)
    for lines in (forward, backward):
        starts = [lines[0].index(head) for head in cells(lines[0])]
        for line in lines[1:]:
            assert all(len(line) < start or line[start - 1] == " " for start in starts[1:])


def test_for_one_name_the_steps_that_do_not_reach_it_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["a*b + b*c", "a=1", "b=2", "c=3", "--for", "a"]) == 0
    backward = capsys.readouterr().out.strip().split("\n\n")[-1].splitlines()
    assert [cells(line)[:3] for line in backward[2:]] == [["2", "v₃", "v₁"], ["3", "v₁", "a"]]


@given(graphs(max_operations=8))
def test_the_steps_towards_a_leaf_give_its_whole_gradient(graph: Graph) -> None:
    leaves = leaves_of(graph)
    output = graph(*leaves)
    steps = backward_steps(output)
    output.backward()
    for leaf in leaves:
        played: dict[Value, float] = {}
        towards = steps_towards(leaf, steps)
        for step in towards:
            assert step.incoming == played.get(step.node, 1.0)
            played[step.input] = step.after
        assert played[leaf] == leaf.grad
        reach = {node for node in topological_order([output]) if leaf in topological_order([node])}
        assert {step.input for step in towards} == reach


@pytest.mark.parametrize(("lines", "pages"), [(6, True), (100, False)])
def test_what_is_longer_than_the_terminal_comes_page_by_page(
    lines: int,
    pages: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paged: list[str] = []
    monkeypatch.setattr(pydoc, "pager", paged.append)
    monkeypatch.setenv("LINES", str(lines))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main([*NEURON, "--steps"]) == 0
    text = paged[0] if pages else capsys.readouterr().out
    assert text.startswith("Forward") and text.endswith("0.5\n")
    assert len(paged) == pages


# The page


def test_the_page_is_written_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda uri: opened.append(uri) or True)
    page = tmp_path / "n.html"
    assert main([*NEURON, "--html", str(page)]) == 0
    assert "<html" in page.read_text(encoding="utf-8") and not opened
    assert main([*NEURON, "--html", str(page), "--open"]) == 0
    assert opened == [page.resolve().as_uri()]
    assert capsys.readouterr().out.count(f"wrote {page}") == 2


def test_a_page_that_is_only_opened_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda uri: opened.append(uri) or True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main([*NEURON, "--open"]) == 0
    (page,) = tmp_path.glob("*/graph.html")
    assert opened == [page.resolve().as_uri()]


def test_without_a_browser_the_page_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda uri: False)
    page = tmp_path / "n.html"
    assert main([*NEURON, "--html", str(page), "--open"]) == 1
    assert page.exists()
    assert f"no browser was found to show {page}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "number"),
    [("w=1/2", 0.5), ("w=-pi", -math.pi), ("w=2*e", 2 * math.e), ("w=sqrt(2)", math.sqrt(2.0))],
)
def test_a_number_may_be_computed(text: str, number: float) -> None:
    assert parse_assignments([text]) == {"w": number}


@pytest.mark.parametrize("text", ["w=1/0", "w=exp(1000)", "w=1e308*10"])
def test_a_number_that_is_not_finite_is_told_as_that(text: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(text)}.*: a finite number is needed"):
        parse_assignments([text])


@pytest.mark.parametrize("text", ["w=", "w=x", "w=1;2", "w", "=1", "1w=2"])
def test_what_is_no_number_is_shown_with_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not of the form name=number, such as w=0\.5"):
        parse_assignments([text])
