"""The whole source text of a program, as a module that needs NumPy only."""

import inspect
from collections.abc import Sequence

from engine import special
from engine.program.groups import write_groups
from engine.program.layout import Layout
from engine.program.schedule import Group
from engine.program.simplify import Simplified
from engine.program.writing import Writer

ONE_BY_ONE = ("erf", "erfc", "gamma", "lgamma")  # NumPy lacks them
PYTHON_FUNCTIONS = {
    **{name: f"{name} = np.frompyfunc(math.{name}, 1, 1)" for name in ONE_BY_ONE},
    "remainder": "remainder = np.frompyfunc(math.remainder, 2, 1)",
}


def source_of(
    graph: Simplified, layout: Layout, groups: Sequence[Group]
) -> tuple[str, dict[str, int]]:
    """The source, and how many matrix products and gathers are in it."""
    writer = Writer(graph, layout)
    forward = writer.lines
    backward = write_groups(writer, groups, graph.outputs)
    if len(graph.outputs) > 1:
        backward = []
    body = "\n".join([*forward, *backward])
    head = ["import math", "", "import numpy as np", ""]
    head += [line for name, line in PYTHON_FUNCTIONS.items() if f" {name}(" in body]
    if " polygamma(" in body:
        head += [inspect.getsource(special), "polygamma = np.frompyfunc(polygamma, 2, 1)"]
    lines = [*head, *writer.arrays, "", "", "def build(n, S, K, dS, dK):"]
    lines += ['    """Views and buffers for n samples, and the two passes over them."""']
    lines += [f"    {line}" for line in writer.setup]
    for name, part in (("forward", forward), ("backward", backward)):
        lines += ["", f"    def {name}():", *[f"        {line}" for line in part]]
        if all(line.startswith("#") for line in part):
            lines.append("        pass")
    lines += ["", "    return forward, backward", ""]
    return "\n".join(lines), {"products": writer.products, "gathers": writer.gathers}


def standalone(
    source: str,
    numbers: list[float],
    n_parameters: int,
    n_inputs: int,
    rows: Sequence[tuple[bool, int]],
    n_rows: int,
) -> str:
    """The source with the numbers, and functions that call it."""
    fours = [numbers[k : k + 4] for k in range(0, len(numbers), 4)]
    column = ",\n    ".join(", ".join(map(repr, four)) for four in fours)
    head = '"""A scalar graph as NumPy code, written by glassgrad."""\n\n'
    return head + source + STANDALONE.format(
        numbers=column, n_parameters=n_parameters, n_inputs=n_inputs, rows=list(rows), n_rows=n_rows
    )


STANDALONE = '''

K = np.array([
    {numbers},
])[:, None]
dK = np.zeros_like(K)
parameters = K[:{n_parameters}, 0]  # to be changed in place
ROWS = {rows}  # of the outputs: whether they depend on the sample, and which row it is


def run(batch):
    """S, dS and the backward pass for a batch of shape (n, {n_inputs}), after the forward pass."""
    samples = np.asarray(batch, dtype=float)
    n = len(samples)
    S = np.zeros(({n_rows}, n))
    dS = np.zeros_like(S)
    forward, backward = build(n, S, K, dS, dK)
    S[:{n_inputs}] = samples.T
    forward()
    return S, dS, backward


def outputs(batch):
    """The outputs of n samples: shape (n, outputs)."""
    S, _, _ = run(batch)
    n = S.shape[1]
    return np.stack([S[row] if sampled else np.full(n, K[row, 0]) for sampled, row in ROWS], axis=1)


def value_and_gradient(batch):
    """The mean of the output over the samples, and its gradient by the parameters."""
    S, dS, backward = run(batch)
    (sampled, row), = ROWS
    if sampled:
        dS[row] = 1.0 / S.shape[1]
    else:
        dK[row] = 1.0
    backward()
    value = S[row].mean() if sampled else K[row, 0]
    return float(value), dK[:{n_parameters}, 0].copy()
'''
