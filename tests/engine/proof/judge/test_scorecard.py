"""The scorecard: as text, as JSON, as a page; and programs that run when they are pasted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.proof.judge.bench import Bench
from engine.proof.judge.process import CannotJudge
from engine.proof.judge.properties import PROPERTIES
from engine.proof.judge.property import EngineError
from engine.proof.judge.scorecard import Scorecard, check_engine, verdict
from engine.proof.judge.subject import Subject
from tests.engine.proof.judge import engines

BY_NAME = {property.name: property for property in PROPERTIES}
SOME = [
    BY_NAME["a + b"],
    BY_NAME["a.exp()"],
    BY_NAME["a.sin()"],
    BY_NAME["a node used twice"],
    BY_NAME["topological order"],
    BY_NAME["depth 10,000"],
]
FEW = [*SOME[:3], SOME[-1]]  # which a right engine has soon
FILE = Path(engines.__file__)


def scorecard_of(engine, properties=SOME):
    subject = Subject(engine)
    with Bench(subject) as bench:
        return Scorecard(subject, tuple(verdict(each, bench) for each in properties))


@pytest.fixture(scope="module")
def faulty():
    return scorecard_of(engines.Overwrites)


def test_it_prints_what_holds_what_fails_and_what_is_missing(faulty):
    text = f"{faulty}"
    assert text == repr(faulty)  # as a prompt shows it
    assert text.splitlines()[0].endswith("3 properties hold, 2 fail, 1 are not offered")
    assert "✓ holds: a + b, a.exp(), depth 10,000\n" in text
    assert "✗ fails: a node used twice, topological order\n" in text
    assert "– not offered: a.sin()\n" in text
    assert "    b = a + a\n" in text and "More: python -m demos accumulate" in text
    assert not faulty.ok


def test_what_one_program_shows_is_told_once(faulty):
    text = f"{faulty}"
    assert text.count("b = a + a") == 1
    assert text.endswith("It shows as well: topological order")


def test_json_has_every_property(faulty):
    told = json.loads(faulty.to_json())
    assert told["ok"] is False and len(told["properties"]) == len(SOME)
    by_name = {each["name"]: each for each in told["properties"]}
    assert by_name["a + b"] == {"name": "a + b", "result": "holds"}
    assert by_name["a.sin()"]["reason"] == "there is no a.sin()"
    found = by_name["a node used twice"]
    assert (found["came_out"], found["right"], found["lesson"]) == ("1.0", "2.0", "accumulate")


def test_the_page_has_the_picture_and_escapes_what_it_shows(faulty):
    assert faulty.page().count("<svg") == 1
    finding = faulty.findings[0]
    graph = finding.graph()
    assert graph.label == "b" and [each.label for each in graph.inputs] == ["a", "a"]
    card = scorecard_of(engines.NoReflectedSubtract, [BY_NAME["n - a"]])
    page = card.page()
    assert f"<main>{card._repr_html_()}</main>" in page
    assert page.count("<article>") == len(card.by_program)
    assert "&#x27;int&#x27;" in page


def test_a_graph_that_ours_refuses_has_no_picture():
    scorecard = scorecard_of(engines.ComplexPowers, [BY_NAME["powers of negatives"]])
    (finding,) = scorecard.findings
    assert finding.graph() is None and finding.svg() == ""
    assert "came out: (" in finding.program and "right: an error" in finding.program


def test_a_right_engine_is_ok():
    scorecard = scorecard_of(engines.Right, FEW)
    assert scorecard.ok and scorecard.findings == []
    assert "✗" not in f"{scorecard}"


@pytest.mark.parametrize(
    ("engine", "name", "printed"),
    [
        (engines.Overwrites, "a node used twice", "1.0\n"),
        (engines.AbsChangesItsInput, "inputs stay as they are", "2.0\n"),
        (engines.StringsAreNumbers, "no numbers", "4.0\n"),
        (engines.EqualByNumber, "a node is itself", "1\n"),
        (engines.FifthUseIsLost, "a node used 10,000 times", "4.0\n"),
        (engines.KeepsATape, "freed when dropped", "3\n"),
    ],
)
def test_the_program_runs_as_it_stands(engine, name, printed):
    with pytest.raises(EngineError) as caught:
        BY_NAME[name].check(f"{FILE}:{engine.__name__}")
    program = caught.value.finding.program
    assert program.startswith(f"from engines import {engine.__name__}\n")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=FILE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == printed
    assert f"came out: {printed.strip()};" in program


def test_check_engine_needs_numbers():
    class Nothing:
        def __init__(self, data):
            self.data = "none"

    with pytest.raises(CannotJudge, match=r"Nothing\(0.1\).data is .*; it has to be 0.1"):
        check_engine(Nothing)

    class Half(Nothing):
        def __init__(self, data):
            self.data = data

    class Broken:
        def __init__(self, data):
            raise RuntimeError("out of order")

    with pytest.raises(CannotJudge, match=r"has no backward\(\)\n.*engine.proof.judge.Adapter"):
        check_engine(Half)
    with pytest.raises(CannotJudge, match="RuntimeError: out of order$"):  # and of no Adapter
        check_engine(Broken)
    with pytest.raises(ValueError, match="names no class"):
        check_engine("my_engine.py")
