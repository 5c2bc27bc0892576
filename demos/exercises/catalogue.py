"""All exercises, chapter by chapter."""

from demos.exercises.chapter1 import CHAPTER1
from demos.exercises.chapter2 import CHAPTER2
from demos.exercises.chapter3 import CHAPTER3
from demos.exercises.chapter4 import CHAPTER4
from demos.exercises.chapter5 import CHAPTER5
from demos.exercises.chapter6 import CHAPTER6
from demos.exercises.exercise import Exercise
from demos.exercises.step import Step
from demos.exercises.steps import STEPS

# The folder of each chapter, and what there is to do at the end of it.
SHORT: dict[str, tuple[Exercise, ...]] = {
    "chapter1_gradients": CHAPTER1,
    "chapter2_neurons": CHAPTER2,
    "chapter3_training": CHAPTER3,
    "chapter4_images_and_sequences": CHAPTER4,
    "chapter5_speed": CHAPTER5,
    "chapter6_proofs": CHAPTER6,
}
EXERCISES = {each.name: each for exercises in SHORT.values() for each in exercises}
ALL: dict[str, Exercise | Step] = {**EXERCISES, **{step.name: step for step in STEPS}}
