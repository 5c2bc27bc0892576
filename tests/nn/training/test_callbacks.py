"""Early stopping, and checkpoints that resume bit for bit and survive a full disk."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Value, check_gradients
from nn import (
    MLP,
    SGD,
    Adam,
    Callback,
    Checkpoint,
    Dropout,
    EarlyStopping,
    History,
    Layer,
    Module,
    RMSprop,
    Sequential,
    fit,
    mean_squared_error,
    seed,
    softmax_cross_entropy,
)

RNG = np.random.default_rng(0)
SAMPLES, TARGETS = RNG.normal(size=(13, 3)), RNG.integers(0, 2, size=13)
VALIDATION = RNG.normal(size=(7, 3)), RNG.integers(0, 2, size=7)


def train(epochs: int, *callbacks: Callback, **options: Any) -> tuple[Module, History]:
    seed(0)
    model = Sequential(Layer(3, 8), Dropout(0.3), Layer(8, 2, "identity"))
    make = options.pop("optimizer", lambda p: Adam(p, learning_rate=0.05))
    options.setdefault("validation", VALIDATION)
    history = fit(
        model,
        softmax_cross_entropy,
        SAMPLES,
        TARGETS,
        optimizer=make(model.parameters()),
        epochs=epochs,
        batch_size=4,
        callbacks=callbacks,
        **options,
    )
    return model, history


def numbers(history: History) -> list[Any]:
    """All but the time."""
    return [history.losses, history.validation_losses, history.accuracies, history.gradient_norms]


# Early stopping


def test_early_stopping_restores_the_best_parameters() -> None:
    model, history = train(300, EarlyStopping(4))
    best = history.validation_losses.index(min(history.validation_losses)) + 1
    assert len(history) == best + 4 < 300
    assert history.stopped == "no smaller loss in 4 epochs"
    expected, _ = train(best)
    assert model.state_dict() == expected.state_dict()


def test_early_stopping_without_validation_watches_the_loss() -> None:
    _, history = train(60, EarlyStopping(1), validation=None)
    assert history.losses[-1] >= history.losses[-2]
    assert sorted(history.losses[:-1], reverse=True) == history.losses[:-1]


def test_the_best_parameters_come_back_after_the_last_epoch_too() -> None:
    _, long = train(40)
    best = long.validation_losses.index(min(long.validation_losses)) + 1
    assert best < 40
    model, history = train(40, EarlyStopping(100))
    assert history.stopped == ""
    assert model.state_dict() == train(best)[0].state_dict()


def test_a_patience_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="EarlyStopping: patience is 0, but must be at least 1"):
        EarlyStopping(0)


def test_a_callback_of_ones_own_may_stop() -> None:
    class Twice(Callback):
        def on_epoch(self, training: Any) -> None:
            if len(training.history) == 2:
                training.history.stopped = "enough"

    _, history = train(10, Twice())
    assert (len(history), history.stopped) == (2, "enough")


def replace(model: Any) -> None:
    model.parts[0].neurons[0].bias = Value(3.0)


def remove(model: Any) -> None:
    del model.parts[0].neurons[0].weights[0]


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize(
    ("change", "moment", "epochs", "run"),
    [
        (replace, "on_start", 0, 0),
        (remove, "on_start", 0, 0),
        (replace, "on_epoch", 1, 1),
        (remove, "on_epoch", 1, 1),
        (replace, "on_epoch", 2, 4),
    ],
)
def test_a_callback_that_puts_others_in_place_of_the_parameters_is_refused(
    change: Any, moment: str, epochs: int, run: int, eager: bool
) -> None:
    """At once, after the first epoch or at the end."""
    histories: list[History] = []

    def changing(training: Any) -> None:
        histories.append(training.history)
        if len(training.history) == epochs:
            change(training.model)

    own = Callback()
    setattr(own, moment, changing)
    with pytest.raises(ValueError, match="others in place of the model's parameters"):
        train(4, own, eager=eager)
    assert len(histories[0]) == run


class Keeping(Module):
    """It keeps what it was given and what it computed, as to look at it later."""

    def __init__(self) -> None:
        self.inner = MLP(3, [2])
        self.log: list[Value] = []

    def forward(self, xs: Any) -> Any:
        self.seen, self.outputs = xs, self.inner(xs)
        self.log.append(xs[0])
        return self.outputs


@pytest.mark.parametrize("eager", [False, True])
def test_a_callback_may_be_given_for_a_model_that_keeps_values(eager: bool) -> None:
    def losses(*callbacks: Callback) -> list[float]:
        seed(0)
        model = Keeping()
        for _ in range(2):  # the second finds what the first left
            optimizer = Adam(model.inner.parameters(), learning_rate=0.01)
            history = fit(
                model,
                softmax_cross_entropy,
                SAMPLES,
                TARGETS,
                optimizer=optimizer,
                epochs=2,
                callbacks=callbacks,
                eager=eager,
            )
        return history.losses

    assert losses(Callback()) == losses()


class Pretrained(Sequential):
    """Of which a part stays in evaluation mode."""

    def train(self) -> Any:
        super().train()
        self.parts[0].eval()
        return self


def test_a_mode_of_ones_own_lasts_in_every_epoch() -> None:
    def losses(*, eager: bool, own: bool = True) -> list[float]:
        seed(0)
        model = Pretrained(Dropout(0.5), Layer(3, 2, "identity"))
        callbacks = [Callback()] * own
        given = model, softmax_cross_entropy, SAMPLES, TARGETS
        return fit(*given, epochs=3, callbacks=callbacks, eager=eager).losses

    compiled = losses(eager=False)
    assert losses(eager=True) == pytest.approx(compiled, rel=1e-12)
    assert losses(eager=True, own=False) == pytest.approx(compiled, rel=1e-12)


# Checkpoints


@pytest.mark.parametrize(("eager", "ending"), [(False, "json"), (True, "json"), (False, "npz")])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: SGD(p, learning_rate=0.1, momentum=0.9),
        lambda p: RMSprop(p),
        lambda p: Adam(p, learning_rate=0.05),
    ],
)
def test_a_training_resumes_bit_for_bit(
    tmp_path: Path, optimizer: Any, eager: bool, ending: str
) -> None:
    path, options = tmp_path / f"run.{ending}", {"optimizer": optimizer, "eager": eager}
    model, whole = train(5, EarlyStopping(50), **options)
    train(2, Checkpoint(path), EarlyStopping(50), **options)
    again, resumed = train(5, Checkpoint(path, resume=True), EarlyStopping(50), **options)
    assert again.state_dict() == model.state_dict()
    assert numbers(resumed) == numbers(whole)
    assert os.listdir(tmp_path) == [f"run.{ending}"]


def test_a_parameter_of_the_loss_resumes_too(tmp_path: Path) -> None:
    def run(epochs: int, *callbacks: Callback) -> tuple[float, list[float]]:
        model, height = MLP(3, [1], seed=0), Value(0.0, "height")

        def loss(output: Value, target: Value) -> Value:
            return (output + height - target) ** 2

        optimizer = Adam([*model.parameters(), height], learning_rate=0.1)
        history = fit(
            model, loss, SAMPLES, TARGETS, optimizer=optimizer, epochs=epochs, callbacks=callbacks
        )
        return height.data, history.losses

    path = tmp_path / "run.json"
    run(3, Checkpoint(path))
    assert run(5, Checkpoint(path, resume=True)) == run(5)


@pytest.mark.parametrize("ending", ["json", "npz"])
def test_a_checkpoint_is_no_model_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"run.{ending}"
    model, _ = train(1, Checkpoint(path))
    before = model.state_dict()
    with pytest.raises(ValueError, match="is a checkpoint of a training, which fit goes"):
        model.load(path)
    assert model.state_dict() == before


class TwoOfOneName(Module):
    def __init__(self) -> None:
        self.weights = {1: Value(0.5), "1": Value(0.25)}

    def forward(self, xs: Any) -> Value:
        return self.weights[1] * xs[0] + self.weights["1"] * xs[1]


def test_what_a_checkpoint_cannot_keep_is_refused_before_the_first_epoch(tmp_path: Path) -> None:
    model, samples = TwoOfOneName(), [[1.0, 2.0], [0.5, -1.0]]
    check_gradients(lambda model: model([0.5, 0.25]) ** 2, model)
    with pytest.raises(ValueError, match="two parameters have the name weights.1"):
        checkpoint = Checkpoint(tmp_path / "a.json")
        fit(model, mean_squared_error, samples, [1.0, 2.0], epochs=2, callbacks=[checkpoint])
    assert [w.data for w in model.parameters()] == [0.5, 0.25]
    fit(model, mean_squared_error, samples, [1.0, 2.0], epochs=2)
    assert [w.data for w in model.parameters()] != [0.5, 0.25]


def test_an_interrupted_training_resumes_from_its_last_checkpoint(tmp_path: Path) -> None:
    class Interrupt(Callback):
        def on_epoch(self, training: Any) -> None:
            if len(training.history) == 3:
                raise KeyboardInterrupt

    path = tmp_path / "run.json"
    _, history = train(9, Checkpoint(path), Interrupt())
    assert history.stopped == "interrupted" and len(history) == 3
    model, resumed = train(9, Checkpoint(path, resume=True), Callback())
    expected, whole = train(9)
    assert model.state_dict() == expected.state_dict()
    assert numbers(resumed) == numbers(whole) and resumed.stopped == ""


def test_a_stopped_training_stays_stopped(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    model, history = train(300, EarlyStopping(2), Checkpoint(path, every=1000))
    again, resumed = train(300, EarlyStopping(2), Checkpoint(path, resume=True))
    assert numbers(resumed) == numbers(history)
    assert again.state_dict() == model.state_dict()


def test_every_so_many_epochs_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    train(5, Checkpoint(path, every=2))
    assert len(json.loads(path.read_text())["history"]["losses"]) == 4
    train(1, Checkpoint(path))  # without resume it starts anew
    assert len(json.loads(path.read_text())["history"]["losses"]) == 1


def test_without_a_file_resume_starts_anew(tmp_path: Path) -> None:
    _, history = train(2, Checkpoint(tmp_path / "run.json", resume=True))
    assert len(history) == 2


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_checkpoint_and_the_trained_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "run.json"
    train(2, Checkpoint(path))
    old = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    model = MLP(3, [1])
    before = model.state_dict()
    monkeypatch.setattr(os, moment, full)
    with pytest.raises(OSError, match="run.json was not saved: No space left on device"):
        fit(model, mean_squared_error, SAMPLES, TARGETS, callbacks=[Checkpoint(path)])
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["run.json"]
    assert model.state_dict() != before
    monkeypatch.undo()
    assert len(train(3, Checkpoint(path, resume=True))[1]) == 3


@pytest.mark.parametrize(
    "spoil, said",
    [
        (lambda state: state.pop("history"), "the state lacks history"),
        (lambda state: state["parameters"].popitem(), "missing: "),
        (lambda state: state["optimizer"]["averages"].pop(), "running averages of sizes"),
        (
            lambda state: state["dropouts"].pop(),
            "has 0 dropouts, but this training has 1",
        ),
        (
            lambda state: state["callbacks"].pop(),
            "has 0 callbacks, but this training has 1",
        ),
    ],
)
def test_a_checkpoint_of_something_else_is_refused_and_changes_nothing(
    tmp_path: Path, spoil: Any, said: str
) -> None:
    path = tmp_path / "run.json"
    train(1, Checkpoint(path))
    state = json.loads(path.read_text())
    spoil(state)
    path.write_text(json.dumps(state))
    model = Sequential(Layer(3, 8), Dropout(0.3), Layer(8, 2, "identity"))
    before = model.state_dict()
    with pytest.raises(ValueError, match="run.json is not a checkpoint of this training") as caught:
        fit(
            model,
            softmax_cross_entropy,
            SAMPLES,
            TARGETS,
            callbacks=[Checkpoint(path, resume=True)],
        )
    assert said in str(caught.value)
    assert model.state_dict() == before


def test_a_checkpoint_of_other_callbacks_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    """As many of them, so that it shows late: when all but the callbacks is read."""
    path = tmp_path / "run.json"
    train(3, Checkpoint(path), Callback())
    model = Sequential(Layer(3, 8), Dropout(0.3), Layer(8, 2, "identity"))
    optimizer = Adam(model.parameters(), learning_rate=0.05)
    before = model.state_dict(), optimizer.state_dict()
    with pytest.raises(ValueError, match="EarlyStopping lacks best, best_loss, waited"):
        fit(
            model,
            softmax_cross_entropy,
            SAMPLES,
            TARGETS,
            optimizer=optimizer,
            validation=VALIDATION,
            callbacks=[Checkpoint(path, resume=True), EarlyStopping()],
        )
    assert (model.state_dict(), optimizer.state_dict()) == before


@pytest.mark.parametrize("eager", [False, True])
def test_parameters_that_are_not_learned_come_from_the_checkpoint_too(
    tmp_path: Path, eager: bool
) -> None:
    """As when the layers that were trained before are not loaded before going on."""

    def run(epochs: int, seed: int, *callbacks: Callback) -> tuple[dict[str, float], list[Any]]:
        model = MLP(3, [4, 2], seed=seed)
        history = fit(
            model,
            softmax_cross_entropy,
            SAMPLES,
            TARGETS,
            epochs=epochs,
            callbacks=callbacks,
            optimizer=Adam(model.layers[1].parameters()),
            eager=eager,
        )
        return model.state_dict(), numbers(history)

    path = tmp_path / "run.json"
    run(2, 1, Checkpoint(path))
    assert run(4, 2, Checkpoint(path, resume=True)) == run(4, 1)
