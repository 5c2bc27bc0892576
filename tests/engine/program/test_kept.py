"""What both passes compute of the same rows is computed once."""

from typing import Any

import numpy as np
import pytest

import engine
from engine import Rule, Value
from engine.program import Program
from engine.proof.programs import check_program
from engine.value import apply
from nn import RNN, Layer


def leaves(count: int, start: float = 0.3) -> list[Value]:
    return [Value(start + 0.1 * k) for k in range(count)]


def calls(program: Program, text: str) -> int:
    return program.source.partition("def forward")[2].count(text)


@pytest.mark.parametrize(
    "name, function", [("gelu", "erfc("), ("silu", "np.exp("), ("mish", "np.log1p(")]
)
def test_a_function_of_the_value_and_of_the_derivative_is_computed_once(
    name: str, function: str
) -> None:
    w, xs = Value(0.7), leaves(3)
    program = Program(engine.sum([getattr(engine, name)(w * x) for x in xs]), xs, [w])
    assert calls(program, function) == (2 if name == "silu" else 1)  # of x, and of -x
    assert "kept1 = np.empty((3, n))" in program.source
    check_program(program, np.linspace(-4.0, 4.0, 21).reshape(7, 3))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "elu", "relu", "softsign"])
def test_nothing_is_kept_where_the_derivative_needs_the_value_alone(name: str) -> None:
    w, xs = Value(0.7), leaves(3)
    program = Program(engine.sum([getattr(engine, name)(w * x) for x in xs]), xs, [w])
    assert "kept" not in program.source


def test_two_functions_of_the_same_rows() -> None:
    rule = Rule(
        "wave",
        value=lambda m, x: m.exp(x) * m.sin(x),
        partials=lambda m, y, x: (m.exp(x) * m.sin(x) + m.exp(x) * m.cos(x),),
    )
    w, x = leaves(2)
    program = Program(apply(rule, w * x), [x], [w])
    assert (calls(program, "np.exp("), calls(program, "np.sin(")) == (1, 1)
    value, gradient = program.value_and_gradient([[1.0]])
    assert value == pytest.approx(np.exp(0.3) * np.sin(0.3), rel=1e-14)
    assert gradient[0] == pytest.approx(np.exp(0.3) * (np.sin(0.3) + np.cos(0.3)), rel=1e-14)


def test_several_outputs_have_no_backward_pass_to_keep_for() -> None:
    w, x = leaves(2)
    assert "kept" not in Program([engine.gelu(w * x), w * x], [x], [w]).source


def test_batches_of_any_size_one_after_the_other() -> None:
    w, xs = Value(0.7), leaves(3)
    program = Program(engine.sum([engine.gelu(w * x) for x in xs]), xs, [w])
    batch = np.linspace(-2.0, 2.0, 15).reshape(5, 3)
    before = program.value_and_gradient(batch)
    program(batch[:2] + 1.0)
    program.value_and_gradient(batch[:2])
    program(batch + 1.0)
    value, gradient = program.value_and_gradient(batch)
    assert (value, gradient.tolist()) == (before[0], before[1].tolist())


def positions(activation: str) -> tuple[Any, list[Value], list[Value]]:
    layer, xs = Layer(2, 3, activation), leaves(8)
    found = [y for k in range(0, 8, 2) for y in layer(xs[k : k + 2])]
    return engine.dot(found, found), xs, layer.parameters()


def steps(activation: str) -> tuple[Any, list[Value], list[Value]]:
    cell, xs = RNN(1, 2, activation), leaves(12)
    found = [y for state in cell([[x] for x in xs]) for y in state]
    return engine.dot(found, found), xs, cell.parameters()


def of_parameters(activation: str) -> tuple[Any, list[Value], list[Value]]:
    """The same for all samples; one for many; and two functions of the same numbers."""
    function, ws, xs = getattr(engine, activation), leaves(3), leaves(4)
    gates = [function(w) for w in ws]
    shared = [function(xs[0] * ws[0]) * x for x in xs]
    both = [engine.gelu(x) + engine.silu(x) * w for x, w in zip(xs, ws)]
    return engine.sum([g * x for g, x in zip(gates, xs)] + shared + both), xs, ws


def some_positions(activation: str) -> tuple[Any, list[Value], list[Value]]:
    """What is not of the last position lies apart: in rows of three, where there are four."""
    layer, xs = Layer(2, 3, "identity"), leaves(8)
    *found, last = [layer(xs[k : k + 2]) for k in range(0, 8, 2)]
    bent = [getattr(engine, activation)(y) for ys in found for y in ys]
    return engine.dot([*bent, *last], [*last, *bent]), xs, layer.parameters()


def conditions(activation: str) -> tuple[Any, list[Value], list[Value]]:
    """One row for many, and one that is the same for all samples, in derivatives of two numbers."""
    function, ws, xs = getattr(engine, activation), leaves(5), leaves(4)
    shared = ws[0] * xs[0]
    found = [engine.where(shared, w * x, w) for w, x in zip(ws[1:], xs)]
    alone = engine.where(ws[0], ws[1] * xs[1], ws[2])
    return engine.sum([function(shared), function(ws[0]), alone, *found]), xs, ws


@pytest.mark.parametrize("graph", [positions, some_positions, steps, of_parameters, conditions])
@pytest.mark.parametrize("activation", ["gelu", "silu", "mish"])
def test_what_is_kept_agrees_with_the_graph(graph: Any, activation: str) -> None:
    output, inputs, parameters = graph(activation)
    for k, parameter in enumerate(parameters):
        parameter.data = 0.4 * (k % 5 - 2)
    batch = np.random.default_rng(0).normal(size=(4, len(inputs)))
    program = Program(output, inputs, parameters)
    check_program(program, batch)
    check_program(Program(output, inputs, parameters), batch[:1])
