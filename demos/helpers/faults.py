"""Faults to plant: wrong versions of the rules in the table, and of backward itself."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

from engine import Rule, Value
from engine.floats import FLOATS
from engine.graph import topological_order
from engine.proof.points import free_inputs, sample_points

# Faults of a rule


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is wrong: what was done to it, where, and the faulty rule."""

    kind: str
    place: str
    rule: Rule


# (m, partial, input) -> what stands there instead
CHANGES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "sign flipped": lambda m, p, x: -p,
    "doubled": lambda m, p, x: 2.0 * p,
    "a millionth too large": lambda m, p, x: p * (1.0 + 1e-6),
    "left out": lambda m, p, x: 0.0,
    "shifted by 0.001": lambda m, p, x: p + 1e-3,
    "doubled where x < 0": lambda m, p, x: p * (2.0 - m.where(x, 1.0, 0.0)),
}
FEW = 4  # inputs of a rule that takes any number of them
SWAPPED, AT_A_KINK = "swapped", "another choice at a kink"
KINDS = (*CHANGES, SWAPPED, AT_A_KINK)


def faults(rule: Rule) -> list[Fault]:
    """Every fault that makes the rule's partials other numbers somewhere.

    A fixed input has none: it is a plain number, and nobody asks for its derivative.
    """
    free = free_inputs(rule, FEW)
    planted = [
        Fault(kind, f"by input {k + 1}", with_change(rule, k, change))
        for kind, change in CHANGES.items()
        for k in free
    ]
    planted += [
        Fault(SWAPPED, f"of inputs {j + 1} and {k + 1}", with_swap(rule, j, k))
        for j, k in combinations(free, 2)
    ]
    planted = [fault for fault in planted if differs(rule, fault.rule)]
    return planted + [
        Fault(AT_A_KINK, f"{kink} by input {k + 1}", with_choice(rule, kink, k))
        for kink in rule.chosen
        for k in free
        if k < len(kink)
    ]


def grown(rule: Rule, part: float) -> list[Rule]:
    """For each partial that is not 0 the rule that has it larger by this part."""
    wrong = [with_change(rule, k, lambda m, p, x: p * (1.0 + part)) for k in free_inputs(rule, FEW)]
    return [faulty for faulty in wrong if differs(rule, faulty)]


def with_change(rule: Rule, k: int, change: Callable[[Any, Any, Any], Any]) -> Rule:
    """The rule with one partial changed; it states no kinks, at which it would be found at once."""

    def partials(m: Any, y: Any, *xs: Any) -> tuple[Any, ...]:
        right = tuple(rule.partials(m, y, *xs))
        if k >= len(right):  # a shorter vector
            return right
        return (*right[:k], change(m, right[k], xs[k]), *right[k + 1 :])

    return replace(rule, partials=partials, chosen={})


def with_swap(rule: Rule, j: int, k: int) -> Rule:
    """The rule with two partials in each other's place; it states no kinks either."""

    def partials(m: Any, y: Any, *xs: Any) -> tuple[Any, ...]:
        found = list(rule.partials(m, y, *xs))
        if max(j, k) < len(found):
            found[j], found[k] = found[k], found[j]
        return tuple(found)

    return replace(rule, partials=partials, chosen={})


def with_choice(rule: Rule, kink: tuple[float, ...], k: int) -> Rule:
    """The rule with one partial half larger at one kink."""

    def partials(m: Any, y: Any, *xs: Any) -> tuple[Any, ...]:
        found = list(rule.partials(m, y, *xs))
        if tuple(map(float, xs)) == kink:
            found[k] += 0.5
        return tuple(found)

    return replace(rule, partials=partials)


def differs(rule: Rule, faulty: Rule) -> bool:
    """Whether the partials are other numbers at any of 40 points: twice 0 is 0, and no fault."""
    for xs in sample_points(rule, random.Random(1)):
        y = rule.value(FLOATS, *xs)
        if tuple(faulty.partials(FLOATS, y, *xs)) != tuple(rule.partials(FLOATS, y, *xs)):
            return True
    return False


# Faults of backward

Edges = Iterable[tuple[Value, float]]


def all_edges(node: Value) -> Edges:
    return zip(node.inputs, node.partials)


def without_the_first(node: Value) -> Edges:
    return list(all_edges(node))[1 if len(node.inputs) > 1 else 0 :]


def each_input_once(node: Value) -> Edges:
    return dict(all_edges(node)).items()


def add(input: Value, gradient: float) -> None:
    input.grad += gradient


def overwrite(input: Value, gradient: float) -> None:
    input.grad = gradient


def overwrite_between(input: Value, gradient: float) -> None:
    input.grad = gradient if input.inputs else input.grad + gradient


def interior(nodes: Sequence[Value]) -> list[Value]:
    return [node for node in nodes if node.inputs]


def order_of_discovery(outputs: Iterable[Value]) -> list[Value]:
    """The output, its inputs, their inputs, …, reversed: a node may come before what needs it."""
    found = list(outputs)
    for node in found:
        found += [input for input in dict.fromkeys(node.inputs) if input not in found]
    return found[::-1]


def backward(
    output: Value,
    *,
    order: Callable[[Iterable[Value]], list[Value]] = topological_order,
    starts_anew: Callable[[list[Value]], list[Value]] = interior,
    seed: float = 1.0,
    edges: Callable[[Value], Edges] = all_edges,
    pass_on: Callable[[Value, float], None] = add,
) -> None:
    """What Value.backward does, in parts of which each can be wrong."""
    nodes = order((output,))
    anew = set(starts_anew(nodes))
    held = {node: node.grad for node in nodes if not node.inputs and node not in anew}
    for node in (*anew, *held):
        node.grad = 0.0
    output.grad += seed
    for node in reversed(nodes):
        for input, slope in edges(node):
            pass_on(input, slope * node.grad)
    for leaf, before in held.items():
        leaf.grad += before


ENGINE_FAULTS: dict[str, Callable[[Value], None]] = {
    "an edge is lost": partial(backward, edges=without_the_first),
    "an input used twice counts once": partial(backward, edges=each_input_once),
    "= for +=": partial(backward, pass_on=overwrite),
    "= for += between the leaves and the output": partial(backward, pass_on=overwrite_between),
    "order of discovery, not topological": partial(backward, order=order_of_discovery),
    "nothing starts anew": partial(backward, starts_anew=lambda nodes: []),
    "the leaves start anew as well": partial(backward, starts_anew=lambda nodes: nodes),
    "the output's gradient starts at 2": partial(backward, seed=2.0),
}


@contextmanager
def planted(wrong: Callable[[Value], None]) -> Iterator[None]:
    """Inside, this is what every Value's backward() does."""
    healthy = Value.backward
    Value.backward = lambda self: wrong(self)  # type: ignore[method-assign]
    try:
        yield
    finally:
        Value.backward = healthy  # type: ignore[method-assign]
