"""All exercises, chapter by chapter."""

from demos.exercises.chapter1 import CHAPTER1
from demos.exercises.exercise import Exercise
from demos.exercises.step import Step
from demos.exercises.steps import STEPS

# The folder of each chapter, and what there is to do at the end of it.
SHORT: dict[str, tuple[Exercise, ...]] = {
    "chapter1_gradients": CHAPTER1,
}
EXERCISES = {each.name: each for exercises in SHORT.values() for each in exercises}
ALL: dict[str, Exercise | Step] = {**EXERCISES, **{step.name: step for step in STEPS}}
