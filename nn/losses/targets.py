"""Targets: what each kind of target must be, as which numbers a loss sees it, and what hits it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import Value
from engine.value import Number
from nn.checks import checked_number, counted
from nn.tree import flattened

Encode = Callable[[object, int, str], list[Number]]


@dataclass(frozen=True, slots=True)
class Targets:
    """A kind of target.

    `encode(target, n_outputs, where)` gives one number for each output of the model, or raises.
    `hits(outputs, targets)` takes two arrays of shape (samples, outputs) and gives the share of
    samples that are classified right; None where there is no right and wrong.
    """

    encode: Encode
    hits: Callable[[Any, Any], Any] | None = None


def as_numbers(target: object, n_outputs: int, where: str) -> list[Number]:
    """Any finite numbers, one for each output."""
    numbers = list(flattened(target))
    if len(numbers) != n_outputs:
        given = f"{counted(len(numbers), 'number')} for {counted(n_outputs, 'output')}"
        raise ValueError(f"{where} has {given}, and one for each is needed")
    return [
        number if isinstance(number, Value) else checked_number(number, where=where)
        for number in numbers
    ]


def as_probabilities(target: object, n_outputs: int, where: str) -> list[Number]:
    """Numbers from 0 to 1, one for each output."""
    numbers = as_numbers(target, n_outputs, where)
    for number in map(plain, numbers):
        if not 0.0 <= number <= 1.0:
            raise ValueError(f"{where} is {number!r}, and 0 to 1 is needed")
    return numbers


def as_signs(target: object, n_outputs: int, where: str) -> list[Number]:
    """Numbers that are -1 or 1, one for each output."""
    numbers = as_numbers(target, n_outputs, where)
    for number in map(plain, numbers):
        if number not in (-1.0, 1.0):
            raise ValueError(f"{where} is {number!r}, and -1 or 1 is needed")
    return numbers


def as_one_hot(target: object, n_outputs: int, where: str) -> list[Number]:
    """A class number k from 0 on: 1 at output k, 0 at all others.

    >>> as_one_hot(2, 4, "target 0")
    [0.0, 0.0, 1.0, 0.0]
    """
    numbers = list(flattened(target))
    if len(numbers) != 1:
        raise ValueError(f"{where} has {counted(len(numbers), 'number')}, and one is needed")
    number = checked_number(numbers[0], where=where)
    if n_outputs < 2:
        raise ValueError(f"{where}: classes need an output each, and the model has one output")
    if not (number.is_integer() and 0 <= number < n_outputs):
        needed = f"a class number from 0 to {n_outputs - 1}"
        raise ValueError(f"{where} is {target!r}, and {needed} is needed: one for each output")
    return [1.0 if index == number else 0.0 for index in range(n_outputs)]


def plain(number: Number) -> float:
    return number.data if isinstance(number, Value) else number


NUMBERS = Targets(as_numbers)
PROBABILITIES = Targets(
    as_probabilities, lambda outputs, targets: ((outputs > 0.0) == (targets > 0.5)).mean()
)
SIGNS = Targets(as_signs, lambda outputs, targets: ((outputs > 0.0) == (targets > 0.0)).mean())
CLASSES = Targets(
    as_one_hot,
    lambda outputs, targets: (outputs.argmax(axis=1) == targets.argmax(axis=1)).mean(),
)
