"""What a learner reads: the list, a task, what came of marking, hints; with graphs to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from textwrap import fill, indent

from demos.course import description_of
from demos.exercises.catalogue import ALL, SHORT
from demos.exercises.engine_file import NAME, add_stub
from demos.exercises.engine_marking import mark_step
from demos.exercises.exercise import Exercise
from demos.exercises.marking import Mark, mark
from demos.exercises.progress import Progress, Record
from demos.exercises.step import Step
from demos.exercises.steps import STEPS
from engine.files import write_file
from engine.graph import topological_order
from engine.messages import brief
from engine.value import Value

SIGNS = {"solved": "✓", "with the solution": "✓", "open": "·", "not begun": " "}
RIGHT = "Its graph, with the gradients that are right"
MOST = 100  # nodes of a graph that is drawn
NET_FROM = 11  # the first step that is about nets


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a learner works: with which progress, and what is typed there."""

    progress: Progress
    command: str
    options: str  # after the name, where the folder is not the usual one

    def command_for(self, name: str) -> str:
        return f"{self.command} {name}{self.options}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph to draw, and what it is."""

    name: str
    words: str
    graph: Value
    numbers: bool = True  # gradients and local derivatives, which are not told beforehand


Said = Sequence[str | Drawn]


def find(name: str, desk: Desk) -> Exercise | Step:
    """The exercise of this name. Raises ValueError where there is none."""
    if name in ALL:
        return ALL[name]
    close = get_close_matches(name, ALL)
    hint = f"did you mean {' or '.join(close)}?" if close else f"{desk.command} lists them"
    raise ValueError(f"there is no exercise {brief(name)!r}; {hint}")


# The list


def listing(desk: Desk) -> str:
    """Every exercise, what was done about it, and what to do next."""
    rooms: list[tuple[str, tuple[Exercise, ...] | tuple[Step, ...]]] = [
        (description_of(f"demos.{chapter}"), exercises) for chapter, exercises in SHORT.items()
    ]
    rooms.append(("Build your own engine: from an empty class to a net that learns.", STEPS))
    blocks = [
        "\n".join([title, *[entry(each, desk.progress.of(each.name)) for each in exercises]])
        for title, exercises in rooms
    ]
    solved = sum(desk.progress.of(name).points for name in ALL)
    blocks.append(f"{solved} of {len(ALL)} solved by yourself.\n{next_command(desk)}")
    return "\n\n".join(blocks)


def entry(exercise: Exercise | Step, record: Record) -> str:
    title = exercise.title if not record.shown else f"{exercise.title} (solution seen)"
    return f"  {SIGNS[record.result]} {exercise.name:20}{title}"


def next_command(desk: Desk, *, after: str = "") -> str:
    """A line on what to do next: the first that is not solved, of those after one or of all."""
    names = list(ALL)
    names = names[names.index(after) + 1 :] + names if after else names
    following = next((name for name in names if not desk.progress.of(name).solved), None)
    if following is None:
        return "There is nothing left to do."
    return f"Next: {desk.command_for(following)}"


# Beginning, and being marked


def work_on(exercise: Exercise, file: Path, desk: Desk) -> Said:
    """Write the file of a short exercise, or mark it where it is there."""
    if not file.exists():
        write_file(file, exercise.start)
        return [
            task_of(exercise),
            *asked(exercise),
            f"{exercise.kind.instruction}\n{file}:\n\n{indent(exercise.file, '    ')}",
            how_to_go_on(exercise, desk),
        ]
    return told(exercise, mark(exercise, file.read_text(encoding="utf-8-sig")), f"{file}", desk)


def work_on_step(step: Step, desk: Desk) -> Said:
    """Write what a step has to fill in, or mark the engine where that was done."""
    file = desk.progress.folder / NAME
    if step.name not in desk.progress.records:
        stub = add_stub(step, file)
        desk.progress.note(step.name)
        what = "Fill in what is new in" if stub else "Nothing is to be filled in. Change"
        place = f"{file}:\n\n{stub}" if stub else f"{file}"
        return [
            task_of(step),
            f"{what} your engine, which is one file:\n{place}",
            how_to_go_on(step, desk),
        ]
    engine, net = f"{file}:Value", f"{file}:MLP" if step.number >= NET_FROM else None
    return told(step, mark_step(step, engine, net), f"{file}", desk)


def task_of(exercise: Exercise | Step) -> str:
    return f"{exercise.title}\n{paragraph(exercise.task)}"


def how_to_go_on(exercise: Exercise | Step, desk: Desk) -> str:
    command = desk.command_for(exercise.name)
    return f"When you have: {command}\nWhere you are stuck: {command} --hint"


def asked(exercise: Exercise | Step) -> list[Drawn]:
    """The graph that an exercise is about, where there is one, without what it asks for."""
    if isinstance(exercise, Step) or exercise.kind.graph is None:
        return []
    return [Drawn(exercise.name, "Its graph", exercise.kind.graph(), numbers=False)]


def told(exercise: Exercise | Step, found: Mark, where: str, desk: Desk) -> Said:
    """Note what came of marking, and say it."""
    first = bool(found.hint) and found.hint == exercise.hints[0]
    desk.progress.note(exercise.name, tried=True, hints=int(first), solved=found.right)
    if found.right:
        following = next_command(desk, after=exercise.name)
        text = f"✓ {exercise.title}\n\n{paragraph(found.text)}"
        return [text, *answered(exercise), following]
    parts: list[str | Drawn] = [f"✗ {exercise.title}{f' ({where})' if where else ''}", found.text]
    if found.graph is None:
        parts += asked(exercise)
    elif len(topological_order([found.graph])) <= MOST:
        parts.append(Drawn(exercise.name, RIGHT, found.graph))
    command = desk.command_for(exercise.name)
    parts.append(paragraph(f"Hint: {found.hint}") if found.hint else f"A hint: {command} --hint")
    return parts


def answered(exercise: Exercise | Step) -> list[Drawn]:
    """The same graph after backward."""
    drawn = asked(exercise)
    for each in drawn:
        each.graph.backward()
    return [Drawn(each.name, RIGHT, each.graph) for each in drawn]


def brought(engine: str, desk: Desk) -> Said:
    """Mark every step of an engine that comes from elsewhere, up to the first that fails."""
    place = engine.rpartition(":")[0]
    if not place.endswith(".py"):
        raise ValueError(f"{brief(engine)!r} is no FILE:CLASS, such as lecture.py:Value")
    if not Path(place).is_file():
        raise ValueError(f"there is no file {brief(place)}")
    lines: list[str] = []
    for step in STEPS:
        net = f"{place}:MLP" if step.number >= NET_FROM else None
        found = mark_step(step, engine, net)
        parts = told(step, found, place, desk)
        if not found.right:
            return ["\n".join(lines), *parts] if lines else parts
        lines.append(f"✓ {step.name:10}{step.title}")
    return ["\n".join(lines)]


def next_hint(exercise: Exercise | Step, desk: Desk) -> str:
    """The next hint, and after the last one the solution with its reason."""
    given, known = desk.progress.of(exercise.name).hints, len(exercise.hints)
    if given < known:
        desk.progress.note(exercise.name, hints=given + 1)
        return paragraph(f"Hint {given + 1} of {known}: {exercise.hints[given]}")
    desk.progress.note(exercise.name, shown=True)
    solution = indent(exercise.solution, "    ")
    return f"There is no further hint. The solution:\n\n{solution}\n\n{paragraph(exercise.reason)}"


def paragraph(text: str) -> str:
    return fill(text, 100, break_on_hyphens=False)
