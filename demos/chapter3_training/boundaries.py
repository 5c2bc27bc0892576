"""Four shapes of data, one kind of net: the boundary it finds, beside its loss.

It shows     how MLP(2 → 16 → 16 → 1) bends its decision boundary around half-moons, circles, two
             spirals, and the four quarters of XOR; only the data differ
It takes     about four seconds
It writes    boundaries.png, for each data set the boundary beside the loss curve
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import make_circles, make_moons

from demos.helpers.plots import draw_boundary, draw_losses, draw_points, panels, save
from nn import MLP, Adam, History, binary_cross_entropy, fit

Data = tuple[Any, Any]  # points (n, 2) and their classes (n,)


def main(output: Path, *, quick: bool = False) -> None:
    """Train the same net on each data set, and plot them all."""
    n_samples, epochs, resolution = (200, 100, 40) if quick else (400, 200, 120)
    figure, axes = panels(4, 2, size=(3.0, 2.7))
    for place, (name, make) in enumerate(DATA.items()):
        points, classes = make(n_samples)
        model, history = trained(points, classes, epochs)
        print(f"{name:12} {history}")
        boundary, losses = axes[2 * place : 2 * place + 2]
        draw_boundary(boundary, model, points, resolution)
        draw_points(boundary, points, classes)
        boundary.set(title=f"{name}: {history.accuracies[-1]:.1%} are right", aspect="equal")
        draw_losses(losses, history.losses)
    save(figure, output / "boundaries.png")
    print(f"\nboundaries.png is in {output}")


def trained(points: Any, classes: Any, epochs: int) -> tuple[MLP, History]:
    """The net after this many epochs, and its history."""
    model = MLP(2, [16, 16, 1], "relu", seed=0)
    optimizer = Adam(model.parameters(), learning_rate=0.01)
    history = fit(model, binary_cross_entropy, points, classes, optimizer=optimizer, epochs=epochs)
    return model, history


# The data, each by a formula and a seed


def half_moons(n_samples: int) -> Data:
    """Two interlocked half circles, and normal noise of 0.1."""
    return make_moons(n_samples, noise=0.1, random_state=0)


def circles(n_samples: int) -> Data:
    """A circle of radius 1 around one of radius ½, and normal noise of 0.1."""
    return make_circles(n_samples, noise=0.1, factor=0.5, random_state=0)


def spirals(n_samples: int) -> Data:
    """r = t from 0.1 to 1 at the angle 3πt, or half a turn further; and normal noise of 0.02."""
    rng = np.random.default_rng(0)
    classes = np.arange(n_samples) % 2
    t = np.linspace(0.1, 1.0, n_samples)
    angles = 3.0 * np.pi * t + np.pi * classes
    points = np.stack([t * np.cos(angles), t * np.sin(angles)], axis=1)
    return points + rng.normal(0.0, 0.02, points.shape), classes


def xor(n_samples: int) -> Data:
    """Points of a square: class 1 where exactly one of the two numbers is positive."""
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (n_samples, 2))
    return points, (points[:, 0] > 0) ^ (points[:, 1] > 0)


DATA: dict[str, Callable[[int], Data]] = {
    "half-moons": half_moons,
    "circles": circles,
    "spirals": spirals,
    "XOR": xor,
}
