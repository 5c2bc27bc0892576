"""The command line: python -m demos exercises, and what a learner reads."""

import shlex
import sys
from argparse import ArgumentParser, Namespace
from difflib import get_close_matches
from pathlib import Path
from textwrap import fill, indent

from demos.course import description_of
from demos.exercises.catalogue import ALL, SHORT
from demos.exercises.engine_file import NAME, add_stub
from demos.exercises.engine_marking import mark_step
from demos.exercises.exercise import Exercise
from demos.exercises.marking import Mark, mark
from demos.exercises.progress import Progress, Record, read_progress, score
from demos.exercises.step import Step
from demos.exercises.steps import STEPS
from demos.exercises.worksheet import key, worksheet
from engine.files import write_file
from engine.graph import topological_order
from engine.messages import brief
from engine.value import Value

FOLDER = Path("exercises")
COMMAND = "python -m demos exercises"
SIGNS = {"solved": "✓", "with the solution": "✓", "open": "·", "not begun": " "}
MOST = 100  # nodes of a graph that is drawn
NET_FROM = 11  # the first step that is about nets


def run(arguments: list[str]) -> None:
    """Run `python -m demos exercises` with these arguments; ends in a line where it cannot."""
    options = parser().parse_args(arguments)
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        print(answer(options, read_progress(options.folder)))
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
    what.add_argument(
        "--engine",
        metavar="FILE:CLASS",
        help="mark all steps of an engine from elsewhere, as lecture.py:Value; its net is MLP, its "
        "training loop train, both in the same file",
    )
    what.add_argument(
        "--worksheets",
        action="store_true",
        help="write worksheet.html, the short exercises with blanks to print, and key.html",
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
        text = score(progress, ALL)
        if options.score == "-":
            return text
        write_file(options.score, text + "\n")
        return f"wrote {brief(options.score)}"
    if options.worksheets:
        write_file(options.folder / "worksheet.html", worksheet())
        write_file(options.folder / "key.html", key())
        return f"worksheet.html and key.html are in {options.folder}"
    if options.engine is not None:
        return brought(options.engine, progress)
    if options.name is None:
        if options.hint:
            raise ValueError(f"a hint for which exercise? {COMMAND} NAME --hint")
        return listing(progress)
    exercise = find(options.name)
    if options.hint:
        return next_hint(exercise, progress)
    if isinstance(exercise, Step):
        return work_on_step(exercise, options.folder / NAME, progress)
    return work_on(exercise, options.folder / f"{exercise.name}.py", progress)


def find(name: str) -> Exercise | Step:
    """The exercise of this name. Raises ValueError where there is none."""
    if name in ALL:
        return ALL[name]
    close = get_close_matches(name, ALL)
    hint = f"did you mean {' or '.join(close)}?" if close else f"{COMMAND} lists them"
    raise ValueError(f"there is no exercise {brief(name)!r}; {hint}")


# The list


def listing(progress: Progress) -> str:
    """Every exercise, what was done about it, and what to do next."""
    rooms: list[tuple[str, tuple[Exercise, ...] | tuple[Step, ...]]] = [
        (description_of(f"demos.{chapter}"), exercises) for chapter, exercises in SHORT.items()
    ]
    rooms.append(("Build your own engine: from an empty class to a net that learns.", STEPS))
    blocks = [
        "\n".join([title, *[entry(each, progress.of(each.name)) for each in exercises]])
        for title, exercises in rooms
    ]
    solved = sum(progress.of(name).points for name in ALL)
    blocks.append(f"{solved} of {len(ALL)} solved by yourself.\n{next_command(progress)}")
    return "\n\n".join(blocks)


def entry(exercise: Exercise | Step, record: Record) -> str:
    title = exercise.title if not record.shown else f"{exercise.title} (solution seen)"
    return f"  {SIGNS[record.result]} {exercise.name:20}{title}"


def command_for(name: str, folder: Path) -> str:
    """What to type for an exercise."""
    elsewhere = "" if folder == FOLDER else f" --folder {shlex.quote(str(folder))}"
    return f"{COMMAND} {name}{elsewhere}"


def next_command(progress: Progress, *, after: str = "") -> str:
    """A line on what to do next: the first that is not solved, of those after one or of all."""
    names = list(ALL)
    names = names[names.index(after) + 1 :] + names if after else names
    following = next((name for name in names if not progress.of(name).solved), None)
    if following is None:
        return "There is nothing left to do."
    return f"Next: {command_for(following, progress.folder)}"


# Beginning, and being marked


def work_on(exercise: Exercise, file: Path, progress: Progress) -> str:
    """Write the file of a short exercise, or mark it where it is there."""
    if not file.exists():
        write_file(file, exercise.start)
        return begun(exercise, exercise.kind.instruction, file, indent(exercise.file, "    "))
    found = mark(exercise, file.read_text(encoding="utf-8"))
    return told(exercise, found, file, progress)


def work_on_step(step: Step, file: Path, progress: Progress) -> str:
    """Write what a step has to fill in, or mark the engine where that was done."""
    if step.name not in progress.records:
        stub = add_stub(step, file)
        progress.note(step.name)
        what = "Fill in what is new in" if stub else "Nothing is to be filled in. Change"
        return begun(step, f"{what} your engine, which is one file:", file, stub)
    engine, net = f"{file}:Value", f"{file}:MLP" if step.number >= NET_FROM else None
    return told(step, mark_step(step, engine, net), file, progress)


def begun(exercise: Exercise | Step, instruction: str, file: Path, code: str) -> str:
    command = command_for(exercise.name, file.parent)
    place = f"{file}:\n\n{code}" if code else f"{file}"
    return "\n\n".join(
        [
            f"{exercise.title}\n{paragraph(exercise.task)}",
            f"{instruction}\n{place}",
            f"When you have: {command}\nWhere you are stuck: {command} --hint",
        ]
    )


def told(exercise: Exercise | Step, found: Mark, file: Path, progress: Progress) -> str:
    """Note what came of marking, and say it."""
    first = bool(found.hint) and found.hint == exercise.hints[0]
    progress.note(exercise.name, tried=True, hints=int(first), solved=found.right)
    if found.right:
        following = next_command(progress, after=exercise.name)
        return "\n\n".join([f"✓ {exercise.title}", paragraph(found.text), following])
    parts = [f"✗ {exercise.title} ({file})", found.text]
    if found.graph is not None and len(topological_order([found.graph])) <= MOST:
        parts.append(drawn(found.graph, progress.folder / f"{exercise.name}.svg"))
    command = command_for(exercise.name, progress.folder)
    parts.append(paragraph(f"Hint: {found.hint}") if found.hint else f"A hint: {command} --hint")
    return "\n\n".join(parts)


def brought(engine: str, progress: Progress) -> str:
    """Mark every step of an engine that comes from elsewhere, up to the first that fails."""
    place = engine.rpartition(":")[0]
    if not place.endswith(".py"):
        raise ValueError(f"{brief(engine)!r} is no FILE:CLASS, such as lecture.py:Value")
    lines: list[str] = []
    for step in STEPS:
        net = f"{place}:MLP" if step.number >= NET_FROM else None
        found = mark_step(step, engine, net)
        text = told(step, found, Path(place), progress)
        if not found.right:
            return "\n".join([*lines, text])
        lines.append(f"✓ {step.name:10}{step.title}")
    return "\n".join(lines)


def next_hint(exercise: Exercise | Step, progress: Progress) -> str:
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
