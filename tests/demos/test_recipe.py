"""The recipe in demos/README.md is followed in a copy; its table has the chapters in order."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from demos.course import CHAPTERS, ROOT

TEXT = (ROOT / "demos" / "README.md").read_text(encoding="utf-8")


def test_the_table_has_the_chapters_in_reading_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.M) == list(CHAPTERS)


def test_a_lesson_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    for folder in ("demos", "tests/demos"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    lesson, entry, test = (
        dedent(block) for block in re.findall(r" +```python\n(.*?)```", TEXT, re.S)
    )
    places = re.findall(r"`(\S+/\w*product_rule\.py)`", TEXT)
    for place, text in zip(places, (lesson, test), strict=True):
        (tmp_path / place).write_text(text, encoding="utf-8")
    course = tmp_path / "demos" / "course.py"
    before = course.read_text(encoding="utf-8")
    after = before.replace(
        '        "topological_order"', f'        {entry}        "topological_order"', 1
    )
    course.write_text(after, encoding="utf-8")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "  2  product_rule " in run("demos")
    assert run("demos", "2").endswith("Next: python -m demos topological_order\n")
    assert run("demos", "chain_rule").endswith("Next: python -m demos product_rule\n")
    run("pytest", "-q", "-k", "product_rule or in_the_chapter_of_its_folder", "tests/demos")
