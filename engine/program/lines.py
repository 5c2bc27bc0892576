"""Passes as lines of text under the titles of their groups: what the backends that print share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from engine.program.kernels import Kernel, Loop, Step
from engine.program.parts import Titles

Kinds = Mapping[type[Kernel], Callable[[Any, Any], None]]  # what writes each kind of kernel


class Line(NamedTuple):
    """A line of a pass, and the groups of kernels that it is of: one, or in a loop many."""

    groups: tuple[int, ...]
    text: str


def numbers_of_lines(groups: Iterable[tuple[int, ...]], first: int) -> dict[int, list[int]]:
    """The numbers of the lines of each group, where those of the first line and so on are these."""
    numbers: dict[int, list[int]] = {}
    for number, groups_of_line in enumerate(groups, first):
        for group in groups_of_line:
            numbers.setdefault(group, []).append(number)
    return numbers


class LineWriter:
    """Collects the lines of passes; comments and loops are each language's own."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.groups: tuple[int, ...] = ()  # of the lines that are written now
        self.margin = ""

    def line(self, text: str) -> None:
        self.lines.append(Line(self.groups, f"{self.margin}{text}"))

    def comment(self, text: str) -> None:
        raise NotImplementedError

    def loop(self, loop: Loop) -> AbstractContextManager[None]:
        """The lines that are written meanwhile are those of a loop."""
        raise NotImplementedError


def write_steps(
    writer: LineWriter,
    kinds: Kinds,
    steps: Sequence[Step],
    titles: Titles,
    times: int = 1,
    shift: int = 0,
) -> None:
    """The lines of steps, which may be those of a loop: so many times, with groups that move."""
    before = -1
    writer.groups = ()
    for group, kernel in steps:
        if isinstance(kernel, Loop):
            with writer.loop(kernel):
                write_steps(writer, kinds, kernel.steps, titles, kernel.times, kernel.shift)
            before = -1
            continue
        if group != before:
            before = group
            writer.groups = tuple(range(group, group + times * shift, shift)) if shift else (group,)
            writer.comment(titles[group] + (f" ({times} times)" if shift else ""))
        kinds[type(kernel)](writer, kernel)
