"""Targets: what each kind of target must be, the numbers a loss sees, and what counts as a hit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import Value, abs, sum, where
from engine.messages import shown
from engine.value import Number
from nn.checks import as_number, pluralize
from nn.tree import tree_leaves

NUMBER_THE_CLASSES = (
    "number the classes: names = sorted(set(labels)), then [names.index(label) for label in labels]"
)

Encode = Callable[[object, int, str], list[Number]]
EncodeAll = Callable[[Any, int], Any]


@dataclass(frozen=True, slots=True)
class Targets:
    """A kind of target.

    `encode(target, n_outputs, where)` returns one number for each output of the model, or raises.
    `encode_all(targets, n_outputs)` does the same for an array of finite numbers, a row for each
    target, and returns None where `encode` raises for one of them; it is there for speed.
    `hits(outputs, targets)` takes two arrays of shape (samples, outputs) and returns the share of
    samples that are classified right; None where there is no right or wrong.
    """

    encode: Encode
    hits: Callable[[Any, Any], Any] | None = None
    encode_all: EncodeAll | None = None


def as_numbers(target: object, n_outputs: int, where: str) -> list[Number]:
    """Any finite numbers, one for each output."""
    numbers = tree_leaves(target)
    if len(numbers) != n_outputs:
        given = f"{pluralize(len(numbers), 'number')} for {pluralize(n_outputs, 'output')}"
        raise ValueError(f"{where} has {given}, but one for each is needed")
    return [
        number if isinstance(number, Value) else target_number(number, where) for number in numbers
    ]


def as_probabilities(target: object, n_outputs: int, where: str) -> list[Number]:
    """Numbers from 0 to 1, one for each output."""
    numbers = as_numbers(target, n_outputs, where)
    for number in map(as_float, numbers):
        if not 0.0 <= number <= 1.0:
            given = f"{where} is {shown(number)}, but must be from 0 to 1"
            raise ValueError(f"{given}; for classes 0, 1, 2, … use softmax_cross_entropy")
    return numbers


def as_signs(target: object, n_outputs: int, where: str) -> list[Number]:
    """Numbers that are -1 or 1, one for each output."""
    numbers = as_numbers(target, n_outputs, where)
    for number in map(as_float, numbers):
        if number not in (-1.0, 1.0):
            given = f"{where} is {shown(number)}, but must be -1 or 1"
            raise ValueError(f"{given}; for targets t of 0 and 1 write 2 * t - 1")
    return numbers


def as_one_hot(target: object, n_outputs: int, where: str) -> list[Number]:
    """A class number k from 0 on: 1 at output k, 0 at all others.

    >>> as_one_hot(2, 4, "target 0")
    [0.0, 0.0, 1.0, 0.0]
    """
    numbers = tree_leaves(target)
    if len(numbers) != 1:
        given = pluralize(len(numbers), "number")
        raise ValueError(
            f"{where} has {given}, but must be one class number{one_hot_hint(numbers)}"
        )
    if isinstance(numbers[0], Value):
        return one_hot_graph(numbers[0], n_outputs)
    number = target_number(numbers[0], where)
    if n_outputs < 2:
        raise ValueError(
            f"{where}: each class needs an output, but the model has only one: for two classes use "
            "binary_cross_entropy; one sample is softmax_cross_entropy([prediction], [target])"
        )
    if not (number.is_integer() and 0 <= number < n_outputs):
        needed = f"a class number from 0 to {n_outputs - 1}"
        raise ValueError(f"{where} is {shown(target)}, but must be {needed}: one for each output")
    return [1.0 if index == number else 0.0 for index in range(n_outputs)]


def one_hot_graph(target: Value, n_outputs: int) -> list[Number]:
    """The same for a class number that is a Value, as in a loss of one's own that `fit` compiles.

    Each is divided by their sum, 1: what is not a class number has the sum 0, and is refused.

    >>> one_hot_graph(Value(2.0), 4)
    [Value(0.0), Value(0.0), Value(1.0), Value(0.0)]
    """
    hits = [where(0.25 - abs(target - k), 1.0, 0.0) for k in range(n_outputs)]
    total = sum(hits)
    return [hit / total for hit in hits]


def target_number(entry: object, where: str) -> float:
    """The entry as a float. Raises as `as_number` does, with a way to number classes by name."""
    try:
        return as_number(entry, where=where)
    except TypeError as error:
        if not isinstance(entry, str):
            raise
        raise TypeError(f"{error}; {NUMBER_THE_CLASSES}") from None


def one_hot_hint(numbers: list[Any]) -> str:
    """How a target that is a 1 among zeros is written as a class number."""
    plain = not any(isinstance(number, Value) for number in numbers)
    if plain and numbers.count(1) == 1 and numbers.count(0) == len(numbers) - 1:
        return f": {numbers.index(1)}, or Y.argmax(axis=1) for one-hot rows Y"
    return ""


def as_float(number: Number) -> float:
    return number.data if isinstance(number, Value) else number


def all_numbers(targets: Any, n_outputs: int) -> Any:
    return targets if targets.shape[1] == n_outputs else None


def all_probabilities(targets: Any, n_outputs: int) -> Any:
    fine = ((targets >= 0.0) & (targets <= 1.0)).all()
    return all_numbers(targets, n_outputs) if fine else None


def all_signs(targets: Any, n_outputs: int) -> Any:
    return all_numbers(targets, n_outputs) if ((targets == 1.0) | (targets == -1.0)).all() else None


def all_one_hot(targets: Any, n_outputs: int) -> Any:
    fine = (targets % 1.0 == 0.0) & (targets >= 0.0) & (targets < n_outputs)
    if n_outputs < 2 or targets.shape[1] != 1 or not fine.all():
        return None
    return (targets == [range(n_outputs)]) * 1.0


def probability_hits(outputs: Any, targets: Any) -> Any:
    return ((outputs > 0.0) == (targets > 0.5)).mean()


def sign_hits(outputs: Any, targets: Any) -> Any:
    return ((outputs > 0.0) == (targets > 0.0)).mean()


def class_hits(outputs: Any, targets: Any) -> Any:
    return (outputs.argmax(axis=1) == targets.argmax(axis=1)).mean()


NUMBERS = Targets(as_numbers, None, all_numbers)
PROBABILITIES = Targets(as_probabilities, probability_hits, all_probabilities)
SIGNS = Targets(as_signs, sign_hits, all_signs)
CLASSES = Targets(as_one_hot, class_hits, all_one_hot)
