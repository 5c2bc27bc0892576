"""Why did my gradient not change? Six reasons, each with the line that mends it.

It shows     a number that was changed after the graph was built, a step taken with old gradients,
             a way that was cut by .data, a leaf that is not used, a kink on its flat side; and what
             is refused because it would cut the way unseen: math.exp(v) and float(v)
It takes     about a second
It writes    nothing
"""

import math
from pathlib import Path
from textwrap import fill

from demos.helpers.tables import print_table
from engine import Value, gradients


def main(output: Path, *, quick: bool = False) -> None:
    """Six times, the gradient before and after; it is small already: `quick` changes nothing."""
    print(
        "1. A number was changed after the graph was built. y = x·x at x = 2, then x.data = 10:\n"
    )
    print_table(changed_number(), right={1})
    print("\n   gradients(y, [x]), which needs both, refuses:\n")
    print(fill(refusal_of_a_stale_graph(), 90, initial_indent="   ", subsequent_indent="   "), "\n")

    print("2. A step was taken without a new backward(), on (w − 3)² from w = 0:\n")
    print_table([("step", "backward() once", "before each step"), *descents()], right={0, 1, 2})
    print("\n   The gradient stays that of the first point, and w runs past the minimum.\n")

    x = Value(2.0, "x")
    cut = Value((x * x).data) * 3
    cut.backward()
    print(
        f"3. The way was cut: Value((x*x).data) * 3 gives x.grad = {x.grad:g}. Leave out .data.\n"
    )

    x, unused = Value(2.0, "x"), Value(5.0, "unused")
    (x * x).backward()
    print(
        f"4. Nothing was computed from it: unused.grad = {unused.grad:g} while x.grad = {x.grad:g}."
    )
    print("   Whether a graph has a leaf: unused in topological_order([y]).\n")

    x = Value(-2.0, "x")
    x.relu().backward()
    print(
        f"5. The function is flat there: relu at −2 has the slope {x.grad:g}, and so it stays for"
    )
    print("   every x < 0. leaky_relu, or another start, has a slope.\n")

    print(
        "6. A function of Python took the number out. A float has no graph, so this is refused:\n"
    )
    for text, refusal in refusals():
        print(fill(f"{text}: {refusal}", 90, initial_indent="   ", subsequent_indent="     "))
    print("\n   exp(v) of engine, or v.exp(), stays in the graph.")


def changed_number() -> list[tuple[str, str]]:
    """x.grad from the graph as it was, and from one that was built again."""
    x = Value(2.0, "x")
    y = x * x
    x.data = 10.0
    y.backward()
    old, x.grad = x.grad, 0.0
    (x * x).backward()
    return [
        ("", "x.grad"),
        ("the old graph: backward() uses the numbers it was built with", f"{old:g}"),
        ("built again: y = x * x", f"{x.grad:g}"),
    ]


def refusal_of_a_stale_graph() -> str:
    """What `gradients` answers where old numbers and new ones would be mixed."""
    x = Value(2.0, "x")
    y = x * x
    x.data = 10.0
    try:
        gradients(y, [x])
    except ValueError as error:
        return f"{error}"
    raise AssertionError("a stale graph was taken")


def refusals() -> list[tuple[str, str]]:
    """What is answered to functions that know floats alone."""
    v, found = Value(1.0, "v"), []
    for text, call in {"math.exp(v)": math.exp, "float(v)": float}.items():
        try:
            call(v)
        except TypeError as error:
            found.append((text, f"{error}"))
    return found


def descents() -> list[tuple[int, str, str]]:
    """w after each step, with the gradient of the start and with that of the point at hand."""
    rows = []
    start, w = Value(0.0), Value(0.0)
    ((start - 3) ** 2).backward()
    for step in range(1, 7):
        start.data -= 0.2 * start.grad
        w.grad = 0.0
        ((w - 3) ** 2).backward()
        w.data -= 0.2 * w.grad
        rows.append((step, f"{start.data:.3f}", f"{w.data:.3f}"))
    return rows
