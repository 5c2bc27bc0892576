"""What gives no finite number is explained: by the error of the scalar engine, for a sample."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from engine.errors import DomainError, refusal
from engine.floats import FLOATS
from engine.graph import topological_order
from engine.messages import brief
from engine.program.checks import Array
from engine.program.lower import Traced
from engine.value import Value


def explain(
    traced: Traced,
    parameters: Sequence[float],
    samples: Array,
    fails: Callable[[Array], bool],
    error: Exception,
) -> NoReturn:
    """Raise the scalar engine's error for the first sample that gives no finite number.

    NumPy goes on after such a number; Python's functions, as gamma, raise errors of their own. In a
    sample that does not fail by itself such a number has done no harm. Where no Value of a sample
    is too large, a sum that is taken in another order may be.
    """
    numbers = dict(zip(traced.parameters, parameters))
    names = {
        leaf: leaf.label or f"{kind} {k}"
        for kind, leaves in (("input", traced.inputs), ("parameter", traced.parameters))
        for k, leaf in enumerate(leaves)
    }
    unexplained: list[int] = []
    for k in range(len(samples)):
        if not fails(samples[k : k + 1]):
            continue
        try:
            leaves = numbers | dict(zip(traced.inputs, samples[k].tolist()))
            evaluate_eagerly(traced.outputs, leaves, names)
        except (ValueError, OverflowError) as found:
            told = type(found)(f"sample {k}: {found}")
            if isinstance(told, DomainError):
                told.sample = k
            raise told from None
        unexplained.append(k)
    if not isinstance(error, ArithmeticError):
        raise error
    problem = "a result or the gradient is too large for a float"
    if unexplained:
        problem = (
            f"sample {unexplained[0]}: {problem}, while no Value is: a gradient may be, or a "
            "sum that is taken in another order, w*(x + y) for w*x + w*y"
        )
    raise OverflowError(problem) from None


def evaluate_eagerly(
    outputs: Sequence[Value], leaves: Mapping[Value, float], names: Mapping[Value, str]
) -> None:
    """Go through the graph with these numbers at its leaves, and raise where one is not finite,
    that of a leaf whether it is used or not."""
    for leaf, number in leaves.items():
        if not math.isfinite(number):
            raise ValueError(f"{brief(names[leaf])} is {number}")
    numbers: dict[Value, float] = {}
    for node in topological_order(outputs):
        if not node.inputs:
            numbers[node] = leaves.get(node, node.data)
            continue
        rule, inputs = node.rule, [numbers[i] for i in node.inputs]
        assert rule is not None
        labels = [names.get(i, i.label) for i in node.inputs]
        try:
            number = rule.value(FLOATS, *inputs)
            finite = all(map(math.isfinite, [number, *rule.partials(FLOATS, number, *inputs)]))
        except (ArithmeticError, ValueError) as error:
            raise refusal(rule, inputs, labels, error) from error
        if not finite:
            raise refusal(rule, inputs, labels)
        numbers[node] = number
