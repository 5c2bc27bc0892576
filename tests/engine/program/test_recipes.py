"""The recipes in engine/program/README.md are followed in a copy; its tables are the passes."""

import re
from pathlib import Path

from engine.program.pipeline import PASSES
from tests.recipes import ROOT, Copy, blocks_of

README = "engine/program/README.md"


def test_the_table_has_the_passes_in_order() -> None:
    text = (ROOT / README).read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| \w+ →", text, re.M) == [each.name for each in PASSES]


def test_a_backend_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    backend, test = blocks_of(README, "How to add a backend")
    copy = Copy(tmp_path, "engine")
    copy.write("engine/program/python/__init__.py", backend)
    copy.write("tests/engine/program/test_python.py", test)
    test = "tests/engine/program/test_python.py"
    said = copy.run("-m", "pytest", "-q", "-p", "tests.conftest", "--import-mode=importlib", test)
    assert "8 passed" in said
