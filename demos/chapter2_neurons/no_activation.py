"""Without an activation: why a deep net is then no more than a straight line.

It shows     the formula of a net without activations, whose slope has no x in it; that weights of
             three layers collapse into one row; and that training such a net is linear regression,
             while a net of the same size with tanh follows the data
It takes     about a second
It writes    no_activation.png, the data and the two nets
"""

from pathlib import Path
from typing import Any

import numpy as np

from demos.helpers.plots import BLUE, GREY, ORANGE, panels, save
from engine import Value, formula, gradients
from nn import MLP, Adam, History, fit, mean_squared_error, predict


def main(output: Path, *, quick: bool = False) -> None:
    """The algebra, the numbers, and the fit."""
    epochs = 300 if quick else 1500
    x = Value(0.5, "x")
    y = two_neurons_and_one(x)
    (slope,) = gradients(y, [x])
    print("Two hidden neurons without activation, and one that adds them up:\n")
    print(f"  y     = {formula(y)}\n  dy/dx = {formula(slope)}\n")
    print("There is no x in the slope: it is the same everywhere, and y is a straight line.")
    squashed = two_neurons_and_one(x, squash=True)
    print("With an activation, here tanh, x stays in it:\n")
    print(f"  dy/dx = {formula(gradients(squashed, [x])[0])}\n")

    model = MLP(4, [16, 16, 1], activation="identity", seed=0)
    weights, bias = collapsed(model)
    print(f"{model}\ncomes to one row of weights and a bias, W₃W₂W₁ and W₃(W₂b₁ + b₂) + b₃:")
    print(f"  {np.round(weights, 4)} and {bias:.4f}")
    points = np.random.default_rng(0).normal(size=(1000, 4))
    worst = np.abs(predict(model, points) - (points @ weights + bias)).max()
    print(f"At 1000 random points they differ by {worst:.0e} at most.\n")

    xs, ys = wave()
    straight, straight_history = trained(xs, ys, "identity", epochs)
    curved, curved_history = trained(xs, ys, "tanh", epochs)
    best = np.polyfit(xs, ys, 1)
    (learned,), height = collapsed(straight)
    print(f"y = sin(2x) + x/2 with noise, by nets 1 → 16 → 16 → 1 after {epochs} epochs:")
    print(f"  without activation  loss {straight_history.losses[-1]:.4f}", end="")
    print(f", y = {learned:.3f} x {height:+.3f}")
    print(f"  least squares       loss {np.mean((np.polyval(best, xs) - ys) ** 2):.4f}", end="")
    print(f", y = {best[0]:.3f} x {best[1]:+.3f}")
    print(f"  with tanh           loss {curved_history.losses[-1]:.4f}")
    plot(xs, ys, {"no activation": straight, "tanh": curved}, output / "no_activation.png")
    print(f"\nno_activation.png is in {output}")


def two_neurons_and_one(x: Value, *, squash: bool = False) -> Value:
    """u₁ h₁ + u₂ h₂ + c of the hidden h = w x + b, or of tanh(w x + b)."""
    w1, b1, w2, b2 = Value(1.0, "w1"), Value(0.5, "b1"), Value(-2.0, "w2"), Value(0.1, "b2")
    u1, u2, c = Value(0.7, "u1"), Value(0.3, "u2"), Value(-0.2, "c")
    h1, h2 = w1 * x + b1, w2 * x + b2
    if squash:
        h1, h2 = h1.tanh(), h2.tanh()
    return u1 * h1 + u2 * h2 + c


def collapsed(model: MLP) -> tuple[Any, float]:
    """The one row of weights, and the one bias, that all layers come to without activations."""
    matrix, vector = np.eye(model.layers[0].n_inputs), np.zeros(model.layers[0].n_inputs)
    for layer in model.network().layers:
        weights = np.array(layer.weights)
        matrix, vector = weights @ matrix, weights @ vector + layer.biases
    return matrix[0], float(vector[0])


def wave() -> tuple[Any, Any]:
    """y = sin(2x) + x/2 at 80 places from -3 to 3, and normal noise of 0.1."""
    xs = np.linspace(-3.0, 3.0, 80)
    return xs, np.sin(2.0 * xs) + xs / 2.0 + np.random.default_rng(0).normal(0.0, 0.1, 80)


def trained(xs: Any, ys: Any, activation: str, epochs: int) -> tuple[MLP, History]:
    """A net 1 → 16 → 16 → 1 after this many epochs."""
    model = MLP(1, [16, 16, 1], activation, seed=0)
    history = fit(
        model,
        mean_squared_error,
        xs[:, None],
        ys,
        epochs=epochs,
        batch_size=len(xs),
        optimizer=Adam(model.parameters(), learning_rate=0.01),
    )
    return model, history


def plot(xs: Any, ys: Any, models: dict[str, MLP], path: Path) -> None:
    """The data, and a line for each net."""
    figure, (axes,) = panels(size=(7.0, 4.2))
    places = np.linspace(-3.6, 3.6, 300)
    axes.scatter(xs, ys, s=18, color=GREY, alpha=0.7, label="data: sin(2x) + x/2 and noise")
    for (name, model), color in zip(models.items(), (ORANGE, BLUE)):
        axes.plot(places, predict(model, places[:, None]), color=color, linewidth=2.5, label=name)
    axes.set(xlabel="x", ylabel="y", title="The same net 1 → 16 → 16 → 1, with and without tanh")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="upper left")
    save(figure, path)
