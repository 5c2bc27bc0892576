"""Targets: what each kind of target must be, the numbers a loss sees, and what counts as a hit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import Value
from engine.messages import counted, shown
from engine.value import Number
from nn.checks import as_number, items_of
from nn.tree import tree_leaves

NUMBER_THE_CLASSES = (
    "number the classes: names = sorted(set(labels)), then [names.index(label) for label in labels]"
)
WEIGHTS = "; where one should not count, a loss of your own takes weights beside the classes"

Sizes = tuple[int, ...]
Encode = Callable[[object, Sizes, str], list[Number]]
EncodeAll = Callable[[Any, Sizes], Any]


@dataclass(frozen=True, slots=True)
class Targets:
    """A kind of target.

    `encode(target, sizes, where)` returns the numbers that the loss takes, or raises; `sizes` says
    how many outputs the model has, at each position: see `sizes_of`.
    `encode_all(targets, sizes)` does the same for an array of finite numbers, a row for each
    target, and returns None where `encode` raises for one of them; it is there for speed.
    `hits(outputs, targets)` takes two arrays with a row for each sample and returns the share of
    what is classified right; None where there is no right or wrong.
    """

    encode: Encode
    hits: Callable[[Any, Any], Any] | None
    encode_all: EncodeAll


def sizes_of(output: Any) -> Sizes:
    """How many outputs a model has: of a list of lists, in each of them.

    >>> sizes_of(0.5), sizes_of([0.5, 1.0, 2.0]), sizes_of([[0.5, 1.0], [2.0, 3.0]])
    ((1,), (3,), (2, 2))
    """
    rows = items_of(output) or [0.0]
    if any(items_of(row) is None for row in rows):
        return (len(tree_leaves(output)),)
    return tuple([len(tree_leaves(row)) for row in rows])


def as_numbers(target: object, sizes: Sizes, where: str) -> list[Number]:
    """Any finite numbers, one for each output."""
    numbers, n_outputs = tree_leaves(target), sum(sizes)
    if len(numbers) != n_outputs:
        given = f"{counted(len(numbers), 'number')} for {counted(n_outputs, 'output')}"
        raise ValueError(f"{where} has {given}, but one for each is needed")
    return [target_number(number, where) for number in numbers]


def as_probabilities(target: object, sizes: Sizes, where: str) -> list[Number]:
    """Numbers from 0 to 1, one for each output."""
    numbers = as_numbers(target, sizes, where)
    for number in map(as_float, numbers):
        if not 0.0 <= number <= 1.0:
            given = f"{where} is {shown(number)}, but must be from 0 to 1"
            raise ValueError(f"{given}; for classes 0, 1, 2, … use softmax_cross_entropy")
    return numbers


def as_signs(target: object, sizes: Sizes, where: str) -> list[Number]:
    """Numbers that are -1 or 1, one for each output."""
    numbers = as_numbers(target, sizes, where)
    for number in map(as_float, numbers):
        if number not in (-1.0, 1.0):
            given = f"{where} is {shown(number)}, but must be -1 or 1"
            raise ValueError(f"{given}; for targets t of 0 and 1 write 2 * t - 1")
    return numbers


def as_classes(target: object, sizes: Sizes, where: str) -> list[Number]:
    """A class number from 0 on; of a model with outputs at several positions, one for each.

    >>> as_classes(2, (4,), "target 0"), as_classes([1, 0], (2, 2), "target 0")
    ([2], [1, 0])
    """
    entries = tree_leaves(target)
    numbers = [target_number(entry, where) for entry in entries]
    n_classes = classes_of(sizes, len(numbers))
    if n_classes is None:
        alike = len(sizes) > 1 and len(set(sizes)) == 1
        positions = f" for each of {len(sizes)} positions" if alike else ""
        hint = one_hot_hint(entries)
        if alike and len(numbers) == 1:
            hint = "; for one alone, let the model return its outputs, as those of the last"
        elif alike and len(numbers) == sum(sizes):
            hint = ": Y.argmax(axis=2) for one-hot rows Y"
        must = f"must be one class number{positions}{hint}"
        raise ValueError(f"{where} has {counted(len(numbers), 'number')}, but {must}")
    if n_classes < 2:
        raise ValueError(
            f"{where}: each class needs an output, but the model has only one: for two classes use "
            "binary_cross_entropy; one sample is softmax_cross_entropy([prediction], [target])"
        )
    for entry, number in zip(entries, numbers):
        if not (isinstance(number, Value) or (number.is_integer() and 0 <= number < n_classes)):
            needed = f"a class number from 0 to {n_classes - 1}"
            given = f"{where} is {shown(entry)}"
            hint = WEIGHTS if len(sizes) > 1 and number < 0 else ""
            raise ValueError(f"{given}, but must be {needed}: one for each output{hint}")
    return [number if isinstance(number, Value) else int(number) for number in numbers]


def classes_of(sizes: Sizes, count: int) -> int | None:
    """Among how many outputs each of so many targets chooses; None where they do not fit.

    >>> classes_of((3,), 1), classes_of((3, 3), 2), classes_of((1, 1, 1), 1), classes_of((3, 3), 1)
    (3, 3, 3, None)
    """
    if count == 1 and (len(sizes) == 1 or set(sizes) == {1}):
        return sum(sizes)
    return sizes[0] if count == len(sizes) > 1 and len(set(sizes)) == 1 else None


def target_number(entry: object, where: str) -> Number:
    """A Value as it is, another entry as a float. Raises as `as_number` does, with a way to number
    classes by name."""
    if isinstance(entry, Value):
        return entry
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


def all_numbers(targets: Any, sizes: Sizes) -> Any:
    return targets if targets.shape[1] == sum(sizes) else None


def all_probabilities(targets: Any, sizes: Sizes) -> Any:
    fine = ((targets >= 0.0) & (targets <= 1.0)).all()
    return all_numbers(targets, sizes) if fine else None


def all_signs(targets: Any, sizes: Sizes) -> Any:
    fine = ((targets == 1.0) | (targets == -1.0)).all()
    return all_numbers(targets, sizes) if fine else None


def all_classes(targets: Any, sizes: Sizes) -> Any:
    n_classes = classes_of(sizes, targets.shape[1]) or 0
    fine = (targets % 1.0 == 0.0) & (targets >= 0.0) & (targets < n_classes)
    return targets if n_classes > 1 and fine.all() else None


def probability_hits(outputs: Any, targets: Any) -> Any:
    return ((outputs > 0.0) == (targets > 0.5)).mean()


def sign_hits(outputs: Any, targets: Any) -> Any:
    return ((outputs > 0.0) == (targets > 0.0)).mean()


def class_hits(outputs: Any, targets: Any) -> Any:
    logits = outputs.reshape(*targets.shape, -1)
    return (logits.argmax(axis=2) == targets).mean()


NUMBERS = Targets(as_numbers, None, all_numbers)
PROBABILITIES = Targets(as_probabilities, probability_hits, all_probabilities)
SIGNS = Targets(as_signs, sign_hits, all_signs)
CLASSES = Targets(as_classes, class_hits, all_classes)
