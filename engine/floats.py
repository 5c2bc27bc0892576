"""Plain floats: what counts as one, and every rule's value of them."""

import math
from collections.abc import Iterable, Sequence
from functools import partial
from math import isfinite
from numbers import Real
from operator import mul
from types import SimpleNamespace
from typing import Any

from engine.errors import refusal
from engine.messages import shown
from engine.rules import RULES, Rule, shifted_logsumexp
from engine.special import polygamma

NUMBERS = (float, int, Real)  # what counts as a plain number; the frequent ones are found first


def finite(data: object) -> float:
    """`data` as a float. Raises TypeError for no real number, ValueError for nan and inf."""
    if not isinstance(data, NUMBERS):
        way = ": take its number by .item()" if has_one(data) else ""
        kind = type(data).__name__
        raise TypeError(f"a real number is needed, and {shown(data)} is a {kind}{way}")
    number = float(data)
    if not isfinite(number):
        raise ValueError(f"a finite number is needed, and {shown(data)} is not")
    return number


def has_one(given: object) -> bool:
    """Whether its only number, as that of a Value or of an array of one entry, is its .item()."""
    return hasattr(given, "item") and math.prod(getattr(given, "shape", ())) == 1


def is_many(given: object) -> bool:
    """Whether it is a list, or another kind of several things, in the place of a number."""
    return isinstance(given, Iterable) and not (isinstance(given, (str, bytes)) or has_one(given))


def evaluate(rule: Rule, *numbers: float) -> float:
    """The rule's value at plain numbers; raises as `apply` does."""
    try:
        floats = [finite(number) for number in numbers]
    except TypeError as error:
        raise TypeError(f"{error}{way_with_many(rule, numbers)}") from None
    try:
        data: float = rule.value(FLOATS, *floats)
    except (ArithmeticError, ValueError) as error:
        raise refusal(rule, floats, [""] * len(floats), error) from error
    if not isfinite(data):
        raise refusal(rule, floats, [""] * len(floats))
    return data


def way_with_many(rule: Rule, given: Sequence[object]) -> str:
    """What to write where a list stands in the place of a number.

    >>> way_with_many(RULES["maximum"], [[1.0, 2.0]]), way_with_many(RULES["exp"], [[1.0, 2.0]])
    (': write maximum(*xs)', ': write [exp(x) for x in xs]')
    """
    if len(given) != 1 or not is_many(given[0]):
        return ""
    if rule.spread:
        return f": write {rule.name}(*xs)"
    return f": write [{rule.name}(x) for x in xs]" if rule.unary else ""


def as_tuple(name: str, numbers: Iterable[Any]) -> tuple[Any, ...]:
    """The numbers of a vector. Raises TypeError for a number in its place."""
    try:
        return tuple(numbers)
    except TypeError:
        if isinstance(numbers, Iterable):  # what goes through it fails
            raise
        kind = type(numbers).__name__
        said = f"a list of numbers is needed, and {shown(numbers)} is a {kind}"
        raise TypeError(f"{name}: {said}") from None


def as_tuples(name: str, *given: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The numbers of several vectors. Raises ValueError unless these are equally long."""
    vectors = [as_tuple(name, each) for each in given]
    for other in vectors[1:]:
        if len(other) != len(vectors[0]):
            lengths = f"lengths {len(vectors[0])} and {len(other)}"
            raise ValueError(f"{name}: the vectors have {lengths}, which must be equal")
    return vectors


def float_dot(a: Any, b: Any) -> float:
    """Σ aᵢbᵢ, where the products are added as if without rounding."""
    if len(a) != len(b):
        raise ValueError(f"{len(a) + len(b)} numbers do not make 2 vectors of equal length")
    try:
        return math.fsum(map(mul, a, b))
    except ValueError:  # -inf + inf: products that are too large
        return math.nan


# Python's math, what it lacks, and every other rule by its formula
FLOATS = SimpleNamespace(
    **{name: function for name, function in vars(math).items() if callable(function)}
)
FLOATS.abs = math.fabs
FLOATS.power = math.pow
FLOATS.maximum = lambda *xs: max(xs)
FLOATS.minimum = lambda *xs: min(xs)
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
