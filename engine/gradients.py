"""Derivatives that are graphs themselves, so that they can be drawn and differentiated again."""

from collections.abc import Iterable, Sequence

from engine import functions
from engine.collector import collector_paused
from engine.floats import finite
from engine.functions import add, multiply
from engine.graph import topological_order
from engine.keywords import explain_keywords
from engine.messages import check_kind, counted, shown
from engine.stale import refuse_stale
from engine.value import Number, Value, constant


@explain_keywords
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
    return _derivatives(order, {output: 1.0}, inputs, {})


@explain_keywords
def jacobian(outputs: Sequence[Value], inputs: Sequence[Value]) -> list[list[Value]]:
    """J, the ∂outputᵢ/∂inputⱼ: one row for each output. Raises as `gradients` does.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [[d.data for d in row] for row in jacobian([x * y, x + y], [x, y])]
    [[3.0, 2.0], [1.0, 1.0]]
    """
    outputs = _checked_list(outputs, "jacobian", "outputs", "[y]")
    inputs = _checked_list(inputs, "jacobian")
    refuse_stale(topological_order(outputs))
    known: dict[Value, tuple[Number, ...]] = {}  # the rows have most of their nodes in common
    with collector_paused():
        return [_row(output, inputs, known) for output in outputs]


@explain_keywords
def vjp(outputs: Sequence[Value], inputs: Sequence[Value], vector: Sequence[Number]) -> list[Value]:
    """vᵀJ, the Σᵢ vᵢ ∂outputᵢ/∂inputⱼ, for a vector v of one number or Value for each output.

    J is not computed: reverse mode goes back through the graph once, however many outputs there
    are. What v itself is computed from does not count. Raises as `gradients` does, and ValueError
    for a vector of another length.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [d.data for d in vjp([x * y, x + y], [x, y], [0.5, 2.0])]
    [3.5, 3.0]
    """
    outputs = _checked_list(outputs, "vjp", "outputs", "[y]")
    inputs = _checked_list(inputs, "vjp")
    order = topological_order(outputs)
    refuse_stale(order)
    return _derivatives(order, _along(outputs, vector, "vjp", "output"), inputs, {})


@explain_keywords
def jvp(outputs: Sequence[Value], inputs: Sequence[Value], vector: Sequence[Number]) -> list[Value]:
    """Jv, the Σⱼ ∂outputᵢ/∂inputⱼ vⱼ, for a vector v of one number or Value for each input.

    It says how fast each output changes as the inputs move along v. J is not computed: forward
    mode goes through the graph once, from the inputs to the outputs, however many there are. What v
    itself is computed from does not count. Raises as `vjp` does.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [d.data for d in jvp([x * y, x + y], [x, y], [0.5, 2.0])]
    [5.5, 2.5]

    The method is forward accumulation with every number a Value: Griewank and Walther, Evaluating
    Derivatives (2008), section 3.1.
    """
    outputs = _checked_list(outputs, "jvp", "outputs", "[y]")
    inputs = _checked_list(inputs, "jvp")
    order = topological_order(outputs)
    refuse_stale(order)
    tangents = _along(inputs, vector, "jvp", "input")
    for node in order:
        if tangents.keys().isdisjoint(node.inputs):
            continue
        for input, partial in zip(node.inputs, symbolic_partials(node)):
            if input in tangents:
                contribution = _product(partial, tangents[input])
                tangents[node] = _total(tangents.get(node, 0.0), contribution)
    return _as_values([tangents.get(output, 0.0) for output in outputs])


@explain_keywords
def hvp(output: Value, inputs: Sequence[Value], vector: Sequence[Number]) -> list[Value]:
    """Hv, the Σⱼ ∂²output/∂inputᵢ∂inputⱼ vⱼ, for a vector v of one number or Value for each input.

    H, the Hessian, is not computed: forward mode goes once through the graph of the gradients. What
    v itself is computed from does not count. Raises as `vjp` does.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [d.data for d in hvp(x * x * y, [x, y], [1.0, 0.0])]
    [6.0, 4.0]

    Pearlmutter, Fast exact multiplication by the Hessian (1994).
    """
    inputs = _checked(output, inputs, "hvp")
    vector = _numbers(inputs, vector, "hvp", "input")  # before anything is computed
    return jvp(gradients(output, inputs), inputs, vector)


@explain_keywords
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
    if any(input.inputs for input in inputs):  # one may be computed from another
        return jacobian(slopes, inputs)
    known: dict[Value, tuple[Number, ...]] = {}
    with collector_paused():
        above = [_row(slope, inputs[i:], known) for i, slope in enumerate(slopes)]
    places = range(len(inputs))
    return [[above[min(i, j)][abs(i - j)] for j in places] for i in places]


def _checked(output: object, inputs: Iterable[Value], where: str) -> list[Value]:
    """The inputs as a list, however they were given; one alone is refused, and a function is."""
    call = f"{where}(f(x), [x]{', vector' if where == 'hvp' else ''})"
    way = "" if isinstance(output, Value) or not callable(output) else f": write {call}"
    check_kind(output, Value, where=where, hint=way)
    return _checked_list(inputs, where)


def _checked_list(
    values: Iterable[Value],
    where: str,
    what: str = "inputs",
    way: str = "[x], or model.parameters()",
) -> list[Value]:
    """Values as a list, however they were given; one alone is refused."""
    if isinstance(values, Value) or not isinstance(values, Iterable):
        problem = f"a list of {what} is needed, and {shown(values)} was given"
        way = f"{where}([f(x)], …)" if what == "outputs" and callable(values) else way
        raise TypeError(f"{where}: {problem}: write {way}")
    values = list(values)
    for given in values:
        check_kind(given, Value, where=where)
    return values


def _along(
    nodes: Sequence[Value], vector: Iterable[Number], where: str, what: str
) -> dict[Value, Number]:
    """The number of a vector for each node; of a node that is there twice, their sum."""
    found: dict[Value, Number] = {}
    for node, number in zip(nodes, _numbers(nodes, vector, where, what)):
        found[node] = _total(found.get(node, 0.0), number)
    return found


def _numbers(
    nodes: Sequence[Value], vector: Iterable[Number], where: str, what: str
) -> list[Number]:
    """A vector as a list, however it was given, of one number for each node."""
    if isinstance(vector, Value) or not isinstance(vector, Iterable):
        needed = f"a list of numbers is needed, one for each {what}"
        raise TypeError(f"{where}: {needed}, and {shown(vector)} was given")
    try:
        numbers = [x if isinstance(x, Value) else finite(x) for x in vector]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{where}: {error}") from None
    if len(numbers) != len(nodes):
        given = f"{counted(len(numbers), 'number')} for {counted(len(nodes), what)}"
        raise ValueError(f"{where}: {given}: one for each is needed")
    return numbers


def _row(
    output: Value, inputs: Sequence[Value], known: dict[Value, tuple[Number, ...]]
) -> list[Value]:
    """The derivatives of one output."""
    return _derivatives(topological_order((output,)), {output: 1.0}, inputs, known)


def _derivatives(
    order: Sequence[Value],
    adjoints: dict[Value, Number],
    inputs: Sequence[Value],
    known: dict[Value, tuple[Number, ...]],
) -> list[Value]:
    """The derivatives along the inputs, given the adjoints of the outputs of an order; those of
    all other nodes are added. So are to the `known` local derivatives those that are new."""
    relevant = _depending_on(inputs, order)
    for node in reversed(order):
        if node not in relevant or node not in adjoints or not node.inputs:
            continue
        if node not in known:
            known[node] = symbolic_partials(node)
        for input, partial in zip(node.inputs, known[node]):
            if input in relevant:
                contribution = _product(partial, adjoints[node])
                adjoints[input] = _total(adjoints.get(input, 0.0), contribution)
    return _as_values([adjoints.get(input, 0.0) for input in inputs])


def _as_values(numbers: Sequence[Number]) -> list[Value]:
    return [x if isinstance(x, Value) else constant(x) for x in numbers]


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
