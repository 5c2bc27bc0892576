"""check_program: a right program passes at every point, and what is wrong is named."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Program, Rule, Value, apply, check_program, dot, lgamma, maximum, relu
from engine.errors import DomainError
from engine.proof.random_graph import Graph
from engine.proof.report import GradientError
from engine.proof.strategies import graphs
from nn import MLP


@given(graphs(max_operations=15, n_outputs=2), st.integers(0, 3), st.integers(1, 3))
def test_every_right_program_passes(graph: Graph, n_inputs: int, n_points: int) -> None:
    leaves = [Value(x) for x in graph.point]
    outputs = graph(*leaves)
    for those in (outputs, outputs[0]):
        program = Program(those, leaves[:n_inputs], leaves[n_inputs:])
        check_program(program, [graph.point[:n_inputs]] * n_points)


def test_the_parameters_are_those_that_the_program_has() -> None:
    w, x = Value(0.5), Value(1.0)
    program = Program((w * x).exp(), [x], [w])
    program.parameters[:] = 2.0
    check_program(program, np.array([[1.0], [3.0]]))
    assert (w.data, x.data, w.grad) == (0.5, 1.0, 0.0)


def test_a_difference_that_all_but_cancels_is_right() -> None:
    w, x = Value(1.0 / 3.0), Value(3.0)
    check_program(Program((w * x - 1.0 + 1e-15) ** 2, [x], [w]), [[3.0], [3.0000000001]])


@pytest.mark.parametrize("error", [lambda z: z**2, engine.abs, relu, lambda z: maximum(z, 0.0)])
def test_a_perfect_fit_is_right(error: Any) -> None:
    """The scalar graph's error is 0, and that of a program, which adds in another order, may be
    rounding alone, with any sign."""
    rng = random.Random(0)
    for _ in range(10):
        weights, xs = [[Value(rng.uniform(-1, 1)) for _ in range(6)] for _ in range(2)]
        bias, output = Value(0.3), Value(0.0)
        prediction = dot(weights, xs) + bias
        point = [*[x.data for x in xs], prediction.data]
        program = Program(error(prediction - output), [*xs, output], [*weights, bias])
        check_program(program, [point])


def test_a_float_that_is_a_difference_of_larger_ones_is_right_in_another_librarys_digits() -> None:
    x = Value(1.38)
    points = [[1.0 + k / 1000.0] for k in range(1, 1000)]  # between the zeros of lgamma
    check_program(Program(lgamma(x), [x], []), points)


@pytest.mark.parametrize("link", [lambda w, x: w * x, lambda w, x: 0.3 * (w * (x * 0.7))])
def test_numbers_next_to_zero_have_few_digits(link: Any) -> None:
    """Half of three times the least float is no float."""
    w, x = Value(1.0), Value(0.0)
    least = 5e-324
    check_program(
        Program(link(w, x), [x], [w]), [[3 * least], [3 * least], [12 * least], [35 * least]]
    )


def test_a_rule_of_ones_own_whose_partials_take_no_values_passes() -> None:
    cube = Rule("cube", value=lambda m, x: x * x * x, partials=lambda m, y, x: (y * 3.0 / x,))
    w, x = Value(0.7), Value(1.0)
    check_program(Program(apply(cube, w * x).tanh(), [x], [w]), [[1.0], [0.3]])


class Wrong(Program):
    """Scales the outputs where `of_outputs` says so, and value and gradient likewise."""

    of_outputs = staticmethod(lambda batch: 1.0)
    of_means = staticmethod(lambda batch, weights: (1.0, 1.0))

    def __call__(self, batch: Any) -> Any:
        return super().__call__(batch) * self.of_outputs(batch)

    def value_and_gradient(self, batch: Any, weights: Any = None) -> Any:
        value, gradient = super().value_and_gradient(batch, weights)
        of_value, of_gradient = self.of_means(batch, weights)
        return value * of_value, gradient * of_gradient


OFF = 1.0 + 1e-9


@pytest.mark.parametrize(
    "of_outputs, of_means, said",
    [
        (lambda b: OFF, None, r"output 0 at point 0, \[1, 2\], in the batch"),
        (lambda b: 1.0 if len(b) > 1 else OFF, None, r"output 0 at point 0, \[1, 2\]: "),
        (lambda b: np.array([1.0, OFF, 1.0][: len(b)]), None, r"point 1, \[−1, 0.5\], in the"),
        (lambda b: np.nan, None, "output 0 at point 0"),
        (None, lambda b, w: (OFF, 1.0), r"output 0 at point 0, \[1, 2\]: "),
        (None, lambda b, w: (1.0, OFF), "the gradient by parameter 0 at point 0"),
        (None, lambda b, w: (1.0, np.array([1.0, 1.0, OFF])), "by parameter 2 at point 0"),
        (None, lambda b, w: (OFF if len(b) > 1 else 1.0, 1.0), "output 0 in the mean of all 3"),
        (None, lambda b, w: (1.0, OFF if len(b) > 1 else 1.0), "0 in the mean of all 3 points: "),
        (None, lambda b, w: (OFF if w else 1.0, 1.0), "output 0 in .*, with the weights 1, 2, …"),
        (None, lambda b, w: (1.0, OFF if w else 1.0), "by parameter 0 in .*, with the weights"),
    ],
)
def test_what_is_wrong_is_named(of_outputs: Any, of_means: Any, said: str) -> None:
    model, x = MLP(2, [1], seed=1), [Value(0.0), Value(0.0)]
    program = Wrong(model(x).tanh(), x, model.parameters())
    points = [[1.0, 2.0], [-1.0, 0.5], [0.3, 0.1]]
    check_program(program, points)
    program.of_outputs = of_outputs or program.of_outputs  # type: ignore[method-assign]
    program.of_means = of_means or program.of_means  # type: ignore[method-assign]
    with pytest.raises(GradientError, match=said) as caught:
        check_program(program, points)
    assert isinstance(caught.value.output, Value)


def test_every_output_is_checked() -> None:
    x = Value(1.0)
    program = Wrong([x.sin(), x.cos()], [x])
    program.of_outputs = lambda batch: np.array([1.0, OFF])  # type: ignore[method-assign]
    with pytest.raises(GradientError, match="output 1 at point 0"):
        check_program(program, [[1.0]])


def test_no_points_another_shape_and_points_where_there_is_no_number_are_errors() -> None:
    x = Value(1.0, "x")
    program = Program(x.log(), [x])
    with pytest.raises(ValueError, match="no points are given"):
        check_program(program, [])
    with pytest.raises(ValueError, match="the batch has the shape"):
        check_program(program, [[1.0, 2.0]])
    with pytest.raises(DomainError, match="sample 1: log"):
        check_program(program, [[1.0], [-1.0]])
