"""What layers, losses and optimizers ask of the numbers they are given, and how they say so."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from engine import Value
from engine.value import finite


def listed(items: Iterable[Any], *, where: str) -> list[Any]:
    """The items as a list. Raises TypeError for what cannot be listed, such as a single number.

    >>> listed(3.0, where="layer 1")
    Traceback (most recent call last):
    TypeError: layer 1: a list of numbers is needed, and 3.0 was given
    """
    if not isinstance(items, Iterable):
        raise TypeError(f"{where}: a list of numbers is needed, and {items!r} was given")
    return list(items)


def inputs_as_values(inputs: Iterable[Any], needed: int, *, where: str) -> list[Value]:
    """The inputs as Values: a plain number becomes a leaf named x1, x2, … after its place.

    Raises ValueError unless there are as many as needed, TypeError for what is not a number.

    >>> inputs_as_values([0.5, Value(2.0, "height")], 2, where="layer 1")
    [Value(0.5, label='x1'), Value(2.0, label='height')]
    """
    values = listed(inputs, where=where)
    if len(values) != needed:
        were = "was" if len(values) == 1 else "were"
        are = "is" if needed == 1 else "are"
        given = counted(len(values), "input")
        raise ValueError(f"{where}: {given} {were} given and {needed} {are} needed")
    for index, value in enumerate(values):
        if not isinstance(value, Value):
            values[index] = as_value(value, f"x{index + 1}", where=f"{where}: input {index + 1}")
    return values


def sequence(items: Iterable[Any], item: str, *, where: str) -> list[Any]:
    """The items as a list. Raises ValueError for none, TypeError for what cannot be listed.

    >>> sequence([], "step", where="RNN")
    Traceback (most recent call last):
    ValueError: RNN: the list is empty, and at least one step is needed
    """
    found = listed(items, where=where)
    if not found:
        raise ValueError(f"{where}: the list is empty, and at least one {item} is needed")
    return found


def as_value(number: Any, label: str = "", *, where: str) -> Value:
    """A Value as it is, a plain number as a new leaf. Raises as `checked_number` does."""
    if isinstance(number, Value):
        return number
    return Value(checked_number(number, where=where), label)


def checked_number(number: object, *, where: str) -> float:
    """The number as a float. Raises TypeError for what is none, ValueError for nan and inf.

    >>> checked_number("three", where="layer 1: input 2")
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
    ValueError: MLP: n_inputs is 0, and at least 1 is needed
    """
    if not isinstance(size, Integral):
        raise TypeError(f"{where}: {what} is {size!r}, and a whole number is needed")
    if size < least:
        raise ValueError(f"{where}: {what} is {size}, and at least {least} is needed")


def counted(n: int, noun: str) -> str:
    """So many of them, as a person says it.

    >>> counted(1, "parameter"), counted(13002, "parameter")
    ('1 parameter', '13,002 parameters')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
