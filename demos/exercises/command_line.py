"""The command line: python -m demos exercises, and what a learner reads."""

import shlex
import sys
from argparse import ArgumentParser, Namespace
from difflib import get_close_matches
from pathlib import Path
from textwrap import fill, indent

from demos.course import description_of
from demos.exercises.catalogue import EXERCISES, SHORT
from demos.exercises.exercise import Exercise
from demos.exercises.marking import mark
from demos.exercises.progress import Progress, Record, read_progress, score
from engine.files import write_file
from engine.messages import brief
from engine.value import Value

FOLDER = Path("exercises")
COMMAND = "python -m demos exercises"
SIGNS = {"solved": "✓", "with the solution": "✓", "open": "·", "not begun": " "}


def run(arguments: list[str]) -> None:
    """Run `python -m demos exercises` with these arguments; ends in a line where it cannot."""
    options = parser().parse_args(arguments)
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        progress = read_progress(options.folder)
        print(answer(options, progress))
    except KeyboardInterrupt:
        sys.exit("\nstopped; a file that does not end may hold a loop that does not")
    except (OSError, ValueError) as error:
        sys.exit(brief(error))


def parser() -> ArgumentParser:
    made = ArgumentParser(
        prog=COMMAND,
        description="Exercises that mark themselves. Without a name: all of them, and the next "
        "one. With a name: write its file for you, and from then on mark what stands in it.",
    )
    made.add_argument("name", nargs="?", help="the exercise to begin, or to mark")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--hint", action="store_true", help="the next hint; at last the solution")
    what.add_argument(
        "--score", nargs="?", const="-", metavar="FILE", help="print the score, or write it as CSV"
    )
    made.add_argument(
        "--folder",
        type=Path,
        default=FOLDER,
        help="where your files and your progress are (default: %(default)s)",
    )
    return made


def answer(options: Namespace, progress: Progress) -> str:
    """What is printed."""
    if options.score is not None:
        text = score(progress, EXERCISES)
        if options.score == "-":
            return text
        write_file(options.score, text + "\n")
        return f"wrote {brief(options.score)}"
    if options.name is None:
        if options.hint:
            raise ValueError(f"a hint for which exercise? {COMMAND} NAME --hint")
        return listing(progress)
    exercise = find(options.name)
    if options.hint:
        return next_hint(exercise, progress)
    file = options.folder / f"{exercise.name}.py"
    if not file.exists():
        return begin(exercise, file)
    return marked(exercise, file, progress)


def find(name: str) -> Exercise:
    """The exercise of this name. Raises ValueError where there is none."""
    if name in EXERCISES:
        return EXERCISES[name]
    close = get_close_matches(name, EXERCISES)
    hint = f"did you mean {' or '.join(close)}?" if close else f"{COMMAND} lists them"
    raise ValueError(f"there is no exercise {brief(name)!r}; {hint}")


def listing(progress: Progress) -> str:
    """Every exercise, what was done about it, and what to do next."""
    blocks = []
    for chapter, exercises in SHORT.items():
        lines = [entry(each, progress.of(each.name)) for each in exercises]
        blocks.append("\n".join([description_of(f"demos.{chapter}"), *lines]))
    solved = sum(progress.of(name).points for name in EXERCISES)
    blocks.append(f"{solved} of {len(EXERCISES)} solved by yourself.\n{next_command(progress)}")
    return "\n\n".join(blocks)


def entry(exercise: Exercise, record: Record) -> str:
    title = exercise.title if not record.shown else f"{exercise.title} (solution seen)"
    return f"  {SIGNS[record.result]} {exercise.name:20}{title}"


def begin(exercise: Exercise, file: Path) -> str:
    """Write the file to fill in, and say what it is about."""
    write_file(file, exercise.start)
    command = command_for(exercise.name, file.parent)
    return "\n\n".join(
        [
            f"{exercise.title}\n{exercise.task}",
            exercise.kind.instruction,
            f"It is in {file}:\n\n{indent(exercise.file, '    ')}",
            f"When you have: {command}\nWhere you are stuck: {command} --hint",
        ]
    )


def command_for(name: str, folder: Path) -> str:
    """What to type for an exercise."""
    elsewhere = "" if folder == FOLDER else f" --folder {shlex.quote(str(folder))}"
    return f"{COMMAND} {name}{elsewhere}"


def next_command(progress: Progress) -> str:
    """A line on what to do next."""
    following = next((name for name in EXERCISES if not progress.of(name).solved), None)
    if following is None:
        return "There is nothing left to do."
    return f"Next: {command_for(following, progress.folder)}"


def marked(exercise: Exercise, file: Path, progress: Progress) -> str:
    """Mark the file, note it, and say what came of it."""
    found = mark(exercise, file.read_text(encoding="utf-8"))
    first = bool(found.hint) and found.hint == exercise.hints[0]
    progress.note(exercise.name, tried=True, hints=int(first), solved=found.right)
    if found.right:
        return "\n\n".join([f"✓ {exercise.title}", paragraph(found.text), next_command(progress)])
    command = command_for(exercise.name, file.parent)
    parts = [f"✗ {exercise.title} ({file})", found.text]
    if found.graph is not None:
        parts.append(drawn(found.graph, file.with_suffix(".svg")))
    parts.append(paragraph(f"Hint: {found.hint}") if found.hint else f"A hint: {command} --hint")
    return "\n\n".join(part for part in parts if part)


def next_hint(exercise: Exercise, progress: Progress) -> str:
    """The next hint, and after the last one the solution with its reason."""
    given, known = progress.of(exercise.name).hints, len(exercise.hints)
    if given < known:
        progress.note(exercise.name, hints=given + 1)
        return paragraph(f"Hint {given + 1} of {known}: {exercise.hints[given]}")
    progress.note(exercise.name, shown=True)
    solution = indent(exercise.solution, "    ")
    return f"There is no further hint. The solution:\n\n{solution}\n\n{paragraph(exercise.reason)}"


def drawn(graph: Value, file: Path) -> str:
    """Draw the graph beside the learner's file."""
    from engine.drawing.picture import svg

    write_file(file, svg(graph))
    return f"Its graph, with the gradients that are right: {file}"


def paragraph(text: str) -> str:
    return fill(text, 100, break_on_hyphens=False)
