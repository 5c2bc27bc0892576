"""Two numbers and a guess: the 2-2-1 net of sigmoids learns from weight and height.

It shows     gradient descent on the squared error of four people, one step for each; their
             weight and height are given as pounds above 135 and inches above 66, and their class
             is 0 or 1; then what the net says about two people it has never seen
It takes     about a second
It writes    weight_and_height.png, what it decides for every weight and height, beside its loss
"""

from pathlib import Path

import numpy as np

from demos.chapter3_training.training_loop import CLASSES, PEOPLE
from demos.helpers.plots import BY_CLASS, INK, draw_losses, draw_points, panels, save
from demos.helpers.tables import print_table
from nn import MLP, SGD, History, fit, mean_squared_error, predict

NEW = {"Eve": (-7, -3), "Frank": (20, 2)}
EPOCHS = 1000


def main(output: Path, *, quick: bool = False) -> None:
    """Train and ask; the whole training takes a second: `quick` changes nothing."""
    model, history = trained()
    print(f"{model}\n")
    for epoch in (1, 10, 100, 1000):
        print(f"  epoch {epoch:5}   loss {history.losses[epoch - 1]:.4f}")
    people = PEOPLE | NEW
    guesses = predict(model, [*people.values()])
    rows = [("", "weight − 135 lb", "height − 66 in", "class", "the net says")]
    for name, known, guess in zip(people, [*CLASSES, "?", "?"], guesses):
        rows.append((name, *map(str, people[name]), str(known), f"{guess:.3f}"))
    print()
    print_table(rows)
    plot(model, history, output / "weight_and_height.png")
    print(f"\nweight_and_height.png is in {output}")


def trained(seed: int = 0) -> tuple[MLP, History]:
    """The net after 1000 epochs: a step at rate 0.1 for each person, in random order."""
    model = MLP(2, [2, 1], "sigmoid", "sigmoid", seed=seed)
    optimizer = SGD(model.parameters(), learning_rate=0.1)
    history = fit(
        model,
        mean_squared_error,
        [*PEOPLE.values()],
        CLASSES,
        optimizer=optimizer,
        epochs=EPOCHS,
        batch_size=1,
        seed=seed,
    )
    return model, history


def plot(model: MLP, history: History, path: Path) -> None:
    """The net's output at every weight and height, with the people in it; and its loss."""
    figure, (left, right) = panels(2, size=(5.4, 4.0))
    weights, heights = np.linspace(-22, 32, 80), np.linspace(-9, 9, 80)
    outputs = predict(model, [(w, h) for h in heights for w in weights]).reshape(80, 80)
    shades = left.imshow(
        outputs,
        extent=(-22, 32, -9, 9),
        origin="lower",
        aspect="auto",
        vmin=0,
        vmax=1,
        cmap=BY_CLASS,
        alpha=0.4,
        interpolation="bilinear",
    )
    left.contour(weights, heights, outputs, levels=[0.5], colors=INK, linewidths=1.5)
    draw_points(left, [*PEOPLE.values()], CLASSES)
    left.scatter(*zip(*NEW.values()), s=40, facecolors="white", edgecolors=INK, label="new")
    for name, place in (PEOPLE | NEW).items():
        left.annotate(name, place, (0, 8), textcoords="offset points", ha="center", color=INK)
    bar = figure.colorbar(shades, ax=left, ticks=[0, 0.5, 1], pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("output of the net")
    left.set(title="What it has learned", xlabel="weight − 135 lb", ylabel="height − 66 in")
    left.legend(loc="upper left", frameon=False)
    draw_losses(right, history.losses)
    right.set(title="How the loss falls", ylabel="mean squared error")
    save(figure, path)
