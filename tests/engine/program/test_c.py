"""The C backend gives the values and gradients of the scalar engine, for batches of any size."""

import ctypes
import os
import pickle
import platform
import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import RULES, Rule, Value, tanh
from engine.errors import DomainError
from engine.program import Program
from engine.program.c import building
from engine.program.c.native import FAST, PRODUCTS, declarations, library
from engine.program.c.running import aligned_zeros
from engine.program.c.source import samples_of
from engine.proof.points import sample_points
from engine.proof.programs import check_program
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from nn import LSTM, MLP, AvgPool2d, Conv2d, LayerNorm, SelfAttention
from nn.tree import tree_leaves
from tests.engine.program.agreement import (
    OF_MANY_INPUTS,
    REDUCE_WHAT_IS_THE_SAME,
    layered_nets,
    recurrences,
    recurrent,
    recurrent_net,
    reduced,
    sums_of_all_kinds,
)

OPTIONS = building.OPTIONS  # before the tests have changed them
pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


def in_c(outputs: Any, inputs: Any, parameters: Any) -> Program:
    return Program(outputs, inputs, parameters, backend="c")


def again(program: Program) -> Program:
    return in_c(program.traced.outputs, program.traced.inputs, program.traced.parameters)


def test_every_rule_with_every_kind_of_input() -> None:
    """All in one program: each has inputs and parameters of its own."""
    inputs: list[Value] = []
    parameters: list[Value] = []
    results = []
    for rule in RULES.values():
        point = next(iter(sample_points(rule, random.Random(1))))
        free = [k for k in range(len(point)) if k not in rule.fixed]
        for n_inputs in {0, 1, len(free)}:
            leaves = [x if k in rule.fixed else Value(x) for k, x in enumerate(point)]
            inputs += [leaves[k] for k in free[:n_inputs]]
            parameters += [leaves[k] for k in free[n_inputs:]]
            result = engine.apply(rule, *leaves)
            results.append(result if abs(result.data) < 1e6 else result * 1e-6)
    at = [leaf.data for leaf in inputs]
    points = [at, [x * (1.0 + 1e-9) for x in at]]
    check_program(in_c(engine.sum(results), inputs, parameters), points)


def test_a_rule_of_ones_own_may_use_every_function_of_many_inputs() -> None:
    x, y, z = Value(0.3), Value(0.7), Value(-0.4)
    check_program(in_c(engine.apply(OF_MANY_INPUTS, x, y, z).sin(), [x], [y, z]), [[0.3], [1.2]])


@pytest.mark.parametrize("n_inputs", [0, 5])
def test_rules_of_ones_own_may_reduce_what_is_the_same_for_all(n_inputs: int) -> None:
    leaves = [Value(x) for x in (0.3, 0.7, -0.4, 0.5, 0.2, 0.6)]
    given = [leaf * leaves[-1] for leaf in leaves] if n_inputs else leaves
    output = engine.sum([reduced(*given, rule=rule) for rule in REDUCE_WHAT_IS_THE_SAME])
    point = [leaf.data for leaf in leaves[:n_inputs]]
    check_program(in_c(output, leaves[:n_inputs], leaves[n_inputs:]), [point, point[::-1]])


def layers() -> tuple[Value, list[Value], list[Value]]:
    """Nets of all kinds, one after the other: a sum of squares, inputs and parameters."""
    rng = random.Random(0)
    kinds: list[tuple[Any, list[int]]] = [
        (MLP(5, [4, 3]), [5]),
        (Conv2d(1, 2, 2), [1, 4, 4]),
        (AvgPool2d(2), [1, 4, 4]),
        (LSTM(3, 2), [4, 3]),
        (SelfAttention(6, 2), [5, 6]),
        (MLP(200, [3]), [200]),  # more than a tile takes at once
        (LayerNorm(6), [6]),
    ]
    inputs: list[Value] = []
    parameters: list[Value] = []
    outputs: list[Value] = []
    for layer, shape in kinds:
        for k, parameter in enumerate(layer.parameters()):
            parameter.data = 0.1 * (k % 7 - 3)
        given: Any = [Value(rng.uniform(-1, 1)) for _ in range(int(np.prod(shape)))]
        inputs += given
        for size in shape[:0:-1]:
            given = [given[k : k + size] for k in range(0, len(given), size)]
        parameters += layer.parameters()
        outputs += tree_leaves(layer(given))
    return engine.sum([x * x for x in outputs]), inputs, parameters


def test_layers_of_all_kinds() -> None:
    output, inputs, parameters = layers()
    program = in_c(output, inputs, parameters)
    assert "by 5 x 3 for each sample" in program.source or "x 5 for each sample" in program.source
    rng = np.random.default_rng(0)
    check_program(program, rng.normal(size=(3, len(inputs))))
    numpy = Program(output, inputs, parameters)
    for n in (1, 7, 8, 9, 130):  # part of a block, all of one, several
        batch, weights = rng.normal(size=(n, len(inputs))), rng.uniform(size=n)
        np.testing.assert_allclose(program(batch), numpy(batch), rtol=1e-12)
        for chosen in (None, weights):
            value, gradient = program.value_and_gradient(batch, chosen)
            right, slopes = numpy.value_and_gradient(batch, chosen)
            assert value == pytest.approx(right, rel=1e-12)
            np.testing.assert_allclose(gradient, slopes, rtol=1e-10, atol=1e-12)
    assert program(np.empty((0, len(inputs)))).shape == (0,)
    with pytest.raises(ValueError, match="no samples"):
        program.value_and_gradient(np.empty((0, len(inputs))))


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_they_are_the_same_as_a_compiler_optimises_them(
    compiler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler}")
    monkeypatch.setenv("CC", compiler)
    monkeypatch.setattr(building, "OPTIONS", OPTIONS)
    output, inputs, parameters = layers()
    batch = np.random.default_rng(0).normal(size=(9, len(inputs)))
    check_program(in_c(output, inputs, parameters), batch)


def test_blocks_of_eight_samples() -> None:
    rows = [[Value(0.1 * (j - k % 3)) for j in range(6)] for k in range(300)]
    xs = [Value(0.2 * k - 0.5) for k in range(6)]
    products = [tanh(w * x) for row in rows for w, x in zip(row, xs)]
    hs = [engine.logsumexp(products[k : k + 6]) for k in range(0, len(products), 6)]
    program = in_c(engine.dot(hs, hs) / 300, xs, [w for row in rows for w in row])
    assert "#define SAMPLES 8\n" in program.source
    numpy = Program(program.traced.outputs[0], *program.traced[1:])
    for n in (1, 8, 19):
        batch = np.random.default_rng(n).normal(size=(n, 6))
        np.testing.assert_allclose(program(batch), numpy(batch), rtol=1e-12)
        gradients = [each.value_and_gradient(batch)[1] for each in (program, numpy)]
        np.testing.assert_allclose(*gradients, rtol=1e-12, atol=1e-15)


def test_programs_that_differ_in_their_tables_only_have_each_its_own() -> None:
    x, ws = Value(0.3), [Value(0.1 * k) for k in range(12)]
    products = [w * x for w in ws]
    orders = [[*range(8), *end] for end in ([8, 9, 11, 10], [11, 8, 10, 9])]
    programs = [in_c([products[k] for k in order], [x], ws) for order in orders]
    assert programs[0].source == programs[1].source
    for program, order in zip(programs, orders):
        assert program([[1.0]]).tolist() == [[ws[k].data for k in order]]


@pytest.mark.parametrize("count", [1, 7, 8, 100, 100_001])
def test_memory_begins_a_line_of_the_cache(count: int) -> None:
    for _ in range(8):
        zeros = aligned_zeros(count)
        assert zeros.ctypes.data % 64 == 0
        assert zeros.tolist() == [0.0] * count


def test_weights_made_of_parameters_and_shared_by_time_steps() -> None:
    values = [Value(0.1 * (k % 7) - 0.3) for k in range(9 + 3 * 5)]
    made = recurrent(*values, size=3, steps=9, made=lambda w: w * engine.softplus(w))
    program = in_c(made, values[:9], values[9:])
    batch = np.random.default_rng(0).normal(size=(300, 9))  # more than a block
    check_program(program, batch[:2])
    numpy = Program(made, values[:9], values[9:]).value_and_gradient(batch)
    np.testing.assert_allclose(program.value_and_gradient(batch)[1], numpy[1], rtol=1e-11)


def test_powers() -> None:
    x, ws = Value(0.7), [Value(0.5 + 0.1 * k) for k in range(9)]
    powers = [(w * x) ** n for w, n in zip(ws, (-3.0, -2.0, -1.0, 0.5, 1.5, 2.0, 3.0, 4.0, 5.0))]
    check_program(in_c(engine.sum(powers), [x], ws), [[0.7], [1.9]])


def test_what_all_samples_share_gets_its_gradient_from_them_and_from_elsewhere() -> None:
    x, v, w = Value(0.3), Value(0.6), Value(-0.4)
    far = tanh(tanh(tanh(w * x + v)))  # which sends its gradient back last
    near = tanh(tanh(w * x)) * w.exp()  # where the exp is the first to send w's
    for output in (far * (w.exp() + w * v + v * v), near):
        check_program(in_c(output, [x], [v, w]), [[0.3], [1.2]])


def test_sides_that_begin_again() -> None:
    xs, ws = [Value(0.1 * k - 0.3) for k in range(8)], [Value(0.2 * k - 0.3) for k in range(4)]
    hs = [tanh(w * x) for x in xs[:4] for w in ws]
    sums = [h * w + 0.5 * h * x for h, w, x in zip(hs, ws * 4, xs * 2)]
    batch = np.random.default_rng(0).normal(size=(2, 8))
    check_program(in_c(engine.sum([tanh(z) for z in sums]), xs, ws), batch)


FUNCTIONS = {
    "exp": [-745.1, -708.0, -30.0, -1e-300, 0.0, 0.3, 1.0, 709.7, 800.0],
    "expm1": [-60.5, -1.0, -0.2, -1e-9, 0.0, 1e-300, 0.35, 1.0, 709.0],
    "tanh": [-30.0, -0.4, -1e-9, 0.0, 1e-300, 0.17, 0.5, 7.5, 400.0],
    "erfc": [-30.0, -6.0, -0.5, -1e-9, 0.0, 1e-300, 0.3, 1.0, 2.5, 9.0, 20.0, 26.5],
    "log": [5e-324, 1e-310, 1e-300, 0.5, 0.99999, 1.0, 1.5, 3.0, 1e300],
    "log1p": [-0.999, -0.1, -1e-12, 0.0, 1e-300, 0.4, 1.0, 1e9, 1e300],
    "sin": [-9e5, -3.0, -1e-9, 0.0, 0.5, 1.0, 2.0, 3.141592653589793, 31415.92653589793],
    "cos": [-9e5, -3.0, -1e-9, 0.0, 0.5, 1.0, 2.0, 1.5707963267948966, 31415.92653589793],
}


SERIES = {  # where a series has most to do, and the mean error there in ulp
    "exp": (-1.0, 1.0, 0.3),
    "expm1": (-0.4, 0.4, 0.31),
    "tanh": (-0.3, 0.3, 0.5),
    "erfc": (-3.0, 26.5, 1.5),
    "log": (0.6, 1.5, 0.28),
    "log1p": (-0.4, 0.5, 0.36),
    "sin": (-0.8, 0.8, 0.28),
    "cos": (-0.8, 0.8, 0.37),
}


@pytest.fixture(scope="module")
def functions(quickly: Any) -> Any:
    """Those of the library, to be called one by one."""
    calls = [
        f"void all_{name}(long n, double *x) {{ while (n--) x[n] = {FAST[name]}(x[n]); }}"
        for name in FUNCTIONS
    ]
    calls += [
        "double polygamma_at(double n, double x) { return polygamma(n, x); }",
        "double maximum_of(double a, double b) { return maximum(a, b); }",
        "double minimum_of(double a, double b) { return minimum(a, b); }",
    ]
    pieces = library("\n".join(calls), ["exact.c", "fast.c"])
    compiled = building.loaded(
        "\n".join(["#include <math.h>\n#include <stdint.h>", *pieces, *calls])
    )
    for name in ("polygamma_at", "maximum_of", "minimum_of"):
        getattr(compiled, name).argtypes = [ctypes.c_double] * 2
        getattr(compiled, name).restype = ctypes.c_double
    return compiled


def errors_of(functions: Any, name: str, numbers: Any) -> Any:
    """How far the results are from the right ones, in units of their last place."""
    found = np.array(numbers)
    getattr(functions, f"all_{name}")(ctypes.c_long(len(found)), ctypes.c_void_p(found.ctypes.data))
    errors = []
    with mpmath.workprec(120):
        for x, y in zip(numbers, found.tolist()):
            right = getattr(mpmath, name)(mpmath.mpf(x))
            near = float(right)
            errors.append(0.0 if y == near == np.inf else abs(float(y - right) / np.spacing(near)))
    return np.array(errors)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_without_branches_are_right_to_the_last_places(functions: Any, name: str) -> None:
    a_few = 8.0 if name == "erfc" else 3.0
    assert errors_of(functions, name, FUNCTIONS[name]).max() <= a_few
    low, high, most = SERIES[name]
    numbers = np.random.default_rng(0).uniform(low, high, 500).tolist()
    assert errors_of(functions, name, numbers).mean() <= most


def test_functions_that_libm_lacks(functions: Any) -> None:
    orders = [(n, x, 2e-14) for n in (0, 2) for x in (0.3, 2.5, -1.7)]
    for n, x, most in [*orders, (60, 72.0, 1e-15), (100, 112.0, 1e-15)]:  # the last: its series
        right = float(mpmath.polygamma(n, x))
        assert functions.polygamma_at(n, x) == pytest.approx(right, rel=most, abs=0.0)
    for pair in ([np.nan, 1.0], [1.0, np.nan]):  # no number that is none is lost
        assert np.isnan([functions.maximum_of(*pair), functions.minimum_of(*pair)]).all()


@pytest.mark.parametrize("without", ["", "-mno-avx512f", "-mno-avx"])
def test_a_product_in_parts(without: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On processors that take eight numbers at once, four or two."""
    if without and platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("there is no AVX")
    monkeypatch.setattr(building, "OPTIONS", [*building.OPTIONS, *without.split()])
    k, p, width = 250, 2, 16  # more columns, and below more rows, than it takes at once
    call = f"""\
void product(int m, const double *a, int down, int across, const double *x, double *y)
{{
    matrix_product({width}, m, {k}, {p}, a, down, across, x, 24, y, 24);
}}"""
    compiled = building.loaded("\n".join([*declarations("matrix_product"), call]))
    rng = np.random.default_rng(0)
    x = rng.normal(size=(k, p, 24))
    for m in (401, 411):  # 4 and 1, or 2 and 1, are left over
        a, turned = rng.normal(size=(m, k)), rng.normal(size=(k, m)).T
        for matrix, steps in ((a, (k, 1)), (turned, (1, m))):
            y = np.full((m, p, 24), np.nan)
            pointers = [ctypes.c_void_p(array.ctypes.data) for array in (matrix, x, y)]
            compiled.product(m, pointers[0], *map(ctypes.c_int, steps), *pointers[1:])
            wanted = np.einsum("mk,kps->mps", matrix, x)
            np.testing.assert_allclose(y[..., :width], wanted[..., :width], rtol=1e-12, atol=1e-12)
            assert np.isnan(y[..., width:]).all()


def test_the_more_weights_the_more_samples_has_a_block() -> None:
    assert samples_of(8000, others=100) == 8
    assert samples_of(8000, others=500_000) == 72
    assert samples_of(8000, others=10**7) == samples_of(1, others=1) == 136


def test_what_no_sample_changes() -> None:
    w, v = Value(0.7), Value(1.2)
    check_program(in_c(tanh(w * v) + w, [], [w, v]), [[], []])
    x = Value(0.3)
    check_program(in_c([x, w * v, x * w], [x], [w, v]), [[1.0], [2.0]])


def test_the_text_does_not_grow_with_the_outputs() -> None:
    assert "batched_product" not in small().source  # what it does not call is not declared
    x, ws = Value(0.3), [Value(0.01 * k) for k in range(300)]
    texts = []
    for count in (100, 300):
        program = in_c([w * x for w in ws[:count]] + [w.exp() for w in ws[:2]], [x], ws)
        check_program(program, [[1.0], [2.0]])
        texts.append(program.source.count("\n"))
    assert texts[1] - texts[0] < 50  # of its array


def test_waves_are_right_however_far() -> None:
    x, w = Value(0.3), Value(1.0)
    program = in_c((w * x).sin() + (w * x).cos(), [x], [w])
    near = [[k * 1e5 / 7] for k in range(-20, 20)]
    far = [[k * 1e13 / 7] for k in range(-20, 20)]
    for batch in (near, far, near + far):
        numpy = Program(program.traced.outputs[0], [x], [w])
        np.testing.assert_allclose(program(batch), numpy(batch), rtol=0, atol=4e-16)
        gradient = program.value_and_gradient(batch)[1]
        assert gradient == pytest.approx(numpy.value_and_gradient(batch)[1], rel=1e-12)


def test_waves_in_a_sum_are_right_however_far() -> None:
    rule = Rule(
        "waves",
        inputs=("*x",),
        value=lambda m, *xs: m.sum([m.sin(x) for x in xs]),
        partials=lambda m, y, *xs: [m.cos(x) for x in xs],
    )
    xs = [Value(0.1 * k) for k in range(4)]
    program = in_c(engine.apply(rule, *xs), xs, [])
    batch = [[k * 1e16 / 7, 1.0, 2.0, k * 1e13] for k in range(9)]
    expected = np.sin(batch).sum(axis=1)
    np.testing.assert_allclose(program(batch), expected, rtol=0, atol=1e-15)


@pytest.mark.slow
@settings(max_examples=10)
@given(graphs(max_operations=25, max_leaves=6), st.integers(0, 3))
def test_random_graphs(graph: Graph, n_inputs: int) -> None:
    leaves = [Value(x) for x in graph.point]
    program = in_c(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:])
    check_program(program, [graph.point[:n_inputs]] * 2)


@pytest.mark.slow
@settings(max_examples=10)
@given(layered_nets())
def test_layers_at_several_positions(case: tuple[Program, Any]) -> None:
    program, points = case
    check_program(again(program), points)


@pytest.mark.slow
@settings(max_examples=10)
@given(sums_of_all_kinds())
def test_sums_of_all_kinds(case: tuple[Any, list[float], int]) -> None:
    graph, point, n_inputs = case
    leaves = [Value(x) for x in point]
    check_program(in_c(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:]), [point[:n_inputs]])


def small() -> Program:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    return in_c((w * x).log(), [x], [w])


def test_what_gives_no_finite_number_is_explained() -> None:
    program = small()
    for batch in ([[1.0], [-2.0]], [[1.0]] * 200 + [[-2.0]]):
        with pytest.raises(DomainError, match=r"sample \d+: log.*domain x > 0"):
            program(batch)
        with pytest.raises(DomainError):
            program.value_and_gradient(batch)
    with pytest.raises(ValueError, match="sample 1: x is nan"):
        program([[1.0], [np.nan]])
    assert program([[2.0]]).tolist() == [0.0]  # nothing is left of what failed


@pytest.mark.parametrize("n_inputs", [1, 2, 5])
def test_every_number_must_be_finite(n_inputs: int) -> None:
    """Wherever in the batch; and those of the gradient, though the output is."""
    xs = [Value(1.0) for _ in range(n_inputs)]
    ws = [Value(1.0) for _ in range(n_inputs)]
    of_one, of_none = in_c(ws[0] * xs[0], xs, ws), in_c(engine.sum(ws), xs, ws)
    calls = of_one, of_one.value_and_gradient, of_none, of_none.value_and_gradient
    for place in range(11 * n_inputs):
        batch = np.ones((11, n_inputs))
        of_one(batch)
        batch.flat[place] = (np.nan, np.inf, -np.inf)[place % 3]
        for call in calls:
            with pytest.raises((ValueError, OverflowError)):
                call(batch)
    steep = in_c(engine.sum([tanh(w * x) * x for w, x in zip(ws, xs)]), xs, ws)
    steep.parameters[:] = 0.0
    for place in range(n_inputs):
        batch = np.ones((11, n_inputs))
        batch[3, place] = 1e200
        assert (steep(batch) == 0.0).all()
        with pytest.raises(OverflowError, match="the gradient is too large"):
            steep.value_and_gradient(batch)


@pytest.mark.parametrize("n_inputs", [1, 2, 5])
def test_arrays_of_every_kind(n_inputs: int) -> None:
    xs, ws = [[Value(0.1 * k) for k in range(n_inputs)] for _ in range(2)]
    program = in_c(tanh(engine.dot(ws, xs)), xs, ws)
    wide = np.arange(44.0 * n_inputs).reshape(22, 2 * n_inputs) / 50 - 1.0
    wide[::2, ::2] = np.round(4 * wide[::2, ::2])
    batch, shares = wide[::2, ::2], np.linspace(0.0, 1.0, 22)[::2]
    fixed = batch.copy()
    fixed.setflags(write=False)
    value, gradient = program.value_and_gradient(batch.tolist(), shares.tolist())
    check_program(program, batch)
    kinds = np.asfortranarray(batch), fixed, batch.astype(int), batch.astype(np.float32)
    for each in (batch, batch[::-1][::-1], *kinds):
        found = program.value_and_gradient(each, shares)
        assert (found[0], *found[1]) == (value, *gradient)
        assert (program(each) == program(batch.tolist())).all()
    one_for_all = np.broadcast_to(batch[:1], batch.shape)
    expected = program.value_and_gradient(batch[:1])
    found = program.value_and_gradient(one_for_all)
    assert [found[0], *found[1]] == pytest.approx([expected[0], *expected[1]], rel=1e-14)


def test_parameters_are_shared_with_the_compiled_code() -> None:
    program = small()
    program.parameters[:] = 2.0
    assert program([[2.0]]) == pytest.approx(np.log(4.0))
    program.parameters -= 1.0
    assert program([[1.0]]) == 0.0
    program.write()
    assert program.traced.parameters[0].data == 1.0


def test_each_program_has_memory_of_its_own() -> None:
    first, second = small(), small()
    second.parameters[:] = 3.0
    assert first([[2.0]]) == 0.0
    found: list[float] = []
    both = [
        threading.Thread(target=lambda p=p: found.append(p([[2.0]] * 1000).mean()))
        for p in (first, second)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(found) == pytest.approx([0.0, np.log(6.0)])


def test_a_copy_is_in_c_as_well() -> None:
    program = pickle.loads(pickle.dumps(small()))
    assert "#include" in program.source
    assert program([[2.0]]).tolist() == [0.0]


def test_each_part_has_its_lines() -> None:
    x, w, v = Value(0.3), Value(1.0), Value(2.0)
    program = in_c(tanh(w * x) * v, [x], [w, v])
    lines = program.source.splitlines()
    for part in program.parts():
        assert any(part.title in lines[k] for k in part.lines)
        assert all(lines[k].strip().endswith((";", "*/")) for k in part.lines)
    assert [part.title for part in program.parts()] == ["1 x multiply", "1 x tanh", "1 x multiply"]


def test_a_label_cannot_end_its_comment() -> None:
    w, x = Value(0.5), Value(2.0)
    with engine.scope("*/ #error /* ??/"):
        z = w * x
    assert in_c(tanh(z), [x], [w])([[0.0]]).tolist() == [0.0]


def test_it_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = small()
    files = sorted(file.suffix for file in (tmp_path / "glassgrad").iterdir())
    assert files == [".c", ".o", ".so"]  # .o: products of matrices, which are the same in all
    (text,) = (tmp_path / "glassgrad").glob("*.c")
    assert text.read_text(encoding="utf-8") == program.source
    ran, started = [], building.started
    monkeypatch.setattr(building, "started", lambda c: [ran.append(c), started(c)][1])
    assert small()([[2.0]]).tolist() == [0.0]
    assert ran == []
    monkeypatch.setattr(building, "version", lambda compiler: "a newer one")
    assert small()([[2.0]]).tolist() == [0.0]
    assert len(ran) == 3  # the program, the products, both together


def test_products_of_matrices_are_compiled_once_for_all_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ran, started = [], building.started
    monkeypatch.setattr(building, "started", lambda c: [ran.append(c), started(c)][1])
    for name in ("one", "two"):
        library = building.loaded(f"int {name}(void) {{ return 44; }}")
        assert getattr(library, name)() == 44
        assert not hasattr(library, "matrix_product")  # nobody else's name is taken for it
    assert len([command for command in ran if str(PRODUCTS) in command]) == 1
    monkeypatch.setattr(building, "OPTIONS", [*building.OPTIONS, "-O1"])
    building.built("int three;")
    assert len([command for command in ran if str(PRODUCTS) in command]) == 2
    monkeypatch.setattr(building, "products", lambda: "changed")
    before, after = len(ran), building.built("int three;")
    assert after.exists() and len(ran) == before + 3  # the products, the program, both together


AT_THE_END = """\
import threading, time
from engine import Program, Value

def compile_late():
    time.sleep(0.3)
    w, x = Value(0.5), Value(2.0)
    print(Program(w * x, [x], [w], backend="c")([[3.0]]))

threading.Thread(target=compile_late).start()
"""


def test_a_program_is_compiled_while_python_ends(tmp_path: Path) -> None:
    """In a thread that outlives the main one."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", AT_THE_END]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[1.5]\n", "")


def test_nothing_is_left_of_what_does_not_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with pytest.raises(RuntimeError, match="the C compiler failed"):
        building.built("int no_end(void) {")
    assert list((tmp_path / "temporary").iterdir()) == []
    files = {file.suffix: file for file in (tmp_path / "glassgrad").iterdir()}
    assert files.keys() == {".c", ".o"} and building.is_whole(files[".o"])


def test_machine_code_that_is_not_as_it_was_written_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = "int answer(void) { return 42; }"
    library = building.built(source)
    whole = library.read_bytes()
    for broken in (b"", b"of another machine", whole[:-1], whole[: len(whole) // 2], whole + b"x"):
        library.unlink()
        library.write_bytes(broken)
        assert building.loaded(source).answer() == 42
        assert library.read_bytes() == whole


def test_two_may_compile_the_same_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = "int answer(void) { return 43; }"
    with ThreadPoolExecutor(4) as threads:
        loaded = list(threads.map(building.loaded, [source] * 4))
    assert [library.answer() for library in loaded] == [43] * 4


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(building, "MOST_KEPT", 5)
    first, second = building.built("int a;"), building.built("int b;")
    (others,) = (tmp_path / "glassgrad").glob("*.o")  # used each time that one is compiled
    for age, file in enumerate((first, second, second.with_suffix(".c"), first.with_suffix(".c"))):
        os.utime(file, (age, age))
    building.built("int a;")  # used again, it is the newest
    third = building.built("int c;")
    kept = {first, first.with_suffix(".c"), third, third.with_suffix(".c"), others}
    assert set((tmp_path / "glassgrad").iterdir()) == kept


def test_no_compiler_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "cc '-O2")
    with pytest.raises(RuntimeError, match='CC is no command: "cc \'-O2": No closing quotation'):
        small()
    monkeypatch.setenv("CC", "no-such-compiler -O2")
    with pytest.raises(RuntimeError, match="no 'no-such-compiler': install gcc or clang"):
        small()
    monkeypatch.setenv("CC", "false")
    with pytest.raises(RuntimeError, match="the C compiler failed"):
        small()


def test_where_the_cache_cannot_be_written_there_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert small()([[2.0]]).tolist() == [0.0]


def test_no_other_backend() -> None:
    with pytest.raises(ValueError, match="backend is 'C', and 'numpy' or 'c' is needed"):
        Program(Value(1.0), [], backend="C")  # type: ignore[arg-type]


def test_steps_that_repeat_are_a_loop() -> None:
    sources = []
    for steps in (8, 12):
        (output,), inputs, parameters = recurrent_net("GRU", steps)
        program = in_c(output, inputs, parameters)
        batch = np.random.default_rng(0).uniform(-1.0, 1.0, (9, len(inputs)))
        check_program(program, batch)
        sources.append(program.source)
    assert "for (int t = 0; t < 7; t++) {" in sources[0]
    assert "for (int t = 0; t < 11; t++) {" in sources[1]
    assert sources[0].count("\n") == sources[1].count("\n")


@settings(max_examples=2)
@given(recurrences())
def test_recurrences_agree(made: tuple[Any, list[float], int]) -> None:
    graph, point, n_inputs = made
    leaves = [Value(x) for x in point]
    program = in_c(graph(*leaves), leaves[:n_inputs], leaves[n_inputs:])
    check_program(program, [point[:n_inputs]] * 2)
