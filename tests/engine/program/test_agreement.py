"""Every backend gives the values and gradients of the scalar engine."""

import random
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine import RULES, Rule, Value, sigmoid, tanh
from engine.program import Program
from engine.proof.points import sample_points
from engine.proof.programs import check_program
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from tests.engine.program.agreement import (
    OF_MANY_INPUTS,
    REDUCE_WHAT_IS_THE_SAME,
    assert_agrees,
    layered_nets,
    on_every_backend,
    programs,
    recurrent,
    reduced,
    sums_of_all_kinds,
)


def product(a: Any, b: Any = 1.0) -> Any:
    return a * b


ARITHMETIC = "add subtract multiply divide negate power sum dot prod tanh".split()


@given(programs())
def test_random_programs(case: tuple[Program, list[list[float]]]) -> None:
    check_program(*case)


@given(programs([RULES[name] for name in ARITHMETIC]))
def test_random_programs_of_arithmetic(case: tuple[Program, list[list[float]]]) -> None:
    """Most of what `simplify` and `matrices` rewrite."""
    check_program(*case)


@given(layered_nets())
def test_layers_at_several_positions(case: tuple[Program, list[list[float]]]) -> None:
    check_program(*case)


@pytest.mark.parametrize("factors", [[1.0], [-1.0], [2.5], [1.0, 2.5], [1.0, -1.0]], ids=str)
@pytest.mark.parametrize("kinds", ["w", "x", "ww", "wx", "xx"])
@pytest.mark.parametrize("lengths", [(1,), (4,), (5,), (13,), (5, 5), (5, 6), (9, 10, 9)])
def test_sums_of_one_kind_of_term(lengths: tuple[int, ...], kinds: str, factors: Any) -> None:
    """Short and long, alone and several, which may or may not be one kernel."""
    rng = random.Random(len(lengths))
    leaves = {kind: [Value(rng.uniform(-1, 1)) for _ in range(13)] for kind in "wx"}
    sums = []
    for shift, length in enumerate(lengths):
        chosen = [rng.sample(leaves[kind], length) for kind in kinds]
        terms = [
            factors[k % len(factors)] * product(*these) for k, these in enumerate(zip(*chosen))
        ]
        sums.append(engine.sum([*terms, 0.5 * shift, leaves["w"][shift]]))
    output = engine.sum([tanh(total) for total in sums])
    point = [x.data for x in leaves["x"]]
    check_program(Program(output, leaves["x"], leaves["w"]), [point, point[::-1]])


@pytest.mark.parametrize("n", [-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0])
def test_every_power(n: float) -> None:
    x, v, w = Value(0.7), Value(1.2), Value(1.3)
    check_program(Program((w * x) ** n + w**n * v**n, [x], [v, w]), [[0.7], [1.9]])


@given(sums_of_all_kinds(), st.integers(1, 3))
def test_sums_of_all_kinds(case: tuple[Any, list[float], int], n_samples: int) -> None:
    assert_agrees(*case, n_samples)


@pytest.mark.peer
@settings(max_examples=5)
@given(graphs(max_operations=12, max_leaves=4), st.integers(0, 3))
def test_random_graphs_by_jax(graph: Graph, n_inputs: int) -> None:
    assert_agrees(graph, list(graph.point), min(n_inputs, len(graph.point)), 2, "jax")


@pytest.mark.peer
@settings(max_examples=5)
@given(sums_of_all_kinds())
def test_sums_of_all_kinds_by_jax(case: tuple[Any, list[float], int]) -> None:
    assert_agrees(*case, 2, "jax")


@on_every_backend
@pytest.mark.parametrize("step", [1, 2, 3])
def test_one_product_at_every_other_input(step: int, backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, w, b = leaves
        return engine.sum(tanh(w * x + b) for x in xs[::step])

    assert_agrees(graph, [0.1 * k for k in range(10)], n_inputs=8, n_samples=3, backend=backend)


@on_every_backend
def test_one_matrix_at_two_positions_at_every_other_node(backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, v, w, u = leaves
        h = [tanh(v * x) for x in xs]
        z = [w * h[k] + u * h[k + 4] for k in (0, 2)]
        return engine.sum([tanh(each) for each in z]) + engine.sum(h[1::2])

    assert_agrees(graph, [0.1 * k - 0.3 for k in range(11)], 8, 3, backend)


@on_every_backend
@pytest.mark.parametrize("lengths", [(4, 3), (2, 4, 3), (7, 6, 5)])
def test_mere_sums_of_different_lengths(lengths: tuple[int, ...], backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, w = leaves
        terms = [x if k in (2, 3) else tanh(w * x) for k, x in enumerate(xs)]
        sums = [engine.sum(terms[k : k + length]) for k, length in enumerate(lengths)]
        return engine.sum([tanh(total) for total in sums])

    assert_agrees(graph, [0.1 * k - 0.25 for k in range(10)], 9, 3, backend)


@on_every_backend
@pytest.mark.parametrize("n", [1, 4, 5, 9])
def test_a_sum_of_what_lies_in_several_places(n: int, backend: str) -> None:
    """The gradient that goes to all of it is one row."""

    def graph(*leaves: Value) -> Value:
        *xs, w = leaves
        first = [tanh(w * x) for x in xs]
        second = [sigmoid(w * x) for x in first]
        return engine.sum([*first, *[tanh(w * x) for x in second]])

    assert_agrees(graph, [0.1 * k - 0.3 for k in range(n + 1)], n, 3, backend)


@on_every_backend
@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule(name: str, backend: str) -> None:
    rule = RULES[name]
    for point in list(sample_points(rule, random.Random(1)))[: 5 if backend == "numpy" else 1]:
        free = [x for k, x in enumerate(point) if k not in rule.fixed]

        def graph(*leaves: Value, point: tuple[float, ...] = point) -> Value:
            given = iter(leaves)
            return engine.apply(
                rule, *[x if k in rule.fixed else next(given) for k, x in enumerate(point)]
            )

        for n_inputs in range(len(free) + 1):
            assert_agrees(graph, free, n_inputs, 3, backend)


@on_every_backend
def test_fixed_numbers_stay_in_their_places(backend: str) -> None:
    rule = Rule(
        "nine",
        inputs=tuple("abcdefghi"),
        value=lambda m, *xs: m.dot(range(1, 10), xs) * xs[1] - xs[8],
        partials=lambda m, y, *xs: [k * xs[1] for k in range(1, 10)],
        fixed=frozenset({1, 8}),  # which a set does not give in this order
    )

    def graph(*leaves: Value) -> Value:
        a, *others = leaves
        return engine.apply(rule, a, 0.5, *others, 4.0).tanh()

    assert_agrees(graph, [0.1 * k - 0.3 for k in range(7)], 3, 2, backend)


@on_every_backend
def test_a_rule_of_ones_own_may_use_every_function_of_many_inputs(backend: str) -> None:
    point = [0.3, 0.7, -0.4]
    assert_agrees(lambda *xs: engine.apply(OF_MANY_INPUTS, *xs).sin(), point, 1, 2, backend)


@on_every_backend
@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_of_ones_own_may_be_made_of_any_other_and_have_its_name(
    name: str, backend: str
) -> None:
    rule = RULES[name]

    def value(m: Any, *xs: Any) -> Any:
        given = rule.vectors(xs) if rule.variadic and not rule.spread else xs
        return getattr(m, name)(*given) * 2.0

    def partials(m: Any, y: Any, *xs: Any) -> Any:
        return [2.0 * partial for partial in rule.partials(m, 0.5 * y, *xs)]

    own = Rule(name, inputs=rule.inputs, value=value, partials=partials, fixed=rule.fixed)
    point = next(iter(sample_points(rule, random.Random(1))))
    free = [x for k, x in enumerate(point) if k not in rule.fixed]

    def graph(*leaves: Value) -> Value:
        given = iter(leaves)
        return engine.apply(
            own, *[x if k in rule.fixed else next(given) for k, x in enumerate(point)]
        )

    for n_inputs in {0, 1, len(free)}:
        assert_agrees(graph, free, n_inputs, 2, backend)


@on_every_backend
@pytest.mark.parametrize("n_inputs", [0, 1, 3])
@pytest.mark.parametrize(
    "value", [lambda m, a, b: a, lambda m, a, b: b, lambda m, a, b: 1], ids=["a", "b", "neither"]
)
def test_a_value_need_not_depend_on_all_that_the_gradient_goes_to(
    value: Any, n_inputs: int, backend: str
) -> None:
    """As that of a straight-through estimator: it is in rows and samples as all of its inputs."""
    rule = Rule("own", inputs=("a", "b"), value=value, partials=lambda m, y, a, b: (b, 2))

    def graph(*leaves: Value) -> Value:
        first, *others = [*leaves, leaves[0]]
        rows = [engine.apply(rule, first, x) for x in others]
        rows += [engine.apply(rule, x, first) for x in others]
        return engine.dot(rows, [*leaves, *leaves]).tanh()

    assert_agrees(graph, [0.3, 0.7, -0.4, 0.5], n_inputs, 3, backend)


@on_every_backend
@pytest.mark.parametrize("n_inputs", [0, 2])
def test_a_rule_of_ones_own_may_send_the_same_sum_to_all(n_inputs: int, backend: str) -> None:
    rule = Rule(
        "sine_of_sum",
        inputs=("*x",),
        value=lambda m, *xs: m.sin(m.sum(xs)),
        partials=lambda m, y, *xs: (m.cos(m.sum(xs)),) * len(xs),
    )

    def graph(a: Value, b: Value, c: Value, d: Value) -> Value:
        return engine.apply(rule, a, c, d) * 2.0 + engine.apply(rule, a * c, d, b).tanh()

    assert_agrees(graph, [0.3, 0.7, -0.4, 0.5], n_inputs, 3, backend)


@on_every_backend
@pytest.mark.parametrize("rule", REDUCE_WHAT_IS_THE_SAME, ids=lambda rule: rule.name)
def test_a_rule_of_ones_own_may_reduce_what_is_the_same_for_all(rule: Rule, backend: str) -> None:
    point = [0.3, 0.7, -0.4, 0.5, 0.2, 0.6]
    assert_agrees(partial(reduced, rule=rule), point, 0, 3, backend)
    assert_agrees(partial(reduced, rule=rule), point, 5, 3, backend)
    assert_agrees(lambda *xs: reduced(*[x * xs[-1] for x in xs], rule=rule), point, 5, 3, backend)


@on_every_backend
@pytest.mark.parametrize("long, short", [("uuv", "uv"), ("uuv", "uu"), ("uuvv", "uvv")])
def test_a_weight_that_comes_twice_in_a_row_takes_part_twice(
    long: str, short: str, backend: str
) -> None:
    def graph(*leaves: Value) -> Value:
        weights = {"u": leaves[-2], "v": leaves[-1]}
        a = engine.dot([weights[name] for name in long], leaves[: len(long)])
        b = engine.dot([weights[name] for name in short], leaves[4 : 4 + len(short)])
        return tanh(a) + tanh(b) ** 2

    assert_agrees(graph, [0.1, -0.2, 0.3, 0.4, 0.5, 0.7, -0.6, 0.9, -0.8], 7, 3, backend)


@pytest.mark.parametrize("made", [lambda w: w, engine.softplus, lambda w: w * w])
@given(size=st.integers(1, 4), steps=st.integers(1, 5), seed=st.integers(0, 100))
def test_weights_shared_by_time_steps_get_the_gradients_of_all(
    made: Any, size: int, steps: int, seed: int
) -> None:
    rng = random.Random(seed)
    point = [rng.uniform(-1, 1) for _ in range(steps + size * (size + 2))]
    assert_agrees(partial(recurrent, size=size, steps=steps, made=made), point, steps, 3)


@on_every_backend
@pytest.mark.parametrize("positions", [2, 3])
def test_weights_shared_by_many_positions_and_by_one_get_the_gradients_of_all(
    positions: int, backend: str
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
    assert_agrees(graph, point, 2 * positions, 3, backend)


@on_every_backend
@pytest.mark.parametrize("positions", [1, 2])
@pytest.mark.parametrize("made", [lambda w: w, engine.softplus])
def test_shared_weights_get_their_gradients_where_one_use_of_them_sends_none(
    made: Any, positions: int, backend: str
) -> None:
    def graph(*leaves: Value) -> Value:
        xs, parameters = leaves[: 2 * positions], leaves[2 * positions :]
        a, b, c, d, e, f = map(made, parameters)

        def layer(pairs: Any) -> list[list[Value]]:
            return [[tanh(a * x + b * y + e), tanh(c * x + d * y + f)] for x, y in pairs]

        once = layer(zip(xs[::2], xs[1::2]))
        twice = layer(once)
        signs = [[engine.greater(value, 0.5) for value in pair] for pair in layer(twice)]
        return engine.sum([value for pair in [*once, *twice, *signs] for value in pair])

    given = [0.3, -0.2, 0.4, 0.1][: 2 * positions]
    assert_agrees(graph, [*given, 0.7, -0.6, 0.4, 0.5, 0.1, -0.3], len(given), 3, backend)


@on_every_backend
@pytest.mark.parametrize("n_inputs", [0, 3])
def test_nodes_of_one_kernel_of_which_some_get_no_gradient(n_inputs: int, backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, v, w = leaves
        first, second, third = (tanh(w * x + v) for x in xs)
        return first * third + engine.greater(second, 0.5) * first

    assert_agrees(graph, [0.3, 0.9, -0.4, 0.2, 0.7], n_inputs, 3, backend)


@on_every_backend
def test_one_number_used_by_all_nodes_of_two_kernels_gets_both_gradients(backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, w = leaves
        return engine.sum([tanh(engine.maximum(x, w)) + engine.atan2(x, w) for x in xs])

    assert_agrees(graph, [0.3, 0.6, -0.9, 0.45], 3, 4, backend)


@on_every_backend
def test_one_number_at_all_inputs_of_a_rule_of_many(backend: str) -> None:
    assert_agrees(lambda x: engine.hypot(x, x, x), [0.6], 0, 2, backend)
    assert_agrees(lambda x: engine.logsumexp([x, x]), [0.6], 1, 2, backend)


@on_every_backend
def test_numbers_that_come_twice_in_each_of_several_stacks(backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        zs = [tanh(x * leaves[-1]) for x in leaves[:-1]]
        twice = [[a, a] for a in zs], [[a, b, a, b] for a, b in zip(zs[::2], zs[1::2])]
        found = [engine.logsumexp(row) + engine.maximum(*row) for rows in twice for row in rows]
        return engine.sum(found) + engine.sum(
            [engine.hypot(*row) for rows in twice for row in rows]
        )

    assert_agrees(graph, [0.3, 0.9, -0.4, 0.6, 0.7], 4, 3, backend)


@on_every_backend
def test_the_largest_of_many_and_ties_of_them(backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, u, v, w = leaves
        rows = [[tanh(x * p) for p in (u, v, w, u + v)] for x in xs]
        alike = [engine.maximum(*row[:3]) + engine.minimum(*row) for row in rows]
        return (
            engine.sum(alike) + xs[0] * engine.maximum(u, v, w, 0.1) + engine.minimum(xs[1], u, w)
        )

    assert_agrees(graph, [0.3, 0.9, -0.4, 0.5, 0.5, 0.5], 3, 3, backend)


@on_every_backend
@pytest.mark.parametrize("made", [lambda w: w, lambda w: w * w])
def test_a_recurrent_net(made: Any, backend: str) -> None:
    point = [0.1 * (k % 7) - 0.3 for k in range(4 + 3 * 5)]
    assert_agrees(partial(recurrent, size=3, steps=4, made=made), point, 4, 3, backend)


@on_every_backend
@pytest.mark.parametrize("padding", [0, 1])
def test_a_convolution(padding: int, backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *pixels, a, b, c, d, e = leaves
        rows = [[*pixels[k : k + 3], *[Value(0.0)] * padding] for k in range(0, 9, 3)]
        across = range(len(rows[0]) - 1)
        windows = [(r[j : j + 2], s[j : j + 2]) for r, s in pairwise(rows) for j in across]
        return engine.sum(
            [tanh(engine.dot([a, b, c, d], [*upper, *lower]) + e) for upper, lower in windows]
        )

    assert_agrees(graph, [0.2 * (k % 5) - 0.4 for k in range(14)], 9, 3, backend)
