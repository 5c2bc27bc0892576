"""Trees of numbers keep their order and their shape."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from nn.tree import (
    as_value_tree,
    place_labels,
    tree_leaves,
    tree_map,
    tree_shape,
    tree_unflatten,
)

shapes = st.lists(st.integers(1, 3), max_size=3)


@given(shapes)
def test_unflattened_leaves_have_the_shape_and_flatten_to_themselves(shape: list[int]) -> None:
    array = np.arange(math.prod(shape)).reshape(shape)
    leaves = array.ravel().tolist()
    tree = tree_unflatten(leaves, shape)
    assert tree == array.tolist()
    assert tree_leaves(tree) == leaves
    assert tree_shape(as_value_tree(tree, where="test"), where="test") == tuple(shape)


@given(shapes)
def test_the_labels_of_a_shape_are_those_of_plain_numbers_in_a_tree(shape: list[int]) -> None:
    labels = place_labels("x", shape)
    tree = tree_unflatten([0.0] * len(labels), shape)
    assert [x.label for x in tree_leaves(as_value_tree(tree, where="test"))] == labels
    assert len(set(labels)) == len(labels) == math.prod(shape)


@given(st.recursive(st.floats(-1.0, 1.0), lambda inner: st.lists(inner, max_size=3)))
def test_a_map_keeps_the_tree_and_the_values_in_it(tree: Any) -> None:
    values = as_value_tree(tree, where="test")
    assert tree_map(Value.item, values) == tree
    assert as_value_tree(values, where="test") == values


def test_plain_numbers_are_named_by_their_place_and_values_stay() -> None:
    x = Value(2.0, "x")
    (first,), (second,) = as_value_tree([[1.0], [x]], where="test")
    assert (first.label, second) == ("x1,1", x)


def test_a_row_is_taken_as_a_whole_only_where_all_are_values() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    first, second = as_value_tree([x, 1.0], where="test")
    assert first is x and (second.data, second.label) == (1.0, "x2")
    assert tree_leaves([x, [y]]) == [x, y]
    with pytest.raises(
        ValueError, match=r"here: item 2 has shape \(1,\), but item 1 has shape \(\)"
    ):
        tree_shape([x, [y]], where="here")


def test_rows_of_values_are_new_lists() -> None:
    row = [Value(2.0), Value(3.0)]
    assert as_value_tree(row, where="test") is not row and tree_leaves(row) is not row


def test_what_is_not_a_number_or_ragged_is_refused() -> None:
    with pytest.raises(TypeError, match="here: input 2,1: a real number is needed"):
        as_value_tree([[1.0], ["a"]], where="here")
    ragged = [[Value(1.0)], []]
    with pytest.raises(ValueError, match=r"here: item 2 has shape \(0,\), but item 1 has"):
        tree_shape(ragged, where="here")
