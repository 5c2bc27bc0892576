"""The command line: python -m demos exercises, which reads files and draws into them."""

import shlex
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from demos.exercises.catalogue import ALL
from demos.exercises.notebooks import write_notebooks
from demos.exercises.progress import read_progress, score
from demos.exercises.step import Step
from demos.exercises.telling import (
    Desk,
    Drawn,
    Said,
    brought,
    find,
    listing,
    next_hint,
    work_on,
    work_on_step,
)
from demos.exercises.worksheet import key, worksheet
from engine.files import write_file
from engine.messages import brief
from engine.terminal import say

FOLDER = Path("exercises")
COMMAND = "python -m demos exercises"
STOPPED = "stopped; what does not end may hold a loop that does not"


def run(arguments: list[str]) -> None:
    """Run `python -m demos exercises` with these arguments; ends in a line where it cannot."""
    options = options_of(arguments, COMMAND, FOLDER)
    try:
        desk = desk_of(options.folder, FOLDER, COMMAND)
        say("\n\n".join([written(part, options.folder) for part in answer(options, desk)]))
    except KeyboardInterrupt:
        sys.exit(f"\n{STOPPED}")
    except (OSError, ValueError) as error:
        sys.exit(brief(error))


def desk_of(folder: Path, usual: Path, command: str) -> Desk:
    """The desk in a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    elsewhere = "" if folder == usual else f" --folder {shlex.quote(str(folder))}"
    return Desk(read_progress(folder), command, elsewhere)


def options_of(words: list[str], command: str, folder: Path) -> Namespace:
    """What these words ask for; ends as argparse does where they do not go together."""
    made = parser(command, folder)
    options = made.parse_args(words)
    for option in ("score", "engine", "notebooks", "worksheets"):
        if options.name is not None and getattr(options, option):
            made.error(f"--{option} is not of one exercise: leave out {brief(options.name)}")
    return options


def parser(command: str, folder: Path) -> ArgumentParser:
    """The words that this command takes, here and in a notebook."""
    made = ArgumentParser(
        prog=command,
        description="Exercises that mark themselves. Without a name: all of them, and the next "
        "one. With a name: write its file for you, and from then on mark what stands in it.",
    )
    made.add_argument("name", nargs="?", help="the exercise to begin, or to mark")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--hint", action="store_true", help="the next hint; at last the solution")
    what.add_argument(
        "--score", nargs="?", const="-", metavar="FILE", help="print the score, or write it as CSV"
    )
    what.add_argument(
        "--engine",
        metavar="FILE:CLASS",
        help="mark all steps of an engine from elsewhere, as lecture.py:Value; its net is MLP, its "
        "training loop train, both in the same file",
    )
    what.add_argument(
        "--notebooks",
        action="store_true",
        help="write a notebook for each chapter, to answer in its cells",
    )
    what.add_argument(
        "--worksheets",
        action="store_true",
        help="write worksheet.html, the short exercises with blanks to print, and key.html",
    )
    made.add_argument(
        "--folder",
        type=Path,
        default=folder,
        help="where your files and your progress are (default: %(default)s)",
    )
    return made


def answer(options: Namespace, desk: Desk) -> Said:
    """What is said."""
    folder = desk.progress.folder
    if options.score is not None:
        text = score(desk.progress, ALL)
        if options.score == "-":
            return [text]
        write_file(options.score, text + "\n")
        return [f"wrote {brief(options.score)}"]
    if options.worksheets:
        write_file(folder / "worksheet.html", worksheet())
        write_file(folder / "key.html", key())
        return [f"worksheet.html and key.html are in {folder}"]
    if options.notebooks:
        return [write_notebooks(folder, usual=not desk.options)]
    if options.engine is not None:
        return brought(options.engine, desk)
    if options.name is None:
        if options.hint:
            raise ValueError(f"a hint for which exercise? {desk.command} NAME --hint")
        return [listing(desk)]
    exercise = find(options.name, desk)
    if options.hint:
        return [next_hint(exercise, desk)]
    if isinstance(exercise, Step):
        return work_on_step(exercise, desk)
    return work_on(exercise, folder / f"{exercise.name}.py", desk)


def written(part: str | Drawn, folder: Path) -> str:
    """The text, or the file in which the graph was drawn."""
    if isinstance(part, str):
        return part
    from engine.drawing.picture import svg

    file = folder / f"{part.name}.svg"
    write_file(file, svg(part.graph, gradients=part.numbers, partials=part.numbers))
    return f"{part.words}: {file}"
