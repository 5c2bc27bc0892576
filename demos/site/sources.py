"""All that Sphinx reads: the pages that stand here, those that are written, the READMEs."""

import re
import shutil
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from demos.course import ROOT
from demos.site.course_pages import write_course
from demos.site.markup import contents
from demos.site.reference import modules, write_reference
from demos.site.running import run_everything
from engine.explorer import explore
from engine.expression import parse

PAGES = "demos/site/pages/"  # what stands here stands at the top there

# The project's own pages, which keep their places.
READMES = (
    "README.md",
    "demos/README.md",
    "engine/README.md",
    "engine/CHANGES.md",
    "engine/explorer/README.md",
    "engine/program/README.md",
    "nn/README.md",
    "tests/benchmarks/README.md",
)
FIRST_FORMULA = "tanh(w*x + b)", {"w": 0.5, "x": 2.0, "b": -0.4}

TRY_IT = """
With nothing to install, all of it can be tried here, by formula or in Python: the <a
href="playground.html">playground</a>.
"""


def write_sources(place: Path, *, quick: bool, playground: Path | None) -> int:
    """Write `pages`, which Sphinx reads, and `extra`, which it copies; how many examples ran."""
    pages, extra = place / "pages", place / "extra"
    copy_pages(pages)
    shutil.copytree(ROOT / "demos" / "pictures", pages / "demos" / "pictures")
    ran, examples = run_everything(
        place / "run", modules(), sorted(pages.rglob("*.md")), quick=quick
    )
    (extra / "live").mkdir(parents=True)
    output, _ = parse(*FIRST_FORMULA)
    explore(output).save(extra / "live" / "neuron.html")
    if playground is not None:
        shutil.copy(playground, extra / "playground.html")
        with (pages / "index.md").open("a", encoding="utf-8") as front:
            front.write(TRY_IT)
    write_course(pages, extra, ran, playground=playground is not None)
    write_reference(pages)
    return examples


def copy_pages(pages: Path) -> None:
    """The pages that stand here and the READMEs; the list of recipes is their order, too."""
    here = [file.relative_to(ROOT).as_posix() for file in (ROOT / PAGES).rglob("*.md")]
    for name in (*READMES, *here):
        text = with_links_there((ROOT / name).read_text(encoding="utf-8"), name)
        if name == f"{PAGES}how_to/index.md":
            recipes = re.findall(r"\]\((\w+)\.md\)", text)
            text = f"{text}\n{contents(recipes)}\n"
        page = pages / place_there(name)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")


def with_links_there(text: str, name: str) -> str:
    """The text of a file, whose links lead to files of the project, with links to pages there.

    >>> with_links_there("[C](demos/site/pages/how_to/c.md#top)", "README.md")
    '[C](how_to/c.md#top)'
    >>> with_links_there("[names](../../../chapter4/names.py)", "demos/site/pages/how_to/c.md")
    '[names](../demos/chapter4/names.md)'
    """

    def moved(link: re.Match[str]) -> str:
        there = place_there(normpath(join(dirname(name), link[1])))
        return "](" + relpath(there, dirname(place_there(name)) or ".")

    return re.sub(r"\]\(([\w./]+)", moved, text)


def place_there(name: str) -> str:
    """Where a file of the project stands on the site: of a lesson its page."""
    lesson = re.sub(r"^(demos/chapter\w+/\w+)\.py$", r"\1.md", name)
    return lesson.removeprefix(PAGES)
