"""The whole text of a program in C.

It holds the library that the program needs, its functions, the passes over a block of samples, and
the functions that go through a batch block by block.
"""

from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from engine.program.c.kernels import KINDS
from engine.program.c.native import declarations, library, words_in
from engine.program.c.phases import Phases, phases_of
from engine.program.c.writer import Writer, buffer_name
from engine.program.kernels import PlacedKernels, Rows, Step
from engine.program.lines import Line, numbers_of_lines, write_steps
from engine.program.parts import Titles

MEMORY = 1 << 19  # bytes, about so many for a block: they stay in the processor's own memory. It
# has as many more as the weights take, since all of these are read for each block
MOST_SAMPLES = 136
LONGEST = 400  # lines of a function: compilers take long over long ones


class Source(NamedTuple):
    """The text, which of its lines are of which group of kernels, numbered from 0, and the tables
    that it is handed, one after the other."""

    text: str
    lines: dict[int, list[int]]
    tables: "array[int]"


def source_of(kernels: PlacedKernels, titles: Titles) -> Source:
    """The C of both passes, with a title above the calls of each group."""
    rows = kernels.rows
    phases, writer = phases_of(kernels), Writer(blocks=True, n_inputs=rows.n_inputs)
    has_gradient = len(kernels.graph.outputs) == 1
    parts = ["forward_once", "forward"] + ["backward", "backward_once"] * has_gradient
    passes: list[Line] = []
    for name in parts:
        passes += pass_lines(writer, name, getattr(phases, name), titles)
    entries = entry_points(writer, kernels, phases, has_gradient=has_gradient)
    fields = memory(rows, phases, writer.tables, has_gradient=has_gradient)
    own = writer.definitions()
    rest = "\n".join([line.text for line in passes])
    text = "\n".join([*own, rest, entries])
    used = [*declarations(text), *library(text, ["exact.c", "fast.c"])]
    before = "\n\n".join([HEAD, fields, *used, *own]) + "\n\n"
    numbers = numbers_of_lines([line.groups for line in passes], before.count("\n"))
    tables = array("i", chain.from_iterable(writer.tables))
    return Source(f"{before}{rest}\n\n{entries}", numbers, tables)


HEAD = """\
/* Written by glassgrad. The batch is computed block by block, in `forward` and then `backward`, at
   the end of this file; a block is as many samples as have all their numbers in the processor's own
   memory. What no sample changes is computed once, before the first block or after the last.

   The passes call a function for each group of operations of one form. It is told how many `rows`
   it computes, and for its inputs and outputs where the first row is, and how many rows further the
   next one: 0 where all read the same. Inputs are x0, x1, ...; in derivatives y is the operation's
   result, and d the gradient that comes to it. A row has a number for each sample of the block,
   x0[s], or one for all, x0[0]. `width` is how many samples there are: always a multiple of eight,
   which ~7 tells the compiler. Rows that do not lie evenly are listed in tables, which the program
   is handed when it is loaded. A row of a block begins a line of the processor's cache. Products of
   matrices are in library/products.c, a file of its own. */

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ALIGNED __attribute__((aligned(64)))
#define WIDTH (SAMPLES == 8 ? 8 : width & ~7)
#define EACH_SAMPLE _Pragma("GCC ivdep") for (int s = 0; s < WIDTH; s++)"""


def memory(
    rows: Rows, phases: Phases, tables: Mapping[tuple[int, ...], str], *, has_gradient: bool
) -> str:
    """The numbers of a block; a row has one for each sample, or a single one."""
    single = [("K", rows.n_others)] + [("dK", rows.n_others)] * has_gradient
    several = [("S", rows.n_batched)] + [("dS", rows.n_batched)] * has_gradient
    single += [("H", phases.rows_of_h)] * (phases.rows_of_h > 0)
    several += [("G", phases.rows_of_g)] * (phases.rows_of_g > 0)
    for buffer in phases.buffers:
        (several if buffer.batched else single).append((buffer_name(buffer), buffer.rows))
    used = sum([size for _, size in several]) - rows.n_inputs * has_gradient
    samples = samples_of(max(1, used), rows.n_others)
    lines = [f"    double {name}[{max(1, size)}];" for name, size in single]
    lines += [f"    double {name}[{max(1, size)}][SAMPLES] ALIGNED;" for name, size in several]
    lines.append("    int wrong; /* whether a number was looked up that is no index */")
    lines.append("    int samples; /* in this block */")
    lines.append("    const double *batch; /* from its first sample on */")
    for numbers, name in tables.items():
        lines.append(f"    const int *{name}; /* {beginning(numbers)} */")
    title = "/* K: the same for all samples, parameters first; S: rows of a block of samples. */"
    fields = "\n".join(lines)
    return f"#define SAMPLES {samples}\n\n{title}\nstruct memory {{\n{fields}\n}};"


def beginning(numbers: Sequence[int]) -> str:
    """What a table holds, or how it begins."""
    rest = [f"... ({len(numbers):,} in all)"] if len(numbers) > 8 else []
    return ", ".join([*map(str, numbers[:8]), *rest])


def samples_of(rows: int, others: int) -> int:
    """How many samples a block has, beside so many numbers that are the same for all: an odd
    multiple of eight, so that the rows of a column do not compete for the same places in the
    cache."""
    eights = min(MOST_SAMPLES, (MEMORY + 8 * others) / (8 * rows)) / 8
    return 8 * (2 * round((eights - 1) / 2) + 1) if eights > 1 else 8


def pass_lines(writer: Writer, name: str, steps: Sequence[Step], titles: Titles) -> list[Line]:
    """A pass as a function, or as several where it is long."""
    writer.lines = []
    write_steps(writer, KINDS, steps, titles)
    chunks: list[list[Line]] = []
    for line in writer.lines:
        in_a_loop = line.text.startswith((" ", "}"))
        if not chunks or (len(chunks[-1]) >= LONGEST and not in_a_loop):
            chunks.append([])
        chunks[-1].append(line)
    if len(chunks) <= 1:
        return function_lines(name, writer.lines)
    names = [f"{name}_{k}" for k in range(1, len(chunks) + 1)]
    parts = [function_lines(part, chunk) for part, chunk in zip(names, chunks)]
    calls = [Line((), f"{part}(m, width);") for part in names]
    return [*chain(*parts), *function_lines(name, calls)]


def function_lines(name: str, body: Sequence[Line]) -> list[Line]:
    """A function of the memory and the number of samples."""
    words = words_in(" ".join([line.text for line in body]))
    unused = [f"(void){each}" for each in ("m", "width") if each not in words]
    rest = [Line((), f"{', '.join(unused)};")] if unused else []
    return [
        Line((), f"static void {name}(struct memory *m, int width)"),
        Line((), "{"),
        *[Line(line.groups, f"    {line.text}") for line in (*body, *rest)],
        Line((), "}"),
        Line((), ""),
    ]


def entry_points(
    writer: Writer, kernels: PlacedKernels, phases: Phases, *, has_gradient: bool
) -> str:
    n_inputs, outputs = kernels.rows.n_inputs, kernels.outputs
    places = [row if batched else ~row for batched, row in outputs]
    table = writer.table("output_rows", places)
    starts = accumulate(map(len, writer.tables), initial=0)
    pointers = [
        f"    m->{name} = tables + {at};" for name, at in zip(writer.tables.values(), starts)
    ]
    text = ARE_FINITE + OUTPUTS.format(
        inputs=n_inputs, n=len(places), rows=table, pointers="\n".join(pointers)
    )
    if not has_gradient:
        return text
    ((batched, row),) = outputs
    zeros = ["dK", "H"] if phases.rows_of_h else ["dK"]
    cleared = "\n".join([f"    memset(m->{name}, 0, sizeof m->{name});" for name in zeros])
    form = BATCHED_GRADIENT if batched else SINGLE_GRADIENT
    parameters = kernels.n_parameters
    return text + form.format(inputs=n_inputs, row=row, cleared=cleared, parameters=parameters)


ARE_FINITE = """\
/* Whether all n numbers are. */
static int are_finite(long n, const double *x)
{
    int all = 1;
    for (long k = 0; k < n; k++)
        all &= fabs(x[k]) <= DBL_MAX;
    return all;
}

"""

OUTPUTS = """\
/* How many samples a block has at most, where all have about as many. */
static long block_of(long n)
{{
    long blocks = (n + SAMPLES - 1) / SAMPLES;
    return blocks ? (n + blocks - 1) / blocks : 1;
}}

/* Two neighbouring numbers. */
typedef double Pair __attribute__((vector_size(16), aligned(8), may_alias));

/* The samples as rows; the last one is repeated until there are a multiple of eight. Two numbers of
   two samples at a time change places. */
static int read_samples(struct memory *m, long count, const double *batch)
{{
    int width = (int)(count + 7) / 8 * 8;
    m->samples = (int)count;
    m->batch = batch;
    for (int eight = 0; eight < width; eight += 8) {{
        const double *sample[8];
        for (int s = 0; s < 8; s++)
            sample[s] = batch + (eight + s < count ? eight + s : count - 1) * {inputs};
        int k = 0;
        for (; k + 2 <= {inputs}; k += 2)
            for (int s = 0; s < 8; s += 2) {{
                Pair u = *(const Pair *)(sample[s] + k), v = *(const Pair *)(sample[s + 1] + k);
                *(Pair *)(m->S[k] + eight + s) = (Pair){{u[0], v[0]}};
                *(Pair *)(m->S[k + 1] + eight + s) = (Pair){{u[1], v[1]}};
            }}
        for (; k < {inputs}; k++)
            for (int s = 0; s < 8; s++)
                m->S[k][eight + s] = sample[s][k];
    }}
    return width;
}}

size_t memory_size(void)
{{
    return sizeof(struct memory);
}}

/* The program is handed its tables, which lie one after the other. */
void use_tables(struct memory *m, const int *tables)
{{
{pointers}
}}

/* The outputs of n samples, one sample after the other: row r of S, or where r is negative row ~r
   of K. It returns whether all numbers, given and found, are finite, and none was looked up that is
   no index. */
int outputs(struct memory *m, long n, const double *batch, double *result)
{{
    int finite = are_finite(n * {inputs}, batch);
    long most = block_of(n);
    m->wrong = 0;
    forward_once(m, 0);
    for (long first = 0; first < n; first += most) {{
        long count = n - first < most ? n - first : most;
        forward(m, read_samples(m, count, batch + first * {inputs}));
        for (long s = 0; s < count; s++)
            for (int k = 0; k < {n}; k++) {{
                int row = {rows}[k];
                result[(first + s) * {n} + k] = row < 0 ? m->K[~row] : m->S[row][s];
            }}
    }}
    return finite && !m->wrong && are_finite(n * {n}, result);
}}
"""

BATCHED_GRADIENT = """
/* The sum of the output times the share of each sample, or one for all, and in dK its gradient; it
   is NAN where a number of the batch, or of the gradient by the parameters, is not finite, or one
   was looked up that is no index. */
double value_and_gradient(
    struct memory *m, long n, const double *batch, const double *shares, double share)
{{
    double value = 0.0;
    int finite = 1;
    long most = block_of(n);
    m->wrong = 0;
{cleared}
    forward_once(m, 0);
    for (long first = 0; first < n; first += most) {{
        long count = n - first < most ? n - first : most;
        finite &= are_finite(count * {inputs}, batch + first * {inputs});
        int width = read_samples(m, count, batch + first * {inputs});
        forward(m, width);
        for (int s = 0; s < width; s++) {{
            m->dS[{row}][s] = s >= count ? 0.0 : shares ? shares[first + s] : share;
            value += m->dS[{row}][s] * m->S[{row}][s];
        }}
        backward(m, width);
    }}
    backward_once(m, 0);
    finite &= !m->wrong && are_finite({parameters}, m->dK);
    return finite ? value : (double)NAN;
}}
"""

SINGLE_GRADIENT = """
/* The output, which is the same for all samples, and in dK its gradient; it is NAN where a number
   of the batch, or of the gradient by the parameters, is not finite, or one was looked up that is
   no index. */
double value_and_gradient(
    struct memory *m, long n, const double *batch, const double *shares, double share)
{{
    (void)shares, (void)share, (void)backward;
    m->wrong = 0;
{cleared}
    forward_once(m, 0);
    m->dK[{row}] = 1.0;
    backward_once(m, 0);
    int finite = are_finite(n * {inputs}, batch) && are_finite({parameters}, m->dK);
    return finite && !m->wrong ? m->K[{row}] : (double)NAN;
}}
"""
