"""How far rounding may bring a graph's number, or its gradient, from the exact ones.

Each operation is taken to be wrong by one unit in the last place of its result and of its inputs,
and what such errors do is followed to first order, but where an input may have no digit that is
right: x² has no slope at 0, and |x| has two. Running error analysis: Higham, Accuracy and
Stability of Numerical Algorithms (2002), section 3.3.
"""

import math
from collections.abc import Mapping, Sequence

from engine.floats import FLOATS
from engine.gradients import gradients
from engine.graph import topological_order
from engine.proof.differences import EPSILON
from engine.value import Value

LEAST = math.ulp(0.0)  # by which numbers next to 0 are apart, however small they are


def rounding_errors(order: Sequence[Value]) -> dict[Value, float]:
    """A bound on the rounding error of each node, its leaves taken as exact.

    >>> x = Value(3.0)
    >>> difference = (x + 1e16) - 1e16
    >>> errors = rounding_errors(topological_order((difference,)))
    >>> difference.data, round(errors[difference], 2)
    (4.0, 8.88)
    """
    errors: dict[Value, float] = {}
    for node in order:
        error = 0.0
        if node.rule and node.inputs:
            error = max(LEAST, EPSILON * max(abs(node.data), node.rule.cancels_from))
        for input, partial in zip(node.inputs, node.partials):
            error += abs(partial) * (errors[input] + EPSILON * abs(input.data))
        if any([errors[x] > max(abs(x.data), LEAST) for x in node.inputs]):
            error += error_without_digits(node, errors)
        errors[node] = math.inf if math.isnan(error) else error  # as 0 · inf is
    return errors


def usual_rounding_errors(order: Sequence[Value]) -> dict[Value, float]:
    """The same where each operation is as good as it can be: wrong by one unit in the last place of
    its result alone, and of no input."""
    errors: dict[Value, float] = {}
    for node in order:
        errors[node] = EPSILON * abs(node.data) if node.inputs else 0.0
        errors[node] += sum([abs(p) * errors[x] for p, x in zip(node.partials, node.inputs)])
    return errors


def error_without_digits(node: Value, errors: Mapping[Value, float]) -> float:
    """How far a result is off where inputs are as far off as they may be, upwards or downwards; by
    the slopes there, too, as inputs may be off in different directions."""
    rule, largest = node.rule, 0.0
    assert rule is not None
    for sign in (1.0, -1.0):
        moved = [x.data + sign * errors[x] for x in node.inputs]
        try:
            y = rule.value(FLOATS, *moved)
            slopes = rule.partials(FLOATS, y, *moved)
        except OverflowError:
            return math.inf
        except (ArithmeticError, ValueError):  # outside of the domain
            continue
        along = sum([abs(slope) * errors[x] for slope, x in zip(slopes, node.inputs) if errors[x]])
        largest = max(largest, along, abs(y - node.data))
    return largest


def path_sizes(order: Sequence[Value]) -> dict[Value, float]:
    """For each node the sum, over its paths to the last one, of |products of partials|.

    It is the size of what adds up to the derivative, and may be far larger than that.

    >>> x = Value(3.0)
    >>> y = 5 * x - 4 * x
    >>> path_sizes(topological_order((y,)))[x]
    9.0
    """
    sizes = dict.fromkeys(order, 0.0)
    sizes[order[-1]] = 1.0
    for node in reversed(order):
        for input, partial in zip(node.inputs, node.partials):
            sizes[input] += abs(partial) * sizes[node]
    return sizes


def gradient_errors(output: Value, leaves: Sequence[Value]) -> list[float]:
    """A bound on the rounding error of each ∂output/∂leaf, as reverse mode computes it.

    Local derivatives are computed from numbers that are rounded themselves: that of (x - y)² is
    2 (x - y), and little of it is right where x and y all but cancel. So this is the rounding error
    of the graph that computes the derivative. A rule of one's own whose partials take no Values is
    given none.
    """
    try:
        slopes = gradients(output, leaves)
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return [0.0] * len(leaves)
    errors = rounding_errors(topological_order(slopes))
    return [errors[slope] for slope in slopes]
