"""Points to check a rule at: in its domain, neither huge nor next to an edge."""

import random
from collections.abc import Iterator, Sequence

from engine.rule import INF
from engine.rules import Rule

POINTS_OF_A_RULE = 40


def sample_points(rule: Rule, rng: random.Random) -> Iterator[tuple[float, ...]]:
    """Points of a rule's domain, neither huge nor next to an edge; 40 of them."""
    named = rule.named_inputs(rule.arity())
    found = 0
    for _ in range(100 * POINTS_OF_A_RULE):
        point = tuple(
            rng.choice((-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0))
            if k in rule.fixed
            else sample(domain.intervals, rng)
            for k, (_, domain) in enumerate(named)
        )
        if rule.holds_at(*point):
            found += 1
            yield point
        if found == POINTS_OF_A_RULE:
            return


def sample(intervals: Sequence[tuple[float, float]], rng: random.Random) -> float:
    """A number from one of the open intervals: of the first two mostly, where there are many."""
    low, high = rng.choice(intervals[:2])
    if high - low < INF:
        return low + (high - low) * rng.uniform(0.05, 0.95)
    size: float = 10.0 ** rng.uniform(-1.5, 1.0)
    if low > -INF:
        return low + size
    return high - size if high < INF else rng.choice((-size, size))
