"""A program as one C file that needs a compiler for C99 and libm: to be run where Python is not.

Only what depends on the sample is computed there. All else, parameters and what is made of them, is
in constant arrays.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from engine.floats import evaluate
from engine.messages import brief, counted, first_ten
from engine.program.c.kernels import KINDS
from engine.program.c.native import library, words_in
from engine.program.c.phases import Phases, phases_of
from engine.program.c.writer import Writer, as_comment, buffer_name, constant_array
from engine.program.graph import Graph, Operation, Parameter, Sum
from engine.program.kernels import Buffer, Gather, PlacedKernels, Scattered
from engine.program.lines import write_steps
from engine.program.loops import unrolled
from engine.program.parts import Titles


def c_file(
    kernels: PlacedKernels, titles: Titles, parameters: Sequence[float], labels: Sequence[str]
) -> str:
    """The text of the file: `predict` for one sample, with these parameters.

    Raises DomainError or OverflowError where what is made of parameters is no finite number.
    """
    rows = kernels.rows
    kernels = replace(kernels, backward=[])
    phases, writer = phases_of(kernels), Writer(blocks=False, n_inputs=rows.n_inputs)
    write_steps(writer, KINDS, phases.forward, titles)
    predict = predict_function(writer, kernels.outputs)
    used = words_in(predict)
    constants = constant_arrays(kernels, phases, parameters)
    constants = {name: numbers for name, numbers in constants.items() if name in used}
    memory = {"S": rows.n_batched, "G": phases.rows_of_g}
    memory |= {buffer_name(x): x.rows for x in phases.buffers if x.batched}
    memory = {name: size for name, size in memory.items() if name in used}
    parts = writer.definitions()
    parts = [*library("\n".join([*parts, predict]), ["exact.c", "single.c"]), *parts, predict]
    arrays = [constant_array("double", name, numbers) for name, numbers in constants.items()]
    arrays += [f"static double {name}[{size}];" for name, size in memory.items()]
    title = TITLE.format(
        inputs=counted(rows.n_inputs, "number"),
        names=as_comment(brief(", ".join(first_ten(list(labels))))) if any(labels) else "no labels",
        outputs=counted(len(kernels.outputs), "number"),
        constant=8 * sum(map(len, constants.values())),
        memory=8 * sum(memory.values()),
    )
    return "\n\n".join([title, *arrays, *parts])


def predict_function(writer: Writer, outputs: Sequence[tuple[bool, int]]) -> str:
    """The lines that are written, between those that read the inputs and write the outputs."""
    n = writer.n_inputs
    lines = [f"for (int k = 0; k < {n}; k++)", "    S[k] = inputs[k];"] if n else []
    lines += [line.text for line in writer.lines]
    lines += output_lines(writer, outputs)
    if n == 0:
        lines.append("(void)inputs;")
    body = "\n".join([f"    {line}" for line in lines])
    return f"void predict(const double *inputs, double *outputs)\n{{\n{body}\n}}\n"


def output_lines(writer: Writer, outputs: Sequence[tuple[bool, int]]) -> list[str]:
    """What puts each output in its place: a line for each, or for many of one array a loop."""
    sources = ["S" if batched else "K" for batched, _ in outputs]
    rows = [row for _, row in outputs]
    if len(rows) <= 4 or len(set(sources)) > 1:
        return [
            f"outputs[{k}] = {array}[{row}];" for k, (array, row) in enumerate(zip(sources, rows))
        ]
    if rows == list(range(rows[0], rows[0] + len(rows))):
        row = f"{rows[0]} + k"
    else:
        row = f"{writer.table('output_rows', rows)}[k]"
    return [f"for (int k = 0; k < {len(rows)}; k++)", f"    outputs[k] = {sources[0]}[{row}];"]


TITLE = """\
/* A scalar graph as C99, written by glassgrad: no heap, and no library but libm.

       void predict(const double *inputs, double *outputs);

   inputs: {inputs} ({names}); outputs: {outputs}.
   It needs {constant} bytes of constants and {memory} bytes of memory. The memory is static: one
   call at a time. Link it with -lm, and declare the function as above where it is called; in C++,
   as of an Arduino, after extern "C".

   Nothing is checked: what no double can hold becomes INFINITY or NAN. Sums are taken in an order
   of their own, as w*(x + y) for w*x + w*y, and so may be too large where the graph's are not. */

#include <math.h>"""


def constant_arrays(
    kernels: PlacedKernels, phases: Phases, parameters: Sequence[float]
) -> dict[str, list[float]]:
    """The numbers of K, and of what is gathered from it."""
    rows = kernels.rows
    numbers = numbers_of(kernels.graph, parameters)
    whole = [0.0] * rows.n_others
    for place, number in numbers.items():
        if rows.row[place] >= 0:
            whole[rows.row[place]] = number
    arrays = {"K": whole, "H": [0.0] * phases.rows_of_h}
    for _, kernel in unrolled(phases.forward_once):
        match kernel:
            case Gather(Scattered(numbers=taken), Buffer("g", first, count)):
                arrays["H"][first : first + count] = [whole[row] for row in taken]
            case Gather(Scattered(numbers=taken), Buffer() as buffer):
                arrays[buffer_name(buffer)] = [whole[row] for row in taken]
    return arrays


def numbers_of(graph: Graph, parameters: Sequence[float]) -> dict[int, float]:
    """The numbers of all nodes that are the same for all samples."""
    numbers = dict(graph.constants)
    for place in graph.needed:
        if graph.batched[place]:
            continue
        match graph.nodes[place]:
            case Parameter(position):
                numbers[place] = parameters[position]
            case Operation(rule, inputs, fixed):
                free = [numbers[input] for input in inputs]
                numbers[place] = evaluate(rule, *rule.arguments(free, fixed))
            case Sum(constant, linear, products):
                numbers[place] = sum(
                    [factor * numbers[a] * numbers[b] for factor, a, b in zip(*products)],
                    sum([factor * numbers[a] for factor, a in zip(*linear)], constant),
                )
                if not isfinite(numbers[place]):
                    raise OverflowError("a sum made of parameters is too large for a float")
    return numbers
