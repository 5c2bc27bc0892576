"""Dropout: masks of the right numbers, drawn anew each time, and out of the way in evaluation."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.program import Program
from nn import Dropout, Layer, Sequential
from nn.layers.dropout import masks_of_each_call
from nn.tree import as_value_tree, tree_leaves, tree_map
from tests.nn.numbers import numbers_of

Fixture = Callable[..., Any]
probabilities = st.floats(0.0, 0.99)
nestings = st.recursive(st.floats(0.1, 2.0), lambda inner: st.lists(inner, max_size=3)).filter(
    lambda nested: isinstance(nested, list)
)


def form(nested: Any) -> Any:
    """The nesting alone."""
    return tree_map(lambda value: None, nested)


@given(probabilities, st.integers(), nestings)
def test_every_number_is_dropped_or_scaled(probability: float, seed: int, nested: Any) -> None:
    dropout = Dropout(probability, seed=seed)
    outputs = dropout(nested)
    inputs = as_value_tree(nested, where="test")
    assert form(outputs) == form(inputs)
    for x, mask, y in zip(tree_leaves(inputs), dropout.masks, tree_leaves(outputs), strict=True):
        assert mask.data in (0.0, 1.0 / (1.0 - probability))
        assert y.data == mask.data * x.data


@given(probabilities, st.integers(), nestings)
def test_in_evaluation_inputs_come_back(probability: float, seed: int, nested: Any) -> None:
    dropout = Dropout(probability, seed=seed).eval()
    values = as_value_tree(nested, where="test")
    assert dropout(values) == values
    assert numbers_of(dropout(nested)) == numbers_of(values)
    assert dropout.masks == []


@given(st.integers())
def test_the_seed_alone_decides_the_masks(seed: int) -> None:
    first, second, other = [Dropout(0.5, seed=s) for s in (seed, seed, seed + 1)]
    inputs = [1.0] * 40
    drawn = [[numbers_of(d(inputs)) for _ in range(2)] for d in (first, second, other)]
    assert drawn[0] == drawn[1]
    assert drawn[0][0] != drawn[0][1]
    assert drawn[0] != drawn[2]


def test_so_many_are_dropped_as_asked_for_and_the_mean_stays() -> None:
    outputs = numbers_of(Dropout(0.2, seed=1)([1.0] * 10_000))
    # five standard deviations, √(10000 · 0.2 · 0.8) = 40 each
    assert abs(outputs.count(0.0) - 2000) < 200
    assert sum(outputs) / len(outputs) == pytest.approx(1.0, abs=200 / 10_000 / 0.8)


def test_masks_are_used_again_where_the_count_fits() -> None:
    dropout = Dropout(0.5)
    dropout([1.0, 2.0])
    masks = dropout.masks
    dropout([[1.0], [2.0]])
    assert dropout.masks is masks and [mask.label for mask in masks] == ["m1", "m2"]
    dropout([1.0])
    assert len(dropout.masks) == 1


def test_each_call_has_masks_of_its_own_where_it_is_asked_for() -> None:
    dropout, unused, x = Dropout(0.5, seed=1), Dropout(0.5), Value(2.0)
    (before,) = unused([x])
    with masks_of_each_call([dropout, unused]):
        calls = [dropout([x] * size) for size in (2, 1, 1)]
    masks = dropout.masks
    assert [y.inputs[1] for call in calls for y in call] == masks and len(set(masks)) == 4
    assert [mask.data for mask in masks] == numbers_of(Dropout(0.5, seed=1)([1.0] * 4))
    assert unused.masks == [before.inputs[1]]
    dropout([x] * 4)
    assert dropout.masks is masks and len(masks) == 4


def test_a_new_mask_leaves_the_gradient_of_an_older_graph_alone() -> None:
    dropout, x = Dropout(0.5, seed=3), Value(2.0)
    (y,) = dropout([x])
    mask = dropout.masks[0].data
    while dropout.masks[0].data == mask:
        dropout([x])
    y.backward()
    assert x.grad == mask


def test_masks_are_no_parameters() -> None:
    net = Sequential(Layer(2, 3), Dropout(0.5), Layer(3, 1))
    before = net.state_dict()
    net([1.0, 2.0])
    assert net.state_dict() == before
    assert not set(net[1].masks) & set(net.parameters())  # type: ignore[union-attr]


def test_masks_as_inputs_of_a_program_give_the_eager_losses() -> None:
    net = Sequential(Layer(2, 4), Dropout(0.5, seed=1), Layer(4, 1))
    dropout: Any = net[1]
    x = [Value(0.5), Value(-1.0)]
    program = Program(net(x), [*x, *dropout.masks], net.parameters())
    rows = [[0.5, -1.0, *dropout.draw()] for _ in range(4)]
    eager = Sequential(net[0], Dropout(0.5, seed=1), net[2])
    eager([0.0, 0.0])  # as the graph of the program was built
    assert program(rows)[:, 0].tolist() == pytest.approx(
        [eager([0.5, -1.0])[0].data for _ in rows], rel=1e-12
    )


def test_a_copy_goes_on_with_the_same_numbers() -> None:
    dropout = Dropout(0.5)
    dropout([1.0] * 20)
    twin = copy.deepcopy(dropout)
    assert twin.draw() == dropout.draw()


@pytest.mark.parametrize("probability", [-0.1, 1.0, 2])
def test_probabilities_are_from_0_to_below_1(probability: float) -> None:
    message = f"Dropout: probability is {probability}, but 0 <= probability < 1 is needed"
    with pytest.raises(ValueError, match=message):
        Dropout(probability)


def test_numbers_are_needed() -> None:
    with pytest.raises(TypeError, match="Dropout: input 2: a real number is needed, and 'a'"):
        Dropout(0.5)([1.0, "a"])
    with pytest.raises(TypeError, match="Dropout: probability: a real number is needed"):
        Dropout("half")  # type: ignore[arg-type]
