"""Points to check a rule at: moderate ones, and such as leave no region of its domain out."""

import math
import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

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


# Points that leave no region out

SPACING = 0.97  # in decades: a region of a decade has one of them in it
LOWEST, HIGHEST = -300.0, 300.0  # decades; beyond, few numbers are left to compute with
FAR, THIN = 50.0, 4.0  # beyond so many decades a rule of several inputs gets fewer points
NEAREST = -15.5  # decades: so near, as a part of it, floats come to an edge that is not 0
OTHERS = 32  # so many points in a row have the same other inputs
CURVED = 100  # one of so many far points is looked at for its second derivative, too
SPECIAL = (
    *(float(k) for k in range(-12, 13)),
    *(k + 0.5 for k in range(-5, 5)),
    *(k * math.pi / 4.0 for k in range(-8, 9) if k),
    *(sign * c for sign in (-1.0, 1.0) for c in (1e-3, 0.01, 0.1, 0.2, 0.25, 1 / 3, 0.75)),
    *(sign * c for sign in (-1.0, 1.0) for c in (2.0**0.5, math.e, 16.0, 20.0, 64.0, 100.0)),
    *(sign * c for sign in (-1.0, 1.0) for c in (150.0, 250.0, 400.0, 700.0, 1e3)),
)
PAIRED = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0)
EXPONENTS = (*(float(k) for k in range(-8, 9)), 0.5, 1.5, -0.5, -1.5, 2.5, 1 / 3, 0.1, 10.0, 20.0)
LENGTHS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 17, 23, 34)  # of the vectors of a rule that takes any
ONE_BY_ONE = 5  # so many inputs are looked at singly, more together


class Probe(NamedTuple):
    """A point of a rule, and what is looked at there."""

    point: Sequence[float]
    curved: bool  # the second derivative, too
    along: int | None = None  # one input alone
    together: bool = False  # all inputs in one glance
    distance: float = INF  # of that input from the edge of its domain


def probes(rule: Rule, rng: random.Random) -> Iterator[Probe]:
    """Special points and far ones, all of them in the rule's domain."""
    for probe in special_probes(rule, rng):
        if rule.holds_at(*probe.point):
            yield probe
    condition = rule.condition
    for probe in far_probes(rule, rng):  # each number is in its domain
        if condition is None or condition.holds(*probe.point):
            yield probe


def special_probes(rule: Rule, rng: random.Random) -> Iterator[Probe]:
    """Small integers, halves, …; every exponent; equal inputs; vectors of many lengths."""
    length = 2 * len(rule.inputs)
    free = free_inputs(rule, length)
    times = 1 if len(free) == 1 else 2  # the other inputs may hide it once
    for k in free:
        for count, x in enumerate((*SPECIAL, *rule.defaults) * times):
            point = placed(draw_point(rule, rng, length), {k: x})
            yield Probe(point, curved=count % (7 * times) == 0)
    for k in rule.fixed:
        for count, x in enumerate(EXPONENTS * 6):
            yield Probe(placed(draw_point(rule, rng, length), {k: x}), curved=count % 6 == 0)
    if len(free) > 1:
        yield from tied_probes(rule, rng, length, *free[:2])
    for count in LENGTHS if rule.variadic else ():
        point = draw_point(rule, rng, count * len(rule.inputs))
        yield Probe(point, together=count > ONE_BY_ONE, curved=count < 5)
        if count > 1:
            last = {len(point) - 1: point[0]}
            yield Probe(placed(point, last), together=count > ONE_BY_ONE, curved=False)
        if count <= ONE_BY_ONE:
            yield from turned_probes(point)


def turned_probes(point: Sequence[float]) -> Iterator[Probe]:
    """Numbers of one sign, so that each input in turn is the largest, and the smallest."""
    for sign in (-1.0, 1.0):
        for k in range(len(point)):
            turned = [sign * abs(x) for x in (*point[k:], *point[:k])]
            yield Probe(turned, curved=False)


def tied_probes(
    rule: Rule, rng: random.Random, length: int, first: int, second: int
) -> Iterator[Probe]:
    """Two inputs that are simple, equal, opposite, or nearly so."""
    for a, b in product(PAIRED, repeat=2):
        point = placed(draw_point(rule, rng, length), {first: a, second: b})
        yield Probe(point, curved=False)
    for power in range(1, 16):
        x = 10.0 ** rng.choice((rng.uniform(-1.0, 1.0), rng.uniform(-99.0, 99.0)))
        for near in (x, -x, x * (1.0 + 10.0**-power), x * (1.0 - 10.0**-power)):
            for sign in (-1.0, 1.0):
                point = placed(
                    draw_point(rule, rng, length), {first: sign * x, second: sign * near}
                )
                yield Probe(point, curved=False)


def far_probes(rule: Rule, rng: random.Random) -> Iterator[Probe]:
    """Each input at every magnitude, the others moderate; then all of them of one magnitude."""
    length = len(rule.inputs) * rng.choice((2, 3))
    named, free = rule.named_inputs(rule.arity(length)), free_inputs(rule, length)
    thin = THIN if len(free) > 1 else 1.0
    for k in free[:3]:
        for count, (x, distance) in enumerate(walk(named[k][1].intervals, rng, thin)):
            if count % OTHERS == 0:
                others = draw_point(rule, rng, length)
            point = placed(others, {k: x})
            yield Probe(point, curved=count % CURVED == 0, along=k, distance=distance)
    if len(free) > 1:
        for size in sizes(LOWEST, HIGHEST, rng, thin):
            yield Probe(draw_point(rule, rng, length, size), together=True, curved=False)


def free_inputs(rule: Rule, length: int) -> list[int]:
    """The inputs that have a derivative, where vectors have so many numbers in all."""
    return [k for k in range(rule.arity(length)) if k not in rule.fixed]


def placed(point: Sequence[float], given: dict[int, float]) -> list[float]:
    """The point with these inputs instead."""
    found = list(point)
    for k, x in given.items():
        found[k] = x
    return found


def walk(
    intervals: Sequence[tuple[float, float]], rng: random.Random, thin: float = 1.0
) -> Iterator[tuple[float, float]]:
    """Numbers of every magnitude, of both signs, and as near to each end of an interval.

    Each with its distance from that end. Where there are many intervals they are those of the first
    three, and one from each of the rest.
    """
    for low, high in intervals[:3]:
        if low == -INF and high == INF:
            yield from ((size, INF) for size in sizes(LOWEST, HIGHEST, rng, thin))
            yield from ((-size, INF) for size in sizes(LOWEST, HIGHEST, rng, thin))
        half = (high - low) / 2.0
        for edge, sign in ((low, 1.0), (high, -1.0)):
            if abs(edge) < INF:
                unit, most = (half, 0.0) if half < INF else (1.0, HIGHEST)
                for part in sizes(NEAREST if edge else LOWEST, most, rng, thin):
                    if low < edge + sign * unit * part < high:
                        yield edge + sign * unit * part, unit * part
    for low, high in intervals[3:]:
        x = rng.uniform(low, high)
        yield x, min(x - low, high - x)


def sizes(least: float, most: float, rng: random.Random, thin: float = 1.0) -> Iterator[float]:
    """10 to the powers from least to most, with a random beginning; far ones thinned."""
    power = least + rng.uniform(0.0, SPACING)
    while power < most:
        yield 10.0**power
        power += SPACING * (thin if abs(power) > FAR else 1.0)


def draw_point(
    rule: Rule, rng: random.Random, length: int, like: float | None = None
) -> list[float]:
    """A moderate point, each number in its domain; near the size of `like` where that is given."""
    point = []
    for k, (_, domain) in enumerate(rule.named_inputs(rule.arity(length))):
        if k in rule.fixed:
            point.append(rng.choice(EXPONENTS))
            continue
        x = sample(domain.intervals, rng)
        if like is not None:
            near = like * 10.0 ** rng.uniform(-0.45, 0.45) * rng.choice((-1.0, 1.0))
            x = near if near in domain else -near if -near in domain else x
        point.append(x)
    return point
