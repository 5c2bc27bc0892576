"""What is missing is named with a command that installs it, wherever the project was cloned."""

import ast
from configparser import ConfigParser
from pathlib import Path

import pytest

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


def test_every_extra_that_is_named_exists_and_no_index_is_asked() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    named = set()
    for package in ("engine", "nn", "demos"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert 'install "glassgrad' not in text
            for node in ast.walk(ast.parse(text)):
                match node:
                    case ast.Call(ast.Name("missing"), [_, _, ast.Constant(extra)]):
                        named.add(extra)
    assert {"fast", "jax", "test", "train", "demos"} <= named
    assert named <= set(setup["options.extras_require"])
