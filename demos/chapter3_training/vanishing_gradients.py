"""Vanishing gradients: the same deep net with sigmoid, tanh and relu.

It shows     how long the gradient of each layer's weights is before training, from the last layer
             back to the first: with sigmoid it shrinks more than fourfold at each, so that the
             first layers learn nothing; and what the three nets make of half-moons
It takes     about four seconds
It writes    vanishing_gradients.png, the gradient by layer, and the loss of the three nets
"""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import make_moons

from demos.helpers.plots import BLUE, ORANGE, TEAL, panels, save
from demos.helpers.tables import print_table
from nn import MLP, SGD, History, binary_cross_entropy, fit

SIZES = [12] * 9 + [1]
COLORS = {"sigmoid": ORANGE, "tanh": BLUE, "relu": TEAL}


def main(output: Path, *, quick: bool = False) -> None:
    """Measure the gradients, then train."""
    n_samples, epochs = (60, 40) if quick else (200, 300)
    points, classes = make_moons(n_samples, noise=0.1, random_state=0)
    some = points[:50], classes[:50]
    lengths = {name: lengths_by_layer(deep_net(name), *some) for name in COLORS}

    print("Nine hidden layers of 12 neurons, and an output: the length of ∂loss/∂weights of each\n")
    layers = enumerate(zip(*lengths.values()), start=1)
    rows = [(layer, *(f"{length:.1e}" for length in row)) for layer, row in layers]
    print_table([("layer", *COLORS), *rows], right=range(1 + len(COLORS)))
    print(EXPLANATION)

    histories = {name: trained(name, points, classes, epochs) for name in COLORS}
    for name, history in histories.items():
        print(f"  {name:8} after {epochs} epochs: loss {history.losses[-1]:.4f}", end="")
        print(f", accuracy {history.accuracies[-1]:.1%}")
    plot(lengths, histories, output / "vanishing_gradients.png")
    print(f"\nvanishing_gradients.png is in {output}")


EXPLANATION = """
On its way back the gradient is multiplied at every layer by the weights and by the activation's
slope. Sigmoid's slope is 1/4 at most: nine layers leave a few millionths. Tanh has slope 1 at 0,
and relu 1 wherever it is not flat; with starting weights of a size to match (Glorot's for tanh,
He's for relu) the gradient stays about as long as it was.
"""


def deep_net(activation: str) -> MLP:
    """Nine hidden layers of 12 neurons."""
    return MLP(2, SIZES, activation, seed=0)


def lengths_by_layer(model: MLP, points: Any, classes: Any) -> list[float]:
    """The Euclidean length of the loss's gradient by the weights of each layer."""
    model.zero_grad()
    binary_cross_entropy([model(point) for point in points.tolist()], classes).backward()
    return [
        float(np.linalg.norm([w.grad for neuron in layer.neurons for w in neuron.weights]))
        for layer in model.layers
    ]


def trained(activation: str, points: Any, classes: Any, epochs: int) -> History:
    """What plain gradient descent makes of the net, at the same rate for all three."""
    model = deep_net(activation)
    optimizer = SGD(model.parameters(), learning_rate=0.01)
    return fit(model, binary_cross_entropy, points, classes, optimizer=optimizer, epochs=epochs)


def plot(lengths: dict[str, list[float]], histories: dict[str, History], path: Path) -> None:
    """The gradient by layer, and the losses."""
    figure, (left, right) = panels(2, size=(5.2, 4.0))
    for name, color in COLORS.items():
        layers = range(1, len(SIZES) + 1)
        left.semilogy(layers, lengths[name], "o-", color=color, linewidth=2, label=name)
        losses = histories[name].losses
        right.plot(range(1, len(losses) + 1), losses, color=color, linewidth=2, label=name)
    left.set(title="Gradient of each layer before training", xlabel="layer", xticks=layers)
    left.set(ylabel="length of ∂loss/∂weights")
    right.set(title="What they learn", xlabel="epoch", ylabel="mean binary cross-entropy")
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.grid(alpha=0.25)
    left.legend(frameon=False)
    save(figure, path)
