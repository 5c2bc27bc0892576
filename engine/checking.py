"""Proof of gradients: reverse mode against finite differences with an error bar and forward mode.

The numeric derivative bounds its own error, so there is no tolerance to choose: a gradient agrees
with it, or disagrees, or the point does not allow to decide.
"""

import inspect
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from engine.differences import EPSILON, Numeric, numeric_derivative
from engine.errors import written
from engine.functions import dot
from engine.gradients import gradients
from engine.graph import topological_order
from engine.rules import FLOATS, Rule
from engine.value import NUMBERS, Value, apply

RESOLUTION = 1e-7  # an error bar that is a larger part of the derivative decides nothing
ONE_BY_ONE = 20  # so many inputs are checked singly, more along random directions
DIRECTIONS = 4
POINTS_OF_A_RULE = 40


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
        wide = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(line, wide)).rstrip()
            for line in lines
        )


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
    x      1             1        3.6e-15  1             agrees
    y      2             2        2.9e-11  2             agrees
    """
    problem = Problem.of(function, point)
    with problem.restored():
        for _ in range(1, order + 1):
            report = problem.checked(allow_unused, rng or random.Random(0))
            problem = problem.derived(rng or random.Random(0))
    return report
