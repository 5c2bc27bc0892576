"""How far rounding may bring a graph's number, or its gradient, from the exact ones.

Each operation is taken to be wrong by one unit in the last place of its result and of its inputs,
and what such errors do is followed to first order. Running error analysis: Higham, Accuracy and
Stability of Numerical Algorithms (2002), section 3.3.
"""

import math
from collections.abc import Sequence

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
        errors[node] = error
    return errors


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
