"""python -m tests.stub: write engine/table.pyi, which tells type checkers what the table gives.

A rule in the table is a function and, where it takes one number, a method of Value as soon as it is
there; editors, which do not run the table, read its name and its inputs in this file.
"""

from pathlib import Path

from engine.rules import RULES, Rule

FILE = Path(__file__).parents[1] / "engine" / "table.pyi"

HEAD = '''\
"""What the table gives, for type checkers and editors: written by python -m tests.stub."""

from collections.abc import Iterable
from typing import Any, Protocol, overload

from engine.value import Number, Value

class Unary(Protocol):
    """A function of one number."""

    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, /) -> float: ...
'''


def stub() -> str:
    """The text of the file."""
    unary = [name for name, rule in RULES.items() if rule.unary]
    methods = [f"    def {name}(self) -> Value: ..." for name in unary]
    functions = [f"{name}: Unary" for name in unary]
    others = [declared(rule) for rule in RULES.values() if not rule.unary]
    method_lines, lines = "\n".join(methods), "\n".join([*functions, "", *others])
    return f'{HEAD}\nclass Methods:\n    """Of Value."""\n\n{method_lines}\n\n{lines}\n'


def declared(rule: Rule) -> str:
    """The declaration of a function of several numbers, or of vectors."""
    if rule.spread:
        return f"def {rule.name}(*{rule.inputs[0].lstrip('*')}: Number) -> Any: ..."
    if rule.variadic:
        vectors = ", ".join(f"{name.lstrip('*')}: Iterable[Number]" for name in rule.inputs)
        return f"def {rule.name}({vectors}) -> Any: ..."
    free = [k for k in range(len(rule.inputs)) if k not in rule.fixed]
    overloads = [overload(rule, value) for value in free] + [overload(rule, None)]
    return "\n".join(f"@overload\n{text}" for text in overloads)


def overload(rule: Rule, value: int | None) -> str:
    """The declaration where this input is a Value; where none is."""
    required = len(rule.inputs) - len(rule.defaults)
    inputs = []
    for k, name in enumerate(rule.inputs):
        kind = "float" if value is None or k in rule.fixed else "Value" if k == value else "Number"
        default = " = ..." if k >= required and k != value else ""
        inputs.append(f"{name}: {kind}{default}")
    return f"def {rule.name}({', '.join(inputs)}) -> {'float' if value is None else 'Value'}: ..."


if __name__ == "__main__":
    FILE.write_text(stub(), encoding="utf-8")
