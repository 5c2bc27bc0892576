"""Loops over JAX: scans, which do what the steps one by one would."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine import Value
from engine.program import Program
from engine.program.jax.places import Places
from engine.program.jax.scan import Body, NotAScan
from engine.program.kernels import Loop, PlacedKernels
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from tests.engine.program.agreement import CELLS, recurrences, recurrent_net

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("jax_of_float64")]
jax = pytest.importorskip("jax", reason="jax is in the bench extra")


def program_of(traced: Traced) -> Program:
    (output,), inputs, parameters = traced
    return Program(output, inputs, parameters)


def kernels_of(output: Value) -> PlacedKernels:
    kernels: PlacedKernels = compiled(Traced([output], list(output.inputs), []))["layout"]
    return kernels


def assert_agrees(program: Program, n_samples: int = 2) -> None:
    function, n_inputs = program.to_jax(), len(program.traced.inputs)
    batch = np.random.default_rng(2).uniform(0.2, 0.8, (n_samples, n_inputs))
    step = jax.value_and_grad(lambda parameters: function(parameters, batch).mean())
    value, gradient = jax.jit(step)(program.parameters)
    expected, slopes = program.value_and_gradient(batch)
    largest = max(1.0, *map(abs, slopes.tolist()))
    assert float(value) == pytest.approx(expected, rel=1e-12)
    assert np.asarray(gradient) == pytest.approx(slopes, rel=1e-12, abs=1e-12 * largest)


@settings(max_examples=2)
@given(made=recurrences())
def test_recurrences_agree_by_jax(made: tuple[Any, list[float], int]) -> None:
    graph, point, n_inputs = made
    leaves = [Value(x) for x in point]
    assert_agrees(Program(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:]))


@pytest.mark.parametrize("kind", CELLS)
def test_for_jax_a_loop_is_a_scan(kind: str) -> None:
    sizes = []
    for steps in (9, 15):
        program = program_of(recurrent_net(kind, steps, at_each=True))
        batch = np.zeros((2, steps))
        jaxpr = jax.make_jaxpr(program.to_jax())(program.parameters, batch)
        assert "scan" in str(jaxpr)
        sizes.append(len(jaxpr.eqns))
    assert sizes[0] == sizes[1]
    assert_agrees(program)


@pytest.mark.parametrize("steps", [20, 21, 22])
def test_a_step_of_a_loop_begins_with_no_sum_that_goes_on(steps: int) -> None:
    """Hénon's map, here where it is not chaotic, is one group: a step could begin anywhere."""
    x, y, a, b = before = [Value(each) for each in (0.1, 0.2, 0.2, 0.3)]
    for _ in range(steps):
        x, y = 1.0 - a * x * x + y, b * x
    program = Program(x + y, before[:2], before[2:])
    jaxpr = jax.make_jaxpr(program.to_jax())(program.parameters, np.zeros((2, 2)))
    assert "scan" in str(jaxpr)
    assert_agrees(program)


def test_what_begins_alike_and_goes_on_otherwise_is_not_the_same() -> None:
    body = Body(Loop(times=4, steps=(), shift=0), Places(kernels_of(Value(0.5).tanh())), 4)
    body.outputs.append([body.new(batched=True)])
    one, other, again = [body.earlier(0, 0, first) for first in ([1, 2], [1, 3], [1, 2])]
    assert one == again != other
    assert [body.carried[body.next[node]] for node in (one, other)] == [2, 3]
    outside = body.node(np.array([0, 0, 1, 1]), batched=True)  # kernel 0, row 0, from 1 on
    assert outside not in (body.earlier(0, 0, [1]), body.earlier(0, 0, [1, 1]))


def test_a_loop_that_is_no_scan_runs_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(recurrent_net("RNN", 8))

    def refuse(*given: Any) -> None:
        raise NotAScan

    monkeypatch.setattr("engine.program.jax.kernels.scan", refuse)
    assert_agrees(program)
