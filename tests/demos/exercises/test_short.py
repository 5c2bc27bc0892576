"""A learner plays every short exercise: the solution passes, each wrong answer gets its hint."""

import pytest

from demos.course import CHAPTERS
from demos.exercises.catalogue import EXERCISES, SHORT
from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.marking import answer_of, mark

EVERY = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda each: each.name)
EVERY_WRONG = pytest.mark.parametrize(
    ("exercise", "wrong"),
    [(each, wrong) for each in EXERCISES.values() for wrong in each.wrong],
    ids=lambda each: getattr(each, "name", None) or each.answer.split("\n")[0],
)


def test_each_has_a_name_of_its_own_and_stands_in_a_chapter_of_the_course() -> None:
    assert len(EXERCISES) == sum(map(len, SHORT.values()))
    assert list(SHORT) == [chapter for chapter in CHAPTERS if chapter in SHORT]


@EVERY
def test_the_solution_is_right_and_gives_its_reason(exercise: Exercise) -> None:
    found = mark(exercise, exercise.answered(exercise.solution))
    assert found.right, found.text
    assert found.text == exercise.reason


@EVERY
def test_an_empty_file_and_one_as_it_was_get_the_first_hint(exercise: Exercise) -> None:
    for source in ("", "\n", exercise.start, "unrelated = 1\n"):
        found = mark(exercise, source)
        assert not found.right and found.hint == exercise.hints[0]


@EVERY_WRONG
def test_a_wrong_answer_gets_the_hint_for_it(exercise: Exercise, wrong: Wrong) -> None:
    found = mark(exercise, exercise.answered(wrong.answer))
    assert not found.right and found.hint == wrong.hint, found.text
    assert found.text


@EVERY
def test_the_blank_stands_once_in_the_file_and_what_is_to_be_mended_runs(
    exercise: Exercise,
) -> None:
    assert exercise.file.count(exercise.blank) == 1
    assert callable(answer_of(exercise, exercise.start)) or not exercise.to_mend
    assert len(exercise.hints) >= 2 and len(exercise.wrong) >= 1


def test_what_nobody_was_known_to_answer_is_wrong_without_a_hint() -> None:
    cube = EXERCISES["cube"]
    found = mark(cube, cube.answered("17.0 * x"))
    assert (found.right, found.hint) == (False, "")
    assert "At x = 2 you give the slope along x as 34; the differences of y say 12." in found.text


def test_a_slope_that_is_right_at_simple_points_alone_is_found_by_check_rule() -> None:
    cube = EXERCISES["cube"]
    found = mark(cube, cube.answered("3.0 * x**2 if abs(x) < 3 else 0.0"))
    assert not found.right and "the gradient is wrong" in found.text


def test_errors_of_the_learner_are_told_with_their_line() -> None:
    cube = EXERCISES["cube"]
    assert "Line 1 is no Python" in mark(cube, "def slope(x, y:").text
    raised = mark(cube, "def slope(x, y):\n    return z").text
    assert raised == "slope ends in NameError in line 2: name 'z' is not defined"
    assert mark(cube, "slope = 3").text.startswith("slope ends in TypeError: ")
    order = EXERCISES["backward_order"]
    assert "stands in it once; it is None" in mark(order, "order = None").text
    assert "SystemExit in line 1" in mark(cube, "raise SystemExit").text
