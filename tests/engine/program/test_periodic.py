"""Row numbers as formulas: they say the same numbers, and a source does not grow with them."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Program, Value
from engine.program.numpy import periodic
from engine.program.numpy.periodic import LEAST, MOST_RUNS, equal_runs, formula
from tests.engine.program.test_recurrences import RECURRENCES, run

few = st.lists(st.integers(-9, 9), max_size=12)


def numbers_of(expression: str) -> list[int]:
    found = eval(expression, {"np": np})
    assert found.dtype == int
    return found.tolist()


@st.composite
def almost_periodic(draw: st.DrawFn) -> list[int]:
    """Numbers that repeat, between some that need not."""
    period = draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(-2, 2)), min_size=1, max_size=9)
    )
    times = draw(st.integers(0, 40))
    middle = [first + t * by for t in range(times) for first, by in period]
    return [*draw(few), *middle, *draw(few)]


@given(almost_periodic())
def test_a_formula_says_the_same_numbers(numbers: list[int]) -> None:
    expression = formula(numbers)
    if expression is not None:
        assert numbers_of(expression) == numbers
        assert len(numbers) >= LEAST


@pytest.mark.parametrize(
    "numbers, expression",
    [
        (range(3, 80, 2), "np.arange(3, 81, 2)"),
        (range(80, 3, -2), "np.arange(80, 2, -2)"),
        ([7] * 40, "([7] + np.arange(40)[:, None] * [0]).ravel()"),
        ([0, *range(3, 80, 2)], "np.concatenate(([0], np.arange(3, 81, 2)))"),
        ([*range(3, 80, 2), 5, 1], "np.concatenate((np.arange(3, 81, 2), [5, 1]))"),
        ([4, *range(9, 80), 5], "np.concatenate(([4], np.arange(9, 80, 1), [5]))"),
        ([1, 5] * 20, "([1, 5] + np.arange(20)[:, None] * [0, 0]).ravel()"),
        (
            [0, 4, 9, 1, 7, 7] * 8 + [0, 4],
            "([0, 4, 9, 1, 7, 7] + np.arange(8)[:, None] * [0, 0, 0, 0, 0, 0]).ravel(), [0, 4]",
        ),
    ],
)
def test_what_is_said(numbers: Any, expression: str) -> None:
    found = formula(tuple(numbers))
    assert found is not None and expression in found
    assert numbers_of(found) == list(numbers)


def test_the_most_that_is_listed() -> None:
    """Half of the numbers, beside the two periods that a formula needs."""
    assert formula(range(LEAST)) is not None
    assert formula(range(LEAST - 1)) is None
    irregular = [k * k for k in range(100)]
    assert formula(irregular) is None
    ends = irregular[:26], irregular[:23]
    assert formula([*ends[0], *range(5, 57), *ends[1]]) is not None
    assert formula([*ends[0], *range(5, 55), *ends[1]]) is None


def test_a_period_is_found_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [k * k for k in range(10)] * 6
    for each in (numbers, [*numbers[:55], 7, 3, 9, 1, 5]):
        assert numbers_of(formula(each) or "") == each
    monkeypatch.setattr(periodic, "MOST_PERIOD", 9)
    assert formula(numbers) is None


@pytest.mark.parametrize("name", RECURRENCES)
def test_a_source_does_not_grow_with_the_length_of_a_recurrence(name: str) -> None:
    lengths = []
    for steps in (1000, 2500):
        start, a = Value(0.6), Value(0.9)
        program = Program(run(RECURRENCES[name], steps, start, a)[-1], [start], [a])
        lengths.append(len(program.source))
    assert max(lengths) < 13_000
    assert lengths[1] < 1.1 * lengths[0]


@given(st.lists(st.tuples(st.floats(-9.0, 9.0), st.integers(1, 60)), min_size=1))
def test_runs_are_the_same_numbers(found: list[tuple[float, int]]) -> None:
    numbers = [number for number, times in found for _ in range(times)]
    expression = equal_runs(list(map(repr, numbers)))
    if expression is not None:
        array = eval(expression, {"np": np})
        assert list(map(repr, array.tolist())) == list(map(repr, numbers))


def test_equal_factors_are_said_once_and_those_that_change_often_are_listed() -> None:
    assert equal_runs(["0.25"] * 4) == "np.repeat([0.25], [4])"
    assert equal_runs(["0.25"] * 3) is None
    assert equal_runs(["1.0", "-1.0"] * 20) is None
    often = ["1.0"] * 50, ["-1.0"] * 50
    assert equal_runs([*often[0], *often[1]] * (MOST_RUNS // 2)) is not None
    assert equal_runs([*often[0], *often[1]] * (MOST_RUNS // 2) + ["0.5"]) is None
    xs = [Value(0.1 * k) for k in range(16)]
    terms = [x.tanh() / (2.0 if k < 8 else 4.0) for k, x in enumerate(xs)]
    source = Program(sum(terms), xs).source
    columns = re.findall(r"^column\d+ = .*", source, re.MULTILINE)
    assert columns == ["column1 = np.repeat([0.5, 0.25], [8, 8])[:, None]"]
