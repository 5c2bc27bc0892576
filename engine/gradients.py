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
    inputs = _checked(output, inputs, "gradients")
    order = topological_order((output,))
    refuse_stale(order)
    return _derivatives(order, inputs, {})


def hessian(output: Value, inputs: Sequence[Value]) -> list[list[Value]]:
    """∂²output/∂inputᵢ∂inputⱼ: one row for each i. Raises as `gradients` does.

    Along leaves it is symmetric, and only one of ∂²/∂xᵢ∂xⱼ and ∂²/∂xⱼ∂xᵢ is computed: both are
    the same Value.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [[d.data for d in row] for row in hessian(x * x * y, [x, y])]
    [[6.0, 4.0], [4.0, 0.0]]
    """
    inputs = _checked(output, inputs, "hessian")
    slopes = gradients(output, inputs)
    shared: dict[Value, tuple[Number, ...]] = {}  # the rows have most of their nodes in common

    def along(inputs: Sequence[Value], slope: Value) -> list[Value]:
        return _derivatives(topological_order((slope,)), inputs, shared)

    with collector_paused():
        if any(input.inputs for input in inputs):  # one may be computed from another
            return [along(inputs, slope) for slope in slopes]
        above = [along(inputs[i:], slope) for i, slope in enumerate(slopes)]
    places = range(len(inputs))
    return [[above[min(i, j)][abs(i - j)] for j in places] for i in places]


def _checked(output: object, inputs: Iterable[Value], where: str) -> list[Value]:
    """The inputs as a list, however they were given; one alone is refused, and a function is."""
    way = "" if isinstance(output, Value) or not callable(output) else f": write {where}(f(x), [x])"
    check_kind(output, Value, where=where, hint=way)
    if isinstance(inputs, Value) or not isinstance(inputs, Iterable):
        problem = f"a list of inputs is needed, and {shown(inputs)} was given"
        raise TypeError(f"{where}: {problem}: write [x], or model.parameters()")
    inputs = list(inputs)
    for given in inputs:
        check_kind(given, Value, where=where)
    return inputs


def _derivatives(
    order: Sequence[Value], inputs: Sequence[Value], known: dict[Value, tuple[Number, ...]]
) -> list[Value]:
    """The derivatives of the last node of an order along the inputs. The local derivatives that
    are `known` are not made again, and new ones are added to them."""
    relevant = _depending_on(inputs, order)
    adjoints: dict[Value, Number] = {order[-1]: 1.0}
    for node in reversed(order):
        if node not in relevant or node not in adjoints or not node.inputs:
            continue
        if node not in known:
            known[node] = symbolic_partials(node)
        for input, partial in zip(node.inputs, known[node]):
            if input in relevant:
                contribution = _product(partial, adjoints[node])
                adjoints[input] = _total(adjoints.get(input, 0.0), contribution)
    found = [adjoints.get(input, 0.0) for input in inputs]
    return [d if isinstance(d, Value) else constant(d) for d in found]


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
        if not relevant.isdisjoint(node.inputs):
            relevant.add(node)
    return relevant


# Operators are the quickest way, but two plain numbers would be neither checked nor refused.


def _product(partial: Number, adjoint: Number) -> Number:
    """partial · adjoint, without a node for a factor of 0 or 1."""
    for factor, other in ((partial, adjoint), (adjoint, partial)):
        if not isinstance(factor, Value) and factor == 0.0:
            return 0.0
        if not isinstance(factor, Value) and factor == 1.0:
            return other
    return partial * adjoint if isinstance(partial, Value) else multiply(partial, adjoint)


def _total(a: Number, b: Number) -> Number:
    """a + b, without a node for a term of 0."""
    if not isinstance(a, Value) and a == 0.0:
        return b
    if not isinstance(b, Value) and b == 0.0:
        return a
    return a + b if isinstance(a, Value) else add(a, b)
