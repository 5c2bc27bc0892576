"""Proof of Programs: array code against the scalar graph that it was compiled from."""

from collections.abc import Sequence
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.graph import topological_order
from engine.messages import shown
from engine.names import digits
from engine.proof.differences import EPSILON
from engine.proof.report import GradientError
from engine.proof.rounding import LEAST, gradient_errors, path_sizes, rounding_errors
from engine.value import Value, apply

if TYPE_CHECKING:
    from engine.program import Program
    from engine.program.lower import Traced

UNITS = 8.0  # in the last place, each operation: array code adds in another order
# and its functions are not Python's: relative to a value, and to what adds up to a derivative
OF_VALUE, OF_GRADIENT = 1e-15, 1e-12


class Bounded(NamedTuple):
    """A number, and how far from it another way to compute it may be."""

    number: float
    error: float


class Scalar(NamedTuple):
    """What the scalar graph gives at one point; the gradient is that of a single output."""

    outputs: list[Bounded]
    gradient: list[Bounded]
    graph: list[Value]


def check_program(program: "Program", points: Any) -> None:
    """Prove a Program: outputs and gradient are those of the scalar graph, at every point given.

    `points` is a batch, shape (n, inputs). The graph is computed anew at each of them, with the
    parameters that the program has now. What is compared: the outputs of each point, in the batch
    and by itself; and of a single output the gradient at each point, its mean over all of them, and
    its mean with the weights 1, 2, … Two numbers agree where they differ by no more than rounding
    explains, in the order of the graph or another (Higham, Accuracy and Stability of Numerical
    Algorithms (2002), section 3.3): there is no tolerance to choose.

    Raises GradientError (an AssertionError) that names the number and the point; ValueError for no
    points or another shape; DomainError or OverflowError where the graph has no finite number.

    >>> from engine.program import Program
    >>> w, x = Value(0.5), Value(1.0)
    >>> check_program(Program((w * x).tanh(), inputs=[x], parameters=[w]), [[1.0], [-2.0]])
    """
    if not hasattr(program, "traced"):  # not of its class, to import which takes NumPy
        raise TypeError(f"check_program: a Program is needed, and {shown(program)} was given")
    try:
        rows = [[float(x) for x in point] for point in points]
    except (TypeError, ValueError) as error:
        given = f"a list of points is needed, each a list of numbers, and {shown(points)} was given"
        raise type(error)(f"check_program: {given}") from error
    if not rows:
        raise ValueError("check_program: no points are given, so there is nothing to check")
    outputs = program(rows)
    parameters = program.parameters.tolist()
    graphs = [scalar(program.traced, row, parameters) for row in rows]
    for k, (row, graph) in enumerate(zip(rows, graphs)):
        where = f"at point {k}, [{', '.join(map(digits, row))}]"
        check_outputs(outputs[k], graph, f"{where}, in the batch")
        check_outputs(program([row])[0], graph, where)
        if graph.gradient:
            check_mean(program.value_and_gradient([row]), [graph], [1.0], where)
    if graphs[0].gradient:
        n = len(rows)
        mean, weights = f"in the mean of all {n} points", [k + 1.0 for k in range(n)]
        check_mean(program.value_and_gradient(rows), graphs, [1.0] * n, mean)
        weighted = program.value_and_gradient(rows, weights)
        check_mean(weighted, graphs, weights, f"{mean}, with the weights 1, 2, …")


def scalar(traced: "Traced", inputs: Sequence[float], parameters: Sequence[float]) -> Scalar:
    """The scalar graph with these numbers, and how far rounding may bring array code from it."""
    new = {old: Value(x, old.label) for old, x in zip(traced.inputs, inputs)}
    leaves = [Value(x, old.label) for old, x in zip(traced.parameters, parameters)]
    new |= zip(traced.parameters, leaves)
    for old in topological_order(traced.outputs):
        if old.inputs:
            assert old.rule is not None
            fixed = old.rule.fixed
            given = [x.data if k in fixed else new[x] for k, x in enumerate(old.inputs)]
            new[old] = apply(old.rule, *given)
        elif old not in new:
            new[old] = Value(old.data, old.label)
    graph = [new[old] for old in traced.outputs]
    noise = rounding_errors(topological_order(graph))
    outputs = [Bounded(v.data, UNITS * noise[v] + OF_VALUE * abs(v.data)) for v in graph]
    if len(graph) > 1:
        return Scalar(outputs, [], graph)
    graph[0].backward()
    sizes = path_sizes(topological_order(graph))
    errors = zip(leaves, gradient_errors(graph[0], leaves))
    return Scalar(
        outputs,
        [Bounded(v.grad, UNITS * e + OF_GRADIENT * sizes.get(v, 0.0)) for v, e in errors],
        graph,
    )


def check_outputs(found: Any, graph: Scalar, where: str) -> None:
    """The outputs at one point."""
    for k, (number, right) in enumerate(zip(found.ravel().tolist(), graph.outputs)):
        check(f"output {k}", number, right, where, graph.graph[k])


def check_mean(
    found: tuple[float, Any], graphs: Sequence[Scalar], weights: Sequence[float], where: str
) -> None:
    """The mean of the output over some points, and its gradient."""
    value, gradient = found
    (output,) = graphs[0].graph
    check("output 0", value, mean([graph.outputs[0] for graph in graphs], weights), where, output)
    columns = zip(*[graph.gradient for graph in graphs])
    for k, (number, column) in enumerate(zip(gradient.tolist(), columns)):
        name = f"the gradient by parameter {k}"
        check(name, number, mean(column, weights), where, output)


def mean(numbers: Sequence[Bounded], weights: Sequence[float]) -> Bounded:
    """Σ weightᵢ numberᵢ / Σ weightᵢ."""
    shares = [weight / fsum(weights) for weight in weights]
    terms = [share * x.number for share, x in zip(shares, numbers)]
    error = max(LEAST, EPSILON * fsum(map(abs, terms)))
    added = len(terms) * error if len(terms) > 1 else 0.0
    return Bounded(fsum(terms), fsum([s * x.error for s, x in zip(shares, numbers)]) + added)


def check(name: str, found: float, right: Bounded, where: str, output: Value) -> None:
    if not abs(found - right.number) <= right.error:
        raise GradientError(
            f"check_program: {name} {where}: the program gives {found!r}, "
            f"the scalar graph {right.number!r} ± {right.error:.1e}",
            output,
        )
