"""The notebooks with their outputs, as a code host shows them: python -m tests.notebook.

What only a running notebook can show, the page to play with, is left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demos.exercises.catalogue import SHORT
from demos.exercises.notebooks import notebook, text_of

ROOT = Path(__file__).parents[1]
FIRST = ROOT / "demos" / "chapter1_gradients" / "first_steps.ipynb"
LARGEST = 30_000  # characters of HTML


def exercises(chapter: str) -> Path:
    """The notebook with the exercises of a chapter, as yet without answers."""
    return ROOT / "demos" / chapter / "exercises.ipynb"


def notebooks() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each notebook before it has run; the first one is written by hand."""
    yield FIRST, json.loads(FIRST.read_text(encoding="utf-8"))
    for chapter in SHORT:
        yield exercises(chapter), notebook(chapter)


def executed(made: dict[str, Any]) -> dict[str, Any]:
    """The notebook after all its cells have run."""
    import nbformat
    from nbclient import NotebookClient

    cells = nbformat.reads(json.dumps(made), as_version=4)
    resources = {"metadata": {"path": str(ROOT)}}
    NotebookClient(cells, resources=resources).execute()
    notebook: dict[str, Any] = json.loads(nbformat.writes(cells))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if len("".join(data.get("text/html", ""))) > LARGEST:
                del data["text/html"]
    notebook["metadata"]["language_info"] = {"name": "python"}
    return notebook


if __name__ == "__main__":
    for file, made in notebooks():
        file.write_text(text_of(executed(made)), encoding="utf-8")
