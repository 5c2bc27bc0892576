"""Where a rule has a derivative, and where differences can tell it."""

from collections.abc import Sequence
from math import isfinite

from engine.floats import FLOATS
from engine.rule import Domain, Rule

LARGEST = 1e3  # of the numbers in a random graph
MARGIN = 1e-2  # by which they keep away from edges and kinks, relative to max(1, |x|)


def is_smooth_at(rule: Rule, point: Sequence[float]) -> bool:
    """Whether the rule has finite partials there that are its derivatives."""
    return value_and_partials(rule, point) is not None


def is_well_inside(domain: Domain, x: float) -> bool:
    """Whether the number is in the domain together with its neighbourhood."""
    margin = MARGIN * max(1.0, abs(x))
    return any(low + margin < x < high - margin for low, high in domain.intervals)


def is_calm_at(rule: Rule, numbers: list[float]) -> bool:
    """Whether value and partials exist around the point, and neither jumps nor is large there."""
    here = value_and_partials(rule, numbers)
    if here is None or max(map(abs, here)) > LARGEST:
        return False
    for k, x in enumerate(numbers):
        if k in rule.fixed:
            continue
        for shift in (-MARGIN, MARGIN):
            near = [*numbers[:k], x + shift * max(1.0, abs(x)), *numbers[k + 1 :]]
            there = value_and_partials(rule, near)
            if there is None:
                return False
            if any(abs(a - b) > 0.1 * (1.0 + abs(a)) for a, b in zip(here, there)):
                return False
    return True


def value_and_partials(rule: Rule, point: Sequence[float]) -> list[float] | None:
    """The value and the partials there; None unless all are finite, and its derivatives."""
    if not rule.holds_at(*point):
        return None
    try:
        value = rule.value(FLOATS, *point)
        found = [value, *rule.partials(FLOATS, value, *point)]
    except (ValueError, ArithmeticError):
        return None
    return found if all(map(isfinite, found)) else None
