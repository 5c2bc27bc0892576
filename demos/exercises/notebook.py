"""The exercises in a notebook: %load_ext demos.exercises.notebook, then %exercises.

`%exercises` takes what `python -m demos exercises` takes, and shares its folder and its progress.
`%exercises cube` shows a task and makes a cell for the answer, which `%%exercises cube` marks.
"""

import shlex
from typing import Any

from demos.course import ROOT
from demos.exercises import command_line
from demos.exercises.command_line import STOPPED, desk_of, options_of
from demos.exercises.exercise import Exercise
from demos.exercises.marking import mark, unchanged
from demos.exercises.telling import Desk, Drawn, Said, asked, find, task_of, told
from engine.messages import brief

FOLDER = ROOT / command_line.FOLDER
COMMAND = "%exercises"


def load_ipython_extension(shell: Any) -> None:
    """What %load_ext calls."""

    def exercises(line: str, cell: str | None = None) -> None:
        said, following = answer(line, cell)
        show(said)
        if following:
            shell.set_next_input(following)

    shell.register_magic_function(exercises, "line_cell")


def answer(line: str, cell: str | None = None) -> tuple[Said, str]:
    """What is said to `%exercises LINE`, or to that above a cell; and the cell to put below."""
    try:
        options = options_of(shlex.split(line), COMMAND, FOLDER)
        desk = desk_of(options.folder, FOLDER, COMMAND)
        exercise = None if options.name is None else find(options.name, desk)
        if cell is not None and not options.hint:
            return marked(exercise, cell, desk), ""
        if isinstance(exercise, Exercise) and not options.hint:
            answer_cell = f"%{desk.command_for(exercise.name)}\n{exercise.file}"
            return [task_of(exercise), *asked(exercise), exercise.kind.instruction], answer_cell
        return command_line.answer(options, desk), ""
    except KeyboardInterrupt:
        return [STOPPED], ""
    except SystemExit:  # argparse has said why
        return [], ""
    except (OSError, ValueError) as error:
        return [brief(error)], ""


def marked(exercise: object, cell: str, desk: Desk) -> Said:
    """What is wrong with a cell, if anything. Raises ValueError where a cell is no answer."""
    if not isinstance(exercise, Exercise):
        raise ValueError(
            f"a cell answers a short exercise: %{COMMAND} NAME in its first line, and one of those "
            f"that {COMMAND} lists; your own engine is a file, which {COMMAND} engine1 begins"
        )
    if unchanged(exercise, cell):
        hint = f"{desk.command_for(exercise.name)} --hint"
        return [*asked(exercise), f"Write it here, and run this cell again. A hint: {hint}"]
    return told(exercise, mark(exercise, f"\n{cell}"), "", desk)  # the first line is %%exercises


def show(said: Said) -> None:
    """Print what is text, and draw what is a graph."""
    from IPython.display import display

    from engine.drawing.picture import draw

    for number, part in enumerate(said):
        if isinstance(part, Drawn):
            print(f"\n{part.words}:" if number else f"{part.words}:")
            display(draw(part.graph, gradients=part.numbers, partials=part.numbers))
        else:
            print(f"\n{part}" if number else part)
