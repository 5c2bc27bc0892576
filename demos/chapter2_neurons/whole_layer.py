"""A δ through a whole layer: why Wᵀ·δ, and why times σ′; the chain rule, written as a matrix.

It shows     a 2-3-2 net of tanh: δ = ∂L/∂z of each hidden neuron by its edges, then all of them at
             once as δ⁽¹⁾ = (W⁽²⁾ᵀ·δ⁽²⁾) ∘ tanh′(z⁽¹⁾), beside what backward() gives; and the
             gradient of the weights, δ·aᵀ
It takes     about a second
It writes    layer.svg, that formula as grids: each weight stands in the column of its neuron
"""

from pathlib import Path
from typing import NamedTuple

from demos.helpers.tables import print_table
from engine import Value
from engine.drawing.blocks import Grid, Grids
from engine.drawing.grids import draw_grids
from engine.drawing.rendering import render_svg
from engine.files import write_file
from engine.functions import dot

INPUTS, TARGETS = (1.0, -0.5), (0.5, -1.0)
FIRST = ((0.4, -0.6), (0.8, 0.6), (-0.3, 0.5))  # W⁽¹⁾: a row for each hidden neuron
SECOND = ((0.5, -0.7, 0.2), (-0.4, 0.6, 0.9))  # W⁽²⁾: a row for each output


class Net(NamedTuple):
    """The net after backward(), whose gradients are those of the loss."""

    weights: list[list[Value]]  # of the second layer
    hidden: list[Value]  # z of the first layer
    activations: list[Value]
    outputs: list[Value]  # z of the second layer


def main(output: Path, *, quick: bool = False) -> None:
    """One layer back, by edges and at once; it is small already: `quick` changes nothing."""
    net = after_backward()
    deltas = [z.grad for z in net.outputs]
    print("δ is ∂L/∂z, the gradient that has come in at a neuron. Those of the two outputs:\n")
    print_table([(f"δ⁽²⁾{sub(j)}", f"{d:.4f}") for j, d in enumerate(deltas)])

    print("\nHidden neuron i reaches output j by one edge, with the weight w⁽²⁾ⱼᵢ. What comes back")
    print("by all of its edges adds up, and goes on through tanh, times its slope 1 − a²:\n")
    by_hand = [delta_of(i, deltas, net.activations[i].data) for i in range(len(net.hidden))]
    rows: list[tuple[object, ...]] = [
        ("", "its edges: Σⱼ w⁽²⁾ⱼᵢ·δ⁽²⁾ⱼ", "slope", "δ", "backward()")
    ]
    for i, (z, delta) in enumerate(zip(net.hidden, by_hand)):
        edges = " + ".join(f"{signed(row[i])}·{signed(d)}" for row, d in zip(SECOND, deltas))
        slope = f"{slope_of(net.activations[i].data):.4f}"
        rows.append((f"δ⁽¹⁾{sub(i)}", edges, slope, f"{delta:.4f}", f"{z.grad:.4f}"))
    print_table(rows)
    write_file(output / "layer.svg", picture(by_hand, deltas, net.activations))

    print("\nThe weights that neuron i is met by are column i of W⁽²⁾: forward uses its rows,")
    print("backward its columns; written as rows they are Wᵀ. So for the whole layer")
    print("\n  δ⁽¹⁾ = (W⁽²⁾ᵀ·δ⁽²⁾) ∘ tanh′(z⁽¹⁾)\n")
    print("where ∘ multiplies number by number, as each tanh has one input alone.")
    print("\nA weight meets its input and its δ: ∂L/∂w⁽²⁾ⱼᵢ = δ⁽²⁾ⱼ·a⁽¹⁾ᵢ, for all of them δ·aᵀ:\n")
    compared: list[tuple[str, ...]] = []
    for j, (row, delta) in enumerate(zip(net.weights, deltas), 1):
        compared.append((f"row {j} of δ·aᵀ", *(f"{delta * a.data:.4f}" for a in net.activations)))
        compared.append(("backward()", *(f"{w.grad:.4f}" for w in row)))
    print_table(compared)

    print(f"\nlayer.svg is in {output}")


def after_backward() -> Net:
    """(y₁ − t₁)² + (y₂ − t₂)² of the net, and one pass back."""
    weights = [[Value(number) for number in row] for row in SECOND]
    hidden = [dot(list(row), [Value(x) for x in INPUTS]) for row in FIRST]
    activations = [z.tanh() for z in hidden]
    outputs = [dot(row, activations) for row in weights]
    loss = sum([(y - t) ** 2 for y, t in zip(outputs, TARGETS)], start=Value(0.0))
    loss.backward()
    return Net(weights, hidden, activations, outputs)


def delta_of(i: int, deltas: list[float], activation: float) -> float:
    """δ of hidden neuron i: what its edges bring, times the slope of its tanh."""
    return sum(row[i] * d for row, d in zip(SECOND, deltas)) * slope_of(activation)


def slope_of(activation: float) -> float:
    """tanh′, from the result."""
    return 1.0 - activation**2


def picture(by_hand: list[float], deltas: list[float], activations: list[Value]) -> str:
    """δ⁽¹⁾, W⁽²⁾ᵀ, δ⁽²⁾ and the slopes beside one another."""
    transposed = [list(column) for column in zip(*SECOND)]
    names = [[f"w⁽²⁾{sub(j)}{sub(i)}" for j in range(len(SECOND))] for i in range(len(transposed))]
    slopes = [[slope_of(a.data)] for a in activations]
    first, second = subs("δ⁽¹⁾", len(by_hand)), subs("δ⁽²⁾", len(deltas))
    grids = [
        Grid([[d] for d in by_hand], "this is", "δ⁽¹⁾", weights=True, names=first),
        Grid(transposed, "the weights", "W⁽²⁾ᵀ", weights=True, names=names),
        Grid([[d] for d in deltas], "times these", "δ⁽²⁾", weights=True, names=second),
        Grid(slopes, "one by one times", "σ′ is tanh′ here", names=subs("σ′", len(slopes))),
    ]
    return render_svg(draw_grids(Grids([grids])).picture())


def subs(name: str, count: int) -> list[list[str]]:
    """A column of the name with its numbers below."""
    return [[f"{name}{sub(k)}"] for k in range(count)]


def sub(index: int) -> str:
    """The number of a neuron, counted from 1, set low."""
    return "₁₂₃"[index]


def signed(number: float) -> str:
    """A number in a product, in parentheses where it has a minus."""
    text = f"{number:.4g}"
    return f"({text})" if number < 0.0 else text
