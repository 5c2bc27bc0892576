"""The lesson on finite differences: the four methods have the orders it states, and it plots."""

import math
from pathlib import Path

import mpmath
import pytest

from demos.chapter1_gradients.finite_differences import (
    METHODS,
    X,
    central,
    complex_step,
    exact_derivative,
    extrapolated,
    f,
    forward,
    g,
    typical_error,
)
from demos.helpers.command_line import run
from engine.proof.differences import EPSILON, numeric_derivative

SLOPE = exact_derivative(X)


def test_backward_gives_the_exact_derivative() -> None:
    with mpmath.workdps(40):
        exact = mpmath.diff(lambda x: f(mpmath, x), mpmath.mpf(X))
        assert abs(SLOPE - exact) <= 2.0 * math.ulp(SLOPE)


@pytest.mark.parametrize(
    "method, order, h",
    [(forward, 1, 1e-4), (central, 2, 1e-3), (extrapolated, 6, 0.1), (complex_step, 2, 1e-4)],
)
def test_a_tenth_of_the_step_has_a_smaller_error_by_the_order(method, order, h) -> None:
    ratio = typical_error(method, h, SLOPE) / typical_error(method, h / 10.0**0.5, SLOPE)
    assert math.log10(ratio) == pytest.approx(order / 2.0, abs=0.2 * order)


@pytest.mark.parametrize("method", [forward, central, extrapolated])
def test_rounding_grows_as_the_step_shrinks(method) -> None:
    ratio = typical_error(method, 1e-13, SLOPE) / typical_error(method, 1e-10, SLOPE)
    assert math.log10(ratio) == pytest.approx(3.0, abs=1.0)


def test_the_complex_step_does_not_round() -> None:
    for k in range(9, 300, 10):
        assert typical_error(complex_step, 10.0**-k, SLOPE) <= 2.0 * EPSILON


def test_an_error_is_never_less_than_one_unit_in_the_last_place() -> None:
    assert typical_error(lambda x, h: SLOPE, 1e-3, SLOPE) == EPSILON


def test_it_prints_the_best_steps_and_plots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["finite_differences", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    best = {
        name: tuple(map(float, line.split()[-2:]))
        for name in METHODS
        for line in printed.splitlines()
        if line.startswith(f"  {name}  ")
    }
    steps, errors = zip(*(best[name] for name in ("forward", "central", "extrapolated")))
    assert list(steps) == sorted(steps) and list(errors) == sorted(errors, reverse=True)
    assert 1e-9 < steps[0] < 1e-7 and 1e-6 < steps[1] < 1e-4
    assert best["complex step"][1] == pytest.approx(EPSILON, rel=0.5)
    answer = numeric_derivative(g, X)
    assert f"{answer.value!r} ± {answer.error:.1e}" in printed
    assert [file.name for file in tmp_path.iterdir()] == ["finite_differences.png"]
    assert (tmp_path / "finite_differences.png").read_bytes().startswith(b"\x89PNG")
