"""What layers, losses and optimizers ask of the numbers they are given, and how they say so."""

from collections.abc import Collection, Iterable, Mapping
from math import inf
from numbers import Integral
from typing import Any

from engine import Value
from engine.floats import finite
from engine.messages import first_ten, shown


def as_list(items: Iterable[Any], *, where: str) -> list[Any]:
    """The items as a list. Raises TypeError for what cannot be as_list, such as a single number.

    >>> as_list(3.0, where="layer 1")
    Traceback (most recent call last):
    TypeError: layer 1: a list of numbers is needed, but 3.0 was given
    """
    if not isinstance(items, Iterable):
        raise TypeError(f"{where}: a list of numbers is needed, but {items!r} was given")
    return list(items)


def as_values(inputs: Iterable[Any], needed: int, *, where: str) -> list[Value]:
    """The inputs as Values: a plain number becomes a leaf named x1, x2, … after its place.

    Raises ValueError unless there are as many as needed, TypeError for what is not a number.

    >>> as_values([0.5, Value(2.0, "height")], 2, where="layer 1")
    [Value(0.5, label='x1'), Value(2.0, label='height')]
    """
    values = as_list(inputs, where=where)
    if len(values) != needed:
        were = "was" if len(values) == 1 else "were"
        are = "is" if needed == 1 else "are"
        given = pluralize(len(values), "input")
        raise ValueError(f"{where}: {given} {were} given, but {needed} {are} needed")
    for index, value in enumerate(values):
        if not isinstance(value, Value):
            values[index] = as_value(value, f"x{index + 1}", where=f"{where}: input {index + 1}")
    return values


def as_nonempty_list(items: Iterable[Any], item: str, *, where: str) -> list[Any]:
    """The items as a list. Raises ValueError for no items, TypeError for what cannot be listed.

    >>> as_nonempty_list([], "step", where="RNN")
    Traceback (most recent call last):
    ValueError: RNN: the list is empty, but at least one step is needed
    """
    found = as_list(items, where=where)
    if not found:
        raise ValueError(f"{where}: the list is empty, but at least one {item} is needed")
    return found


def as_value(number: Any, label: str = "", *, where: str) -> Value:
    """A Value as it is, a plain number as a new leaf. Raises as `as_number` does."""
    if isinstance(number, Value):
        return number
    return Value(as_number(number, where=where), label)


def as_number(number: object, *, where: str) -> float:
    """The number as a float. Raises TypeError for what is not a number, ValueError for nan and inf.

    >>> as_number("three", where="layer 1: input 2")
    Traceback (most recent call last):
    TypeError: layer 1: input 2: a real number is needed, and 'three' is a str
    """
    try:
        return finite(number)
    except (TypeError, ValueError, OverflowError) as error:
        raise type(error)(f"{where}: {error}") from None


def check_size(size: object, what: str, *, where: str, least: int = 1) -> None:
    """Raises TypeError unless the size is a whole number, ValueError unless it is at least `least`.

    >>> check_size(0, "n_inputs", where="MLP")
    Traceback (most recent call last):
    ValueError: MLP: n_inputs is 0, but must be at least 1
    """
    if not isinstance(size, Integral):
        raise TypeError(f"{where}: {what} is {size!r}, but must be a whole number")
    if size < least:
        raise ValueError(f"{where}: {what} is {size}, but must be at least {least}")


def is_finite_number(entry: object) -> bool:
    """Whether it is a number that a float can be, and not True or False."""
    try:
        finite(entry)
    except (TypeError, ValueError, OverflowError):
        return False
    return not isinstance(entry, bool)


def check_keys(state: object, keys: Collection[str], *, where: str) -> None:
    """Raises ValueError unless it is a mapping with these keys and no others.

    >>> check_keys({"losses": []}, ["losses", "seconds"], where="history")
    Traceback (most recent call last):
    ValueError: history lacks seconds
    """
    if not isinstance(state, Mapping):
        raise ValueError(f"{where} is {shown(state)}, but must be a dict")
    missing = [key for key in keys if key not in state]
    if missing:
        raise ValueError(f"{where} lacks {', '.join(sorted(missing))}")
    unknown = [key for key in state if key not in keys]
    if unknown:
        raise ValueError(f"{where} has unknown entries: {', '.join(first_ten(unknown))}")


def check_numbers(
    state: object, size: int, *, where: str, least: float = -inf, most: float = inf
) -> None:
    """Raises ValueError unless it is a list of so many finite numbers between least and most.

    >>> check_numbers([0.5, -1.0], 2, where="accuracies", least=0.0, most=1.0)
    Traceback (most recent call last):
    ValueError: accuracies: number 2 is -1.0, but must be a finite number from 0.0 to 1.0
    """
    if not isinstance(state, list) or len(state) != size:
        given = pluralize(len(state), "item") if isinstance(state, list) else shown(state)
        raise ValueError(f"{where}: {given} found, where a list of {size:,} is needed")
    for place, number in enumerate(state, start=1):
        if not (is_finite_number(number) and least <= number <= most):
            limits = "" if (least, most) == (-inf, inf) else f" from {least} to {most}"
            must = f"must be a finite number{limits}"
            raise ValueError(f"{where}: number {place} is {shown(number)}, but {must}")


def pluralize(n: int, noun: str) -> str:
    """The number and the noun, in the plural unless it is 1.

    >>> pluralize(1, "parameter"), pluralize(13002, "parameter")
    ('1 parameter', '13,002 parameters')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
