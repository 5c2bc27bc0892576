"""A gradient proved operation by operation, where differences of the whole function do not tell.

Each local derivative of the graph is held to differences of that rule alone, at the numbers that it
saw; then they are multiplied and added up along the paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.errors import write_call
from engine.floats import FLOATS
from engine.proof.differences import EPSILON, NOTHING, Numeric
from engine.proof.glance import FINELY, look_closely
from engine.proof.local import claim_of, judge
from engine.value import Value

Slopes = dict[Value, list[Numeric]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The local derivatives of a graph, by differences."""

    order: Sequence[Value]
    slopes: Slopes  # for each node one by each input
    fault: str  # the first that is wrong, in words
    open: str  # the first that can't be decided

    @classmethod
    def of(cls, order: Sequence[Value], leaves: Sequence[Value]) -> "Parts":
        """Of every operation that depends on the leaves."""
        slopes: Slopes = {}
        said = {"disagrees": "", "inconclusive": ""}
        varied = set(leaves)
        for node in order:
            if not any(input in varied for input in node.inputs):
                continue
            varied.add(node)
            slopes[node] = []
            for k, input in enumerate(node.inputs):
                verdict, slope = local(node, k) if input in varied else ("agrees", NOTHING)
                slopes[node].append(slope)
                if verdict in said and not said[verdict]:
                    said[verdict] = describe(node, k, slope)
        return cls(order, slopes, said["disagrees"], said["inconclusive"])

    def along(self, tangents: dict[Value, float]) -> tuple[float, float]:
        """The derivative along the tangents of the leaves, and how far it may be off."""
        found = {leaf: (tangent, 0.0) for leaf, tangent in tangents.items()}
        for node in self.order:
            value = error = 0.0
            for input, slope in zip(node.inputs, self.slopes.get(node, ())):
                if input in found:
                    tangent, off = found[input]
                    value += slope.value * tangent
                    error += abs(slope.value) * off + slope.error * abs(tangent)
                    error += 2.0 * EPSILON * abs(slope.value * tangent)
            if node in self.slopes:
                found[node] = value, error
        return found.get(self.order[-1], (0.0, 0.0))


def local(node: Value, k: int) -> tuple[str, Numeric]:
    """What is said of one local derivative, and the number by differences."""
    assert node.rule is not None
    rule, numbers = node.rule, [input.data for input in node.inputs]
    found = node.partials[k] if k < len(node.partials) else 0.0
    if not rule.holds_at(*numbers):
        return "inconclusive", NOTHING
    partials = [*node.partials[:k], found]
    if look_closely(partial(rule.value, FLOATS), numbers, partials, k):
        return "agrees", Numeric(found, 2.0 * FINELY * abs(found))
    verdict, slope = judge(claim_of(rule, numbers, k, found))
    if verdict == "agrees":  # as far as rounding lets it
        slope = replace(slope, error=max(slope.error, abs(found - slope.value)))
    return verdict, slope


def describe(node: Value, k: int, slope: Numeric) -> str:
    """A local derivative, what backward takes for it, and what differences say."""
    found = node.partials[k] if k < len(node.partials) else 0.0
    by_differences = f"finite differences {slope.value:.12g} ± {slope.error:.1e}"
    return f"{as_given(node, k, found)}, {by_differences}"


# What is no part of the graph


def differ(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether two graphs have other operations."""
    if len(one) != len(other):
        return True
    places = [{node: place for place, node in enumerate(order)} for order in (one, other)]
    return any(
        name(a) != name(b) or [places[0][i] for i in a.inputs] != [places[1][i] for i in b.inputs]
        for a, b in zip(one, other)
    )


def find_frozen(one: Sequence[Value], other: Sequence[Value], leaves: Sequence[Value]) -> str:
    """The first number that is another one in the graph of another point, though it is no input."""
    given = set(leaves)
    for a, b in zip(one, other):
        if not a.inputs and a not in given and a.data != b.data:
            user = next(node for node in one if a in node.inputs)
            return f"the number {called(a)} of {call_of(user)}"
    return ""


# In words


def as_given(node: Value, k: int, found: float) -> str:
    """A local derivative as the rule gives it."""
    call, rule = call_of(node), name(node)
    return f"that of {call} by its input {k + 1}: the rule {rule!r} gives {found:.12g}"


def name(node: Value) -> str:
    return node.rule.name if node.rule else ""


def called(node: Value) -> str:
    return node.label or f"{node.data:.6g}"


def call_of(node: Value) -> str:
    """The operation that made a node, as Python writes it."""
    assert node.rule is not None
    return write_call(node.rule, [called(input) for input in node.inputs])
