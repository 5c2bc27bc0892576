"""Losses are their formulas, at any size of number."""

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, exp, sigmoid, softmax, tracing
from engine.rules import CONSTANT
from nn import (
    L1,
    L2,
    Loss,
    binary_cross_entropy,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
    softmax_cross_entropy,
)

moderate = st.floats(-1e3, 1e3)
pairs = st.lists(st.tuples(moderate, moderate), min_size=1, max_size=20)
logits_and_targets = st.lists(st.tuples(st.floats(-30, 30), st.floats(0, 1)), min_size=1)


@given(pairs)
def test_mean_squared_error_and_its_gradient(pairs: list[tuple[float, float]]) -> None:
    predictions = [Value(p) for p, _ in pairs]
    loss = mean_squared_error(predictions, [t for _, t in pairs])
    loss.backward()
    n = len(pairs)
    assert loss.data == pytest.approx(math.fsum((p - t) ** 2 for p, t in pairs) / n, rel=1e-14)
    assert [p.grad for p in predictions] == pytest.approx([2 * (p - t) / n for p, t in pairs])


@given(logits_and_targets)
def test_binary_cross_entropy_is_the_textbook_formula(pairs: list[tuple[float, float]]) -> None:
    logits = [Value(z) for z, _ in pairs]
    loss = binary_cross_entropy(logits, [t for _, t in pairs])
    loss.backward()
    n = len(pairs)
    # log sigmoid(z) = -log(1 + exp(-z)), and 1 - sigmoid(z) = sigmoid(-z)
    terms = [t * math.log1p(math.exp(-z)) + (1 - t) * math.log1p(math.exp(z)) for z, t in pairs]
    assert loss.data == pytest.approx(math.fsum(terms) / n, rel=1e-9, abs=1e-12)
    slopes = [(1 / (1 + math.exp(-z)) - t) / n for z, t in pairs]
    assert [z.grad for z in logits] == pytest.approx(slopes, rel=1e-9, abs=1e-12)


@given(st.floats(-1e300, 1e300), st.sampled_from([0, 1]))
def test_binary_cross_entropy_is_finite_for_any_logit(logit: float, target: int) -> None:
    z = Value(logit)
    loss = binary_cross_entropy([z], [target])
    loss.backward()
    assert loss.data >= 0.0
    assert abs(z.grad) <= 1.0


@pytest.mark.parametrize(
    "logit, target, loss, slope",
    [(1000, 1, 0.0, 0.0), (1000, 0, 1000.0, 1.0), (-1000, 1, 1000.0, -1.0), (-1000, 0, 0.0, 0.0)],
)
def test_binary_cross_entropy_at_a_thousand(
    logit: float, target: float, loss: float, slope: float
) -> None:
    z = Value(logit)
    found = binary_cross_entropy([z], [target])
    found.backward()
    assert (found.data, z.grad) == (loss, slope)


def test_no_knowledge_costs_log_2() -> None:
    assert binary_cross_entropy([0.0, 0.0], [0, 1]).data == pytest.approx(math.log(2))


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy])
def test_numbers_and_values_mix(loss: Any) -> None:
    target = Value(1.0)
    found = loss([Value(0.5), 2], [0, target])
    assert isinstance(found, Value) and found.label == "loss"
    assert found.data == loss([0.5, 2.0], [0.0, 1.0]).data
    found.backward()
    assert target.grad != 0.0


def test_plain_targets_are_constants_of_the_graph() -> None:
    (squares,) = [i for i in mean_squared_error([Value(1.0)], [3.0]).inputs if i.inputs]
    difference = squares.inputs[0].inputs[0]
    assert difference.inputs[1].rule is CONSTANT


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy])
def test_refusals_say_what_was_given(loss: Any) -> None:
    name = loss.__name__
    with pytest.raises(ValueError, match=f"{name}: 2 predictions and 1 target were given"):
        loss([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=f"{name}: the lists are empty"):
        loss([], [])
    with pytest.raises(TypeError, match=f"{name}: predictions: a list of numbers is needed"):
        loss(Value(1.0), [1.0])
    with pytest.raises(TypeError, match=f"{name}: targets: a list of numbers is needed"):
        loss([1.0], 1.0)
    with pytest.raises(TypeError, match=f"{name}: target 1: a real number is needed, and 'b'"):
        loss([1.0, 1.0], [1.0, "b"])
    with pytest.raises(ValueError, match=f"{name}: prediction 0: a finite number is needed"):
        loss([math.nan], [1.0])


@pytest.mark.parametrize("loss", [mean_squared_error, huber(2.0), huber() + L2(0.1, [])], ids=str)
def test_a_call_that_does_not_fit_says_which_loss_needs_what(loss: Any) -> None:
    name = loss.__name__
    needed = re.escape(f" was called, but {name}(predictions, targets) is needed")
    with pytest.raises(TypeError, match=f"{needed}; fit takes the loss itself, not a call of it$"):
        loss()
    for call, arguments in (
        (lambda: loss([0.5]), "[0.5]"),
        (lambda: loss([0.5], [1.0], "sum"), "[0.5], [1.0], 'sum'"),
        (lambda: loss([0.5], target=[1.0]), "[0.5], target=[1.0]"),
    ):
        with pytest.raises(TypeError, match=f"^{re.escape(f'{name}({arguments})')}{needed}$"):
            call()


def test_an_error_within_the_formula_is_its_own() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        Loss(lambda output, target: "a" - output)([1.0], [1.0])


def test_what_makes_a_loss_is_not_called_as_one() -> None:
    write = r"^huber makes the loss: write huber\(\), or huber\(delta\), where the loss is to stand"
    with pytest.raises(TypeError, match=write):
        huber([0.5], [1.0])  # type: ignore[arg-type, call-arg]
    with pytest.raises(TypeError, match=write):
        huber([0.5], targets=[1.0])  # type: ignore[arg-type, call-arg]
    with pytest.raises(TypeError, match="^huber: there is no beta=, write delta=$"):
        huber(beta=2.0)  # type: ignore[call-arg]


@pytest.mark.parametrize("target", [-1, 1.5, 2])
def test_a_class_is_from_0_to_1(target: float) -> None:
    with pytest.raises(ValueError, match=f"target 1 is {float(target)!r}, but must be from 0 to 1"):
        binary_cross_entropy([1.0, 1.0], [0, target])


def test_losses_of_values_can_be_traced() -> None:
    prediction, target = Value(0.5), Value(1.0)
    for loss in (mean_squared_error, binary_cross_entropy):
        with tracing():
            traced = loss([prediction], [target])
        assert traced.data == loss([prediction], [target]).data


# The other losses, and all of them against PyTorch

ELEMENTWISE = [mean_squared_error, mean_absolute_error, huber(1.5), hinge, binary_cross_entropy]


def torch_loss(loss: Loss, outputs: Any, targets: Any) -> Any:
    torch = pytest.importorskip("torch", reason="PyTorch is in the bench extra")
    functional = torch.nn.functional
    name = loss.__name__
    if name == "softmax_cross_entropy":
        return functional.cross_entropy(outputs, torch.tensor(targets))
    targets = torch.tensor(targets, dtype=torch.float64)
    return {
        "mean_squared_error": lambda: functional.mse_loss(outputs, targets),
        "mean_absolute_error": lambda: functional.l1_loss(outputs, targets),
        "huber": lambda: functional.huber_loss(outputs, targets, delta=1.5),
        "hinge": lambda: torch.relu(1 - targets * outputs).mean(),
        "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(
            outputs, targets
        ),
    }[name]()


@pytest.mark.peer
@pytest.mark.parametrize("loss", [*ELEMENTWISE, softmax_cross_entropy], ids=repr)
@given(st.data())
def test_loss_and_gradient_are_those_of_torch(loss: Loss, data: st.DataObject) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is in the bench extra")
    n, k = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 4))
    rows = st.lists(st.floats(-1000, 1000), min_size=k, max_size=k)
    numbers = data.draw(st.lists(rows, min_size=n, max_size=n))
    target = {"hinge": st.sampled_from([-1.0, 1.0]), "binary_cross_entropy": st.floats(0, 1)}
    if loss is softmax_cross_entropy:
        targets: Any = data.draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n))
    else:
        kind = target.get(loss.__name__, st.floats(-1000, 1000))
        row = st.lists(kind, min_size=k, max_size=k)
        targets = data.draw(st.lists(row, min_size=n, max_size=n))
    outputs = [[Value(x) for x in row] for row in numbers]
    found = loss(outputs, targets)
    found.backward()
    tensor = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    expected = torch_loss(loss, tensor, targets)
    expected.backward()
    assert found.data == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    gradients = [[output.grad for output in row] for row in outputs]
    for row, expected_row in zip(gradients, tensor.grad.tolist()):
        assert row == pytest.approx(expected_row, rel=1e-9, abs=1e-12)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0.1, 10.0))
def test_huber_is_square_inside_and_straight_outside(p: float, t: float, delta: float) -> None:
    error = abs(p - t)
    expected = 0.5 * error**2 if error <= delta else delta * (error - 0.5 * delta)
    prediction = Value(p)
    loss = huber(delta)([prediction], [t])
    loss.backward()
    assert loss.data == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert prediction.grad == pytest.approx(max(-delta, min(delta, p - t)), rel=1e-12)


@given(st.floats(-1e3, 1e3), st.sampled_from([-1, 1]))
def test_hinge_and_absolute_error(z: float, t: int) -> None:
    assert hinge([z], [t]).data == max(0.0, 1.0 - t * z)
    assert mean_absolute_error([z], [t]).data == abs(z - t)


@pytest.mark.parametrize("scale", [1000.0, -1000.0])
def test_softmax_cross_entropy_at_a_thousand(scale: float) -> None:
    logits = [Value(scale), Value(0.0), Value(-scale)]
    loss = softmax_cross_entropy([logits], [0])
    loss.backward()
    assert loss.data == max(0.0, -2 * scale)
    assert [z.grad for z in logits] == ([0.0, 0.0, 0.0] if scale > 0 else [-1.0, 0.0, 1.0])


def test_two_classes_are_the_sigmoid() -> None:
    both = softmax_cross_entropy([[0.0, 1.5], [0.0, -0.5]], [1, 0]).data
    assert both == pytest.approx(binary_cross_entropy([1.5, -0.5], [1, 0]).data, rel=1e-12)


def test_what_went_through_a_sigmoid_or_softmax_already_is_refused() -> None:
    z = [Value(0.5), Value(-1.0)]
    said = "has the {0} in it, and the outputs went through one already: leave it out of the model"
    with pytest.raises(TypeError, match=f"^binary_cross_entropy {said.format('sigmoid')}"):
        binary_cross_entropy([sigmoid(z[0])], [1])
    for output, target in ((softmax(z), 0), ([z, softmax(z)], [0, 1])):
        with pytest.raises(TypeError, match=f"^softmax_cross_entropy {said.format('softmax')}"):
            softmax_cross_entropy([output], [target])
    quotients = [exp(z[0]) / exp(z[1]), exp(z[1]) / exp(z[0])], [z[0] / z[1], exp(z[0]) / z[1]]
    scaled = [exp(each) / Value(2.0) for each in z], [exp(each) / z[0] for each in z]
    for output in (*quotients, *scaled, [*softmax(z), z[0]]):
        assert softmax_cross_entropy([output], [0]).data > 0.0


def test_several_outputs_of_a_sample_are_averaged() -> None:
    assert mean_squared_error([[1.0, 2.0], [3.0, 4.0]], [[1.0, 4.0], [3.0, 4.0]]).data == 1.0


@pytest.mark.parametrize(
    "loss, outputs, target, said",
    [
        (hinge, [1.0], 0, "hinge: target 0 is 0.0, but must be -1 or 1"),
        (
            softmax_cross_entropy,
            [0.0, 1.0, 2.0],
            3,
            "softmax_cross_entropy: target 0 is 3, but must be a class number from 0 to 2",
        ),
        (softmax_cross_entropy, [0.0, 1.0], 0.5, "target 0 is 0.5, but must be a class number"),
        (softmax_cross_entropy, [0.0, 1.0], -1, "target 0 is -1, but must be a class number"),
        (softmax_cross_entropy, [0.0], 0, "each class needs an output, but the model has only one"),
        (
            softmax_cross_entropy,
            [0.0, 1.0],
            [0, 1],
            "has 2 numbers, but must be one class number",
        ),
        (
            softmax_cross_entropy,
            [[0.0, 1.0], [2.0]],  # no k for each position
            [1, 0],
            "has 2 numbers, but must be one class number: 0, or",
        ),
        (mean_squared_error, [0.0, 1.0], 0.5, "target 0 has 1 number for 2 outputs"),
    ],
)
def test_targets_that_do_not_fit(loss: Loss, outputs: Any, target: Any, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        loss([outputs], [target])
    assert said in str(caught.value)


@pytest.mark.parametrize("delta", [0.0, -1.0, math.nan, math.inf])
def test_delta_is_positive(delta: float) -> None:
    with pytest.raises(ValueError, match="huber: delta is"):
        huber(delta)


# A loss of one's own, and penalties


def test_a_loss_of_ones_own_gets_what_the_model_returned() -> None:
    def cubes(output: Value, target: float) -> Value:
        return abs(output - target) ** 3

    loss = Loss(cubes)
    assert repr(loss) == "cubes"
    assert loss([Value(3.0), Value(1.0)], [1.0, 1.0]).data == 4.0
    with pytest.raises(TypeError, match="the loss <lambda> returned 3, which is not a Value"):
        Loss(lambda output, target: 3)([Value(1.0)], [1.0])  # type: ignore[arg-type, return-value]


@given(st.lists(st.floats(-10, 10), min_size=1), st.floats(0, 10))
def test_penalties_and_their_gradients(numbers: list[float], strength: float) -> None:
    weights = [Value(x) for x in numbers]
    loss = mean_squared_error + L1(strength, weights) + L2(strength, weights)
    found = loss([1.0, 1.0], [1.0, 1.0])
    found.backward()
    expected = strength * math.fsum(abs(x) + x * x for x in numbers)
    assert found.data == pytest.approx(expected, rel=1e-12, abs=1e-12)
    slopes = [strength * (math.copysign(1, x) * (x != 0) + 2 * x) for x in numbers]
    assert [w.grad for w in weights] == pytest.approx(slopes, rel=1e-9, abs=1e-12)


def test_a_penalty_is_shown_and_its_strength_checked() -> None:
    assert repr(hinge + L2(0.1, [Value(1.0)])) == "hinge + L2(0.1, 1 parameter)"
    assert repr(hinge) == "hinge"
    with pytest.raises(ValueError, match="L1: strength is -0.1, but must not be negative"):
        L1(-0.1, [Value(1.0)])
