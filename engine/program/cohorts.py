"""Cohorts: nodes of one kind that are ready together, as the neurons of a layer are.

Nodes of one kind that wait for the same cohorts are a cohort: what waits for what is found out for
all of them at once.
"""

from collections.abc import Iterable

from engine.program.graph import EXTREMES, Column, Graph, Operation, Sum, vectors_of
from engine.program.kernels import SortedSum
from engine.program.sorted_sums import BATCHED, Sorter, is_plain

COLUMN = 0  # the kind of a cohort without nodes


class Cohorts:
    """The cohorts of a graph by number, each after those it waits for.

    What a column of a sum waits for, if it is several cohorts, is a cohort without nodes.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.places: list[list[int]] = []  # the nodes of each cohort
        self.kinds: list[int] = []
        self.waiting: list[int] = []  # for how many
        self.consumers: list[list[int]] = []  # the cohorts that wait for it
        self.sums: dict[int, SortedSum] = {}  # the nodes that are sums
        # the cohort of each node; of what is at hand -1 where it is batched, or else -2
        self.cohort = [batched - 2 for batched in graph.batched]
        self.known: dict[object, int] = {}  # cohorts by what their nodes share
        self.columns: dict[Column, int] = {}  # the cohorts that columns wait for
        self.numbers: dict[object, int] = {Column: COLUMN}  # of the kinds
        self.enter_all()

    def enter_all(self) -> None:
        """Find the cohort of each node."""
        graph, cohort, sorter = self.graph, self.cohort, Sorter(self.graph)
        for place in graph.needed[graph.n_leaves :]:
            node = graph.nodes[place]
            if isinstance(node, Operation):
                needs = tuple([cohort[x] for x in node.inputs])
                alike: object = (node.rule, node.fixed, graph.requires_grad[place], needs)
                found = self.known.get(alike)
                if found is None:
                    found = self.new(alike, needs, kind_of_operation(graph, place, node))
            elif isinstance(node, Sum):
                total = self.sums[place] = sorter.sorted_sum(place, node)
                kind, needs = kind_of_sum(total, graph.batched[place]), self.needs(node)
                alike = (kind, needs)
                found = self.known.get(alike)
                if found is None:
                    found = self.new(alike, needs, kind)
            else:
                continue
            cohort[place] = found
            self.places[found].append(place)

    def needs(self, node: Sum) -> tuple[int, ...]:
        """What a sum waits for: a column or, where it is short, the nodes in it."""
        needs: list[int] = []
        for vector in vectors_of(node):
            if isinstance(vector, Column):
                found = self.columns.get(vector)
                needs.append(self.column(vector) if found is None else found)
            else:
                needs += [self.cohort[x] for x in vector]
        return tuple(needs)

    def column(self, column: Column) -> int:
        needs = frozenset([x for x in map(self.cohort.__getitem__, column) if x >= 0])
        cohort = max(needs, default=-1) if len(needs) < 2 else self.known.get(needs)
        if cohort is None:
            cohort = self.new(needs, needs, Column)
        self.columns[column] = cohort
        return cohort

    def new(self, alike: object, needs: Iterable[int], kind: object) -> int:
        """A cohort that waits for others."""
        cohort = self.known[alike] = len(self.kinds)
        self.kinds.append(self.numbers.setdefault(kind, len(self.numbers)))
        self.places.append([])
        self.consumers.append([])
        waiting = 0
        for need in needs:
            if need >= 0:
                self.consumers[need].append(cohort)
                waiting += 1
        self.waiting.append(waiting)
        return cohort

    def heights(self) -> list[int]:
        """The length of the longest path from each cohort to an output."""
        height = [0] * len(self.kinds)
        for cohort in reversed(range(len(height))):
            if self.consumers[cohort]:
                step = self.kinds[cohort] != COLUMN  # columns are no steps of the path
                height[cohort] = step + max(map(height.__getitem__, self.consumers[cohort]))
        return height


def kind_of_operation(graph: Graph, place: int, node: Operation) -> object:
    kinds = tuple([graph.batched[x] for x in node.inputs])
    if node.rule in EXTREMES and is_extreme(graph, place) and len(set(kinds)) == 1:
        kinds = kinds[:1]  # of any number
    return node.rule, node.fixed, kinds


def kind_of_sum(total: SortedSum, batched: bool) -> object:
    if is_plain(total):  # the lengths of mere sums do not count: `matrices` fills them up
        return Sum
    lengths = tuple(  # nor do those of products of batched nodes: see `batched.py`
        [(kinds, kinds == BATCHED or len(x[0])) for kinds, x in total.others.items()]
    )
    return batched, len(total.bias), len(total.right) > 0, lengths


def is_extreme(graph: Graph, place: int) -> bool:
    """Whether it is the largest or smallest of some, and nobody asks for its derivative."""
    node = graph.nodes[place]
    extreme = isinstance(node, Operation) and node.rule in EXTREMES
    return extreme and not graph.requires_grad[place]
