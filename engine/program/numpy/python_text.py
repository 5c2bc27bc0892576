"""Formulas as Python expressions of plain floats."""

import math

from engine.languages import ARITHMETIC, Expressions
from engine.rules import RULES
from engine.symbols import Symbol

# Written out, with {0}, {1}, … for the inputs
WRITTEN = ARITHMETIC | {
    "greater": "1.0 if {0} > {1} else 0.0",
    "where": "{1} if {0} > 0.0 else {2}",
}
POWERS = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", -1.0: "1.0 / {0}"}

# Rules of any number of inputs, as what joins two of them; what is nan stays so
JOINED = {
    "sum": "{0} + {1}",
    "prod": "{0} * {1}",
    "maximum": "{1} if {1} > {0} or {1} != {1} else {0}",
    "minimum": "{1} if {1} < {0} or {1} != {1} else {0}",
}
FUNCTIONS = {name: f"math.{name}" for name in RULES if hasattr(math, name)} | {
    "abs": "abs",
    "power": "math.pow",
}


def number_text(number: float) -> str:
    """A number, which may be infinite or nan in a rule of one's own."""
    return repr(number).replace("inf", "math.inf").replace("nan", "math.nan")


class PythonText(Expressions):
    """What is read several times gets a name."""

    def number(self, number: float) -> str:
        return number_text(number)

    def named(self, text: str) -> str:
        if text.isidentifier():
            return text
        name = f"x{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def operation(self, term: Symbol, x: list[str]) -> str:
        name = term.head
        exponent = term.terms[1] if name == "power" else None
        if isinstance(exponent, float) and exponent in POWERS:
            return f"({POWERS[exponent].format(self.named(x[0]))})"
        if name in WRITTEN:
            return f"({WRITTEN[name].format(*x)})"
        if name in JOINED:
            total, *others = x
            for other in others:
                total = f"({JOINED[name].format(self.named(total), self.named(other))})"
            return total
        return f"{FUNCTIONS[name]}({', '.join(x)})"


def is_native(head: str) -> bool:
    return head in WRITTEN or head in JOINED or head in FUNCTIONS
