"""The agenda: what waits for what, and what is ready, by its kind.

Agenda-based batching: Neubig, Goldberg and Dyer, On-the-fly Operation Batching in Dynamic
Computation Graphs (2017).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.program.graph import EXTREMES, Column, Graph, Operation, Sum
from engine.program.kernels import SortedSum
from engine.program.sorted_sums import BATCHED, Sorter, is_plain


@dataclass(slots=True)
class Ready:
    """The leaders of one kind that can be computed, and the greatest height among them."""

    height: int
    leaders: list[int] = field(default_factory=list)


class Agenda:
    """The nodes that are computed: what each waits for, and which are ready.

    Nodes of one kind that wait for the same are ready together: the first of them leads, and only
    leaders wait, for leaders. Such nodes are looked for among the rows of matrices, as the neurons
    of a layer, and among what reads these. A sum waits for its columns, and a column for what is in
    it; columns have numbers after those of the nodes.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ready: dict[int, Ready] = {}  # by the number of the kind
        self.sums: dict[int, SortedSum] = {}  # the nodes that are sums
        # who leads each node; what is at hand has no leader: -1 where it is batched, or else -2, so
        # that w·h and x·h are not taken for alike
        self.leader = [batched - 2 for batched in graph.batched]
        self.led: dict[int, list[int]] = {}  # all that a leader leads, itself first
        self.first: dict[object, int] = {}  # these leaders, by what those that they lead share
        self.order: list[int] = []  # leaders and columns, each after all that it waits for
        self.numbers: dict[object, int] = {}  # of the kinds
        self.kinds = [0] * len(graph.nodes)
        self.waiting = [0] * len(graph.nodes)  # for how many
        self.consumers: list[list[int]] = [[]] * len(graph.nodes)  # of leaders and columns
        self.columns: dict[Column, int] = {}  # nothing (-1), one leader, or a number of its own
        self.enter_nodes()
        self.heights = self.measured()
        for number in self.order:
            if self.waiting[number] == 0:
                self.add(number)

    def enter_nodes(self) -> None:
        graph, leader, led, sorter = self.graph, self.leader, self.led, Sorter(self.graph)
        nodes, batched = graph.nodes, graph.batched
        for place in graph.needed[graph.n_leaves :]:
            node = nodes[place]
            if isinstance(node, Operation):
                rule, inputs, fixed = node
                needs = [leader[x] for x in inputs]
                if needs[0] in led or needs[-1] in led:
                    alike = rule, fixed, graph.requires_grad[place], *needs
                    if self.follows(place, alike):
                        continue
                are_batched = tuple([batched[x] for x in inputs])
                of_any_number = rule in EXTREMES and not graph.requires_grad[place]
                if of_any_number and len(set(are_batched)) == 1:
                    are_batched = are_batched[:1]
                self.lead(place, (rule, fixed, are_batched), needs)
            elif isinstance(node, Sum):
                total = self.sums[place] = sorter.sorted_sum(place, node)
                kind, needs = kind_of_sum(total, graph.batched[place]), self.needs_of(node)
                is_behind = total.right or needs[0] in led or needs[-1] in led
                if not (is_behind and self.follows(place, (kind, *needs))):
                    self.lead(place, kind, needs)

    def follows(self, place: int, alike: object) -> bool:
        """Whether another node leads this one, by what those that it leads share."""
        leader = self.first.get(alike)
        if leader is None:
            self.first[alike] = place
            self.led[place] = [place]
            return False
        self.leader[place] = leader
        self.led[leader].append(place)
        return True

    def lead(self, place: int, kind: object, needs: Iterable[int]) -> None:
        """Enter a leader, after all that it waits for."""
        consumers, waiting = self.consumers, 0
        for need in needs:
            if need >= 0:
                consumers[need].append(place)
                waiting += 1
        consumers[place] = []
        self.leader[place] = place
        self.waiting[place] = waiting
        self.kinds[place] = self.numbers.setdefault(kind, len(self.numbers))
        self.order.append(place)

    def needs_of(self, node: Sum) -> list[int]:
        """What a sum waits for: a column or, where it is short, the nodes in it."""
        needs: list[int] = []
        for vector in node.columns:
            if isinstance(vector, Column):
                number = self.columns.get(vector)
                needs.append(self.enter_column(vector) if number is None else number)
            else:
                for x in vector:  # mostly one, or none
                    needs.append(self.leader[x])
        return needs

    def enter_column(self, column: Column) -> int:
        """The number of a column, or who leads all in it."""
        needs = {x for x in map(self.leader.__getitem__, column) if x >= 0}
        if len(needs) < 2:
            number = max(needs, default=-1)
        else:
            number = len(self.waiting)
            for need in needs:
                self.consumers[need].append(number)
            self.consumers.append([])
            self.waiting.append(len(needs))
            self.order.append(number)
        self.columns[column] = number
        return number

    def measured(self) -> list[int]:
        """The heights: the length of the longest path from each to an output."""
        heights, count = [0] * len(self.waiting), len(self.graph.nodes)
        for number in reversed(self.order):
            consumers = self.consumers[number]
            if consumers:
                step = number < count  # columns are no steps of the path
                heights[number] = step + max(map(heights.__getitem__, consumers))
        return heights

    def add(self, place: int) -> None:
        """Enter a leader that waits for nothing."""
        kind, height = self.kinds[place], self.heights[place]
        same = self.ready.get(kind)
        if same is None:
            same = self.ready[kind] = Ready(height)
        elif same.height < height:
            same.height = height
        same.leaders.append(place)

    def next(self) -> list[int]:
        """The nodes of the kind with the greatest height; what waited for these alone is ready."""
        ready = self.ready
        leaders = ready.pop(max(ready, key=lambda kind: ready[kind].height)).leaders
        self.done(leaders)
        if self.led.keys().isdisjoint(leaders):
            return leaders
        return [place for leader in leaders for place in self.led.get(leader, (leader,))]

    def done(self, leaders: Iterable[int]) -> None:
        """These are computed: what waited for nothing else is ready."""
        consumers, waiting, count = self.consumers, self.waiting, len(self.graph.nodes)
        done = list(leaders)
        for number in done:  # which columns come to that are complete
            for consumer in consumers[number]:
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    if consumer < count:
                        self.add(consumer)
                    else:
                        done.append(consumer)


def kind_of_sum(total: SortedSum, batched: bool) -> object:
    if not total.others:  # as most sums are
        return batched, len(total.bias), len(total.right) > 0, ()
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
