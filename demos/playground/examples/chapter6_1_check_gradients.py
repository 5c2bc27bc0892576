"""Proof: a derivative that is almost right, found by finite differences."""

from engine import Rule, check_rule, explore
from engine.proof.report import GradientError

CUBE = Rule("cube", value=lambda m, x: x * x * x, partials=lambda m, y, x: (2 * x * x,))
try:
    check_rule(CUBE)
except GradientError as error:
    print(error)
    wrong = error.output
explore(wrong)
