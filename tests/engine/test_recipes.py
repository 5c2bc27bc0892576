"""The recipes in engine/README.md are followed in a copy; the tables of files are complete."""

import re
from pathlib import Path

import pytest

from tests.recipes import ROOT, Copy, blocks_of

README = "engine/README.md"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-q")


@pytest.mark.parametrize("folder", ["engine", "engine/program"])
def test_the_table_has_every_file_and_folder(folder: str) -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / folder / "README.md").read_text("utf-8"), re.M)
    named = {name.rstrip("/") for row in rows for name in re.findall(r"`(\S+[./]\S*)`", row)}
    hidden = {"README.md", "__init__.py", "py.typed", "__pycache__"}
    there = {path.name for path in (ROOT / folder).iterdir() if path.suffix != ".pyi"}
    assert named == there - hidden


def test_a_check_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    source, test = blocks_of(README, "How to add a check")
    copy = Copy(tmp_path, "engine")
    copy.write("engine/proof/symmetry.py", source)
    copy.write("tests/engine/proof/test_symmetry.py", test)
    assert "2 passed" in copy.run(*PYTEST, "tests/engine/proof/test_symmetry.py")


def test_a_picture_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    source, test = blocks_of(README, "How to add a picture")
    copy = Copy(tmp_path, "engine")
    copy.write("engine/drawing/mermaid.py", source)
    copy.write("tests/engine/drawing/test_mermaid.py", test)
    assert "3 passed" in copy.run(*PYTEST, "tests/engine/drawing/test_mermaid.py")
