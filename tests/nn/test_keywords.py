"""Keywords of other libraries, misspelled ones, and settings without a name."""

from inspect import signature
from typing import Any

import pytest

from engine import Value
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Classifier,
    Optimizer,
    Regressor,
    RMSprop,
    fit,
    mean_squared_error,
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
        ("random_state", "seed=$"),
        ("verbose", "progress=$"),
        ("callback", "callbacks=$"),
        ("X", "samples=$"),
        ("y", "targets=$"),
        ("loss_fn", "loss=$"),
        ("weight_decay", r"AdamW, or a penalty in the loss: loss \+ L2"),
        ("shuffle", "optimizer=, epochs=, batch_size=, validation=, seed=, callbacks=, progress="),
        ("x" * 10_000, "optimizer=, epochs="),
    ],
)
def test_fit_says_which_keyword_is_meant(keyword: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"^fit: there is no .*=, write {meant}") as caught:
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
        (Adam, "amsgrad", "learning_rate=, beta1=, beta2=, epsilon=, clip_norm=, parameters=$"),
    ],
)
def test_an_optimizer_says_which_keyword_is_meant(make: Any, keyword: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"^{make.__name__}: there is no {keyword}=, write {meant}"):
        make([Value(1.0)], **{keyword: 0.1})


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("hidden_layer_sizes", "hidden=$"),
        ("sizes", "hidden=$"),
        ("seed", "random_state=$"),
        ("lr", "learning_rate=$"),
        ("max_iter", "epochs=$"),
        ("solver", "activation=, optimizer=, .*, hidden=$"),
    ],
)
@pytest.mark.parametrize("estimator", [Classifier, Regressor])
def test_an_estimator_says_which_keyword_is_meant(estimator: Any, keyword: str, meant: str) -> None:
    said = f"^{estimator.__name__}: there is no {keyword}=, write {meant}"
    with pytest.raises(TypeError, match=said):
        estimator(**{keyword: 1})


def test_what_stands_elsewhere_is_said_only_where_it_can_be_written() -> None:
    with pytest.raises(TypeError, match=r"MLP: there is no lr=, write seed=, n_inputs=, sizes=, "):
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
    with pytest.raises(TypeError, match=f"fit: {named} optimizer=, epochs=, batch_size="):
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], 100)  # type: ignore[call-arg]


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
