"""The command line: python -m engine judge my_engine.py:Value"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.proof.judge import scorecard
from tests.engine.proof.judge import engines
from tests.engine.proof.judge.test_scorecard import FEW, SOME

FILE = engines.__file__
ROOT = Path(FILE).parents[4]
WITH_RANDOM_GRAPHS = """
import sys
from engine.__main__ import main
from engine.proof.judge import scorecard
scorecard.PROPERTIES = [each for each in scorecard.PROPERTIES if each.name == "random graphs"]
"""


@pytest.fixture(autouse=True)
def some_properties(monkeypatch):
    monkeypatch.setattr(scorecard, "PROPERTIES", SOME)


def test_a_right_engine_ends_with_0(monkeypatch, capsys):
    monkeypatch.setattr(scorecard, "PROPERTIES", FEW)
    assert main(["judge", f"{FILE}:Right"]) == 0
    assert ": 3 properties hold, 0 fail, 1 are not offered" in capsys.readouterr().out


def test_a_wrong_one_ends_with_1_and_files_are_written(tmp_path, capsys):
    files = tmp_path / "scorecard.json", tmp_path / "scorecard.html"
    arguments = ["--json", f"{files[0]}", "--html", f"{files[1]}"]
    assert main(["judge", f"{FILE}:Overwrites", *arguments]) == 1
    assert "✗ a node used twice" in capsys.readouterr().out
    assert json.loads(files[0].read_text(encoding="utf-8"))["engine"] == f"{FILE}:Overwrites"
    assert "<svg" in files[1].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("my_engine.py", "'my_engine.py' names no class: give the class, or my_engine.py:Value"),
        ("no_such_file.py:Value", "no_such_file.py:Value: there is no file"),
        (f"{FILE}:Net", "a = Net(0.1); a.data: TypeError"),
        (f"{FILE}:Net", "is judged by an engine.proof.judge.Adapter"),
    ],
)
def test_where_there_is_nothing_to_judge_it_ends_with_2(engine, message, capsys):
    assert main(["judge", engine]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("call", ["sys.exit(main())", "scorecard.check_engine(sys.argv[-1])"])
def test_nothing_is_left_in_the_folder_where_it_is_called(call, tmp_path, monkeypatch):
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-c", WITH_RANDOM_GRAPHS + call, "judge", f"{FILE}:Right"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_file_that_has_no_folder_is_refused_before_the_work(option, tmp_path, capsys):
    file = f"{tmp_path}/none/scorecard"
    assert main(["judge", f"{FILE}:Right", option, file]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "scorecard cannot be written: there is no such" in printed.err
    assert main(["judge", f"{FILE}:Right", option, str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "cannot be written: it is a folder" in printed.err


def test_help_is_about_judging(capsys):
    with pytest.raises(SystemExit) as end:
        main(["judge", "--help"])
    assert end.value.code == 0 and "my_engine.py:Value" in capsys.readouterr().out
