"""simplify: sums of products in one form, constants folded, repeats merged."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import engine
from engine import RULES, Value, relu, tanh
from engine.program import Program
from engine.program.graph import Constant, Graph, Input, Operation, Parameter, Sum, Zero
from engine.program.lower import Traced, lower
from engine.program.open_sum import OpenSum
from engine.program.simplify import simplify
from engine.proof.programs import check_program
from engine.proof.random_graph import Graph as RandomGraph
from engine.proof.strategies import graphs

X, Y, W, V = (Value(0.1 * k + 0.3, name) for k, name in enumerate("xywv"))  # places 0, 1, 2, 3


def simplified(*outputs: Value) -> Graph:
    return simplify(lower(Traced([*outputs], [X, Y], [W, V])))


def computed(graph: Graph) -> list[Any]:
    nodes = [graph.nodes[place] for place in graph.needed]
    return [node for node in nodes if isinstance(node, (Operation, Sum))]


def columns(terms: Sequence[tuple[float, ...]], count: int) -> Any:
    return tuple(zip(*terms)) or ((),) * count


@pytest.mark.parametrize(
    "output, linear, products, constant",
    [
        (W * X + V * Y, (), ((1.0, 2, 0), (1.0, 3, 1)), 0.0),
        (X + 2.0, ((1.0, 0),), (), 2.0),
        (X * W + 2.0, (), ((1.0, 2, 0),), 2.0),
        (X * W + Y * V + 2.0, (), ((1.0, 2, 0), (1.0, 3, 1)), 2.0),
        (engine.dot([W, V], [X, Y]), (), ((1.0, 2, 0), (1.0, 3, 1)), 0.0),
        (engine.dot([W, V, X], [X, Y, W]), (), ((2.0, 2, 0), (1.0, 3, 1)), 0.0),
        (3.0 * (X - 2.0 * Y), ((3.0, 0), (-6.0, 1)), (), 0.0),
        (-(X - 1.0) / 4.0, ((-0.25, 0),), (), 0.25),
        (engine.sum([X, Y, X]) + 0.0 * W, ((2.0, 0), (1.0, 1)), (), 0.0),
        ((2.0 * X) * (-W), (), ((-2.0, 2, 0),), 0.0),
        (X * Y + Y * X + W * V + V * W, (), ((2.0, 0, 1), (2.0, 2, 3)), 0.0),
        (W * X + V * Y - X * W + 2.0, (), ((1.0, 3, 1),), 2.0),
    ],
)
def test_all_ways_to_add_are_one_form(
    output: Value, linear: Any, products: Any, constant: float
) -> None:
    assert computed(simplified(output)) == [Sum(constant, columns(linear, 2), columns(products, 3))]


def test_what_is_used_twice_stays_a_node_of_its_own() -> None:
    total = X + Y
    graph = simplified(total * W, total * V)
    assert [type(node) for node in computed(graph)] == [Sum, Operation, Operation]


def test_the_sums_of_a_vector_that_is_shared_are_used_by_all_that_share_it() -> None:
    zs = [X + k * Y for k in range(5)]
    numbers = [[Value(0.1 * k + shift) for k in range(5)] for shift in (1.0, 2.0)]
    output = engine.dot(zs, numbers[0]) * engine.dot(zs, numbers[1])
    check_program(Program(output, [X, Y]), [[0.3, 0.4], [-0.5, 0.6]])


def test_equal_products_of_a_dot_product_are_one_term() -> None:
    (node,) = computed(simplified(engine.dot([W] * 6, [X] * 6)))
    assert node == Sum(0.0, ((), ()), ((6.0,), (2,), (0,)))


def test_repeats_are_merged_and_constants_folded() -> None:
    two = Value(2.0)
    graph = simplified(tanh(X) + tanh(X), tanh(two))
    assert [node.rule.name for node in computed(graph) if isinstance(node, Operation)] == ["tanh"]
    assert graph.nodes[graph.outputs[1]] == Constant(tanh(2.0), False)


def test_each_value_is_found_again() -> None:
    lowered = lower(Traced([tanh(W * X + V)], [X, Y], [W, V]))
    graph = simplify(lowered)
    where = {
        origin.rule.name: graph.merged[place]
        for place, origin in enumerate(lowered.origins)
        if origin is not None and origin.inputs
    }
    assert where["multiply"] == -1 and where["tanh"] == graph.outputs[0]
    assert isinstance(graph.nodes[where["add"]], Sum)


@given(graphs(max_operations=20), st.integers(0, 5))
def test_every_node_comes_after_its_inputs_and_knows_what_it_depends_on(
    graph: RandomGraph, n_inputs: int
) -> None:
    leaves = [Value(x) for x in graph.point]
    output = graph(*leaves)
    random.Random(0).shuffle(leaves)
    result = simplify(lower(Traced([output], leaves[:n_inputs], leaves[n_inputs:])))
    assume(not result.shifts)  # which require none, although they depend on parameters
    for place, node in enumerate(result.nodes):
        inputs = result.inputs(place)
        assert max(inputs, default=-1) < place
        batched = any(result.batched[x] for x in inputs) or isinstance(node, (Input, Zero))
        requires_grad = any(result.requires_grad[x] for x in inputs) or isinstance(node, Parameter)
        assert (result.batched[place], result.requires_grad[place]) == (batched, requires_grad)


def test_the_graph_that_is_given_stays_as_it_is() -> None:
    lowered = lower(Traced([tanh(W * X + V) * X], [X, Y], [W, V]))
    before = list(lowered.nodes), list(lowered.outputs)
    simplify(lowered)
    assert (lowered.nodes, lowered.outputs) == before


def test_factors_that_would_overflow_or_vanish_together() -> None:
    for factor, number in ((1e200, 1e-300), (1e-200, 1e300)):
        x = Value(number)
        for output in ((x * factor) * factor, (x * factor + 1.0) * factor):
            assert Program(output, [x])([[number]]) == pytest.approx([output.data], rel=1e-14)


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, w: (x * 1e308 + x * 1e308) * 1e-200 + w,
        lambda x, w: (w * -1e308 + -1e308 * w) * 1e-200 + x,
        lambda x, w: (1e308 * x) * w + (1e308 * x) * w,
        lambda x, w: tanh((Value(1e308) + 1.0) * 1e-308) * x + Value(1e308) * 1e-9 * w,
    ],
)
def test_large_numbers_that_would_add_up_to_more_than_a_float_holds(formula: Any) -> None:
    for numbers in ((1e-150, 1e-150), (-1e-160, 3e-150)):
        x, w = (Value(number) for number in numbers)
        check_program(Program(formula(x, w), [x], [w]), [[numbers[0]], [2.0 * numbers[0]]])


@pytest.mark.parametrize("number", [1e308, -1e308])
def test_constants_that_add_up_to_more_than_a_float_holds(number: float) -> None:
    x = Value(-number)
    program = Program((x + number) + (number + tanh(x)), [x])
    with pytest.raises(OverflowError, match="too large for a float"):
        program([[-number]])


@pytest.mark.parametrize("factor, number", [(1e200, 1e-150), (1e-200, 1e150)])
def test_factors_of_a_product_that_would_overflow_or_vanish_together(
    factor: float, number: float
) -> None:
    x, w = Value(number), Value(number)
    check_program(Program((x * factor) * (w * factor), [x], [w]), [[number], [2.0 * number]])


def test_a_factor_that_would_take_the_digits_of_one_side_of_a_product() -> None:
    x, y, w, v = (Value(number) for number in (1e-15, 1e-15, 1e150, 1e150))
    output = x * w * 1e-300 + v * y * 1e-300 + x * v * 1e-300
    program = Program(output, [x, y], [w, v])
    assert program([[1e-15, 1e-15]]) == pytest.approx([output.data], rel=1e-14, abs=0.0)


def test_zero_and_minus_zero_are_two_numbers() -> None:
    x = Value(-1.0)
    output = engine.copysign(x, -0.0) + 10.0 * engine.copysign(x, 0.0)
    assert Program(output, [x])([[-1.0]]).tolist() == [output.data] == [9.0]


def test_a_rule_of_your_own_may_be_named_as_one_of_the_table() -> None:
    rule = replace(RULES["sum"], value=RULES["prod"].value, partials=RULES["prod"].partials)
    x, y = Value(3.0), Value(5.0)
    assert Program(engine.apply(rule, x, y), [x, y])([[3.0, 5.0]]).tolist() == [15.0]


def test_memory_and_time_grow_with_the_nodes_and_not_faster() -> None:
    x = Value(0.5)
    total = x
    for k in range(20_000):
        total = total + x * (k * 1e-6)
    assert Program(total.tanh(), [x])([[0.5]]).shape == (1,)


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


def test_a_mean_over_neurons_leaves_them_a_matrix() -> None:
    weights = [[Value(0.1 * (i + k)) for k in range(8)] for i in range(3)]
    samples = [[Value(0.5 + 0.01 * (s + k)) for k in range(8)] for s in range(5)]
    means = [engine.sum([engine.dot(row, sample) for sample in samples]) / 5 for row in weights]
    inputs, parameters = [x for s in samples for x in s], [w for row in weights for w in row]
    program = Program([tanh(mean) for mean in means], inputs, parameters)
    assert program.source.count("matmul") >= 1


@pytest.mark.parametrize("of_products", [False, True])
def test_of_two_sums_the_smaller_one_moves(of_products: bool) -> None:
    """Else a chain of n additions would take n²/2 steps."""
    graph = simplified(X * W)
    small, large = OpenSum(graph), OpenSum(graph)
    small.linear[0] = 1.0
    terms: dict[Any, float] = large.products if of_products else large.linear
    terms.update({(place, place) if of_products else place: 1.0 for place in range(9)})
    small.merge(1.0, large)
    assert terms is (small.products if of_products else small.linear)


def test_a_mean_behind_a_matrix_is_taken_before_it() -> None:
    """The sums over the positions are the same for each row of the matrix."""
    graph = simplified(W * X + V + W * Y, 3.0 * (W * X + W * Y))
    pooled, *_ = [n for n in computed(graph) if isinstance(n, Sum)]
    assert pooled.linear == ((1.0, 1.0), (0, 1)) and not any(pooled.products)
    points = [[Value(0.1 * (k + 3 * j)) for j in range(4)] for k in range(6)]
    weights = [[Value(0.3 - 0.1 * k * j) for j in range(4)] for k in range(5)]
    seen = [[engine.dot(row, tanh_of(point)) for row in weights] for point in points]
    means = [tanh(engine.sum(column) / len(points)) for column in zip(*seen)]
    inputs = [x for point in points for x in point]
    program = Program(engine.sum(means), inputs, [w for row in weights for w in row])
    assert "5 x 4 matrix" in program.source
    check_program(program, [[0.1 * k - 1.0 for k in range(24)], [0.3] * 24])


def tanh_of(point: list[Value]) -> list[Value]:
    return [tanh(x) for x in point]


POINTS = [[Value(0.1 * (k + 3 * j) - 0.7) for k in range(6)] for j in range(3)]
WEIGHTS = [[Value(0.3 - 0.1 * k * j) for k in range(6)] for j in range(2)]
ALONE = [Value(0.2 * k) for k in range(6)]


def test_long_dot_products_with_the_same_weights_are_pooled_whole() -> None:
    dots = [[engine.dot(weights, point) for point in POINTS] for weights in WEIGHTS]
    total = engine.sum([*dots[0], *dots[1][1:], engine.dot(ALONE, POINTS[0])])
    inputs, parameters = [*chain(*POINTS)], [*chain(*WEIGHTS), *ALONE]
    graph = simplify(lower(Traced([total], inputs, parameters)))
    *pooled, last = computed(graph)
    linear = [node.linear for node in pooled]
    assert linear[:6] == [((1.0,) * 3, (k, k + 6, k + 12)) for k in range(6)]
    assert linear[6:] == [((1.0,) * 2, (k + 6, k + 12)) for k in range(6)]
    ones, left, right = last.products
    assert ones == (1.0,) * 18 and left == (*range(30, 36), *range(18, 30))
    assert right == (*range(6), *range(36, 48))


@pytest.mark.parametrize(
    "dots, n_sums",
    [
        (lambda w, x: [(w[0], x[0]), (w[0], x[1]), (w[1], x[1])], 7),
        (lambda w, x: [(w[0], x[0]), (w[0], x[0]), (w[1], x[1])], 1),
        (lambda w, x: [(w[0], x[0]), (w[0], x[1]), (w[0][1:] + w[1][:1], x[2])], 7),
        (lambda w, x: [(w[0], x[0]), (w[0], x[1]), (w[0][::-1], x[2])], 7),
        (lambda w, x: [(w[0], x[0]), (w[0], x[1]), (x[0], x[1]), (x[0], x[2])], 7),
        (lambda w, x: [(w[0], x[1]), (w[0], w[1]), (w[0], x[2])], 8),
    ],
)
def test_of_dot_products_that_share_vectors_those_with_weights_are_pooled(
    dots: Any, n_sums: int
) -> None:
    inputs, parameters = [*chain(*POINTS)], [*chain(*WEIGHTS)]
    output = engine.sum([engine.dot(*pair) for pair in dots(WEIGHTS, POINTS)])
    assert len(computed(simplify(lower(Traced([output], inputs, parameters))))) == n_sums
    point = [leaf.data for leaf in inputs]
    check_program(Program(output, inputs, parameters), [point, [0.3 - x for x in point]])


@pytest.mark.parametrize("factor", [-1.0, 3.0])
def test_a_long_dot_product_is_scaled_whole(factor: float) -> None:
    a, b = [[Value(0.1 * k, f"{name}{k}") for k in range(6)] for name in "ab"]
    loss = a[1] + factor * engine.dot(a, b)
    for inputs, parameters in ([*a, *b], []), (b, a):
        point = [0.2 * k - 0.5 for k in range(len(inputs))]
        check_program(Program(loss, inputs, parameters), [point])


@pytest.mark.parametrize("factors, size", [((3.0, 5.0), 1.0), ((1e200, 1e200), 1e-150)])
def test_a_long_dot_product_is_scaled_again(factors: tuple[float, float], size: float) -> None:
    a, b = [[Value(size * (k + shift)) for k in range(6)] for shift in (0.5, 1.0)]
    first, second = factors
    output = (engine.dot(a, b) * first) * second
    point = [x.data for x in (*a, *b)]
    assert Program(output, [*a, *b])([point]) == pytest.approx([output.data], rel=1e-14)


def test_long_dot_products_add_up_with_what_stands_beside_them() -> None:
    ws, xs = ([Value(0.1 * k + start) for k in range(6)] for start in (0.3, -0.2))
    u, v = Value(0.7), Value(-0.4)
    whole, product = lambda: engine.dot(ws, xs), lambda: u * xs[0]
    sums = [
        whole() + product(),
        product() + whole(),
        (whole() + u) + (product() + v),
        (product() + v) + (whole() + u),
        engine.sum([whole(), product(), engine.dot([*ws[1:], v], xs)]),
        engine.dot([1.0, u], [whole(), xs[0]]),
        (whole() + u) * (v + product()),
        (3.0 * u) * (2.0 * v + 1.0) + (2.0 * u) * (whole() + v) + (2.0 * (u * v)) * (3.0 * u),
    ]
    for total in sums:
        check_program(Program(total, xs, [*ws, u, v]), [[0.2 * k - 0.5 for k in range(6)]])


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_the_largest_of_relus_is_relu_of_the_largest(name: str) -> None:
    """So a net that pools has one relu for each pool, with the same gradient where some are equal,
    at 0 as well."""
    extreme = getattr(engine, name)
    output = extreme(relu(W * X), relu(V * Y), relu(W + Y))
    graph = simplified(output)
    *before, largest, last = computed(graph)
    assert len(before) == 3 and not relus(before)
    assert graph.origins[graph.outputs[0]] is output
    assert largest.rule is RULES[name] and last.rule is RULES["relu"]
    numbers = [-2.0, -1.0, 0.0, 1.0, 2.0]
    program = Program(W * extreme(relu(W * X), relu(V * Y), relu(X)), [X, Y], [W, V])
    program.parameters[:] = 1.0
    check_program(program, [[x, y] for x in numbers for y in numbers])


def test_the_largest_of_relus_of_numbers_is_a_number_and_that_of_one_is_itself() -> None:
    graph = simplified(engine.maximum(relu(Value(2.0)), relu(Value(-1.0))))
    assert graph.constants[graph.outputs[0]] == 2.0
    assert relus(computed(simplified(engine.maximum(relu(W * X))))) == 1


@pytest.mark.parametrize(
    "output",
    [
        engine.maximum(relu(X), Y, relu(W)),
        engine.maximum(tanh(X), tanh(Y)),
        (lambda a: engine.maximum(tanh(a), engine.maximum(a, relu(Y), relu(W))))(relu(X)),
    ],
)
def test_relus_of_which_others_need_some_stay(output: Value) -> None:
    before = [each for each in computed(simplified(output)) if isinstance(each, Operation)]
    assert before[-1].rule is RULES["maximum"]
    assert relus(before) == relus(lower(Traced([output], [X, Y], [W, V])).nodes)


def relus(nodes: Sequence[Any]) -> int:
    return sum(isinstance(node, Operation) and node.rule is RULES["relu"] for node in nodes)
