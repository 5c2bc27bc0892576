"""What a learner types and reads: begin, fill in, be marked, hints, the solution, the score."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from demos.exercises.catalogue import EXERCISES
from demos.exercises.step import engine_after
from demos.exercises.steps import STEPS
from demos.helpers.command_line import run

Typed = Callable[..., str]


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    def exercises(*words: str) -> str:
        run(["exercises", *words, "--folder", str(tmp_path)])
        return capsys.readouterr().out

    return exercises


def fill_in(file: Path, answer: str) -> None:
    file.write_text(file.read_text("utf-8").replace("...", answer), "utf-8")


def test_from_an_empty_folder_to_the_first_exercise_solved(typed: Typed, tmp_path: Path) -> None:
    assert "Next: python -m demos exercises cube" in typed()
    file = tmp_path / "cube.py"
    assert "return ..." in typed("cube") and "What is dy/dx?" in file.read_text("utf-8")
    assert f"Hint: {EXERCISES['cube'].hints[0]}" in typed("cube")
    fill_in(file, "x**2")
    assert "how often does x stand there?" in typed("cube")
    file.write_text("def slope(x, y):\n    return 3 * x * x\n", "utf-8")
    assert typed("cube").startswith("✓")
    assert "✓ cube" in typed() and "Next: python -m demos exercises product" in typed()
    record = json.loads((tmp_path / "progress.json").read_text("utf-8"))["cube"]
    assert record == {"tries": 3, "hints": 1, "solved": True, "shown": False}


def test_editors_that_put_a_mark_before_the_text_are_understood(
    typed: Typed, tmp_path: Path
) -> None:
    (tmp_path / "cube.py").write_text("def slope(x, y):\n    return 3 * x * x\n", "utf-8-sig")
    assert typed("cube").startswith("✓")
    typed("engine1")
    engine = tmp_path / "my_engine.py"
    engine.write_text(engine_after(STEPS[:1]), "utf-8-sig")
    assert "my_engine.py" in typed("engine2") and "def __add__" in engine.read_text("utf-8")


def test_hints_come_one_at_a_time_and_then_the_solution(typed: Typed) -> None:
    cube = EXERCISES["cube"]
    for number, hint in enumerate(cube.hints, 1):
        assert typed("cube", "--hint") == f"Hint {number} of {len(cube.hints)}: {hint}\n"
    told = typed("cube", "--hint")
    assert cube.solution in told and cube.reason in told


def test_a_solution_that_was_seen_gives_no_point(typed: Typed, tmp_path: Path) -> None:
    for name in ("cube", "product"):
        typed(name)
        fill_in(tmp_path / f"{name}.py", EXERCISES[name].solution)
    for _ in range(3):
        typed("cube", "--hint")
    typed("cube")
    typed("product")
    table = tmp_path / "score.csv"
    assert "wrote" in typed("--score", str(table))
    assert table.read_text("utf-8") == typed("--score")
    lines = table.read_text("utf-8").splitlines()
    assert lines[1:3] == ["cube,with the solution,1,2,0", "product,solved,1,0,1"]
    assert lines[-1] == "total,,,,1"


def test_what_was_solved_stays_so_whatever_comes_after(typed: Typed, tmp_path: Path) -> None:
    typed("cube")
    file = tmp_path / "cube.py"
    fill_in(file, EXERCISES["cube"].solution)
    typed("cube")
    for _ in range(3):
        typed("cube", "--hint")
    file.write_text("", "utf-8")
    assert "The file is empty." in typed("cube")
    assert "\ncube,solved,2,2,1\n" in typed("--score")


def test_the_graph_that_shows_a_fault_is_drawn(typed: Typed, tmp_path: Path) -> None:
    typed("lost_part")
    file = tmp_path / "lost_part.py"
    file.write_text(file.read_text("utf-8").replace("input.grad =", "input.grad -="), "utf-8")
    assert "gives -6; right: 6" in typed("lost_part")
    assert "<svg" in (tmp_path / "lost_part.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cub"], "did you mean cube?"),
        (["zzz"], "python -m demos exercises lists them"),
        (["--hint"], "a hint for which exercise?"),
    ],
)
def test_what_cannot_be_done_ends_in_a_line(typed: Typed, words: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=said.replace("?", r"\?")):
        typed(*words)


def test_a_progress_file_that_is_none_is_left_alone(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text('{"cube": 3}')
    with pytest.raises(SystemExit, match="holds no progress"):
        typed()
    assert (tmp_path / "progress.json").read_text() == '{"cube": 3}'


# An engine of one's own


def test_the_first_step_of_an_engine(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "my_engine.py"
    assert "def backward(self):\n        ..." in typed("engine1")
    assert f"Hint: {STEPS[0].hints[0]}" in typed("engine1")
    file.write_text(engine_after(STEPS[:1]).replace("grad += 1.0", "grad = 1.0"), "utf-8")
    said = typed("engine1")
    assert "came out: 1.0; right: 2.0" in said and "is it = or +=?" in said
    assert "<svg" in (tmp_path / "engine1.svg").read_text("utf-8")
    file.write_text(engine_after(STEPS[:1]), "utf-8")
    assert "Next: python -m demos exercises engine2" in typed("engine1")
    assert "def __add__(self, other):\n        ..." in typed("engine2")
    assert "def __add__" in file.read_text("utf-8")


def test_an_engine_from_elsewhere_is_marked_up_to_the_first_step_that_fails(
    typed: Typed, tmp_path: Path
) -> None:
    lecture = tmp_path / "lecture.py"
    lecture.write_text(engine_after(STEPS[:3]), "utf-8")
    said = typed("--engine", f"{lecture}:Value")
    assert said.startswith("✓ engine1 ") and "\n✓ engine3 " in said and "✗ a + n" in said
    assert "✓ engine3" in typed()


def test_a_deep_graph_is_not_drawn(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "my_engine.py").write_text(engine_after(STEPS[:6]), "utf-8")
    assert "Change your engine, which is one file" in typed("engine7")
    assert "RecursionError" in typed("engine7")
    assert not (tmp_path / "engine7.svg").exists()


def test_an_engine_is_named_by_its_file(typed: Typed) -> None:
    with pytest.raises(SystemExit, match=r"such as lecture\.py:Value"):
        typed("--engine", "lecture")
    with pytest.raises(SystemExit, match=r"there is no file missing\.py"):
        typed("--engine", "missing.py:Value")
    assert "· engine1" not in typed()  # that was no try


def test_worksheets_are_written_to_the_folder(typed: Typed, tmp_path: Path) -> None:
    assert "worksheet.html and key.html are in" in typed("--worksheets")
    assert {file.name for file in tmp_path.iterdir()} == {"worksheet.html", "key.html"}
