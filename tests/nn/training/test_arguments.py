"""What `fit` and `predict` say of a model, a loss, an optimizer or callbacks that are none."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine import Value, no_grad
from nn import (
    L1,
    L2,
    MLP,
    SGD,
    Adam,
    Checkpoint,
    EarlyStopping,
    Flatten,
    History,
    Layer,
    Loss,
    Module,
    Sequential,
    fit,
    huber,
    mean_absolute_error,
    mean_squared_error,
    predict,
)

MODEL = MLP(2, [2, 1], seed=0)
X, Y = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]), np.array([0.0, 1.0, 2.0])
ORDER = r"write fit\(model, loss, samples, targets\)$"


def said(error: type[Exception], *given: Any, **options: Any) -> str:
    """What `fit` says; nothing is changed."""
    models = [each for each in given if isinstance(each, MLP)]
    before = [model.state_dict() for model in models]
    with pytest.raises(error) as caught:
        fit(*given, **options)
    assert [model.state_dict() for model in models] == before
    assert len(str(caught.value)) < 700 and str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize(
    ("loss", "meant"),
    [
        ("mse", "mean_squared_error"),
        ("MSE", "mean_squared_error"),
        ("mean squared error", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("bce", "binary_cross_entropy"),
        ("cross_entropy", "binary_cross_entropy or softmax_cross_entropy"),
        ("softmax", "softmax_cross_entropy"),
        ("hinge", "hinge"),
        ("x" * 10_000, "mean_squared_error or mean_absolute_error or hinge or binary_cross_en"),
    ],
)
def test_the_name_of_a_loss_is_no_loss(loss: str, meant: str) -> None:
    text = said(TypeError, MLP(2, [1]), loss, X, Y)
    assert text.startswith(f"fit: the loss is the text '{loss[:10]}")
    assert f"but must be a Loss: write {meant}" in text and text.endswith(", without quotes")


def test_arguments_in_another_order() -> None:
    import re

    model, loss = MLP(2, [1]), mean_squared_error
    for given, start in [
        (
            (model, X, Y, loss),
            r"fit: the loss is a ndarray of shape \(3, 2\), but must be a Loss, ",
        ),
        (
            (X, Y, model, loss),
            r"fit: the model is a ndarray of shape \(3, 2\), but must be a Module",
        ),
        ((loss, model, X, Y), "fit: the model is mean_squared_error, but must be a Module"),
        (
            (MLP, loss, X, Y),
            "fit: the model is <class 'nn.layers.dense.MLP'>, but must be a Module",
        ),
        ((model, None, X, Y), "fit: the loss is None, but must be a Loss"),
        ((model, loss([1.0], [2.0]), X, Y), r"fit: the loss is Value\(1.0, label='loss'\), but"),
    ]:
        assert re.match(f"{start}.*{ORDER}", said(TypeError, *given)), given
    with pytest.raises(TypeError, match=r"predict: the model is a ndarray of.*predict\(model, sam"):
        predict(X, model)  # type: ignore[arg-type]


def test_a_function_that_is_no_loss() -> None:
    text = said(TypeError, MLP(2, [1]), huber, X, Y)
    assert "fit: the loss is called as huber(output, target), but too many positional" in text
    assert text.endswith("write huber()")
    assert "missing a required argument: 'z'" in said(
        TypeError, MLP(2, [1]), lambda x, y, z: x, X, Y
    )
    assert len(fit(MLP(2, [1]), huber(), X, Y, epochs=1)) == 1
    assert len(fit(MLP(2, [1]), lambda *both: (both[0] - both[1]) ** 2, X, Y, epochs=1)) == 1


def test_a_function_that_does_not_tell_its_arguments_is_tried() -> None:
    class Silent:
        __signature__ = "nothing"

        def __call__(self, output: Value, target: Value) -> Value:
            return (output - target) ** 2

    assert len(fit(MLP(2, [1]), Silent(), X, Y, epochs=1)) == 1


def test_what_cannot_learn_and_what_would_move_another_model() -> None:
    text = said(ValueError, Sequential(Flatten()), mean_squared_error, X, Y)
    assert "has no parameters, so it cannot learn: a Module keeps Values and modules as" in text
    text = said(ValueError, MLP(2, [1]), mean_squared_error, X, Y, optimizer=Adam([Value(1.0)]))
    assert text.endswith("make one of this model, Adam(model.parameters(), learning_rate=0.01)")
    for no_optimizer in ("adam", Adam, "x" * 10_000, 0, []):
        text = said(TypeError, MLP(2, [1]), mean_squared_error, X, Y, optimizer=no_optimizer)
        assert text.endswith("such as Adam(model.parameters(), learning_rate=0.01)")


class Of(Module):
    """A model of one parameter that returns what a function makes of it and the inputs."""

    def __init__(self, function: Callable[[Value, Any], Any]) -> None:
        self.w, self.function = Value(0.5), function

    def forward(self, x: Any) -> Any:
        return self.function(self.w, x)


@pytest.mark.parametrize(
    "loss",
    [
        lambda output, target: (output.data - target) ** 2,
        lambda output, target: target * target,
        Loss(lambda output, target: (output.data - target) ** 2) + L2(0.1, MODEL.parameters()),
    ],
)
@pytest.mark.parametrize("eager", [False, True])
def test_a_loss_that_depends_on_no_parameter_is_refused(loss: Any, eager: bool) -> None:
    text = said(ValueError, MODEL, loss, X, Y, eager=eager)
    assert text.startswith("fit: the loss depends on no parameter of the optimizer")


@pytest.mark.parametrize("penalty", [L1, L2])
def test_a_penalty_on_another_model_is_refused(penalty: Any) -> None:
    model, other = MLP(2, [1]), Value(3.0)
    text = said(ValueError, model, mean_squared_error + penalty(0.1, MODEL.parameters()), X, Y)
    assert text.startswith(f"fit: none of the parameters of {penalty.__name__}(0.1, 9 parameters)")
    assert text.endswith(f"make one of this model, {penalty.__name__}(0.1, model.parameters())")
    for on in ([], [other, model.parameters()[0]], [model.parameters()[0] - other]):
        fit(model, mean_squared_error + penalty(0.1, on), X, Y, epochs=1)
    turns = mean_squared_error + penalty(0.1, MODEL.parameters()) + penalty(0.1, model.parameters())
    for each in (model, MODEL):
        fit(each, turns, X, Y, epochs=1)
    own = mean_squared_error + penalty(0.1, MODEL.parameters()) + (lambda: other * 0.1)
    fit(model, own, X, Y, epochs=1)
    both = SGD([*model.parameters(), other], learning_rate=0.1)
    fit(model, mean_squared_error + penalty(0.1, [other]), X, Y, epochs=1, optimizer=both)
    assert abs(other.data) < 3.0
    some = SGD(model.parameters()[-1:], learning_rate=0.1)  # for now
    whole = mean_squared_error + penalty(0.1, model.parameters()[:1])
    assert fit(model, whole, X, Y, epochs=1, optimizer=some).losses


def cut_off(w: Value, x: Any) -> Value:
    with no_grad():
        return w * x[0]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda w, x: w * (w * x[0]).detach(), "detached"),
        (lambda w, x: w * cut_off(w, x), "no_grad"),
    ],
)
def test_what_is_cut_off_in_each_sample_is_refused_where_it_would_be_that_of_one(
    function: Any, name: str
) -> None:
    model = Of(function)
    assert f"{name} " in said(TypeError, model, mean_squared_error, X, Y).replace("()", "")
    with pytest.raises(TypeError, match=name):
        predict(model, X)
    assert fit(model, mean_squared_error, X, Y, epochs=1, eager=True).gradient_norms[0] > 0.0


def test_under_no_grad_a_model_predicts_and_does_not_learn() -> None:
    expected = predict(MODEL, X)
    with no_grad():
        assert (predict(MODEL, X) == expected).all() and len(set(expected)) == 3
        for eager in (False, True):
            assert "under no_grad()" in said(
                ValueError, MODEL, mean_squared_error, X, Y, eager=eager
            )


@pytest.mark.parametrize("learning", [0, 1])
def test_eager_training_looks_for_a_sample_that_teaches_for_a_whole_epoch(learning: int) -> None:
    seen: list[float] = []

    def loss(output: Value, target: Value) -> Value:
        seen.append(target.data)
        return ((output if len(set(seen)) == 3 and learning else output.data) - target) ** 2

    def train() -> History:
        return fit(MODEL, loss, X, Y, epochs=2, batch_size=1, training_accuracy=False, eager=True)

    if learning:
        assert train().gradient_norms[0] > 0.0
    else:
        with pytest.raises(ValueError, match="depends on no parameter of the optimizer"):
            train()
    assert len(seen) == (6 if learning else 3)


@pytest.mark.parametrize("eager", [False, True])
def test_one_parameter_of_all_is_enough(eager: bool) -> None:
    some = SGD([*MODEL.parameters()[-1:], Value(1.0)], learning_rate=0.1)
    assert fit(MODEL, mean_squared_error, X, Y, optimizer=some, epochs=1, eager=eager).losses


class Experts(Module):
    """Of two layers the one that the sample chooses."""

    def __init__(self) -> None:
        self.layers = [Layer(2, 1), Layer(2, 1)]

    def forward(self, inputs: Any) -> Any:
        return self.layers[inputs[0].data > 0.0](inputs)


def test_a_sample_may_need_none_of_the_parameters_that_are_trained() -> None:
    model = Experts()
    some = SGD(model.layers[1].parameters(), learning_rate=0.1)
    assert fit(model, mean_squared_error, X, Y, optimizer=some, batch_size=1, eager=True).losses


@pytest.mark.parametrize("loss", [mean_squared_error, lambda output, target: target * target])
@pytest.mark.parametrize("output", [None, 0.5, [0.5, 1]], ids=repr)
def test_an_output_that_depends_on_no_value_is_refused(output: Any, loss: Any) -> None:
    text = said(TypeError, Of(lambda w, x: output), loss, X, Y)
    assert text.startswith(
        f"fit: Of(1 parameter) returned {output!r} for the first sample, but a Value, or a list of"
    )


def test_an_output_that_is_no_number_is_told_by_the_loss() -> None:
    text = said(TypeError, Of(lambda w, x: {"out": w}), mean_squared_error, X, Y)
    assert text.startswith("mean_squared_error: the model's output: a real number is needed, and {")
    history = fit(Of(lambda w, x: {"out": w}), lambda output, t: (output["out"] - t) ** 2, X, Y)
    assert history.losses[-1] < history.losses[0]


@pytest.mark.parametrize("eager", [False, True])
def test_the_inputs_of_a_model_are_values(eager: bool) -> None:
    model = Of(lambda w, x: w * x[0].sin())
    assert len(fit(model, mean_squared_error, X, Y, validation=(X, Y), epochs=2, eager=eager)) == 2


@pytest.mark.parametrize("callbacks", [EarlyStopping, [EarlyStopping], 3, ["x" * 10_000]])
def test_callbacks_are_a_list(callbacks: Any) -> None:
    text = said(TypeError, MLP(2, [1]), mean_squared_error, X, Y, callbacks=callbacks)
    assert text.endswith("but must be a list of Callbacks, such as [EarlyStopping()]")


def test_one_callback_and_a_function_are_told_how_they_become_a_list_of_them() -> None:
    for callback in (EarlyStopping(2), Checkpoint("a.npz", every=3)):
        text = said(TypeError, MLP(2, [1]), mean_squared_error, X, Y, callbacks=callback)
        assert text.endswith(f": write [{callback!r}]")
        assert text.startswith(f"fit: callbacks is {callback!r}, but must be a list")
    for function in (print, [lambda training: None]):
        text = said(TypeError, MLP(2, [1]), mean_squared_error, X, Y, callbacks=function)
        assert text.endswith("a function is the on_epoch of a Callback of your own")


@pytest.mark.parametrize("seed", [None, "x", 0.5, -1])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    error = ValueError if seed == -1 else TypeError
    text = said(error, MLP(2, [1]), mean_absolute_error, X, Y, seed=seed)
    assert text.startswith(f"fit: seed is {seed!r}, but must be ")


def test_a_backend_that_does_not_fit() -> None:
    text = said(ValueError, MLP(2, [1]), mean_squared_error, X, Y, backend="C")
    assert text == "fit: backend is 'C', and 'numpy' or 'c' is needed"
    text = said(ValueError, MLP(2, [1]), mean_squared_error, X, Y, backend="c", eager=True)
    assert text.startswith("fit: eager=True runs on Values, and backend='c' on a Program")
