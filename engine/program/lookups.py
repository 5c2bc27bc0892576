"""Lookups: what `choose` picks by an index of the sample, as rows of one table."""

from collections import defaultdict
from collections.abc import Sequence

from engine.program.graph import Graph
from engine.program.kernels import Kernel, Nodes, Pick


def is_lookup(graph: Graph, inputs: Sequence[int]) -> bool:
    """Whether the index is of the sample, and the numbers are all of one kind."""
    batched = [graph.batched[place] for place in inputs]
    return batched[0] and len(set(batched[1:])) == 1


def lookups(graph: Graph, places: Sequence[int]) -> list[Kernel]:
    """Those with one index are a row of a table; those of one table are looked up at once."""
    inputs = graph.inputs
    if graph.batched[inputs(places[0])[1]]:  # each has a table of its own
        indices = Nodes(tuple([inputs(place)[0] for place in places]), True)
        return [pick(graph, indices, [inputs(place)[1:] for place in places], places)]
    by_index: dict[int, dict[tuple[int, ...], int]] = defaultdict(dict)
    for place in places:
        by_index[inputs(place)[0]][inputs(place)[1:]] = place
    by_table: dict[tuple[tuple[int, ...], ...], list[int]] = defaultdict(list)
    for index, found in by_index.items():
        by_table[tuple(sorted(found))].append(index)
    kernels: list[Kernel] = []
    for table, indices_of_table in by_table.items():
        output = [by_index[index][column] for index in indices_of_table for column in table]
        kernels.append(pick(graph, Nodes(tuple(indices_of_table), True), table, output))
    return kernels


def pick(
    graph: Graph, indices: Nodes, columns: Sequence[tuple[int, ...]], output: Sequence[int]
) -> Pick:
    """The columns side by side are the table, row by row."""
    table = tuple([place for row in zip(*columns) for place in row])
    nodes = Nodes(table, graph.batched[table[0]])
    return Pick(indices, nodes, Nodes(tuple(output), True), len(columns[0]))
