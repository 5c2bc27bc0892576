"""Keywords of other libraries, misspelled ones, and settings without a name."""

import re
from inspect import signature
from typing import Any

import pytest

from engine import Value
from nn import (
    L1,
    L2,
    LSTM,
    MLP,
    SGD,
    Adam,
    AdamW,
    AvgPool2d,
    Checkpoint,
    Classifier,
    Conv2d,
    Dropout,
    EarlyStopping,
    Layer,
    LayerNorm,
    MaxPool2d,
    Neuron,
    Optimizer,
    Regressor,
    RMSprop,
    film,
    fit,
    mean_squared_error,
    predict,
)

ADAM = r"optimizer=Adam\(model.parameters\(\), learning_rate=0.01\)"


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("lr", ADAM),
        ("learning_rate", ADAM),
        ("n_epochs", "epochs=$"),
        ("num_epochs", "epochs=$"),
        ("epoch", "epochs=$"),
        ("max_iter", "epochs=$"),
        ("batch", "batch_size=$"),
        ("batchsize", "batch_size=$"),
        ("validation_data", "validation=$"),
        ("validation_split", r"validation=\(samples, targets\)$"),
        ("class_weight", r"a loss of your own: choose\(t, weights\) \* softmax_cross_entropy"),
        ("sample_weight", r"a loss of your own, whose targets are rows \(target, weight\)$"),
        ("random_state", "seed=$"),
        ("verbose", "progress=$"),
        ("callback", "callbacks=$"),
        ("X", "samples=$"),
        ("y", "targets=$"),
        ("loss_fn", "loss=$"),
        ("weight_decay", r"AdamW, or a penalty in the loss: loss \+ L2"),
        ("batch_sizes", "batch_size=$"),
        ("rate", ADAM),
        ("shuffle", "nothing: each epoch has a random order, which the seed decides$"),
        ("metrics", "nothing: history.accuracies has them where the loss is one of classes$"),
        ("device", "nothing: all runs on the CPU$"),
        ("valid", "validation=$"),
    ],
)
def test_fit_says_which_keyword_is_meant(keyword: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"^fit: there is no .*=, write {meant}") as caught:
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], **{keyword: 1})  # type: ignore[arg-type]
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("keyword", ["qqq", "x" * 10_000])
def test_where_none_is_meant_all_are_told(keyword: str) -> None:
    settings = "optimizer=, epochs=, batch_size=, validation=, seed=, callbacks=, progress="
    with pytest.raises(TypeError, match=f"^fit: there is no .*=, but {settings}") as caught:
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], **{keyword: 1})  # type: ignore[arg-type]
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("make", "keyword", "meant"),
    [
        (Adam, "lr", "learning_rate=$"),
        (SGD, "lr", "learning_rate=$"),
        (SGD, "learning_rat", "learning_rate=$"),
        (AdamW, "eps", "epsilon=$"),
        (AdamW, "betas", "beta1= and beta2=$"),
        (AdamW, "wd", "weight_decay=$"),
        (RMSprop, "alpha", "decay=$"),
        (SGD, "weight_decay", "AdamW, or a penalty in the loss"),
        (Adam, "max_norm", "clip_norm=$"),
        (Adam, "params", "parameters=$"),
    ],
)
def test_an_optimizer_says_which_keyword_is_meant(make: Any, keyword: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"^{make.__name__}: there is no {keyword}=, write {meant}"):
        make([Value(1.0)], **{keyword: 0.1})


def test_what_an_optimizer_does_not_have_is_answered_with_all_it_has() -> None:
    settings = "learning_rate=, beta1=, beta2=, epsilon=, clip_norm=, parameters="
    with pytest.raises(TypeError, match=f"^Adam: there is no amsgrad=, but {settings}$"):
        Adam([Value(1.0)], amsgrad=0.1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("hidden_layer_sizes", "write hidden=$"),
        ("sizes", "write hidden=$"),
        ("seed", "write random_state=$"),
        ("lr", "write learning_rate=$"),
        ("max_iter", "write epochs=$"),
        ("solver", "but activation=, optimizer=, .*, hidden=$"),
        ("class_weight", "but activation=, optimizer=, .*, hidden=$"),
    ],
)
@pytest.mark.parametrize("estimator", [Classifier, Regressor])
def test_an_estimator_says_which_keyword_is_meant(estimator: Any, keyword: str, meant: str) -> None:
    said = f"^{estimator.__name__}: there is no {keyword}=, {meant}"
    with pytest.raises(TypeError, match=said):
        estimator(**{keyword: 1})


def test_what_stands_elsewhere_is_said_only_where_it_can_be_written() -> None:
    with pytest.raises(TypeError, match=r"MLP: there is no lr=, but seed=, n_inputs=, sizes=, "):
        MLP(2, [1], lr=0.1)  # type: ignore[call-arg]


def test_a_model_of_ones_own_is_called_by_its_name() -> None:
    class Mine(MLP):
        pass

    with pytest.raises(TypeError, match="^Mine: there is no activatio=, write activation=$"):
        Mine(2, [1], activatio="relu")  # type: ignore[call-arg]


def test_settings_have_names() -> None:
    named = "settings are given by name: write"
    with pytest.raises(TypeError, match=f"SGD: {named} learning_rate=, momentum=, nesterov=, cli"):
        SGD([Value(1.0)], 0.1)  # type: ignore[call-arg,misc]
    with pytest.raises(TypeError, match=f"film: {named} path=, optimizer=, epochs="):
        film(MLP(2, [1]), mean_squared_error, [[0.0, 1.0]], [1.0], "film.html")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=f"fit: {named} optimizer=, epochs=, batch_size="):
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], 100)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Layer(2), "Layer(2) was called, but Layer(n_inputs, n_outputs) is needed"),  # type: ignore[call-arg]
        (
            lambda: predict(MLP(1, [1])),  # type: ignore[call-arg]
            "predict(MLP(1 → 1 identity, 2 parameters)) was called, but "
            "predict(model, samples) is needed",
        ),
        (lambda: Neuron(), "Neuron() was called, but Neuron(n_inputs) is needed"),  # type: ignore[call-arg]
        (lambda: MLP([2, 1]), "MLP([2, 1]) was called, but MLP(n_inputs, sizes) is needed"),  # type: ignore[arg-type, call-arg]
        (lambda: MLP(sizes=[1]), "MLP(sizes=[1]) was called, but MLP(n_inputs, sizes) is needed"),  # type: ignore[call-arg]
        (
            lambda: fit(MLP(1, [1]), [[0.0]], [1.0]),  # type: ignore[arg-type, call-arg]
            "fit(MLP(1 → 1 identity, 2 parameters), [[0.0]], [1.0]) was called, but "
            "fit(model, loss, samples, targets) is needed",
        ),
    ],
)
def test_a_call_with_too_little_is_shown_beside_what_is_needed(call: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: MaxPool2d(kernel_size=2), "MaxPool2d: there is no kernel_size=, write size="),  # type: ignore[call-arg]
        (lambda: AvgPool2d(pool_size=2), "AvgPool2d: there is no pool_size=, write size="),  # type: ignore[call-arg]
        (lambda: MaxPool2d(), "MaxPool2d() was called, but MaxPool2d(size) is needed"),  # type: ignore[call-arg]
        (lambda: Conv2d(1, 2, kernel_size=3), "Conv2d: there is no kernel_size=, write kernel="),  # type: ignore[call-arg]
        (lambda: Dropout(rate=0.5), "Dropout: there is no rate=, write probability="),  # type: ignore[call-arg]
        (lambda: Conv2d(1, 2, 3, pad=1), "Conv2d: there is no pad=, write padding="),  # type: ignore[call-arg]
        (lambda: Layer(1, 2, use_bias=False), "Layer: there is no use_bias=, write bias="),  # type: ignore[call-arg]
        (lambda: LSTM(1, hidden_dim=2), "LSTM: there is no hidden_dim=, write n_hidden="),  # type: ignore[call-arg]
        (lambda: MLP(1, layer_sizes=[2]), "MLP: there is no layer_sizes=, write sizes="),  # type: ignore[call-arg]
        (
            lambda: LayerNorm(normalized_shape=2),
            "LayerNorm: there is no normalized_shape=, write size=",
        ),
        (lambda: Adam([], clip=1.0), "Adam: there is no clip=, write clip_norm="),  # type: ignore[call-arg]
        (lambda: Adam([], beta=0.9), "Adam: there is no beta=, write beta1=, beta2="),  # type: ignore[call-arg]
        (lambda: Adam([], rate=0.1), "Adam: there is no rate=, write learning_rate="),  # type: ignore[call-arg]
        (
            lambda: EarlyStopping(monitor="loss"),
            "EarlyStopping: there is no monitor=, but patience=",
        ),
        (lambda: Checkpoint(filepath="x"), "Checkpoint: there is no filepath=, write path="),  # type: ignore[call-arg]
        (
            lambda: Checkpoint("x", save_best_only=True),  # type: ignore[call-arg]
            "Checkpoint: there is no save_best_only=, write EarlyStopping(), which keeps it",
        ),
        (lambda: Checkpoint(), "Checkpoint() was called, but Checkpoint(path) is needed"),  # type: ignore[call-arg]
        (lambda: L2(0.1), "L2(0.1) was called, but L2(strength, parameters) is needed"),  # type: ignore[call-arg]
        (lambda: L1(alpha=1), "L1: there is no alpha=, but strength=, parameters="),  # type: ignore[call-arg]
    ],
)
def test_pools_penalties_and_callbacks_know_the_names_of_other_libraries(
    call: Any, said: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: MaxPool2d(2, 2, 1),
            "MaxPool2d(2, 2, 1) was called, but MaxPool2d(size, stride=None)",
        ),
        (lambda: MLP.load("w.json"), "load('w.json') was called, but load(self, path)"),  # type: ignore[call-arg, arg-type]
        (
            lambda: Layer.__init__(),
            "__init__() was called, but __init__(self, n_inputs, n_outputs)",
        ),
        (lambda: MLP(1, [1]).save(), "save() was called, but save(path)"),  # type: ignore[call-arg]
        (lambda: MLP(1, [1]).save("w", True), "save('w', True) was called, but save(path)"),  # type: ignore[call-arg]
    ],
)
def test_too_much_or_what_is_called_on_a_class_is_shown_beside_what_is_needed(
    call: Any, said: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(said)} is needed$"):
        call()


def test_arguments_may_be_given_by_name() -> None:
    assert repr(Layer(n_outputs=3, n_inputs=2)) == repr(Layer(2, 3))
    assert repr(MLP(2, sizes=[1])) == repr(MLP(2, [1]))


def test_what_is_missing_is_said_by_python() -> None:
    with pytest.raises(
        TypeError, match="missing 1 required keyword-only argument: 'learning_rate'"
    ):
        SGD([Value(1.0)])  # type: ignore[call-arg]


def test_signatures_stay_what_they_are() -> None:
    assert list(signature(fit).parameters)[:4] == ["model", "loss", "samples", "targets"]
    assert list(signature(SGD).parameters)[:2] == ["parameters", "learning_rate"]
    assert fit.__name__ == "fit" and "DivergenceError" in str(fit.__doc__)


def test_an_optimizer_of_ones_own_keeps_its_settings() -> None:
    class Mine(Optimizer):
        def __init__(self, parameters: Any, *, lr: float) -> None:
            super().__init__(parameters, learning_rate=lr)

    assert Mine([Value(1.0)], lr=0.5).rate() == 0.5


@pytest.mark.parametrize("keyword", ["tol", "eps", "tolerance", "path", "filename", "format"])
def test_what_is_true_of_a_check_or_a_picture_is_not_said_of_a_fit(keyword: str) -> None:
    with pytest.raises(TypeError, match="^fit: there is no .*=, but optimizer=, epochs="):
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], **{keyword: 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^SGD: settings are given by name: write learning_rate="):
        SGD([Value(1.0)], "0.1")  # type: ignore[call-arg,misc,arg-type]
