"""Squashing functions: sigmoid, tanh, relu and softmax, each with its derivative.

It shows     what range each brings a number into, how steep it is there, and where it is flat: a
             flat place lets no gradient through; the derivatives come from backward()
It takes     about a second
It writes    squashing.png, the functions and their derivatives
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from demos.helpers.plots import BLUE, ORANGE, panels, save
from demos.helpers.tables import print_table
from engine import Value, relu, sigmoid, softmax, tanh
from engine.names import digits

Function = Callable[[Value], Value]
OTHERS = (0.0, -1.0)  # the two other logits of the softmax


def softmax_of_first(x: Value) -> Value:
    """The first of the three probabilities softmax(x, 0, -1)."""
    return softmax([x, *OTHERS])[0]


FUNCTIONS: dict[str, Function] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "softmax": softmax_of_first,
}
WORDS = {
    "sigmoid": "sigmoid(x) = 1 / (1 + e⁻ˣ): between 0 and 1",
    "tanh": "tanh(x): between −1 and 1, steepest at 0",
    "relu": "relu(x) = max(x, 0): from 0 on",
    "softmax": "softmax(x, 0, −1): three shares that sum to 1",
}


def main(output: Path, *, quick: bool = False) -> None:
    """Print and plot the functions; it is small already: `quick` changes nothing."""
    xs = (-10.0, -2.0, 0.0, 2.0, 10.0)
    rows = [("x", *xs)]
    for name, function in FUNCTIONS.items():
        values, slopes = zip(*(value_and_slope(function, x) for x in xs))
        rows += [(name, *values), ("  its slope", *slopes)]
    print_table([(name, *(digits(number, 5) for number in numbers)) for name, *numbers in rows])
    shares = softmax([2.0, *OTHERS])
    print("\nsoftmax(2, 0, -1) = " + " + ".join(f"{p:.4f}" for p in shares), f"= {sum(shares):g}")
    print("Sigmoid's slope is 1/4 at most, tanh's is 1; far out both are flat. Relu has slope 1")
    print("wherever it is not flat. A share p of softmax has the slope p (1 - p), like sigmoid.")
    plot(output / "squashing.png")
    print(f"\nsquashing.png is in {output}")


def value_and_slope(function: Function, at: float) -> tuple[float, float]:
    """What the function gives, and how fast that changes."""
    x = Value(at, "x")
    y = function(x)
    y.backward()
    return y.data, x.grad


def plot(path: Path) -> None:
    """A panel for each function, on one scale of x."""
    figure, axes = panels(2, 2, size=(4.4, 3.0))
    xs = sorted([1e-9, *(k / 20 for k in range(-120, 121))])  # relu's slope jumps right of 0
    for (name, function), place in zip(FUNCTIONS.items(), axes):
        values, slopes = zip(*(value_and_slope(function, x) for x in xs))
        place.plot(xs, values, color=BLUE, linewidth=2.5, label=name)
        place.plot(xs, slopes, color=ORANGE, linewidth=2, label="its derivative")
        place.set_title(WORDS[name], size=10.5)
        place.grid(alpha=0.25)
    draw_other_shares(axes[3], xs)
    axes[2].set_ylim(-0.2, 4)
    for place in axes:
        where = "center right" if place is axes[3] else "upper left"
        place.legend(frameon=False, loc=where, fontsize=9)
    for place in axes[2:]:
        place.set_xlabel("x")
    save(figure, path)


def draw_other_shares(axes: Any, xs: list[float]) -> None:
    """What softmax leaves for the two others as x grows."""
    for index, line in ((1, "--"), (2, ":")):
        shares = [softmax([x, *OTHERS])[index] for x in xs]
        name = f"the share of {OTHERS[index - 1]:g}".replace("-", "−")
        axes.plot(xs, shares, line, color=BLUE, alpha=0.6, label=name)
