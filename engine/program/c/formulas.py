"""Formulas as C expressions."""

from collections.abc import Iterable, Mapping

from engine.languages import Expressions
from engine.program.c.native import FAR, FAST, JOINED, NAMES, POWERS, WRITTEN
from engine.program.reductions import OVER
from engine.symbols import Symbol, Term


class FormulaText(Expressions):
    """With `fast` functions are those that a loop computes several of at once; `far` then holds the
    arguments of those that are right for small arguments only.
    """

    def __init__(self, texts: Mapping[Term, str], formulas: Iterable[Term], *, fast: bool) -> None:
        super().__init__(texts, formulas)
        self.fast = fast
        self.far: list[str] = []

    def number(self, number: float) -> str:
        return repr(number).replace("inf", "INFINITY").replace("nan", "NAN")

    def named(self, text: str) -> str:
        if text.replace("[s]", "").replace("[0]", "").isidentifier():
            return text
        name = f"t{len(self.lines)}"
        self.lines.append(f"const double {name} = {text};")
        return name

    def operation(self, term: Symbol, x: list[str]) -> str:
        name = term.head
        if name == "power":
            exponent = term.terms[1]
            if isinstance(exponent, float) and exponent in POWERS:
                return f"({POWERS[exponent].format(self.named(x[0]))})"
            return f"pow({x[0]}, {x[1]})"
        if name in WRITTEN:
            return f"({WRITTEN[name].format(*x)})"
        if name in JOINED:
            join, neutral = JOINED[name]
            total = x[0] if x else neutral
            for other in x[1:] if name != "hypot" or len(x) > 1 else ["0.0"]:
                total = join.format(total, other)
            return f"({total})"
        if self.fast and name in FAST:
            if name in FAR:
                x = [self.named(each) for each in x]
                self.far += x
            return f"{FAST[name]}({', '.join(x)})"
        return f"{NAMES[name]}({', '.join(x)})"


def is_native(head: str) -> bool:
    return head in ("power", *NAMES, *WRITTEN, *JOINED) or head.startswith(OVER)


def reductions_in(formulas: Iterable[Term]) -> list[Symbol]:
    """The reductions over a stack that stand in formulas, each after those within it."""
    found: dict[Symbol, None] = {}
    seen: set[Symbol] = set()

    def look(term: Term) -> None:
        if isinstance(term, Symbol) and term not in seen:
            seen.add(term)
            for inner in term.terms:
                look(inner)
            if term.head.startswith(OVER):
                found[term] = None

    for formula in formulas:
        look(formula)
    return list(found)
