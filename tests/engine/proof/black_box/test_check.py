"""Gradients of black boxes: right ones are never called wrong, planted faults are found."""

import math
import random
import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import Value, check_gradients
from engine.proof.black_box.search import Search, weighed
from engine.proof.report import GradientError, Report, Undecided
from engine.proof.strategies import graphs


class Counted:
    """A function that counts its calls."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *arguments):
        self.calls += 1
        return self.function(*arguments)


def net(count, *, activation="tanh", dtype=np.float64, seed=0):
    """The loss of a net of about so many parameters, its gradient by hand, and the parameters."""
    rng, width = np.random.default_rng(seed), max(math.isqrt(count) - 2, 2)
    weights = {
        "layer1": rng.normal(size=(width, width)) / math.sqrt(width),
        "layer2": rng.normal(size=(4, width)) / math.sqrt(width),
        "bias": 0.1 * rng.normal(size=width),
    }
    weights = {name: array.astype(dtype) for name, array in weights.items()}
    x, target = (rng.normal(size=(k, 6)).astype(dtype) for k in (width, 4))

    def passes(w):
        z = w["layer1"] @ x + w["bias"][:, None]
        h = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
        return z, h, w["layer2"] @ h - target

    def loss(w):
        return (passes(w)[2] ** 2).mean()

    def gradient(w):
        z, h, error = passes(w)
        error = error * dtype(2.0 / error.size)
        slope = 1 - h * h if activation == "tanh" else (z > 0).astype(dtype)
        back = (w["layer2"].T @ error) * slope
        return {"layer1": back @ x.T, "layer2": error @ h.T, "bias": back.sum(axis=1)}

    return loss, gradient, weights


def failure(*arguments, **options):
    with pytest.raises(GradientError) as caught:
        check_gradients(*arguments, **options)
    return str(caught.value)


def names_of_wrong(message):
    lines = message.splitlines()[1:]
    return [line.split("  ")[0] for line in lines if line.endswith("disagrees")]


# Right gradients


def of_graph(graph):
    """A random graph as a function of floats, and its gradient."""

    def gradient(*numbers):
        leaves = [Value(x) for x in numbers]
        graph(*leaves).backward()
        return tuple(leaf.grad for leaf in leaves)

    return lambda *numbers: graph(*map(Value, numbers)).data, gradient


@given(graphs())
def test_a_right_gradient_is_never_called_wrong(graph):
    function, gradient = of_graph(graph)
    assume(graph.point)
    try:
        report = check_gradients(function, *graph.point, gradient=gradient, allow_unused=True)
    except Undecided:
        return
    for row, true in zip(report.rows, gradient(*graph.point)):
        assert row.verdict == "agrees" and math.isclose(row.reverse, true)
        assert abs(row.numeric - row.reverse) <= row.error


@pytest.mark.parametrize(
    "function, point, gradient",
    [
        (lambda x, y: y - x, (0.6, 0.6), (-1.0, 1.0)),
        (lambda x, y: (x - y) - y + 0.06, (0.06, 0.06), (1.0, -2.0)),
        (lambda x: math.remainder(x, 2.16), (2.1,), (1.0,)),
        (lambda x, y: math.remainder(x, y), (-2.4, -2.4), (1.0, -1.0)),
    ],
)
def test_where_the_point_rounds_worse_than_the_function_it_is_not_either(function, point, gradient):
    """The values are on one line, all of them, and it is not that of the function."""
    check_gradients(function, *point, gradient=lambda *point: gradient)


@given(st.integers(0, 10**6), st.sampled_from(["tanh", "relu"]), st.sampled_from([8, 200]))
def test_nor_is_that_of_a_net_in_either_precision(seed, activation, count):
    for dtype in (np.float64, np.float32):
        loss, gradient, weights = net(count, activation=activation, dtype=dtype, seed=seed)
        try:
            check_gradients(loss, weights, gradient=gradient, allow_unused=True)
        except Undecided:
            assert dtype is np.float32 or activation == "relu"


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_right_gradient_of_ten_thousand_parameters_takes_twenty_calls(activation):
    loss, gradient, weights = net(10_000, activation=activation)
    loss, gradient = Counted(loss), Counted(gradient)
    report = check_gradients(loss, weights, gradient=gradient)
    assert loss.calls + gradient.calls <= 20
    assert [row.verdict for row in report.rows] == ["agrees"]
    assert "a wrong entry shows if it is off by" in str(report)


@pytest.mark.slow
def test_a_sum_of_a_million_terms_has_the_error_bar_that_it_needs():
    terms = np.random.default_rng(0).normal(size=10**6).astype(np.float32)

    def function(x):
        return np.cumsum(np.cos(x * terms))[-1]  # one after the other, in float32

    def gradient(x):
        return -np.sum(terms.astype(float) * np.sin(float(x) * terms.astype(float)))

    (row,) = check_gradients(function, np.float32(0.7), gradient=gradient).rows
    assert 1e-6 < row.error / abs(row.numeric) < 1e-2
    failure(function, np.float32(0.7), gradient=lambda x: 1.05 * gradient(x))


def cubic_root(a, tolerance):
    """Where x³ + x is a, by halving."""
    low, high = 0.0, 10.0
    while high - low > tolerance:
        middle = (low + high) / 2.0
        low, high = (middle, high) if middle**3 + middle < a else (low, middle)
    return (low + high) / 2.0


@given(st.floats(0.5, 20.0), st.sampled_from([1e-5, 1e-8, 1e-11]))
def test_a_function_with_a_tolerance_within_has_the_error_bar_that_it_needs(a, tolerance):
    def slope(a):
        return 1.0 / (3.0 * cubic_root(a, 1e-15) ** 2 + 1.0)

    def function(a):
        return cubic_root(a, tolerance)

    try:
        (row,) = check_gradients(function, a, gradient=slope).rows
        assert row.error < 1e-2 * row.numeric
    except Undecided:
        pass
    with pytest.raises((GradientError, Undecided)):
        check_gradients(function, a, gradient=lambda a: 1.1 * slope(a))


def fixed_point(a, tolerance):
    """Where x is cos(a x), by iterating until it changes by less: smooth, but for small jumps."""
    x = 1.0
    for _ in range(500):
        x, before = math.cos(a * x), x
        if abs(x - before) < tolerance:
            break
    return x


@pytest.mark.parametrize("a", [0.4, 0.5, 0.6, 0.7])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-11])
def test_jumps_beside_the_point_widen_the_bar_before_a_gradient_is_called_wrong(a, tolerance):
    def slope(a):
        x = fixed_point(a, 1e-15)
        return -math.sin(a * x) * x / (1.0 + a * math.sin(a * x))

    def function(a):
        return fixed_point(a, tolerance)

    (row,) = check_gradients(function, a, gradient=slope).rows
    assert row.error < 1e-2
    failure(function, a, gradient=lambda a: 1.1 * slope(a))


# Planted faults


@given(st.integers(0, 10**6), st.data())
def test_one_wrong_entry_is_found_and_named(seed, data):
    loss, gradient, weights = net(data.draw(st.sampled_from([8, 300])), seed=seed)
    name = data.draw(st.sampled_from(sorted(weights)))
    k = data.draw(st.integers(0, weights[name].size - 1))
    assume(abs(gradient(weights)[name].flat[k]) > 1e-3)

    def wrong(w):
        slopes = gradient(w)
        slopes[name].flat[k] *= 1.0 + 1e-6
        return slopes

    index = ", ".join(map(str, np.unravel_index(k, weights[name].shape)))
    found = names_of_wrong(failure(loss, weights, gradient=wrong))
    assert [each for each in found if each != "a random direction"] == [f"w['{name}'][{index}]"]


@pytest.mark.slow
def test_among_a_hundred_thousand_every_wrong_entry_is_found():
    loss, gradient, weights = net(100_000)

    def wrong(w):
        slopes = gradient(w)
        slopes["layer1"][3, 7] *= 1.0 + 1e-3
        slopes["layer2"][2, 11] += 1e-4
        slopes["bias"][5] *= -1.0
        return slopes

    found = names_of_wrong(failure(loss, weights, gradient=wrong))
    assert found[1:] == ["w['layer1'][3, 7]", "w['layer2'][2, 11]", "w['bias'][5]"]


def times(factor):
    return lambda slopes: {**slopes, "layer1": factor * slopes["layer1"]}


@pytest.mark.parametrize("count", [8, 100, pytest.param(2000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "fault, said",
    [
        (times(-1.0), "they are −1 times what they should be"),
        (times(1.0 + 1e-6), "they are 1.000001 times what they should be"),
        (lambda g: {**g, "layer1": g["layer1"].T.copy()}, "a matrix is transposed"),
        (lambda g: {**g, "bias": 0.0 * g["bias"]}, "these entries are 0"),
        (lambda g: {name: x.astype(np.float32) for name, x in g.items()}, "digits of float32"),
        (lambda g: {name: x.astype(np.float16) for name, x in g.items()}, "digits of float16"),
    ],
)
def test_a_fault_in_a_whole_array_is_found_and_described(count, fault, said):
    loss, gradient, weights = net(count)
    assert said in failure(loss, weights, gradient=lambda w: fault(gradient(w)))


def test_where_most_are_wrong_not_all_are_listed():
    loss, gradient, weights = net(5000)
    message = failure(loss, weights, gradient=lambda w: times(2.0)(gradient(w)))
    assert len(names_of_wrong(message)) < 20
    assert "w['layer1']: not every wrong entry is listed: of 16 drawn at random" in message


def test_a_gradient_that_is_nan_where_the_function_is_smooth_is_wrong():
    assert "nan" in failure(lambda x: x * x, 0.5, gradient=lambda x: math.nan)
    loss, gradient, weights = net(500)
    weights_with_nan = {"layer2": weights["layer2"] * np.nan}
    message = failure(loss, weights, gradient=lambda w: gradient(w) | weights_with_nan)
    assert names_of_wrong(message)[0] == "w['layer2'][0, 0]"


# In words


def undecided(*arguments, **options):
    with pytest.raises(Undecided) as caught:
        check_gradients(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "function, x, said",
    [
        (abs, 0.0, "a kink, the slope jumps by 2, from −1 to 1"),
        (lambda x: max(x, 3.0 * x - 200.0), 100.0, "a kink, the slope jumps by 2, from 1 to 3"),
        (lambda x: float(x > 1.0), 1.0, "a jump: the function is 1 away to the right"),
        (math.floor, 2.0, "a jump: the function is 1 away to the left"),
        (math.sqrt, 0.0, "the edge of the domain: there is no value to the left"),
        (math.acos, 1.0, "the edge of the domain: there is no value to the right"),
        (lambda x: float(np.arcsin(x)), -1.0, "there is no value to the left"),
        (math.cbrt, 0.0, "the slope grows without bound"),
        (lambda x: 1e16 + x, 1.0, "rounding hides the derivative"),
    ],
)
def test_where_there_is_no_derivative_it_says_why(function, x, said):
    assert said in undecided(function, x, gradient=lambda x: 0.5)


@pytest.mark.parametrize("distance", [-1e-1, -1e-2, -1e-4, -1e-6, 1e-6, 1e-3, 0.1])
def test_beside_a_kink_the_gradient_is_proved(distance):
    def function(x):
        return max(x, 0.0) + math.sin(x)

    def gradient(x):
        return (x > 0.0) + math.cos(x)

    assert isinstance(check_gradients(function, distance, gradient=gradient), Report)
    assert isinstance(
        check_gradients(lambda x: max(x, 0.0), distance, gradient=lambda x: float(x > 0.0)), Report
    )


@pytest.mark.parametrize("distance", [1e-5, 1e-6, 1e-7, 1e-8, 1e-10])
@pytest.mark.parametrize(
    "function, gradient",
    [(lambda x: x * np.log(x), lambda x: np.log(x) + 1.0), (np.sqrt, lambda x: 0.5 / np.sqrt(x))],
)
def test_beside_an_edge_behind_which_the_gradient_is_nan_it_is_proved(distance, function, gradient):
    (row,) = check_gradients(function, np.float64(distance), gradient=gradient).rows
    assert row.error < 1e-5 * row.reverse or row.error < 1e-5 * abs(row.numeric)
    assert "disagrees" in failure(function, distance, gradient=lambda x: 1.001 * gradient(x))


@pytest.mark.parametrize("x", [1e-12, -6e-18, 1e-60])
def test_a_gradient_that_grows_beside_the_point_is_not_granted_what_it_is_there(x):
    check_gradients(lambda x: 7.0 / x, x, gradient=lambda x: -7.0 / x / x)
    assert "disagrees" in failure(lambda x: 7.0 / x, x, gradient=lambda x: -7.7 / x / x)


@pytest.mark.parametrize("x", [math.pi + 1e-14, -math.pi - 3e-15])
def test_a_gradient_that_is_all_but_0_may_be_rounding(x):
    def gradient(x):
        return 1.1 * (math.cos(x - 0.5) - math.cos(x + 0.5))

    check_gradients(lambda x: -2.2 * math.sin(0.5) * math.cos(x), x, gradient=gradient)


def test_where_the_gradient_is_quite_another_beside_the_point_nothing_is_decided():
    message = undecided(np.tan, np.pi / 2 - 1e-10, gradient=lambda x: 1.0 + np.tan(x) ** 2)
    assert "beside the point the gradient is quite another" in message


def test_kinks_met_by_many_inputs_are_undecided_and_named():
    message = undecided(
        lambda w: np.abs(w).sum(), np.r_[0.0, np.ones(40)], gradient=lambda w: np.sign(w)
    )
    assert "kink" in message


def test_an_input_that_is_ignored_is_told_unless_that_is_meant():
    point = {"function": lambda x, y: x * x, "gradient": lambda x, y: (2.0 * x, 0.0)}
    with pytest.raises(ValueError, match="does not depend on y: if that is intended, or is so at"):
        check_gradients(point["function"], 1.0, 2.0, gradient=point["gradient"])
    report = check_gradients(
        point["function"], 1.0, 2.0, gradient=point["gradient"], allow_unused=True
    )
    assert [row.verdict for row in report.rows] == ["agrees", "agrees"]
    loss, gradient, weights = net(500)
    with pytest.raises(ValueError, match=r"does not depend on w\['spare'\]"):
        check_gradients(
            loss, weights | {"spare": np.ones(5)}, gradient=lambda w: gradient(w) | {"spare": None}
        )


def test_an_input_that_does_not_count_here_but_elsewhere_is_not_called_ignored():
    check_gradients(lambda x: max(x, 0.0), -1.0, gradient=lambda x: 0.0)


def test_a_random_function_is_told():
    rng = random.Random(0)
    said = undecided(lambda x: x + 1e-9 * rng.random(), 1.0, gradient=lambda x: 1.0)
    assert "the function is random, or remembers: two calls at the same point give" in said


def test_what_it_raises_at_the_point_is_passed_on():
    with pytest.raises(ZeroDivisionError):
        check_gradients(lambda x: 1.0 / x, 0.0, gradient=lambda x: 0.0)
    with pytest.raises(KeyError):
        check_gradients(lambda x: {}["missing"], 0.0, gradient=lambda x: 0.0)
    with pytest.raises(KeyError):
        check_gradients(lambda x: x, 0.0, gradient=lambda x: {}["missing"])


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_value_that_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match=f"the function is {number} at this point"):
        check_gradients(lambda x: number, 1.0, gradient=lambda x: 0.0)


def test_a_value_where_a_number_is_meant_is_refused():
    with pytest.raises(TypeError, match="it returned a Value: return its data, or leave gradient="):
        check_gradients(lambda x: Value(x) * 2, 1.0, gradient=lambda x: 2.0)
    with pytest.raises(TypeError, match="a Value came: return its data"):
        check_gradients(lambda x: x * 2, 1.0, gradient=lambda x: Value(2.0))


@pytest.mark.parametrize("returned", [None, "loss", np.ones(3), []])
def test_what_is_not_one_number_is_refused(returned):
    with pytest.raises(TypeError, match="number"):
        check_gradients(lambda x: returned, 1.0, gradient=lambda x: 0.0)


def test_a_function_that_changes_its_input_is_told():
    def function(w):
        w[1] += 1.0
        return w.sum()

    def gradient(w):
        w -= 1.0
        return np.ones(3)

    with pytest.raises(ValueError, match=r"the function changes its input in place: w\[1\]"):
        check_gradients(function, np.zeros(3), gradient=lambda w: np.ones(3))
    with pytest.raises(ValueError, match=r"the gradient changes its input in place: w\[0\]"):
        check_gradients(lambda w: w.sum(), np.zeros(3), gradient=gradient)
    with pytest.raises(ValueError, match="the structure of its input"):
        check_gradients(lambda w: w.pop(), [1.0], gradient=lambda w: [1.0])


def test_no_inputs_are_refused():
    with pytest.raises(ValueError, match="nothing to check"):
        check_gradients(lambda w: 1.0, [], gradient=lambda w: [])


def test_the_point_is_as_before():
    loss, gradient, weights = net(50)
    before = {name: array.copy() for name, array in weights.items()}
    check_gradients(loss, weights, gradient=gradient)
    assert all(np.array_equal(weights[name], before[name]) for name in before)


# Reports


def test_the_report_is_a_table_here_and_in_a_notebook():
    report = check_gradients(lambda x, y: x * y, 2.0, 3.0, gradient=lambda x, y: (y, x))
    head, first, second = str(report).splitlines()
    assert head.split() == ["input", "gradient", "numeric", "±", "error"]
    assert first.startswith("x ") and second.endswith("agrees")
    assert "<th>gradient</th>" in report._repr_html_()
    assert report._repr_html_().count("<tr>") == 3


def test_in_a_notebook_names_are_data():
    report = check_gradients(lambda w: w["<b>"] ** 2, {"<b>": 1.0}, gradient=lambda w: {"<b>": 2})
    assert "&lt;b&gt;" in report._repr_html_() and "<b>" not in report._repr_html_()


# Where halves of what is wrong look right


def test_a_direction_moves_entries_up_and_down():
    """Else errors of both signs could cancel."""
    tree = SimpleNamespace(numbers=[0.5] * 500)
    claim = SimpleNamespace(box=SimpleNamespace(tree=tree))
    moves = weighed(claim, range(500), random.Random(1)).values()
    assert 0.4 < sum(move > 0.0 for move in moves) / len(moves) < 0.6


def test_where_neither_half_looks_wrong_a_closer_look_finds_the_entry(monkeypatch):
    loss, gradient, weights = net(500)
    monkeypatch.setattr(Search, "is_off", lambda self, entries: len(entries) > 16)

    def wrong(w):
        slopes = gradient(w)
        slopes["layer1"][3, 7] *= 1.1
        return slopes

    assert names_of_wrong(failure(loss, weights, gradient=wrong))[1:] == ["w['layer1'][3, 7]"]


def test_a_slight_difference_is_said_to_be_one():
    """As where a loop stops so early that its own slope is another, and no jump is near."""
    message = failure(math.sin, 0.7, gradient=lambda x: math.cos(x) * (1.0 + 3e-8))
    assert re.search("the two differ by 3.* of the slope", message)
    assert "differ by" not in failure(math.sin, 0.7, gradient=lambda x: 1.1 * math.cos(x))
