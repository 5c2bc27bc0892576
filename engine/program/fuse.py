"""fuse: nodes of one kind that are ready together become one kernel.

Agenda-based batching: Neubig, Goldberg and Dyer, On-the-fly Operation Batching in Dynamic
Computation Graphs (2017).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.program.graph import Graph, Operation, Sum
from engine.program.kernels import (
    Elementwise,
    Kernel,
    Kernels,
    Nodes,
    Pick,
    Reduction,
    SortedSum,
    Step,
    Sums,
)
from engine.program.reductions import each_of_stack, over_stack
from engine.rules import CHOOSE, Rule
from engine.symbols import SYMBOLS, Symbol, Term

BATCHED = (True, True)  # a product of two batched nodes
SHORT = 4  # sums of up to so many terms go term by term; longer ones are stacked and summed at once


def fuse(graph: Graph) -> Kernels:
    """All kernels in an order in which they can run, each of all nodes of its kind that are ready.

    The next kernel is of the kind of the node from which the longest path leads to an output: what
    is near the output can wait for others of its kind, as the heads of an attention do for one
    another, although each position's are ready at another time.
    """
    height = heights(graph)
    waiting = [0] * len(graph.nodes)  # for how many nodes it waits
    consumers: defaultdict[int, list[int]] = defaultdict(list)
    ready: dict[object, Ready] = {}
    for place in graph.needed:
        if inputs := graph.inputs[place]:
            before = {input for input in inputs if graph.inputs[input]}
            waiting[place] = len(before)
            for input in before:
                consumers[input].append(place)
            if not before:
                add_ready(ready, graph, place, height[place])
    kernels: list[Kernel] = []
    while ready:
        chosen = ready.pop(max(ready, key=lambda kind: ready[kind].height))
        kernels += fused(graph, chosen)
        for place in chosen.places:
            for consumer in consumers[place]:
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    add_ready(ready, graph, consumer, height[consumer])
    return Kernels(graph, [Step(*step) for step in enumerate(kernels)])


def heights(graph: Graph) -> list[int]:
    """The length of the longest path from each node to an output."""
    height = [0] * len(graph.nodes)
    for place in reversed(graph.needed):
        below = height[place] + 1
        for input in graph.inputs[place]:
            if height[input] < below:
                height[input] = below
    return height


@dataclass(slots=True)
class Ready:
    """The nodes of one kind that can be computed, and the greatest height among them."""

    height: int
    places: list[int] = field(default_factory=list)
    sums: list[SortedSum] = field(default_factory=list)  # where they are sums


def add_ready(ready: dict[object, Ready], graph: Graph, place: int, height: int) -> None:
    """Enter a node whose inputs are computed."""
    node, batched = graph.nodes[place], graph.batched
    total = None
    if isinstance(node, Operation):
        kind: object = node.rule, node.fixed, tuple([batched[i] for i in node.inputs])
    else:
        assert isinstance(node, Sum)
        total = sorted_sum(graph, place, node)
        lengths = tuple(  # those of products of batched nodes do not count: see `batched.py`
            [(kinds, kinds == BATCHED or len(terms)) for kinds, terms in total.others.items()]
        )
        kind = batched[place], len(total.bias), len(total.right) > 0, lengths
        if is_plain(total):  # nor do those of mere sums, which `matrices` fills up
            kind = Sum
    same = ready.get(kind)
    if same is None:
        same = ready[kind] = Ready(height)
    same.height = max(same.height, height)
    same.places.append(place)
    if total is not None:
        same.sums.append(total)


def fused(graph: Graph, ready: Ready) -> list[Kernel]:
    """One kernel for nodes of one kind; of lookups one for each table."""
    first = graph.nodes[ready.places[0]]
    batched = graph.batched[ready.places[0]]
    if not isinstance(first, Operation):
        return [Sums(tuple(ready.sums), batched)]
    if first.rule is CHOOSE and is_lookup(graph, first.inputs):
        return lookups(graph, ready.places)
    return [fused_operations(graph, ready, first, batched)]


def fused_operations(graph: Graph, ready: Ready, first: Operation, batched: bool) -> Kernel:
    columns = tuple(zip(*[graph.inputs[place] for place in ready.places]))
    output = Nodes(tuple(ready.places), batched)
    if first.rule.variadic and len({graph.batched[column[0]] for column in columns}) == 1:
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


def is_lookup(graph: Graph, inputs: Sequence[int]) -> bool:
    """Whether the index is of the sample, and the numbers are all of one kind."""
    batched = [graph.batched[place] for place in inputs]
    return batched[0] and len(set(batched[1:])) == 1


def lookups(graph: Graph, places: Sequence[int]) -> list[Kernel]:
    """Those with one index are a row of a table; those of one table are looked up at once."""
    inputs = graph.inputs
    if graph.batched[inputs[places[0]][1]]:  # each has a table of its own
        indices = Nodes(tuple([inputs[place][0] for place in places]), True)
        return [pick(graph, indices, [inputs[place][1:] for place in places], places)]
    by_index: dict[int, dict[tuple[int, ...], int]] = defaultdict(dict)
    for place in places:
        by_index[inputs[place][0]][inputs[place][1:]] = place
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
    symbols, numbers = iter([Symbol(f"x{k}") for k in range(n_free)]), iter(fixed)
    count = n_free + len(fixed)
    return [next(numbers) if k in rule.fixed else next(symbols) for k in range(count)]


def sorted_sum(graph: Graph, place: int, node: Sum) -> SortedSum:
    """The terms of a sum, those of a possible matrix apart."""
    batched = graph.batched
    matrix: list[tuple[int, int]] = []
    bias: list[int] = []
    others: dict[tuple[bool, ...], list[tuple[float, int, int]]] = defaultdict(list)
    for factor, a, b in node.products:
        if factor == 1.0 and batched[b] and not batched[a]:
            matrix.append((b, a))
        else:
            others[batched[a], batched[b]].append((factor, a, b))
    for factor, a in node.linear:
        if batched[place] and not batched[a] and factor == 1.0 and not bias:
            bias.append(a)
        else:
            others[(batched[a],)].append((factor, a, -1))
    if node.constant:
        others[(False,)].append((node.constant, graph.constant(1.0), -1))
    matrix.sort()
    weights, right = tuple([a for _, a in matrix]), tuple([b for b, _ in matrix])
    total = SortedSum(place, weights, right, dict(sorted(others.items())), tuple(bias))
    if not is_plain(total):
        total.others.update({kinds: padded(terms) for kinds, terms in others.items()})
    return total


def is_plain(total: SortedSum) -> bool:
    """Whether it adds up more than two nodes of the sample, and nothing else."""
    others = total.others
    if total.right or total.bias or len(others) != 1 or len(others.get((True,), ())) < 3:
        return False
    return all([factor == 1.0 for factor, _, _ in others[True,]])


def padded(terms: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Long lists are filled up with terms of factor 0, so that few different lengths occur."""
    if len(terms) <= SHORT:
        return terms
    step = 1 << max(0, len(terms).bit_length() - 3)  # an eighth to a quarter more at the most
    missing = -len(terms) % step
    return terms + [(0.0, *terms[0][1:])] * missing
