"""Why zero the gradients: leaves keep adding, and each step would follow past gradients too.

It shows     gradient descent on (w − 3)² with and without zeroing; what a second backward() does
             to leaves and to the nodes in between
It takes     about a second
It writes    descent.svg, the graph of the loss after backward() has run twice
"""

from pathlib import Path

from engine import Value, svg


def main(output: Path, *, quick: bool = False) -> None:
    """Descend twice, then run backward twice; it is small already: `quick` changes nothing."""
    print("Minimise (w − 3)² from w = 0 with the step w −= 0.1 · gradient:\n")
    forgetful, right = descend(zeroing=False), descend(zeroing=True)
    print("  step   never zeroed   zeroed each step")
    for step in (0, 1, 2, 3, 5, 10, 20, 30):
        print(f"  {step:4}{forgetful[step]:15.4f}{right[step]:19.4f}")
    print("\nWithout zeroing, each step follows the sum of all gradients so far: w swings back")
    print("and forth around 3, like a ball without friction. (That is momentum without its brake.)")

    w = Value(0.0, "w")
    loss = loss_of(w)
    error = loss.inputs[0]
    print("\nWhat backward() does when it runs again on the same graph:\n")
    print("        times   w (a leaf)   w − 3 (in between)")
    for times in (1, 2, 3):
        loss.backward()
        print(f"  {times:11}{w.grad:13g}{error.grad:21g}")
    print("\nLeaves add up, so that the gradients of several losses or batches can be summed on")
    print("purpose. Nodes in between start afresh each time: they belong to this one graph. So")
    print("what you reset is the leaves, which are the parameters: optimizer.zero_grad().")
    (output / "descent.svg").write_text(svg(loss), encoding="utf-8")
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
