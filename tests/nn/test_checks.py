"""What the checks let through, and what they say about the rest."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from engine import Value
from nn.checks import as_leaves, as_list, as_nonempty_list, as_number, as_values, check_size


def test_values_stay_themselves_and_numbers_become_labelled_leaves() -> None:
    height = Value(2.0, "height")
    first, second, third = as_values((0.5, height, 3), 3, where="here")
    assert second is height and height.label == "height"
    assert (first.data, first.label, third.data, third.label) == (0.5, "x1", 3.0, "x3")
    assert first.rule is None and first.inputs == ()


def test_layers_share_the_texts_of_their_labels() -> None:
    one, other = (as_leaves([0.5, 2], "w", where="neuron: weight") for _ in range(2))
    assert [w.label for w in one] == ["w1", "w2"]
    assert one[1] is not other[1] and one[1].label is other[1].label


def test_numbers_of_arrays_become_leaves() -> None:
    height, tensor = Value(2.0, "height"), SimpleNamespace(tolist=lambda: 0.25)
    made = as_leaves([height, tensor], "w", where="neuron: weight")
    assert made[0] is height and (made[1].data, made[1].label) == (0.25, "w2")
    with pytest.raises(TypeError, match="^neuron: weight 2: a real number is needed"):
        as_leaves([0.5, None], "w", where="neuron: weight")


def test_anything_that_can_be_listed_is_a_list_of_inputs() -> None:
    assert [v.data for v in as_values((x / 2 for x in range(3)), 3, where="here")] == [
        0.0,
        0.5,
        1.0,
    ]


@pytest.mark.parametrize(
    "given, needed, message",
    [
        ([1, 2, 3], 2, "layer 2: 3 inputs were given, but 2 are needed"),
        ([1], 2, "layer 2: 1 input was given, but 2 are needed"),
        ([], 1, "layer 2: 0 inputs were given, but 1 is needed"),
    ],
)
def test_a_wrong_length_is_stated(given: list[float], needed: int, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        as_values(given, needed, where="layer 2")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "number, error, said",
    [
        ("two", TypeError, "layer 1: input 2: a real number is needed, and 'two' is a str"),
        ([1.0], TypeError, "layer 1: input 2: a real number is needed, and [1.0] is a list"),
        (math.nan, ValueError, "layer 1: input 2: a finite number is needed, and nan is not"),
        (10**400, OverflowError, "layer 1: input 2: "),
    ],
)
def test_what_is_no_finite_number_is_stated_with_its_place(
    number: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        as_values([1.0, number], 2, where="layer 1")
    assert str(caught.value).startswith(said)


def test_a_single_number_is_no_list() -> None:
    with pytest.raises(TypeError, match="neuron: a list of numbers is needed, but 3.0 was given"):
        as_list(3.0, where="neuron")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"neuron: a list .* but Value\(1.0\) was given"):
        as_list(Value(1.0), where="neuron")  # type: ignore[arg-type]


def test_sizes() -> None:
    check_size(1, "size", where="here")
    with pytest.raises(ValueError, match="here: size is -2, but must be at least 1"):
        check_size(-2, "size", where="here")
    with pytest.raises(TypeError, match="here: size is 2.5, but must be a whole number"):
        check_size(2.5, "size", where="here")


def test_a_checked_number_is_a_float() -> None:
    assert as_number(3, where="here") == 3.0
    assert type(as_number(3, where="here")) is float


def test_a_sequence_has_at_least_one_item() -> None:
    assert as_nonempty_list((1, 2), "step", where="here") == [1, 2]
    with pytest.raises(ValueError, match="here: the list is empty, but at least one step is need"):
        as_nonempty_list([], "step", where="here")


def test_the_least_size_is_stated() -> None:
    check_size(0, "padding", where="here", least=0)
    with pytest.raises(ValueError, match="here: padding is -1, but must be at least 0"):
        check_size(-1, "padding", where="here", least=0)
