"""The kinds of short exercises: a local derivative, a number, an order, a function to mend."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isclose
from typing import Any, ClassVar

from demos.exercises.exercise import Fault
from engine import Value, check_rule
from engine.floats import FLOATS
from engine.graph import topological_order
from engine.messages import brief, shown
from engine.proof.differences import numeric_derivative
from engine.proof.report import GradientError
from engine.rule import Domain, Rule

CLOSE = 1e-3  # a predicted number may be rounded by so much of itself
SAME = 1e-9  # rounding alone is no other number


@dataclass(frozen=True, slots=True)
class Slope:
    """Write the partials of an operation, which check_rule proves."""

    value: Callable[..., Any]  # (m, *inputs) -> y, as in a rule
    inputs: tuple[str, ...] = ("x",)
    points: tuple[tuple[float, ...], ...] = ((2.0,), (-0.5,), (1.0,), (0.25,))
    domain: tuple[Domain, ...] = ()
    asked: ClassVar = "slope"
    graph: ClassVar = None

    @property
    def instruction(self) -> str:
        given = ", ".join((*self.inputs, "y"))
        what = "the slope" if len(self.inputs) == 1 else "one slope for each of them, in that order"
        return (
            f"slope({given}) is given the inputs and the result y, and returns {what}.\n"
            "Write it in place of the dots."
        )

    def behaviour(self, answer: Any) -> Any:
        return [self.slopes(answer, point) for point in self.points]

    def slopes(self, answer: Any, point: tuple[float, ...]) -> tuple[float, ...]:
        found = answer(*point, self.value(FLOATS, *point))
        return tuple(found) if isinstance(found, (tuple, list)) else (found,)

    def fault(self, answer: Any, right: Any) -> Fault | None:
        for point in self.points:
            at = ", ".join(f"{name} = {x:g}" for name, x in zip(self.inputs, point))
            found = self.slopes(answer, point)
            if len(found) != len(point):
                return Fault(f"At {at} there is one slope for each input, not {shown(found)}.")
            for k, name in enumerate(self.inputs):
                true = numeric_derivative(partial(self.moved, point, k), point[k]).value
                if not is_number(found[k]):
                    return Fault(f"At {at} the slope along {name} is {shown(found[k])}: no number.")
                if not isclose(found[k], true, rel_tol=1e-6, abs_tol=1e-6):
                    return Fault(
                        f"At {at} you give the slope along {name} as {found[k]:.6g}; "
                        f"the differences of y say {true:.6g}."
                    )
        return self.proved(answer)

    def moved(self, point: tuple[float, ...], k: int, x: float) -> float:
        return float(self.value(FLOATS, *point[:k], x, *point[k + 1 :]))

    def proved(self, answer: Any) -> Fault | None:
        """What check_rule finds at the points that nobody thinks of."""
        rule = Rule(
            "yours",
            self.value,
            lambda m, y, *xs: self.slopes(answer, xs),
            inputs=self.inputs,
            domain=self.domain,
        )
        try:
            check_rule(rule, order=1)
        except GradientError as error:
            return Fault(f"{error}", error.output)
        return None


@dataclass(frozen=True, slots=True)
class Predict:
    """Predict a number, which the engine then computes; a graph shows what it is about."""

    truth: Callable[[], float]
    graph: Callable[[], Value] | None = None
    asked: ClassVar = "answer"
    instruction: ClassVar = "Write the number in place of the dots; work it out on paper first."

    def behaviour(self, answer: Any) -> Any:
        return answer

    def fault(self, answer: Any, right: Any) -> Fault | None:
        if not is_number(answer):
            return Fault(f"answer is {shown(answer)}; it has to be a number.")
        true = self.truth()
        if isclose(answer, true, rel_tol=CLOSE, abs_tol=CLOSE):
            return None
        return Fault(f"It is not {answer:g}.")


def gradient_of(graph: Callable[[], Value], label: str) -> Callable[[], float]:
    """What to predict: the gradient of the node with this label."""

    def gradient() -> float:
        output = graph()
        output.backward()
        return next(node.grad for node in topological_order((output,)) if node.label == label)

    return gradient


def named(value: Value, label: str) -> Value:
    """The value, with the name that the task gives it."""
    value.label = label
    return value


@dataclass(frozen=True, slots=True)
class Order:
    """Put the labelled nodes of a graph in an order in which backward may visit them."""

    graph: Callable[[], Value]
    asked: ClassVar = "order"
    instruction: ClassVar = (
        "Write the names in place of the dots, as a list: the node that comes first goes first."
    )

    def behaviour(self, answer: Any) -> Any:
        return list(answer) if isinstance(answer, tuple) else answer

    def fault(self, answer: Any, right: Any) -> Fault | None:
        nodes = {node.label: node for node in topological_order((self.graph(),))}
        if not isinstance(answer, (list, tuple)) or sorted(map(str, answer)) != sorted(nodes):
            wanted = ", ".join(sorted(nodes))
            return Fault(f"Each of {wanted} stands in it once; it is {shown(answer)}.")
        for place, name in enumerate(answer):
            early = [user for user in answer[place:] if nodes[name] in nodes[user].inputs]
            if early:
                return Fault(
                    f"{name} stands before {early[0]}, which uses it: when {name} passes its "
                    f"gradient on, the part of {early[0]} has not come in."
                )
        return None


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to try a function with: how it is written, what is done, the graph to draw."""

    text: str
    run: Callable[[Any], Any]
    graph: Callable[[], Value] | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """Mend a function: it is tried with each case, the simplest first."""

    asked: str
    cases: tuple[Case, ...]
    instruction: ClassVar = "Something in it is wrong: find it, and mend it here."
    graph: ClassVar = None

    def behaviour(self, answer: Any) -> Any:
        return [outcome(case, answer) for case in self.cases]

    def fault(self, answer: Any, right: Any) -> Fault | None:
        for case in self.cases:
            found, wanted = outcome(case, answer), outcome(case, right)
            if not same(found, wanted):
                graph = None if case.graph is None else case.graph()
                return Fault(f"{case.text}\n  gives {told(found)}; right: {told(wanted)}", graph)
        return None


def outcome(case: Case, answer: Any) -> Any:
    """What comes out, or the error in a line."""
    try:
        return case.run(answer)
    except Exception as error:  # whatever the learner's code raises
        return brief(f"{type(error).__name__}: {error}")


def is_number(given: object) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def same(a: Any, b: Any) -> bool:
    """Whether two behaviours are the same but for rounding.

    >>> same([1.0, "x"], (1.0 + 1e-15, "x")), same([1.0], [1.0, 2.0]), same(None, 0.0)
    (True, False, False)
    """
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if is_number(a) and is_number(b):
        return isclose(a, b, rel_tol=SAME, abs_tol=SAME)
    return bool(a == b)


def told(found: Any) -> str:
    """What came out, with numbers of a few digits.

    >>> told([0.1 + 0.2, 1.0]), told(2.0), told("ValueError: no")
    ('[0.3, 1]', '2', 'ValueError: no')
    """
    if isinstance(found, (list, tuple)):
        return brief(f"[{', '.join(map(told, found))}]")
    return f"{found:.6g}" if is_number(found) else brief(f"{found}")
