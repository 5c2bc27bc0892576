"""Why += and not =: a value that is used twice gets part of its gradient along each edge.

It shows     y = a·b + a at a = 2, b = 3: dy/da is b + 1 = 4. With = in place of +=, the part that
             comes last overwrites the other
It takes     about a second
It writes    graph.svg, the drawn graph with the local derivative on each edge
"""

from pathlib import Path

from demos.helpers.tables import print_table
from engine import Value, backward_steps, formula, svg
from engine.files import write_file
from engine.graph import topological_order


def main(output: Path, *, quick: bool = False) -> None:
    """Run backward with = and with += on one small graph; `quick` changes nothing."""
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = a * b + a
    y.label = "y"

    print(f"y = {formula(y)}, and a appears in it twice.\n")
    wrong = backward_with_equals(y)
    y.backward()
    rows = [(name, f"{wrong[x]:g}", f"{x.grad:g}") for name, x in (("dy/da", a), ("dy/db", b))]
    print_table([("", "with =", "with +="), *rows])

    print("\nThe steps of the right way: of the two rows that lead to a, the second one adds.\n")
    print(backward_steps(y))
    write_file(output / "graph.svg", svg(y))
    print("\nA small change of a moves y along both ways at once, so the two parts add:")
    print("  dy/da = ∂y/∂(a·b) · ∂(a·b)/∂a + ∂y/∂a = 1 · 3 + 1 = 4")
    print(f"\ngraph.svg is in {output}")


def backward_with_equals(output: Value) -> dict[Value, float]:
    """The gradients as they come out when each contribution overwrites the one before."""
    gradients = {output: 1.0}
    for node in reversed(topological_order([output])):
        for input, partial in zip(node.inputs, node.partials):
            gradients[input] = partial * gradients[node]  # wrong: it must be +=
    return gradients
