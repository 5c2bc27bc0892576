"""A program while it is written: its lines in their class, and the same graph in ours beside it."""

from collections.abc import Sequence
from string import ascii_lowercase

from engine.graph import topological_order
from engine.proof.judge.operations import Operation
from engine.proof.judge.precision import Precision
from engine.proof.judge.program import Number, Program, Question
from engine.proof.rounding import path_sizes
from engine.value import Value, apply


class Draft:
    """Writes a program step by step, does the same with our Values, and so knows what is right.

    `name` is that of their class, `precision` tells how far rounding may bring it off.

    >>> from engine.proof.judge.operations import OPERATIONS
    >>> from engine.proof.judge.precision import FLOAT64
    >>> draft = Draft("Number", FLOAT64)
    >>> a = draft.leaf(3.0)
    >>> y = draft.result(OPERATIONS["a * b"], {"a": a, "b": a})
    >>> draft.backward(y)
    >>> print(draft.program([draft.gradient(a)]).text)
    a = Number(3.0)
    b = a * a
    b.backward()
    >>> print(draft.gradient(a).expression, draft.gradient(a).right)
    a.grad 6.0
    """

    def __init__(self, name: str, precision: Precision) -> None:
        self.name = name
        self.precision = precision
        self.lines: list[str] = []
        self.nodes: dict[str, Value] = {}
        self.leaves: dict[str, int] = {}  # each with the line that makes it
        self.errors: dict[Value, float] = {}  # what rounding may do to a gradient

    def leaf(self, number: float) -> str:
        """A new node of theirs with this number; its name."""
        name = self.free_name()
        self.leaves[name] = len(self.lines)
        self.lines.append(f"{name} = {self.name}({number!r})")
        self.nodes[name] = Value(number, name)
        return name

    def result(self, operation: Operation, given: dict[str, str | float]) -> str:
        """One operation on nodes, given by their names, and plain numbers; the result's name."""
        name = self.free_name()
        if operation.in_place:  # on a second name of the same node
            first = given["a"]
            self.lines += [f"{name} = {first}", operation.text.format_map({**given, "a": name})]
        else:
            self.lines.append(f"{name} = {operation.text.format_map(given)}")
        inputs = [given[each] if isinstance(each, str) else each for each in operation.inputs]
        result = apply(
            operation.rule, *[self.nodes[x] if isinstance(x, str) else x for x in inputs]
        )
        result.label = name
        self.nodes[name] = result
        return name

    def free_name(self) -> str:
        count = len(self.nodes)
        return ascii_lowercase[count] if count < 26 else f"v{count + 1}"

    def backward(self, name: str) -> None:
        """A backward pass from this node."""
        self.lines.append(f"{name}.backward()")
        output = self.nodes[name]
        output.backward()
        for node, error in gradient_errors(output, self.precision.unit).items():
            self.errors[node] = error + (0.0 if node.inputs else self.errors.get(node, 0.0))

    def set_gradient(self, name: str, number: float) -> None:
        """Set the gradient of a leaf."""
        self.lines.append(f"{name}.grad = {number!r}")
        self.nodes[name].grad = number
        self.errors.pop(self.nodes[name], None)

    # Questions

    def value(self, name: str) -> Question:
        """Is its number right?"""
        node = self.nodes[name]
        slack = value_error(node, self.precision.unit) + self.precision.smallest
        return Question(f"{name}.data", Number(node.data, slack))

    def gradient(self, name: str) -> Question:
        """Is its gradient right?"""
        node = self.nodes[name]
        return Question(f"{name}.grad", Number(node.grad, self.errors.get(node, 0.0)))

    def program(
        self, questions: Sequence[Question], output: str = "", *, refusable: bool = False
    ) -> Program:
        """What is written so far; `output` is drawn, or the last node where it is left out."""
        last = output or list(self.nodes)[-1]
        return Program(tuple(self.lines), tuple(questions), last, refusable)


def value_error(output: Value, unit: float) -> float:
    """Bounds what rounding does to a number, where each operation is wrong by `unit` of its result
    and of each term that goes into it."""
    errors: dict[Value, float] = {}
    for node in topological_order((output,)):
        terms = list(zip(node.inputs, map(abs, node.partials)))
        rounding = abs(node.data) + sum(p * abs(i.data) for i, p in terms)
        errors[node] = unit * rounding + sum(p * errors[i] for i, p in terms)
    return errors[output]


def gradient_errors(output: Value, unit: float) -> dict[Value, float]:
    """Bounds what rounding does to the gradient of each node.

    A partial is taken to be wrong by `unit` of itself, of the result and of 1: what 1 - t² loses.
    """
    order = topological_order((output,))
    sizes, errors = path_sizes(order), dict.fromkeys(order, 0.0)
    for node in reversed(order):
        for input, partial in zip(node.inputs, map(abs, node.partials)):
            rounding = unit * (partial + abs(node.data) + 1.0)
            errors[input] += partial * errors[node] + rounding * sizes[node]
    return errors
