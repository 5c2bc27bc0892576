"""The functions of plain floats: Python's math, what it lacks, and every rule by its formula."""

import math
from functools import partial
from operator import mul
from types import SimpleNamespace
from typing import Any

from engine.rules import RULES, shifted_logsumexp
from engine.special import polygamma


def float_dot(a: Any, b: Any) -> float:
    """Σ aᵢbᵢ, where the products are added as if without rounding."""
    if len(a) != len(b):
        raise ValueError(f"{len(a) + len(b)} numbers do not make 2 vectors of equal length")
    try:
        return math.fsum(map(mul, a, b))
    except ValueError:  # -inf + inf: products that are too large
        return math.nan


FLOATS = SimpleNamespace(
    **{name: function for name, function in vars(math).items() if callable(function)}
)
FLOATS.abs = math.fabs
FLOATS.maximum = max
FLOATS.minimum = min
FLOATS.greater = lambda a, b: 1.0 if a > b else 0.0
FLOATS.where = lambda condition, a, b: a if condition > 0.0 else b
FLOATS.polygamma = polygamma
FLOATS.sum = math.fsum
FLOATS.prod = partial(math.prod, start=1.0)
FLOATS.dot = float_dot
FLOATS.logsumexp = lambda xs: shifted_logsumexp(FLOATS, *xs)
for _rule in RULES.values():
    if not hasattr(FLOATS, _rule.name):
        setattr(FLOATS, _rule.name, partial(_rule.value, FLOATS))
