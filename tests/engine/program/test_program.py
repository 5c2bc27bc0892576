"""Programs: agreement with the scalar engine, the matrices that are found, and the errors."""

import importlib.util
import random
import re
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import RULES, Value, tanh
from engine.errors import DomainError
from engine.graph import topological_order
from engine.program import Program
from engine.proof.points import sample_points
from engine.proof.rounding import path_sizes, rounding_errors
from engine.proof.strategies import Graph, graphs
from nn import MLP, Conv2d


def eager(graph: Any, rows: list[list[float]], n_inputs: int) -> Any:
    """Mean output, mean gradient by the leaves after the inputs, and bounds on their rounding."""
    value, noise = 0.0, 0.0
    gradient = np.zeros(len(rows[0]) - n_inputs)
    bound = np.zeros_like(gradient)
    for row in rows:
        leaves = [Value(x) for x in row]
        output = graph(*leaves)
        output.backward()
        order = topological_order((output,))
        sizes, error = path_sizes(order), rounding_errors(order)[output]
        value += output.data / len(rows)
        noise += error / len(rows)
        gradient += np.array([leaf.grad for leaf in leaves[n_inputs:]]) / len(rows)
        bound += np.array([sizes.get(leaf, 0.0) for leaf in leaves[n_inputs:]]) / len(rows)
    return value, gradient, noise, bound


def assert_agrees(graph: Any, point: list[float], n_inputs: int, n_samples: int) -> None:
    """Value and gradient of a batch around the point are those of the scalar engine."""
    rng = random.Random(n_samples)
    leaves = [Value(x) for x in point]
    program = Program(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:])
    rows = [
        [x * (1.0 + 1e-3 * rng.uniform(-1, 1)) for x in point[:n_inputs]] + point[n_inputs:]
        for _ in range(n_samples)
    ]
    batch = np.array([row[:n_inputs] for row in rows]).reshape(n_samples, n_inputs)
    value, gradient = program.value_and_gradient(batch)
    expected, slopes, noise, bound = eager(graph, rows, n_inputs)
    # `noise` counts one unit in the last place an operation; NumPy's functions may be a few off.
    assert abs(value - expected) <= 8.0 * noise + 1e-15 * abs(expected)
    assert np.all(np.abs(gradient - slopes) <= 1e-12 * bound * len(leaves) * 10)


@given(graphs(max_operations=25, max_leaves=5), st.integers(0, 5), st.integers(1, 4))
def test_random_graphs_agree_with_the_scalar_engine(
    graph: Graph, n_inputs: int, n_samples: int
) -> None:
    assert_agrees(graph, list(graph.point), min(n_inputs, len(graph.point)), n_samples)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_one_product_at_every_other_input_agrees(step: int) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, w, b = leaves
        return engine.sum(tanh(w * x + b) for x in xs[::step])

    assert_agrees(graph, [0.1 * k for k in range(10)], n_inputs=8, n_samples=3)


@st.composite
def sums_of_all_kinds(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """A graph of several long and short sums of products of few leaves, a point and n_inputs."""
    n_inputs, n_leaves = draw(st.integers(1, 3)), 6
    leaf = st.integers(0, n_leaves - 1)
    factor = st.sampled_from([1.0, 1.0, -1.0, 2.5])
    term = st.tuples(factor, leaf, st.one_of(st.none(), leaf))
    rows = draw(st.lists(st.lists(term, min_size=1, max_size=12), min_size=1, max_size=6))

    def graph(*leaves: Value) -> Value:
        sums = []
        for row in rows:
            total: Any = Value(0.0)
            for k, a, b in row:
                total = total + leaves[a] * (k if b is None else k * leaves[b])
            sums.append(tanh(total / 8))  # far from where 1 - t² loses its digits
        return engine.sum(sums) * leaves[0]

    number = st.integers(-200, 200).map(lambda k: k / 100)
    point = draw(st.lists(number, min_size=n_leaves, max_size=n_leaves))
    return graph, point, n_inputs


@given(sums_of_all_kinds(), st.integers(1, 3))
def test_sums_of_all_kinds_agree(case: tuple[Any, list[float], int], n_samples: int) -> None:
    assert_agrees(*case, n_samples)


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_compiles_and_agrees(name: str) -> None:
    rule = RULES[name]
    for point in list(sample_points(rule, random.Random(1)))[:5]:
        free = [x for k, x in enumerate(point) if k not in rule.fixed]

        def graph(*leaves: Value, point: tuple[float, ...] = point) -> Value:
            given = iter(leaves)
            return engine.apply(
                rule, *[x if k in rule.fixed else next(given) for k, x in enumerate(point)]
            )

        for n_inputs in range(len(free) + 1):
            assert_agrees(graph, free, n_inputs, 3)


# Finding matrices


def products(program: Program) -> int:
    return program.source.count("np.matmul(")


def sum_of_products(ws: list[Value], xs: list[Value]) -> Value:
    return engine.sum([w * x for w, x in zip(ws, xs)])


def chain(ws: list[Value], xs: list[Value]) -> Value:
    total: Any = 0.0
    for w, x in zip(ws, xs):
        total = total + w * x
    return total


@pytest.mark.parametrize("add_up", [engine.dot, sum_of_products, chain])
def test_a_net_is_one_product_a_layer_forward_and_two_backward(add_up: Any) -> None:
    rng = random.Random(0)
    values = inputs = [Value(0.3, "x1"), Value(-0.2, "x2")]
    parameters = []
    for size in (16, 16, 1):
        outputs = []
        for _ in range(size):
            weights = [Value(rng.uniform(-1, 1)) for _ in values]
            bias = Value(rng.uniform(-1, 1))
            parameters += [*weights, bias]
            outputs.append(tanh(add_up(weights, values) + bias))
        values = outputs
    program = Program(values[0] ** 2, inputs, parameters)
    assert products(program) == 3 + 3 + 2
    assert "take" not in program.source
    assert "reduceat" not in program.source


def test_weights_shared_over_positions_are_one_product() -> None:
    kernel = [Value(0.1 * k) for k in range(3)]
    signal = [Value(float(k)) for k in range(20)]
    responses = [tanh(engine.dot(kernel, signal[k : k + 3])) for k in range(18)]
    program = Program(engine.sum(responses), signal, kernel)
    assert products(program) == 2  # one forward, one backward for the kernel
    assert "3 matrix, at 18 positions" in program.source

    def graph(*leaves: Value) -> Value:
        xs, ws = list(leaves[:20]), list(leaves[20:])
        return engine.sum([tanh(engine.dot(ws, xs[k : k + 3])) for k in range(18)])

    assert_agrees(graph, [x.data for x in [*signal, *kernel]], 20, 3)


@pytest.mark.parametrize("padding", [1, 2])
def test_at_the_edges_of_an_image_a_convolution_is_still_one_product(padding: int) -> None:
    layer, image = Conv2d(1, 4, 3, padding=padding), [Value(0.1 * k) for k in range(36)]
    rows = [image[k : k + 6] for k in range(0, 36, 6)]
    responses = [value for row in layer([rows]) for column in row for value in column]
    program = Program(engine.sum(responses), image, layer.parameters())
    assert products(program) == 2  # one forward, one backward for the kernels
    expected = engine.sum(responses)
    expected.backward()
    value, gradient = program.value_and_gradient([[x.data for x in image]])
    assert value == pytest.approx(expected.data, rel=1e-12)
    assert gradient == pytest.approx([p.grad for p in layer.parameters()], rel=1e-12)


@pytest.mark.parametrize("long, short", [("uuv", "uv"), ("uuv", "uu"), ("uuvv", "uvv")])
def test_a_weight_that_comes_twice_in_a_row_takes_part_twice(long: str, short: str) -> None:
    def graph(*leaves: Value) -> Value:
        weights = {"u": leaves[-2], "v": leaves[-1]}
        a = engine.dot([weights[name] for name in long], leaves[: len(long)])
        b = engine.dot([weights[name] for name in short], leaves[4 : 4 + len(short)])
        return tanh(a) + tanh(b) ** 2

    assert_agrees(graph, [0.1, -0.2, 0.3, 0.4, 0.5, 0.7, -0.6, 0.9, -0.8], 7, 3)


def test_a_recurrent_net_is_one_product_a_step() -> None:
    size, steps = 4, 5

    def graph(*leaves: Value) -> Value:
        xs, rest = list(leaves[:steps]), list(leaves[steps:])
        rows = [rest[k * (size + 1) : (k + 1) * (size + 1)] for k in range(size)]
        state: list[Any] = [Value(0.0)] * size
        for x in xs:
            state = [tanh(engine.dot(row, [x, *state])) for row in rows]
        return engine.sum(state)

    rng = random.Random(2)
    point = [rng.uniform(-1, 1) for _ in range(steps + size * (size + 1))]
    leaves = [Value(x) for x in point]
    program = Program(graph(*leaves), leaves[:steps], leaves[steps:])
    forward = program.source.split("def backward")[0]
    assert forward.count("np.matmul(") == steps - 1  # the first step meets a state of zeros
    assert_agrees(graph, point, steps, 3)


def recurrent(*leaves: Value, size: int, steps: int, made: Any) -> Value:
    """An Elman net whose weights are made of parameters; its last state, and weight decay."""
    xs, rest = list(leaves[:steps]), [made(w) for w in leaves[steps:]]
    weights = [rest[k * (size + 1) : (k + 1) * (size + 1)] for k in range(size)]
    biases, state = rest[size * (size + 1) :], [Value(0.1)] * size
    for x in xs:
        sums = [engine.dot(row, [x, *state]) + bias for row, bias in zip(weights, biases)]
        state = [tanh(z) for z in sums]
    return engine.sum(state) + 0.01 * engine.sum([w * w for w in rest])


@pytest.mark.parametrize("made", [lambda w: w, engine.softplus, lambda w: w * w])
@given(size=st.integers(1, 4), steps=st.integers(1, 5), seed=st.integers(0, 100))
def test_weights_shared_by_time_steps_get_the_gradients_of_all(
    made: Any, size: int, steps: int, seed: int
) -> None:
    rng = random.Random(seed)
    point = [rng.uniform(-1, 1) for _ in range(steps + size * (size + 2))]
    assert_agrees(partial(recurrent, size=size, steps=steps, made=made), point, steps, 3)


@pytest.mark.parametrize("positions", [2, 3])
def test_weights_shared_by_many_positions_and_by_one_get_the_gradients_of_all(
    positions: int,
) -> None:
    def graph(*leaves: Value) -> Value:
        xs, (a, b, c, d, e, f) = leaves[: 2 * positions], leaves[2 * positions :]

        def layer(x: Value, y: Value) -> list[Value]:
            return [tanh(a * x + b * y + e), tanh(c * x + d * y + f)]

        pairs = [layer(*xs[k : k + 2]) for k in range(0, 2 * positions, 2)]
        found = [value for pair in pairs for value in pair]
        return engine.sum(layer(found[0], found[-1])) + engine.sum(found)

    point = [0.1 * k - 0.4 for k in range(2 * positions + 6)]
    leaves = [Value(x) for x in point]
    source = Program(graph(*leaves), leaves[: 2 * positions], leaves[2 * positions :]).source
    assert f"2 x 2 matrix, at {positions} positions" in source and "2 x 2 matrix\n" in source
    assert_agrees(graph, point, 2 * positions, 3)


@pytest.mark.parametrize("made", [lambda w: w, engine.softplus])
def test_shared_weights_get_their_gradients_where_one_use_of_them_sends_none(made: Any) -> None:
    def graph(*leaves: Value) -> Value:
        x, y, *parameters = leaves
        a, b, c, d, e, f = map(made, parameters)

        def layer(x: Value, y: Value) -> list[Value]:
            return [tanh(a * x + b * y + e), tanh(c * x + d * y + f)]

        once = layer(x, y)
        twice = layer(*once)
        signs = [engine.greater(value, 0.5) for value in layer(*twice)]  # their slopes are 0
        return engine.sum([*once, *twice, *signs])

    assert_agrees(graph, [0.3, -0.2, 0.7, -0.6, 0.4, 0.5, 0.1, -0.3], 2, 3)


def test_what_no_parameter_is_in_gets_no_gradient() -> None:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    backward = Program(w * tanh(x * x), [x], [w]).source.split("def backward")[1]
    assert "tanh" not in backward


def test_more_time_steps_do_not_gather_and_scatter_the_shared_weights_more_often() -> None:
    def calls(steps: int) -> tuple[int, int]:
        size = 4
        leaves = [Value(0.1 * k) for k in range(steps + size * (size + 2))]
        weights = random.Random(0).sample(leaves[steps:], size * (size + 2))  # none lie evenly
        output = recurrent(*leaves[:steps], *weights, size=size, steps=steps, made=lambda w: w)
        source = Program(output, leaves[:steps], leaves[steps:]).source
        return source.count("K[:, 0].take("), len(re.findall(r"dK\[index\d+\] .?=", source))

    gathers, scatters = calls(3)
    assert gathers == 2  # the first step, which meets a state of constants, and all others
    assert calls(9) == (gathers, scatters)


def test_sums_of_different_lengths_do_not_fall_apart() -> None:
    rng = random.Random(3)
    xs = [Value(rng.uniform(-1, 1)) for _ in range(40)]
    sums = [engine.sum(rng.sample(xs, 5 + k)) for k in range(30)]
    program = Program(engine.sum([tanh(s) for s in sums]), xs)
    assert program.source.count("np.sum(") <= 15  # lengths are filled up by a quarter at most


def test_terms_without_the_sample_are_added_once() -> None:
    model = MLP(2, [3, 1])
    x = [Value(0.1), Value(0.2)]
    decay = 0.01 * engine.sum([p * p for p in model.parameters()])
    program = Program(model(x) ** 2 + decay, x, model.parameters())
    batch = np.random.default_rng(0).normal(size=(7, 2))
    value, gradient = program.value_and_gradient(batch)
    model.zero_grad()
    loss = engine.sum([model(row) ** 2 for row in batch.tolist()]) / 7
    loss = loss + 0.01 * engine.sum([p * p for p in model.parameters()])
    loss.backward()
    assert value == pytest.approx(loss.data, rel=1e-13)
    assert gradient == pytest.approx([p.grad for p in model.parameters()], rel=1e-12, abs=1e-14)


def test_one_number_used_by_all_nodes_of_two_groups_gets_both_gradients() -> None:
    def graph(*leaves: Value) -> Value:
        *xs, w = leaves
        return engine.sum([tanh(engine.maximum(x, w)) + engine.atan2(x, w) for x in xs])

    assert_agrees(graph, [0.3, 0.6, -0.9, 0.45], 3, 4)


def test_one_number_at_all_inputs_of_a_rule_of_many() -> None:
    assert_agrees(lambda x: engine.hypot(x, x, x), [0.6], 0, 2)
    assert_agrees(lambda x: engine.logsumexp([x, x]), [0.6], 1, 2)


def test_factors_that_would_overflow_or_vanish_together() -> None:
    for factor, number in ((1e200, 1e-300), (1e-200, 1e300)):
        x = Value(number)
        for output in ((x * factor) * factor, (x * factor + 1.0) * factor):
            assert Program(output, [x])([[number]]) == pytest.approx([output.data], rel=1e-14)


def test_zero_and_minus_zero_are_two_numbers() -> None:
    x = Value(-1.0)
    output = engine.copysign(x, -0.0) + 10.0 * engine.copysign(x, 0.0)
    assert Program(output, [x])([[-1.0]]).tolist() == [output.data] == [9.0]


def test_a_rule_of_your_own_may_be_named_as_one_of_the_table() -> None:
    rule = replace(RULES["sum"], value=RULES["prod"].value, partials=RULES["prod"].partials)
    x, y = Value(3.0), Value(5.0)
    assert Program(engine.apply(rule, x, y), [x, y])([[3.0, 5.0]]).tolist() == [15.0]


@pytest.mark.parametrize("label", ["two\nlines", "a\0b", "a\u2028b", "# \ud800"])
def test_any_label_may_stand_above_a_group(label: str, tmp_path: Path) -> None:
    x = Value(0.5)
    output = tanh(x)
    output.label = label
    program = Program(output, [x])
    assert program([[0.5]]).tolist() == pytest.approx([output.data])
    (part,) = program.parts()
    assert part.values == (output,)
    program.save(tmp_path / "program.py")


# Use


def line() -> tuple[Program, Value, Value]:
    w, b, x, y = Value(0.5, "w"), Value(0.0, "b"), Value(0.0, "x"), Value(0.0, "y")
    return Program((w * x + b - y) ** 2, inputs=[x, y], parameters=[w, b]), w, b


def test_several_outputs_and_outputs_that_do_not_depend_on_the_sample() -> None:
    w, x = Value(3.0), Value(2.0)
    program = Program([w * x, x, w * w, Value(7.0)], [x], [w])
    assert program([[1.0], [2.0]]).tolist() == [[3.0, 1.0, 9.0, 7.0], [6.0, 2.0, 9.0, 7.0]]
    with pytest.raises(ValueError, match="a gradient is of one output, and there are 4"):
        program.value_and_gradient([[1.0]])


def test_batches_of_none_one_and_many() -> None:
    program, _, _ = line()
    assert program(np.empty((0, 2))).shape == (0,)
    assert program([[1.0, 2.0]]).tolist() == [2.25]
    assert program(np.ones((1000, 2))).shape == (1000,)
    with pytest.raises(ValueError, match="the batch is empty"):
        program.value_and_gradient(np.empty((0, 2)))


def test_more_batch_sizes_than_are_kept() -> None:
    program, _, _ = line()
    for n in [*range(1, 20), 3, 1]:
        assert program.value_and_gradient(np.full((n, 2), 1.0))[0] == pytest.approx(0.25)


def test_weights_make_a_weighted_mean() -> None:
    program, _, _ = line()
    batch = [[1.0, 2.0], [2.0, 1.0], [5.0, 5.0]]
    twice, slope = program.value_and_gradient(batch, weights=[2.0, 1.0, 0.0])
    expected, slopes = program.value_and_gradient([batch[0], batch[0], batch[1]])
    assert twice == pytest.approx(expected) and slope == pytest.approx(slopes)
    plain = program.value_and_gradient(batch)[0]
    assert plain == pytest.approx(program(batch).mean())
    for bad in ([1.0], [0.0, 0.0, 0.0], [1.0, -1.0, 1.0], [np.nan, 1.0, 1.0]):
        with pytest.raises(ValueError, match="the weights"):
            program.value_and_gradient(batch, weights=bad)


def test_parameters_are_read_changed_in_place_and_written() -> None:
    program, w, b = line()
    program.parameters[:] = [2.0, 3.0]
    assert program([[1.0, 0.0]]).tolist() == [25.0]
    assert w.data == 0.5
    program.write()
    assert (w.data, b.data) == (2.0, 3.0) and type(w.data) is float
    w.data = -1.0
    program.read()
    assert program.parameters.tolist() == [-1.0, 3.0]


def test_gradient_descent_on_the_program_is_that_of_the_scalar_engine() -> None:
    model, x, y = MLP(2, [4, 1], seed=1), [Value(0.0), Value(0.0)], Value(0.0)
    program = Program((model(x) - y) ** 2, [*x, y], model.parameters())
    rows = np.random.default_rng(1).normal(size=(8, 3))
    for _ in range(20):
        _, gradient = program.value_and_gradient(rows)
        program.parameters -= 0.1 * gradient
        model.zero_grad()
        engine.sum([(model(r[:2]) - r[2]) ** 2 / 8 for r in rows.tolist()]).backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert program.parameters == pytest.approx([p.data for p in model.parameters()], rel=1e-10)


def test_a_saved_program_needs_numpy_only(tmp_path: Path) -> None:
    model, x = MLP(2, [3, 1], "gelu"), [Value(0.1), Value(0.2)]
    program = Program(model(x).lgamma() ** 2, x, model.parameters())
    file = tmp_path / "net.py"
    program.save(file)
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); import net\n"
        "assert not any(name.split('.')[0] == 'engine' for name in sys.modules)\n"
        "print(repr(net.value_and_gradient([[0.5, 1.0], [1.5, 0.5]])[0]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", check, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    batch = [[0.5, 1.0], [1.5, 0.5]]
    assert float(run.stdout) == program.value_and_gradient(batch)[0]
    spec = importlib.util.spec_from_file_location("net", file)
    assert spec is not None and spec.loader is not None
    net = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(net)
    assert net.outputs(batch)[:, 0].tolist() == program(batch).tolist()


def test_the_report_counts_and_names_what_is_frozen() -> None:
    w, x, forgotten = Value(1.0, "w"), Value(1.0, "x"), Value(2.0, "forgotten")
    text = Program(w * x + forgotten, [x], [w]).report()
    assert "1 leaves, neither inputs nor parameters: forgotten" in text
    assert "plain numbers" not in text


def test_the_report_tells_the_memory_that_a_sample_takes() -> None:
    x = [Value(0.1), Value(0.2)]
    model = MLP(2, [16, 16, 1])
    program = Program(model(x) ** 2, x, model.parameters())
    said = int(re.search(r"memory +([\d,]+) bytes", program.report())[1].replace(",", ""))

    def taken(n: int) -> int:
        tracemalloc.start()
        program.value_and_gradient(np.ones((n, 2)))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    taken(2)
    assert (taken(5_001) - taken(1)) / 5_000 == pytest.approx(said, rel=0.01)


def test_the_report_tells_the_plain_numbers_such_as_one_taken_from_data() -> None:
    x, w = Value(1.0, "x"), Value(0.75, "w")
    text = Program(w.data * x + 2.0 * x + 2.0, [x], [w]).report()
    assert "2 plain numbers: 0.75, 2.0" in text
    assert "leaves" not in text


def test_memory_and_time_grow_with_the_nodes_and_not_faster() -> None:
    x = Value(0.5)
    total = x
    for k in range(20_000):
        total = total + x * (k * 1e-6)
    assert Program(total.tanh(), [x])([[0.5]]).shape == (1,)


# Errors


def test_what_is_no_finite_number_names_sample_and_node() -> None:
    p = Value(1.0, "p")
    program = Program(p.log(), [p])
    with pytest.raises(DomainError, match="sample 1: log\\(p\\): p = -1.0 is outside log's domain"):
        program([[1.0], [-1.0]])
    w = Value(1.0, "w")
    program = Program((w * p).exp(), [p], [w])
    with pytest.raises(OverflowError, match="sample 0: exp"):
        program.value_and_gradient([[1000.0]])
    with pytest.raises(ValueError, match="p is nan"):
        program([[float("nan")]])


def test_what_python_computes_raises_the_same_errors() -> None:
    p = Value(0.5, "p")
    with pytest.raises(DomainError, match="sample 1: gamma\\(p\\): p = 0.0 is outside gamma's"):
        Program(p.gamma(), [p])([[0.5], [0.0]])
    with pytest.raises(OverflowError, match="sample 0: gamma\\(p\\): p = 500.0"):
        Program(p.gamma(), [p]).value_and_gradient([[500.0]])


def test_leaves_and_shapes_are_checked() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    with pytest.raises(ValueError, match="input 0 .* is computed from other values"):
        Program(w * x, [w * x], [w])
    with pytest.raises(ValueError, match="parameter 0 .* is already input 0"):
        Program(w * x, [x], [x])
    for batch in ([1.0], [[1.0, 2.0]], [[[1.0]]]):
        with pytest.raises(ValueError, match="the batch has the shape"):
            Program(w * x, [x], [w])(batch)


@pytest.mark.parametrize("term", [lambda w: w * w, abs])
def test_what_is_the_same_for_all_samples_is_computed_once(term: Any) -> None:
    """As a penalty on the weights is: its size does not count for each sample."""

    def penalised(n: int) -> tuple[Value, Program, list[Value]]:
        x, weights = Value(0.5, "x"), [Value(0.1 * k - 0.35) for k in range(n)]
        penalty = 0.25 * engine.sum([term(w) for w in weights])
        loss = (weights[0] * x + weights[1]) ** 2 + penalty + 2.0
        return loss, Program(loss, [x], weights), weights

    loss, program, weights = penalised(7)
    value, gradient = program.value_and_gradient([[0.5], [0.5], [0.5]])
    loss.backward()
    assert value == pytest.approx(loss.data, rel=1e-14)
    assert gradient.tolist() == pytest.approx([w.grad for w in weights], rel=1e-13)
    sources = [penalised(n)[1].source.splitlines() for n in (7, 70)]
    few, many = [{line.split("=")[1] for line in s if ", n))" in line} for s in sources]
    assert few == many  # the arrays with a column for each sample


def test_what_is_no_value_is_named() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    with pytest.raises(TypeError, match="output 1 is 2.0, and a Value is needed"):
        Program([w * x, 2.0], [x], [w])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="input 0 .0.5. is not a Value"):
        Program(w * x, [0.5], [w])  # type: ignore[list-item]


def test_parameters_may_be_assigned_to() -> None:
    w, x = Value(1.0), Value(1.0)
    program = Program(w * x, [x], [w])
    program.parameters = np.array([3.0])
    assert program([[2.0]]).tolist() == [6.0]
    with pytest.raises(ValueError):
        program.parameters = np.array([1.0, 2.0])


def test_a_rule_of_a_thousand_inputs_compiles() -> None:
    leaves = [Value(k / 1000) for k in range(2000)]
    output = engine.logsumexp(leaves)
    output.backward()
    program = Program(output, leaves[:1], leaves[1:])
    value, gradient = program.value_and_gradient([[0.0]])
    assert value == pytest.approx(output.data, rel=1e-12)
    assert gradient == pytest.approx([leaf.grad for leaf in leaves[1:]], rel=1e-12)
