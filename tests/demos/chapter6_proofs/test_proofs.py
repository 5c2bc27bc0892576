"""The lesson on proofs finds every fault, says so in a table, and draws the smallest graph."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter6_proofs import proofs
from demos.helpers.command_line import run
from demos.helpers.faults import ENGINE_FAULTS, backward, faults
from engine import RULES
from engine.proof.random_graph import Graph, Step

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the command prints, and the picture that it writes, with nothing on stderr."""
    folder = tmp_path_factory.mktemp("proofs")
    command = [sys.executable, "-W", "error", "-m", "demos", "proofs", "--quick"]
    command += ["--output", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    assert f" in {folder}\n\nNext: python -m demos own_engine\n" in done.stdout
    assert [file.name for file in folder.iterdir()] == ["smallest.svg"]
    picture = ElementTree.parse(folder / "smallest.svg").getroot()
    assert "x₀" in {text.strip() for text in picture.itertext()}
    return done.stdout


@pytest.mark.slow
def test_every_rule_has_a_row_in_which_all_is_found(printed: str) -> None:
    lines = printed.split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["rule", *proofs.HANDFUL, "all"]
    planted = sum(len(faults(RULES[name])) for name in proofs.HANDFUL)
    cells = [cell.split("/") for cell in lines[-1].split() if "/" in cell]
    assert all(found == of for found, of in cells)
    assert sum(int(of) for _, of in cells) == planted
    assert f"{planted} faults, {planted} found." in printed


def test_the_figures_say_how_many_are_planted() -> None:
    said = (ROOT / "tests/benchmarks/README.md").read_text(encoding="utf-8")
    planted = sum(len(faults(rule)) for rule in RULES.values())
    assert f"{planted} wrong versions of the rules" in said
    assert f"points of the {len(RULES)} rules" in said
    assert f"{len(ENGINE_FAULTS)} wrong versions of `backward`" in said


@pytest.mark.slow
def test_every_fault_of_backward_has_a_row_with_a_graph(printed: str) -> None:
    rows = {line[:46].strip(): line[46:].split(None, 2) for line in printed.splitlines()}
    for name in ENGINE_FAULTS:
        tried, milliseconds, graph = rows[name]
        assert int(tried) >= 1 and float(milliseconds) >= 0.0 and graph.startswith("v1 = ")
    assert f"{len(ENGINE_FAULTS)} faults, {len(ENGINE_FAULTS)} found." in printed
    assert "Every planted fault was found." in printed


@pytest.mark.slow
def test_one_failure_is_shown_in_full(printed: str) -> None:
    assert "the first wrong local derivative is that of tanh" in printed
    assert printed.count("disagrees") == 3


def test_what_is_not_found_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults that are none stand in for faults that a checker overlooks."""
    (fault, *_) = faults(RULES["exp"])
    monkeypatch.setattr(proofs, "HANDFUL", ["exp"])
    monkeypatch.setattr(proofs, "faults", lambda rule: [replace(fault, rule=rule)])
    monkeypatch.setattr(proofs, "GRAPHS", 20)
    monkeypatch.setattr(proofs, "ENGINE_FAULTS", {"none at all": backward})
    run(["proofs", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "1 faults, 0 found." in printed
    assert f"not found: exp {fault.kind}, none at all" in printed
    assert "Every planted fault" not in printed
    assert list(tmp_path.iterdir()) == []


def test_the_finest_part_is_that_of_the_least_sensitive_partial() -> None:
    rule = RULES["multiply"]
    n = -int(proofs.finest(rule).removeprefix("1e"))
    assert 12 <= n <= 15  # rounding is 2e-16 and the bound on it a little more
    assert all(map(proofs.is_called_wrong, proofs.grown(rule, 10.0**-n)))
    assert not all(map(proofs.is_called_wrong, proofs.grown(rule, 10.0 ** -(n + 1))))
    assert proofs.finest(RULES["greater"]) == ""  # its partials are 0


def test_the_picture_shows_the_wrong_gradient(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ENGINE_FAULTS[proofs.DRAWN]
    steps = [Step(RULES["add"], inputs) for inputs in ((0, 0), (1, 1), (1, 2))]
    graph = Graph((2.0,), tuple(steps), (3,))
    proofs.draw_gone_wrong(graph, wrong, tmp_path / "smallest.svg")
    picture = ElementTree.parse(tmp_path / "smallest.svg").getroot()
    words = [text.strip() for text in picture.itertext()]
    assert "x₀" in words and words.count("2") == 2  # its number and its gradient
    assert "x0 has 2, and 6 is right" in capsys.readouterr().out
