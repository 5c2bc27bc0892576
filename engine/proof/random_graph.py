"""A computation graph as data: it is built as often as needed and prints as Python."""

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import write_call
from engine.rule import Rule
from engine.value import Value, apply


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a graph: a rule, and for each input the place of a node or a number."""

    rule: Rule
    inputs: tuple[int | float, ...]  # an int is a place, a float a plain number

    def given(self, nodes: Sequence[Any]) -> list[Any]:
        """Its inputs, where these are the nodes; plain numbers are as they are."""
        return [nodes[i] if isinstance(i, int) else i for i in self.inputs]


@dataclass(frozen=True, slots=True)
class Graph:
    """A computation graph to build as often as needed; it prints as the Python that builds it.

    Called with Values for its leaves it returns the output, or the list of them if there are
    several: `check_gradients(graph, *graph.point)`.
    """

    point: tuple[float, ...]  # the numbers of the leaves, which are nodes 0, 1, …
    steps: tuple[Step, ...]  # the nodes that follow
    outputs: tuple[int, ...]

    def __call__(self, *leaves: Value) -> Any:
        nodes = list(leaves)
        for step in self.steps:
            nodes.append(apply(step.rule, *step.given(nodes)))
        found = [nodes[place] for place in self.outputs]
        return found[0] if len(found) == 1 else found

    def __repr__(self) -> str:
        names = [f"x{k}" for k in range(len(self.point))]
        lines = [f"{name} = Value({x!r}, {name!r})" for name, x in zip(names, self.point)]
        for step in self.steps:
            inputs = [names[i] if isinstance(i, int) else repr(i) for i in step.inputs]
            names.append(f"v{len(names) - len(self.point) + 1}")
            lines.append(f"{names[-1]} = {python_call(step.rule, inputs)}")
        outputs = ", ".join(names[place] for place in self.outputs)
        imports = ["from engine import *"]
        if own := sorted({step.rule.name for step in self.steps} & set(vars(builtins))):
            imports.append(f"from engine import {', '.join(own)}  # instead of Python's")
        return "\n".join(["", *imports, *lines, f"draw([{outputs}])"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis prints a failing example by this, where it exists."""
        printer.text(repr(self))


def python_call(rule: Rule, inputs: list[str]) -> str:
    """One step as Python that calls the engine.

    >>> from engine import RULES
    >>> python_call(RULES["dot"], ["a", "b", "c", "d"]), python_call(RULES["sum"], ["a", "b"])
    ('dot([a, b], [c, d])', 'sum([a, b])')
    """
    if not inputs:  # sum([]) is a plain 0
        return f"apply(RULES[{rule.name!r}])"
    if rule.variadic and not rule.spread:
        vectors = [f"[{', '.join(vector)}]" for vector in rule.vectors(inputs)]
        return f"{rule.name}({', '.join(vectors)})"
    if len(inputs) == 1 and rule.symbol:
        return f"{rule.symbol}{inputs[0]}"
    if rule.symbol and rule.name != "pow":  # x ** 2.0 is power
        return write_call(rule, inputs)
    return f"{rule.name}({', '.join(inputs)})"
