"""Any number of inputs, layers and neurons: nets of many shapes, a single neuron at any place.

It shows     that MLP(n, sizes) takes any list of sizes; how many parameters each has; that its
             gradients are right; and what a single neuron in the middle is good for: points of the
             plane have to pass through it as one number, and come out as points again
It takes     about two seconds
It writes    bottleneck.png, the points before and after; net.svg, the net that they pass through
"""

from pathlib import Path
from typing import Any

import numpy as np

from demos.helpers.plots import BLUE, GREY, ORANGE, draw_losses, panels, save
from demos.helpers.tables import print_table
from engine import Value, check_gradients, sum, svg
from engine.files import write_file
from nn import MLP, Adam, History, fit, mean_squared_error, predict

SHAPES = [
    (1, [1]),
    (2, [1]),
    (2, [16, 16, 1]),
    (3, [4, 1]),
    (3, [1, 4]),
    (3, [16, 1, 1]),
    (5, [1, 1, 1, 1]),
    (2, [8, 1, 8, 2]),
    (7, [5] * 6 + [3]),
    (100, [10]),
]


def main(output: Path, *, quick: bool = False) -> None:
    """Try all shapes, and train one; it takes a second: `quick` changes nothing."""
    rows = [("inputs", "sizes", "parameters", "outputs", "gradients")]
    for n_inputs, sizes in SHAPES:
        model = MLP(n_inputs, sizes)
        check_gradients(squares, model)  # an error here where one is wrong
        counts = f"{len(model.parameters()):,}", str(len(outputs_of(model)))
        rows.append((str(n_inputs), ", ".join(map(str, sizes)), *counts, "right"))
    print_table(rows, right={0, 2, 3})
    print("\nA layer of m neurons that each see n numbers has m·n weights and m biases.")

    points = arc()
    model, history = squeezed(points)
    print(f"\n{model}: {len(points)} points pass through one neuron,")
    print(f"and come out {np.sqrt(2.0 * history.losses[-1]):.3f} from where they were.")
    plot(points, predict(model, points), history, output / "bottleneck.png")
    write_file(output / "net.svg", svg(model))
    print(f"bottleneck.png and net.svg are in {output}")


def outputs_of(model: MLP) -> list[Value]:
    """What it computes for 0.1, 0.2, …: a list, where one output is a list of one."""
    n_inputs = model.layers[0].n_inputs
    outputs = model([0.1 * i for i in range(1, n_inputs + 1)])
    return [outputs] if isinstance(outputs, Value) else outputs


def squares(model: MLP) -> Value:
    """A number to differentiate: the sum of the squares of the outputs."""
    return sum(output**2 for output in outputs_of(model))


def arc() -> Any:
    """80 points around three quarters of a circle, with normal noise of 0.05."""
    angles = np.linspace(0.0, 1.5 * np.pi, 80)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return points + np.random.default_rng(0).normal(0.0, 0.05, points.shape)


def squeezed(points: Any) -> tuple[MLP, History]:
    """2 → 8 → 1 → 8 → 2, trained to give back what it was given."""
    model = MLP(2, [8, 1, 8, 2], seed=1)
    history = fit(
        model,
        mean_squared_error,
        points,
        points,
        epochs=2000,
        batch_size=len(points),
        optimizer=Adam(model.parameters(), learning_rate=0.005),
    )
    return model, history


def plot(before: Any, after: Any, history: History, path: Path) -> None:
    """The points, where they come out, and how the loss fell."""
    figure, (left, right) = panels(2, size=(4.6, 4.0))
    for a, b in zip(before, after):
        left.plot(*zip(a, b), color=GREY, linewidth=0.8)
    left.scatter(*before.T, s=22, color=BLUE, label="what goes in")
    left.scatter(*after.T, s=22, color=ORANGE, marker="^", label="what comes out", zorder=3)
    left.set(title="2 → 8 → 1 → 8 → 2", xlabel="x₁", ylabel="x₂", aspect="equal")
    left.legend(frameon=False, loc="center")
    draw_losses(right, history.losses)
    right.set(title="How the loss falls", ylabel="mean squared error")
    save(figure, path)
