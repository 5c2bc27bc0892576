"""fit: compiled and eager training are the same, data is checked, and nothing is lost."""

import gc
import math
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons

import nn
from engine import DomainError, Program, Value, log
from engine.program.c import building
from nn import (
    L2,
    MLP,
    SGD,
    Adam,
    AvgPool2d,
    Callback,
    Conv2d,
    DivergenceError,
    Dropout,
    EarlyStopping,
    Embedding,
    Flatten,
    History,
    Layer,
    Module,
    RMSprop,
    Sequential,
    binary_cross_entropy,
    fit,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
    predict,
    softmax_cross_entropy,
)
from nn.optim.schedules import cosine
from nn.training import prediction
from nn.training.data import as_array


def data(n: int, *shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=(n, *shape))


def classes(n: int, k: int) -> Any:
    return np.random.default_rng(1).integers(0, k, size=n)


def same(first: History, second: History) -> None:
    for name in ("losses", "validation_losses", "gradient_norms"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name), rtol=0, atol=1e-9)
    assert first.accuracies == second.accuracies
    assert first.validation_accuracies == second.validation_accuracies


# Compiled and eager


class LastState(Module):
    """A recurrent net by hand: the last of its states."""

    def __init__(self) -> None:
        self.cell, self.head = Layer(5, 3), Layer(3, 1, "identity", rng=None)

    def forward(self, steps: list[list[Any]]) -> Value:
        state: list[Any] = [0.0, 0.0, 0.0]
        for step in steps:
            state = self.cell([*step, *state])
        (output,) = self.head(state)
        return output


def absolute(output: Value, target: Value) -> Value:
    """A loss of one's own."""
    return abs(output - target)


def image_net() -> Module:
    return Sequential(Conv2d(1, 2, 3), AvgPool2d(2), Flatten(), Layer(8, 3, "identity"))


def dropping() -> Module:
    nn.seed(0)
    return Sequential(Layer(3, 6), Dropout(0.4, seed=5), Layer(6, 4), Dropout(0.2), Layer(4, 2))


CASES = {
    "numbers": (lambda: MLP(3, [4, 1]), mean_squared_error, (3,), lambda n: data(n)),
    "several": (lambda: MLP(3, [4, 2]), huber(0.5), (3,), lambda n: data(n, 2)),
    "two classes": (lambda: MLP(3, [4, 1]), binary_cross_entropy, (3,), lambda n: classes(n, 2)),
    "signs": (lambda: MLP(3, [4, 1], "relu"), hinge, (3,), lambda n: 2 * classes(n, 2) - 1),
    "classes": (lambda: MLP(3, [4, 3]), softmax_cross_entropy, (3,), lambda n: classes(n, 3)),
    "images": (image_net, softmax_cross_entropy, (1, 6, 6), lambda n: classes(n, 3)),
    "sequences": (LastState, mean_absolute_error, (4, 2), lambda n: data(n)),
    "own loss": (lambda: MLP(3, [4, 1]), absolute, (3,), lambda n: data(n)),
    "dropout": (dropping, softmax_cross_entropy, (3,), lambda n: classes(n, 2)),
}
OPTIMIZERS: list[Any] = [
    lambda p: SGD(p, learning_rate=cosine(0.1, 20), momentum=0.9, nesterov=True),
    lambda p: RMSprop(p),
    lambda p: Adam(p, learning_rate=0.02, clip_norm=0.5),
]


def test_eager_steps_pause_the_collector() -> None:
    paused = []

    def loss(output: Value, target: Value) -> Value:
        paused.append(not gc.isenabled())
        return absolute(output, target)

    fit(MLP(3, [1]), loss, data(3, 3), data(3), epochs=1, batch_size=3, eager=True)
    assert paused[0] and gc.isenabled()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_training_in_c_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(building, "OPTIONS", [*building.OPTIONS, "-O0"])  # compiled sooner
    histories = []
    for backend in ("numpy", "c"):
        model, samples = dropping(), data(11, 3)
        optimizer, validation = Adam(model.parameters()), (data(4, 3, seed=2), classes(4, 2))
        options: Any = {"optimizer": optimizer, "validation": validation, "backend": backend}
        loss = softmax_cross_entropy
        histories.append(
            fit(model, loss, samples, classes(11, 2), epochs=4, batch_size=4, **options)
        )
    same(*histories)
    assert len(list(tmp_path.glob("glassgrad/*.so"))) == 2  # of training and of evaluation


def test_without_a_compiler_nothing_is_trained_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    model = MLP(3, [1])
    before = model.state_dict()
    with pytest.raises(RuntimeError, match="needs a C compiler, and there is no 'no-such"):
        fit(model, mean_squared_error, data(3, 3), data(3), backend="c")
    assert model.state_dict() == before and not model.training


@pytest.mark.parametrize("case", CASES)
def test_compiled_and_eager_training_are_the_same(case: str) -> None:
    make, loss, shape, targets = CASES[case]
    samples, others = data(11, *shape), data(4, *shape, seed=2)
    optimizer = OPTIMIZERS[len(case) % 3]
    histories, numbers, predictions = [], [], []
    for eager in (False, True):
        nn.seed(0)
        model = make()
        histories.append(
            fit(
                model,
                loss,
                samples,
                targets(11),
                optimizer=optimizer(model.parameters()),
                epochs=4,
                batch_size=4,
                validation=(others, targets(4)),
                seed=3,
                eager=eager,
            )
        )
        numbers.append(list(model.state_dict().values()))
        predictions.append(predict(model, others))
    same(*histories)
    np.testing.assert_allclose(*numbers, rtol=0, atol=1e-9)
    np.testing.assert_allclose(*predictions, rtol=0, atol=1e-9)
    assert len(histories[0]) == 4 == len(histories[0].seconds)
    hits = case not in ("numbers", "several", "sequences", "own loss")
    assert len(histories[0].accuracies) == (4 if hits else 0)


def test_they_are_the_same_over_a_whole_training_run() -> None:
    """Until half-moons are told apart: 200 steps."""
    samples, targets = make_moons(40, noise=0.1, random_state=0)
    histories = []
    for eager in (False, True):
        model = MLP(2, [6, 6, 1], seed=1)
        histories.append(
            fit(
                model,
                binary_cross_entropy,
                samples,
                targets,
                epochs=40,
                batch_size=8,
                eager=eager,
                optimizer=Adam(model.parameters(), learning_rate=0.05),
            )
        )
    same(*histories)
    assert histories[0].accuracies[-1] > 0.9


def test_penalties_are_added_once_a_batch() -> None:
    histories = []
    for eager in (False, True):
        model = MLP(2, [3, 1], seed=0)
        loss = mean_squared_error + L2(0.1, model.parameters())
        histories.append(fit(model, loss, data(7, 2), data(7), epochs=3, batch_size=3, eager=eager))
    same(*histories)
    model = MLP(2, [3, 1], seed=0)
    weight = sum(0.1 * x * x for x in model.state_dict().values())
    plain = fit(model, mean_squared_error, data(7, 2), data(7), epochs=1, batch_size=7)
    assert histories[0].losses[0] != plain.losses[0]
    model = MLP(2, [3, 1], seed=0)
    loss = mean_squared_error + L2(0.1, model.parameters())
    with_it = fit(model, loss, data(7, 2), data(7), epochs=1, batch_size=7)
    assert with_it.losses[0] == pytest.approx(plain.losses[0] + weight, rel=1e-12)


@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 100))
def test_every_batch_size_uses_every_sample_once(n: int, batch_size: int, seed: int) -> None:
    """With a rate of almost 0 the mean over the batches is the mean over the samples."""
    model = MLP(2, [1])
    samples, targets = data(n, 2), data(n)
    expected = np.mean((predict(model, samples) - targets) ** 2)
    optimizer = SGD(model.parameters(), learning_rate=1e-300)
    history = fit(
        model,
        mean_squared_error,
        samples,
        targets,
        optimizer=optimizer,
        epochs=2,
        batch_size=batch_size,
        seed=seed,
    )
    assert history.losses == pytest.approx([expected, expected], rel=1e-12)


def test_one_big_batch_is_gradient_descent_by_hand() -> None:
    samples, targets = data(5, 2), data(5)
    by_hand, model = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=0)
    optimizer = SGD(by_hand.parameters(), learning_rate=0.1, momentum=0.5)
    losses = []
    for _ in range(5):
        loss = mean_squared_error([by_hand(sample) for sample in samples], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    again = SGD(model.parameters(), learning_rate=0.1, momentum=0.5)
    history = fit(
        model, mean_squared_error, samples, targets, optimizer=again, epochs=5, batch_size=5
    )
    assert history.losses == pytest.approx(losses, rel=1e-12)
    expected = list(by_hand.state_dict().values())
    assert list(model.state_dict().values()) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("eager", [False, True])
def test_the_seed_alone_decides_the_numbers(eager: bool) -> None:
    def run(seed: int) -> tuple[list[float], dict[str, float]]:
        model = dropping()
        history = fit(
            model,
            softmax_cross_entropy,
            data(9, 3),
            classes(9, 2),
            epochs=2,
            batch_size=2,
            seed=seed,
            eager=eager,
        )
        return history.losses, model.state_dict()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_lists_arrays_and_columns_are_the_same_data() -> None:
    samples, targets = data(6, 2), data(6)
    given = [
        (samples, targets),
        (samples.tolist(), targets.tolist()),
        (tuple(map(tuple, samples)), targets[:, None]),
    ]
    found = [fit(MLP(2, [2, 1], seed=0), mean_squared_error, s, t, epochs=2) for s, t in given]
    assert found[0].losses == found[1].losses == found[2].losses


class Repeated(Module):
    """A Dropout that is called as often as there are sizes, and one that is not called."""

    def __init__(self, *sizes: int) -> None:
        self.sizes, self.layer = sizes, Layer(3, 1, rng=Random(0))
        self.dropout, self.unused = Dropout(0.5, seed=0), Dropout(0.5, seed=0)
        self.unused([1.0, 2.0])

    def forward(self, inputs: list[Any]) -> Value:
        (output,) = self.layer(inputs)
        for size in self.sizes:
            output = output + sum(self.dropout([output] * size))
        return output


class Look(Callback):
    """Calls the dropout of `Repeated` by itself, in training, on more numbers than the model."""

    def on_epoch(self, training: Any) -> None:
        training.model.dropout([1.0] * 9)


@pytest.mark.parametrize("sizes", [(2,), (2, 2), (2, 3, 1)])
def test_a_dropout_has_masks_of_its_own_for_each_call(sizes: tuple[int, ...]) -> None:
    """Compiled as eager, also where the model is called in between, in training, for one call."""
    histories, states = [], []
    for eager in (False, True):
        model = Repeated(*sizes)
        model.dropout([1.0] * 4)
        options: dict[str, Any] = {"epochs": 3, "batch_size": 2, "callbacks": [Look()]}
        given = data(5, 3), data(5)
        histories.append(fit(model, mean_squared_error, *given, eager=eager, **options))
        states.append(model.dropout.rng.getstate())
    same(*histories)
    assert states[0] == states[1]


def test_only_the_optimizers_parameters_are_learned() -> None:
    model = MLP(2, [3, 1])
    first, last = [layer.parameters() for layer in model.layers]
    before = [p.data for p in first]
    fit(model, mean_squared_error, data(5, 2), data(5), optimizer=Adam(last), epochs=2)
    assert [p.data for p in first] == before
    with pytest.raises(ValueError, match="none of the optimizer's parameters belongs to MLP"):
        optimizer = Adam(MLP(2, [1]).parameters())
        fit(model, mean_squared_error, data(5, 2), data(5), optimizer=optimizer)


def test_a_net_learns_xor_and_is_left_in_evaluation_mode() -> None:
    model = MLP(2, [8, 1], seed=1)
    samples, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    history = fit(model, binary_cross_entropy, samples, targets, epochs=300)
    assert history.accuracies[-1] == 1.0
    assert ((predict(model, samples) > 0) == targets).all()
    assert not any(module.training for module in model.modules())


# Bad input


def refused(said: str, *, samples: Any, targets: Any, **options: Any) -> None:
    model = options.pop("model", MLP(2, [3, 1]))
    before = model.state_dict()
    loss = options.pop("loss", mean_squared_error)
    with pytest.raises(ValueError, match=said):
        fit(model, loss, samples, targets, **options)
    assert model.state_dict() == before
    assert all(module.training for module in model.modules())


GOOD = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


@pytest.mark.parametrize(
    "said, given",
    [
        ("targets: 3 samples and 2 targets were", {"samples": GOOD, "targets": [1, 2]}),
        (
            r"samples: row 1 has shape \(1,\), but row 0 has shape \(2,\)",
            {"samples": [[1, 2], [3], [4, 5]], "targets": [1, 2, 3]},
        ),
        (
            "samples: row 1, column 1 is nan, but must be finite",
            {"samples": [[1, 2], [3, math.nan], [4, 5]], "targets": [1, 2, 3]},
        ),
        ("targets: row 2 is inf", {"samples": GOOD, "targets": [1, 2, math.inf]}),
        (
            "row 1: column 1 is the text 'four', but must be a number; number the letters or words",
            {"samples": [[1, 2], [3, "four"]], "targets": [1, 2]},
        ),
        (
            "binary_cross_entropy: targets: row 1 is 2.0, but must be from 0 to 1",
            {"samples": GOOD, "targets": [0, 2, 1], "loss": binary_cross_entropy},
        ),
        (
            "softmax_cross_entropy: targets: row 2 is 3.0, but must be a class number from 0 to 2",
            {
                "samples": GOOD,
                "targets": [0, 2, 3],
                "loss": softmax_cross_entropy,
                "model": MLP(2, [3]),
            },
        ),
        ("samples: there are no numbers", {"samples": [], "targets": []}),
        (
            r"samples: the shape is \(3,\), but must be",
            {"samples": [1, 2, 3], "targets": [1, 2, 3]},
        ),
        (
            "mean_squared_error: targets: row 0 has 2 numbers for 1 output",
            {"samples": GOOD, "targets": GOOD},
        ),
        (
            r"validation samples: each has shape \(1,\), but in training it is \(2,\)",
            {"samples": GOOD, "targets": [1, 2, 3], "validation": ([[1]], [1])},
        ),
        (
            "validation targets: 3 samples and 1 target were given",
            {"samples": GOOD, "targets": [1, 2, 3], "validation": (GOOD, [1])},
        ),
        ("layer 1: 3 inputs were given, but 2", {"samples": [[1, 2, 3]], "targets": [1]}),
        ("batch_size is 0", {"samples": GOOD, "targets": [1, 2, 3], "batch_size": 0}),
        ("epochs is 0", {"samples": GOOD, "targets": [1, 2, 3], "epochs": 0}),
    ],
)
def test_bad_data_is_named_before_anything_is_changed(said: str, given: dict[str, Any]) -> None:
    refused(said, **given)


def test_deeper_places_are_named_too() -> None:
    images = np.zeros((3, 1, 2, 2))
    images[2, 0, 1, 0] = np.nan
    with pytest.raises(ValueError, match="samples: row 2, column 0, 1, 0 is nan"):
        as_array(images, "samples")
    with pytest.raises(ValueError, match=r"row 1: column 1 has shape \(1,\), but column 0"):
        as_array([[[1, 2], [3, 4]], [[1, 2], [3]]], "samples")
    with pytest.raises(TypeError, match="samples: a list is needed, but 3 was given"):
        as_array(3, "samples")
    with pytest.raises(TypeError, match="samples: "):
        as_array(object(), "samples")
    with pytest.raises(OverflowError, match="samples: row 1: column 0: int too large"):
        as_array([[1], [10**400]], "samples")


@pytest.mark.parametrize("validation", [0.2, (GOOD,), (GOOD, [1, 2, 3], [1, 2, 3])])
def test_a_validation_that_is_no_pair_is_refused(validation: Any) -> None:
    with pytest.raises(TypeError, match="validation must be a pair"):
        fit(MLP(2, [1]), mean_squared_error, GOOD, [1, 2, 3], validation=validation, epochs=1)


@pytest.mark.parametrize("eager", [False, True])
def test_a_diverging_loss_stops_with_the_last_finite_parameters(eager: bool) -> None:
    model = MLP(1, [1])
    optimizer = SGD(model.parameters(), learning_rate=1e30)
    with pytest.raises(DivergenceError) as caught:
        fit(
            model,
            mean_squared_error,
            [[1.0], [2.0]],
            [0.0, 1.0],
            optimizer=optimizer,
            epochs=50,
            eager=eager,
        )
    said = re.search(r"in epoch (\d+), at learning rate 1e\+30", str(caught.value))
    assert said is not None
    assert len(caught.value.history) == int(said[1]) - 1 > 0
    numbers = list(model.state_dict().values())
    assert all(map(math.isfinite, numbers)) and max(map(abs, numbers)) > 1e20
    assert not model.training


@pytest.mark.parametrize("eager", [False, True])
def test_the_learning_rate_of_a_divergence_is_that_of_its_step(eager: bool) -> None:
    model = MLP(1, [1], seed=1)
    optimizer = SGD(model.parameters(), learning_rate=lambda step: 1e40 * (step + 1))
    samples, targets = [[1.0 + k] for k in range(9)], [0.0] * 9
    with pytest.raises(DivergenceError, match="diverged in epoch 1") as caught:
        fit(
            model,
            mean_squared_error,
            samples,
            targets,
            optimizer=optimizer,
            batch_size=1,
            eager=eager,
        )
    assert optimizer.n_steps > 1
    assert f"at learning rate {optimizer.rate():g};" in str(caught.value)


@pytest.mark.parametrize("eager", [False, True])
def test_a_loss_that_is_first_too_large_when_measured_has_diverged_too(eager: bool) -> None:
    model = MLP(1, [1])
    optimizer = SGD(model.parameters(), learning_rate=1e307)
    with pytest.raises(DivergenceError, match=r"in epoch 1, at learning rate 1e\+307"):
        fit(model, binary_cross_entropy, [[10.0]], [0], optimizer=optimizer, eager=eager)
    assert optimizer.n_steps == 1
    assert all(map(math.isfinite, model.state_dict().values()))


def test_a_step_outside_a_domain_says_where() -> None:
    model = MLP(1, [1])

    def loss(output: Value, target: Value) -> Value:
        return log(target) - output

    samples = [[1.0], [2.0], [3.0]]
    with pytest.raises(ValueError, match="t = -1.0 is outside log's domain") as caught:
        fit(model, loss, samples, [1.0, 1.0, -1.0], batch_size=1)
    assert caught.value.__notes__[0].startswith("in epoch 1, batch ")
    assert caught.value.__notes__[0].endswith(": sample 0 is row 2")


@pytest.mark.parametrize("options", [{}, {"eager": True}], ids=str)
def test_a_token_out_of_range_is_told_by_its_row(options: dict[str, bool]) -> None:
    net = Sequential(Embedding(5, 3), Flatten(), Layer(6, 2, "identity"))
    samples = np.zeros((50, 2), dtype=int)
    samples[37, 1] = 7
    with pytest.raises(DomainError, match=" is 7.*, but must be .*from 0 to 4") as caught:
        fit(net, softmax_cross_entropy, samples, np.zeros(50), **options)
    assert re.fullmatch(r"in epoch 1, batch \d: sample \d+ is row 37", caught.value.__notes__[0])


# Stopped on the way, watched on the way


class Interrupt(Callback):
    def on_epoch(self, training: Any) -> None:
        if len(training.history) == 3:
            raise KeyboardInterrupt


@pytest.mark.parametrize("eager", [False, True])
def test_ctrl_c_returns_what_there_is(eager: bool) -> None:
    samples, targets = data(5, 2), data(5)
    model, short = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=0)
    options: dict[str, Any] = {"batch_size": 2, "eager": eager}
    history = fit(model, mean_squared_error, samples, targets, callbacks=[Interrupt()], **options)
    expected = fit(short, mean_squared_error, samples, targets, epochs=3, **options)
    assert history.stopped == "interrupted"
    assert history.losses == expected.losses
    assert model.state_dict() == short.state_dict()


def test_ctrl_c_within_an_epoch_keeps_the_lists_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    from nn.training.backends import Compiled

    steps, original = [], Compiled.step

    def step(self: Compiled, rows: Any) -> tuple[float, float]:
        steps.append(len(rows))
        if len(steps) == 5:
            raise KeyboardInterrupt
        return original(self, rows)

    monkeypatch.setattr(Compiled, "step", step)
    model = MLP(2, [1])
    before = model.state_dict()
    history = fit(model, binary_cross_entropy, data(6, 2), classes(6, 2), batch_size=2)
    assert [len(history.losses), len(history.accuracies), len(history.seconds)] == [1, 1, 1]
    assert model.state_dict() != before


def test_an_error_of_a_callback_comes_out_and_the_parameters_stay_learned() -> None:
    class Fails(Callback):
        def on_epoch(self, training: Any) -> None:
            raise OSError("no space left")

    model = MLP(2, [1])
    before = model.state_dict()
    with pytest.raises(OSError, match="no space left"):
        fit(model, mean_squared_error, data(5, 2), data(5), callbacks=[Fails()])
    assert model.state_dict() != before
    assert not model.training


def test_a_progress_bar_shows_epochs_and_loss(capsys: pytest.CaptureFixture[str]) -> None:
    fit(MLP(1, [1]), mean_squared_error, [[1.0]], [1.0], epochs=2, progress=True)
    said = capsys.readouterr().err
    assert "2/2" in said and "loss " in said
    fit(MLP(1, [1]), mean_squared_error, [[1.0]], [1.0], epochs=2)
    assert capsys.readouterr().err == ""


def test_a_loss_that_is_a_leaf_keeps_its_label() -> None:
    model, scale = MLP(1, [1]), Value(0.5, "scale")
    fit(model, lambda output, target: scale, [[1.0]], [1.0], epochs=1)
    assert scale.label == "scale"


# The parts


def test_predict_gives_a_column_for_each_output() -> None:
    model = MLP(2, [3])
    samples = data(300, 2)
    found = predict(model, samples)
    assert found.shape == (300, 3)
    expected = [[a.data for a in model(sample)] for sample in samples[:5]]
    np.testing.assert_allclose(found[:5], expected, rtol=1e-12)
    assert predict(MLP(2, [1]), samples.tolist()).shape == (300,)
    with pytest.raises(ValueError, match="samples: there are no numbers"):
        predict(model, [])


class Scaled(Module):
    """A model with all that may be changed: parameters, layers, numbers that are not learned."""

    not_parameters = frozenset({"height"})

    def __init__(self) -> None:
        self.layer, self.scale, self.height = Layer(2, 3, rng=Random(0)), 2.0, Value(0.5)

    def forward(self, inputs: list[Any]) -> list[Value]:
        start = Value(0.0)  # made anew for each call
        return [self.scale * a + self.height + start for a in self.layer(inputs)]


def change_weight(model: Any) -> None:
    model.layer.neurons[1].weights[0].data += 1.0


def change_activation(model: Any) -> None:
    model.layer.neurons[0].function = Value.sigmoid


def change_number(model: Any) -> None:
    model.scale = 3.0


def change_sign_of_zero(model: Any) -> None:
    model.scale = -model.scale
    model.scale *= 0.0


def change_frozen(model: Any) -> None:
    model.height.data = -1.0


def change_layer(model: Any) -> None:
    model.layer = Layer(2, 3, rng=Random(1))


def share_weights(model: Any) -> None:
    model.layer.neurons[2] = model.layer.neurons[1]


def add_neuron(model: Any) -> None:
    model.layer.neurons.append(Layer(2, 1, rng=Random(2)).neurons[0])


def freeze_weight(model: Any) -> None:
    model.layer.neurons[0].weights[1] = 0.25


@pytest.mark.parametrize(
    "change",
    [
        change_weight,
        change_activation,
        change_number,
        change_sign_of_zero,
        change_frozen,
        change_layer,
        share_weights,
        add_neuron,
        freeze_weight,
    ],
)
def test_predict_keeps_its_program_until_the_model_computes_something_else(change: Any) -> None:
    model, samples = Scaled(), data(4, 2)
    for _ in range(3):
        predict(model, samples)
        change(model)
        expected = [[a.data for a in model(sample)] for sample in samples.tolist()]
        np.testing.assert_allclose(predict(model, samples), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lambda x, y, v, w: x * v + y, lambda x, y, v, w: y * v + x),
        (lambda x, y, v, w: x * v, lambda x, y, v, w: x * w),
        (lambda x, y, v, w: x * x, lambda x, y, v, w: x * y),
        (lambda x, y, v, w: v * v, lambda x, y, v, w: v * w),
        (lambda x, y, v, w: x * Value(0.0), lambda x, y, v, w: x * Value(-0.0)),
        (lambda x, y, v, w: x * v, lambda x, y, v, w: x * Value(v.data)),
        (lambda x, y, v, w: x * Value(v.data), lambda x, y, v, w: x * v),
        (lambda x, y, v, w: x * y, lambda x, y, v, w: x * Value(y.data)),
        (lambda x, y, v, w: x * (v + w), lambda x, y, v, w: x * w),
        (lambda x, y, v, w: sum([x, y, v]), lambda x, y, v, w: sum([x, y])),
        (lambda x, y, v, w: (x + y) * (x + y), lambda x, y, v, w: (x + y) * (x + v)),
        (lambda x, y, v, w: x + y, lambda x, y, v, w: x - y),
        (lambda x, y, v, w: (x + v) * (x + y), lambda x, y, v, w: (lambda s: s * s)(x + y)),
    ],
)
def test_graphs_are_told_apart(first: Any, second: Any) -> None:
    v, w = Value(1.5), Value(1.5)

    def build(function: Any) -> tuple[list[Value], list[Value]]:
        x, y = Value(0.5), Value(0.5)
        return [function(x, y, v, w)], [x, y]

    outputs, leaves = build(first)
    program = Program(outputs, leaves, [v, w])
    assert prediction._computes(program, *build(first))
    assert not prediction._computes(program, *build(second))


@pytest.mark.parametrize("keeps", ["an input", "a product"])
def test_what_a_model_keeps_of_a_call_is_frozen_in_the_next(keeps: str) -> None:
    class Remembers(Module):
        def __init__(self) -> None:
            self.weight, self.kept = Value(2.0), list[Value]()

        def forward(self, inputs: Any) -> Value:
            self.kept = self.kept or [inputs[0] if keeps == "an input" else inputs[0] * self.weight]
            return inputs[0] + self.kept[0]

    model = Remembers()
    assert predict(model, [[1.0], [5.0]]).tolist() == (
        [2.0, 10.0] if keeps == "an input" else [3.0, 15.0]
    )
    kept = model.kept[0].data
    for _ in range(2):
        assert predict(model, [[1.0], [5.0]]).tolist() == [1.0 + kept, 5.0 + kept]


def test_a_model_that_gives_a_parameter_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Constant(Module):
        def __init__(self) -> None:
            self.weight = Value(2.0)

        def forward(self, inputs: Any) -> list[Value]:
            return [self.weight, inputs[0]]

    model = Constant()
    predict(model, [[1.0]])
    monkeypatch.setattr(prediction, "Program", None)
    model.weight.data = 3.0
    assert predict(model, [[1.0], [4.0]]).tolist() == [[3.0, 1.0], [3.0, 4.0]]


def test_predict_compiles_once_and_keeps_no_model_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def counting(*given: Any) -> Program:
        compiled.append(given)
        return Program(*given)

    monkeypatch.setattr(prediction, "Program", counting)
    gc.freeze()  # what was there before is not walked through
    model, samples = Scaled(), data(4, 2)
    first = predict(model, samples)
    assert (predict(model, samples[1:]) == first[1:]).all() and len(compiled) == 1
    change_weight(model)
    predict(model, samples)
    assert len(compiled) == 1
    compiled.clear()
    known = ref(model.layer.neurons[0].weights[0])
    del model
    gc.collect()
    assert known() is None


@dataclass
class Pair(Module):
    """Models with these layers are equal, and so cannot be hashed."""

    layer: Layer

    def forward(self, inputs: Any) -> Any:
        return self.layer(inputs)


def test_predict_takes_a_model_that_is_a_dataclass() -> None:
    gc.freeze()
    layer, samples = Layer(2, 1, rng=Random(0)), data(4, 2)
    model = Pair(layer)
    for _ in range(2):
        assert (predict(model, samples) == predict(layer, samples)).all()
    known = id(model)
    del model
    gc.collect()
    assert known not in prediction._kept


def test_the_accuracy_of_training_may_be_left_out() -> None:
    histories = [
        fit(
            MLP(3, [2], seed=0),
            softmax_cross_entropy,
            data(9, 3),
            classes(9, 2),
            epochs=2,
            validation=(data(4, 3), classes(4, 2)),
            training_accuracy=measured,
        )
        for measured in (True, False)
    ]
    assert histories[1].accuracies == [] and len(histories[0].accuracies) == 2
    assert histories[0].losses == histories[1].losses
    assert histories[0].validation_accuracies == histories[1].validation_accuracies != []


def test_fit_goes_through_all_values_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[bool] = []
    walk = Module._walk

    def counting(model: Module, *, values: bool = True) -> Any:
        walks.append(values)
        return walk(model, values=values)

    monkeypatch.setattr(Module, "_walk", counting)
    fit(MLP(2, [2, 1]), binary_cross_entropy, data(9, 2), classes(9, 2), epochs=3)
    assert walks.count(True) == 1 and len(walks) <= 8


def test_a_model_that_branches_on_its_inputs_is_refused_when_it_is_compiled() -> None:
    class Branching(Module):
        def __init__(self) -> None:
            self.slope = Value(1.0)

        def forward(self, inputs: list[Value]) -> Value:
            return self.slope * inputs[0] if inputs[0] > 0.0 else -self.slope * inputs[0]

    samples, targets = [[1.0], [-1.0]], [1.0, 1.0]
    with pytest.raises(TypeError, match="would hold for all samples alike"):
        fit(Branching(), mean_squared_error, samples, targets, epochs=1)
    history = fit(Branching(), mean_squared_error, samples, targets, epochs=1, eager=True)
    assert history.losses == [0.0]


class Clamp(Callback):
    """Parameters that are kept between -0.3 and 0.3, and one that is not learned: the epoch."""

    def __init__(self, epoch: Value) -> None:
        self.epoch = epoch

    def on_epoch(self, training: Any) -> None:
        self.epoch.data += 1.0
        for parameter in training.optimizer.parameters:
            parameter.data = max(-0.3, min(0.3, parameter.data))


def test_what_a_callback_changes_holds_compiled_as_eager() -> None:
    histories, numbers = [], []
    for eager in (False, True):
        model, epoch = MLP(3, [4, 1], seed=0), Value(1.0)

        def loss(output: Value, target: Value, epoch: Value = epoch) -> Value:
            return epoch * (output - target) ** 2

        histories.append(
            fit(
                model,
                loss,
                data(7, 3),
                data(7),
                epochs=4,
                batch_size=3,
                eager=eager,
                callbacks=[Clamp(epoch)],
                validation=(data(2, 3), data(2)),
            )
        )
        numbers.append(model.state_dict())
    same(*histories)
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-12)
    assert max(map(abs, numbers[0].values())) == 0.3


class Returns(Module):
    """What a function makes of the two outputs of a layer."""

    def __init__(self, make: Callable[[list[Value]], Any]) -> None:
        self.layer, self.make = Layer(3, 2, "identity", rng=Random(0)), make

    def forward(self, inputs: Any) -> Any:
        return self.make(self.layer(inputs))


def test_an_output_may_be_a_plain_number() -> None:
    samples, classes = data(7, 3), [0, 1, 2, 0, 1, 2, 0]
    models = [Returns(lambda outputs: [0.0, *outputs]) for _ in range(2)]
    same(
        *[
            fit(
                model,
                softmax_cross_entropy,
                samples,
                classes,
                epochs=3,
                eager=eager,
                validation=(samples, classes),
            )
            for model, eager in zip(models, (False, True))
        ]
    )
    assert (predict(models[0], samples)[:, 0] == 0.0).all()


@pytest.mark.parametrize(
    "make",
    [lambda outputs: [y.data for y in outputs], lambda outputs: outputs[0].data, lambda outputs: 1],
)
def test_what_is_no_value_at_all_is_not_predicted(make: Any) -> None:
    """It would be that of the first sample for all."""
    with pytest.raises(TypeError, match="^predict: .* a Value, or a list of Values, is needed"):
        predict(Returns(make), data(7, 3))


def test_a_plain_output_that_is_not_finite_is_told() -> None:
    model = Returns(lambda outputs: [math.nan, *outputs])
    with pytest.raises(ValueError, match="the model's output: a finite number is needed"):
        predict(model, data(7, 3))


@pytest.mark.parametrize("eager", [False, True])
def test_a_loss_of_ones_own_takes_any_output_in_validation_too(eager: bool) -> None:
    def likelihood(output: dict[str, Value], target: Value) -> Value:
        return (output["mean"] - target) ** 2 * (-output["log"]).exp() + output["log"]

    model = Returns(lambda outputs: dict(zip(("mean", "log"), outputs)))
    given = data(7, 3), data(7)
    history = fit(model, likelihood, *given, epochs=2, validation=given, eager=eager)
    assert len(history.validation_losses) == 2


class Shifted(Layer):
    """A layer less a number that only evaluation has."""

    def __init__(self, shift: Value) -> None:
        super().__init__(3, 1, rng=Random(0))
        self.shift = [shift]

    not_parameters = frozenset({"shift"})

    def forward(self, inputs: Any) -> Any:
        output = super().forward(inputs)
        return output if self.training else [output[0] - self.shift[0]]


def test_a_number_that_only_evaluation_has_may_be_changed() -> None:
    histories = []
    for eager in (False, True):
        epoch = Value(0.0)
        histories.append(
            fit(
                Shifted(epoch),
                mean_squared_error,
                data(7, 3),
                data(7),
                epochs=3,
                eager=eager,
                callbacks=[Clamp(epoch)],
                validation=(data(2, 3), data(2)),
            )
        )
    same(*histories)


class Branching(Repeated):
    """It decides by a number, which no graph for all samples can."""

    def forward(self, inputs: list[Any]) -> Value:
        output = super().forward(inputs)
        return output if output > 0.0 else -output


def test_a_model_that_cannot_be_compiled_draws_as_before() -> None:
    model = Branching(2, 2)
    before = model.dropout.rng.getstate()
    with pytest.raises(TypeError, match="would hold for all samples"):
        fit(model, mean_squared_error, data(5, 3), data(5))
    assert model.dropout.rng.getstate() == before


@pytest.mark.parametrize("eager", [False, True])
def test_a_first_loss_that_is_too_large_has_diverged_too(eager: bool) -> None:
    with pytest.raises(DivergenceError, match="in epoch 1, at learning rate 0.01"):
        fit(MLP(1, [1]), mean_squared_error, [[1e200]], [0.0], eager=eager)


@pytest.mark.parametrize("eager", [False, True])
def test_a_gradient_whose_square_is_too_large_is_clipped_and_measured(eager: bool) -> None:
    """Of 1e200 · w by w, as exploding gradients are; and a loss that no sum may be of."""

    def steep(output: Value, target: Value) -> Value:
        return 1e200 * output + 1e308

    model = MLP(1, [1])
    weight, bias = model.parameters()
    before = weight.data, bias.data
    optimizer = SGD([weight, bias], learning_rate=1.0, clip_norm=1.0)
    history = fit(
        model,
        steep,
        [[3.0], [3.0]],
        [0.0, 0.0],
        optimizer=optimizer,
        epochs=1,
        batch_size=1,
        eager=eager,
    )
    assert history.losses == pytest.approx([1e308], rel=1e-12)
    assert history.gradient_norms == pytest.approx([math.sqrt(10.0) * 1e200], rel=1e-12)
    moved = weight.data - before[0], bias.data - before[1]
    expected = -6.0 / math.sqrt(10.0), -2.0 / math.sqrt(10.0)
    assert moved == pytest.approx(expected, rel=1e-12)


def test_what_cannot_be_computed_is_counted_from_the_first_row() -> None:
    samples = np.ones((300, 1))
    samples[290] = -1.0
    with pytest.raises(ValueError, match="sample 34: log") as caught:
        predict(Sequential(lambda inputs: log(inputs[0])), samples)
    assert caught.value.__notes__ == ["sample 0 is row 256"]


@pytest.mark.parametrize(
    "said, given",
    [
        ("the optimizer is 'adam', but must be an Optimizer", {"optimizer": "adam"}),
        (r"callbacks is EarlyStopping\(10\), but must be a list", {"callbacks": EarlyStopping()}),
        (
            r"callbacks is \[<class .* must be a list of Callbacks, such",
            {"callbacks": [EarlyStopping]},
        ),
    ],
)
def test_what_is_no_optimizer_and_no_callback_is_refused(said: str, given: Any) -> None:
    with pytest.raises(TypeError, match=said):
        fit(MLP(1, [1]), mean_squared_error, [[0.0]], [1.0], epochs=1, **given)


@pytest.mark.parametrize("eager", [False, True])
def test_a_validation_outside_a_domain_says_so(eager: bool) -> None:
    def loss(output: Value, target: Value) -> Value:
        return log(target) - output

    validation = [[1.0], [2.0]], [1.0, -1.0]
    with pytest.raises(ValueError, match="^sample 1: .*-1.0 is outside log's domain") as caught:
        fit(MLP(1, [1]), loss, [[1.0]], [1.0], validation=validation, eager=eager)
    assert "in the validation" in caught.value.__notes__
    with pytest.raises(ValueError, match="-1.0 is outside log's domain") as caught:
        fit(MLP(1, [1]), loss, [[1.0]], [-1.0], eager=eager)
    assert "row 0" in caught.value.__notes__[0]


@pytest.mark.parametrize("eager", [False, True])
def test_a_callback_may_predict_on_the_way(eager: bool) -> None:
    """Which puts the model into evaluation mode: dropout goes on in the next epoch. So does one
    that another model shares, which was fitted and is in evaluation mode now."""

    class Predicting(Callback):
        def on_start(self, training: Any) -> None:
            predict(training.model, data(2, 3))

        on_epoch = on_start

    class Sharing(Callback):
        def on_epoch(self, training: Any) -> None:
            Sequential(*training.model.parts).eval()

    histories = [
        fit(
            dropping(),
            softmax_cross_entropy,
            data(9, 3),
            classes(9, 2),
            epochs=3,
            eager=eager,
            callbacks=callbacks,
        )
        for callbacks in ([], [Predicting()], [Sharing()])
    ]
    same(*histories[:2])
    same(*histories[1:])


def test_a_dropout_that_is_hidden_in_a_function_is_refused_where_it_would_drop_the_same() -> None:
    dropout = Dropout(0.5, seed=0)
    model = Sequential(Layer(3, 4), lambda xs: dropout(xs), Layer(4, 2, "identity"))
    given = model, softmax_cross_entropy, data(9, 3), classes(9, 2)
    with pytest.raises(ValueError, match="a Dropout in training mode is called that the model"):
        fit(*given, epochs=1)
    with pytest.raises(ValueError, match="predict: a Dropout in training mode is called"):
        predict(model, data(9, 3))
    assert fit(*given, epochs=1, eager=True).losses
    dropout.eval()
    assert fit(*given, epochs=1).losses and predict(model, data(9, 3)).shape == (9, 2)


@pytest.mark.parametrize("eager", [False, True])
def test_what_a_callback_changes_holds_when_the_next_one_is_interrupted(eager: bool) -> None:
    class Quarter(Callback):
        def on_epoch(self, training: Any) -> None:
            for parameter in training.model.parameters():
                parameter.data = 0.25

    model = MLP(2, [1])
    callbacks = [Quarter(), Interrupt()]
    fit(model, mean_squared_error, data(5, 2), data(5), callbacks=callbacks, eager=eager)
    assert list(model.state_dict().values()) == [0.25, 0.25, 0.25]


class MonteCarlo(Sequential):
    """Its dropout drops in evaluation, too, so predictions differ (Gal and Ghahramani, 2016)."""

    def forward(self, xs: Any) -> Any:
        self.parts[1].train()
        return super().forward(xs)


def test_a_dropout_of_the_model_may_drop_in_predictions() -> None:
    model = MonteCarlo(Layer(3, 4), Dropout(0.5, seed=0), Layer(4, 2, "identity"))
    given = model, softmax_cross_entropy, data(9, 3), classes(9, 2)
    assert len(fit(*given, epochs=2).accuracies) == 2
    assert (predict(model, data(9, 3)) != predict(model, data(9, 3))).any()
