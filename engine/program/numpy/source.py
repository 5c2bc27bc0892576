"""The whole source text of a program, as a module that needs NumPy only."""

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from textwrap import indent
from typing import NamedTuple

from engine.program.kernels import PlacedKernels
from engine.program.lines import Line, numbers_of_lines
from engine.program.numpy import runtime
from engine.program.numpy.blocks import in_blocks
from engine.program.numpy.formulas import repeated
from engine.program.numpy.kept import kept_terms
from engine.program.numpy.kernels import KINDS
from engine.program.numpy.native import LACKED, imports
from engine.program.numpy.reused import reused
from engine.program.numpy.setup import MARGIN
from engine.program.numpy.writer import Writer
from engine.program.parts import Titles

MOST_LINES = 50  # of a pass that is one function; Python's compiler takes some 4 KB for each
FEW_LINES = 30  # of each function of a longer one
OF_BLOCK = 10  # lines of what is set up, which nobody has to call
LONG = 60  # characters, which count as one more line


class Source(NamedTuple):
    """The text in blocks of whole statements, and which groups its last lines are of.

    First stands what the source takes along: imports, and functions of `runtime.py`. The head is
    the same for all batches; the passes set up views and buffers for a batch of n samples, and
    define the two passes over them.
    """

    taken: list[str]  # the names of those functions
    head: list[str]
    passes: list[str]
    groups: list[tuple[int, ...]]  # of each line of the two passes, with which the text ends

    @property
    def head_text(self) -> str:
        """What is the same for all batches, with what it takes along."""
        return "\n".join([first_lines(self.taken), *self.head])

    @property
    def text(self) -> str:
        return "\n".join([self.head_text, *self.passes, ""])

    @property
    def lines(self) -> dict[int, list[int]]:
        """The numbers of the lines of each group, from 0."""
        return numbers_of_lines(self.groups, self.text.count("\n") - len(self.groups))


def source_of(kernels: PlacedKernels, titles: Titles) -> Source:
    """The passes as NumPy calls, with a title above the lines of each group."""
    taken, head, setup, forward, backward = written(in_blocks(reused(kernels)), titles)
    passes = [*functions("forward", forward), *functions("backward", backward)]
    texts = [*setup, *blocks([line.text for line in passes])]
    return Source(taken, head, texts, [line.groups for line in passes])


def written(
    kernels: PlacedKernels, titles: Titles
) -> tuple[list[str], list[str], list[str], list[Line], list[Line]]:
    """What is taken along, the blocks of the head and of what is set up, and the lines of both
    passes."""
    kept = kept_terms(kernels.forward, kernels.backward)
    writer = Writer(kernels.rows, kept, repeated([*kernels.forward, *kernels.backward]))
    forward, backward = [
        writer.written(KINDS, steps, titles) for steps in (kernels.forward, kernels.backward)
    ]
    n_inputs = kernels.rows.n_inputs
    returns_an_input = any([batched and row < n_inputs for batched, row in kernels.outputs])
    if writer.copies_inputs or returns_an_input:
        forward.insert(0, Line((), f"{MARGIN}S[:{n_inputs}] = X"))
    constants, setup = writer.definitions()
    own = [line for lines in writer.functions.values() for line in (*lines, "", "")]
    called = writer.called
    taken = [name for name in vars(runtime) if name in called]
    lacked = "\n".join(imports(LACKED.keys() & called))
    head = [*filter(None, [lacked]), *blocks(own), *blocks(constants)]
    return taken, head, blocks(setup), forward, backward


def functions(name: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of a pass as a function; a long one calls several, each of whole groups, or of the
    statements of one that is long itself, as a chain may be."""
    lines = lines or [Line((), f"{MARGIN}pass")]
    sizes = Counter([line.groups for line in lines])

    def may_start(number: int) -> bool:
        groups, text = lines[number]
        first = text[len(MARGIN)]
        return first == "#" or (first != " " and sizes[groups] > MOST_LINES)

    most = MOST_LINES if len(lines) <= MOST_LINES else FEW_LINES
    parts = cut([line.text for line in lines], may_start, most)
    names = [name] if len(parts) == 1 else [f"{name}{k + 1}" for k in range(len(parts))]
    defined = {part: lines[where] for part, where in zip(names, parts)}
    if len(parts) > 1:
        defined[name] = [Line((), f"{MARGIN}{part}(X)") for part in names]
    result: list[Line] = []
    for part, within in defined.items():
        result += [Line((), text) for text in ("", "", f"def {part}(X):")]
        result += within
    return result


def blocks(lines: Sequence[str]) -> list[str]:
    """The lines in texts that are compiled one after the other: a statement of several lines, all
    but the first of which are indented or empty, stays whole."""
    parts = cut(lines, lambda number: lines[number][:1].strip() != "", OF_BLOCK)
    return ["\n".join(lines[where]) for where in parts]


def cut(lines: Sequence[str], may_start: Callable[[int], bool], most: int) -> list[slice]:
    """Parts of so many lines, and what follows up to the next line where one may start."""
    cuts, size = [0], 0
    for number, line in enumerate(lines):
        if size >= most and may_start(number):
            cuts.append(number)
            size = 0
        size += 1 + len(line) // LONG
    return [slice(*ends) for ends in pairwise([*cuts, len(lines)])] if lines else []


def first_lines(taken: Sequence[str]) -> str:
    """Imports, and the functions that are taken along."""
    lines = ["import math", "", "import numpy as np", ""]
    if taken:
        texts = runtime_functions()
        lines += ["from typing import Any", "", "", *[texts[name] for name in taken]]
    return "\n".join(lines)


@cache
def runtime_functions() -> dict[str, str]:
    """The texts of the functions by name, each with two empty lines after it; `inspect` would parse
    the file for each."""
    _, *texts = inspect.getsource(runtime).split("\n\n\n")
    return {text.partition("(")[0].removeprefix("def "): f"{text.rstrip()}\n\n" for text in texts}


def standalone(source: Source, kernels: PlacedKernels, parameters: Sequence[float]) -> str:
    """The source with its numbers, and functions that call it. What it computes anew begins at 0,
    as what an error left there may be no finite number."""
    rows, outputs = kernels.rows, kernels.outputs
    numbers = dict(enumerate(parameters)) | kernels.constants
    form = STANDALONE + WITH_GRADIENT * (len(outputs) == 1)
    return form.format(
        head=source.head_text,
        passes=indent("\n".join([*source.passes, ""]), "    "),
        numbers=listed([numbers.get(row, 0.0) for row in range(max(1, rows.n_others))], 4),
        rows=listed(outputs, 6),
        n_parameters=len(parameters),
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
    value = np.dot(S[row], dS[row]) if batched else K[row, 0]
    backward(X)
    return float(value), dK[:{n_parameters}, 0].copy()
'''
