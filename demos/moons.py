"""Half-moons: a small net learns to tell two interlocked crescents apart.

It shows     gradient descent with momentum on the 337 parameters of MLP(2 → 16 → 16 → 1),
             every number of it a Value of the engine
It takes     about twenty seconds; four with --quick
It writes    decision_boundary.png, loss.png and network.svg, the net drawn for one sample
"""

from pathlib import Path

from matplotlib import pyplot
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import LogLocator
from sklearn.datasets import make_moons
from tqdm import tqdm

from engine import no_grad, sigmoid, svg
from nn import MLP, SGD, binary_cross_entropy

BLUE, ORANGE = "#1f6feb", "#f0883e"
Points = list[tuple[float, float]]


def main(output: Path, *, quick: bool = False) -> None:
    """Train on half-moons, then plot what was learned."""
    pyplot.switch_backend("Agg")  # pictures go to files: no window, no display needed
    n_samples, epochs, resolution = (60, 40, 40) if quick else (200, 100, 100)
    points, classes = half_moons(n_samples)
    model = MLP(2, [16, 16, 1], seed=0)
    print(f"{n_samples} points, {model}")
    print(f"before training: accuracy {accuracy(model, points, classes):.1%}")

    losses = train(model, points, classes, epochs)
    reached = accuracy(model, points, classes)
    print(f"after {epochs} epochs: accuracy {reached:.1%}, loss {losses[-1]:.4f}")

    plot_boundary(model, points, classes, resolution, output / "decision_boundary.png")
    plot_losses(losses, output / "loss.png")
    logit = model(points[0])
    model.zero_grad()
    logit.backward()
    (output / "network.svg").write_text(svg(logit), encoding="utf-8")
    print(f"decision_boundary.png, loss.png and network.svg are in {output}")


def half_moons(n_samples: int) -> tuple[Points, list[int]]:
    """Points in two crescents, and for each the crescent it is in: 0 or 1."""
    points, classes = make_moons(n_samples, noise=0.1, random_state=0)
    return [(float(x), float(y)) for x, y in points], [int(c) for c in classes]


def train(model: MLP, points: Points, classes: list[int], epochs: int) -> list[float]:
    """Move the parameters downhill once in each epoch; the loss before each of these steps."""
    optimizer = SGD(model.parameters(), learning_rate=0.3, momentum=0.9)
    losses = []
    progress = tqdm(range(epochs), unit="epoch")
    for _ in progress:
        logits = [model(point) for point in points]
        loss = binary_cross_entropy(logits, classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
        progress.set_postfix(loss=f"{loss.data:.4f}")
    return losses


def probabilities(model: MLP, points: Points) -> list[float]:
    """How sure the net is that each point is in crescent 1."""
    with no_grad():
        return [sigmoid(model(point)).data for point in points]


def accuracy(model: MLP, points: Points, classes: list[int]) -> float:
    """The share of points that the net puts into the right crescent."""
    guesses = [int(p > 0.5) for p in probabilities(model, points)]
    return sum(guess == c for guess, c in zip(guesses, classes)) / len(classes)


def plot_boundary(
    model: MLP, points: Points, classes: list[int], resolution: int, path: Path
) -> None:
    """The points over the probability that the net gives each place; the line is where it is ½."""
    left, right, bottom, top = -1.5, 2.5, -1.1, 1.6
    xs = [left + (right - left) * i / (resolution - 1) for i in range(resolution)]
    ys = [bottom + (top - bottom) * i / (resolution - 1) for i in range(resolution)]
    surface = [probabilities(model, [(x, y) for x in xs]) for y in ys]

    figure, axes = pyplot.subplots(figsize=(7.5, 4.8), layout="constrained")
    shades = axes.imshow(
        surface, extent=(left, right, bottom, top), origin="lower", interpolation="bilinear",
        cmap=LinearSegmentedColormap.from_list("moons", [BLUE, "white", ORANGE]),
        vmin=0, vmax=1, alpha=0.4,
    )  # fmt: skip
    axes.contour(xs, ys, surface, levels=[0.5], colors="#24292f", linewidths=1.5)
    for crescent, color, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        inside = [point for point, c in zip(points, classes) if c == crescent]
        axes.scatter(
            [x for x, _ in inside], [y for _, y in inside], s=40, c=color, marker=marker,
            edgecolors="white", linewidths=0.8, label=f"crescent {crescent}",
        )  # fmt: skip
    bar = figure.colorbar(shades, cax=axes.inset_axes((1.03, 0, 0.03, 1)), ticks=[0, 0.5, 1])
    bar.set_label("probability of crescent 1")
    bar.outline.set_visible(False)
    right_ones = accuracy(model, points, classes)
    axes.set(title=f"What the net has learned: {right_ones:.1%} of the points are right")
    axes.set(xlabel="x1", ylabel="x2")
    axes.legend(loc="upper left", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160, bbox_inches="tight", pad_inches=0.15)
    pyplot.close(figure)


def plot_losses(losses: list[float], path: Path) -> None:
    """The loss of each epoch, on a logarithmic scale."""
    figure, axes = pyplot.subplots(figsize=(7.5, 4.2), layout="constrained")
    axes.semilogy(range(1, len(losses) + 1), losses, color=BLUE, linewidth=2)
    axes.set(title="How the loss falls", xlabel="epoch", ylabel="mean binary cross-entropy")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160, bbox_inches="tight", pad_inches=0.15)
    pyplot.close(figure)
