"""The whole source text of a program, as a module that needs NumPy only."""

import inspect
from collections.abc import Sequence
from textwrap import indent

from engine import special
from engine.program.groups import write_groups
from engine.program.layout import Layout
from engine.program.plan import Group
from engine.program.simplify import Simplified
from engine.program.writing import Writer

ONE_BY_ONE = ("erf", "erfc", "gamma", "lgamma")  # NumPy lacks them
PYTHON_FUNCTIONS = {
    **{name: f"{name} = np.frompyfunc(math.{name}, 1, 1)" for name in ONE_BY_ONE},
    "remainder": "remainder = np.frompyfunc(math.remainder, 2, 1)",
}


def source_of(
    graph: Simplified, layout: Layout, groups: Sequence[Group]
) -> tuple[tuple[str, str], dict[str, int]]:
    """The source in two parts, and how many matrix products and gathers are in it.

    The first part is the same for all batches; the second sets up views and buffers for a batch of
    n samples, and defines the two passes over them.
    """
    writer = Writer(graph, layout)
    forward = writer.lines
    backward = write_groups(writer, groups, graph.outputs)
    if len(graph.outputs) > 1:
        backward = []
    outputs = [layout.row[p] for p in graph.outputs if graph.sampled[p]]
    if writer.copies_inputs or any(row < layout.n_inputs for row in outputs):
        forward.insert(0, f"S[:{layout.n_inputs}] = X")
    body = "\n".join([*forward, *backward])
    head = ["import math", "", "import numpy as np", ""]
    head += [line for name, line in PYTHON_FUNCTIONS.items() if f" {name}(" in body]
    if " polygamma(" in body:
        head += [inspect.getsource(special), "polygamma = np.frompyfunc(polygamma, 2, 1)"]
    passes = list(writer.setup)
    for name, part in (("forward", forward), ("backward", backward)):
        passes += ["", "", f"def {name}(X):", *[f"    {line}" for line in part]]
        if not part:
            passes.append("    pass")
    counts = {"products": writer.products, "gathers": writer.gathers}
    return ("\n".join([*head, *writer.arrays]), "\n".join([*passes, ""])), counts


def standalone(
    source: tuple[str, str],
    numbers: list[float],
    n_parameters: int,
    rows: Sequence[tuple[bool, int]],
    layout: Layout,
) -> str:
    """The source with the numbers, and functions that call it."""
    fours = [numbers[k : k + 4] for k in range(0, len(numbers), 4)]
    column = ",\n    ".join(", ".join(map(repr, four)) for four in fours)
    return STANDALONE.format(
        head=source[0],
        passes=indent(source[1], "    "),
        numbers=column,
        rows=list(rows),
        n_parameters=n_parameters,
        n_inputs=layout.n_inputs,
        n_rows=max(1, layout.n_sampled),
    )


STANDALONE = '''"""A scalar graph as NumPy code, written by glassgrad."""

{head}

K = np.array([
    {numbers},
])[:, None]
dK = np.zeros_like(K)
parameters = K[:{n_parameters}, 0]  # to be changed in place
ROWS = {rows}  # of the outputs: whether they depend on the sample, and which row it is


def build(n, S, dS):
    """The two passes over n samples, with their views and buffers."""
{passes}
    return forward, backward


def run(batch):
    """X, S, dS and the backward pass, after the forward pass for a batch (n, {n_inputs})."""
    X = np.asarray(batch, dtype=float).T
    S = np.zeros(({n_rows}, X.shape[1]))
    dS = np.zeros_like(S)
    forward, backward = build(X.shape[1], S, dS)
    forward(X)
    return X, S, dS, backward


def outputs(batch):
    """The outputs of n samples: shape (n, outputs)."""
    _, S, _, _ = run(batch)
    n = S.shape[1]
    return np.stack([S[row] if sampled else np.full(n, K[row, 0]) for sampled, row in ROWS], axis=1)


def value_and_gradient(batch):
    """The mean of the output over the samples, and its gradient by the parameters."""
    X, S, dS, backward = run(batch)
    (sampled, row), = ROWS
    if sampled:
        dS[row] = 1.0 / S.shape[1]
    else:
        dK[row] = 1.0
    backward(X)
    value = S[row].mean() if sampled else K[row, 0]
    return float(value), dK[:{n_parameters}, 0].copy()
'''
