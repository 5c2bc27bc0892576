"""Proof of gradients: reverse mode against finite differences with an error bar and forward mode.

The numeric derivative bounds its own error, and so does the gradient: there is no tolerance to
choose. The two agree, or disagree, or the check is inconclusive at this point.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from engine.gradients import gradients
from engine.graph import topological_order
from engine.keywords import explain_keywords
from engine.messages import shown
from engine.proof.analysis import Analysis, doubted
from engine.proof.black_box.check import ONE_BY_ONE, check_black_box, complete
from engine.proof.black_box.theirs import libraries
from engine.proof.black_box.trees import Tree
from engine.proof.blame import describe_first_unlike, find_input
from engine.proof.differences import EPSILON
from engine.proof.parts import Parts, differ, find_frozen
from engine.proof.problem import Problem, argument_names
from engine.proof.report import (
    A_KINK,
    GradientError,
    Report,
    Row,
    Undecided,
    refuse_unused,
    undecided,
)

PASSED_ON = "every local derivative is right: what is wrong is how backward passes them on"
FROZEN = (
    "changes with the inputs and is no part of the graph: read as .data, item() or detach(), "
    "its gradient is lost"
)
ANOTHER_WAY = "the function computes in another way beside this point"


@explain_keywords
def check_gradients(
    function: Callable[..., Any],
    *point: Any,
    order: int = 1,
    allow_unused: bool = False,
    rng: random.Random | None = None,
    gradient: Callable[..., Any] | None = None,
    jacobian: Callable[..., Any] | None = None,
    jvp: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    hessian: Callable[..., Any] | None = None,
) -> Report:
    """Prove the gradient of a function at a point; raise an error that shows what is wrong.

    The point is given as the function takes it: numbers, lists of numbers, Values, or a model (an
    object with `parameters()`), whose numbers are varied in place and restored. The function
    returns a Value. `backward()` is compared with `numeric_derivative` and with forward mode, and
    a second `backward()` must add the same again. Where differences of the function do not tell,
    each operation is held to its own, with 50 digits. With order = 2 the derivative of the
    derivative is proved too, and so on. Up to 20 inputs are checked one by one; more along a
    random direction, drawn from `rng` (a fixed one when left out), in less than 20 evaluations
    where all is right, with a search for the wrong one.

    With `gradient`, code of your own is proved, of which nothing is known: the function takes
    numbers, arrays of any library, or lists and dicts of these, and returns a number; `gradient`
    takes the same and returns the gradient in the structure of the point. Over tensors of PyTorch
    or arrays of JAX, theirs is proved where none is given. How far rounding brings the function is
    estimated from its differences. Up to 20 inputs are checked one by one; more along a random
    direction, in about 20 calls, with a search for all the wrong ones. `hessian` returns a square
    matrix over all inputs, the derivative of the gradient. Of functions that return several
    numbers there are `jacobian`, as `jax.jacobian` gives it; `vjp(*point, cotangent)`, in the
    structure of the point; and `jvp(*point, tangent)`, in that of the output.

    Raises GradientError (an AssertionError) with a table and the first rule that has a wrong local
    derivative, or the number that was taken out of the graph; Undecided at a kink or an edge, where
    rounding hides the derivative, and where the function is random;
    ValueError for no inputs and, unless `allow_unused`, for an input that the output ignores;
    TypeError where the function returns no Value.

    >>> print(check_gradients(lambda x, y: x * y.exp(), 2.0, 0.0))
    input  reverse mode  numeric  ± error  forward mode
    x      1             1        7.3e-14  1             agrees
    y      2             2        6.7e-13  2             agrees
    >>> print(check_gradients(lambda w: w["a"] ** 3, {"a": 2.0}, gradient=lambda w: {"a": 11.0}))
    Traceback (most recent call last):
        ...
    engine.proof.report.GradientError: the gradient is wrong
    input   gradient  numeric  ± error
    w['a']  11        12       5.1e-14  disagrees
    """
    if order < 1:
        raise ValueError(f"check_gradients: order is {order}; it must be at least 1")
    rng = rng or random.Random(0)
    named = ("gradient", gradient), ("jacobian", jacobian), ("vjp", vjp), ("jvp", jvp)
    claims = {name: given for name, given in (*named, ("hessian", hessian)) if given is not None}
    for name, given in [("the function", function), *claims.items()]:
        if not callable(given):
            problem = f"{name} is {shown(given)}, and a function of the point is needed"
            raise TypeError(f"check_gradients: {problem}")
    try:
        if claims or libraries(list(point)):
            claims = complete(function, point, claims, order)
            tree = Tree.of(point, argument_names(function, len(point)))
            return check_black_box(function, tree, claims, allow_unused=allow_unused, rng=rng)
        analysis = Analysis.of(Problem.of(function, point))
    except TypeError as error:
        if len(point) == 1 and isinstance(point[0], (list, tuple)):  # as PyTorch's gradcheck has it
            said = "the point is one list, which is one argument; several are given one by one"
            error.add_note(f"check_gradients: {said}: check_gradients(f, x, y)")
        raise
    report = compare(analysis, allow_unused, rng)
    for _ in range(order - 1):
        analysis = Analysis.of(differentiate(analysis, rng))
        report = compare(analysis, True, rng)
    return replace(report, output=analysis.output)


def compare(analysis: Analysis, allow_unused: bool, rng: random.Random) -> Report:
    """The report on one graph. Raises what `check_gradients` does."""
    problem, reached = analysis.problem, set(analysis.order)
    unused = [name for name, leaf in zip(problem.names, problem.leaves) if leaf not in reached]
    if not allow_unused:
        refuse_unused(unused)
    if len(problem.leaves) <= ONE_BY_ONE:
        directions = [analysis.unit(k) for k in range(len(problem.leaves))]
        rows = [analysis.single(k) for k in range(len(problem.leaves))]
        is_flat = not all(analysis.sizes)  # a slope of 0 is no size that an error is a part of
    else:
        directions = [draw_direction(problem.numbers, rng)]
        rows = [analysis.along(directions[0], "a random direction")]
        is_flat = False
    if all(row.verdict == "agrees" for row in rows) and not is_flat:
        return Report(tuple(rows))
    return settle(analysis, rows, directions)


def draw_direction(numbers: Sequence[float], rng: random.Random) -> list[float]:
    """A direction in which errors of several inputs do not cancel but by a chance of nothing."""
    weights = [rng.uniform(0.7, 1.3) * max(abs(x), 1.0) for x in numbers]
    return [weight * rng.choice((-1.0, 1.0)) for weight in weights]


def settle(analysis: Analysis, rows: list[Row], directions: list[list[float]]) -> Report:
    """The report where differences of the whole function do not show that all is right."""
    refuse_random(analysis)
    parts = Parts.of(analysis.order, analysis.problem.leaves)
    outside = look_outside(analysis)
    if not parts.fault and not parts.open and not outside:
        rows = [
            row
            if row.verdict == "agrees" or A_KINK in row.verdict
            else analysis.row_by_parts(row, d, parts)
            for row, d in zip(rows, directions)
        ]
    elif not parts.fault and (parts.open or outside == ANOTHER_WAY):
        rows = [doubted(row) for row in rows]
    wrong = any(row.verdict == "disagrees" for row in rows)
    if parts.fault or wrong:
        if wrong and len(analysis.problem.leaves) > ONE_BY_ONE:
            rows += find_input(analysis)
        what = "the gradient" if wrong else "a local derivative"
        fault = f"the first wrong local derivative is {parts.fault}" if parts.fault else outside
        raise GradientError(
            f"{what} is wrong\n{Report(tuple(rows))}\n{fault or PASSED_ON}\n"
            "To see the graph: draw(error.output)",
            analysis.output,
        )
    report = Report(tuple(rows))
    if any(row.verdict != "agrees" for row in rows):
        why = f"\n{outside}" if outside else ""
        raise undecided(report, why)
    return report


def refuse_random(analysis: Analysis) -> None:
    """Raises Undecided where the function gives another graph when it is called again."""
    again = topological_order((analysis.problem.output(),))
    if differ(analysis.order, again) or any(
        a.data != b.data for a, b in zip(analysis.order, again)
    ):
        raise Undecided(
            f"the function gives {analysis.output.data!r}, and {again[-1].data!r} when it is "
            "called again at the same point: it is random, or changes what it computes with"
        )


def look_outside(analysis: Analysis) -> str:
    """What the function computes with that is no part of the graph: a number, or which way it goes.

    Its graph is built again beside the point.
    """
    problem = analysis.problem
    for shift in (1e-6, -1e-6, 1e-9, -1e-9):
        moved = [
            x + shift * (1.0 + k / 8.0) * (abs(x) or 1.0) for k, x in enumerate(problem.numbers)
        ]
        with suppress(ValueError, OverflowError):
            with problem.at(moved):
                other = topological_order((problem.output(),))
            if not differ(analysis.order, other):
                frozen = find_frozen(analysis.order, other, problem.leaves)
                return f"{frozen} {FROZEN}" if frozen else ""
    return ANOTHER_WAY


def differentiate(analysis: Analysis, rng: random.Random) -> Problem:
    """The same for the derivative of the function along a random direction.

    Raises GradientError where that derivative is another number than `backward()` gives.
    """
    problem = analysis.problem
    slopes = gradients(analysis.output, problem.leaves)
    for name, slope, once, size in zip(problem.names, slopes, analysis.reverse, analysis.sizes):
        if abs(slope.data - once) > len(analysis.order) * EPSILON * size:
            raise GradientError(
                f"{name}: backward gives {once!r}, and gradients(...) {slope.data!r}; they "
                f"must be the same\n{describe_first_unlike(analysis.order)}\n"
                "To see the graph: draw(error.output)",
                analysis.output,
            )
    return problem.derivative(
        [rng.choice((-1.0, 1.0)) * rng.uniform(0.5, 1.5) for _ in problem.leaves]
    )
