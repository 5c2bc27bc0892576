"""What layers, losses and optimizers ask of the numbers they are given, and how they say so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import inf, isfinite
from numbers import Integral, Real
from typing import Any

from engine import Value
from engine.floats import finite
from engine.messages import counted, first_ten, shown
from engine.vector import Vector

ONE_AT_A_TIME = "one sample at a time: write [model(x) for x in X], or predict(model, X)"


def items_of(given: Any) -> list[Any] | None:
    """The items of any kind of list, of an array, or of a table (pandas, Polars): its rows.

    None for what is no list: a number, a text, and sets and dicts, which have another order.

    >>> items_of(range(3)), items_of(3.0), items_of("abc"), items_of({1.0, 2.0})
    ([0, 1, 2], None, None, None)
    """
    if isinstance(given, (list, tuple)):
        return list(given)
    if isinstance(given, (Value, str, bytes, bytearray, dict, set, frozenset)):
        return None
    given = as_plain(given)
    return list(given) if isinstance(given, Iterable) else None


def as_plain(given: Any) -> Any:
    """Arrays, tensors and tables as nested lists, or as a number where they have no axes."""
    if hasattr(given, "to_numpy"):  # pandas, Polars
        given = given.to_numpy()
    return given.tolist() if hasattr(given, "tolist") else given


def as_list(items: Any, *, where: str) -> list[Any]:
    """The items as a list. Raises TypeError for what is no list, such as a single number.

    >>> as_list(3.0, where="layer 1")
    Traceback (most recent call last):
    TypeError: layer 1: a list of numbers is needed, but 3.0 was given
    """
    found = items_of(items)
    if found is None:
        raise TypeError(f"{where}: a list of numbers is needed, but {shown(items)} was given")
    return found


def as_values(inputs: Iterable[Any], needed: int, *, where: str, label: str = "x") -> list[Value]:
    """The inputs as Values: a plain number becomes a leaf named x1, x2, … after its place.

    Raises ValueError unless there are as many as needed, TypeError for what is not a number.

    >>> as_values([0.5, Value(2.0, "height")], 2, where="layer 1")
    [Value(0.5, label='x1'), Value(2.0, label='height')]
    """
    values = items_of(inputs)
    if values is None:
        raise _no_list(inputs, needed, where)
    if len(values) != needed or not isinstance(values[0], (Value, float)):
        _check_inputs(values, needed, where)
    for value in values:
        if not isinstance(value, Value):
            return as_leaves(values, label, where=f"{where}: input")
    return values


def as_vector(inputs: Iterable[Any], needed: int, *, where: str, label: str = "x") -> Vector:
    """The inputs as `as_values` has them, as one vector, which many neurons may share."""
    if isinstance(inputs, Vector) and len(inputs.numbers) == needed:
        return inputs
    return Vector(as_values(inputs, needed, where=where, label=label))


def as_leaves(numbers: Sequence[Any], label: str, *, where: str) -> list[Value]:
    """Values as they are; a plain number becomes a leaf, named after its place: w1, w2, ….

    Raises as `as_number` does, and says which: `where` ends in what one is called.
    """
    each = list(zip(numbers, number_labels(label, len(numbers))))
    try:
        return [n if isinstance(n, Value) else Value(n, label) for n, label in each]
    except (TypeError, ValueError, OverflowError):  # an array's number, or one to be told of
        return [as_value(n, w, where=f"{where} {k}") for k, (n, w) in enumerate(each, start=1)]


@lru_cache
def number_labels(label: str, count: int) -> tuple[str, ...]:
    """The labels w1, w2, …, which all neurons of a layer share."""
    return tuple(f"{label}{k}" for k in range(1, count + 1))


def _no_list(given: Any, needed: int, where: str) -> TypeError:
    """The error for what is no list of inputs, with how it would be one."""
    hint = ""
    number: Any = given.data if isinstance(given, Value) else given
    real = isinstance(number, Real)
    if real and needed == 1:
        hint = f": write [{shown(given)}]"
    elif real and number >= 0 and number % 1 == 0:
        written = f"write it one-hot, as np.eye({needed})[tokens] does, or put an Embedding before"
        hint = f"; if it is a token, {written}"
    return TypeError(f"{where}: a list of numbers is needed, but {shown(given)} was given{hint}")


def _check_inputs(values: Sequence[Any], needed: int, where: str) -> None:
    """Raises ValueError for rows instead of inputs, and for another number of them."""
    are = "is" if needed == 1 else "are"
    if values and (first := items_of(values[0])) is not None:
        hint = "nested lists, such as an image, go through Flatten() first"
        if len(first) == needed:
            hint = "the steps of a sequence likewise, in the forward of a Module of your own"
        raise ValueError(
            f"{where}: {were_given(len(values), 'list')}, but {counted(needed, 'number')} {are} "
            f"needed, {ONE_AT_A_TIME}; {hint}"
        )
    if len(values) != needed:
        raise ValueError(f"{where}: {were_given(len(values), 'input')}, but {needed} {are} needed")


def as_nonempty_list(items: Any, item: str, *, where: str) -> list[Any]:
    """The items as a list. Raises ValueError for no items, TypeError for what cannot be listed.

    >>> as_nonempty_list([], "step", where="RNN")
    Traceback (most recent call last):
    ValueError: RNN: the list is empty, but at least one step is needed
    """
    found = as_list(items, where=where)
    if not found:
        raise ValueError(f"{where}: the list is empty, but at least one {item} is needed")
    return found


def as_value(number: Any, label: str, *, where: str) -> Value:
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
        return finite(as_plain(number))
    except (TypeError, ValueError, OverflowError) as error:
        raise type(error)(f"{where}: {error}") from None


def check_size(size: object, what: str, *, where: str, least: int = 1) -> None:
    """Raises TypeError unless the size is a whole number, ValueError unless it is at least `least`.

    >>> check_size(0, "n_inputs", where="MLP")
    Traceback (most recent call last):
    ValueError: MLP: n_inputs is 0, but must be at least 1
    """
    if not isinstance(size, Integral):
        raise TypeError(f"{where}: {what} is {shown(size)}, but must be a whole number")
    if size < least:
        raise ValueError(f"{where}: {what} is {shown(size)}, but must be at least {least}")


def is_finite_number(entry: object) -> bool:
    """Whether it is a number that a float can be, and not True or False."""
    if type(entry) is float:  # as nearly all are
        return isfinite(entry)
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
        given = counted(len(state), "item") if isinstance(state, list) else shown(state)
        raise ValueError(f"{where}: {given} found, where a list of {size:,} is needed")
    for place, number in enumerate(state, start=1):
        if not (is_finite_number(number) and least <= number <= most):
            limits = "" if (least, most) == (-inf, inf) else f" from {least} to {most}"
            must = f"must be a finite number{limits}"
            raise ValueError(f"{where}: number {place} is {shown(number)}, but {must}")


def were_given(n: int, noun: str) -> str:
    """How many were given, in words.

    >>> were_given(1, "input"), were_given(2, "list")
    ('1 input was given', '2 lists were given')
    """
    return f"{counted(n, noun)} {'was' if n == 1 else 'were'} given"
