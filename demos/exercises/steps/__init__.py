"""Build your own engine: twelve steps from an empty class to a net that learns half-moons."""

from demos.exercises.steps.nets import NETS
from demos.exercises.steps.numbers import NUMBERS
from demos.exercises.steps.operations import OPERATIONS
from demos.exercises.steps.passes import PASSES

STEPS = (*NUMBERS, *PASSES, *OPERATIONS, *NETS)
