"""What the graph remembers: every result holds its inputs, until nobody holds the result.

It shows     which nodes a loss keeps alive, when they are freed, why a sum of losses kept for
             a report keeps every graph, and what .data, detach() and no_grad() do about it
It takes     about a second
It writes    kept.svg, the graph that a sum of three losses keeps alive
"""

import gc
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

from engine import Value, no_grad, scope, svg
from engine.files import write_file
from engine.graph import topological_order

EPOCHS = 50


def main(output: Path, *, quick: bool = False) -> None:
    """Count nodes that are alive; it is small already: `quick` changes nothing."""
    w = Value(0.5, "w")
    loss = loss_of(w)
    watched = WeakSet(topological_order([loss]))
    print(f"A loss was computed: {len(watched)} nodes are alive, although variables hold")
    print("only w and loss. Each result holds its inputs: backward() will need them.")
    gc.disable()  # the nodes are freed without the collector: the graph has no cycles
    del loss
    gc.enable()
    print(f"del loss: {len(watched)} is left, w itself, which has a variable of its own.\n")

    print(f"A training loop of {EPOCHS} epochs that sums up its losses for a report. At its end so")
    print("many nodes are alive:\n")
    ways: list[tuple[str, Callable[[Value], Value | float]]] = [
        ("total += loss            (wrong)", lambda loss: loss),
        ("total += loss.detach()   (so-so)", Value.detach),
        ("total += loss.data       (right)", lambda loss: loss.data),
    ]
    for name, kept in ways:
        print(f"  {name}{nodes_kept(kept):8,}")
    print("\nThe first keeps the graph of every epoch, as each sum holds the sum before it.")

    write_file(output / "kept.svg", svg(summed(3), gradients=False, partials=False))
    print(f"kept.svg in {output} is that graph after three.")

    with no_grad():
        guess = loss_of(w)
    print(f"\nwith no_grad(): the number is the same, {guess.data:g}, and its inputs are")
    print(f"{guess.inputs}: for a guess that needs no gradient, nothing is remembered.")


def loss_of(w: Value) -> Value:
    """tanh(w·2 − 3)²: w, four results and three plain numbers, which are nodes too."""
    return (w * 2 - 3).tanh() ** 2


def summed(epochs: int) -> Value:
    """The sum of the losses, each in a box of its own."""
    w, total = Value(0.5, "w"), Value(0.0, "0")
    for epoch in range(1, epochs + 1):
        with scope(f"epoch {epoch}"):
            total = total + loss_of(w)
            total.label = "total"
    return total


def nodes_kept(kept: Callable[[Value], Value | float]) -> int:
    """How many nodes are alive after a loop that sums up this of each loss."""
    w = Value(0.5, "w")
    total: Value | float = 0.0
    alive: WeakSet[Value] = WeakSet()
    for _ in range(EPOCHS):
        loss = loss_of(w)
        total = total + kept(loss)
        alive.update(topological_order([loss]))
        if isinstance(total, Value):
            alive.update(topological_order([total]))
        loss.backward()
        w.data -= 0.1 * w.grad
        w.grad = 0.0
        del loss
    return len(alive)
