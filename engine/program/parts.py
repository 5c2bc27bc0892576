"""Which values of the graph each group of a program computes, and in which lines of its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.graph import topological_order
from engine.program.plan import Group
from engine.value import Value


@dataclass(frozen=True, slots=True)
class Part:
    """One group: its title in the source, its values, and the numbers of its lines from 0.

    Terms of a sum that are the same for all samples are summed first: that is no value of the
    graph, so its part may have none.
    """

    title: str
    values: tuple[Value, ...]  # each after its inputs
    lines: tuple[int, ...]  # of the forward pass and the backward pass


def parts_of(
    outputs: Sequence[Value], places: Mapping[Value, int], groups: Sequence[Group], source: str
) -> list[Part]:
    """The parts in the order in which they are computed.

    `places` has the place of each value that is a node of its own. All others are terms of a sum,
    and belong to the part that they are added up in.
    """
    part_at = {int(place): k for k, group in enumerate(groups) for place in group.outputs}
    part: dict[Value, int] = {}
    for value in reversed(topological_order(outputs)):
        if value in places and places[value] in part_at:
            part[value] = part_at[places[value]]
        for input in value.inputs:
            if input.inputs and input not in places and value in part:
                part[input] = part[value]
    values: list[list[Value]] = [[] for _ in groups]
    for value in reversed(part):
        values[part[value]].append(value)
    titles, lines = lines_of_groups(source)
    return [Part(*part) for part in zip(titles, map(tuple, values), lines, strict=True)]


def lines_of_groups(source: str) -> tuple[list[str], list[tuple[int, ...]]]:
    """The comment above each group in the source, and its lines in both passes.

    Backward goes through the groups from the last to the first, and leaves out what has no
    parameters.
    """
    lines = source.splitlines()
    start, turn = lines.index("def forward(X):"), lines.index("def backward(X):")
    titles: list[str] = []
    found: list[list[int]] = []
    for number in range(start + 1, turn - 2):
        if is_comment(lines[number]):
            titles.append(lines[number].strip("# "))
            found.append([])
        if found:
            found[-1].append(number)
    k = len(titles)
    for number in range(turn + 1, len(lines)):
        if is_comment(lines[number]):
            title = lines[number].strip("# ")
            k = next(earlier for earlier in reversed(range(k)) if titles[earlier] == title)
        if k < len(titles):
            found[k].append(number)
    return titles, [tuple(numbers) for numbers in found]


def is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
