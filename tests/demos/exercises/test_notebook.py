"""Exercises in a notebook: the same marking, the same progress, and one notebook a chapter."""

import json
from pathlib import Path
from typing import Any

import pytest

from demos.exercises import command_line
from demos.exercises.catalogue import EXERCISES, SHORT
from demos.exercises.notebook import FOLDER, answer, load_ipython_extension
from demos.exercises.notebooks import notebook, write_notebooks
from demos.exercises.progress import read_progress
from demos.exercises.telling import Drawn
from tests.notebook import ROOT, executed, exercises

CHAPTER = pytest.mark.parametrize("chapter", SHORT)


def typed(folder: Path, line: str, cell: str | None = None) -> str:
    """What is printed; of a graph, its words and its numbers."""
    said, _ = answer(f"{line} --folder {folder}", cell)
    return "\n".join(
        f"[{part.words}: {part.graph.grad:g}, {part.numbers}]" if isinstance(part, Drawn) else part
        for part in said
    )


# In a cell


def test_a_task_is_shown_with_its_graph_and_a_cell_to_answer_it(tmp_path: Path) -> None:
    said, cell = answer(f"backward_order --folder {tmp_path}")
    assert "In which order are the nodes visited?" in f"{said[0]}"
    assert isinstance(said[1], Drawn) and not said[1].numbers
    assert cell == f"%%exercises backward_order --folder {tmp_path}\norder = ..."


def test_a_cell_is_marked_as_a_file_is_and_in_the_same_progress(tmp_path: Path) -> None:
    order = EXERCISES["backward_order"]
    wrong = typed(tmp_path, order.name, f"order = {order.wrong[0].answer}")
    assert wrong.startswith(f"✗ {order.title}\nb stands before c")
    assert "[Its graph: 0, False]" in wrong and wrong.endswith(f"Hint: {order.wrong[0].hint}")
    right = typed(tmp_path, order.name, f"order = {order.solution}")
    assert right.startswith(f"✓ {order.title}\n\n{order.reason}")
    assert "[Its graph, with the gradients that are right: 1, True]" in right
    assert "Next: %exercises two_passes" in right
    record = read_progress(tmp_path).of(order.name)
    assert (record.tries, record.hints, record.solved) == (2, 0, True)


def test_the_graph_that_shows_a_fault_is_drawn(tmp_path: Path) -> None:
    lost = EXERCISES["lost_part"]
    said = typed(tmp_path, lost.name, lost.file.replace(lost.blank, lost.wrong[0].answer))
    assert "[Its graph, with the gradients that are right: 1, True]" in said


def test_a_cell_as_it_was_is_no_try_and_gives_no_hint_away(tmp_path: Path) -> None:
    for name in ("cube", "used_twice", "lost_part"):
        exercise = EXERCISES[name]
        said = typed(tmp_path, name, f"{exercise.file}\n")
        assert exercise.hints[0] not in said and f"A hint: %exercises {name}" in said
        assert ("[Its graph: 0, False]" in said) == (name == "used_twice")
    assert read_progress(tmp_path).records == {}


def test_hints_come_one_at_a_time_and_then_the_solution(tmp_path: Path) -> None:
    cube = EXERCISES["cube"]
    for number, hint in enumerate(cube.hints, 1):
        assert typed(tmp_path, "cube --hint") == f"Hint {number} of {len(cube.hints)}: {hint}"
    assert cube.reason in typed(tmp_path, "cube --hint")


def test_lines_are_counted_as_the_notebook_counts_them(tmp_path: Path) -> None:
    assert "in line 3: name 'z'" in typed(tmp_path, "cube", "def slope(x, y):\n    return z")
    assert "Line 2 is no Python" in typed(tmp_path, "cube", "def slope(x, y)\n    return z")


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("cub", None, "did you mean cube?"),
        ("cub", "x = 1", "did you mean cube?"),
        ("", "x = 1", "a cell answers a short exercise: %%exercises NAME"),
        ("engine1", "x = 1", "your own engine is a file, which %exercises engine1 begins"),
        ("engine1", None, "def backward(self):\n        ..."),
        ("", None, "Next: %exercises cube"),
        ("--score", None, "cube,not begun"),
        ("cube", "raise KeyboardInterrupt", "stopped;"),
        ("cube --hint", "x = 1", "Hint 1 of"),
        ("cube", "x = 1", "There is no slope in it."),  # which is a cell
        ("cube", "1 / 0", "It does not run: ZeroDivisionError in line 2"),
    ],
)
def test_what_else_can_be_typed(tmp_path: Path, line: str, cell: str | None, said: str) -> None:
    assert said in typed(tmp_path, line, cell)


def test_words_that_are_none_are_told_and_raise_nothing(capsys: Any) -> None:
    assert answer("cube --nothing") == ([], "")
    assert "unrecognized arguments: --nothing" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--score", "--engine a.py:V", "--notebooks", "--worksheets"])
def test_what_is_of_all_exercises_is_not_asked_of_one(words: str, capsys: Any) -> None:
    option, _, _ = words.partition(" ")
    for cell in (None, "x = 1"):
        assert answer(f"cube {words}", cell) == ([], "")
        assert f"{option} is not of one exercise: leave out cube" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command_line.run(["cube", *words.split()])


def test_the_usual_folder_is_that_of_the_command_line_in_the_project() -> None:
    assert FOLDER == ROOT / command_line.FOLDER


# A notebook for each chapter


@CHAPTER
def test_a_chapter_has_a_cell_for_each_of_its_exercises(chapter: str) -> None:
    cells = [cell for cell in notebook(chapter)["cells"] if cell["cell_type"] == "code"]
    for cell, exercise in zip(cells[1:], SHORT[chapter], strict=True):
        first, *rest = "".join(cell["source"]).split("\n")
        assert first == f"%%exercises {exercise.name}" and "\n".join(rest) == exercise.file


@CHAPTER
def test_it_is_kept_with_the_chapter_and_with_its_pictures(chapter: str) -> None:
    """`python -m tests.notebook` writes it."""
    kept = json.loads(exercises(chapter).read_text(encoding="utf-8"))["cells"]
    made = notebook(chapter)["cells"]
    assert [cell["source"] for cell in kept] == [cell["source"] for cell in made]
    for cell, exercise in zip(kept[3::2], SHORT[chapter], strict=True):
        drawn = [each["data"] for each in cell["outputs"] if "data" in each]
        assert len(drawn) == (exercise.kind.graph is not None)
        assert all("<svg" in "".join(data["image/svg+xml"]) for data in drawn)


def test_what_was_answered_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "chapter2_neurons.ipynb"
    file.write_text("mine", encoding="utf-8")
    said = write_notebooks(tmp_path, usual=False)
    assert f"{file} is there already" in said and file.read_text(encoding="utf-8") == "mine"
    assert {each.stem for each in tmp_path.iterdir()} == set(SHORT)
    other = (tmp_path / "chapter1_gradients.ipynb").read_text(encoding="utf-8")
    assert f"%%exercises cube --folder {tmp_path}" in other


@pytest.mark.slow
def test_jupyter_marks_what_a_learner_writes(tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    made = notebook("chapter2_neurons", f" --folder {tmp_path}")
    for cell, exercise in zip(made["cells"][3::2], SHORT["chapter2_neurons"], strict=True):
        text = "".join(cell["source"])
        assert text.count(exercise.blank) == 1
        cell["source"] = [text.replace(exercise.blank, exercise.solution)]
    done = executed(made)["cells"]
    said = ["".join(each["outputs"][0]["text"]) for each in done[3::2]]
    assert all(each.startswith("✓ ") for each in said)
    pictures = [each for cell in done for each in cell.get("outputs", ()) if "data" in each]
    assert len(pictures) == 2
    assert read_progress(tmp_path).of("shut_gate").solved


def test_the_extension_makes_a_cell_below_through_the_shell(tmp_path: Path) -> None:
    class Shell:
        below = ""

        def register_magic_function(self, function: Any, kind: str) -> None:
            self.function, self.kind = function, kind

        def set_next_input(self, text: str) -> None:
            self.below = text

    pytest.importorskip("IPython")
    shell = Shell()
    load_ipython_extension(shell)
    assert shell.function.__name__ == "exercises" and shell.kind == "line_cell"
    shell.function(f"cube --folder {tmp_path}")
    assert shell.below.startswith("%%exercises cube ")
    assert shell.below.endswith("\n" + EXERCISES["cube"].file)
