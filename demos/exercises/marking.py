"""Marking a short exercise: what is wrong with a file, and the hint for it."""

from dataclasses import dataclass
from functools import cache
from traceback import walk_tb
from typing import Any

from demos.exercises.exercise import Exercise
from demos.exercises.kinds import same
from engine import Value
from engine.messages import brief


@dataclass(frozen=True, slots=True)
class Mark:
    """What came of marking: right, or what is wrong, with a hint where one fits."""

    right: bool
    text: str
    hint: str = ""
    graph: Value | None = None


class Unfinished(Exception):
    """The file cannot be marked; the message says why."""


def mark(exercise: Exercise, source: str) -> Mark:
    """Mark the text of a file."""
    if unchanged(exercise, source):
        said = "The file is still as it was." if source.strip() else "The file is empty."
        return Mark(False, said, exercise.hints[0])
    try:
        answer = answer_of(exercise, source)
        if answer is ...:
            return Mark(False, "The dots are still there.", exercise.hints[0])
        fault = exercise.kind.fault(answer, reference(exercise))
        hint = "" if fault is None else hint_for(exercise, exercise.kind.behaviour(answer))
    except Unfinished as error:
        return Mark(False, f"{error}", exercise.hints[0])
    except (Exception, SystemExit) as error:  # whatever the learner's code raises
        return Mark(False, f"{exercise.kind.asked} ends in {in_a_line(error)}")
    if fault is None:
        return Mark(True, exercise.reason)
    return Mark(False, fault.text, hint, fault.graph)


def unchanged(exercise: Exercise, source: str) -> bool:
    """Whether nothing was written: an empty file, or as it was, with the task or without."""
    return source.split() in ([], exercise.start.split(), exercise.file.split())


def answer_of(exercise: Exercise, source: str) -> Any:
    """What the file defines. Raises Unfinished where it does not run, or lacks it."""
    names: dict[str, Any] = {"__name__": exercise.name}
    try:
        exec(compile(source, f"{exercise.name}.py", "exec"), names)
    except SyntaxError as error:
        raise Unfinished(f"Line {error.lineno} is no Python: {brief(error.msg)}") from error
    except (Exception, SystemExit) as error:  # whatever the learner's code raises
        raise Unfinished(f"It does not run: {in_a_line(error)}") from error
    if exercise.kind.asked not in names:
        raise Unfinished(f"There is no {exercise.kind.asked} in it.")
    return names[exercise.kind.asked]


def in_a_line(error: BaseException) -> str:
    """An error, and the line of the learner's file where it came up."""
    line = 0
    for frame, number in walk_tb(error.__traceback__):
        if not {"/", "\\"} & set(frame.f_code.co_filename):
            line = number
    at = f" in line {line}" if line else ""
    return brief(f"{type(error).__name__}{at}: {error}")


@cache
def reference(exercise: Exercise) -> Any:
    return answer_of(exercise, exercise.answered(exercise.solution))


def hint_for(exercise: Exercise, behaviour: Any) -> str:
    """The hint for who gives an answer that does this; "" where nobody was known to."""
    for wrong in exercise.wrong:
        known = answer_of(exercise, exercise.answered(wrong.answer))
        if same(exercise.kind.behaviour(known), behaviour):
            return wrong.hint
    return ""
