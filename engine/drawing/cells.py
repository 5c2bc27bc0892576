"""What recurrent layers and attention compute, as textbooks draw it: their diagrams."""

from engine.drawing.blocks import Diagram, Grid, Part, Wire


def rnn_cell(activation: str) -> Diagram:
    """h = activation(W x + U h + b): x from below, y above, h from step to step."""
    parts = {
        "h": Part("hₜ₋₁", (-0.5, 1.0)),
        "x": Part("xₜ", (1.1, -0.3)),
        "cell": Part(f"W x + U h + b\n{activation}", (1.1, 1.0), "gate"),
        "y": Part("yₜ = hₜ", (2.1, 2.1)),
        "next": Part("hₜ", (3.0, 1.0)),
    }
    wires = [
        Wire(("h", "cell")),
        Wire(("x", "cell")),
        Wire(("cell", "next")),
        Wire(((2.1, 1.0), "y")),
    ]
    return Diagram(parts, wires, frame=((0.0, 0.2), (2.5, 1.7)))


def lstm_cell() -> Diagram:
    """c = f · c + i · g above, h = o · tanh(c) below: x from below, y above."""
    parts = {
        "c": Part("cₜ₋₁", (-0.5, 3.0)),
        "h": Part("hₜ₋₁", (-0.5, 0.5)),
        "x": Part("xₜ", (0.3, -0.3)),
        "f": Part("f\nσ", (0.9, 1.3), "gate"),
        "i": Part("i\nσ", (1.8, 1.3), "gate"),
        "g": Part("g\ntanh", (2.7, 1.3), "gate"),
        "o": Part("o\nσ", (3.6, 1.3), "gate"),
        "keep": Part("×", (0.9, 3.0), "operation"),
        "new": Part("×", (2.7, 2.2), "operation"),
        "add": Part("+", (2.7, 3.0), "operation"),
        "tanh": Part("tanh", (4.6, 2.55), "gate"),
        "show": Part("×", (4.6, 1.85), "operation"),
        "y": Part("yₜ = hₜ", (5.3, 3.9)),
        "next c": Part("cₜ", (6.0, 3.0)),
        "next h": Part("hₜ", (6.0, 0.5)),
    }
    wires = [
        Wire(("c", "keep")),
        Wire(("keep", "add")),
        Wire(("add", "next c")),
        Wire(("h", "o"), [(3.6, 0.5)]),
        Wire(("x", (0.3, 0.5)), arrow=False),
        Wire(((0.9, 0.5), "f")),
        Wire(((1.8, 0.5), "i")),
        Wire(((2.7, 0.5), "g")),
        Wire(("f", "keep")),
        Wire(("i", "new"), [(1.8, 2.2)]),
        Wire(("g", "new")),
        Wire(("new", "add")),
        Wire(((4.6, 3.0), "tanh")),
        Wire(("tanh", "show")),
        Wire(("o", "show"), [(3.6, 1.85)]),
        Wire(("show", "next h"), [(4.6, 0.5)]),
        Wire(((5.3, 0.5), "y")),
    ]
    return Diagram(parts, wires, frame=((0.0, 0.2), (5.6, 3.5)))


def gru_cell() -> Diagram:
    """h = (1 − z) · n + z · h: x from below, y above, h along the top."""
    parts = {
        "h": Part("hₜ₋₁", (-0.5, 3.4)),
        "x": Part("xₜ", (0.7, -0.5)),
        "recall": Part("U h + c", (1.1, 2.4), "gate"),
        "r": Part("r\nσ", (2.2, 1.3), "gate"),
        "forget": Part("×", (2.2, 2.4), "operation"),
        "n": Part("n\ntanh", (3.3, 2.4), "gate"),
        "z": Part("z\nσ", (4.3, 1.3), "gate"),
        "keep": Part("×", (4.3, 3.4), "operation"),
        "rest": Part("1−", (5.2, 1.3), "operation"),
        "new": Part("×", (5.2, 2.4), "operation"),
        "add": Part("+", (5.2, 3.4), "operation"),
        "y": Part("yₜ = hₜ", (5.9, 4.3)),
        "next": Part("hₜ", (6.6, 3.4)),
    }
    wires = [
        Wire(("h", "keep")),
        Wire(("keep", "add")),
        Wire(("add", "next")),
        Wire(((5.9, 3.4), "y")),
        Wire(((0.3, 3.4), "z"), [(0.3, 0.5), (4.3, 0.5)]),
        Wire(((0.3, 2.4), "recall")),
        Wire(("recall", "forget")),
        Wire(("x", (0.7, 0.5)), arrow=False),
        Wire(((0.7, 0.1), "n"), [(3.3, 0.1)]),
        Wire(((2.2, 0.5), "r")),
        Wire(("r", "forget")),
        Wire(("forget", "n")),
        Wire(("n", "new")),
        Wire(("z", "keep")),
        Wire(("z", "rest")),
        Wire(("rest", "new")),
        Wire(("new", "add")),
    ]
    return Diagram(parts, wires, frame=((0.0, -0.1), (6.2, 3.8)))


def attention_diagram(*, causal: bool) -> Diagram:
    """q, k and v of every position, the shares p, and what is mixed of the values."""
    cells = sketched_shares(4, causal=causal)
    parts = {
        "x": Part("xᵢ", (1.5, -0.3)),
        "q": Part("q\nW x + b", (0.5, 1.0), "gate"),
        "k": Part("k\nW x + b", (1.5, 1.0), "gate"),
        "v": Part("v\nW x + b", (3.0, 1.0), "gate"),
        "scores": Part("qᵢ · kⱼ / √d", (1.0, 1.95), "gate"),
        "softmax": Part("softmax", (1.0, 2.6), "gate"),
        "p": Part(Grid(cells, "p", written=False), (1.0, 3.6)),
        "mix": Part("Σⱼ pᵢⱼ vⱼ", (3.0, 3.6), "gate"),
        "o": Part("W o + b", (3.0, 4.3), "gate"),
        "y": Part("yᵢ", (3.0, 5.2)),
    }
    wires = [
        Wire(("x", "k")),
        Wire(((1.5, 0.3), "q"), [(0.5, 0.3)]),
        Wire(((1.5, 0.3), "v"), [(3.0, 0.3)]),
        Wire(("q", "scores"), []),
        Wire(("k", "scores"), []),
        Wire(("scores", "softmax")),
        Wire(("softmax", "p")),
        Wire(("p", "mix")),
        Wire(("v", "mix")),
        Wire(("mix", "o")),
        Wire(("o", "y")),
    ]
    return Diagram(parts, wires, frame=((-0.1, 0.1), (3.8, 4.8)))


def sketched_shares(count: int, *, causal: bool) -> list[list[float | None]]:
    """Shares as they might be: a position looks most at itself, and if causal at none after it."""
    rows: list[list[float | None]] = []
    for i in range(count):
        seen = i + 1 if causal else count
        weights = [1.0 / (1.0 + abs(i - j)) for j in range(seen)]
        shares = [weight / sum(weights) for weight in weights]
        rows.append([*shares, *[None] * (count - seen)])
    return rows
