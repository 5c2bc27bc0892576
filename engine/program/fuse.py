"""fuse: nodes of one kind that are ready together become one kernel.

Agenda-based batching: Neubig, Goldberg and Dyer, On-the-fly Operation Batching in Dynamic
Computation Graphs (2017).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.program.graph import Column, Graph, Operation, Sum, vectors_of
from engine.program.kernels import (
    Elementwise,
    Kernel,
    Kernels,
    Nodes,
    Reduction,
    SortedSum,
    Step,
    Sums,
)
from engine.program.lookups import is_lookup, lookups
from engine.program.reductions import each_of_stack, over_stack
from engine.program.sorted_sums import BATCHED, Sorter, is_plain
from engine.rules import CHOOSE, MAXIMUM, MINIMUM, Rule
from engine.symbols import SYMBOLS, Symbol, Term


def fuse(graph: Graph) -> Kernels:
    """All kernels in an order in which they can run, each of all nodes of its kind that are ready.

    The next kernel is of the kind of the node from which the longest path leads to an output: what
    is near the output can wait for others of its kind, as the heads of an attention do for one
    another, although each position's are ready at another time.
    """
    needs = Dependencies(graph)
    consumers, waiting, height = needs.consumers, needs.waiting, needs.heights()
    queue = Queue(graph)
    for place in needs.order:
        if waiting[place] == 0 and place < len(graph.nodes):
            queue.add(place, height[place])
    kernels: list[Kernel] = []
    while queue.ready:
        chosen = queue.next()
        kernels += fused(graph, chosen, queue.sums)
        done = list(chosen)
        for number in done:  # which columns come to that are complete
            for consumer in consumers[number]:
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    if consumer < len(graph.nodes):
                        queue.add(consumer, height[consumer])
                    else:
                        done.append(consumer)
    return Kernels(graph, [Step(*step) for step in enumerate(kernels)])


class Dependencies:
    """What waits for what: nodes for nodes, and sums for their columns, which have numbers after
    those of the nodes, and wait for what is in them once for all sums that share them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.order: list[int] = []  # what is computed, each after all that it waits for
        self.at_hand: list[int] = []  # the consumers of what waits for nothing
        self.consumers = [self.at_hand] * len(graph.nodes)
        self.waiting = [0] * len(graph.nodes)  # for how many
        self.numbers: dict[Column, int] = {}
        for place in graph.needed[graph.n_leaves :]:
            node = graph.nodes[place]
            if isinstance(node, Operation):
                self.wait(place, node.inputs)
            elif isinstance(node, Sum):
                self.wait(place, self.inputs(node))
            else:
                continue
            self.consumers[place] = []
            self.order.append(place)

    def inputs(self, node: Sum) -> list[int]:
        """What a sum waits for: a column or, where it is short, the nodes in it."""
        inputs: list[int] = []
        for vector in vectors_of(node):
            if isinstance(vector, Column):
                inputs.append(self.number(vector))
            else:
                inputs += vector
        return inputs

    def number(self, column: Column) -> int:
        """The number of a column."""
        number = self.numbers.get(column)
        if number is None:
            number = self.numbers[column] = len(self.waiting)
            self.waiting.append(0)
            self.wait(number, column)
            self.consumers.append([] if self.waiting[number] else self.at_hand)
            self.order.append(number)
        return number

    def wait(self, consumer: int, inputs: Iterable[int]) -> None:
        for input in inputs:
            consumers = self.consumers[input]
            if consumers is not self.at_hand:
                consumers.append(consumer)
                self.waiting[consumer] += 1

    def heights(self) -> list[int]:
        """The length of the longest path from each node that is computed to an output."""
        height = [0] * len(self.waiting)
        for number in reversed(self.order):
            if self.consumers[number]:
                step = number < len(self.graph.nodes)  # columns are no steps of the path
                height[number] = step + max(map(height.__getitem__, self.consumers[number]))
        return height


@dataclass(slots=True)
class Ready:
    """The nodes of one kind that can be computed, and the greatest height among them."""

    height: int
    places: list[int] = field(default_factory=list)


class Queue:
    """The nodes that can be computed, by their kind."""

    def __init__(self, graph: Graph) -> None:
        self.ready: dict[int, Ready] = {}
        self.kinds = [0] * len(graph.nodes)  # of the nodes, by number
        self.sums: dict[int, SortedSum] = {}  # the sums among them
        numbers: dict[object, int] = {}
        sorter = Sorter(graph)
        for place in graph.needed[graph.n_leaves :]:
            node = graph.nodes[place]
            if isinstance(node, Operation):
                kind = kind_of_operation(graph, place, node)
            elif isinstance(node, Sum):
                total = self.sums[place] = sorter.sorted_sum(place, node)
                kind = kind_of_sum(total, graph.batched[place])
            else:
                continue
            self.kinds[place] = numbers.setdefault(kind, len(numbers))

    def next(self) -> list[int]:
        """Those of the kind with the greatest height."""
        ready = self.ready
        return ready.pop(max(ready, key=lambda kind: ready[kind].height)).places

    def add(self, place: int, height: int) -> None:
        """Enter a node whose inputs are computed."""
        kind = self.kinds[place]
        same = self.ready.get(kind)
        if same is None:
            same = self.ready[kind] = Ready(height)
        elif same.height < height:
            same.height = height
        same.places.append(place)


def kind_of_operation(graph: Graph, place: int, node: Operation) -> object:
    kinds = tuple(map(graph.batched.__getitem__, node.inputs))
    if is_extreme(graph, place) and len(set(kinds)) == 1:
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
    extreme = isinstance(node, Operation) and node.rule in (MAXIMUM, MINIMUM)
    return extreme and not graph.requires_grad[place]


def fused(graph: Graph, places: list[int], sums: dict[int, SortedSum]) -> list[Kernel]:
    """One kernel for nodes of one kind; of lookups one for each table."""
    first, batched = graph.nodes[places[0]], graph.batched[places[0]]
    if not isinstance(first, Operation):
        return [Sums(tuple(map(sums.__getitem__, places)), batched)]
    if first.rule is CHOOSE and is_lookup(graph, first.inputs):
        return lookups(graph, places)
    return [fused_operations(graph, places, first, batched)]


def fused_operations(graph: Graph, places: list[int], first: Operation, batched: bool) -> Kernel:
    inputs_of = [vectors_of(graph.nodes[place])[0] for place in places]
    if is_extreme(graph, places[0]):  # more of the same changes nothing
        longest = max(map(len, inputs_of))
        inputs_of = [xs + xs[-1:] * (longest - len(xs)) for xs in inputs_of]
    columns = tuple(zip(*inputs_of))
    output = Nodes(tuple(places), batched)
    kinds = {graph.batched[column[0]] for column in columns}
    if first.rule.variadic and len(columns) > 2 and len(kinds) == 1:
        reduced = reduction(graph, first.rule, columns, output)
        if reduced is not None:
            return reduced
    inputs = {f"x{k}": Nodes(column, graph.batched[column[0]]) for k, column in enumerate(columns)}
    formula = formula_of(first.rule, len(columns), first.fixed)
    return Elementwise((formula,), inputs, (output,), rule=first.rule, fixed=first.fixed)


@lru_cache(maxsize=100)  # a deep graph has a kernel for each node
def formula_of(rule: Rule, n_free: int, fixed: tuple[float, ...]) -> Term:
    """The rule over the symbols x0, x1, …"""
    formula: Term = rule.value(SYMBOLS, *arguments(rule, n_free, fixed))
    return formula


def reduction(
    graph: Graph, rule: Rule, columns: Sequence[tuple[int, ...]], output: Nodes
) -> Reduction | None:
    """A rule of any number of inputs as a formula over their stack, and its partials likewise."""
    stack = tuple([place for column in columns for place in column])
    if len(stack) > 1 and len(set(stack)) == 1:  # one row again and again is no stack
        return None
    forms = forms_of_reduction(rule, len(columns))
    if forms is None:
        return None
    return Reduction(forms[0], Nodes(stack, graph.batched[stack[0]]), output, len(columns), rule)


@lru_cache(maxsize=100)
def forms_of_reduction(rule: Rule, height: int) -> tuple[Term, Term] | None:
    """The rule and its partials as one formula each over a stack; None where they are none."""
    symbols = arguments(rule, height, ())
    formula = over_stack(rule.value(SYMBOLS, *symbols), height)
    partial = each_of_stack(rule.partials(SYMBOLS, Symbol("y"), *symbols), height)
    return None if formula is None or partial is None else (formula, partial)


def arguments(rule: Rule, n_free: int, fixed: Sequence[float]) -> list[Term]:
    """The rule's inputs: symbols x0, x1, … and the fixed numbers among them."""
    return rule.arguments([Symbol(f"x{k}") for k in range(n_free)], fixed)
