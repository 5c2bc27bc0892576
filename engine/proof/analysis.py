"""Reverse mode at one point, compared with finite differences and with forward mode."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.floats import FLOATS
from engine.graph import topological_order
from engine.proof.differences import EPSILON, Numeric, noisy_derivative
from engine.proof.problem import Problem
from engine.proof.report import GradientError, Row, verdict
from engine.proof.rounding import gradient_errors, path_sizes
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
        """Raises GradientError where `backward()` adds something else when it is called again."""
        output = problem.output()
        order = topological_order((output,))
        reverse, twice = backward_twice(output, [*order, *problem.leaves], problem.leaves)
        paths = path_sizes(order)
        sizes = [paths.get(leaf, 0.0) for leaf in problem.leaves]
        for name, once, both, size in zip(problem.names, reverse, twice, sizes):
            if abs(both - 2.0 * once) > 2.0 * len(order) * EPSILON * size:
                raise GradientError(
                    f"{name}: backward gives {once!r}, and {both - once!r} more when it is called "
                    f"again; it must add the same. To see the graph: draw(error.output)",
                    output,
                )
        errors = gradient_errors(output, problem.leaves)
        return cls(problem, output, order, reverse, errors, sizes)

    def single(self, k: int) -> Row:
        """The derivative by one input."""
        problem = self.problem
        numbers, direction = problem.numbers, [0.0] * len(problem.leaves)
        direction[k] = 1.0

        def shifted(x: float) -> tuple[float, float]:
            return problem.evaluate([*numbers[:k], x, *numbers[k + 1 :]])

        return self.row(problem.names[k], direction, noisy_derivative(shifted, numbers[k]))

    def along(self, direction: Sequence[float], name: str) -> Row:
        """The derivative along a direction."""

        def shifted(t: float) -> tuple[float, float]:
            return self.problem.evaluate(x + t * d for x, d in zip(self.problem.numbers, direction))

        return self.row(name, direction, noisy_derivative(shifted, 0.0))

    def row(self, name: str, direction: Sequence[float], numeric: Numeric) -> Row:
        reverse = sum(g * d for g, d in zip(self.reverse, direction))
        forward = forward_mode(self.order, dict(zip(self.problem.leaves, direction)))
        size = sum(s * abs(d) for s, d in zip(self.sizes, direction))
        slack = len(self.order) * EPSILON * size
        rounding = slack + sum(e * abs(d) for e, d in zip(self.errors, direction))
        said = verdict(reverse, forward, numeric, rounding=rounding, slack=slack, size=size)
        return Row(name, reverse, forward, numeric.value, numeric.error + rounding, said)


def backward_twice(
    output: Value, touched: Sequence[Value], leaves: Sequence[Value]
) -> tuple[list[float], list[float]]:
    """The gradients of the leaves after one `backward()` and after two; all are set back."""
    grads = [node.grad for node in touched]
    try:
        for node in touched:
            node.grad = 0.0
        output.backward()
        once = [leaf.grad for leaf in leaves]
        output.backward()
        return once, [leaf.grad for leaf in leaves]
    finally:
        for node, grad in zip(touched, grads):
            node.grad = grad


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
