"""gradients, jacobian, hessian and their products: the numbers of backward, to third order."""

import contextlib
import math

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from engine import (
    RULES,
    DomainError,
    Value,
    apply,
    functions,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    vjp,
)
from engine.graph import topological_order
from engine.rules import CONSTANT

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)

# Random graphs


@st.composite
def graphs(draw):
    """The nodes of a random graph over all rules, in the order they were made; leaves first."""
    leaves = draw(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=3))
    nodes = list(map(Value, leaves))
    for _ in range(draw(st.integers(1, 8))):
        rule = draw(st.sampled_from(list(RULES.values())))
        size = rule.arity(2 * draw(st.integers(1, 2)) if rule.variadic else 1)
        inputs = [
            2.0 if k in rule.fixed else draw(st.sampled_from(nodes) | st.floats(0.5, 2.0))
            for k in range(size)
        ]
        numbers = [i.data if isinstance(i, Value) else i for i in inputs]
        if rule.holds_at(*numbers) or tuple(numbers) in rule.chosen:
            with contextlib.suppress(OverflowError):
                nodes.append(apply(rule, *inputs))
    return nodes


def attempt(function, *arguments):
    """What it gives; a point at which a derivative is too large, or none, is drawn anew.

    The graph of a derivative also needs the derivatives of its own operations, and at an edge, as
    of 1 - y*y with y rounded to 1, these may not exist.
    """
    try:
        return function(*arguments)
    except (OverflowError, DomainError):
        reject()


# First order


@given(nodes=graphs())
def test_gradients_are_what_backward_gives_to_the_last_bit(nodes):
    """Both multiply and add the same floats in the same order."""
    leaves = [node for node in nodes if not node.inputs]
    derivatives = attempt(gradients, nodes[-1], leaves)
    attempt(nodes[-1].backward)
    assert [d.data for d in derivatives] == [leaf.grad for leaf in leaves]


@given(nodes=graphs(), data=st.data())
def test_gradients_of_an_interior_node_are_what_backward_leaves_there(nodes, data):
    order = topological_order([nodes[-1]])
    chosen = data.draw(st.lists(st.sampled_from(order), min_size=1, max_size=3))
    derivatives = attempt(gradients, nodes[-1], chosen)
    attempt(nodes[-1].backward)
    assert [d.data for d in derivatives] == [node.grad for node in chosen]


@given(nodes=graphs())
def test_gradients_touch_no_grad_and_no_number(nodes):
    before = [(node.data, index) for index, node in enumerate(nodes)]
    for index, node in enumerate(nodes):
        node.grad = float(index)
    attempt(gradients, nodes[-1], nodes)
    assert [(node.data, int(node.grad)) for node in nodes] == before


def test_what_the_output_does_not_depend_on_has_the_constant_zero():
    x, other = Value(2.0), Value(3.0)
    for y in (x * x, x, functions.greater(x, other) * 1.0):
        (d,) = gradients(y, [other])
        assert (d.data, d.rule, d.inputs) == (0.0, CONSTANT, ())


def test_what_is_no_value_is_refused_with_what_to_write():
    x = Value(2.0, "x")
    for output, inputs in ((x * x, ["x"]), ([x * x], [x]), (3.0, [x])):
        with pytest.raises(TypeError, match="gradients: a Value is needed, and .* was given"):
            gradients(output, inputs)


def test_the_derivative_of_a_value_along_itself_is_one():
    x = Value(2.0)
    y = x * x
    assert [d.data for d in gradients(y, [y, y])] == [1.0, 1.0]
    assert [d.data for d in gradients(x, [x])] == [1.0]


def test_inputs_come_in_any_order_and_as_often_as_asked():
    x, y = Value(2.0), Value(3.0)
    assert [d.data for d in gradients(x * y, [y, x, y])] == [2.0, 3.0, 2.0]
    assert gradients(x * y, []) == []


def test_a_derivative_is_a_graph_on_the_same_leaves():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    (slope,) = gradients(x * x * y, [x])
    leaves = [node for node in topological_order([slope]) if node.rule is None]
    assert set(leaves) == {x, y}
    slope.backward()
    assert (slope.data, x.grad, y.grad) == (12.0, 6.0, 4.0)


def test_a_factor_of_one_and_a_term_of_nothing_make_no_nodes():
    x, y = Value(2.0), Value(3.0)
    (along_x,) = gradients(x * y + 1.0, [x])
    assert along_x is y
    (along_x,) = gradients(functions.sum([x, y, x]), [x])
    assert (along_x.data, along_x.inputs) == (2.0, ())


@pytest.mark.parametrize("grow", [lambda y: y + y, lambda y: y.degrees()])
def test_a_gradient_that_overflows_raises_as_backward_does(grow):
    """It is a plain number: a sum of ones, or a product of factors 180/π."""
    x = y = Value(1e-307)
    while y.data < 10.0:
        y = grow(y)
    with pytest.raises(OverflowError):
        gradients(y, [x])


def test_a_long_chain_has_gradients_without_recursion():
    x = y = Value(1.0)
    for _ in range(10_000):
        y = -y
    assert gradients(y, [x])[0].data == 1.0


def test_without_recording_the_derivatives_are_numbers_only():
    x = Value(3.0)
    y = x**3
    with no_grad():
        (slope,) = gradients(y, [x])
    assert (slope.data, slope.inputs) == (27.0, ())


# Higher orders


@every_rule
@given(data=st.data())
def test_derivatives_of_every_rule_to_third_order_are_exact_but_for_rounding(
    rule, data, points, exact, rounding_error
):
    """Along inputs drawn anew at each order, so mixed derivatives too."""
    numbers = data.draw(points(rule, reach=8.0, smallest=2.0**-10))
    inputs = [x if k in rule.fixed else Value(x) for k, x in enumerate(numbers)]
    free = sorted(set(range(len(numbers))) - rule.fixed)
    along = data.draw(st.lists(st.sampled_from(free), min_size=3, max_size=3))
    derivative = attempt(apply, rule, *inputs)
    for order, index in enumerate(along, start=1):
        assume(rule.holds_at(*numbers, order=order))
        (derivative,) = attempt(gradients, derivative, [inputs[index]])
        allowed = rounding_error(derivative)
        assume(math.isfinite(allowed))
        assert abs(derivative.data - exact(rule, *numbers, along=along[:order])) <= allowed


POLYNOMIALS = [
    (lambda x: x**5, [32.0, 80.0, 160.0, 240.0, 240.0, 120.0, 0.0]),
    (lambda x: x * x * x, [8.0, 12.0, 12.0, 6.0, 0.0]),
    (lambda x: 1 / x, [0.5, -0.25, 0.25, -0.375, 0.75]),
    (lambda x: functions.prod([x, x, x, x]), [16.0, 32.0, 48.0, 48.0, 24.0, 0.0]),
    (lambda x: functions.dot([x, 3.0], [x, x]), [10.0, 7.0, 2.0, 0.0]),
]


@pytest.mark.parametrize("function, derivatives", POLYNOMIALS)
def test_derivatives_at_two_of_any_order_are_exact(function, derivatives):
    x = Value(2.0)
    found = [function(x)]
    while len(found) < len(derivatives):
        found += gradients(found[-1], [x])
    assert [d.data for d in found] == derivatives


@given(nodes=graphs())
def test_the_second_derivative_is_the_same_by_gradients_and_by_backward(nodes):
    leaves = [node for node in nodes if not node.inputs]
    (slope,) = attempt(gradients, nodes[-1], leaves[:1])
    curvatures = attempt(gradients, slope, leaves)
    attempt(slope.backward)
    assert [d.data for d in curvatures] == [leaf.grad for leaf in leaves]


# Hessian


@given(nodes=graphs())
def test_the_derivatives_of_slopes_are_symmetric_but_for_rounding(nodes, rounding_error):
    leaves = [node for node in nodes if not node.inputs]
    slopes = attempt(gradients, nodes[-1], leaves)
    rows = [attempt(gradients, slope, leaves) for slope in slopes]
    for i in range(len(leaves)):
        for j in range(i):
            allowed = rounding_error(rows[i][j]) + rounding_error(rows[j][i])
            assume(math.isfinite(allowed))
            assert abs(rows[i][j].data - rows[j][i].data) <= allowed


@given(nodes=graphs())
def test_a_hessian_along_leaves_has_one_value_on_both_sides_of_its_diagonal(nodes):
    leaves = [node for node in nodes if not node.inputs]
    rows = attempt(hessian, nodes[-1], leaves)
    assert all(rows[i][j] is rows[j][i] for i in range(len(rows)) for j in range(i))
    for i, slope in enumerate(gradients(nodes[-1], leaves)):
        expected = attempt(gradients, slope, leaves)
        assert [d.data for d in rows[i][i:]] == [d.data for d in expected[i:]]


@given(nodes=graphs(), data=st.data())
def test_a_hessian_along_any_nodes_has_the_derivatives_of_each_slope(nodes, data):
    """One of the nodes may be computed from another, and then it is not symmetric."""
    order = topological_order([nodes[-1]])
    chosen = data.draw(st.lists(st.sampled_from(order), min_size=1, max_size=3))
    assume(any(node.inputs for node in chosen))
    rows = attempt(hessian, nodes[-1], chosen)
    for row, slope in zip(rows, gradients(nodes[-1], chosen), strict=True):
        assert [d.data for d in row] == [d.data for d in attempt(gradients, slope, chosen)]


def test_a_hessian_along_a_node_and_its_input_is_not_symmetric():
    x = Value(0.5)
    y = x.exp()
    assert [[d.data for d in row] for row in hessian(y, [x, y])] == [[y.data, 1.0], [0.0, 0.0]]


def test_the_rows_of_a_hessian_share_the_local_derivatives():
    """Of n inputs a row has a tanh's 1 - y² in common with the others: two nodes, and not 2n."""
    xs = [Value(0.1 * k) for k in range(20)]
    rows = hessian(functions.tanh(functions.sum(xs)), xs)
    nodes = topological_order([d for row in rows for d in row])
    assert sum(node.rule is RULES["subtract"] for node in nodes) == 1


def test_inputs_may_be_given_one_after_the_other():
    x, y = Value(2.0), Value(3.0)
    assert [d.data for d in gradients(x * y, (v for v in (x, y)))] == [3.0, 2.0]
    rows = hessian(x * y, (v for v in (x, y)))
    assert [[d.data for d in row] for row in rows] == [[0.0, 1.0], [1.0, 0.0]]


@given(a=st.tuples(*[st.integers(-9, 9)] * 9), at=st.tuples(*[st.integers(-9, 9)] * 3))
def test_the_hessian_of_a_quadratic_form_is_its_matrix_and_its_transpose(a, at):
    """xᵀAx has the Hessian A + Aᵀ and the gradient (A + Aᵀ)x: whole numbers, so exactly."""
    xs = [Value(float(x)) for x in at]
    y = functions.sum(float(a[3 * i + j]) * xs[i] * xs[j] for i in range(3) for j in range(3))
    matrix = [[float(a[3 * i + j] + a[3 * j + i]) for j in range(3)] for i in range(3)]
    assert [[d.data for d in row] for row in hessian(y, xs)] == matrix
    expected = [sum(m * x for m, x in zip(row, at)) for row in matrix]
    assert [d.data for d in gradients(y, xs)] == expected


def test_the_hessian_of_logsumexp_is_that_of_the_softmax():
    """∂²/∂xᵢ∂xⱼ = pᵢ(δᵢⱼ - pⱼ), here with p = 1/4, 3/4 up to the rounding of log 3."""
    xs = [Value(0.0), Value(math.log(3.0))]
    rows = hessian(functions.logsumexp(xs), xs)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        expected = 3.0 / 16.0 if i == j else -3.0 / 16.0
        assert abs(rows[i][j].data - expected) <= 2.0**-50


# Jacobian, and products with it and with the Hessian

vectors = st.lists(st.floats(-2.0, 2.0), min_size=4, max_size=4)


def several(data, nodes):
    """Some outputs and some inputs of a graph: leaves and what lies between, some of them twice."""
    order = topological_order([nodes[-1]])
    some = st.lists(st.sampled_from(order), min_size=1, max_size=3)
    return [nodes[-1], *data.draw(some)], data.draw(some)


@pytest.fixture(scope="module")
def is_weighted(rounding_error):
    """Whether a Value is Σ entries · weights, but for rounding."""

    def check(found, entries, weights):
        allowed = rounding_error(found) + 2.0 * sum(map(rounding_error, entries))
        terms = [entry.data * weight for entry, weight in zip(entries, weights, strict=True)]
        assume(math.isfinite(allowed) and all(map(math.isfinite, terms)))
        return abs(found.data - math.fsum(terms)) <= allowed + 2.0**-52 * sum(map(abs, terms))

    return check


@given(nodes=graphs(), data=st.data())
def test_a_jacobian_has_the_gradients_of_each_output(nodes, data):
    outputs, inputs = several(data, nodes)
    rows = attempt(jacobian, outputs, inputs)
    for row, output in zip(rows, outputs, strict=True):
        assert [d.data for d in row] == [d.data for d in attempt(gradients, output, inputs)]


@given(nodes=graphs(), data=st.data(), vector=vectors)
def test_vjp_weighs_the_rows_of_the_jacobian_and_jvp_its_columns(nodes, data, vector, is_weighted):
    outputs, inputs = several(data, nodes)
    rows = attempt(jacobian, outputs, inputs)
    products = attempt(vjp, outputs, inputs, vector[: len(outputs)])
    for found, column in zip(products, zip(*rows), strict=True):
        assert is_weighted(found, column, vector[: len(outputs)])
    products = attempt(jvp, outputs, inputs, vector[: len(inputs)])
    for found, row in zip(products, rows, strict=True):
        assert is_weighted(found, row, vector[: len(inputs)])


@given(nodes=graphs(), vector=vectors)
def test_hvp_weighs_the_columns_of_the_hessian(nodes, vector, is_weighted):
    leaves = [node for node in nodes if not node.inputs]
    rows = attempt(hessian, nodes[-1], leaves)
    products = attempt(hvp, nodes[-1], leaves, vector[: len(leaves)])
    for found, row in zip(products, rows, strict=True):
        assert is_weighted(found, row, vector[: len(leaves)])


def test_products_are_graphs_on_the_same_leaves():
    """The derivative along v of x²y is 2xy·v₁ + x²·v₂, and that is differentiated once more."""
    x, y = Value(2.0, "x"), Value(3.0, "y")
    (slope,) = jvp([x * x * y], [x, y], [1.0, 0.5])
    assert slope.data == 14.0
    assert [d.data for d in gradients(slope, [x, y])] == [6.0 + 2.0, 4.0]


def test_an_input_or_an_output_may_be_computed_from_another():
    x = Value(3.0)
    square = x * x
    assert [[d.data for d in row] for row in jacobian([square * x], [square, x])] == [[3.0, 27.0]]
    assert [d.data for d in jvp([square * x, square], [square, x], [1.0, 10.0])] == [273.0, 61.0]
    assert [d.data for d in vjp([square * x, square], [square, x], [1.0, 2.0])] == [5.0, 39.0]


def test_what_a_vector_is_computed_from_does_not_count():
    x = Value(3.0, "x")
    assert [d.data for d in vjp([x * x], [x], [x])] == [18.0]
    assert [d.data for d in jvp([x * x], [x], [x])] == [18.0]
    assert [d.data for d in hvp(x**3, [x], [x])] == [54.0]


def test_the_rows_of_a_jacobian_share_the_local_derivatives():
    xs = [Value(0.1 * k) for k in range(20)]
    hidden = functions.tanh(functions.sum(xs))
    rows = jacobian([hidden * x for x in xs], xs)
    nodes = topological_order([d for row in rows for d in row])
    assert sum(node.rule is RULES["subtract"] for node in nodes) == 1


def test_a_product_goes_through_the_graph_once():
    """A matrix for each of 200 outputs or inputs would have 40,000 entries."""
    xs = [Value(0.01 * k) for k in range(200)]
    total = functions.sum(x * x for x in xs)
    outputs = [total * x for x in xs]
    for product in (vjp, jvp):
        found = product(outputs, xs, [1.0] * 200)
        assert len(topological_order(found)) < 4_000
    assert len(topological_order(hvp(total * total, xs, [1.0] * 200))) < 4_000


def test_a_long_chain_has_products_without_recursion():
    x = y = Value(1.0)
    for _ in range(10_000):
        y = -y
    assert vjp([y], [x], [3.0])[0].data == jvp([y], [x], [3.0])[0].data == 3.0


def test_a_vector_may_be_an_iterator():
    x, y = Value(2.0), Value(3.0)
    for product in (vjp, jvp):
        assert [d.data for d in product([x * y], [x], iter([2.0]))] == [6.0]
    assert [d.data for d in hvp(x * y, [x, y], iter([1.0, 2.0]))] == [2.0, 1.0]


def test_products_with_what_does_not_fit_are_refused():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    with pytest.raises(TypeError, match=r"jvp: a list of outputs .*: write jvp\(\[f\(x\)\], …\)$"):
        jvp(lambda x: x * x, [x], [1.0])
    for product in (vjp, jvp):
        name = product.__name__
        with pytest.raises(TypeError, match=f"^{name}: a list of outputs is needed, and .*: write"):
            product(x * y, [x], [1.0])
        with pytest.raises(TypeError, match=f"^{name}: a list of numbers is needed, one for each"):
            product([x * y], [x], 1.0)
        with pytest.raises(TypeError, match=f"^{name}: a real number is needed, and 'a' is a str"):
            product([x * y], [x], ["a"])
        with pytest.raises(ValueError, match=f"^{name}: a finite number is needed, and nan is not"):
            product([x * y], [x], [math.nan])
    with pytest.raises(ValueError, match="^vjp: 2 numbers for 1 output: one for each is needed"):
        vjp([x * y], [x, y], [1.0, 2.0])
    with pytest.raises(ValueError, match="^hvp: 1 number for 2 inputs: one for each is needed"):
        hvp(x * y, [x, y], [1.0])
