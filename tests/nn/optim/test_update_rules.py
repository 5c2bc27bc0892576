"""Optimizers take PyTorch's steps, on Values and on arrays, whole or not at all.

`python tests/nn/optim/test_update_rules.py` writes PyTorch's steps to torch_steps.json once more.
"""

import json
import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import Program, Value
from nn import MLP, SGD, Adam, AdamW, Optimizer, RMSprop, mean_squared_error
from nn.optim.optimizer import norm
from nn.optim.schedules import constant, cosine, linear, step_decay, warm_up

rates = st.floats(0.001, 0.5)
momenta = st.floats(0.0, 0.95)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), rates, momenta)
def test_momentum_is_the_closed_form(gradients: list[float], rate: float, momentum: float) -> None:
    """After k steps p = p₀ - rate · Σⱼ gⱼ (1 + m + … + mᵏ⁻ʲ)."""
    p = Value(1.0)
    optimizer = SGD([p], learning_rate=rate, momentum=momentum)
    for gradient in gradients:
        p.grad = gradient
        optimizer.step()
    k = len(gradients)
    moved = sum(g * sum(momentum**i for i in range(k - j)) for j, g in enumerate(gradients))
    assert p.data == pytest.approx(1.0 - rate * moved, rel=1e-9, abs=1e-9)


@given(st.floats(-10, 10), st.floats(0.01, 0.9), st.integers(1, 30))
def test_descent_on_a_parabola_is_geometric(start: float, rate: float, steps: int) -> None:
    """On p² every step is p ← (1 - 2 rate) p."""
    p = Value(start)
    optimizer = SGD([p], learning_rate=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        (p * p).backward()
        optimizer.step()
    assert p.data == pytest.approx(start * (1 - 2 * rate) ** steps, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_net_learns(momentum: float) -> None:
    model = MLP(2, [4, 1], seed=1)
    points, targets = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    optimizer = SGD(model.parameters(), learning_rate=0.2, momentum=momentum)
    for _ in range(400):
        loss = mean_squared_error([model(point) for point in points], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.data < 0.01


def test_two_optimizers_do_not_share_their_state() -> None:
    p = Value(0.0)
    p.grad = 1.0
    SGD([p], learning_rate=1.0, momentum=0.5).step()
    SGD([p], learning_rate=1.0, momentum=0.5).step()
    assert p.data == -2.0


def test_a_shared_parameter_moves_once() -> None:
    p = Value(0.0)
    p.grad = 1.0
    optimizer = SGD([p, p], learning_rate=1.0)
    optimizer.step()
    assert p.data == -1.0 and optimizer.parameters == [p]


def test_the_rate_may_change_on_the_way() -> None:
    p = Value(0.0)
    p.grad = 1.0
    optimizer = SGD((q for q in [p]), learning_rate=1.0)
    optimizer.learning_rate = 0.25
    optimizer.step()
    assert p.data == -0.25


def test_a_step_to_infinity_is_refused_whole() -> None:
    a, b = Value(1.0, "a"), Value(-1e308, "w1")
    b.scope = "layer 1/neuron 2"
    optimizer = SGD([a, b], learning_rate=10.0, momentum=0.5)
    a.grad, b.grad = 1.0, 1e308
    with pytest.raises(OverflowError) as caught:
        optimizer.step()
    assert "SGD: the step would make parameter 1 (Value(-1e+308, label='w1')" in str(caught.value)
    assert "in layer 1/neuron 2) -inf: its gradient is 1e+308" in str(caught.value)
    assert "learning rate 10.0" in str(caught.value)
    assert (a.data, b.data) == (1.0, -1e308)
    b.grad = 0.0
    optimizer.step()  # no velocity was left behind
    assert (a.data, b.data) == (-9.0, -1e308)


def test_a_gradient_of_nan_is_refused() -> None:
    p = Value(1.0)
    p.grad = math.nan
    with pytest.raises(OverflowError, match="SGD: grad of parameter 0 .* is nan before the step"):
        SGD([p], learning_rate=0.1).step()
    assert p.data == 1.0


NO_NUMBERS = [None, "1.0", b"1", [1.0], np.ones(2), Value(1.0), 1j]


@pytest.mark.parametrize("bad", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize(("name", "write"), [("data", "p.data"), ("grad", "optimizer.zero_grad()")])
@pytest.mark.parametrize("clip_norm", [None, 1.0])
def test_what_is_no_number_is_named_before_anything_moves(
    bad: Any, name: str, write: str, clip_norm: float | None
) -> None:
    first, second = Value(1.0, "w"), Value(2.0, "b")
    second.scope = "layer 1"
    first.grad = second.grad = 1.0
    optimizer = Adam([first, second], clip_norm=clip_norm)
    setattr(second, name, bad)
    with pytest.raises(TypeError) as caught:
        optimizer.step()
    said = str(caught.value)
    assert f"Adam: {name} of parameter 1 (" in said and " in layer 1) is " in said
    assert f"which is not a number: write {write}" in said
    assert (first.data, optimizer.n_steps) == (1.0, 0)
    assert getattr(second, name) is bad
    second.data = 2.0
    optimizer.zero_grad()
    first.grad = 1.0
    optimizer.step()
    assert first.data < 1.0


def test_a_parameter_that_is_nan_already_is_not_the_step_s_fault() -> None:
    parameter = Value(1.0, "w")
    parameter.data, parameter.grad = math.nan, 1.0
    with pytest.raises(OverflowError, match="data of parameter 0 .*w.* is nan before the step"):
        SGD([parameter], learning_rate=0.1).step()
    with pytest.raises(OverflowError, match="is nan before the step"):
        SGD([parameter], learning_rate=0.1).update(np.array([math.nan]), np.array([1.0]))


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, int, Fraction])
@pytest.mark.parametrize("make", [SGD, RMSprop, Adam, AdamW])
def test_whatever_numbers_come_in_plain_floats_come_out(kind: Any, make: Any) -> None:
    parameters = [Value(1.0), Value(2.0)]
    settings = {"learning_rate": np.float64(0.1)}
    if make is SGD:
        settings["momentum"] = np.float32(0.5)
    optimizer = make(parameters, clip_norm=np.float64(1.0), **settings)
    for parameter in parameters:
        parameter.data, parameter.grad = kind(2), kind(1)
    optimizer.step()
    optimizer.step()
    numbers = [p.data for p in parameters]
    numbers += [x for average in optimizer.state_dict()["averages"] for x in average]
    assert {type(x) for x in numbers} == {float}
    assert json.loads(json.dumps(optimizer.state_dict())) == optimizer.state_dict()


@pytest.mark.parametrize(
    ("make", "name"),
    [(SGD, "momentum"), (RMSprop, "decay"), (Adam, "epsilon"), (AdamW, "weight_decay")],
)
def test_settings_of_numpy_s_types_cost_no_digits(make: Any, name: str) -> None:
    found = []
    for kind in (float, np.float32):
        p = Value(1.0)
        optimizer = make([p], learning_rate=0.1, **{name: kind(0.5)})
        for gradient in (0.1, 0.3):
            p.grad = gradient
            optimizer.step()
        found.append(p.data)
    assert found[0] == found[1]


def test_an_update_rule_of_ones_own_may_return_numpy_s_numbers() -> None:
    class Halves(Optimizer):
        def update_rule(self, number: Any, gradient: Any, rate: float, *averages: Any) -> Any:
            return (np.float64(0.5) * number,)

    parameter = Value(1.0)
    Halves([parameter], learning_rate=0.1).step()
    assert (type(parameter.data), parameter.data) == (float, 0.5)


def program_of(*parameters: Value) -> Program:
    x = Value(0.0, "x")
    return Program(sum(p * p * x for p in parameters), inputs=[x], parameters=parameters)


def test_a_step_that_misses_the_gradient_of_a_program_says_so() -> None:
    p, q = Value(1.0), Value(2.0)
    optimizer, program = SGD([p, q], learning_rate=0.1), program_of(p, q)
    optimizer.step()  # nothing to miss yet
    program.value_and_gradient([[1.0]])
    with pytest.warns(
        UserWarning, match=r"SGD.step: .*write optimizer.update\(program.parameters,"
    ):
        optimizer.step()
    SGD([Value(1.0)], learning_rate=0.1).step()  # other parameters
    p.grad = 1.0
    optimizer.step()
    p.grad = 0.0
    program.value_and_gradient([[0.0]])  # a gradient of 0
    optimizer.step()
    del program
    optimizer.step()


@pytest.mark.parametrize(
    ("numbers", "gradient", "said"),
    [
        ([1.0, 2.0], np.ones(2), r"numbers are \[1.0, 2.0\] and the gradient is float64 of shape"),
        (np.ones(2), [1.0, 1.0], r"float64 of shape \(2,\) and the gradient is \[1.0, 1.0\], but"),
        (np.ones(2, dtype=int), np.ones(2), "numbers are int64 of shape"),
        (np.ones(3), np.ones(3), r"must be flat float64 arrays of 2 numbers, as in optimizer.upd"),
        (np.ones(2), np.ones(1), r"the gradient is float64 of shape \(1,\)"),
        (np.ones((2, 1)), np.ones(2), r"of shape \(2, 1\)"),
    ],
)
def test_an_update_is_of_flat_arrays(numbers: Any, gradient: Any, said: str) -> None:
    optimizer, before = SGD([Value(1.0), Value(2.0)], learning_rate=0.1), np.array(numbers)
    with pytest.raises(TypeError, match=said):
        optimizer.update(numbers, gradient)
    assert (before == numbers).all() and optimizer.n_steps == 0


@pytest.mark.parametrize("rate", [0.0, -0.1, math.inf, math.nan])
def test_the_rate_is_positive_and_finite(rate: float) -> None:
    with pytest.raises(ValueError, match=f"SGD: learning_rate is {rate!r}, but must be"):
        SGD([Value(1.0)], learning_rate=rate)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, math.nan, "x", None])
def test_momentum_is_below_1(momentum: float) -> None:
    with pytest.raises(ValueError, match=f"SGD: momentum is {momentum!r}, but 0 <= momentum < 1"):
        SGD([Value(1.0)], learning_rate=0.1, momentum=momentum)


@pytest.mark.parametrize(
    "parameters, error, said",
    [
        ([], ValueError, "SGD: no parameters were given, but at least one is needed$"),
        (iter([]), ValueError, "at least one is needed: this generator was used up before"),
        ([Value(1.0), 2.0], TypeError, "SGD: parameter 1 is 2.0, which is not a Value"),
        (
            [[Value(1.0)]],
            TypeError,
            r"parameter 0 is \[Value\(1.0\)\], which is not a Value: write",
        ),
        (
            [("w", Value(1.0))],
            TypeError,
            r"SGD: parameter 0 is \('w', Value.*: write SGD\(model\.p",
        ),
        (MLP(1, [1]), TypeError, r"but MLP\(.*\) was given: write SGD\(model\.parameters\(\), "),
        (MLP(1, [1]).parameters, TypeError, "but <bound method .* was given: write SGD"),
        (Value(1.0), TypeError, r"but Value\(1.0\) was given"),
        ([Value(1.0) * 2], ValueError, r"SGD: parameter 0 \(Value\(2.0\)\) was computed"),
    ],
)
def test_parameters_are_leaves(parameters: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        SGD(parameters, learning_rate=0.1)


def test_repr() -> None:
    optimizer = SGD([Value(1.0)], learning_rate=0.1)
    assert repr(optimizer) == "SGD(1 parameter, learning_rate=0.1, momentum=0.0)"
    nesterov = SGD([Value(1.0)], learning_rate=0.1, momentum=0.5, nesterov=True, clip_norm=2.0)
    said = "learning_rate=0.1, clip_norm=2.0, momentum=0.5, nesterov=True"
    assert repr(nesterov) == f"SGD(1 parameter, {said})"


@pytest.mark.parametrize("rate", ["0.1", None, -0.1, math.nan, math.inf, Value(0.1)])
def test_a_rate_that_is_none_is_refused_at_the_step(rate: Any) -> None:
    p = Value(1.0)
    p.grad = 1.0
    optimizer = SGD([p], learning_rate=lambda step: rate if step else 0.0)
    optimizer.step()
    with pytest.raises(
        ValueError, match="SGD: learning_rate is .* at step 1, but must be a number"
    ):
        optimizer.step()
    optimizer.learning_rate = rate
    with pytest.raises(
        ValueError, match="SGD: learning_rate is .* at step 1, but must be a number"
    ):
        optimizer.update(np.ones(1), np.ones(1))
    assert (p.data, optimizer.n_steps) == (1.0, 1)


# PyTorch's steps

CASES: dict[str, tuple[type[Optimizer], dict[str, Any]]] = {
    "SGD": (SGD, {"learning_rate": 0.05}),
    "momentum": (SGD, {"learning_rate": 0.05, "momentum": 0.9}),
    "Nesterov": (SGD, {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "RMSprop": (RMSprop, {"learning_rate": 0.05, "decay": 0.9}),
    "Adam": (Adam, {"learning_rate": 0.1}),
    "AdamW": (AdamW, {"learning_rate": 0.1, "weight_decay": 0.1}),
    "clipped Adam": (Adam, {"learning_rate": 0.1, "clip_norm": 1.5}),
    "clipped SGD": (SGD, {"learning_rate": 0.1, "clip_norm": 1.5}),
}
START = [2.0, -1.0, 0.5]
STEPS = 20
STORED = Path(__file__).with_name("torch_steps.json")


def gradient_at(numbers: list[float], step: int) -> list[float]:
    """Of parabolas of different width, shaken a little."""
    return [(i + 1) * x + math.sin(3 * step + i) for i, x in enumerate(numbers)]


def torch_steps(case: str) -> list[list[float]]:
    import torch

    kind, settings = CASES[case]
    translated = {"learning_rate": "lr", "decay": "alpha"}
    options = {translated.get(name, name): x for name, x in settings.items() if name != "clip_norm"}
    parameter = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimizer = getattr(torch.optim, kind.__name__)([parameter], **options)
    steps = []
    for step in range(STEPS):
        parameter.grad = torch.tensor(gradient_at(parameter.tolist(), step), dtype=torch.float64)
        if "clip_norm" in settings:
            torch.nn.utils.clip_grad_norm_([parameter], settings["clip_norm"])
        optimizer.step()
        steps.append(parameter.tolist())
    return steps


def steps_on_values(case: str) -> list[list[float]]:
    kind, settings = CASES[case]
    values = [Value(x) for x in START]
    optimizer = kind(values, **settings)
    steps = []
    for step in range(STEPS):
        for value, gradient in zip(values, gradient_at([v.data for v in values], step)):
            value.grad = gradient
        optimizer.step()
        steps.append([v.data for v in values])
    return steps


def steps_on_arrays(case: str) -> list[list[float]]:
    kind, settings = CASES[case]
    numbers = np.array(START)
    optimizer = kind([Value(x) for x in START], **settings)
    steps = []
    for step in range(STEPS):
        optimizer.update(numbers, np.array(gradient_at(numbers.tolist(), step)))
        steps.append(numbers.tolist())
    return steps


@pytest.mark.parametrize("steps", [steps_on_values, steps_on_arrays])
@pytest.mark.parametrize("case", CASES)
def test_the_steps_are_those_stored_of_torch(case: str, steps: Any) -> None:
    expected = json.loads(STORED.read_text(encoding="utf-8"))[case]
    np.testing.assert_allclose(steps(case), expected, rtol=0, atol=1e-10)


@pytest.mark.peer
@pytest.mark.parametrize("case", CASES)
def test_the_steps_are_those_of_torch(case: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is in the bench extra")
    np.testing.assert_allclose(steps_on_values(case), torch_steps(case), rtol=0, atol=1e-10)


@given(
    st.sampled_from([k for k, _ in CASES.values()]),
    st.lists(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from([None, 0.5]),
)
def test_values_and_arrays_take_the_same_steps(
    kind: Any, gradients: list[list[float]], clip_norm: float | None
) -> None:
    values, numbers = [Value(1.0), Value(-2.0)], np.array([1.0, -2.0])
    scalar, flat = [kind(values, learning_rate=0.01, clip_norm=clip_norm) for _ in range(2)]
    for gradient in gradients:
        for value, g in zip(values, gradient):
            value.grad = g
        scalar.step()
        flat.update(numbers, np.array(gradient))
    assert numbers.tolist() == pytest.approx([v.data for v in values], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("case", CASES)
def test_a_state_goes_on_bit_for_bit_and_from_values_to_arrays(case: str) -> None:
    kind, settings = CASES[case]
    values = [Value(x) for x in START]
    first = kind(values, **settings)
    for value in values:
        value.grad = value.data
    first.step()
    state = json.loads(json.dumps(first.state_dict()))
    numbers = np.array([v.data for v in values])
    again, flat = [kind([Value(v.data) for v in values], **settings) for _ in range(2)]
    again.load_state_dict(state)
    flat.load_state_dict(state)
    for value in again.parameters:
        value.grad = 1.0
    for value in values:
        value.grad = 1.0
    first.step()
    again.step()
    flat.update(numbers, np.ones(3))
    assert [v.data for v in again.parameters] == [v.data for v in values]
    assert numbers.tolist() == pytest.approx([v.data for v in values], rel=1e-14)


def test_a_step_after_updates_leaves_plain_floats() -> None:
    """A loop of one's own goes on with the optimizer of a compiled training."""
    value, numbers = Value(1.0), np.array([1.0])
    optimizer = Adam([value])
    optimizer.update(numbers, np.array([0.5]))
    value.grad = 0.5
    optimizer.step()
    assert type(value.data) is float


def test_a_state_of_another_size_is_refused() -> None:
    state = Adam([Value(1.0)]).state_dict()
    with pytest.raises(ValueError, match=r"averages of sizes \[1, 1\].*2 for each of 2 par"):
        Adam([Value(1.0), Value(2.0)]).load_state_dict(state)


def test_a_state_that_lacks_something_is_refused() -> None:
    with pytest.raises(ValueError, match="the state of an optimizer lacks averages, n_steps"):
        Adam([Value(1.0)]).load_state_dict({})


def test_a_rate_may_be_any_real_number_and_nothing_else() -> None:
    optimizer = SGD([Value(1.0)], learning_rate=np.float32(0.5))
    assert type(optimizer.rate()) is float and optimizer.rate() == 0.5
    with pytest.raises(ValueError, match="SGD: learning_rate is 'fast', but must be positive"):
        SGD([Value(1.0)], learning_rate="fast")


def test_an_update_to_infinity_is_refused_whole() -> None:
    numbers = np.array([1.0, -1e308])
    optimizer = SGD([Value(1.0), Value(-1e308, "w1")], learning_rate=10.0, momentum=0.5)
    with np.errstate(all="ignore"), pytest.raises(OverflowError, match="parameter 1 .* -inf"):
        optimizer.update(numbers, np.array([1.0, 1e308]))
    assert numbers.tolist() == [1.0, -1e308]
    with np.errstate(all="ignore"):
        optimizer.update(numbers, np.array([1.0, 0.0]))  # no velocity was left behind
    assert numbers.tolist() == [-9.0, -1e308]


def test_a_running_average_never_becomes_infinite() -> None:
    p = Value(1.0)
    p.grad = 1e200
    optimizer = Adam([p])
    with pytest.raises(OverflowError, match=r"make parameter 0 \(Value\(1.0\)\) 1.0, with"):
        optimizer.step()
    assert optimizer.n_steps == 0


@pytest.mark.parametrize("name, here", [("lr", "learning_rate"), ("param_groups", "parameters")])
def test_what_other_libraries_call_it_is_told_and_not_set_in_vain(name: str, here: str) -> None:
    optimizer = SGD([Value(1.0)], learning_rate=0.1)
    said = f"SGD has no attribute '{name}': here it is {here}"
    for use in (lambda: getattr(optimizer, name), lambda: setattr(optimizer, name, 0.01)):
        with pytest.raises(AttributeError, match=said):
            use()
    mine = type("Mine", (SGD,), {})([Value(1.0)], learning_rate=0.1)
    setattr(mine, name, 0.01)
    assert getattr(mine, name) == 0.01


def test_an_optimizer_of_ones_own_is_one_formula() -> None:
    class Signs(Optimizer):
        """Every parameter moves by the learning rate."""

        def update_rule(self, number: Any, gradient: Any, rate: float, *averages: Any) -> Any:
            return (number - rate * gradient / (gradient * gradient) ** 0.5,)

    p, numbers = Value(1.0), np.array([1.0])
    p.grad = -7.0
    optimizer = Signs([p], learning_rate=0.25)
    optimizer.step()
    optimizer.update(numbers, np.array([3.0]))
    assert (p.data, numbers.tolist()) == (1.25, [0.75])
    with pytest.raises(NotImplementedError, match="Optimizer does not define update_rule"):
        Optimizer([p], learning_rate=0.1).step()


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: SGD([Value(1.0)], learning_rate=0.1, nesterov=True), "nesterov needs a momentum"),
        (lambda: RMSprop([Value(1.0)], decay=1.0), "RMSprop: decay is 1.0, but 0 <= decay < 1"),
        (lambda: Adam([Value(1.0)], beta1=-0.1), "Adam: beta1 is -0.1, but 0 <= beta1 < 1"),
        (lambda: Adam([Value(1.0)], epsilon=0.0), "Adam: epsilon is 0.0, but must be positive"),
        (lambda: AdamW([Value(1.0)], weight_decay=-1.0), "AdamW: weight_decay is -1.0"),
        (lambda: AdamW([Value(1.0)], weight_decay=math.inf), "AdamW: weight_decay is inf"),
        (lambda: AdamW([Value(1.0)], weight_decay="0"), "AdamW: weight_decay is '0'"),
        (lambda: Adam([Value(1.0)], clip_norm=0.0), "Adam: clip_norm is 0.0, but must be"),
    ],
)
def test_settings_that_are_refused(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4))
@example([1e200, -1e200])  # whose squares are too large
def test_the_norm_of_an_array_is_that_of_a_list(gradient: list[float]) -> None:
    with np.errstate(over="ignore"):
        assert norm(np.array(gradient)) == pytest.approx(norm(gradient), rel=1e-12, abs=1e-150)


# Schedules


def test_the_optimizer_asks_the_schedule_at_every_step() -> None:
    p = Value(0.0)
    p.grad = 1.0
    optimizer = SGD([p], learning_rate=step_decay(1.0, every=2, factor=0.5))
    places = []
    for _ in range(5):
        optimizer.step()
        places.append(p.data)
    assert places == [-1.0, -2.0, -2.5, -3.0, -3.25]


@pytest.mark.peer
def test_schedules_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is in the bench extra")
    schedulers = torch.optim.lr_scheduler
    for ours, theirs in [
        (constant(0.5), lambda o: schedulers.ConstantLR(o, factor=1.0)),
        (step_decay(0.5, 7, 0.3), lambda o: schedulers.StepLR(o, 7, 0.3)),
        (cosine(0.5, 30, 0.1), lambda o: schedulers.CosineAnnealingLR(o, 30, 0.1)),
        (linear(0.5, 20, 0.1), lambda o: schedulers.LinearLR(o, 1.0, 0.2, 20)),
        (warm_up(constant(0.5), 10), lambda o: schedulers.LinearLR(o, 0.1, 1.0, 9)),
    ]:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
        scheduler = theirs(optimizer)
        for step in range(30):
            assert ours(step) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-10), ours
            optimizer.step()
            scheduler.step()


@given(st.floats(0.01, 1.0), st.integers(1, 50), st.integers(0, 100), st.floats(0.0, 0.01))
def test_falling_schedules_stay_between_first_and_last(
    rate: float, steps: int, step: int, last: float
) -> None:
    for schedule in (linear(rate, steps, last), cosine(rate, steps, last)):
        assert schedule(0) == pytest.approx(rate)
        assert last <= schedule(step + 1) * (1 + 1e-12)
        assert schedule(step + 1) <= schedule(step) * (1 + 1e-12)
        assert schedule(steps) == pytest.approx(last, abs=1e-12)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: constant(-1.0), "constant: rate is -1.0, but must be positive"),
        (lambda: step_decay(0.1, 0), "step_decay: every is 0, but must be at least 1"),
        (lambda: linear(0.1, 10, -1.0), "linear: last is -1.0, but must not be negative"),
        (lambda: cosine(math.inf, 10), "cosine: rate is inf"),
        (lambda: warm_up(constant(0.1), 0), "warm_up: steps is 0"),
    ],
)
def test_schedules_that_are_refused(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_a_number_or_a_class_of_schedules_is_no_schedule() -> None:
    with pytest.raises(TypeError, match="warm_up: a schedule is needed, but 0.1 was given"):
        warm_up(0.1, 10)  # type: ignore[arg-type]
    said = "is the class cosine, but must be made of it: write cosine(rate, steps, last)"
    with pytest.raises(TypeError, match=re.escape(f"Adam: learning_rate {said}")):
        Adam([Value(1.0)], learning_rate=cosine)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=re.escape(f"warm_up: schedule {said}")):
        warm_up(cosine, 10)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=re.escape("learning_rate is the class float")):
        Adam([Value(1.0)], learning_rate=float)


if __name__ == "__main__":
    text = json.dumps({case: torch_steps(case) for case in CASES}, indent=1)
    STORED.write_text(text + "\n", encoding="utf-8")
