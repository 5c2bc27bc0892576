"""Convolution and pooling: the formulas, ways to call them, and refusals."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, no_grad, scope
from engine.graph import topological_order
from engine.names import name_nodes
from nn import AvgPool2d, Conv2d, MaxPool2d, Sequential
from nn.tree import as_value_tree, tree_shape
from tests.nn.numbers import numbers_of

Fixture = Callable[..., Any]


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Conv2d, tuple[int, int, int], int]:
    """A layer, the shape of an image that fits it, and a seed."""
    channels, kernels = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel, stride, padding = [draw(st.integers(low, 3)) for low in (1, 1, 0)]
    least = max(1, kernel - 2 * padding)
    rows, columns = [draw(st.integers(least, least + 3)) for _ in "rc"]
    layer = Conv2d(channels, kernels, kernel, "tanh", stride=stride, padding=padding)
    return layer, (channels, rows, columns), draw(st.integers(0, 1000))


@st.composite
def pools(draw: st.DrawFn) -> tuple[int, int | None, tuple[int, int, int], int]:
    """Size, stride, the shape of an image that fits, and a seed."""
    size, stride = draw(st.integers(1, 3)), draw(st.none() | st.integers(1, 3))
    rows, columns = [draw(st.integers(size, size + 3)) for _ in "rc"]
    return size, stride, (draw(st.integers(1, 2)), rows, columns), draw(st.integers(0, 1000))


# The formulas


@given(convolutions())
def test_a_convolution_is_its_formula(
    randomized: Fixture, random_nested: Fixture, case: Any
) -> None:
    layer, (n_channels, n_rows, n_columns), seed = case
    randomized(layer, seed)
    image = random_nested(seed, n_channels, n_rows, n_columns)
    k, stride, padding = layer.kernel, layer.stride, layer.padding

    def pixel(channel: int, row: int, column: int) -> float:
        inside = 0 <= row < n_rows and 0 <= column < n_columns
        return float(image[channel][row][column]) if inside else 0.0

    found = layer(image)
    assert tree_shape(found, where="test") == (
        len(layer.kernels),
        (n_rows + 2 * padding - k) // stride + 1,
        (n_columns + 2 * padding - k) // stride + 1,
    )
    for kernel, channel in zip(layer.kernels, found):
        for r, row in enumerate(channel):
            for c, a in enumerate(row):
                z = kernel.bias.data
                for i in range(n_channels):
                    for u in range(k):
                        for v in range(k):
                            x = pixel(i, stride * r + u - padding, stride * c + v - padding)
                            z += kernel.weights[(i * k + u) * k + v].data * x
                assert a.inputs[0].data == pytest.approx(z, rel=1e-12, abs=1e-12)


@given(pools())
def test_pools_are_maximum_and_mean_of_windows(random_nested: Fixture, case: Any) -> None:
    size, stride, shape, seed = case
    image, step = random_nested(seed, *shape), stride or size
    for pool, expected in ((MaxPool2d, max), (AvgPool2d, lambda xs: sum(xs) / len(xs))):
        found = numbers_of(pool(size, stride)(image))
        assert found == [
            [
                [
                    pytest.approx(
                        expected([x for row in channel[r : r + size] for x in row[c : c + size]]),
                        rel=1e-12,
                        abs=1e-12,
                    )
                    for c in range(0, shape[2] - size + 1, step)
                ]
                for r in range(0, shape[1] - size + 1, step)
            ]
            for channel in image
        ]


def test_the_gradient_of_a_maximum_goes_to_one_number_only() -> None:
    image = as_value_tree([[[1.0, 4.0], [3.0, 2.0]]], where="test")
    MaxPool2d(2)(image)[0][0][0].backward()
    assert [[x.grad for x in row] for row in image[0]] == [[0.0, 1.0], [0.0, 0.0]]


def test_the_gradient_of_a_tie_is_in_equal_parts() -> None:
    image = as_value_tree([[[4.0, 4.0], [3.0, 4.0]]], where="test")
    MaxPool2d(2)(image)[0][0][0].backward()
    assert [[x.grad for x in row] for row in image[0]] == [[1 / 3, 1 / 3], [0.0, 1 / 3]]


def test_the_only_number_of_a_window_stays_what_it_is() -> None:
    image = as_value_tree([[[4.0, 3.0]]], where="test")
    assert [x.label for x in MaxPool2d(1)(image)[0][0]] == ["x1,1,1", "x1,1,2"]


def test_what_a_pool_takes_out_of_its_window_keeps_its_name() -> None:
    class Second(MaxPool2d):
        def pool_window(self, window: list[Value]) -> Value:
            return window[1]

    row = [Value(1.0, "p"), Value(2.0, "q")]
    assert Second(2)([[row, row]])[0][0][0].label == "q"


# Ways to call


def test_one_channel_may_be_given_as_rows() -> None:
    layer = Conv2d(1, 2, 2)
    image = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert numbers_of(layer(image)) == numbers_of(layer([image]))


def test_labels_and_scopes_are_ready_to_draw() -> None:
    with scope("eye"):
        layer = Conv2d(1, 2, 2, padding=1)
    output = layer([[0.5]])[1][0][0]
    nodes = topological_order([output])
    assert (output.label, output.scope) == ("a1,1", "eye/kernel 2")
    assert [n.label for n in nodes if n.label.startswith("x")] == ["x1,1"]


def test_numbers_are_named_by_kernel_row_and_column() -> None:
    model = Sequential(Conv2d(1, 2, 2, "tanh"), MaxPool2d(2))
    order = topological_order([channel[0][0] for channel in model([[[0.1, 0.2, 0.3]] * 3])])
    names = set(name_nodes(order).values())
    assert {"w⁽¹⁾₂₁₂", "b⁽¹⁾₂", "z⁽¹⁾₂₁₁", "a⁽¹⁾₂₂₁", "x₁₂₃", "max⁽²⁾₂₁₁"} <= names


def test_kernels_start_unequal_and_by_the_generator() -> None:
    first, second = Conv2d(1, 2, 3).kernels
    assert [w.data for w in first.weights] != [w.data for w in second.weights]
    first, second = [Conv2d(1, 2, 3, rng=Random(3)).state_dict() for _ in range(2)]
    assert first == second


# Refusals


@pytest.mark.parametrize(
    "layer, image, message",
    [
        (Conv2d(3, 1, 2), [[[1.0]]], "Conv2d: the image has shape (1, 1, 1), but shape (3, rows"),
        (Conv2d(3, 1, 2), [[1.0]], "Conv2d: the image has shape (1, 1), but shape (3, rows, col"),
        (Conv2d(1, 1, 2), 1.0, "Conv2d: the image has shape (), but shape (1, rows, columns)"),
        (Conv2d(1, 1, 2), [], "Conv2d: the image has shape (0,), but shape (1, rows, columns)"),
        (Conv2d(1, 1, 2), [[[]]], "Conv2d: with padding 0: there are 1 row and 0 columns, but at"),
        (
            Conv2d(1, 1, 1),
            [[1, 2], [3]],
            "Conv2d: image: item 2 has shape (1,), but item 1 has shape (2,)",
        ),
        (Conv2d(1, 1, 1), [[float("nan")]], "Conv2d: input 1,1: a finite number is needed"),
        (
            Conv2d(1, 1, 5, padding=1),
            [[1, 2], [3, 4], [5, 6], [7, 8]],
            "Conv2d: with padding 1: there are 6 rows and 4 columns, but at least 5 of each are ne",
        ),
        (MaxPool2d(3), [[[1, 2, 3]]], "MaxPool2d: there are 1 row and 3 columns, but at least 3"),
        (MaxPool2d(1), [[1.0]], "MaxPool2d: the image has shape (1, 1), but shape (channels, r"),
        (AvgPool2d(2), [[[1, 2], [3]]], "AvgPool2d: image: item 1: item 2 has shape (1,)"),
        (
            Sequential(MaxPool2d(1), Conv2d(2, 1, 1))[1],
            [[[1.0]]],
            "2: Conv2d: the image has shape (1, 1, 1), but shape (2, rows, columns) is needed",
        ),
    ],
)
def test_images_that_do_not_fit_are_refused(layer: Any, image: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        layer(image)


@pytest.mark.parametrize(
    "function, message",
    [
        (lambda: Conv2d(0, 1, 1), "Conv2d: in_channels is 0, but must be at least 1"),
        (lambda: Conv2d(1, 0, 1), "Conv2d: out_channels is 0, but must be at least 1"),
        (lambda: Conv2d(1, 1, 0), "Conv2d: kernel is 0, but must be at least 1"),
        (lambda: Conv2d(1, 1, 1, stride=0), "Conv2d: stride is 0, but must be at least 1"),
        (lambda: Conv2d(1, 1, 1, padding=-1), "Conv2d: padding is -1, but must be at least 0"),
        (lambda: Conv2d(1, 1, 2.5), "Conv2d: kernel is 2.5, but must be a whole number"),
        (lambda: MaxPool2d(0), "MaxPool2d: size is 0, but must be at least 1"),
        (lambda: AvgPool2d(2, 0), "AvgPool2d: stride is 0, but must be at least 1"),
    ],
)
def test_sizes_that_make_no_layer_are_refused(function: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        function()


def test_numbers_are_needed() -> None:
    with pytest.raises(TypeError, match="Conv2d: input 1,2: a real number is needed, and 'a'"):
        Conv2d(1, 1, 1)([[1.0, "a"]])


def test_a_convolution_without_a_scope_of_its_own_is_recorded_in_the_one_around_it() -> None:
    with no_grad():
        layer = Conv2d(1, 1, 2)
    with scope("outer"):
        (((found,),),) = layer([[0.1, 0.2], [0.3, 0.4]])
    assert found.scope == "outer"


def test_a_convolution_leaves_the_scopes_of_its_kernels() -> None:
    """Also where its formula alone is called, and where a kernel lacks a weight."""
    layer = Conv2d(1, 2, 2)
    with scope("outer"):
        layer.forward([[0.1, 0.2], [0.3, 0.4]])
        assert Value(1.0).scope == "outer"
        layer.kernels[1].weights.pop()
        with pytest.raises(ValueError):
            layer.forward([[0.1, 0.2], [0.3, 0.4]])
        assert Value(1.0).scope == "outer"
