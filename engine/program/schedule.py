"""Nodes that can be computed together form groups, in an order in which all groups can run."""

from collections import defaultdict
from dataclasses import dataclass, field

from engine.program.matrices import Parts, with_matrices
from engine.program.plan import Elementwise, Group
from engine.program.simplify import Operation, Simplified, Sum

Member = tuple[int, Operation | Parts]


def scheduled(graph: Simplified) -> list[Group]:
    """All groups in an order in which they can run: level by level, with all that is ready.

    The level of a node is the length of the longest path to it. The next group is the kind of the
    lowest node, and takes in all nodes of its kind that are ready, from higher levels too.
    """
    level = [0] * len(graph.nodes)  # of sources, which are there from the start, 0
    waiting = [0] * len(graph.nodes)  # for how many nodes it waits
    consumers: defaultdict[int, list[int]] = defaultdict(list)
    ready: dict[object, Ready] = {}
    for place in graph.needed:
        if inputs := graph.inputs[place]:
            level[place] = 1 + max(map(level.__getitem__, inputs))
            before = {input for input in inputs if level[input]}
            waiting[place] = len(before)
            for input in before:
                consumers[input].append(place)
            if not before:
                add_ready(ready, graph, place, level[place])
    groups: list[Group] = []
    while ready:
        chosen = ready.pop(min(ready, key=lambda kind: ready[kind].level))
        groups += grouped(graph, chosen.members)
        for place, _ in chosen.members:
            for consumer in consumers[place]:
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    add_ready(ready, graph, consumer, level[consumer])
    return groups


@dataclass(slots=True)
class Ready:
    """The nodes of one kind that can be computed, and the lowest level among them."""

    level: int
    members: list[Member] = field(default_factory=list)


def add_ready(ready: dict[object, Ready], graph: Simplified, place: int, level: int) -> None:
    """Enter a node whose inputs are computed."""
    kind, member = kind_and_member(graph, place)
    same = ready.get(kind)
    if same is None:
        same = ready[kind] = Ready(level)
    same.level = min(same.level, level)
    same.members.append(member)


def kind_and_member(graph: Simplified, place: int) -> tuple[object, Member]:
    """What a node can be computed together with, and the node as a part of such a group."""
    node, sampled = graph.nodes[place], graph.sampled
    if isinstance(node, Operation):
        kinds = tuple([sampled[i] for i in graph.inputs[place]])
        return (node.rule, node.fixed, kinds), (place, node)
    assert isinstance(node, Sum)
    parts = Parts.of(graph, place, node)
    return (sampled[place], parts.shape()), (place, parts)


def grouped(graph: Simplified, members: list[Member]) -> list[Group]:
    place, first = members[0]
    sampled = graph.sampled[place]
    if isinstance(first, Operation):
        nodes = [node for _, node in members if isinstance(node, Operation)]
        inputs = tuple(zip(*[node.inputs for node in nodes]))
        outputs = tuple([place for place, _ in members])
        return [Elementwise(first.rule, first.fixed, inputs, outputs, sampled)]
    parts = [part for _, part in members if isinstance(part, Parts)]
    return with_matrices(graph, parts, sampled)
