"""Why attention mixes positions, and where its gradient goes: by hand, then in a layer.

It shows     a query that asks three positions: shares p = softmax(q·k) of 1, and a mean of the
             values. Back along each value goes the share, along each key how far its value lies
             from the mean. Then which inputs of a layer a gradient reaches, causal and not
It takes     about a second
It writes    attention.svg, the graph by hand; and reach.svg, from which output to which input a
             gradient goes
"""

from pathlib import Path
from random import Random

from demos.helpers.tables import print_table
from engine import Value, softmax, svg
from engine.drawing.blocks import Grid, Grids
from engine.drawing.grids import draw_grids
from engine.drawing.rendering import render_svg
from engine.files import write_file
from engine.functions import dot
from nn import SelfAttention

Rows = list[list[float]]
QUERY, KEYS, VALUES = 1.0, (2.0, 0.0, 1.0), (5.0, 1.0, 3.0)
POSITIONS, SIZE = 4, 2


def main(output: Path, *, quick: bool = False) -> None:
    """Ask three positions, and go back; it is small already: `quick` changes nothing."""
    q = Value(QUERY, "q")
    keys = [Value(k, f"k{j}") for j, k in enumerate(KEYS, 1)]
    values = [Value(v, f"v{j}") for j, v in enumerate(VALUES, 1)]
    shares = softmax([q * k for k in keys])
    y = dot(shares, values)
    y.label = "y"
    y.backward()

    print("Position 3 asks with its query q = 1. Each position has a key to answer, and a value:\n")
    rows: list[tuple[object, ...]] = [
        ("position", "key", "value", "share p", "∂y/∂v", "∂y/∂k", "q·p·(v − y)")
    ]
    for j, (k, v, p) in enumerate(zip(keys, values, shares), 1):
        numbers = [p.data, v.grad, k.grad, q.data * p.data * (v.data - y.data)]
        rows.append((j, k.data, v.data, *(f"{x:.4f}" for x in numbers)))
    print_table(rows)
    print(f"\ny = Σ p·v = {y.data:.4f}, a mean of the values: position 3 says what others hold. A")
    print("neuron at each position, without attention, could not know what stands elsewhere.")
    print("\nThe gradient goes back three ways. Along a value: its share, which is its factor.")
    print("Along a key: what one gains in share the others lose, so it counts how far v lies from")
    print("y, and the three are 0 in sum. Along the query, by all positions: Σ p·k·(v − y).")
    by_hand = sum(p.data * k.data * (v.data - y.data) for k, v, p in zip(keys, values, shares))
    print(f"∂y/∂q = {q.grad:.4f}, and by hand {by_hand:.4f}.")
    print("\nIn the picture softmax first subtracts the maximum from all scores, which changes no")
    print("share: the gradient there is 0, but for rounding.")
    write_file(output / "attention.svg", svg(y))

    print("\nIn a layer every position asks. The size of the gradient from output i (row) to input")
    print("j (column), with all positions in sight, then causal, where none sees a later one:\n")
    grids = []
    for causal in (False, True):
        sizes = reach(SelfAttention(SIZE, causal=causal, rng=Random(1)))
        rows = [(i, *(f"{x:.3f}" for x in row)) for i, row in enumerate(sizes, 1)]
        print_table([("", *range(1, POSITIONS + 1)), *rows])
        print()
        grids.append(Grid(sizes, "causal" if causal else "all in sight", "from row i to column j"))
    print("Above the diagonal a causal layer has 0: what comes later has no part in it.")
    write_file(output / "reach.svg", render_svg(draw_grids(Grids([grids])).picture()))
    print(f"\nattention.svg and reach.svg are in {output}")


def reach(layer: SelfAttention) -> Rows:
    """Σ |∂y/∂x| over the numbers of output i and input j, for each i and j."""
    rng, rows = Random(2), []
    start = [[rng.uniform(-1.0, 1.0) for _ in range(SIZE)] for _ in range(POSITIONS)]
    for i in range(POSITIONS):
        row = [0.0] * POSITIONS
        for d in range(SIZE):
            xs = [[Value(x) for x in position] for position in start]
            layer(xs)[i][d].backward()
            row = [total + sum(abs(x.grad) for x in position) for total, position in zip(row, xs)]
        rows.append(row)
    return rows
