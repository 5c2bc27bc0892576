"""The READMEs: what they link to is there, and CI finds its command."""

import re
from pathlib import Path

import pytest

from tests.recipes import ROOT

FOLDERS = ("engine", "nn", "demos", "tests")
READMES = [
    ROOT / "README.md",
    *sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("README.md")
        if "node_modules" not in path.parts  # others' READMEs, once npm has been there
    ),
]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_linked_to_is_there(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", re.sub("```.*?```", "", text, flags=re.DOTALL))
    missing = [link for link in links if "://" not in link and not is_there(readme, link)]
    assert not missing


def is_there(readme: Path, link: str) -> bool:
    """Whether there is such a file, and with a # such a heading in it."""
    name, _, heading = link.partition("#")
    page = readme.parent / name if name else readme
    if not page.exists() or not heading:
        return page.exists()
    text = re.sub("```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return heading in [each.lower().replace(" ", "-") for each in headings]


def test_the_first_command_that_ends_in_pytest_makes_its_own_environment() -> None:
    """`.ci/run` takes it from there."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.endswith("-m pytest"))
    assert first.startswith("python3 -m venv .venv && ")
