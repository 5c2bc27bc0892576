"""All that Sphinx reads: the pages that stand here, those that are written, the READMEs."""

import shutil
from pathlib import Path

from demos.course import ROOT
from demos.site.course_pages import write_course
from demos.site.reference import modules, write_reference
from demos.site.running import run_everything
from engine.explorer import explore
from engine.expression import parse

HERE = Path(__file__).parent

# The project's own pages, which keep their places, so that their links hold.
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
    shutil.copytree(HERE / "pages", pages)
    for name in READMES:
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        # what stands here has a shorter way there
        (pages / name).write_text(text.replace("demos/site/pages/", ""), encoding="utf-8")
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
