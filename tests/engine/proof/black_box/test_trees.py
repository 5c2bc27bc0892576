"""Points of any structure: flat, rebuilt, named; gradients in the same structure."""

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.proof.black_box.trees import Tree
from engine.proof.report import GradientError

number = st.floats(-1e6, 1e6)
array = st.lists(number, min_size=1, max_size=4).map(np.array) | st.lists(
    st.lists(number, min_size=2, max_size=2), min_size=1, max_size=3
).map(np.array)
structure = st.recursive(
    number | array,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
Layer = namedtuple("Layer", "weights bias")


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and all(map(same, one, other)) and len(one) == len(other)
    return one == other


@given(st.lists(structure, min_size=1, max_size=2))
def test_what_is_flat_is_rebuilt_and_flattened_again(arguments):
    tree = Tree.of(tuple(arguments), ["a", "b"])
    rebuilt = tree.rebuilt(tree.numbers)
    assert same(rebuilt, arguments)
    gradient = tuple(rebuilt) if len(rebuilt) > 1 else rebuilt[0]
    assert tree.flatten(gradient, "gradient") == tree.numbers.tolist()
    names = [tree.entry(k) for k in range(len(tree.numbers))]
    assert len(set(names)) == len(names)


def test_entries_are_named_as_python_finds_them():
    model = {"layer1": [Layer(np.arange(6.0).reshape(2, 3), 0.5)], "scale": (1.0, 2.0)}
    tree = Tree.of((model,), ["w"])
    for k, x in enumerate(tree.numbers):
        assert eval(tree.entry(k), {"w": model}) == x
    assert tree.entry(5) == "w['layer1'][0][0][1, 2]"
    (rebuilt,) = tree.rebuilt(tree.numbers)
    assert isinstance(rebuilt["layer1"][0], Layer)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_the_kind_of_floats_is_kept(dtype):
    tree = Tree.of((np.ones(3, dtype), dtype(2.0)), ["w", "b"])
    weights, bias = tree.rebuilt(tree.numbers)
    assert weights.dtype == bias.dtype == dtype
    assert tree.bits == {2: 11, 4: 24, 8: 53}[np.dtype(dtype).itemsize]


def test_rebuilt_arrays_have_memory_of_their_own():
    given_array = np.ones(3)
    tree = Tree.of((given_array,), ["w"])
    tree.rebuilt(tree.numbers)[0][0] = 7.0
    assert given_array[0] == 1.0


@pytest.mark.parametrize(
    "point, said",
    [
        (np.arange(3), "w is an array of int64, and only real numbers can be varied"),
        (np.ones(3, complex), "w is an array of complex128"),
        ("text", "w: numbers, arrays, or lists and dicts of them are a point, and 'text'"),
        ({"b": None}, r"w\['b'\]: numbers, arrays"),
        ([True], r"w\[0\]: numbers"),
    ],
)
def test_what_cannot_be_varied_is_refused_by_name(point, said):
    with pytest.raises(TypeError, match=said):
        Tree.of((point,), ["w"])


SQUARE, WIDE = np.ones((2, 2)), np.ones((2, 3))


@pytest.mark.parametrize(
    "arguments, given_gradient, error, said",
    [
        ((WIDE,), WIDE.T, GradientError, r"\(2, 3\), and what came for it \(3, 2\); is it transp"),
        ((WIDE,), np.ones(6), GradientError, r"w has the shape \(2, 3\)"),
        ((SQUARE, SQUARE), SQUARE, GradientError, "w has the shape"),
        ((1.0, 2.0), 3.0, TypeError, r"2 arguments, so a tuple of 2 is needed.* argnums"),
        (({"w": 1.0},), {"v": 1.0}, TypeError, r"keys \['w'\]"),
        (([1.0, 2.0],), [1.0], TypeError, "list of 2"),
        ((1.0,), "1", TypeError, "a number is needed"),
        ((1.0,), Value(1.0), TypeError, "a Value came: return its data"),
        ((WIDE,), [[1.0, 2.0, 3.0], [4.0]], TypeError, "different lengths"),
    ],
)
def test_a_gradient_of_another_structure_is_refused(arguments, given_gradient, error, said):
    with pytest.raises(error, match=said):
        Tree.of(arguments, ["w", "b"]).flatten(given_gradient, "gradient")


def test_a_gradient_may_come_in_lists_and_none_is_zeros():
    tree = Tree.of((WIDE, [1.0, 2.0], 3.0), ["w", "b", "c"])
    gradient = ([[1, 2, 3], [4, 5, 6]], np.array([7.0, 8.0]), np.array([9.0]))
    assert tree.flatten(gradient, "gradient") == [float(k) for k in range(1, 10)]
    assert tree.flatten((None, [1.0, 2.0], None), "gradient") == [0.0] * 6 + [1.0, 2.0, 0.0]
    assert Tree.of((1.0,), ["x"]).flatten((2.0,), "gradient") == [2.0]
