"""Derivatives that are graphs themselves, so that they can be drawn and differentiated again."""

from collections.abc import Iterable, Sequence

from engine import functions
from engine.collector import collector_paused
from engine.functions import add, multiply
from engine.graph import topological_order
from engine.messages import check_kind, shown
from engine.stale import refuse_stale
from engine.value import Number, Value, constant


def gradients(output: Value, inputs: Sequence[Value]) -> list[Value]:
    """∂output/∂input for each input, as Values with a graph of their own; `grad` stays untouched.

    The inputs may be leaves or interior nodes; where the output does not depend on one, its
    derivative is the constant 0. Apply it to its own results for higher derivatives:

    >>> x = Value(2.0, "x")
    >>> (slope,) = gradients(x**3, [x])
    >>> (curvature,) = gradients(slope, [x])
    >>> slope.data, curvature.data
    (12.0, 12.0)

    Raises ValueError where a number of the graph was changed after it was computed with, TypeError
    for what is no Value.

    The method is reverse accumulation with every number a Value: Griewank and Walther, Evaluating
    Derivatives (2008), section 3.2.
    """
    if isinstance(inputs, Value) or not isinstance(inputs, Iterable):
        problem = f"a list of inputs is needed, and {shown(inputs)} was given"
        raise TypeError(f"gradients: {problem}: write [x], or model.parameters()")
    for given in (output, *inputs):
        check_kind(given, Value, where="gradients")
    order = topological_order((output,))
    refuse_stale(order)
    relevant = _depending_on(inputs, order)
    adjoints: dict[Value, Number] = {output: 1.0}
    for node in reversed(order):
        if node not in relevant or node not in adjoints or not node.inputs:
            continue
        for input, partial in zip(node.inputs, symbolic_partials(node)):
            if input in relevant:
                contribution = _product(partial, adjoints[node])
                adjoints[input] = _total(adjoints.get(input, 0.0), contribution)
    found = [adjoints.get(input, 0.0) for input in inputs]
    return [d if isinstance(d, Value) else constant(d) for d in found]


def hessian(output: Value, inputs: Sequence[Value]) -> list[list[Value]]:
    """∂²output/∂inputᵢ∂inputⱼ: one row for each i.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [[d.data for d in row] for row in hessian(x * x * y, [x, y])]
    [[6.0, 4.0], [4.0, 0.0]]
    """
    with collector_paused():
        return [gradients(slope, inputs) for slope in gradients(output, inputs)]


def symbolic_partials(node: Value) -> tuple[Number, ...]:
    """The local derivatives of a node along its inputs, as Values where they are not constant."""
    assert node.rule is not None
    inputs = [i.data if k in node.rule.fixed else i for k, i in enumerate(node.inputs)]
    partials: tuple[Number, ...] = node.rule.partials(functions, node, *inputs)
    return partials


def _depending_on(inputs: Sequence[Value], order: Sequence[Value]) -> set[Value]:
    """The nodes on the way from the inputs to the output: no others need a derivative."""
    relevant = set(inputs)
    for node in order:
        if any(input in relevant for input in node.inputs):
            relevant.add(node)
    return relevant


def _product(partial: Number, adjoint: Number) -> Number:
    """partial · adjoint, without a node for a factor of 0 or 1."""
    if isinstance(partial, Value) and isinstance(adjoint, Value):
        return partial * adjoint
    for factor, other in ((partial, adjoint), (adjoint, partial)):
        if not isinstance(factor, Value) and factor == 0.0:
            return 0.0
        if not isinstance(factor, Value) and factor == 1.0:
            return other
    return multiply(partial, adjoint)


def _total(a: Number, b: Number) -> Number:
    """a + b, without a node for a term of 0."""
    if isinstance(a, Value) and isinstance(b, Value):
        return a + b
    if not isinstance(a, Value) and a == 0.0:
        return b
    if not isinstance(b, Value) and b == 0.0:
        return a
    return add(a, b)
