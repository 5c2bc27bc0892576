"""Second derivatives: the backward pass is a computation too, so it has a graph and a derivative.

It shows     y = x³, its slope 3·x² as a graph that backward leaves behind, and the slope of that;
             then a step of Newton's method, which uses both to find a minimum
It takes     about a second
It writes    y.svg, slope.svg and curvature.svg, the three graphs; and both.svg, the backward graph
             beside the forward one that it takes its numbers from
"""

from pathlib import Path

from demos.helpers.tables import print_table
from engine import Value, formula, gradients, scope, svg
from engine.files import write_file


def main(output: Path, *, quick: bool = False) -> None:
    """Differentiate, and differentiate again; it is small already: `quick` changes nothing."""
    x = Value(2.0, "x")
    y = x**3
    (slope,) = gradients(y, [x])
    (curvature,) = gradients(slope, [x])
    print("gradients() runs backward with Values in place of floats. At x = 2:\n")
    for name, value in (("y", y), ("dy/dx", slope), ("d²y/dx²", curvature)):
        print(f"  {name:10}{formula(value):20}{value.data:g}")
    print("\n(They are written as computed: 2·x¹·3 is 6·x.)")
    for name, value in (("y", y), ("slope", slope), ("curvature", curvature)):
        write_file(output / f"{name}.svg", svg(value, gradients=False))
    write_file(output / "both.svg", both_graphs())
    print("backward() gives the number alone, without a graph, and so no second derivative:\n")
    y.backward()
    print(f"  x.grad    {x.grad!r}, a {type(x.grad).__name__}")

    print("\nWhat it is good for: Newton's method goes to the minimum of the parabola that has")
    print("the same slope and curvature at this point. The minimum of exp(x) − 2·x is log 2:\n")
    both = zip(descend(newton=False), descend(newton=True))
    rows = [(step, f"{slow:.12f}", f"{fast:.12f}") for step, (slow, fast) in enumerate(both)]
    print_table([("step", "gradient descent (rate 0.1)", "Newton"), *rows], right={0, 1, 2})
    print(f"\ny.svg, slope.svg, curvature.svg and both.svg are in {output}")


def both_graphs() -> str:
    """y = tanh(w·x) and its slope by w as one graph, the two passes in boxes."""
    w, x = Value(0.5, "w"), Value(2.0, "x")
    with scope("forward"):
        y = (w * x).tanh()
        y.label = "y"
    with scope("backward"):
        (slope,) = gradients(y, [w])
        slope.label = "dy/dw"
    return svg([y, slope], gradients=False)


def descend(*, newton: bool) -> list[float]:
    """x before each of six steps from 2 towards the minimum of exp(x) − 2·x, and after them."""
    at = 2.0
    path = [at]
    for _ in range(6):
        x = Value(at, "x")
        (slope,) = gradients(x.exp() - 2 * x, [x])
        (curvature,) = gradients(slope, [x])
        at -= slope.data / curvature.data if newton else 0.1 * slope.data
        path.append(at)
    return path
