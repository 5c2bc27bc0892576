"""Programs over JAX: the same outputs and gradients, under jit, at kinks and on eight devices."""

import math
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import RULES, Index, Rule, Value, choose
from engine.graph import topological_order
from engine.program import Program
from engine.program.jax.rules import jax_rules
from engine.program.lower import Traced
from engine.proof.points import sample_points
from engine.proof.random_graph import Graph
from engine.proof.rounding import path_sizes, rounding_errors
from engine.proof.strategies import graphs
from nn import MLP, Conv2d, SelfAttention
from tests.engine.program.agreement import recurrent_net

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("jax_of_float64")]
jax = pytest.importorskip("jax", reason="jax is in the bench extra")
ROOT = Path(__file__).parents[3]


def mean_and_gradient(program: Program, batch: Any, *, jit: bool = True) -> tuple[float, Any]:
    """What `Program.value_and_gradient` gives, by JAX."""
    function = program.to_jax()
    step = jax.value_and_grad(lambda parameters, batch: function(parameters, batch).mean())
    value, gradient = (jax.jit(step) if jit else step)(program.parameters, batch)
    assert gradient.dtype == np.float64
    return float(value), np.asarray(gradient)


def assert_same(graph: Any, point: list[float], n_inputs: int, *, jit: bool) -> None:
    """Output and gradient by JAX and by NumPy, up to the rounding of their functions."""
    leaves = [Value(x) for x in point]
    output = graph(*leaves)
    program = Program(output, leaves[:n_inputs], leaves[n_inputs:])
    batch = np.array([point[:n_inputs]] * 2).reshape(2, n_inputs)
    outputs = np.asarray(program.to_jax()(program.parameters, batch))
    value, gradient = mean_and_gradient(program, batch, jit=jit)
    expected, slopes = program.value_and_gradient(batch)
    order = topological_order((output,))
    sizes, noise = path_sizes(order), rounding_errors(order)[output]
    assert outputs == pytest.approx(program(batch), rel=1e-12, abs=100 * noise)
    assert value == pytest.approx(expected, rel=1e-12, abs=100 * noise)
    for leaf, slope, slope_by_jax in zip(leaves[n_inputs:], slopes, gradient):
        assert abs(slope - slope_by_jax) <= 1e-12 * max(sizes.get(leaf, 0.0), abs(slope))


@settings(max_examples=15)
@given(graphs(max_operations=12, max_leaves=4), st.integers(0, 3))
def test_random_graphs_agree(graph: Graph, n_inputs: int) -> None:
    assert_same(graph, list(graph.point), min(n_inputs, len(graph.point)), jit=False)


def graph_of(rule: Rule, point: tuple[float, ...]) -> Any:
    """The rule at its free inputs."""

    def graph(*leaves: Value) -> Value:
        free = iter(leaves)
        return engine.apply(
            rule, *[x if k in rule.fixed else next(free) for k, x in enumerate(point)]
        )

    return graph


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_agrees_and_at_its_kinks_has_the_slopes_of_the_table(name: str) -> None:
    rule = RULES[name]
    inside = list(sample_points(rule, random.Random(1)))[:2]
    for number, point in enumerate([*inside, *rule.chosen]):
        free = [x for k, x in enumerate(point) if k not in rule.fixed]
        assert_same(graph_of(rule, point), free, number % 2, jit=number == 0)


@pytest.mark.parametrize("name", sorted(RULES))
def test_second_derivatives_are_those_of_the_engine(name: str) -> None:
    rule = RULES[name]
    point = next(iter(sample_points(rule, random.Random(2))))
    free = [x for k, x in enumerate(point) if k not in rule.fixed]
    leaves = [Value(x) for x in free]
    output = graph_of(rule, point)(*leaves)
    program = Program(output, [], leaves)
    function, batch = program.to_jax(), np.zeros((1, 0))
    bent = jax.jit(jax.hessian(lambda parameters: function(parameters, batch)[0]))
    expected = [[entry.data for entry in row] for row in engine.hessian(output, leaves)]
    largest = max(abs(x) for row in expected for x in row)
    assert bent(program.parameters) == pytest.approx(
        np.array(expected), rel=1e-10, abs=1e-12 * largest + 1e-300
    )


@pytest.mark.parametrize("x", [5.0, -5.0, 2.5, -2.5, 3.5, 7.25, 1.0, 0.5, 1.5, -0.5, 0.0])
def test_halfway_the_remainder_goes_to_the_even_multiple(x: float) -> None:
    a, b = Value(x), Value(1.0)
    program = Program(engine.remainder(a, b), [a], [b])
    assert program.to_jax()([1.0], [[x]]).tolist() == [math.remainder(x, 1.0)]
    assert program.to_jax()([-2.0], [[x]]).tolist() == [math.remainder(x, -2.0)]


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_a_net_and_its_gradient_agree(activation: str) -> None:
    model, x, y = MLP(3, [5, 4, 2], activation), [Value(0.1) for _ in range(3)], Value(0.0)
    outputs = model(x)
    batch = np.random.default_rng(0).normal(size=(7, 4))
    loss = engine.logsumexp(outputs) - y * outputs[0]
    program = Program(loss, [*x, y], model.parameters())
    value, gradient = mean_and_gradient(program, batch)
    expected, slopes = program.value_and_gradient(batch)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slopes, rel=1e-12, abs=1e-15)
    several = Program(outputs, [*x, y], model.parameters())
    by_jax = jax.jit(several.to_jax())(several.parameters, batch)
    assert by_jax.shape == (7, 2)
    assert np.asarray(by_jax) == pytest.approx(several(batch), rel=1e-12)


def test_a_convolution_with_padding_agrees() -> None:
    layer, image = Conv2d(1, 2, 3, padding=1), [Value(0.1 * k) for k in range(16)]
    responses = [
        x
        for row in layer([image[k : k + 4] for k in range(0, 16, 4)])
        for column in row
        for x in column
    ]
    program = Program(engine.sum([x * x for x in responses]), image, layer.parameters())
    batch = np.random.default_rng(0).normal(size=(3, 16))
    value, gradient = mean_and_gradient(program, batch, jit=False)
    expected, slopes = program.value_and_gradient(batch)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slopes, rel=1e-12, abs=1e-12)


def test_weights_that_are_shared_get_the_gradient_of_all_their_uses() -> None:
    kernel = [Value(0.1 * k - 0.2) for k in range(3)]
    state = [Value(0.3), Value(-0.4)]
    signal = [Value(float(k)) for k in range(8)]
    responses = [engine.dot(kernel, signal[k : k + 3]).tanh() for k in range(6)]
    memory: Any = 0.0
    for response in responses:
        memory = (state[0] * memory + state[1] * response).tanh()
    decay = engine.sum([p * p for p in kernel + state])
    program = Program(memory**2 + engine.sum(responses) + decay, signal, kernel + state)
    batch = np.random.default_rng(1).normal(size=(9, 8))
    value, gradient = mean_and_gradient(program, batch)
    expected, slopes = program.value_and_gradient(batch)
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient == pytest.approx(slopes, rel=1e-12)


def test_outputs_without_the_sample_and_batches_of_none() -> None:
    w, x = Value(3.0), Value(2.0)
    program = Program([w * x, x, w * w, Value(7.0)], [x], [w])
    function = program.to_jax()
    assert function([3.0], [[1.0], [2.0]]).tolist() == program([[1.0], [2.0]]).tolist()
    assert function([3.0], np.empty((0, 1))).shape == (0, 4)
    assert Program(w * x, [x], [w]).to_jax()([3.0], np.empty((0, 1))).shape == (0,)


def test_of_no_samples_loops_lookups_and_attention_give_no_outputs() -> None:
    xs, t, ws = [Value(0.1 * k) for k in range(24)], Index(0), [Value(0.5), Value(-2.0)]
    attention = SelfAttention(2)
    attended = attention([xs[k : k + 2] for k in range(0, 24, 2)])
    traced = [
        recurrent_net("LSTM", 12),
        Traced([choose(t, ws) * choose(t, xs[:2])], [t, *xs[:2]], ws),
        Traced([engine.sum([x for row in attended for x in row])], xs, attention.parameters()),
    ]
    for outputs, inputs, parameters in traced:
        program = Program(outputs, inputs, parameters)
        function = program.to_jax()
        assert function(program.parameters, np.empty((0, len(inputs)))).shape == (0, 1)


@pytest.mark.parametrize("own", [False, True], ids=["one table", "a table of each sample"])
def test_lookups_agree_and_what_is_no_index_gives_nan_in_its_sample(own: bool) -> None:
    t, x, ws = Index(0, "t"), Value(1.0, "x"), [Value(0.5), Value(-2.0), Value(3.0)]
    program = Program(choose(t, [w * x for w in ws] if own else ws) * x, [t, x], ws)
    right = [[2.0, 0.5], [0.0, -1.5], [2.0, 4.0]]
    value, gradient = mean_and_gradient(program, np.array(right))
    expected, slopes = program.value_and_gradient(right)
    assert value == pytest.approx(expected) and gradient == pytest.approx(slopes)
    wrong = [-1.0, 3.0, 0.5, 1e300, math.nan]
    batch = np.array([*right, *[[number, 1.0] for number in wrong]])
    outputs = np.asarray(program.to_jax()(program.parameters, batch))
    assert outputs[:3] == pytest.approx(program(right)) and np.isnan(outputs[3:]).all()


def test_shapes_are_checked() -> None:
    w, x = Value(3.0), Value(2.0)
    function = Program(w * x, [x], [w]).to_jax()
    for parameters, batch in (([3.0, 1.0], [[1.0]]), ([3.0], [[1.0, 2.0]]), ([3.0], [1.0])):
        with pytest.raises(ValueError, match="samples, 1. are needed"):
            jax.jit(function)(np.array(parameters), np.array(batch))


def test_it_computes_in_the_type_of_what_it_is_given() -> None:
    w, x = Value(3.0), Value(2.0)
    function = Program((w * x + 0.1).sigmoid(), [x], [w]).to_jax()
    assert function(np.float32([3.0]), np.float32([[1.0]])).dtype == np.float32
    assert function([3], [[1]]).dtype == np.float64


def test_vmap_over_parameters_is_one_call_for_many_nets() -> None:
    model, x = MLP(2, [3, 1]), [Value(0.1), Value(0.2)]
    program = Program(model(x), x, model.parameters())
    batch = np.random.default_rng(0).normal(size=(4, 2))
    nets = np.random.default_rng(1).normal(size=(5, len(program.parameters)))
    together = jax.vmap(program.to_jax(), in_axes=(0, None))(nets, batch)
    for net, outputs in zip(nets, together):
        program.parameters[:] = net
        assert np.asarray(outputs) == pytest.approx(program(batch), rel=1e-12)


def test_a_rule_of_ones_own_works_and_one_that_jax_lacks_a_function_for_is_named() -> None:
    cube = Rule("cube", value=lambda m, x: x * x * x, partials=lambda m, y, x: (3.0 * x * x,))
    assert_same(lambda x: engine.apply(cube, x), [0.7], 0, jit=True)
    step = Rule("step", value=lambda m, x: m.floor(x) + 0.0, partials=lambda m, y, x: (0.0,))
    with pytest.raises(TypeError, match="to_jax: step needs floor, which JAX lacks"):
        jax_rules().function_of(step)(1.5)


def test_the_lines_in_the_readme_run() -> None:
    blocks = (
        (ROOT / "engine/program/README.md").read_text(encoding="utf-8").split("```python\n")[1:]
    )
    (lines,) = [block.split("```")[0] for block in blocks if block.startswith("import jax")]
    w, x = Value(3.0), Value(2.0)
    batch = np.array([[1.0], [2.0]])
    names = {"program": Program((w * x) ** 2, [x], [w]), "batch": batch}
    exec(lines, names)
    assert float(names["loss"]) == 9.0 * 2.5 and names["gradient"].tolist() == [6.0 * 2.5]


ON_EIGHT_DEVICES = """
import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from engine import Program, Value
from nn import MLP, Conv2d, SelfAttention
from tests.engine.program.agreement import recurrent_net

jax.config.update("jax_enable_x64", True)
assert len(jax.devices()) == 8
model, x, y = MLP(2, [16, 16, 1]), [Value(0.1), Value(0.2)], Value(0.0)
program = Program((model(x) - y) ** 2, [*x, y], model.parameters())
function = program.to_jax()
numbers = np.random.default_rng(0).normal(size=(64, 3))

mesh = Mesh(np.array(jax.devices()), ("data",))
batch = jax.device_put(numbers, NamedSharding(mesh, PartitionSpec("data")))
parameters = jax.device_put(program.parameters, NamedSharding(mesh, PartitionSpec()))
assert [shard.data.shape for shard in batch.addressable_shards] == [(8, 3)] * 8

outputs = jax.jit(function)(parameters, batch)
assert [shard.data.shape for shard in outputs.addressable_shards] == [(8,)] * 8
assert len({shard.device for shard in outputs.addressable_shards}) == 8
np.testing.assert_allclose(outputs, program(numbers), rtol=1e-12)

step = jax.jit(jax.value_and_grad(lambda p, b: function(p, b).mean()))
assert "all-reduce" in step.lower(parameters, batch).compile().as_text()
loss, gradient = step(parameters, batch)
expected, slopes = program.value_and_gradient(numbers)
assert gradient.sharding.is_fully_replicated
np.testing.assert_allclose(loss, expected, rtol=1e-12)
np.testing.assert_allclose(gradient, slopes, rtol=1e-12, atol=1e-15)
"""


def test_a_batch_over_eight_devices_gives_the_loss_and_gradient_of_one() -> None:
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", ON_EIGHT_DEVICES],
        cwd=ROOT,
        env={**os.environ, **flags},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
