"""Why zero the gradients: leaves keep adding, and each step would follow past gradients too.

It shows     gradient descent on (w − 3)² with and without zeroing; what a second backward() does
             to leaves and to the nodes in between
It takes     about a second
It writes    descent.svg, the graph of the loss after backward() has run twice
"""

from pathlib import Path

from demos.helpers.tables import print_table
from engine import Value, svg
from engine.files import write_file
from engine.names import digits


def main(output: Path, *, quick: bool = False) -> None:
    """Descend twice, then run backward twice; it is small already: `quick` changes nothing."""
    print("Minimise (w − 3)² from w = 0 with the step w −= 0.1 · gradient:\n")
    forgetful, right = descend(zeroing=False), descend(zeroing=True)
    steps = (0, 1, 2, 3, 5, 10, 20, 30)
    rows = [(step, f"{forgetful[step]:.4f}", f"{right[step]:.4f}") for step in steps]
    print_table([("step", "never zeroed", "zeroed each step"), *rows], right={0, 1, 2})
    print("\nWithout zeroing, each step follows the sum of all gradients so far: w swings back")
    print("and forth around 3, like a ball without friction. (That is momentum without its brake.)")

    w = Value(0.0, "w")
    loss = loss_of(w)
    error = loss.inputs[0]
    print("\nWhat backward() does when it runs again on the same graph:\n")
    rows = [("times", "w (a leaf)", "w − 3 (in between)")]
    for times in (1, 2, 3):
        loss.backward()
        rows.append((str(times), digits(w.grad), digits(error.grad)))
    print_table(rows, right={0, 1, 2})
    write_file(output / "descent.svg", svg(loss))
    print("\nLeaves add up, so that the gradients of several losses or batches can be summed on")
    print("purpose. Nodes in between start afresh each time: they belong to this one graph. So")
    print("what you reset is the leaves, which are the parameters: optimizer.zero_grad().")
    print(f"\ndescent.svg is in {output}")


def loss_of(w: Value) -> Value:
    error = w - 3
    error.label = "error"
    return error**2


def descend(*, zeroing: bool) -> list[float]:
    """w before each of 30 steps downhill, and after the last."""
    w = Value(0.0, "w")
    path = [w.data]
    for _ in range(30):
        if zeroing:
            w.grad = 0.0
        loss_of(w).backward()
        w.data -= 0.1 * w.grad
        path.append(w.data)
    return path
