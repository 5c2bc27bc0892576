"""What is missing is named with a command that installs it, wherever the project was cloned."""

import ast
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import engine
from engine import optional
from engine.optional import installation, missing

ROOT = Path(__file__).parents[2]


def test_in_the_folder_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    error = missing("Program", "numpy", "fast")
    assert str(error) == 'Program needs numpy: pip install -e ".[fast]"'
    assert error.name == "numpy"


def test_from_elsewhere_the_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert installation("fast") == f'pip install -e "{ROOT}[fast]"'
    (tmp_path / "pyproject.toml").touch()  # another project's
    assert installation("fast") == f'pip install -e "{ROOT}[fast]"'


def test_of_a_copy_the_folder_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optional, "PROJECT", tmp_path)
    assert installation("fast") == 'pip install -e ".[fast]" in the folder of the project'


WITHOUT = """
import inspect
import sys

for package in sys.argv[2:]:
    sys.modules[package] = None
sys.path.insert(0, sys.argv[1])
import engine
from engine import *

assert all(hasattr(engine, name) for name in [*engine.__all__, *dir(engine)])
assert dict(inspect.getmembers(engine))["Program"].__name__ == "Program"
assert not isinstance(Value(1.0), Program)
assert tanh(Value(0.0)).data == 0.0
try:
    Program(tanh(Value(0.5)), inputs=[])
except ModuleNotFoundError as error:
    print(error.name, error)
try:
    draw(Value(0.5))
except ModuleNotFoundError as error:
    print(error.name, error)
"""


def test_names_whose_package_is_not_installed_can_be_asked_for_and_say_so_when_they_are_used() -> (
    None
):
    third_parties = ["numpy", "graphviz", "hypothesis", "scipy"]
    found = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", WITHOUT, str(ROOT), *third_parties],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
    )
    said = [
        'numpy engine.program needs numpy: pip install -e ".[fast]"',
        'graphviz drawing needs graphviz: pip install -e "."',
    ]
    assert found.stdout.splitlines() == said


def test_a_module_of_the_engine_itself_that_is_missing_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "engine.program", None)
    with pytest.raises(ModuleNotFoundError, match=r"engine\.program"):
        hasattr(engine, "Program")


def test_every_extra_that_is_named_exists_and_no_index_is_asked() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    named = set()
    for package in ("engine", "nn", "demos"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert 'install "glassgrad' not in text
            if "missing(" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                match node:
                    case ast.Call(ast.Name("missing"), [_, _, ast.Constant(extra)]):
                        named.add(extra)
    assert {"fast", "jax", "test", "train", "demos"} <= named
    assert named - {""} <= set(setup["options.extras_require"])
