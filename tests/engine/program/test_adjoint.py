"""adjoint: what is sent back, and how it is added up."""

import random
import re
from typing import Any

import pytest

import engine
from engine import RULES, Rule, Value, apply, dot, exp, tanh
from engine.graph import topological_order
from engine.names import name_nodes
from engine.program import Program
from engine.program.accumulation import Backward
from engine.program.graph import Computed, Operation, Sum, Zero
from engine.program.kernels import (
    Clear,
    Elementwise,
    MatrixProduct,
    Nodes,
    ScatterAdd,
    SumOfProducts,
    Temporary,
)
from engine.program.lower import Traced
from engine.program.operands import outputs_of
from engine.program.pipeline import compiled
from engine.program.text import lines_of_backward
from engine.proof.programs import check_program
from tests.engine.program.agreement import assert_agrees, recurrent


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
        return source.count("take(K[:, 0], "), len(re.findall(r"dK\[index\d+\] .?=", source))

    gathers, scatters = calls(3)
    assert gathers == 2  # the first step, which meets a state of constants, and all others
    assert calls(9) == (gathers, scatters)


def backward(output: Value, inputs: list[Value], parameters: list[Value]) -> list[Any]:
    kernels = compiled(Traced([output], inputs, parameters))["adjoint"]
    return [kernel for _, kernel in kernels.backward]


def lines(output: Value, inputs: list[Value], parameters: list[Value]) -> list[str]:
    kernels = compiled(Traced([output], inputs, parameters))["adjoint"]
    names = name_nodes(topological_order([output]))
    return [line.text for line in lines_of_backward(kernels, names)]


def test_the_first_that_comes_to_a_gradient_is_written_and_others_are_added() -> None:
    x, w = Value(0.5, "x"), Value(0.3, "w")
    a = w * x
    a.label = "a"
    output = a.tanh() + a.exp()
    texts = lines(output, [x], [w])
    (first,) = [text for text in texts if text.startswith("da = ")]
    (second,) = [text for text in texts if text.startswith("da += ")]
    assert texts.index(first) < texts.index(second)
    kernels = backward(output, [x], [w])
    assert not any(isinstance(kernel, Clear) for kernel in kernels)


def test_gradients_begin_at_zero_where_not_all_are_written_before_some_are_added() -> None:
    x, ws = Value(0.5), [Value(0.1 * k, f"w{k}") for k in range(4)]
    output = engine.sum([w.sin() * x for w in ws]) + engine.sum([w.exp() * x for w in ws[:2]])
    first, *others = backward(output, [x], ws)
    assert isinstance(first, Clear) and first.targets == (Nodes((3, 4), False, True),)
    assert not any(isinstance(kernel, Clear) for kernel in others)


@pytest.mark.parametrize("batched", [True, False])
def test_gradients_that_begin_at_zero_do_so_in_every_call(batched: bool) -> None:
    xs, ws = ([Value(0.1 * k + 0.1) for k in range(4)] for _ in range(2))
    nodes = [w * x for w, x in zip(ws, xs)] if batched else [w * w for w in ws]
    output = engine.sum([a.sin() for a in nodes]) + engine.sum([a.exp() for a in nodes[:2]])
    output = output * xs[0]
    first, *_ = backward(output, xs, ws)
    assert isinstance(first, Clear) and [each.batched for each in first.targets] == [batched]
    check_program(Program(output, xs, ws), [[0.3, 0.4, 0.5, 0.6], [0.6, 0.5, 0.4, 0.3]])


def test_what_goes_to_one_node_from_several_rows_is_summed_by_segments() -> None:
    a, b, xs = Value(0.3), Value(0.4), [Value(0.1 * k) for k in range(4)]
    output = engine.sum([engine.atan2(x, w) for x, w in zip(xs, (a, b, a, b))])
    (scatter,) = [k for k in backward(output, xs, [a, b]) if isinstance(k, ScatterAdd) and k.order]
    assert scatter.order == (0, 2, 1, 3) and scatter.starts == (0, 2)
    assert scatter.target.places == (4, 5)


def test_the_gradients_of_shared_weights_are_collected_before_they_are_added() -> None:
    def scatters(steps: int) -> tuple[int, int]:
        point = [Value(0.1 * k) for k in range(steps + 3 * 5)]
        output = recurrent(*point, size=3, steps=steps, made=lambda w: w)
        kernels = backward(output, point[:steps], point[steps:])
        to_leaves = [k for k in kernels if isinstance(k, ScatterAdd) and not k.target.batched]
        totals = [k for k in kernels if isinstance(k, SumOfProducts) and k.onto]
        return len(to_leaves), len(totals)

    (few, totals), (many, more) = scatters(3), scatters(6)
    assert few == many and more == totals + 2 * 3  # weights and biases of each step


def test_a_matrix_sends_a_product_to_its_weights_and_one_to_what_needs_it() -> None:
    x, w, v = ([Value(0.1 * k) for k in range(n)] for n in (2, 2, 3))
    h = engine.dot(w, x).tanh()
    output = engine.dot(v, [x[0], h, x[1]])
    products = [k for k in backward(output, x, [*w, *v]) if isinstance(k, MatrixProduct)]
    assert [k.transposed for k in products] == ["left", "right", "right"]
    assert products[0].columns == (1, 2)  # the inputs of the sample get none


def test_at_several_positions_only_what_needs_it_gets_a_gradient() -> None:
    x, w, v = ([Value(0.1 * k) for k in range(n)] for n in (2, 2, 2))
    h = [engine.exp(v[0] * each) for each in x]
    output = engine.sum([engine.tanh(engine.dot(w, [a, b])) for a, b in zip(h, x)])
    products = [k for k in backward(output, x, [*w, *v]) if isinstance(k, MatrixProduct)]
    (to_h,) = [k for k in products if k.transposed == "left"]
    assert (to_h.p, to_h.columns) == (2, (0, 1))


def test_partials_that_share_a_part_are_one_kernel() -> None:
    x, a, b = Value(0.5), Value(0.3), Value(0.4)
    kernels = backward(engine.atan2(a * x, b * x), [x], [a, b])
    (kernel,) = [k for k in kernels if isinstance(k, Elementwise) and len(k.formulas) == 2]
    assert set(kernel.inputs) == {"x0", "x1", "d"}  # y is not read


def test_of_several_outputs_there_is_no_backward_pass() -> None:
    x, w = Value(0.5), Value(0.3)
    assert compiled(Traced([w * x, w + x], [x], [w]))["adjoint"].backward == []


@pytest.mark.parametrize("counts", [[3, 3], [4, 2, 3]])
def test_what_goes_to_a_divisor_of_many_is_added_up_before_it_is_divided(counts: Any) -> None:
    def graph(*leaves: Value) -> Value:
        x, *ws = leaves
        rows = [[tanh((k + 1) * w * x) for k in range(count)] for w, count in zip(ws, counts)]
        shares = [y / (2.0 + w * x) for w, row in zip(ws, rows) for y in row]
        return engine.sum([k * tanh(y) for k, y in enumerate(shares)])

    leaves = [Value(0.1 + 0.2 * k) for k in range(len(counts) + 1)]
    kernels = backward(graph(*leaves), leaves[:1], leaves[1:])
    added = [x for x in kernels if isinstance(x, ScatterAdd) and isinstance(x.target, Temporary)]
    assert [x.target.rows for x in added] == [len(counts)]
    assert_agrees(graph, [x.data for x in leaves], 1, 2)


def test_a_number_is_no_factor_that_what_comes_to_one_node_is_multiplied_by_later() -> None:
    """Each sends -d or -x / (x² + w²)·d: what these have in common is a sign, which counts once."""
    minus = Rule(
        "minus",
        inputs=("a", "b"),
        value=lambda m, a, b: a - b,
        partials=lambda m, y, a, b: (1.0, -1.0),
    )

    def graph(*leaves: Value) -> Value:
        *xs, w = leaves
        each = [apply(rule, x, tanh(w)) for rule in (minus, RULES["atan2"]) for x in map(exp, xs)]
        return engine.sum([k * y for k, y in enumerate(each)])

    assert_agrees(graph, [0.3, -0.4, 0.2, 0.5, 0.7], 0, 1)


def test_from_what_a_sample_is_computed_is_known_to_the_kernels_alone() -> None:
    """Most of a graph is needed no more; what is the same for all samples may be computed again."""
    x, w = [Value(0.1), Value(0.2)], [Value(0.3), Value(0.4)]
    output = tanh(x[0] * tanh(w[0]) + x[1] * x[0]) + w[1] * w[0]
    results = compiled(Traced([output], x, w))
    before, after = results["biases"].graph, results["adjoint"].graph
    for node, differs, now in zip(before.nodes, before.batched, after.nodes, strict=True):
        is_computed = isinstance(node, (Operation, Sum))
        assert type(now) is (Computed if differs and is_computed else type(node))
    assert [isinstance(node, Computed) for node in after.nodes].count(True) == 3
    assert (after.outputs, after.n_leaves) == (before.outputs, before.n_leaves)
    assert after.places == {Zero(): before.zero()}
    assert not (after.merged or after.requires_grad or after.columns)


def test_what_is_summed_over_the_samples_is_put_in_order_afterwards() -> None:
    rng = random.Random(0)
    xs, ws = [Value(rng.random()) for _ in range(8)], [Value(rng.random()) for _ in range(5)]
    sums = [x * y + rng.choice(ws) for x, y in zip(rng.sample(xs, 8), rng.sample(xs, 8))]
    program = Program(engine.sum(list(map(tanh, sums))), xs, ws)
    passes = program.source[program.source.index("def forward") :]
    assert "take(dS, " not in passes
    assert re.search(r"segments\(ds\d+ @ ones1, index\d+, index\d+\)", passes)
    check_program(program, [[rng.random() for _ in xs] for _ in range(3)])


def test_of_what_is_summed_over_the_samples_the_rows_that_count_are_taken() -> None:
    """What merely shifts a softmax gets nothing; the other rows go where they belong."""
    xs, ws = [Value(0.1 * k) for k in range(7)], [Value(0.3 * k) for k in range(5)]
    shifted = [exp(x - ws[2]) for x in xs[:3]]
    others = [tanh(xs[3 + k] - ws[place]) for k, place in enumerate((4, 0, 3, 1))]
    program = Program(engine.sum([shifted[0] / engine.sum(shifted), *others]), xs, ws)
    assert re.search(r"dK\[index\d+\] = t9_7k.take\(index\d+, axis=0\)", program.source)
    check_program(
        program, [[0.1, 0.5, 0.2, 0.4, 0.3, 0.7, 0.6], [0.3, 0.1, 0.2, 0.5, 0.1, 0.2, 0.3]]
    )


def test_of_what_comes_to_one_number_the_rows_that_count_are_taken() -> None:
    xs, ws = [Value(0.1 * k) for k in range(7)], [Value(0.3), Value(0.4)]
    shifted = [exp(x - ws[1]) for x in xs[:3]]
    others = [tanh(x - ws[0]) for x in xs[3:]]
    program = Program(engine.sum([shifted[0] / engine.sum(shifted), *others]), xs, ws)
    assert re.search(r"segments\(flow1_7 @ ones1, index\d+, index\d+\)", program.source)
    check_program(
        program, [[0.1, 0.5, 0.2, 0.4, 0.3, 0.7, 0.6], [0.3, 0.1, 0.2, 0.5, 0.1, 0.2, 0.3]]
    )


def test_each_row_once_is_summed_over_the_samples_in_the_line_that_writes_it() -> None:
    xs, ws = [Value(0.1 * k) for k in range(4)], [Value(0.3 * k) for k in range(7)]
    program = Program(engine.sum([tanh(x - ws[k]) for x, k in zip(xs, (0, 1, 3, 6))]), xs, ws)
    assert re.search(r"dK\[index\d+\] = flow1_4 @ ones1\n", program.source)
    check_program(program, [[0.1, 0.5, 0.2, 0.4], [0.3, 0.1, 0.2, 0.5]])


def test_a_row_that_stands_for_many_is_read_in_any_order() -> None:
    """It is one row, in which there is no order to take others."""
    xs, ws = [Value(0.1 * k) for k in range(3)], [Value(0.2 * k) for k in range(3)]
    graph = compiled(Traced([engine.dot(xs, ws)], xs, ws))["adjoint"].graph
    x, w = [graph.batched.index(kind) for kind in (True, False)]

    def added(source: tuple[int, ...], target: tuple[int, ...]) -> Any:
        backward = Backward(graph, list(range(len(graph.nodes))), set())
        backward.accumulate(Nodes(target, False), Nodes(source, True, gradient=True))
        (step,) = backward.steps
        return step.kernel

    one = added((x, x, x), (w + 2, w + 1, w))
    assert one.source.places == (x, x, x) and one.order == ()
    several = added((x, x + 1, x + 2), (w + 1, w + 1, w))
    assert several.source.places == (x, x + 1, x + 2)
    assert several.order == (2, 0, 1) and several.starts == (0, 1)


def test_a_sum_with_a_factor_sends_the_same_to_all_and_once() -> None:
    w, xs = Value(0.5), [Value(0.1 * k) for k in range(9)]
    program = Program(0.25 * engine.sum([tanh(w * x) for x in xs]), xs, [w])
    check_program(program, [[x.data for x in xs], [-x.data for x in xs]])


def test_nothing_is_written_to_the_gradient_of_the_zero_that_fills_up_a_matrix() -> None:
    w, ws, xs = Value(0.3), [Value(0.2 * k) for k in range(4)], [Value(0.1 * k) for k in range(12)]
    h = [tanh(w * x) for x in xs]
    rows = [dot(ws[:3], h[k : k + 3]) for k in (0, 3, 6)] + [ws[0] * h[9] + ws[1] * h[10]]
    kernels = compiled(Traced([engine.sum(list(map(tanh, rows)))], xs, [w, *ws]))["adjoint"]
    written = [x for _, each in kernels.backward for x in outputs_of(each) if isinstance(x, Nodes)]
    assert not any(x.gradient and kernels.graph.zero() in x.places for x in written)
