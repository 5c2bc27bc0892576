"""Middle passes: nodes that can be computed together form groups, and sums find their matrices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.program.simplify import Operation, Simplified, Source, Sum
from engine.rules import Rule

SHORT = 4  # sums of up to so many terms go term by term; longer ones are stacked and summed at once


@dataclass(frozen=True, slots=True)
class Elementwise:
    """One rule for many nodes: inputs[k] are the nodes at input k."""

    rule: Rule
    fixed: tuple[float, ...]
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]
    sampled: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """weights (rows × columns) times the nodes `right` (columns × positions)."""

    weights: tuple[tuple[int, ...], ...]
    right: tuple[tuple[int, ...], ...]

    @property
    def positions(self) -> int:
        return len(self.right[0])


@dataclass(frozen=True, slots=True)
class Terms:
    """For each output the sum over t of factors[t] · a[t], or factors[t] · a[t] · b[t]."""

    factors: tuple[tuple[float, ...], ...]
    a: tuple[tuple[int, ...], ...]
    b: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of products of one shape; outputs go through all positions of a row, then the next."""

    outputs: tuple[int, ...]
    sampled: bool
    matrix: Matrix | None
    terms: tuple[Terms, ...]
    bias: tuple[int, ...]  # nodes that do not depend on the sample, one for each output, or none


Group = Elementwise | Sums


def scheduled(graph: Simplified) -> list[Group]:
    """All groups in an order in which they can run: level by level, with all that is ready.

    The level of a node is the length of the longest path to it. The next group is the kind of the
    lowest node, and takes in all nodes of its kind that are ready, from higher levels too.
    """
    waiting = [0] * len(graph.nodes)
    level = [0] * len(graph.nodes)
    consumers: list[list[int]] = [[] for _ in graph.nodes]
    finished = []
    for place in graph.needed:
        node = graph.nodes[place]
        if isinstance(node, Source):
            finished.append(place)
        else:
            inputs = set(node.inputs)
            waiting[place] = len(inputs)
            level[place] = 1 + max([level[input] for input in inputs])
            for input in inputs:
                consumers[input].append(place)
    ready: dict[object, Ready] = {}
    groups: list[Group] = []
    while True:
        for place in finished:
            for consumer in consumers[place]:
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    kind, member = kind_and_member(graph, consumer)
                    if kind not in ready:
                        ready[kind] = Ready(level[consumer])
                    ready[kind].add(level[consumer], member)
        if not ready:
            return groups
        chosen = ready.pop(min(ready, key=lambda kind: ready[kind].level))
        groups += grouped(graph, chosen.members)
        finished = [place for place, _ in chosen.members]


@dataclass(slots=True)
class Ready:
    """The nodes of one kind that can be computed, and the lowest level among them."""

    level: int
    members: list["Member"] = field(default_factory=list)

    def add(self, level: int, member: "Member") -> None:
        self.level = min(self.level, level)
        self.members.append(member)


def kind_and_member(graph: Simplified, place: int) -> tuple[object, "Member"]:
    """What a node can be computed together with, and the node as a part of such a group."""
    node, sampled = graph.nodes[place], graph.sampled
    if isinstance(node, Operation):
        kinds = tuple([sampled[i] for i in node.inputs])
        return (node.rule, node.fixed, kinds), (place, node)
    assert isinstance(node, Sum)
    parts = Parts.of(graph, place, node)
    return (sampled[place], parts.shape()), (place, parts)


def grouped(graph: Simplified, members: list["Member"]) -> list[Group]:
    place, first = members[0]
    sampled = graph.sampled[place]
    if isinstance(first, Operation):
        nodes = [node for _, node in members if isinstance(node, Operation)]
        inputs = tuple(zip(*[node.inputs for node in nodes]))
        outputs = tuple([place for place, _ in members])
        return [Elementwise(first.rule, first.fixed, inputs, outputs, sampled)]
    return with_matrices([part for _, part in members if isinstance(part, Parts)], sampled)


Term = tuple[float, int, int]  # factor, node and node; -1 for no second node


@dataclass(slots=True)
class Parts:
    """The terms of one sum, sorted by what computes them."""

    place: int
    weights: tuple[int, ...]  # of the products, with factor 1, of a number and a sample's node
    right: tuple[int, ...]
    others: dict[tuple[bool, ...], list[Term]]  # by which of their nodes depend on the sample
    bias: tuple[int, ...]

    @classmethod
    def of(cls, graph: Simplified, place: int, node: Sum) -> "Parts":
        sampled = graph.sampled
        matrix: list[tuple[int, int]] = []
        bias: list[int] = []
        others: dict[tuple[bool, ...], list[Term]] = defaultdict(list)
        for factor, a, b in node.products:
            if factor == 1.0 and sampled[b] and not sampled[a]:
                matrix.append((b, a))
            else:
                others[sampled[a], sampled[b]].append((factor, a, b))
        for factor, a in node.linear:
            if sampled[place] and not sampled[a] and factor == 1.0 and not bias:
                bias.append(a)
            else:
                others[(sampled[a],)].append((factor, a, -1))
        if node.constant:
            others[(False,)].append((node.constant, graph.one, -1))
        weights = tuple(a for _, a in sorted(matrix))
        right = tuple(b for b, _ in sorted(matrix))
        filled = {kinds: padded(terms) for kinds, terms in sorted(others.items())}
        return cls(place, weights, right, filled, tuple(bias))

    def shape(self) -> tuple[object, ...]:
        lengths = tuple((kinds, len(terms)) for kinds, terms in self.others.items())
        return len(self.bias), len(self.right), len(lengths), lengths


Member = tuple[int, Operation | Parts]


def padded(terms: list[Term]) -> list[Term]:
    """Long lists are filled up with terms of factor 0, so that few different lengths occur."""
    if len(terms) <= SHORT:
        return terms
    step = 1 << max(0, len(terms).bit_length() - 3)  # an eighth to a quarter more at the most
    missing = -len(terms) % step
    return terms + [(0.0, *terms[0][1:])] * missing


def with_matrices(parts: list[Parts], sampled: bool) -> list[Group]:
    """Sums with the same right side are the rows of a matrix; equal matrices share positions."""
    if not parts[0].right:
        return [sums_of(parts, sampled, None)]
    rows: dict[tuple[int, ...], list[Parts]] = defaultdict(list)
    for part in parts:
        rows[part.right].append(part)
    matrices: dict[tuple[tuple[int, ...], ...], list[list[Parts]]] = defaultdict(list)
    for alike in rows.values():
        alike.sort(key=lambda part: part.weights)
        matrices[tuple(part.weights for part in alike)].append(alike)
    groups: list[Group] = []
    single: list[Parts] = []
    for weights, blocks in matrices.items():
        if len(weights) == 1 and len(blocks) == 1 and len(matrices) > 2:
            single += blocks[0]
            continue
        right = tuple(zip(*(block[0].right for block in blocks)))
        members = [block[row] for row in range(len(weights)) for block in blocks]
        groups.append(sums_of(members, sampled, Matrix(weights, right)))
    if single:  # no two alike: element by element
        for part in single:
            terms = [(1.0, a, b) for a, b in zip(part.weights, part.right)]
            part.others[False, True] = padded([*terms, *part.others.get((False, True), [])])
        groups.append(sums_of(single, sampled, None))
    return groups


def sums_of(parts: Sequence[Parts], sampled: bool, matrix: Matrix | None) -> Sums:
    terms = []
    for kinds in parts[0].others:
        by_term = list(zip(*(part.others[kinds] for part in parts)))
        factors, a, b = (tuple(tuple(x[i] for x in t) for t in by_term) for i in range(3))
        terms.append(Terms(factors, a, b if len(kinds) == 2 else None))
    bias = tuple(part.bias[0] for part in parts) if parts[0].bias else ()
    return Sums(tuple(part.place for part in parts), sampled, matrix, tuple(terms), bias)


def operations(group: Group) -> int:
    """Additions, multiplications and calls of functions for one sample."""
    if isinstance(group, Elementwise):
        return len(group.outputs)
    count = len(group.outputs) * (len(group.bias[:1]) + sum(2 * len(t.a) for t in group.terms))
    if group.matrix is not None:
        count += 2 * len(group.outputs) * len(group.matrix.right)
    return count
