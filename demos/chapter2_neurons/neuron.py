"""One sigmoid neuron, step by step: its value, its gradients and its picture.

It shows     how two inputs become one activation, a = sigmoid(w1 x1 + w2 x2 + b), and how the
             chain rule sends the gradient of a back to every weight and every input
It takes     about a second
It writes    neuron.svg and neuron.png, the drawn graph
"""

from pathlib import Path

from engine import draw
from nn import Neuron


def main(output: Path, *, quick: bool = False) -> None:
    """Print the steps and draw the graph; it is as small as it gets, so `quick` changes nothing."""
    neuron = Neuron.from_weights([0, 1], bias=4, activation="sigmoid")
    a = neuron([2, 3])
    a.backward()

    # The graph leads from the result back to everything that it was computed from.
    (z,) = a.inputs
    dot, b = z.inputs
    w1, w2, x1, x2 = dot.inputs

    products = f"{w1.data:g}·{x1.data:g} + {w2.data:g}·{x2.data:g}"
    print("Forward: every value comes from the ones above it.\n")
    for name, formula, value in [
        ("x1, x2", "the inputs", f"{x1.data:g}, {x2.data:g}"),
        ("w1, w2", "the weights", f"{w1.data:g}, {w2.data:g}"),
        ("b", "the bias", f"{b.data:g}"),
        ("w·x", f"w1 x1 + w2 x2 = {products}", f"{dot.data:g}"),
        ("z", f"w·x + b = {dot.data:g} + {b.data:g}", f"{z.data:g}"),
        ("a", f"sigmoid(z) = 1 / (1 + exp(-{z.data:g}))", f"{a.data!r}"),
    ]:
        print(f"  {name:8}{formula:36}{value}")

    print("\nBackward: how much a changes for a small change in each, by the chain rule.\n")
    for name, formula, node in [
        ("∂a/∂a", "1", a),
        ("∂a/∂z", "a (1 - a)", z),
        ("∂a/∂b", "∂a/∂z · 1", b),
        ("∂a/∂w1", f"∂a/∂z · x1 = ∂a/∂z · {x1.data:g}", w1),
        ("∂a/∂w2", f"∂a/∂z · x2 = ∂a/∂z · {x2.data:g}", w2),
        ("∂a/∂x1", f"∂a/∂z · w1 = ∂a/∂z · {w1.data:g}", x1),
        ("∂a/∂x2", f"∂a/∂z · w2 = ∂a/∂z · {w2.data:g}", x2),
    ]:
        print(f"  {name:8}{formula:36}{node.grad:.10f}")

    print("\nz = 7 is far out on the flat part of the sigmoid: a is almost 1, and hardly anything")
    print("that is done to a weight changes it. x1 has no effect at all, because its weight is 0.")

    picture = draw(a)
    picture.save(output / "neuron.svg")
    picture.attr(dpi="192")
    picture.save(output / "neuron.png")
    print(f"\nneuron.svg and neuron.png are in {output}")
