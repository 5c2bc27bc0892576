"""Half-moons: a small net learns to tell two interlocked crescents apart.

It shows     gradient descent with momentum on the 337 parameters of MLP(2 → 16 → 16 → 1): the
             graph of one sample, made of Values, is compiled and run for all of them
It takes     about three seconds
It writes    moons.png, the decision boundary beside the loss, and network.svg, the graph of the
             net for one sample with the gradient of every number in it
"""

from pathlib import Path

from sklearn.datasets import make_moons

from demos.helpers.plots import draw_boundary, draw_losses, draw_points, panels, save
from engine import svg
from engine.files import write_file
from nn import MLP, SGD, History, binary_cross_entropy, fit, predict

Points = list[tuple[float, float]]


def main(output: Path, *, quick: bool = False) -> None:
    """Train on half-moons, then plot what was learned."""
    n_samples, epochs = (60, 40) if quick else (200, 100)
    points, classes = half_moons(n_samples)
    model = MLP(2, [16, 16, 1], seed=0)
    print(f"{n_samples} points, {model}")
    print(f"before training: accuracy {accuracy(model, points, classes):.1%}")

    history = train(model, points, classes, epochs)
    reached = accuracy(model, points, classes)
    print(f"after {epochs} epochs: accuracy {reached:.1%}, loss {history.losses[-1]:.4f}")

    plot(model, points, classes, history, output / "moons.png")
    logit = model(points[0])
    logit.backward()
    write_file(output / "network.svg", svg(logit))
    print(f"moons.png and network.svg are in {output}")


def half_moons(n_samples: int) -> tuple[Points, list[int]]:
    """Points in two crescents, and for each the crescent it is in: 0 or 1."""
    points, classes = make_moons(n_samples, noise=0.1, random_state=0)
    return [(float(x), float(y)) for x, y in points], [int(c) for c in classes]


def train(
    model: MLP, points: Points, classes: list[int], epochs: int, *, eager: bool = False
) -> History:
    """Move the parameters downhill once in each epoch; eager: Value by Value, which takes longer.

    The lesson training_loop has the steps of this one by one.
    """
    return fit(
        model,
        binary_cross_entropy,
        points,
        classes,
        epochs=epochs,
        batch_size=len(points),
        optimizer=SGD(model.parameters(), learning_rate=0.3, momentum=0.9),
        progress=True,
        eager=eager,
    )


def accuracy(model: MLP, points: Points, classes: list[int]) -> float:
    """The share of points that the net puts into the right crescent: class 1 where its z > 0."""
    guesses = predict(model, points) > 0
    return sum(guess == c for guess, c in zip(guesses, classes)) / len(classes)


def plot(model: MLP, points: Points, classes: list[int], history: History, path: Path) -> None:
    """The points over the probability that the net gives each place; and how the loss fell."""
    figure, (left, right) = panels(2, size=(5.6, 4.2))
    shades = draw_boundary(left, model, points)
    draw_points(left, points, classes, ("crescent 0", "crescent 1"))
    bar = figure.colorbar(shades, ax=left, ticks=[0, 0.5, 1], pad=0.02)
    bar.set_label("probability of crescent 1")
    bar.outline.set_visible(False)
    reached = accuracy(model, points, classes)
    left.set(title=f"What it has learned: {reached:.1%} are right", xlabel="x₁", ylabel="x₂")
    left.legend(loc="upper left", frameon=False)
    draw_losses(right, history.losses)
    right.set(title="How the loss falls", ylabel="mean binary cross-entropy")
    save(figure, path)
