"""The whole source text of a program, as a module that needs NumPy only."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Sequence
from textwrap import indent
from typing import Any, NamedTuple

from engine.program.graph import Graph
from engine.program.kernels import Kernels, Rows, Step
from engine.program.lines import Line, write_steps
from engine.program.numpy.kernels import KINDS
from engine.program.numpy.native import LACKED, imports
from engine.program.numpy.runtime import checked, running, view
from engine.program.numpy.writer import Writer


class Source(NamedTuple):
    """The text in two parts, and which lines of both together are of which group.

    The first part is the same for all batches; the second sets up views and buffers for a batch of
    n samples, and defines the two passes over them.
    """

    head: str
    passes: str
    lines: dict[int, list[int]]  # numbers from 0, by group

    @property
    def text(self) -> str:
        return f"{self.head}\n{self.passes}"


def source_of(kernels: Kernels, titles: Sequence[str]) -> Source:
    """The passes as NumPy calls, with a title above the lines of each group."""
    graph, rows = kernels.graph, kernels.rows
    assert rows is not None, "layout comes before a program is written"
    writer = Writer(rows)
    forward = written(writer, kernels.forward, titles)
    backward = written(writer, kernels.backward, titles)
    if writer.copies_inputs or returns_an_input(graph, rows):
        forward.insert(0, Line((), f"S[:{rows.n_inputs}] = X"))
    head = head_of(writer, [line.text for line in (*forward, *backward)])
    passes = [Line((), text) for text in writer.setup]
    for name, lines in (("forward", forward), ("backward", backward)):
        passes += [Line((), text) for text in ("", "", f"def {name}(X):")]
        passes += [Line(line.groups, f"    {line.text}") for line in lines or [Line((), "pass")]]
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(passes, "\n".join(head).count("\n") + 1):
        for group in line.groups:
            numbers[group].append(number)
    texts = [line.text for line in passes]
    return Source("\n".join(head), "\n".join([*texts, ""]), dict(numbers))


def head_of(writer: Writer, lines: Sequence[str]) -> list[str]:
    """What stands before the passes: the functions that their lines call, and index arrays."""
    called = {line.partition("= ")[2].partition("(")[0] for line in lines}
    head = ["import math", "", "import numpy as np", "", *imports(called & LACKED.keys())]
    text = "\n".join(lines)
    taken: list[Callable[..., Any]] = [view] * writer.uses_view
    taken += [checked] * ("checked(" in text) + [running] * ("running(" in text)
    if taken:
        head += ["from typing import Any", "", ""]
    for function in taken:
        head += [*inspect.getsource(function).splitlines(), "", ""]
    return head + writer.arrays


def written(writer: Writer, steps: Sequence[Step], titles: Sequence[str]) -> list[Line]:
    """The lines of a pass, with a comment above each group."""
    writer.lines, writer.copied = [], {}
    write_steps(writer, KINDS, steps, titles)
    return writer.lines


def returns_an_input(graph: Graph, rows: Rows) -> bool:
    return any(graph.batched[p] and rows.row[p] < rows.n_inputs for p in graph.outputs)


def standalone(
    source: Source,
    numbers: list[float],
    n_parameters: int,
    outputs: Sequence[tuple[bool, int]],
    rows: Rows,
) -> str:
    """The source with the numbers, and functions that call it."""
    form = STANDALONE + WITH_GRADIENT * (len(outputs) == 1)
    return form.format(
        head=source.head,
        passes=indent(source.passes, "    "),
        numbers=listed(numbers, 4),
        rows=listed(outputs, 6),
        n_parameters=n_parameters,
        n_inputs=rows.n_inputs,
        n_outputs=len(outputs),
        n_rows=max(1, rows.n_batched),
    )


def listed(items: Sequence[object], per_line: int) -> str:
    """The items as they stand between the brackets of a list."""
    lines = [items[k : k + per_line] for k in range(0, len(items), per_line)]
    return ",\n".join(["    " + ", ".join(map(repr, line)) for line in lines])


STANDALONE = '''"""A scalar graph as NumPy code, written by glassgrad.

`outputs` takes n samples, shape (n, {n_inputs}), and returns (n, {n_outputs}).
"""

{head}

K = np.array([
{numbers},
])[:, None]
dK = np.zeros_like(K)
parameters = K[:{n_parameters}, 0]  # to be changed in place
ROWS = [  # of the outputs: whether each depends on the sample, and which row it is
{rows},
]


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
    """The outputs of n samples: shape (n, {n_outputs})."""
    _, S, _, _ = run(batch)
    n = S.shape[1]
    return np.stack([S[row] if batched else np.full(n, K[row, 0]) for batched, row in ROWS], axis=1)
'''

WITH_GRADIENT = '''

def value_and_gradient(batch):
    """The mean of the output over the samples, and its gradient by the parameters."""
    X, S, dS, backward = run(batch)
    (batched, row), = ROWS
    if batched:
        dS[row] = 1.0 / S.shape[1]
    else:
        dK[row] = 1.0
    backward(X)
    value = S[row].mean() if batched else K[row, 0]
    return float(value), dK[:{n_parameters}, 0].copy()
'''
