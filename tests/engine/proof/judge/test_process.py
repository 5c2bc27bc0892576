"""The process: programs run in it, whatever they do, and it is there again for the next one."""

import os
import re
import subprocess
import sys

import pytest

from engine.proof import PROPERTIES
from engine.proof.judge import process as processes
from engine.proof.judge import worker
from engine.proof.judge.process import CannotJudge, Process
from engine.proof.judge.program import OneOf, Program, Question
from engine.proof.judge.property import EngineError
from tests.engine.proof.judge import engines

(DEPTH,) = [property for property in PROPERTIES if property.name == "depth 10,000"]
NOTHING = OneOf(())
HERE = os.path.dirname(engines.__file__)


def asked(text, *expressions, seconds=2.0):
    lines = tuple(text.splitlines())
    return Program(lines, tuple(Question(each, NOTHING) for each in expressions), seconds=seconds)


@pytest.fixture(params=["fork", "interpreter"])
def process(request):
    given = engines.Right if request.param == "fork" else f"{engines.__file__}:Right"
    with Process({"Right": given}) as process:
        yield process


def test_answers_come_back_as_they_are(process):
    answer = process.run(
        asked("a = Right(3.0)", "a.data", "a.data > 2", "None", "1j", "'x'", "float('nan')", "a")
    )
    *values, nan, node = answer.values
    assert values == [3.0, True, None, {"complex": [0.0, 1.0]}, {"other": "'x'"}]
    assert nan != nan and node == 3.0


def test_an_error_has_its_line(process):
    error = process.run(asked("a = Right(3.0)\n\nb = a / 0.0")).error
    assert (error.type, error.line, error.is_refusal) == ("ZeroDivisionError", 3, True)
    assert process.run(asked("a = Right(3.0)", "a.data")).values == (3.0,)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import os; os._exit(3)", "it ended the process with exit code 3"),
        ("import os; os.abort()", "it crashed the process: SIGABRT"),
        ("import ctypes; ctypes.string_at(0)", "it crashed the process: SIGSEGV"),
        ("while True: pass", "it did not end in time"),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("bytearray(1 << 33)", "MemoryError"),
        ("import sys; sys.exit(1)", "SystemExit: 1"),
        ("input()", "EOFError: EOF when reading a line"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class E(BaseException): __str__ = None\nraise E", "E"),
        ("1 +", "SyntaxError: invalid syntax (<program>, line 1)"),
    ],
)
def test_whatever_a_program_does_the_next_one_runs(process, text, what):
    error = process.run(asked(text, seconds=0.2)).error
    assert f"{error}" == what
    assert process.run(asked("a = Right(3.0)", "a.data")).values == (3.0,)


def test_what_waits_for_ever_is_ended(process, monkeypatch):
    monkeypatch.setattr(processes, "PAUSE", 0.5)
    error = process.run(asked("import time; time.sleep(1000)", seconds=0.01)).error
    assert f"{error}" == "it waits for ever"


def test_what_is_printed_goes_nowhere(process, capfd):
    assert process.run(asked("print('x' * 100_000)", "1")).values == (1,)
    assert capfd.readouterr() == ("", "")


def test_a_program_leaves_nothing_behind(process):
    process.run(asked("import gc, sys\ngc.disable()\nsys.setrecursionlimit(100_000)\nx = 1"))
    answer = process.run(asked("import gc, sys", "gc.isenabled()", "sys.getrecursionlimit()"))
    assert answer.values[0] is True and answer.values[1] < 2000
    assert process.run(asked("x")).error.type == "NameError"


@pytest.mark.parametrize("given", [engines.Recursive, f"{engines.__file__}:Recursive"])
def test_recursion_ends_where_it_does_in_a_script(given):
    with pytest.raises(EngineError) as caught:
        DEPTH.check(given)
    lines = caught.value.finding.failure.program.lines
    depth = int(re.search(r"range\((\d+)\)", "".join(lines))[1])
    for shorter, code in ((0, 1), (1, 0)):
        text = "\n".join(lines).replace(f"({depth})", f"({depth - shorter})")
        script = f"from engines import Recursive\n{text}"
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=HERE, capture_output=True, check=False
        )
        assert done.returncode == code


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("no_such_file.py:Value", "^no_such_file.py:Value: there is no file /.*/no_such_file.py; "),
        (
            "no_such_module:Value",
            "^no_such_module:Value: there is no module no_such_module; a file",
        ),
        ("json.no_such:Value", "there is no module json.no_such;"),
        ("..:Value", r"there is no module \.\.; a file"),
        (f"{engines.__file__}:Nothing", r"there is no Nothing in .*engines\.py, only R"),
        (f"{worker.__file__}:Nothing", r"there is no Nothing in .*, only NotFound$"),
    ],
)
def test_what_cannot_be_loaded_is_said(reference, message):
    with pytest.raises(CannotJudge, match=message), Process({"Value": reference}) as process:
        process.run(asked("1"))


@pytest.mark.parametrize("reference", ["broken.py:Value", "broken:Value"])
def test_an_error_of_the_module_is_its_own(reference, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("import not_installed\n")
    monkeypatch.chdir(tmp_path)
    said = f"^{reference}: ModuleNotFoundError: No module named 'not_installed'"
    with pytest.raises(CannotJudge, match=said), Process({"Value": reference}) as process:
        process.run(asked("1"))


def test_a_file_without_a_class(tmp_path):
    (tmp_path / "empty.py").write_text("")
    names = {"Value": f"{tmp_path}/empty.py:Value"}
    with pytest.raises(CannotJudge, match="nor any class of its own$"), Process(names) as process:
        process.run(asked("1"))


def test_a_class_of_another_module_is_named_if_it_is_meant():
    said = "there is no Valu in engine, but Value$"
    with pytest.raises(CannotJudge, match=said), Process({"Value": "engine:Valu"}) as process:
        process.run(asked("1"))


def test_a_module_that_ends_the_process(tmp_path):
    (tmp_path / "ends.py").write_text("import os\nos._exit(7)\n")
    names = {"Value": f"{tmp_path}/ends.py:Value"}
    with pytest.raises(CannotJudge, match="with exit code 7"), Process(names) as process:
        process.run(asked("1"))


def test_a_file_finds_what_is_beside_it_and_may_be_called_engine(tmp_path):
    (tmp_path / "beside.py").write_text("ONE = 1.0\n")
    (tmp_path / "engine.py").write_text("from beside import ONE\nclass Value: data = ONE\n")
    with Process({"Value": f"{tmp_path}/engine.py:Value"}) as process:
        answer = process.run(asked("a = Value()", "a.data", "Value.__module__ == 'engine'"))
    assert answer.values == (1.0, True)


def test_what_the_first_number_imports_belongs_to_loading(tmp_path):
    (tmp_path / "big_library.py").write_text(
        "import time\nwhile time.process_time() < 0.5: pass\nHELD = bytearray(1 << 26)\n"
    )
    (tmp_path / "lazy.py").write_text(
        "class Value:\n    def __init__(self, data):\n        import big_library\n"
        "        self.data = data\n"
    )
    with Process({"Value": f"{tmp_path}/lazy.py:Value"}, memory=1 << 25) as process:
        program = asked("a = Value(3.0)", "a.data", seconds=0.2)
        assert process.run(program).values == (3.0,)
        process.run(asked("import os; os._exit(3)"))
        assert process.run(program).values == (3.0,)


def test_without_fork_a_class_is_loaded_from_its_file(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with Process({"Right": engines.Right}) as process:
        assert process.run(asked("a = Right(3.0)", "a.data")).values == (3.0,)

    class Local(engines.Right):
        pass

    with pytest.raises(CannotJudge, match="without os.fork"), Process({"L": Local}) as process:
        process.run(asked("1"))


@pytest.mark.peer
def test_a_class_is_judged_where_jax_is_loaded():
    """JAX warns of every fork, as of one that uses its threads."""
    jax = pytest.importorskip("jax")
    jax.numpy.ones(1)
    with Process({"Right": engines.Right}) as process:
        assert process.run(asked("a = Right(3.0)", "a.data")).values == (3.0,)
