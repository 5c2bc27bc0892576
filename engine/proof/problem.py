"""What is to be proved: a function, the arguments it is given, and the numbers that are varied."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from engine.floats import NUMBERS
from engine.functions import dot
from engine.gradients import gradients
from engine.graph import topological_order
from engine.messages import shown
from engine.proof.rounding import rounding_errors
from engine.value import Value


class HasParameters(Protocol):
    """What a model is here."""

    def parameters(self) -> list[Value]: ...


Argument = float | Sequence[Any] | Value | HasParameters


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
        arguments = tuple(prepare(a, name, named) for a, name in zip(point, names))
        if not named:
            raise ValueError("check_gradients: no inputs are given, so there is nothing to check")
        leaves = list(named)
        for leaf, name in named.items():
            if leaf.inputs:
                raise ValueError(
                    f"check_gradients: {name} is computed from other Values; pass {name}.detach()"
                )
        return cls(function, arguments, list(named.values()), leaves, [v.data for v in leaves])

    def output(self) -> Value:
        """The function's graph at the point."""
        output = self.function(*self.arguments)
        if not isinstance(output, Value):
            raise TypeError(
                f"check_gradients: the function must return a Value, not {shown(output)}"
            )
        return output

    @contextmanager
    def at(self, numbers: Iterable[float]) -> Iterator[None]:
        """Inside, the leaves have these numbers."""
        try:
            for leaf, number in zip(self.leaves, numbers):
                leaf.data = number
            yield
        finally:
            for leaf, number in zip(self.leaves, self.numbers):
                leaf.data = number

    def evaluate(self, numbers: Iterable[float]) -> tuple[float, float]:
        """The function's number where the leaves have these, and a bound on its rounding error."""
        with self.at(numbers):
            output = self.output()
            return output.data, rounding_errors(topological_order((output,)))[output]

    def derivative(self, direction: Sequence[float]) -> "Problem":
        """The same for the derivative of the function along a direction."""

        def derivative(*arguments: Any) -> Value:
            along = gradients(self.function(*arguments), self.leaves)
            return dot(direction, along)  # type: ignore[no-any-return]

        return Problem(derivative, self.arguments, self.names, self.leaves, self.numbers)


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


def prepare(argument: Any, name: str, named: dict[Value, str]) -> Any:
    """The argument with Values for its numbers, and every Value in it entered with its name."""
    if isinstance(argument, Value):
        named.setdefault(argument, argument.label or name)
        return argument
    if isinstance(argument, NUMBERS):
        return prepare(Value(float(argument), name), name, named)
    if isinstance(argument, (list, tuple)):
        return [prepare(item, f"{name}[{k}]", named) for k, item in enumerate(argument)]
    if hasattr(argument, "named_parameters"):
        for parameter_name, parameter in argument.named_parameters():
            named.setdefault(parameter, parameter_name)
        return argument
    if hasattr(argument, "parameters"):
        for k, parameter in enumerate(argument.parameters()):
            named.setdefault(parameter, parameter.label or f"{name}[{k}]")
        return argument
    way = ": a gradient is given as gradient=" if callable(argument) else ""
    raise TypeError(
        f"check_gradients: {name}: a number, a list of numbers, a Value or a model is needed, and "
        f"{shown(argument)} was given{way}"
    )
