"""film: it trains as fit does, its frames are the epochs, the page computes what Python does."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from engine import Rule, Value, apply, tanh
from engine.drawing.colors import CLASSES, GRADIENT, NEGATIVE, POSITIVE, VALUE
from nn import MLP, SGD, Checkpoint, EarlyStopping, Layer, LayerNorm, Module, Sequential, film, fit
from nn.training.callbacks import Callback, Training
from nn.training.film import MOST_POINTS, Film
from tests.engine.explorer.shared import data_of
from tests.recipes import ROOT

RNG = np.random.default_rng(0)
X = RNG.uniform(-2.0, 2.0, (24, 2))
HALVES = (X[:, 0] > 0.3).astype(int)
THIRDS = np.digitize(X[:, 0] + X[:, 1], [-1.0, 1.0])
HEIGHTS = np.sin(X[:, 0]) * X[:, 1]


def rules_of(page: Film) -> str:
    found = re.search(r"^const rules = \[.*?^\];", page.html, re.S | re.M)
    assert found
    return found[0]


KINDS = {
    "probability": lambda: (MLP(2, [3, 1], "gelu"), nn.binary_cross_entropy, HALVES),
    "sign": lambda: (MLP(2, [3, 1], "softplus"), nn.hinge, 2 * HALVES - 1),
    "class": lambda: (MLP(2, [4, 3], "relu"), nn.softmax_cross_entropy, THIRDS),
    "number": lambda: (MLP(2, [3, 2, 1], "elu"), nn.huber(), HEIGHTS),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


@EVERY_KIND
def test_it_trains_as_fit_does(kind: str) -> None:
    nn.seed(1)
    first, loss, targets = KINDS[kind]()
    history = fit(first, loss, X, targets, epochs=4, batch_size=5, seed=2)
    nn.seed(1)
    second, loss, targets = KINDS[kind]()
    page = film(second, loss, X, targets, epochs=4, batch_size=5, seed=2)
    assert page.history.losses == history.losses
    assert second.state_dict() == first.state_dict()
    assert data_of(page)["kind"] == kind


@EVERY_KIND
def test_a_frame_is_an_epoch_with_the_loss_and_gradient_of_all_samples(kind: str) -> None:
    model, loss, targets = KINDS[kind]()
    start = [p.data for p in model.parameters()]
    page = film(model, loss, X, targets, epochs=3, batch_size=7)
    frames = data_of(page)["frames"]
    assert [frame["epoch"] for frame in frames] == [0, 1, 2, 3]
    for numbers, frame in ((start, frames[0]), ([p.data for p in model.parameters()], frames[-1])):
        assert frame["parameters"] == pytest.approx(numbers, rel=1e-5)
    for frame in frames:
        for parameter, number in zip(model.parameters(), frame["parameters"], strict=True):
            parameter.data = number
        value = loss([model(x) for x in X.tolist()], targets.tolist())
        model.zero_grad()
        value.backward()
        assert frame["loss"] == pytest.approx(value.data, rel=1e-4)
        gradient = [parameter.grad for parameter in model.parameters()]
        assert frame["gradients"] == pytest.approx(gradient, rel=1e-3, abs=1e-5)
        assert ("accuracy" in frame) == (kind != "number")
    if kind != "number":
        assert [frame["accuracy"] for frame in frames[1:]] == page.history.accuracies


@EVERY_KIND
def test_the_page_computes_every_neuron_and_the_gradient_as_python_does(
    kind: str, run_page: Callable[..., Any]
) -> None:
    model, loss, targets = KINDS[kind]()
    page = film(model, loss, X, targets, epochs=2)
    data = data_of(page)
    script = """
    const tape = new Tape(given.tape, rules);
    tape.values.set(given.start);
    tape.forward();
    return [tape.values, tape.backward(tape.results.at(-1))];
    """
    for row in data["rows"][:5]:
        given = {
            "rules": rules_of(page),
            "tape": data["tape"],
            "start": row + data["frames"][-1]["parameters"],
        }
        values, gradients = run_page(script, given)
        n_inputs = len(row)
        for parameter, number in zip(model.parameters(), data["frames"][-1]["parameters"]):
            parameter.data = number
        output = model(row[:2])
        model.zero_grad()
        loss_here = loss.term(output, row[2:])
        loss_here.backward()
        assert values[data["tape"]["results"][-1]] == pytest.approx(loss_here.data, rel=1e-12)
        expected = [parameter.grad for parameter in model.parameters()]
        found = gradients[n_inputs : n_inputs + len(expected)]
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
        neurons = [neuron for layer in model.layers for neuron in layer.neurons]
        places = [place for layer in data["layers"] for place in layer["z"]]
        assert len(places) == len(neurons)
        signal: Any = row[:2]
        for layer, drawn in zip(model.layers, data["layers"]):
            signal = layer(signal)
            assert [values[place] for place in drawn["a"]] == pytest.approx(
                [a.data for a in signal], rel=1e-12, abs=1e-300
            )


def test_a_loss_and_an_activation_of_ones_own_are_on_the_page(run_page: Callable[..., Any]) -> None:
    def bent(z: Value) -> Value:
        return tanh(z) + 0.1 * z * z

    def fourth(output: Value, target: Value) -> Value:
        return (output - target) ** 4

    page = film(MLP(2, [3, 1], bent), fourth, X, HEIGHTS, epochs=2)
    data = data_of(page)
    assert data["kind"] == "number" and data["loss"] == "fourth" and len(data["layers"]) == 2
    given = {"rules": rules_of(page), "tape": data["tape"]}
    given["start"] = data["rows"][0] + data["frames"][0]["parameters"]
    script = """
    const tape = new Tape(given.tape, rules);
    tape.values.set(given.start);
    tape.forward();
    return [...tape.results.map((place) => tape.values[place]), tape.values[2]];
    """
    output, loss, target = run_page(script, given)
    assert loss == pytest.approx((output - target) ** 4, rel=1e-9)


def test_what_is_no_row_of_dense_layers_is_shown_without_its_net() -> None:
    model = Sequential(MLP(2, [3, 3]), LayerNorm(3), Layer(3, 1, "identity"))
    data = data_of(film(model, nn.mean_squared_error, X, HEIGHTS, epochs=1))
    assert data["layers"] == [] and len(data["names"]) == len(model.parameters())


def test_parameters_have_the_names_of_a_textbook() -> None:
    data = data_of(film(MLP(2, [2, 1]), nn.binary_cross_entropy, X, HALVES, epochs=1))
    assert data["names"][:3] == ["w⁽¹⁾₁₁", "w⁽¹⁾₁₂", "b⁽¹⁾₁"] and data["names"][-1] == "b⁽²⁾₁"


def test_of_a_long_training_every_few_epochs_are_kept_and_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nn.training.film.MOST_NUMBERS", 2 * 13 * 5)
    page = film(MLP(2, [3, 1]), nn.binary_cross_entropy, X, HALVES, epochs=11)
    assert [frame["epoch"] for frame in data_of(page)["frames"]] == [0, 3, 6, 9, 11]


def test_of_many_samples_some_are_drawn_and_all_are_counted() -> None:
    n = MOST_POINTS + 500
    samples = np.random.default_rng(1).normal(size=(n, 2))
    model = MLP(2, [1])
    page = film(model, nn.mean_squared_error, samples, samples[:, 0], epochs=1)
    data = data_of(page)
    assert len(data["rows"]) == MOST_POINTS and data["samples"] == n
    expected = nn.mean_squared_error([model(x) for x in samples.tolist()], samples[:, 0].tolist())
    assert data["frames"][-1]["loss"] == pytest.approx(expected.data, rel=1e-5)


def test_stopped_early_it_ends_with_the_parameters_that_were_best() -> None:
    model = MLP(2, [3, 1])
    stop = EarlyStopping(1)
    optimizer = SGD(model.parameters(), learning_rate=30.0)
    page = film(
        model,
        nn.mean_absolute_error,
        X,
        HEIGHTS,
        epochs=50,
        optimizer=optimizer,
        callbacks=[stop],
    )
    frames = data_of(page)["frames"]
    assert len(page.history) < 50 and frames[-1]["epoch"] == len(page.history)
    numbers = [p.data for p in model.parameters()]
    assert frames[-1]["parameters"] == pytest.approx(numbers, rel=1e-5)


def test_a_resumed_training_begins_where_it_was_resumed(tmp_path: Path) -> None:
    def run(epochs: int) -> Any:
        model = MLP(2, [3, 1], seed=1)
        callbacks = [Checkpoint(tmp_path / "state.json", resume=True)]
        return data_of(
            film(model, nn.binary_cross_entropy, X, HALVES, epochs=epochs, callbacks=callbacks)
        )["frames"]

    first, second = run(2), run(4)
    assert [frame["epoch"] for frame in first + second] == [0, 1, 2, 3, 4]


def test_dropout_is_off_and_the_mode_comes_back() -> None:
    model = Sequential(Layer(2, 3), nn.Dropout(0.5), Layer(3, 1, "identity"))
    data = data_of(film(model, nn.binary_cross_entropy, X, HALVES, epochs=1))
    loss = nn.binary_cross_entropy([model(x) for x in X.tolist()], HALVES.tolist())
    assert data["frames"][-1]["loss"] == pytest.approx(loss.data, rel=1e-5)
    assert not model.training


def test_penalties_are_in_the_loss_of_a_frame() -> None:
    model = MLP(2, [1])
    loss = nn.mean_squared_error + nn.L2(0.5, model.parameters())
    data = data_of(film(model, loss, X, HEIGHTS, epochs=1))
    value = loss([model(x) for x in X.tolist()], HEIGHTS.tolist())
    assert data["frames"][-1]["loss"] == pytest.approx(value.data, rel=1e-5)


def test_with_validation_each_frame_has_its_loss() -> None:
    model = MLP(2, [3, 1])
    others = X[:5] + 0.1, HALVES[:5]
    page = film(model, nn.binary_cross_entropy, X, HALVES, epochs=2, validation=others)
    frames = data_of(page)["frames"]
    held = page.history.validation_losses
    assert [frame["held"] for frame in frames[1:]] == pytest.approx(held, rel=1e-5)
    loss = nn.binary_cross_entropy([model(x) for x in others[0].tolist()], others[1].tolist())
    assert frames[-1]["held"] == pytest.approx(loss.data, rel=1e-5)


def test_interrupted_it_has_the_epochs_so_far() -> None:
    class Interrupting(Callback):
        def on_epoch(self, training: Training) -> None:
            if len(training.history) == 2:
                raise KeyboardInterrupt

    model = MLP(2, [3, 1])
    page = film(model, nn.binary_cross_entropy, X, HALVES, epochs=9, callbacks=[Interrupting()])
    frames = data_of(page)["frames"]
    assert page.history.stopped == "interrupted" and [f["epoch"] for f in frames] == [0, 1, 2]
    numbers = [p.data for p in model.parameters()]
    assert frames[-1]["parameters"] == pytest.approx(numbers, rel=1e-5)


def test_it_is_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "film.html"
    page = film(MLP(2, [3, 1]), nn.binary_cross_entropy, X, HALVES, epochs=1, path=path)
    text = path.read_text(encoding="utf-8")
    assert text == page.html and "default-src 'none'" in text and "<!--" not in text
    without_namespace = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(|\bfetch\b|src=", without_namespace)
    assert repr(page).startswith("Film(History(1 epoch,") and "<iframe" in page._repr_html_()


def test_labels_are_data() -> None:
    class Named(Module):
        def __init__(self) -> None:
            self.weight = Value(0.5, "</script><b>")

        def forward(self, inputs: Any) -> Any:
            return self.weight * (inputs[0] + inputs[1])

    page = film(Named(), nn.mean_squared_error, X, HEIGHTS, epochs=1)
    assert page.html.count("</script>") == 2 and data_of(page)["names"] == ["</script><b>"]


# What is refused, before anything is changed


def refused(match: str, error: type[Exception], **changes: Any) -> None:
    model = MLP(changes.pop("n_inputs", 2), [2, 1])
    before = model.state_dict()
    with pytest.raises(error, match=match):
        film(model, nn.binary_cross_entropy, changes.pop("samples", X), HALVES, **changes)
    assert model.state_dict() == before


def test_a_plane_has_two_features() -> None:
    wide = np.ones((24, 3))
    refused(r"film: each sample has shape \(3,\), but a plane is drawn", ValueError, samples=wide)


def test_the_folder_is_looked_for_before_the_training(tmp_path: Path) -> None:
    path = tmp_path / "none" / "film.html"
    refused("film: there is no folder for .*film.html", FileNotFoundError, path=path)


def test_a_wrong_keyword_is_refused_with_the_one_that_was_meant() -> None:
    refused("epochs", TypeError, n_epochs=3)


def test_a_rule_that_cannot_be_written_is_named() -> None:
    steps = Rule(
        "steps",
        value=lambda m, x: float(int(x)) if x > 0 else x,
        partials=lambda m, y, x: (1.0,),
    )
    model = MLP(2, [1], lambda z: apply(steps, z), output_activation=lambda z: apply(steps, z))
    with pytest.raises((ValueError, TypeError), match="steps"):
        film(model, nn.mean_squared_error, X, HEIGHTS, epochs=1, eager=True)


def test_its_colors_are_those_of_the_pictures() -> None:
    """Its classes had the colours of values and gradients."""
    style = (ROOT / "nn/training/film_page/film.css").read_text(encoding="utf-8")
    expected = {
        "positive": POSITIVE,
        "negative": NEGATIVE,
        "gradient": GRADIENT,
        "accent": VALUE,
        "class-0": CLASSES[0],
        "class-1": CLASSES[1],
    }
    in_light = {name: re.findall(rf"--{name}: (#\w{{6}});", style)[0] for name in expected}
    assert in_light == expected
