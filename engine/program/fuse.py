"""fuse: nodes of one kind that are ready together become one kernel.

Which are ready, and which are next, is told by `agenda.py`.
"""

from collections.abc import Sequence
from functools import lru_cache

from engine.program.agenda import Agenda, is_extreme
from engine.program.graph import Graph, Operation
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
from engine.rules import CHOOSE, Rule
from engine.symbols import SYMBOLS, Symbol, Term


def fuse(graph: Graph) -> Kernels:
    """All kernels in an order in which they can run, each of all nodes of its kind that are ready.

    The next kernel is of the kind of the node from which the longest path leads to an output: what
    is near the output can wait for others of its kind, as the heads of an attention do for one
    another, although each position's are ready at another time.
    """
    agenda = Agenda(graph)
    kernels: list[Kernel] = []
    while agenda.ready:
        kernels += fused(graph, agenda.next(), agenda.sums)
    return Kernels(graph, [Step(*step) for step in enumerate(kernels)])


def fused(graph: Graph, places: list[int], sums: dict[int, SortedSum]) -> list[Kernel]:
    """One kernel for nodes of one kind; of lookups one for each table."""
    first, batched = graph.nodes[places[0]], graph.batched[places[0]]
    if not isinstance(first, Operation):
        return [Sums(tuple(map(sums.__getitem__, places)), batched)]
    if first.rule is CHOOSE and is_lookup(graph, first.inputs):
        return lookups(graph, places)
    return [fused_operations(graph, places, first, batched)]


def fused_operations(graph: Graph, places: list[int], first: Operation, batched: bool) -> Kernel:
    inputs_of = [graph.inputs(place) for place in places]
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
