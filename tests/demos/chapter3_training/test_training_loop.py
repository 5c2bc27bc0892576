"""The lesson on the training loop: its numbers fit together, and are those of the engine."""

import re

import pytest

from demos.chapter3_training.training_loop import CLASSES, NAMES, PEOPLE, RATE, loss_of, repeat
from nn import MLP, SGD, fit, mean_squared_error


def test_each_of_the_six_steps_is_printed_once_with_its_numbers(run_quick) -> None:
    printed = run_quick("training_loop")
    steps = re.findall(r"^(\d)\. (\w+)", printed, re.M)
    words = ["Initialise", "Forward", "Loss", "Backward", "Update", "Repeat"]
    assert steps == [(str(number), word) for number, word in enumerate(words, start=1)]
    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line[:2] == "  "}
    assert rows["parameter"] == NAMES
    value, gradient, after = ([*map(float, rows[name])] for name in ("value", "gradient", "after"))
    model = MLP(2, [2, 1], "sigmoid", "sigmoid", seed=0)
    loss_of(model).backward()
    assert value == pytest.approx([p.data for p in model.parameters()], abs=5e-5)
    assert gradient == pytest.approx([p.grad for p in model.parameters()], abs=5e-5)
    moved = [p.data - RATE * p.grad for p in model.parameters()]
    assert after == pytest.approx(moved, abs=5e-5)
    losses = [float(loss) for loss in re.findall(r"epoch .* loss ([\d.]+)", printed)]
    assert losses == sorted(losses, reverse=True) and len(losses) == 4


def test_fit_takes_the_same_steps() -> None:
    by_hand, fitted = (MLP(2, [2, 1], "sigmoid", "sigmoid", seed=0) for _ in range(2))
    losses = repeat(by_hand, 51)
    history = fit(
        fitted,
        mean_squared_error,
        [*PEOPLE.values()],
        CLASSES,
        epochs=50,
        batch_size=4,
        optimizer=SGD(fitted.parameters(), learning_rate=RATE),
    )
    assert history.losses == pytest.approx(losses, abs=1e-9)


def test_a_thousand_epochs_learn_it() -> None:
    model = MLP(2, [2, 1], "sigmoid", "sigmoid", seed=0)
    assert repeat(model, 1000)[-1] < 0.01
