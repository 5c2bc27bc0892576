"""What people bring from micrograd, NumPy and PyTorch works, or the error says what to write."""

import math

import numpy as np
import pytest

import engine
from engine import Value
from tests.recipes import ROOT

README = (ROOT / "engine/README.md").read_text(encoding="utf-8")
TABLE = README.partition("## Coming from micrograd, NumPy or PyTorch")[2].partition("## How to")[0]


def values():
    return np.array([Value(1.0), Value(2.0), Value(4.0)], dtype=object)


WORKS = {
    "v.relu()": lambda v: v.relu(),
    "v.exp()": lambda v: v.exp(),
    "np.exp(array)": lambda v: np.exp(values())[0],
    "array @ array": lambda v: values() @ values(),
    "np.std(array)": lambda v: np.std(values()),
    "fmod(v, 2)": lambda v: engine.fmod(v, 2),
    "w.detach()": lambda v: v.detach() * v,
    "engine.exp(v)": lambda v: engine.exp(v),
}
REFUSED = {
    "v.ReLU()": (lambda v: v.ReLU(), "relu"),
    "v._prev": (lambda v: v._prev, "inputs"),
    "v._op": (lambda v: v._op, "rule"),
    "math.exp(v)": (lambda v: math.exp(v), r"engine\.exp"),
    "float(v)": (lambda v: float(v), r"\.data"),
    "Value(w)": (lambda v: Value(v), r"\.item\(\)"),
    "v % 2": (lambda v: v % 2, "fmod"),
    "v // 2": (lambda v: v // 2, r"int\(x / y\)"),
    "np.testing.assert_allclose(array, 1.0)": (
        lambda v: np.testing.assert_allclose(values(), 1.0),
        "isnan",
    ),
    "np.array(1.0)": (lambda v: Value(np.array(1.0)), r"\.item\(\)$"),
}


@pytest.mark.parametrize("written", WORKS)
def test_this_works_and_has_a_gradient(written: str) -> None:
    assert written in TABLE
    v = Value(2.5, "v")
    result = WORKS[written](v)
    assert isinstance(result, Value) and result.inputs


@pytest.mark.parametrize("written", REFUSED)
def test_this_is_refused_with_what_to_write(written: str) -> None:
    assert written in TABLE
    use, advice = REFUSED[written]
    with pytest.raises((TypeError, AttributeError), match=advice):
        use(Value(2.5, "v"))


def test_numbers_of_numpy_are_numbers() -> None:
    for number in (np.float32(1.5), np.float64(1.5), np.int64(1), True):
        assert type(Value(number).data) is float
    x = Value(2.0)
    (np.float64(3.0) * x + np.int64(1)).backward()
    assert x.grad == 3.0


def test_numbers_that_numpy_left_in_a_value_are_shown_as_plain_ones() -> None:
    w = Value(1.0, "w")
    w.data -= np.array([1.5, 2.0])[0]
    assert type(w.data) is np.float64 and repr(w) == "Value(-0.5, label='w')"
    with pytest.raises(ValueError, match=r"^log\(w\): w = -0.5 is outside"):
        w.log()


NUMBERS = [3, True, np.float64(3.0), np.float32(3.0), np.int64(3)]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_what_was_set_as_data_is_shown_stepped_through_and_chosen_by(number: object) -> None:
    def graph(first: Value, index: Value) -> Value:
        return first * engine.choose(index, [1.0, 2.0, 4.0, 8.0])

    w, t = Value(0.5, "w"), engine.Index(0, "t")
    w.data, t.data = number, int(number)
    y, plain = graph(w, t), graph(Value(number, "w"), engine.Index(int(number), "t"))
    assert y.data == plain.data
    y.backward()
    plain.backward()
    assert engine.explore(y).html == engine.explore(plain).html
    assert repr(engine.backward_steps(y)) == repr(engine.backward_steps(plain))
    assert engine.draw(y).source == engine.draw(plain).source
