"""The threshold neuron: AND, OR and NAND by hand-set weights, and why XOR needs three.

It shows     a neuron that fires when w·a exceeds a threshold, which is minus its bias; that it cuts
             the plane along a line; that no line separates the points of XOR, but two lines do
It takes     about a second
It writes    threshold.png, the points and the lines
"""

from itertools import product
from pathlib import Path
from typing import Any

from demos.helpers.plots import GREY, INK, panels, save
from demos.helpers.tables import print_table
from engine import Value, greater
from engine.drawing.colors import CLASSES
from engine.names import digits
from nn import Neuron

Point = tuple[float, float]
POINTS: list[Point] = [(0, 0), (0, 1), (1, 0), (1, 1)]


def step(z: Value) -> Value:
    """1 where z > 0, else 0."""
    return greater(z, 0.0)


def threshold_neuron(weights: Point, threshold: float) -> Neuron:
    """Fires when w·a > threshold, that is w·a + b > 0: the bias b is minus the threshold."""
    return Neuron.from_weights(weights, bias=-threshold, activation=step)


AND = threshold_neuron((1, 1), 1.5)
OR = threshold_neuron((1, 1), 0.5)
NAND = threshold_neuron((-1, -1), -1.5)
GATES = {"AND": AND, "OR": OR, "NAND": NAND}
FORMULAS = {"AND": "a₁ + a₂ > 1.5", "OR": "a₁ + a₂ > 0.5", "NAND": "−a₁ − a₂ > −1.5"}


def xor(a: Point) -> float:
    """Three neurons: (a1 OR a2) AND (a1 NAND a2)."""
    return fires(AND, hidden(a))


def hidden(a: Point) -> Point:
    """What the third neuron sees of a point: whether OR fires, and whether NAND does."""
    return fires(OR, a), fires(NAND, a)


def fires(neuron: Neuron, a: Point) -> float:
    return float(neuron(a).data)


def main(output: Path, *, quick: bool = False) -> None:
    """Try the neurons on all four points; it is small already: `quick` changes nothing."""
    print("A neuron that fires when w1 a1 + w2 a2 > threshold:\n")
    rows = [("", "w1", "w2", "threshold", "bias", *(f"({a:g},{b:g})" for a, b in POINTS))]
    for name, neuron in GATES.items():
        w1, w2, b = (value.data for value in neuron.parameters())
        numbers = (w1, w2, -b, b, *(fires(neuron, a) for a in POINTS))
        rows.append((name, *map(digits, numbers)))
    rows.append(("XOR", "", "", "", "", *(digits(xor(a)) for a in POINTS)))
    print_table(rows)
    print("\nXOR takes three neurons: AND of what OR and NAND say.\n")

    tables = tables_of_one_neuron()
    print(f"Tried on a grid of weights and thresholds, one neuron computes {len(tables)} of the 16")
    missing = sorted(set(product((0, 1), repeat=4)) - tables)
    print(f"tables that two inputs can have. {missing[0]} is missing, that of XOR, and so is")
    print(f"its opposite, {missing[1]}.")
    print(WHY)
    plot(output / "threshold.png")
    print(f"threshold.png is in {output}")


WHY = """
It cannot be otherwise. XOR asks for

  at (0,0)   b           ≤ 0
  at (0,1)   w2 + b      > 0
  at (1,0)   w1 + b      > 0
  at (1,1)   w1 + w2 + b ≤ 0

The middle two add up to w1 + w2 + 2b > 0, the outer two to w1 + w2 + 2b ≤ 0: both cannot hold.
In the picture: a neuron fires on one side of the line w·a = threshold, and no line has (0,1) and
(1,0) on one side, (0,0) and (1,1) on the other. OR and NAND draw two lines; in terms of
what they say, the points of XOR have moved so that one line is enough.
"""


def tables_of_one_neuron() -> set[tuple[float, ...]]:
    """What a neuron says at the four points, for a grid of weights and thresholds."""
    weights, thresholds = (-2, -1, 0, 1, 2), (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
    neurons = [threshold_neuron(w, t) for w in product(weights, weights) for t in thresholds]
    return {tuple(fires(neuron, a) for a in POINTS) for neuron in neurons}


# The plot


def plot(path: Path) -> None:
    """A panel for each gate, and three for XOR: with one line, with two, and after two."""
    figure, axes = panels(3, 2, size=(3.1, 3.1))
    for place, (name, neuron) in zip(axes, GATES.items()):
        draw_side(place, neuron)
        draw_points(place, {a: fires(neuron, a) for a in POINTS})
        place.set_title(f"{name}: {FORMULAS[name]}", size=11)
    one, two, seen = axes[3:]
    for line in ([0.9, -0.9], [0.5, 0.5], [1.9, 0.1]):
        one.plot([-0.4, 1.4], line, "--", color=GREY)
    one.set_title("XOR: no line will do", size=11)
    for neuron in (OR, NAND):
        draw_side(two, neuron)
    two.set_title("but OR and NAND together", size=11)
    for place in (one, two):
        draw_points(place, {a: xor(a) for a in POINTS})
    draw_side(seen, AND)
    draw_points(seen, {hidden(a): xor(a) for a in POINTS})
    seen.set_title("what the third neuron sees", size=11)
    seen.set(xlabel="OR", ylabel="NAND")
    for x, y, came_from in ((1, 1, "(0,1)\n(1,0)"), (0, 1, "(0,0)"), (1, 0, "(1,1)")):
        seen.text(x, y - 0.1, came_from, color=INK, size=9, ha="center", va="top")
    save(figure, path)


def draw_side(axes: Any, neuron: Neuron) -> None:
    """The line of a neuron whose weights are equal, and a tint on the side where it fires."""
    (w1, _), b = (weight.data for weight in neuron.weights), neuron.bias.data
    ends = (-0.5, 1.5)
    line = [-b / w1 - a1 for a1 in ends]
    axes.plot(ends, line, color=INK, linewidth=1.5)
    axes.fill_between(ends, line, 2.0 if w1 > 0 else -1.0, color=CLASSES[1], alpha=0.2, linewidth=0)


def draw_points(axes: Any, outputs: dict[Point, float]) -> None:
    """Each point: a golden triangle where the output is 1, a purple circle where it is 0."""
    for (a1, a2), fired in outputs.items():
        look = (
            {"marker": "^", "color": CLASSES[1]} if fired else {"marker": "o", "color": CLASSES[0]}
        )
        axes.scatter(a1, a2, s=110, edgecolors="white", zorder=3, clip_on=False, **look)
    axes.set(xlim=(-0.4, 1.4), ylim=(-0.4, 1.4), xticks=(0, 1), yticks=(0, 1), aspect="equal")
    axes.set(xlabel="a₁", ylabel="a₂")
