"""Jacobians, products with vectors, second derivatives: right ones pass, wrong ones are named."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import check_gradients
from engine.proof.report import GradientError


def layer(rows, columns, seed=0):
    """sin(Ax + b), its Jacobian, and a point."""
    rng = np.random.default_rng(seed)
    matrix, shift = rng.normal(size=(rows, columns)), rng.normal(size=rows)
    return (
        lambda x: np.sin(matrix @ x + shift),
        lambda x: np.cos(matrix @ x + shift)[:, None] * matrix,
        rng.normal(size=columns),
    )


def products(jacobian):
    """The Jacobian in each form in which it can be claimed."""
    return {
        "jacobian": jacobian,
        "vjp": lambda x, cotangent: jacobian(x).T @ cotangent,
        "jvp": lambda x, tangent: jacobian(x) @ tangent,
    }


sizes = st.sampled_from([1, 2, 5, 30])


@given(sizes, sizes, st.integers(0, 10**6))
def test_right_ones_are_proved(rows, columns, seed):
    function, jacobian, point = layer(rows, columns, seed)
    report = check_gradients(function, point, **products(jacobian))
    assert {row.verdict for row in report.rows} == {"agrees"}


@given(sizes, sizes, st.integers(0, 10**6), st.data())
def test_one_wrong_entry_is_found_and_named(rows, columns, seed, data):
    function, jacobian, point = layer(rows, columns, seed)
    i, k = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))

    def wrong(x):
        matrix = jacobian(x)
        matrix[i, k] += 1e-4
        return matrix

    name = f"x[{k}]" if rows == 1 else f"∂y[{i}]/∂x[{k}]"
    for form, claim in products(wrong).items():
        with pytest.raises(GradientError) as caught:
            check_gradients(function, point, **{form: claim})
        lines = str(caught.value).splitlines()
        assert any(line.startswith(f"{name} ") and line.endswith("disagrees") for line in lines)


def test_products_of_different_jacobians_are_told(monkeypatch):
    """Each alone is right up to the error bar, which is wide in float32."""
    function, jacobian, point = layer(3, 2)

    def coarse(x):
        return function(x).astype(np.float32)

    claims = products(jacobian)
    claims["jvp"] = lambda x, tangent: jacobian(x) @ tangent * (1.0 + 1e-8)
    with pytest.raises(GradientError, match=r"not those of one Jacobian: <u, jvp\(v\)> is "):
        check_gradients(coarse, point, vjp=claims["vjp"], jvp=claims["jvp"])


def test_jacobians_are_in_the_structure_of_the_point():
    def function(w, scale):
        return scale * np.tanh(w["matrix"] @ w["x"])

    def jacobian(w, scale):
        slope = scale * (1.0 - np.tanh(w["matrix"] @ w["x"]) ** 2)
        by_matrix = slope[:, None, None] * np.eye(2)[:, :, None] * np.array(w["x"])
        by_x = slope[:, None] * w["matrix"]
        return {"matrix": by_matrix, "x": by_x.tolist()}, np.tanh(w["matrix"] @ w["x"])

    point = {"matrix": np.arange(6.0).reshape(2, 3) / 7.0, "x": [0.1, 0.2, 0.3]}, 2.0
    report = check_gradients(function, *point, jacobian=jacobian)
    assert report.rows[0].name == "∂y[0]/∂w['matrix'][0, 0]" and len(report.rows) == 20
    with pytest.raises(GradientError, match="2 rows of 3 numbers are needed, and 3 numbers came"):
        check_gradients(lambda w: w[:2], np.ones(3), jacobian=lambda w: np.ones(3))
    with pytest.raises(TypeError, match="is a dict, so one with the same keys is needed"):
        check_gradients(lambda w: [w["a"]] * 2, {"a": 1.0}, jacobian=lambda w: [[1.0], [1.0]])


def test_several_outputs_without_a_jacobian_are_refused():
    with pytest.raises(TypeError, match="it returned 2: where there are several, give jacobian="):
        check_gradients(lambda x: [x, x], 1.0, gradient=lambda x: 1.0)


def quadratic(count):
    """cos(x)·x, its gradient and Hessian."""
    return (
        lambda x: float(np.cos(x) @ x) * x[0],
        lambda x: (np.cos(x) - x * np.sin(x)) * x[0] + float(np.cos(x) @ x) * np.eye(count)[0],
        lambda x: (
            np.diag(-2.0 * np.sin(x) - x * np.cos(x)) * x[0]
            + np.outer(np.cos(x) - x * np.sin(x), np.eye(count)[0])
            + np.outer(np.eye(count)[0], np.cos(x) - x * np.sin(x))
        ),
        np.linspace(0.3, 1.2, count),
    )


@pytest.mark.parametrize("count", [1, 4, 30])
def test_a_hessian_is_proved_and_a_wrong_one_is_named(count):
    function, gradient, hessian, point = quadratic(count)
    check_gradients(function, point, gradient=gradient, hessian=hessian, order=2)

    def wrong(x):
        matrix = hessian(x)
        matrix[0, count - 1] *= 1.0 + 1e-6
        return matrix

    with pytest.raises(GradientError, match="the second derivative is wrong") as caught:
        check_gradients(function, point, gradient=gradient, hessian=wrong)
    assert f"x[{count - 1}]" in str(caught.value)


def test_a_second_derivative_needs_what_it_is_the_derivative_of():
    with pytest.raises(ValueError, match="for order=2 give hessian="):
        check_gradients(math.sin, 1.0, gradient=math.cos, order=2)
    with pytest.raises(TypeError, match="give gradient="):
        check_gradients(math.sin, 1.0, hessian=lambda x: -math.sin(x))
    with pytest.raises(ValueError, match="order is 3"):
        check_gradients(math.sin, 1.0, gradient=math.cos, order=3)


def test_arrays_without_a_gradient_are_refused():
    with pytest.raises(TypeError, match="with arrays in the point give gradient="):
        check_gradients(lambda w: w.sum(), np.ones(3))
