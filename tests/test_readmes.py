"""The READMEs: what they link to is there, and CI finds its command. Docstrings name all files."""

import ast
import re
from pathlib import Path

import pytest

from tests.recipes import ROOT

FOLDERS = ("engine", "nn", "demos", "tests")
# Packages whose docstring says what each file is for; of the others, a README does
LISTED = [
    "demos/exercises",
    "engine/drawing",
    "engine/formula",
    "engine/proof",
    "engine/proof/black_box",
    "engine/proof/exact",
    "engine/proof/judge",
    "nn/training",
]
READMES = [
    ROOT / "README.md",
    *sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("README.md")
        if "node_modules" not in path.parts  # others' READMEs, once npm has been there
    ),
    ROOT / "demos/site/pages/why.md",  # a page of the site, as the recipes are that READMEs link to
    *sorted((ROOT / "demos/site/pages/how_to").glob("*.md")),
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


@pytest.mark.parametrize("folder", LISTED)
def test_the_docstring_of_a_package_names_every_file_and_folder_in_it(folder: str) -> None:
    path = ROOT / folder
    text = ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8"))) or ""
    there = {
        each.name.removesuffix(".py") for each in path.glob("[!_]*") if each.suffix != ".ipynb"
    }
    there = {name + "/" * (path / name).is_dir() for name in there}
    assert there <= set(re.findall(r"`(\w+/?)`", text))


def test_the_first_command_that_ends_in_pytest_makes_its_own_environment() -> None:
    """`.ci/run` takes it from there."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.endswith("-m pytest"))
    assert first.startswith("python3 -m venv .venv && ")
