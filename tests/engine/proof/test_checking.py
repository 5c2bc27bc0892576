"""Proofs of gradients: the right ones pass, the wrong ones are named, nothing is changed."""

import contextlib
import math
import pydoc
import random
import time
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import engine
from engine import DomainError, Rule, Value, apply, check_gradients, check_rule, draw
from engine.floats import FLOATS
from engine.graph import topological_order
from engine.proof.checking import ONE_BY_ONE
from engine.proof.report import GradientError, Report, Undecided
from engine.proof.strategies import graphs
from engine.rule import INF, Condition, Domain
from engine.rules import POSITIVE, RULES
from nn import MLP, Dropout, Layer, Sequential, mean_squared_error

moderate = st.floats(-2.0, 2.0, allow_subnormal=False)

# Rules that are wrong in one way each

WRONG_SIN = Rule("wrong_sin", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (m.sin(x),))
WRONG_PRODUCT = Rule(
    "wrong_product",
    inputs=("a", "b"),
    value=lambda m, a, b: a * b,
    partials=lambda m, y, a, b: (b, 1.001 * a),
)
ALMOST_EXP = Rule(
    "almost_exp", value=lambda m, x: m.exp(x), partials=lambda m, y, x: ((1.0 + 1e-8) * y,)
)
WRONG_AS_A_GRAPH = Rule(  # right as a number
    "wrong_as_a_graph",
    value=lambda m, x: m.sin(x),
    partials=lambda m, y, x: (m.cos(x) if m is FLOATS else 2.0 * m.cos(x),),
)
CUT_OFF = Rule(  # right as a number, and as a graph that does not know its input
    "cut_off", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (m.cos(getattr(x, "data", x)),)
)


class Weights:
    """The least that counts as a model."""

    def __init__(self, numbers):
        self.weights = [Value(x) for x in numbers]

    def parameters(self):
        return self.weights


def squares(values):
    return engine.sum([v * v for v in values])


# Right gradients pass


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_of_the_table_is_proved(rule):
    check_rule(rule)


@given(moderate, moderate)
def test_right_gradients_pass_and_are_reported(x, y):
    report = check_gradients(lambda x, y: x * y.exp() + x.sin(), x, y)
    assert [row.name for row in report.rows] == ["x", "y"]
    assert [row.verdict for row in report.rows] == ["agrees", "agrees"]
    true = (math.exp(y) + math.cos(x), x * math.exp(y))
    for row, slope in zip(report.rows, true):
        # two or three operations, each rounded a few times
        assert abs(row.reverse - slope) <= 1e-15 * (8.0 + 8.0 * abs(slope))
        assert abs(row.forward - slope) <= 1e-15 * (8.0 + 8.0 * abs(slope))
        assert abs(row.numeric - slope) <= row.error < 1e-7


@given(st.floats(0.1, 1.4))
def test_right_derivatives_of_the_fourth_order_pass(x):
    """The fourth derivative is 16 sin 2x, times three weights from 0.5 to 1.5."""
    (row,) = check_gradients(lambda x: (2.0 * x).sin(), x, order=4).rows
    assert 0.125 <= abs(row.numeric / (16.0 * math.sin(2.0 * x))) <= 3.375


def test_the_report_is_a_table():
    report = check_gradients(lambda x, y: x * y, 3.0, -0.5)
    head, *lines = str(report).splitlines()
    assert head.split("  ")[0] == "input"
    for title in ("input", "reverse mode", "numeric", "± error", "forward mode"):
        assert title in head
    assert [line.split()[0] for line in lines] == ["x", "y"]
    assert [line.split()[1] for line in lines] == ["-0.5", "3"]
    assert all(line.endswith("agrees") for line in lines)


# The point in every form that a function takes


def names(report):
    return [row.name for row in report.rows]


def test_numbers_of_any_kind_are_a_point():
    report = check_gradients(lambda a, b, c: a * b * c, 2, 0.5, Fraction(1, 4))
    assert names(report) == ["a", "b", "c"]


def test_lists_and_tuples_to_any_depth_are_a_point():
    def weighted(weights, rows):
        return engine.sum([w * (a + b * b) for w, (a, b) in zip(weights, rows)])

    report = check_gradients(weighted, (1.0, 2.0), [[3.0, 4.0], (5.0, 6.0)])
    leaves = ["rows[0][0]", "rows[0][1]", "rows[1][0]", "rows[1][1]"]
    assert names(report) == ["weights[0]", "weights[1]", *leaves]


def test_values_are_a_point_and_are_called_by_their_labels():
    w, v = Value(2.0, "w"), Value(3.0)
    assert names(check_gradients(lambda a, b: a * b, w, v)) == ["w", "b"]


def test_one_value_given_twice_is_one_input():
    x = Value(3.0, "x")
    (row,) = check_gradients(lambda a, b: a * b, x, x).rows
    assert row.reverse == 6.0


def test_an_object_with_parameters_is_a_point():
    model = Weights([1.0, 2.0])
    report = check_gradients(lambda model, x: squares(model.weights) * x, model, 3.0)
    assert names(report) == ["model[0]", "model[1]", "x"]


def test_an_object_with_named_parameters_is_a_point():
    model = MLP(2, [1])
    report = check_gradients(lambda model: model([0.5, -1.0]), model)
    assert names(report) == [name for name, _ in model.named_parameters()]


def test_a_function_of_any_number_of_inputs_names_them_by_number():
    assert names(check_gradients(lambda *xs: squares(xs), 1.0, 2.0)) == ["x1", "x2"]


def test_a_function_of_keywords_with_defaults_takes_fewer():
    assert names(check_gradients(lambda x, power=3: x**power, 2.0)) == ["x"]


def test_a_function_that_does_not_tell_its_parameters_names_them_by_number():
    assert names(check_gradients(max, 2.0, 1.0, allow_unused=True)) == ["x1", "x2"]


def test_a_function_of_the_engine_is_a_function():
    assert len(check_gradients(engine.atan2, 1.0, 2.0).rows) == 2


# Many parameters


def fitted(n_inputs, sizes):
    """A net and its loss at one sample."""
    rng = random.Random(1)
    sample = [rng.gauss(0.0, 1.0) for _ in range(n_inputs)]
    net = MLP(n_inputs, sizes, seed=1)
    return net, lambda net: mean_squared_error([net(sample)], [1.0])


def test_thousands_of_parameters_are_checked_in_seconds():
    net, loss = fitted(20, [40, 40, 1])
    assert len(net.parameters()) > 2000
    started = time.process_time()
    report = check_gradients(loss, net)
    assert time.process_time() - started < 5.0
    assert names(report) == ["a random direction"]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_where_all_is_right_many_parameters_take_less_than_twenty_evaluations(activation):
    net, calls = MLP(20, [40, 40, 1], activation=activation, seed=1), []

    def loss(net):
        calls.append(1)
        return mean_squared_error([net([0.1 * k for k in range(20)])], [1.0])

    check_gradients(loss, net)
    assert len(calls) < 20


@pytest.mark.parametrize("count", [1, ONE_BY_ONE, ONE_BY_ONE + 1])
def test_few_inputs_are_checked_one_by_one_and_many_along_a_direction(count):
    report = check_gradients(lambda xs: squares(xs), [1.0] * count)
    assert len(report.rows) == (count if count <= ONE_BY_ONE else 1)


@given(st.data())
def test_among_many_parameters_the_guilty_one_is_named(data):
    count = data.draw(st.integers(ONE_BY_ONE + 1, 60))
    guilty = data.draw(st.integers(0, count - 1))
    point = [1.0 + k / count for k in range(count)]

    def function(xs):
        return squares(xs) + apply(WRONG_SIN, xs[guilty])

    with pytest.raises(GradientError) as caught:
        check_gradients(function, point)
    table = str(caught.value).splitlines()
    assert any(line.startswith(f"xs[{guilty}] ") and "disagrees" in line for line in table)
    assert sum(line.startswith("xs[") for line in table) == 1


def test_in_a_large_net_the_parameter_and_the_rule_are_named():
    net, loss = fitted(10, [20, 1])
    guilty = net.layers[0].neurons[13]

    def wrong_loss(net):
        return loss(net) + apply(WRONG_PRODUCT, 0.5, guilty.weights[7])

    with pytest.raises(GradientError) as caught:
        check_gradients(wrong_loss, net)
    assert "layers.0.neurons.13.weights.7" in str(caught.value)
    assert "first wrong local derivative is that of wrong_product" in str(caught.value)


@given(st.integers(0, 1000))
def test_directions_are_drawn_from_the_given_generator(seed):
    point = [float(k) for k in range(30)]
    first, again, other = [
        check_gradients(lambda xs: squares(xs), point, rng=random.Random(s))
        for s in (seed, seed, seed + 1)
    ]
    assert first == again != other


# Wrong gradients are found and explained


@given(moderate, moderate)
def test_one_wrong_partial_is_found_and_named(a, b):
    def function(a, b):
        return (apply(WRONG_PRODUCT, a, b + 3.0).log() + a * b).exp()

    with pytest.raises(GradientError) as caught:
        check_gradients(function, 1.0 + a * a, b / 4.0)
    message = str(caught.value)
    assert "the first wrong local derivative is that of wrong_product" in message
    assert "by its input 2" in message


def failure(function, *point, **options):
    with pytest.raises(GradientError) as caught:
        check_gradients(function, *point, **options)
    return caught.value


def test_a_failure_shows_the_table_and_the_first_fault():
    x = Value(0.5, "x")
    message = str(failure(lambda x: apply(WRONG_SIN, x) * 2.0, x))
    head, row = message.splitlines()[1:3]
    assert head.split("  ")[0] == "input" and "forward mode" in head
    assert row.startswith("x ") and row.endswith("disagrees")
    assert f"{2.0 * math.sin(0.5):.12g}" in row  # what backward gives
    assert f"{2.0 * math.cos(0.5):.12g}"[:-2] in row  # what it should be
    assert "that of wrong_sin(x) by its input 1: the rule 'wrong_sin' gives 0.4794255" in message
    assert "finite differences 0.8775825" in message


def test_the_first_of_several_faults_is_named():
    error = failure(lambda x: apply(ALMOST_EXP, apply(WRONG_SIN, x.tanh())), 0.5)
    number = f"{math.tanh(0.5):.6g}"  # what has no label is called by it
    assert f"that of wrong_sin({number})" in str(error) and "almost_exp" not in str(error)


def test_a_failure_is_an_assertion_that_holds_the_graph_to_draw():
    error = failure(lambda x: apply(WRONG_SIN, x), Value(0.5, "x"))
    assert isinstance(error, AssertionError)
    assert error.output.rule is WRONG_SIN
    assert "wrong_sin" in draw(error.output).source
    assert "draw(error.output)" in str(error)


@pytest.mark.parametrize("part", [1e-2, 1e-5, 1e-8])
def test_a_small_fault_is_a_fault(part):
    rule = Rule("off", value=lambda m, x: m.exp(x), partials=lambda m, y, x: (y * (1.0 + part),))
    assert "'off'" in str(failure(lambda x: apply(rule, x).log(), 0.7))


def test_a_number_taken_out_of_the_graph_is_missed_by_backward_and_found_here():
    for function in (lambda x: x * x.data, lambda x: x * x.item(), lambda x: x * x.detach()):
        message = str(failure(function, 3.0))
        assert "the number " in message and " of x * " in message
        assert "is no part of the graph: read as .data, item() or detach()" in message


def test_a_missing_partial_is_found():
    rule = Rule(
        "short", inputs=("a", "b"), value=lambda m, a, b: a * b, partials=lambda m, y, a, b: (b,)
    )
    failure(lambda a, b: apply(rule, a, b), 2.0, 3.0)


def test_partials_that_were_changed_after_the_fact_are_found():
    def function(x):
        y = x.sin()
        y.partials = (0.5,)
        return y

    assert "that of sin" in str(failure(function, 0.3))


def test_at_a_kink_forward_mode_still_tells_that_backward_is_wrong():
    def function(x):
        y = abs(x)
        y.partials = (0.25,)  # 0 is chosen
        return y

    with pytest.raises(Undecided):
        check_gradients(abs, 0.0)
    assert "disagrees" in str(failure(function, 0.0))


def test_a_backward_that_passes_on_wrongly_is_found(monkeypatch):
    def forgetful(self):
        """Takes each input once, however often it is an input."""
        for node in reversed(topological_order([self])):
            for input, partial in dict(zip(node.inputs, node.partials)).items():
                input.grad += partial * (1.0 if node is self else node.grad)

    monkeypatch.setattr(Value, "backward", forgetful)
    message = str(failure(lambda x: x * x, 3.0))
    assert "every local derivative is right: what is wrong is how backward" in message


def test_a_backward_that_adds_something_else_the_second_time_is_found(monkeypatch):
    def accumulating(self):
        """Interior nodes keep what they held, so that a second call adds three times as much."""
        order = topological_order([self])
        self.grad += 1.0
        for node in reversed(order):
            for input, partial in zip(node.inputs, node.partials):
                input.grad += partial * node.grad

    monkeypatch.setattr(Value, "backward", accumulating)
    error = failure(lambda x: (x * x).exp(), Value(0.5, "x"))
    assert "x: backward gives 1.2840254166877414, and " in str(error)
    assert "more when it is called again" in str(error)


@given(graphs(), st.data())
def test_a_fault_in_any_operation_of_any_graph_is_not_called_right(graph, data):
    """The partials of one node are off by 1e-5 of themselves, unless nothing hangs on it."""

    def function(*leaves):
        output = graph(*leaves)
        nodes = [node for node in topological_order([output]) if node.inputs]
        if nodes:
            node = nodes[which % len(nodes)]
            node.partials = tuple(partial * (1.0 + 1e-5) for partial in node.partials)
        return output

    which = data.draw(st.integers(0, 11))
    exact = [Value(x) for x in graph.point]
    graph(*exact).backward()
    faulty = [Value(x) for x in graph.point]
    function(*faulty).backward()
    changed = [abs(a.grad - b.grad) > 1e-6 * abs(a.grad) for a, b in zip(exact, faulty)]
    if any(changed) and max(abs(leaf.grad) for leaf in exact) > 1e-2:
        with pytest.raises((GradientError, Undecided)):
            check_gradients(function, *graph.point)


# Derivatives of derivatives


def test_a_partial_that_is_another_number_as_a_graph_is_found_at_order_two():
    def function(x):
        return apply(WRONG_AS_A_GRAPH, x.tanh()).exp()

    assert isinstance(check_gradients(function, 0.7), Report)
    message = str(failure(function, 0.7, order=2))
    assert "x: backward gives" in message
    assert "the rule 'wrong_as_a_graph' gives" in message


def test_gradients_that_pass_on_wrongly_are_found_at_order_two(monkeypatch):
    def doubled(output, inputs):
        return [2.0 * slope for slope in engine.gradients(output, inputs)]

    monkeypatch.setattr("engine.proof.checking.gradients", doubled)
    message = str(failure(engine.exp, 0.0, order=2))
    assert "backward gives 1.0, and gradients(...) 2.0; they must be the same" in message
    assert "what differs is how they are passed on" in message


def test_a_partial_that_has_the_wrong_derivative_is_found_at_order_two():
    assert isinstance(check_gradients(lambda x: apply(CUT_OFF, x), 0.7), Report)
    failure(lambda x: apply(CUT_OFF, x), 0.7, order=2)
    with pytest.raises(GradientError):
        check_rule(CUT_OFF, order=2)


def test_a_wrong_third_derivative_is_found_at_order_three():
    """The derivative is cos x as sin(x + π/2), whose own derivative is a plain number."""
    rule = Rule(
        "third",
        value=lambda m, x: m.sin(x),
        partials=lambda m, y, x: (m.cos(x) if m is FLOATS else apply(CUT_OFF, x + math.pi / 2.0),),
    )
    check_gradients(lambda x: apply(rule, x), 0.7, order=2)
    failure(lambda x: apply(rule, x), 0.7, order=3)


# Where it can't be decided


@pytest.mark.parametrize(
    "function, x",
    [
        (abs, 0.0),
        (engine.relu, 0.0),
        (lambda x: engine.maximum(x, 2.0 * x), 0.0),
        (lambda x: engine.minimum(x.sin(), x - 1.0 + math.sin(1.0)), 1.0),
        (lambda x: (x - 3.0).relu() * x.exp(), 3.0),
        (lambda x: x.exp() + 1e-5 * abs(x), 0.0),
    ],
)
def test_at_a_kink_nothing_is_said_but_where_to_go_on(function, x):
    with pytest.raises(Undecided, match="a kink, the slope jumps by") as caught:
        check_gradients(function, x)
    way = str(caught.value).partition("use ")[2].split()[0]
    assert callable(pydoc.locate(way)) and way.endswith(".skip_undecided")


@given(st.floats(-7.0, 0.0).map(lambda power: 10.0**power), st.sampled_from([-1.0, 1.0]))
@example(7.340880552925842e-06, -1.0)  # where relu is 0, and nothing rounds
@example(1e-7, 1.0)
def test_a_ten_millionth_beside_a_kink_the_gradient_is_proved(distance, sign):
    for function in (abs, engine.relu, lambda x: engine.maximum(x, x.expm1() + 0.5 * x)):
        check_gradients(function, sign * distance)
    # exp(x) - 1 rounds by units of 1. In the third step that does not reach the kink, the first to
    # be extrapolated, that makes 4 noise √27 / distance: at 1e-7 more than the resolution.
    noisy = max(distance, 2e-7)
    check_gradients(lambda x: engine.maximum(x, x.exp() - 1.0 + 0.5 * x), sign * noisy)


@given(
    at=st.floats(-10.0, 10.0),
    gap=st.floats(-15.0, -6.0).map(lambda power: 10.0**power),
    left=moderate,
    right=moderate,
)
@example(-2.7033734084076873, -1.22302168392707e-11, 1.4925892096677176, 1.5001931165470248)
@example(-3.852288615143891, -1.46136436285360e-11, -2.5102540212044655, -2.503394365678717)
@example(6.540550089373312, -2.44231302076514e-11, -1.860560569552677, 0.7136137854082794)
def test_however_near_a_bend_a_right_gradient_is_not_called_wrong(at, gap, left, right):
    def bent(x):
        return (x - at).relu() * right - (at - x).relu() * left

    try:
        report = check_gradients(bent, at + gap)
    except Undecided:
        return
    assert report.rows[0].verdict == "agrees"


@pytest.mark.parametrize(
    "function",
    [
        lambda x: abs(x) * x,
        lambda x: x.relu() ** 2,
        lambda x: engine.where(x, x * x, -3.0 * x * x),
        lambda x: 1e-200 * x.relu() * x,
    ],
)
def test_where_a_bend_begins_at_the_value_0_the_slope_0_is_proved(function):
    """Every difference is a part of its step, and no step is large beside the value there."""
    (row,) = check_gradients(function, 0.0).rows
    assert (row.reverse, row.verdict) == (0.0, "agrees")
    with pytest.raises(Undecided, match="a kink"):
        check_gradients(lambda x: function(x) + 1e-3 * abs(x), 0.0)


HIDDEN_FROM_DIFFERENCES = [
    (lambda x: 1e16 + x, 1.0),
    (lambda x: (1e16 + x) - 1e16, 1.0),
    (lambda x: (1e10 * x).sin(), 1.0),
    (lambda x: (1e12 * x).sin(), 1.0),
    (lambda x: (1.0 + 1e-12 * x).log(), 1.0),
    (lambda x: engine.asin(x), 1.0 - 2.0**-53),
    (lambda x: x + 1.0, 1.7e308),
    (lambda x: 1.0 / (x - 1.0), 1.000000000000001),
    (lambda x: 1.0 / (x - 1.0), 1.000001),
    (lambda x: x.exp().sin(), 32.0),
    (lambda x: x * (1.0 / x).sin(), 1e-15),
    (lambda x: 1.0 / x, 1e-40),
    (lambda x: x.sin(), 7.6e14),
    (lambda x: x.sigmoid(), 15.0),
    (lambda x: x.tanh(), 10.0),
    (lambda x: x.erf(), 4.0),
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("function, x", HIDDEN_FROM_DIFFERENCES)
def test_where_differences_of_the_whole_do_not_tell_each_operation_does(function, x, order):
    if order == 1 or x < 1e308:  # where a product with a random direction is too large
        check_gradients(function, x, order=order)


@pytest.mark.parametrize("function, x", HIDDEN_FROM_DIFFERENCES[:5] + HIDDEN_FROM_DIFFERENCES[7:])
def test_where_differences_of_the_whole_do_not_tell_a_wrong_operation_is_found(function, x):
    wrong = Rule("wrong", value=lambda m, x: 2.0 * x, partials=lambda m, y, x: (2.0 + 1e-6,))
    assert "that of wrong" in str(failure(lambda x: apply(wrong, function(x)), x))
    assert "that of wrong" in str(failure(lambda x: function(apply(wrong, x) / 2.0), x))


@pytest.mark.parametrize("shift", [1e16, -1e300])
def test_a_slope_that_is_0_by_a_wrong_operation_is_not_taken_for_one_that_rounding_hides(shift):
    flat = Rule("flat", value=lambda m, x: m.sin(x), partials=lambda m, y, x: (0.0,))
    message = str(failure(lambda x: apply(flat, x) + shift, 1.0))
    assert message.startswith("a local derivative is wrong\n") and "that of flat" in message
    for function in (engine.relu, engine.cos, lambda x: engine.sin(x) * 0.0):
        check_gradients(lambda x, function=function: function(x - 1.0) + shift, 1.0 - 1e-300)


@pytest.mark.parametrize(
    "function, point",
    [
        (lambda x: (x * 1e-300) * x * x, (5e-9,)),
        (lambda x, y: (y * x) * engine.mish(y * y), (1e-300, 5.96e-9)),
        (lambda x: engine.expm1(engine.mish(x)) * engine.mish(x), (5e-324,)),
    ],
)
def test_numbers_below_all_that_have_their_digits_are_not_called_wrong(function, point):
    try:
        check_gradients(function, *point)
    except Undecided as undecided:
        assert "rounding hides" in str(undecided)


def test_a_random_function_is_called_random():
    rng = random.Random(1)
    with pytest.raises(Undecided, match="when it is called again at the same point: it is random"):
        check_gradients(lambda x: x * rng.random(), 2.0)
    net = Sequential(Layer(2, 8, "tanh"), Dropout(0.5), Layer(8, 1))
    with pytest.raises(Undecided, match="it is random"):
        check_gradients(lambda net: engine.sum(net([0.5, -1.0])), net)


def test_a_function_that_goes_another_way_beside_the_point_is_not_called_wrong():
    with pytest.raises(Undecided):
        check_gradients(lambda x: x if x > 1.0 else 2.0 * x - 1.0, 1.0)


def test_where_it_goes_another_way_too_near_for_differences_it_is_not_called_wrong():
    at, beside = 1.8203130806049321, 2.5e-14

    def function(x):
        return x.exp() if abs(x.data - at) < beside else x.exp() + 0.05 * (x - at)

    with pytest.raises(Undecided, match="computes in another way beside this point"):
        check_gradients(function, at)


@pytest.mark.parametrize(
    "function, x",
    [
        (lambda x: x**1.5, 0.0),
        (lambda x: engine.greater(x, 0.0) * x.exp(), 0.0),
    ],
)
def test_at_an_edge_or_a_jump_nothing_is_said(function, x):
    with pytest.raises(Undecided, match="no step size works"):
        check_gradients(function, x)


def test_numbers_beyond_the_floats_are_never_taken_for_agreement():
    """The true derivative is that of the second term; backward multiplies 0 by what overflows."""

    def twice_too_large(x):
        hidden = x * 0.0 * 1e200
        return (hidden - hidden) * 1e200 + apply(WRONG_SIN, x)

    def forward_overflows(x):
        return x * 1e160 * 1e160 * 0.0 + x

    assert "that of wrong_sin" in str(failure(twice_too_large, 0.5))
    with pytest.raises(Undecided):
        check_gradients(forward_overflows, 0.0)


@given(graphs(), st.integers(1, 13), st.integers(2, 6), st.integers(1, 2))
def test_where_the_base_of_a_power_all_but_cancels_a_right_gradient_is_not_called_wrong(
    graph, places, power, order
):
    """Its local derivative is as wrong as the difference that is raised to it."""
    near = float(f"{graph(*map(Value, graph.point)).data:.{places}g}")
    with contextlib.suppress(Undecided, ValueError, OverflowError):
        check_gradients(lambda *xs: (graph(*xs) - near) ** power, *graph.point, order=order)


def test_a_rule_whose_partials_take_no_values_is_proved():
    """How far rounding brings them is not known then, but that of the function is."""

    def floats_only(factor):
        def partials(m, y, x):
            if m is not FLOATS:
                raise TypeError("floats only")
            return (factor * y,)

        return Rule("floats_only", value=lambda m, x: m.exp(x), partials=partials)

    assert isinstance(check_gradients(lambda x: apply(floats_only(1.0), x), 0.5), Report)
    assert "that of floats_only" in str(failure(lambda x: apply(floats_only(1.1), x), 0.5))


def test_undecided_is_no_assertion_and_shows_the_table():
    with pytest.raises(Undecided) as caught:
        check_gradients(lambda x, y: abs(x) + y, 0.0, 1.0)
    assert not isinstance(caught.value, AssertionError)
    lines = str(caught.value).splitlines()
    assert lines[2].endswith("the slope jumps by 2")
    assert lines[3].endswith("agrees")


# It never passes by accident


@pytest.mark.parametrize("point", [(), ([],), ([], ([],)), (Weights([]),)])
def test_no_inputs_are_refused(point):
    with pytest.raises(ValueError, match="nothing to check"):
        check_gradients(lambda *point: Value(1.0), *point)


def test_an_ignored_input_is_refused_unless_that_is_meant():
    def ignores(x, y, z):
        return x * x

    with pytest.raises(ValueError, match="does not depend on y, z"):
        check_gradients(ignores, 1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match="does not depend on .*, and 90 more: if that is"):
        check_gradients(lambda xs, y: y * y, [0.5] * 100, 2.0)
    report = check_gradients(ignores, 1.0, 2.0, 3.0, allow_unused=True)
    assert [row.reverse for row in report.rows] == [2.0, 0.0, 0.0]


def test_an_input_that_is_used_outside_the_graph_only_is_a_fault():
    with pytest.raises(ValueError, match="does not depend on y"):
        check_gradients(lambda x, y: x * y.data, 1.0, 2.0)
    failure(lambda x, y: x * y.data, 1.0, 2.0, allow_unused=True)


@pytest.mark.parametrize("returned", [1.0, None, "loss", [Value(1.0)]])
def test_a_function_that_returns_no_value_is_refused(returned):
    with pytest.raises(TypeError, match="must return a Value"):
        check_gradients(lambda x: returned, 1.0)


def test_a_point_outside_the_domain_is_refused():
    with pytest.raises(DomainError, match="x = -1.0 is outside log's domain"):
        check_gradients(lambda x: x.log(), -1.0)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match="not"):
        check_gradients(lambda x: x * x, number)
    with pytest.raises(ValueError, match="not"):
        check_gradients(lambda xs: squares(xs), [1.0, number])


@pytest.mark.parametrize("argument", ["1.0", None, {"x": 1.0}, 1j, {1.0}])
def test_what_is_no_number_is_refused_by_name(argument):
    with pytest.raises(
        TypeError,
        match="x: a number, a list .* or a model is needed, and .* was given",
    ):
        check_gradients(lambda x: x * x, argument)


@pytest.mark.parametrize("order", [0, -1])
def test_an_order_below_one_is_refused(order):
    with pytest.raises(ValueError, match="order is"):
        check_gradients(lambda x: x * x, 1.0, order=order)


def test_a_value_that_was_computed_is_refused():
    with pytest.raises(ValueError, match="w is computed from other Values; pass w.detach()"):
        check_gradients(lambda x, w: x * w, 2.0, Value(1.0) * 3.0)


def test_an_error_of_the_function_itself_is_passed_on():
    with pytest.raises(KeyError):
        check_gradients(lambda x: {}["missing"] * x, 1.0)


# Nothing is changed


def state(values):
    return [(value.data, value.grad) for value in values]


def with_grads(values):
    """The values with a gradient of their own each."""
    for k, value in enumerate(values):
        value.grad = 10.0 + k
    return values


@given(graphs(), st.integers(1, 2))
def test_a_check_changes_no_number_and_no_gradient(graph, order):
    leaves = with_grads([Value(x) for x in graph.point])
    before = state(leaves)
    with contextlib.suppress(Undecided):
        check_gradients(graph, *leaves, order=order)
    assert state(leaves) == before


def test_a_leaf_that_is_not_of_the_point_keeps_its_gradient_too():
    weight, kept = with_grads([Value(2.0), Value(3.0)])
    interior = with_grads([kept.exp()])[0]
    before = state([weight, kept, interior])
    check_gradients(lambda x: x * weight + interior, 1.5, order=2)
    assert state([weight, kept, interior]) == before


def test_the_parameters_of_a_net_are_as_before():
    net, loss = fitted(5, [6, 1])
    parameters = with_grads(net.parameters())
    before = state(parameters)
    check_gradients(loss, net)
    assert state(parameters) == before


def raises_at_call(number, error):
    """A function that raises the error when it is called for the time of this number."""
    calls = 0

    def function(x, y):
        nonlocal calls
        calls += 1
        if calls == number:
            raise error("unexpected")
        return x * y

    return function


@pytest.mark.parametrize("call", [1, 2, 3, 10, 20])
@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_after_an_error_everything_is_as_before(call, error):
    leaves = with_grads([Value(2.0), Value(3.0)])
    before = state(leaves)
    with pytest.raises(error):
        check_gradients(raises_at_call(call, error), *leaves)
    assert state(leaves) == before


@pytest.mark.parametrize(
    "function, error",
    [
        (lambda x: apply(WRONG_SIN, x), GradientError),
        (lambda x: abs(x - 0.5), Undecided),
        (lambda x: (x - 1.0).log(), DomainError),
        (lambda x: (1e160 * x) * 1e160 * 1e-300, OverflowError),
    ],
)
def test_after_a_failure_everything_is_as_before(function, error):
    leaves = with_grads([Value(0.5)])
    before = state(leaves)
    with pytest.raises(error):
        check_gradients(function, *leaves)
    assert state(leaves) == before


# A rule of one's own


CUBE = Rule(
    "cube_root_of_square",
    value=lambda m, x: m.cbrt(x * x),
    partials=lambda m, y, x: (2.0 / 3.0 * y / x,),
    domain=(Domain("{} ≠ 0", ((-INF, 0.0), (0.0, INF))),),
)


@given(st.floats(0.1, 10.0), st.sampled_from([-1.0, 1.0]))
def test_a_rule_of_ones_own_is_applied_and_proved(size, sign):
    report = check_gradients(lambda x: apply(CUBE, x), sign * size, order=2)
    assert [row.verdict for row in report.rows] == ["agrees"]


def test_a_rule_of_ones_own_is_proved_at_points_of_its_domain():
    check_rule(CUBE)
    check_rule(CUBE, order=2, rng=random.Random(7))


@pytest.mark.parametrize("rule", [WRONG_SIN, WRONG_PRODUCT, ALMOST_EXP], ids=lambda r: r.name)
def test_a_wrong_rule_of_ones_own_is_found(rule):
    with pytest.raises(GradientError, match=f"that of {rule.name}"):
        check_rule(rule)


@pytest.mark.parametrize("name", ["sum", "prod", "dot", "hypot", "logsumexp"])
def test_one_wrong_partial_of_many_is_found(name):
    right = RULES[name]

    def partials(m, y, *xs):
        *others, last = right.partials(m, y, *xs)
        return (*others, 1.0001 * last)

    wrong = Rule(f"wrong_{name}", inputs=("*x",), value=right.value, partials=partials)
    with pytest.raises(GradientError, match="by its input 4"):
        check_rule(wrong)


CHOSEN = [(rule, kink) for rule in RULES.values() for kink in rule.chosen]


@pytest.mark.parametrize("rule, kink", CHOSEN, ids=lambda x: getattr(x, "name", str(x)))
def test_a_chosen_value_is_held_to_exactly(rule, kink):
    stated = rule.chosen[kink]
    for k in range(len(stated)):
        other = (*stated[:k], stated[k] + 1e-12, *stated[k + 1 :])
        changed = Rule(
            rule.name, rule.value, rule.partials, rule.inputs, rule.domain, chosen={kink: other}
        )
        with pytest.raises(GradientError, match="at this kink the partials are") as caught:
            check_rule(changed)
        assert f"but `chosen` says {other}" in str(caught.value)


def test_a_rule_that_can_be_decided_nowhere_is_undecided():
    nowhere = Rule(
        "nowhere",
        value=lambda m, x: m.log(x),
        partials=lambda m, y, x: (1.0 / x,),
        domain=(POSITIVE,),
        condition=Condition("never", lambda x: False),
    )
    with pytest.raises(Undecided, match="nowhere: only 0 of 40 points"):
        check_rule(nowhere)
