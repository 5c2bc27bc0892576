"""Rows of a loop that one step alone writes and reads: all steps use the same ones.

So they stay in the processor's cache, which the rows of all steps may not fit into.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from engine.program.kernels import (
    Kernel,
    Loop,
    Operand,
    PlacedKernels,
    Rows,
    ScatterAdd,
    Step,
    SumOfProducts,
    Sweep,
)
from engine.program.operands import at_start, inputs_of, outputs_of, rows_each_time, with_operands
from engine.program.text import array_of

Marks = dict[str, Any]  # a number or a truth for each row, by the array that it is in


class Use(NamedTuple):
    """The rows that an operand of a kernel is, shape (times, rows)."""

    operand: Operand
    space: str
    rows: Any
    writes: bool  # to rows of its own in each step, whatever was there


def reused(kernels: PlacedKernels) -> PlacedKernels:
    """The same kernels: rows that no other step needs move no more."""
    steps = [*kernels.forward, *kernels.backward]
    loops = [kernel for _, kernel in steps if isinstance(kernel, Loop)]
    if not loops:
        return kernels
    uses = [list(uses_in(loop)) for loop in loops]
    needed = marks_of(kernels.rows, False)
    needed["S"][[row for batched, row in kernels.outputs if batched]] = True
    for _, kernel in steps:
        for use in () if isinstance(kernel, Loop) else uses_of(kernel, 1):
            needed[use.space][use.rows] = True
    mark_shared(uses, needed, marks_of(kernels.rows, False))
    for each in uses:
        mark_lasting(each, needed, marks_of(kernels.rows, -1))
    still = iter([{x.operand for x in each if not needed[x.space][x.rows].any()} for each in uses])

    def changed(step: Step) -> Step:
        group, kernel = step
        return Step(group, standing(kernel, next(still))) if isinstance(kernel, Loop) else step

    forward, backward = [list(map(changed, x)) for x in (kernels.forward, kernels.backward)]
    return replace(kernels, forward=forward, backward=backward)


def standing(loop: Loop, operands: set[Operand]) -> Loop:
    """The loop, where these operands are in each step what they are in the first."""

    def placed(operand: Operand) -> Operand:
        return at_start(operand) if operand in operands else operand

    steps = [Step(group, with_operands(kernel, placed)) for group, kernel in loop.steps]
    return loop._replace(steps=tuple(steps))


def marks_of(rows: Rows, mark: int) -> Marks:
    counts = {"S": rows.n_batched, "dS": rows.n_batched, "G": rows.n_gathered[True]}
    return {space: np.full(count, mark) for space, count in counts.items()}


def uses_in(loop: Loop) -> Iterator[Use]:
    for _, kernel in loop.steps:
        yield from uses_of(kernel, loop.times)


def uses_of(kernel: Kernel, times: int) -> Iterator[Use]:
    """The operands that have rows for each sample, those that are read first."""
    for operand in inputs_of(kernel):
        yield from use_of(operand, times, writes=False)
    adds = isinstance(kernel, Sweep)
    adds |= isinstance(kernel, SumOfProducts) and kernel.onto
    adds |= isinstance(kernel, ScatterAdd) and not kernel.first
    for operand in outputs_of(kernel):
        yield from use_of(operand, times, writes=not adds)


def use_of(operand: Operand, times: int, *, writes: bool) -> Iterator[Use]:
    space = array_of(at_start(operand))
    if operand.batched and space is not None:
        yield Use(operand, space, rows_each_time(operand, times), writes)


def mark_shared(uses: list[list[Use]], needed: Marks, met: Marks) -> None:
    """Rows that two loops use are needed by either."""
    for each in uses:
        for use in each:
            needed[use.space][use.rows] |= met[use.space][use.rows]
        for use in each:
            met[use.space][use.rows] = True


def mark_lasting(uses: list[Use], needed: Marks, written: Marks) -> None:
    """Rows are needed that a step does not write before it reads them, or that others read; and
    with them all that are one operand with them. A row that is `written` is marked by the step, and
    by the row that is in its place in the first one."""
    for _, space, rows, writes in uses:
        own = np.arange(len(rows))[:, None] * len(written[space]) + rows[0]
        if writes:
            written[space][rows] = own
        needed[space][rows] |= (written[space][rows] != own).any()
    before = -1
    while before != (before := sum([marks.sum() for marks in needed.values()])):
        for _, space, rows, _ in uses:
            needed[space][rows] |= needed[space][rows].any()
