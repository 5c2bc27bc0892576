"""Proof of gradients: reverse mode against finite differences with an error bar and forward mode.

The numeric derivative bounds its own error, so there is no tolerance to choose: a gradient agrees
with it, or disagrees, or the point does not allow to decide.
"""

import inspect
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Protocol

from engine.errors import written
from engine.floats import FLOATS
from engine.functions import dot
from engine.gradients import gradients, symbolic_partials
from engine.graph import topological_order
from engine.names import align_columns
from engine.proof.differences import EPSILON, Numeric, numeric_derivative
from engine.proof.points import POINTS_OF_A_RULE, sample_points
from engine.rules import Rule
from engine.value import NUMBERS, Value, apply

RESOLUTION = 1e-7  # an error bar that is a larger part of the derivative can't call it right
COARSE = 1e-2  # nor one larger than this call it wrong
ONE_BY_ONE = 20  # so many inputs are checked singly, more along random directions
DIRECTIONS = 4


class GradientError(AssertionError):
    """A gradient is wrong. The graph is at hand as `output`: `draw(error.output)` shows it."""

    def __init__(self, message: str, output: Value) -> None:
        super().__init__(message)
        self.output = output


class Undecided(Exception):
    """Right and wrong can't be told apart at this point: a kink, a domain's edge, rounding."""


class HasParameters(Protocol):
    """What a model is here."""

    def parameters(self) -> list[Value]: ...


Argument = float | Sequence[Any] | Value | HasParameters


@dataclass(frozen=True, slots=True)
class Row:
    """What was found for one input, or along one direction."""

    name: str
    reverse: float
    forward: float
    numeric: float
    error: float
    verdict: str  # "agrees", "disagrees", or why it can't be decided


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; it prints as a table."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        head = ("input", "reverse mode", "numeric", "± error", "forward mode", "")
        lines = [head]
        for row in self.rows:
            numbers = (f"{row.reverse:.12g}", f"{row.numeric:.12g}", f"{row.error:.1e}")
            lines.append((row.name, *numbers, f"{row.forward:.12g}", row.verdict))
        return align_columns(lines)


def check_gradients(
    function: Callable[..., Value],
    *point: Argument,
    order: int = 1,
    allow_unused: bool = False,
    rng: random.Random | None = None,
) -> Report:
    """Prove the gradient of a function at a point; raise an error that shows what is wrong.

    The point is given as the function takes it: numbers, lists of numbers, Values, or a model (an
    object with `parameters()`), whose numbers are varied in place and set back. The function
    returns a Value. `backward()` is compared with `numeric_derivative` and with forward mode, and
    a second `backward()` must add the same again. With order = 2 the derivative of the derivative
    is proved too, and so on. Up to 20 inputs are checked one by one; more along 4 random
    directions, drawn from `rng` (a fixed one when left out), with a search for the wrong one.

    Raises GradientError (an AssertionError) with a table and the first rule that has a wrong local
    derivative; Undecided at a kink, next to an edge, or where rounding hides the derivative;
    ValueError for no inputs and, unless `allow_unused`, for an input that the output ignores;
    TypeError where the function returns no Value.

    >>> print(check_gradients(lambda x, y: x * y.exp(), 2.0, 0.0))
    input  reverse mode  numeric  ± error  forward mode
    x      1             1        6.9e-14  1             agrees
    y      2             2        6.6e-13  2             agrees
    """
    if order < 1:
        raise ValueError(f"check_gradients: order is {order}, and 1 at least is needed")
    rng = rng or random.Random(0)
    problem = Problem.of(function, point)
    report = problem.checked(allow_unused, rng)
    for _ in range(order - 1):
        problem = problem.derivative(rng)
        report = problem.checked(True, rng)
    return report


def check_rule(rule: Rule, *, order: int = 1, rng: random.Random | None = None) -> None:
    """Prove a rule of the table, or one of your own, at 40 points drawn from its domain.

    At the points of `chosen` its partials must be exactly the values given there. Raises as
    `check_gradients` does, and Undecided where fewer than half of the points can be decided.

    >>> from engine import RULES
    >>> check_rule(RULES["tanh"])
    """
    for kink, stated in rule.chosen.items():
        found = tuple(rule.partials(FLOATS, rule.value(FLOATS, *kink), *kink))
        if found != stated:
            message = f"{written(rule, [repr(x) for x in kink])}: at this kink the partials are "
            raise GradientError(f"{message}{found}, and {stated} is chosen", apply(rule, *kink))
    decided = 0
    for numbers in sample_points(rule, rng or random.Random(0)):
        free = [x for k, x in enumerate(numbers) if k not in rule.fixed]

        def operation(*inputs: Value, numbers: tuple[float, ...] = numbers) -> Value:
            given = iter(inputs)
            return apply(
                rule, *[x if k in rule.fixed else next(given) for k, x in enumerate(numbers)]
            )

        try:
            check_gradients(operation, *free, order=order, allow_unused=True)
            decided += 1
        except (Undecided, ValueError, OverflowError):
            pass
    if decided < POINTS_OF_A_RULE / 2:
        raise Undecided(f"{rule.name}: only {decided} of {POINTS_OF_A_RULE} points can be decided")


# How it is found out


@dataclass(frozen=True, slots=True)
class Analysis:
    """One graph at the point: what backward gives, and bounds on all rounding."""

    output: Value
    order: list[Value]
    reverse: list[float]  # ∂output/∂leaf
    bounds: list[float]  # the sum over all paths to a leaf of |products of partials|
    noise: float  # bounds the rounding error of the output


@dataclass(frozen=True, slots=True)
class Problem:
    """A function, the arguments that it is given, and the leaves among them that are varied."""

    function: Callable[..., Value]
    arguments: tuple[Any, ...]
    names: list[str]
    leaves: list[Value]
    numbers: list[float]

    @classmethod
    def of(cls, function: Callable[..., Value], point: Sequence[Argument]) -> "Problem":
        named: dict[Value, str] = {}
        names = argument_names(function, len(point))
        arguments = tuple(prepared(a, name, named) for a, name in zip(point, names))
        if not named:
            raise ValueError("check_gradients: no inputs are given, so there is nothing to check")
        leaves = list(named)
        for leaf, name in named.items():
            if leaf.inputs:
                raise ValueError(f"check_gradients: {name} is a result; give {name}.detach()")
        return cls(function, arguments, list(named.values()), leaves, [v.data for v in leaves])

    def derivative(self, rng: random.Random) -> "Problem":
        """The same for the derivative of the function along a random direction.

        Raises GradientError where that derivative is another number than `backward()` gives.
        """
        analysis = self.analysis()
        slopes = gradients(analysis.output, self.leaves)
        for name, slope, once, bound in zip(self.names, slopes, analysis.reverse, analysis.bounds):
            if abs(slope.data - once) > len(analysis.order) * EPSILON * bound:
                raise GradientError(
                    f"{name}: backward gives {once!r}, and gradients(...) {slope.data!r}; they "
                    f"must be the same\n{first_unlike(analysis.order)}\n"
                    "To see the graph: draw(error.output)",
                    analysis.output,
                )
        weights = [rng.choice((-1.0, 1.0)) * rng.uniform(0.5, 1.5) for _ in self.leaves]

        def derivative(*arguments: Any) -> Value:
            along = gradients(self.function(*arguments), self.leaves)
            return dot(weights, along)  # type: ignore[no-any-return]

        return Problem(derivative, self.arguments, self.names, self.leaves, self.numbers)

    def output(self) -> Value:
        """The function's graph at the point."""
        output = self.function(*self.arguments)
        if not isinstance(output, Value):
            raise TypeError(f"check_gradients: the function must return a Value, not {output!r}")
        return output

    def number_at(self, numbers: Iterable[float]) -> float:
        """The function's number where the leaves have these numbers; they are set back."""
        try:
            for leaf, number in zip(self.leaves, numbers):
                leaf.data = number
            return self.output().data
        finally:
            for leaf, number in zip(self.leaves, self.numbers):
                leaf.data = number

    def checked(self, allow_unused: bool, rng: random.Random) -> Report:
        analysis = self.analysis()
        reached = set(analysis.order)
        unused = [name for name, leaf in zip(self.names, self.leaves) if leaf not in reached]
        if unused and not allow_unused:
            raise ValueError(
                f"the output does not depend on {', '.join(unused)}: "
                "if that is meant, pass allow_unused=True"
            )
        count = len(self.leaves)
        if count <= ONE_BY_ONE:
            rows = [self.single(k, analysis) for k in range(count)]
        else:
            rows = [
                self.along(
                    [rng.choice((-1.0, 1.0)) * max(abs(x), 1.0) for x in self.numbers],
                    f"direction {k + 1}",
                    analysis,
                )
                for k in range(DIRECTIONS)
            ]
            if any(row.verdict == "disagrees" for row in rows):
                rows += self.search(analysis)
        report = Report(tuple(rows))
        if any(row.verdict == "disagrees" for row in rows):
            raise GradientError(explained(report, analysis), analysis.output)
        if any(row.verdict != "agrees" for row in rows):
            raise Undecided(f"this point does not allow to decide:\n{report}")
        return report

    def analysis(self) -> Analysis:
        output = self.output()
        order = topological_order((output,))
        touched = [*order, *self.leaves]
        grads = [node.grad for node in touched]
        try:
            for node in touched:
                node.grad = 0.0
            output.backward()
            reverse = [leaf.grad for leaf in self.leaves]
            output.backward()
            twice = [leaf.grad for leaf in self.leaves]
        finally:
            for node, grad in zip(touched, grads):
                node.grad = grad
        bounds, noise = rounding_bounds(order)
        found = [bounds.get(leaf, 0.0) for leaf in self.leaves]
        for name, once, again, bound in zip(self.names, reverse, twice, found):
            if abs(again - 2.0 * once) > 2.0 * len(order) * EPSILON * bound:
                raise GradientError(
                    f"{name}: backward gives {once!r}, and called again {again - once!r} more; "
                    f"it must add the same. To see the graph: draw(error.output)",
                    output,
                )
        return Analysis(output, order, reverse, found, noise)

    def single(self, k: int, analysis: Analysis) -> Row:
        """The derivative by one input."""

        def shifted(x: float) -> float:
            return self.number_at([*self.numbers[:k], x, *self.numbers[k + 1 :]])

        direction = [float(index == k) for index in range(len(self.leaves))]
        numeric = numeric_derivative(shifted, self.numbers[k], noise=analysis.noise)
        return self.row(self.names[k], direction, numeric, analysis)

    def along(self, direction: list[float], name: str, analysis: Analysis) -> Row:
        """The derivative along a direction."""

        def shifted(t: float) -> float:
            return self.number_at([x + t * d for x, d in zip(self.numbers, direction)])

        numeric = numeric_derivative(shifted, 0.0, noise=analysis.noise)
        return self.row(name, direction, numeric, analysis)

    def row(self, name: str, direction: list[float], numeric: Numeric, analysis: Analysis) -> Row:
        reverse = sum(g * d for g, d in zip(analysis.reverse, direction))
        forward = forward_mode(analysis.order, dict(zip(self.leaves, direction)))
        terms = sum(b * abs(d) for b, d in zip(analysis.bounds, direction))
        slack = len(analysis.order) * EPSILON * terms
        said = verdict(reverse, forward, numeric, slack, terms)
        return Row(name, reverse, forward, numeric.value, numeric.error + slack, said)

    def search(self, analysis: Analysis) -> list[Row]:
        """The row of an input that is wrong, by halving the direction again and again."""
        suspects = list(range(len(self.leaves)))
        while len(suspects) > 1:
            half = suspects[: len(suspects) // 2]
            direction = [max(abs(x), 1.0) if k in half else 0.0 for k, x in enumerate(self.numbers)]
            wrong = self.along(direction, "", analysis).verdict == "disagrees"
            suspects = half if wrong else suspects[len(half) :]
        row = self.single(suspects[0], analysis)
        return [row] if row.verdict == "disagrees" else []


def argument_names(function: Callable[..., Value], count: int) -> list[str]:
    """The names of a function's parameters; x1, x2, … where it takes any number or has none."""
    try:
        names = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):  # some functions written in C do not tell
        names = []
    return names[:count] + [f"x{k + 1}" for k in range(len(names), count)]


def prepared(argument: Any, name: str, named: dict[Value, str]) -> Any:
    """The argument with Values for its numbers, and every Value in it entered with its name."""
    if isinstance(argument, Value):
        named.setdefault(argument, argument.label or name)
        return argument
    if isinstance(argument, NUMBERS):
        return prepared(Value(float(argument), name), name, named)
    if isinstance(argument, (list, tuple)):
        return [prepared(item, f"{name}[{k}]", named) for k, item in enumerate(argument)]
    if hasattr(argument, "named_parameters"):
        for parameter_name, parameter in argument.named_parameters():
            named.setdefault(parameter, parameter_name)
        return argument
    if hasattr(argument, "parameters"):
        for k, parameter in enumerate(argument.parameters()):
            named.setdefault(parameter, parameter.label or f"{name}[{k}]")
        return argument
    raise TypeError(
        f"check_gradients: {name} is {argument!r}; numbers, lists of numbers, Values and models "
        "are checked"
    )


def rounding_bounds(order: list[Value]) -> tuple[dict[Value, float], float]:
    """For each node the sum over its paths to the output of |products of partials|, and from that
    a bound on the rounding error of the output: each operation is taken to be wrong by one unit in
    the last place of its result and of its inputs.

    Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.3.
    """
    bounds = dict.fromkeys(order, 0.0)
    bounds[order[-1]] = 1.0
    noise = 0.0
    for node in reversed(order):
        flows = [abs(partial) * bounds[node] for partial in node.partials]
        for input, flow in zip(node.inputs, flows):
            bounds[input] += flow
            noise += EPSILON * flow * abs(input.data)
        if node.inputs:
            noise += EPSILON * bounds[node] * abs(node.data)
    return bounds, noise


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


def verdict(reverse: float, forward: float, numeric: Numeric, slack: float, terms: float) -> str:
    """ "agrees", "disagrees", or why this can't be said.

    `terms` is the size of what adds up to the derivative, and `slack` bounds how that is rounded.
    """
    error = numeric.error + slack
    scale = max(terms, abs(numeric.value)) if terms else numeric.scale
    if not isfinite(forward):  # on a way that backward does not take
        return "undecided: forward mode gives a number too large for a float"
    if abs(reverse - forward) > slack:
        return "disagrees"
    if numeric.at_kink:
        return f"undecided: a kink, the slope jumps by {numeric.jump:.3g}"
    if not (error < COARSE * scale or error == 0.0):
        return "undecided: no step size serves"
    if abs(reverse - numeric.value) > error:
        return "disagrees"
    if error > RESOLUTION * scale:
        return "undecided: rounding hides the derivative"
    return "agrees"


def explained(report: Report, analysis: Analysis) -> str:
    """The message of a failure."""
    return (
        f"the gradient is wrong\n{report}\n{first_fault(analysis.order)}\n"
        "To see the graph: draw(error.output)"
    )


def first_fault(order: list[Value]) -> str:
    """The first node, from the inputs on, that has a wrong local derivative."""
    for node in order:
        if node.rule is None or not node.inputs:
            continue
        rule, numbers = node.rule, [input.data for input in node.inputs]
        for k, derivative in enumerate(node.partials):
            if k in rule.fixed:
                continue
            local = numeric_derivative(partial(value_with, rule, numbers, k), numbers[k])
            slack = 16.0 * EPSILON * abs(derivative)
            if verdict(derivative, derivative, local, slack, abs(derivative)) == "disagrees":
                call = written(rule, [i.label or f"{i.data:.6g}" for i in node.inputs])
                return (
                    f"the first wrong local derivative is that of {call} by its input {k + 1}: "
                    f"the rule {rule.name!r} gives {derivative:.12g}, "
                    f"finite differences {local.value:.12g} ± {local.error:.1e}"
                )
    return "every local derivative is right: what is wrong is how backward passes them on"


def value_with(rule: Rule, numbers: Sequence[float], k: int, x: float) -> float:
    """The rule's value at these numbers, with x for its input k."""
    value: float = rule.value(FLOATS, *numbers[:k], x, *numbers[k + 1 :])
    return value


def first_unlike(order: list[Value]) -> str:
    """The first node whose local derivative is another number as a Value than as a float."""
    for node in order:
        if node.inputs:
            assert node.rule is not None
            for k, (partial, graph) in enumerate(zip(node.partials, symbolic_partials(node))):
                if abs(float(graph) - partial) > EPSILON * abs(partial):
                    call = written(node.rule, [i.label or f"{i.data:.6g}" for i in node.inputs])
                    return (
                        f"the first local derivative that differs is that of {call} by its input "
                        f"{k + 1}: the rule {node.rule.name!r} gives {partial:.12g} with floats, "
                        f"{float(graph):.12g} with Values"
                    )
    return "every local derivative is the same: what differs is how they are passed on"
