"""Reverse mode at one point, compared with finite differences and with forward mode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.floats import FLOATS
from engine.graph import topological_order
from engine.proof.black_box.line import Line, best
from engine.proof.differences import EPSILON, NOTHING, Numeric, noisy_derivative
from engine.proof.parts import Parts, called
from engine.proof.problem import Problem
from engine.proof.report import HIDDEN, RESOLUTION, GradientError, Row, verdict
from engine.proof.rounding import LEAST, gradient_errors, path_sizes
from engine.value import Value


@dataclass(frozen=True, slots=True)
class Analysis:
    """The graph of a problem at its point: what backward gives for each leaf, and how surely."""

    problem: Problem
    output: Value
    order: list[Value]
    reverse: list[float]  # ∂output/∂leaf
    errors: list[float]  # bounds on their rounding
    sizes: list[float]  # of what adds up to each

    @classmethod
    def of(cls, problem: Problem) -> "Analysis":
        """Raises GradientError where `backward()` gives something else when it is called again."""
        output = problem.output()
        order = topological_order((output,))
        before = [node.data for node in order]
        once, twice, anew = backward_again(output, [*order, *problem.leaves], problem.leaves)
        refuse_changed(order, before)
        paths = path_sizes(order)
        sizes = [paths.get(leaf, 0.0) for leaf in problem.leaves]
        for name, first, both, later, size in zip(problem.names, once, twice, anew, sizes):
            rounding = 2.0 * len(order) * EPSILON * size
            if abs(both - 2.0 * first) > rounding:
                raise GradientError(
                    f"{name}: backward gives {first!r}, and {both - first!r} more when it is "
                    "called again; it must add the same. To see the graph: draw(error.output)",
                    output,
                )
            if abs(later - first) > rounding:
                raise GradientError(
                    f"{name}: backward gives {first!r}, and {later!r} where the backward of "
                    "another output has left its gradients between; these must start at 0. "
                    "To see the graph: draw(error.output)",
                    output,
                )
        errors = gradient_errors(output, problem.leaves)
        return cls(problem, output, order, once, errors, sizes)

    def unit(self, k: int) -> list[float]:
        """The direction of one input."""
        return [float(j == k) for j in range(len(self.problem.leaves))]

    def single(self, k: int) -> Row:
        """The derivative by one input."""
        problem, numbers = self.problem, self.problem.numbers

        def shifted(x: float) -> tuple[float, float]:
            return problem.evaluate([*numbers[:k], x, *numbers[k + 1 :]])

        return self.row(problem.names[k], self.unit(k), noisy_derivative(shifted, numbers[k]))

    def along(self, direction: Sequence[float], name: str) -> Row:
        """The derivative along a direction."""

        def shifted(t: float) -> tuple[float, float]:
            return self.problem.evaluate(x + t * d for x, d in zip(self.problem.numbers, direction))

        row = self.row(name, direction, self.first_look(shifted, len(direction)))
        if row.verdict == "agrees":
            return row
        return self.row(name, direction, noisy_derivative(shifted, 0.0))

    def first_look(self, shifted: Callable[[float], tuple[float, float]], count: int) -> Numeric:
        """The derivative from 16 values, where moving so many inputs by a little is smooth."""
        shrunk = count**-0.5

        def value(t: float) -> float | None:
            try:
                return shifted(t * shrunk)[0]
            except (ValueError, OverflowError):
                return None

        found = best(Line(value, self.output.data).look_quickly())
        if found is None:
            return NOTHING
        slope, error, h = found.slope / shrunk, found.error / shrunk, found.h * shrunk
        return Numeric(slope, error, step=h, scale=abs(self.output.data) / h)

    def row(self, name: str, direction: Sequence[float], numeric: Numeric) -> Row:
        reverse = sum(g * d for g, d in zip(self.reverse, direction))
        forward = forward_mode(self.order, dict(zip(self.problem.leaves, direction)))
        size = sum(s * abs(d) for s, d in zip(self.sizes, direction))
        slack = len(self.order) * EPSILON * size
        rounding = slack + sum(e * abs(d) for e, d in zip(self.errors, direction))
        said = verdict(reverse, forward, numeric, rounding=rounding, slack=slack, size=size)
        return Row(name, reverse, forward, numeric.value, numeric.error + rounding, said)

    def row_by_parts(self, row: Row, direction: Sequence[float], parts: Parts) -> Row:
        """The same with the differences of each operation, multiplied and added up."""
        value, error = parts.along(dict(zip(self.problem.leaves, direction)))
        size = sum(s * abs(d) for s, d in zip(self.sizes, direction))
        error += len(self.order) * EPSILON * size
        said = HIDDEN if error > RESOLUTION * size else "agrees"
        if abs(row.reverse - value) > error + len(self.order) * LEAST:
            said = "disagrees"
        return replace(row, numeric=value, error=error, verdict=said)


def doubted(row: Row) -> Row:
    """Where an operation can't be decided, what differences of the whole say against it is not."""
    if row.verdict != "disagrees" or row.forward is None:
        return row
    alike = abs(row.reverse - row.forward) <= RESOLUTION * abs(row.forward)
    return replace(row, verdict=HIDDEN) if alike else row


def backward_again(
    output: Value, touched: Sequence[Value], leaves: Sequence[Value]
) -> tuple[list[float], list[float], list[float]]:
    """The gradients of the leaves after one `backward()`, after two, and after another output's.

    All are set back.
    """
    grads = [node.grad for node in touched]
    try:
        for node in touched:
            node.grad = 0.0
        output.backward()
        once = [leaf.grad for leaf in leaves]
        output.backward()
        twice = [leaf.grad for leaf in leaves]
        before_last = topological_order((output,))[-2:][0]
        before_last.backward()
        for node in touched:
            if not node.inputs:
                node.grad = 0.0
        output.backward()
        return once, twice, [leaf.grad for leaf in leaves]
    finally:
        for node, grad in zip(touched, grads):
            node.grad = grad


def refuse_changed(order: Sequence[Value], before: Sequence[float]) -> None:
    """Raises GradientError where a node has another number than before; it is set back."""
    for node, number in zip(order, before):
        if node.data != number:
            node.data, now = number, node.data
            message = f"backward changed the number {called(node)} from {number!r} to {now!r}"
            raise GradientError(f"{message}. To see the graph: draw(error.output)", order[-1])


def forward_mode(order: list[Value], tangents: dict[Value, float]) -> float:
    """The derivative along the tangents of the leaves, by dual numbers from inputs to output.

    Wengert, A simple automatic derivative evaluation program (1964).
    """
    for node in order:
        if node.rule is not None and node.inputs:
            partials = node.rule.partials(FLOATS, node.data, *[i.data for i in node.inputs])
            tangents[node] = sum(
                partial * tangents.get(input, 0.0) for input, partial in zip(node.inputs, partials)
            )
    return tangents.get(order[-1], 0.0)
