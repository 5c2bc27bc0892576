"""loops: kernels that come again and again, each time over rows further on, are one loop.

So are the steps of a recurrent net. Their rows lie at constant distances, since `layout` gives rows
in the order in which they are computed. What is different at either end stays outside the loop.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import sub
from typing import Any, NamedTuple

from engine.program.kernels import (
    Kernel,
    Loop,
    Moving,
    Operand,
    PlacedKernels,
    Scattered,
    Slice,
    Step,
    SumOfProducts,
)
from engine.program.operands import at_rows, at_time, outputs_of, starts, with_operands

LEAST_TIMES = 4
LEAST_SAVED = 12  # kernels that need not be written
MOST_PERIODS = 16  # are tried from each kernel on


def loops(kernels: PlacedKernels) -> PlacedKernels:
    """The same kernels, in loops where they repeat."""
    forward, backward = with_loops(kernels.forward), with_loops(kernels.backward)
    return replace(kernels, forward=forward, backward=backward)


def with_loops(steps: Sequence[Step]) -> list[Step]:
    """From each kernel on, the period that covers most is taken, if it saves enough."""
    if not may_repeat(steps):
        return list(steps)
    occurrences, result, number = occurrences_of(steps), [], 0
    search = Search(occurrences, next_of_a_form(occurrences))
    while number < len(steps):
        period, covered = search.longest(number)
        if not period:
            result.append(steps[number])
            number += 1
            continue
        start = begin(steps, number, period, covered)
        result += steps[number:start]
        loop = loop_of(steps, occurrences, start, period, (number + covered - start) // period)
        result.append(Step(steps[start].group, loop))
        number = start + period * loop.times
    return result


def may_repeat(steps: Sequence[Step]) -> bool:
    """Whether as many kernels as a loop must save come once more, by their kinds and sizes alone,
    which are told sooner than their forms; where there is no structure they do not."""
    numbers: dict[tuple[type, int], int] = {}
    kinds = [(type(kernel), outputs_of(kernel)[0].rows) for _, kernel in steps]
    letters = "".join([chr(numbers.setdefault(kind, len(numbers))) for kind in kinds])
    starts = range(len(letters) - LEAST_SAVED + 1)
    return len({letters[start : start + LEAST_SAVED] for start in starts}) < len(starts)


class Occurrence(NamedTuple):
    """Where a form of kernels occurs: in which group, and where its rows begin.

    All of them are one number of 64 bits for each: two sums of such numbers are equal where those
    of all rows are, and a loop is found by adding numbers.
    """

    group: int
    form: int
    at: int


def occurrences_of(steps: Sequence[Step]) -> list[Occurrence]:
    forms: dict[object, int] = {}
    occurrences = []
    rows: list[int] = []

    def form_of(operand: Any) -> object:
        if isinstance(operand, Slice):  # as most are
            batched, gradient, first, stop, step = operand
            rows.append(first)
            return batched, gradient, stop - first, step
        begins = starts(operand)
        rows.extend(begins)
        if isinstance(operand, Scattered):
            return operand.batched, operand.gradient, len(begins)
        return at_rows(operand, (0,)) if begins else operand

    for group, kernel in steps:
        rows.clear()
        form = hashable(with_operands(kernel, form_of))
        at = int.from_bytes(array("q", rows), "little")
        occurrences.append(Occurrence(group, forms.setdefault(form, len(forms)), at))
    return occurrences


def hashable(kernel: Kernel) -> object:
    """A kernel as a key of dictionaries."""
    fields = [tuple(x.items()) if isinstance(x, dict) else x for x in kernel]
    return type(kernel), *fields


def next_of_a_form(occurrences: Sequence[Occurrence]) -> list[int]:
    """The number of the next kernel of the same form; 0 after the last."""
    following = [0] * len(occurrences)
    last: dict[int, int] = {}
    for number in reversed(range(len(occurrences))):
        following[number] = last.get(occurrences[number].form, 0)
        last[occurrences[number].form] = number
    return following


@dataclass(slots=True)
class Search:
    """Looks for what repeats, from one kernel on after the other."""

    occurrences: Sequence[Occurrence]
    following: Sequence[int]
    ends: dict[int, int] = field(default_factory=dict)  # where a period was broken, by its length

    def longest(self, start: int) -> tuple[int, int]:
        """The period that covers most kernels from the start on, and how many; 0 if none saves
        enough."""
        found, period, covered = self.occurrences, 0, 0
        other = start
        for _ in range(MOST_PERIODS):
            other = self.following[other]
            tried, end = other - start, start + covered
            last = start + (LEAST_TIMES - 1) * tried
            if other == 0 or last >= len(found):
                break
            if found[last].form != found[start].form:
                continue
            # where the best so far ends, another one must go on
            if not period or (end < len(found) and found[end].form == found[end - tried].form):
                length = self.repeated(start, tried)
                times = length // tried
                if times >= LEAST_TIMES and (times - 1) * tried >= LEAST_SAVED and length > covered:
                    period, covered = tried, length
        return period, covered

    def repeated(self, start: int, period: int) -> int:
        """How many kernels from the start on repeat with a period, each time as far on as
        before."""
        found = self.occurrences
        if start + 2 * period <= self.ends.get(period, 0) < start + LEAST_TIMES * period:
            return 0
        shift = found[start + period].group - found[start].group
        for stop in range(start + period, len(found) + 1):
            if stop == len(found):
                break
            now, before = found[stop], found[stop - period]
            if now.form != before.form or now.group - before.group != shift:
                break
            if stop >= start + 2 * period and now.at + found[stop - 2 * period].at != 2 * before.at:
                break
        self.ends[period] = stop
        return stop - start


def begin(steps: Sequence[Step], start: int, period: int, covered: int) -> int:
    """Where a loop may begin as well: as late as a group begins, without being shorter; or else
    with a kernel that does not add to what the one before it computed, though it be a time
    shorter."""
    spare = covered % period
    for later in range(start + spare, start, -1):
        if steps[later].group != steps[later - 1].group:
            return later
    for later in range(start, start + min(period, covered - LEAST_TIMES * period + 1)):
        kernel = steps[later].kernel
        if not (isinstance(kernel, SumOfProducts) and kernel.onto):
            return later
    return start


def loop_of(
    steps: Sequence[Step], occurrences: Sequence[Occurrence], start: int, period: int, times: int
) -> Loop:
    """The first kernels of the period, with what moves in them."""
    body = []
    for number in range(start, start + period):
        group, kernel = steps[number]
        by = map(sub, rows_of(steps[number + period].kernel), rows_of(kernel))

        def moving(operand: Any, by: Iterator[int] = by) -> Operand:
            distances = tuple([next(by) for _ in starts(operand)])
            return Moving(operand, distances) if any(distances) else operand

        body.append(Step(group, with_operands(kernel, moving)))
    return Loop(times, tuple(body), occurrences[start + period].group - occurrences[start].group)


def rows_of(kernel: Kernel) -> list[int]:
    """Where the rows of all operands begin."""
    rows: list[int] = []
    with_operands(kernel, lambda operand: rows.extend(starts(operand)))
    return rows


def unrolled(steps: Sequence[Step]) -> list[Step]:
    """The steps without loops."""
    result: list[Step] = []
    for step in steps:
        if not isinstance(step.kernel, Loop):
            result.append(step)
            continue
        times, body, shift = step.kernel
        for time in range(times):
            now = partial(at_time, time=time)
            result += [Step(group + time * shift, with_operands(x, now)) for group, x in body]
    return result
