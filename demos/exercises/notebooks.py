"""A notebook for each chapter: its exercises, each with a cell for the answer."""

import json
import shlex
from pathlib import Path
from typing import Any

from demos.course import description_of
from demos.exercises.catalogue import SHORT
from demos.exercises.exercise import Exercise
from engine.files import write_file

BEGIN = """\
import sys
from pathlib import Path

import engine

sys.path.append(str(Path(engine.__file__).parents[1]))  # the folder of the project
%load_ext demos.exercises.notebook"""

HOW = """\
Each cell below is an answer to write: run it as it is to see what it is about, fill it in, and run
it again to have it marked. Where you are stuck, `%exercises NAME --hint` in a cell of its own gives
a hint, then the next, and at last the solution; `%exercises` lists all there is to do, and your
progress is that of `python -m demos exercises`. The first cell has to run first."""


def write_notebooks(folder: Path, *, usual: bool) -> str:
    """Write the notebooks that are not there; says which those are. What was answered stays."""
    options = "" if usual else f" --folder {shlex.quote(str(folder.resolve()))}"
    said = []
    for chapter in SHORT:
        file = folder / f"{chapter}.ipynb"
        if file.exists():
            said.append(f"{file} is there already, and stays as it is")
        else:
            write_file(file, text_of(notebook(chapter, options)))
            said.append(f"wrote {file}")
    return "\n".join(said)


def text_of(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def notebook(chapter: str, options: str = "") -> dict[str, Any]:
    """The notebook of a chapter as Jupyter keeps it (nbformat 4.5); nothing in it has run."""
    title = description_of(f"demos.{chapter}").rstrip(".")
    cells = [("markdown", f"# Exercises: {title[0].lower()}{title[1:]}\n\n{HOW}"), ("code", BEGIN)]
    for exercise in SHORT[chapter]:
        cells.append(("markdown", f"## {exercise.title}\n\n{in_markdown(exercise)}"))
        cells.append(("code", f"%%exercises {exercise.name}{options}\n{exercise.file}"))
    return {
        "cells": [cell(number, *each) for number, each in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def in_markdown(exercise: Exercise) -> str:
    """The task; stars and underscores in it are no Markdown."""
    text = f"{exercise.task}\n\n{exercise.kind.instruction}"
    return text.replace("*", r"\*").replace("_", r"\_")


def cell(number: int, kind: str, text: str) -> dict[str, Any]:
    made = {
        "cell_type": kind,
        "id": f"cell{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return made if kind == "markdown" else made | {"execution_count": None, "outputs": []}
