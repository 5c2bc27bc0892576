"""python -m tests.benchmarks.accuracy: the worst rounding error of every rule, as Markdown.

Points are seeded; where the engine refuses because a number is too large, another is drawn.
"""

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from demos.helpers.faults import free_inputs
from engine import RULES, Rule, apply
from engine.rule import Domain
from tests.conftest import MP, exact_function
from tests.engine.test_peers import TORCH, tensors, torch, torch_gradient

RANGES = {"moderate": (0.05, 10.0), "wide": (1e-8, 1e8)}
VALUE_DIGITS = 100
SLOPE_DIGITS = (60, 120, 240, 480, 800, 1200)  # the last show slopes as small as a float can be
AGREED = 1e-20  # relative: much less than a unit in the last place

Point = tuple[float, ...]

# Points


def points(rule: Rule, reach: tuple[float, float], rng: random.Random) -> Iterator[Point]:
    """Points of the rule's domain at which it has a value and partials, without end."""
    named = rule.named_inputs(rule.arity(4))  # as free_inputs has it
    while True:
        point = tuple(
            rng.choice((-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0))
            if k in rule.fixed
            else number(domain, reach, rng)
            for k, (_, domain) in enumerate(named)
        )
        if rule.holds_at(*point):
            try:
                apply(rule, *point)
            except OverflowError:
                continue
            yield point


def number(domain: Domain, reach: tuple[float, float], rng: random.Random) -> float:
    """So far from 0, or from a finite end of one of the intervals, as `reach` says."""
    smallest, largest = reach
    low, high = rng.choice(domain.intervals[:8])
    start = rng.choice([x for x in (low, 0.0, high) if low <= x <= high and math.isfinite(x)])
    size = math.exp(rng.uniform(math.log(smallest), math.log(largest)))
    size *= min(1.0, (high - low) / 2.0 / largest)
    sides = [x for x in (start - size, start + size) if low < x < high]
    return rng.choice(sides or [start])


# Exact answers


def exact_value(rule: Rule, point: Point) -> Any:
    with MP.workdps(VALUE_DIGITS):
        return +exact_function(rule)(*map(MP.mpf, point))


def exact_slope(rule: Rule, k: int, point: Point) -> Any:
    """∂rule/∂input k by central differences of ever more digits, until two of them agree."""
    before = MP.zero
    for digits in SLOPE_DIGITS:
        with MP.workdps(digits):
            xs = list(map(MP.mpf, point))
            step = abs(xs[k]) * MP.mpf(10) ** (-digits // 3)
            above = exact_function(rule)(*xs[:k], xs[k] + step, *xs[k + 1 :])
            below = exact_function(rule)(*xs[:k], xs[k] - step, *xs[k + 1 :])
            slope = (above - below) / (2 * step)
            if slope and abs(slope - before) <= AGREED * abs(slope):
                return slope
            before = slope
    if float(before):  # not one that is 0 in floats
        raise ArithmeticError(f"{rule.name}{point}: {SLOPE_DIGITS[-1]} digits do not suffice")
    return before


# Errors


def ulps(found: float, right: Any) -> float:
    """The error in units in the last place of the right number."""
    if not math.isfinite(found):
        return math.inf
    return float(abs(MP.mpf(found) - right) / math.ulp(float(right)))


def neighbour(rule: Rule, point: Point, k: int) -> Point:
    """The point with one input an ulp larger; smaller where that is outside the domain."""
    ulp = math.ulp(point[k])
    larger, smaller = [(*point[:k], point[k] + move, *point[k + 1 :]) for move in (ulp, -ulp)]
    return larger if rule.holds_at(*larger) else smaller


@dataclass(slots=True)
class Worst:
    """The worst error so far, in ulp and in moves: `LEGEND` says what these are."""

    ulps: float = 0.0
    moves: float = 0.0

    def add(self, found: float, exact: Callable[[Point], Any], rule: Rule, point: Point) -> Any:
        """Count one number in, and return what it should be."""
        right = exact(point)
        error = ulps(found, right)
        self.ulps = max(self.ulps, error)
        if error > self.moves:  # otherwise it can't be the worst in moves either
            neighbours = [neighbour(rule, point, k) for k in free_inputs(rule)]
            moved = sum(ulps(float(right), exact(beside)) for beside in neighbours)
            self.moves = max(self.moves, error / (1.0 + moved))
        return right


@dataclass(slots=True)
class Accuracy:
    """What is measured of one rule over one range."""

    value: Worst = field(default_factory=Worst)
    gradient: Worst = field(default_factory=Worst)
    torch: float = 0.0  # the error of its gradient, in ulp
    difference: float = 0.0  # between its gradient and ours, in ulp


def measured(rule: Rule, reach: tuple[float, float], n_points: int) -> Accuracy:
    """The worst errors over so many points."""
    found = Accuracy()
    for point in islice(points(rule, reach, random.Random(rule.name)), n_points):
        y = apply(rule, *point)
        found.value.add(y.data, partial(exact_value, rule), rule, point)
        theirs = torch_partials(rule, point)
        for k in free_inputs(rule):
            ours, exact = y.partials[k], partial(exact_slope, rule, k)
            right = found.gradient.add(ours, exact, rule, point)
            if theirs:
                unit = math.ulp(float(right))
                found.torch = max(found.torch, ulps(theirs[k], right))
                found.difference = max(found.difference, abs(theirs[k] - ours) / unit)
    return found


def torch_partials(rule: Rule, point: Point) -> list[float]:
    """PyTorch's; none where it is not installed, or has no such function."""
    if torch is None or rule.name not in TORCH:
        return []
    twins = tensors(point)
    inputs = [x if k in rule.fixed else twins[k] for k, x in enumerate(point)]
    return torch_gradient(TORCH[rule.name](*inputs), twins)


# The table

LEGEND = """
The worst error at {} random points of each rule against mpmath: in ulp / in moves. An ulp is a unit
in the last place of the right answer. A move is that ulp plus what the right answer changes by when
each input changes by one ulp of its own: an error of one move is not the formula's, but the
point's. Moderate inputs are from 0.05 to 10, wide ones from 1e-8 to 1e8, or so far from an end of
the domain. PyTorch: the worst ulp of its gradient at the same moderate points, and the largest
difference in ulp between its gradient and ours.
"""
HEAD = (
    "rule",
    "value, moderate",
    "gradient, moderate",
    "value, wide",
    "gradient, wide",
    "PyTorch's gradient",
    "difference",
)


def table(n_points: int) -> str:
    """In Markdown; rules with the same numbers share a row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for name, rule in RULES.items():
        moderate, wide = (measured(rule, reach, n_points) for reach in RANGES.values())
        pairs = (moderate.value, moderate.gradient, wide.value, wide.gradient)
        cells = [f"{written(worst.ulps)} / {written(worst.moves)}" for worst in pairs]
        has_twin = torch is not None and name in TORCH
        cells += [written(moderate.torch) if has_twin else "–"]
        cells += [written(moderate.difference) if has_twin else "–"]
        rows.setdefault(tuple(cells), []).append(name)
    lines = [HEAD, ("---",) * len(HEAD), *((", ".join(names), *c) for c, names in rows.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(number: float) -> str:
    """Two digits.

    >>> [written(x) for x in (0.0, 0.5, 1.26, 31.4, 12345.0, math.inf)]
    ['0', '0.5', '1.3', '31', '1e4', '∞']
    """
    if math.isinf(number):
        return "∞"
    if number < 10.0:
        return f"{number:.1f}".removesuffix(".0")
    if number < 1000.0:
        return f"{number:.0f}"
    digits, power = f"{number:.0e}".split("e")
    return f"{digits}e{int(power)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.accuracy")
    parser.add_argument("--points", type=int, default=200, help="for each rule and range")
    n_points = parser.parse_args().points
    print(LEGEND.format(n_points))
    print(table(n_points))
