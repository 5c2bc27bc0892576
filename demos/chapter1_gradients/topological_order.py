"""Why a topological order: the same backward pass in the wrong order gives a wrong gradient.

It shows     b = a + a, c = b + b: dc/da is 4. A pass that goes on from b before all of b's own
             gradient has come in gives 2, and the finite difference says which one is right
It takes     about a second
It writes    graph.svg, the drawn graph; and walks.html, on which both walks can be played
"""

from pathlib import Path

from engine import Value, backward_steps, explore, svg
from engine.files import write_file

Gradients = dict[Value, float]
NOTES = {
    0: "c = (a + a) + (a + a): play it to the end, and c changes by 4 where a changes by 1. "
    "Then choose Wrong on purpose, wrong order, and play it again."
}


def main(output: Path, *, quick: bool = False) -> None:
    """Walk one small graph in two orders; it is as small as it gets: `quick` changes nothing."""
    a, _b, c = build(3.0)

    print("Wrong: each edge passes on at once whatever has come in so far.\n")
    wrong = edge_by_edge(c)
    print(f"  dc/da = {wrong[a]:g}\n")

    print("Right: in reverse topological order, b waits until both of its edges have come in.\n")
    print(backward_steps(c))
    c.backward()
    write_file(output / "graph.svg", svg(c))
    print(f"\n  dc/da = {a.grad:g}\n")

    h = 0.001
    slope = (build(3.0 + h)[2].data - build(3.0 - h)[2].data) / (2 * h)
    print(f"c at a ± {h:g} says: dc/da = {slope:g}. In a topological order every node comes after")
    print("everything that it was computed from; backward goes through them from the end.")
    explore(build(3.0)[2], title="Two walks backward", notes=NOTES).save(output / "walks.html")
    print("\nwalks.html plays the right walk, and under Wrong on purpose, wrong order, the other.")
    print(f"graph.svg and walks.html are in {output}")


def build(number: float) -> tuple[Value, Value, Value]:
    """a, b = a + a, c = b + b."""
    a = Value(number, "a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    return a, b, c


def edge_by_edge(output: Value) -> Gradients:
    """The tempting way: go to each input as soon as one edge has reached it, but to none twice."""
    gradients = {output: 1.0}
    visited = set()

    def visit(node: Value) -> None:
        visited.add(node)
        for input, partial in zip(node.inputs, node.partials):
            before = gradients.get(input, 0.0)
            gradients[input] = before + partial * gradients[node]
            print(f"  {node.label} → {input.label}: gradient {before:g} → {gradients[input]:g}")
            if input not in visited:
                visit(input)  # too early: another edge may still lead here

    visit(output)
    return gradients
