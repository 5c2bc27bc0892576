"""Recipes in READMEs are followed step by step, in a copy of the packages that they change."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]


def blocks_of(readme: str, heading: str) -> list[str]:
    """The Python blocks under a heading of a README, up to the next heading."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    section = re.split(r"^#+ ", text.partition(f"# {heading}\n")[2], flags=re.M)[0]
    assert section, f"{readme} has no heading {heading!r}"
    return [dedent(block) for block in re.findall(r"^ *```python\n(.*?)```", section, re.M | re.S)]


class Copy:
    """A copy of some folders of this project, in which a recipe is followed."""

    def __init__(self, place: Path, *folders: str) -> None:
        self.place = place
        for folder in folders:
            shutil.copytree(
                ROOT / folder,
                place / folder,
                ignore=shutil.ignore_patterns("__pycache__", "node_modules"),
            )

    def write(self, path: str, text: str) -> None:
        """A new file."""
        assert not (self.place / path).exists(), f"{path} is there already"
        (self.place / path).parent.mkdir(parents=True, exist_ok=True)
        (self.place / path).write_text(text, encoding="utf-8")

    def insert(self, path: str, text: str, *, before: str) -> None:
        """New lines in a file, before the first line that begins with this (and as deep as it)."""
        lines = (self.place / path).read_text(encoding="utf-8").splitlines(keepends=True)
        number = next(n for n, line in enumerate(lines) if line.lstrip().startswith(before))
        depth = len(lines[number]) - len(lines[number].lstrip())
        new = [" " * depth + line if line.strip() else line for line in text.splitlines(True)]
        text = "".join([*lines[:number], *new, *lines[number:]])
        (self.place / path).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """What Python prints, given these arguments, where the copies are imported."""
        paths = os.pathsep.join([str(self.place), str(ROOT)])
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.place,
            env=os.environ | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
