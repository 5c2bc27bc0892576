"""choose: one of many numbers by index, as a node that every reader of the table knows."""

import copy
import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    DomainError,
    Index,
    Value,
    check_gradients,
    choose,
    explore,
    formula,
    forward_steps,
    gradients,
    hessian,
    simplify,
    svg,
    tracing,
)
from engine.floats import FLOATS
from engine.rules import CHOOSE

numbers = st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=1, max_size=6), st.data())
def test_the_number_that_is_taken_has_the_gradient(xs: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(xs) - 1))
    leaves, index = [Value(x) for x in xs], Index(k)
    y = choose(index, leaves)
    y.backward()
    assert y.data == xs[k] == choose(k, xs) == CHOOSE.value(FLOATS, k, *xs)
    assert [leaf.grad for leaf in leaves] == [float(j == k) for j in range(len(xs))]
    assert index.grad == 0.0
    assert y.partials == CHOOSE.partials(FLOATS, y.data, float(k), *xs)


@pytest.mark.parametrize("index", [-1.0, 3.0, 0.5, 1e300, -1e-17, 1e-17, 1.0 - 2.0**-53])
def test_what_is_no_index_is_refused(index: float) -> None:
    leaves = [Value(x) for x in (0.5, 1.0, 2.0)]
    with pytest.raises(
        DomainError, match=r"^choose: the index i is .*, but must be a whole number from 0 to 2$"
    ):
        choose(Value(index, "i"), leaves)
    assert not CHOOSE.holds_at(index, 0.5, 1.0, 2.0) and CHOOSE.holds_at(2.0, 0.5, 1.0, 2.0)


def test_plain_numbers_are_ints_within_the_list() -> None:
    for index in (-1, 2):
        with pytest.raises(IndexError, match="must be from 0 to 1"):
            choose(index, [1.0, 2.0])
    assert choose(1.0, [1.0, 2.0]) == 2.0
    for wrong in (0.5, "a", None):
        with pytest.raises(TypeError, match="but must be a whole number or a Value"):
            choose(wrong, [1.0, 2.0])  # type: ignore[arg-type]
    for wrong in (-1.0, 0.5):
        with pytest.raises(ValueError, match="an index is a whole number from 0 on"):
            Index(wrong)


def example() -> tuple[Value, list[Value], Index]:
    a, b, t = Value(0.5, "a"), Value(2.0, "b"), Index(1, "t")
    return choose(t, [a, b * b, 3.0]) ** 2, [a, b], t


@pytest.mark.parametrize("index", [0, Value(0.0), Index(0)])
def test_there_are_values_in_a_list(index: Any) -> None:
    with pytest.raises(ValueError, match="choose: there are no values to choose from"):
        choose(index, [])
    for values in (Value(1.0), 2.0, (x for x in [1.0])):
        with pytest.raises(TypeError, match="choose: a list of values is needed, and .* was given"):
            choose(index, values)


def test_it_may_be_traced_although_a_number_decides() -> None:
    with tracing():
        y, _, _ = example()
    assert y.data == 16.0


def test_every_reader_knows_it() -> None:
    y, (a, b), t = example()
    assert formula(y) == "choose(t, a, b·b, 3)²"
    assert forward_steps(y)[1].words == "v₂ = choose(t, a, v₁, 3) = choose(1, 0.5, 4, 3) = 4"
    assert [slope.data for slope in gradients(y, [a, b, t])] == [0.0, 32.0, 0.0]
    assert [[x.data for x in row] for row in hessian(y, [a, b])] == [[0.0, 0.0], [0.0, 48.0]]
    assert formula(simplify(gradients(y, [t])[0])) == "0"
    assert "choose" in svg(y) and "choose" in explore(y).html
    check_gradients(lambda a, b: choose(t, [a, b * b, 3.0]) ** 2, 0.5, 2.0)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_it_is_copied_and_pickled(again: Any) -> None:
    y, _, t = example()
    twin = again(y)
    twin.backward()
    assert twin.data == 16.0 and repr(again(t)) == "Index(1.0, label='t')"
    assert isinstance(twin.inputs[0].inputs[0], Index) and twin.inputs[0].rule is CHOOSE


def test_a_chosen_number_that_is_too_large_is_not_laid_to_the_index() -> None:
    a = Value(1.0, "a")
    a.data = math.inf
    with pytest.raises(DomainError, match=r"a = inf"):
        choose(Index(0, "t"), [a, Value(2.0)])
