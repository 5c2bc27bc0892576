"""Formulas as C expressions; a part that comes again is computed once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from engine.program.c.native import FAR, FAST, JOINED, NAMES, POWERS, WRITTEN
from engine.program.reductions import OVER
from engine.symbols import Symbol, Term, written_out


class FormulaText:
    """Writes formulas as C, with these texts at their names; `lines` are what must stand before.

    With `fast` functions are those that a loop computes several of at once; `far` then holds the
    arguments of those that are right for small arguments only.
    """

    def __init__(self, texts: Mapping[Term, str], formulas: Iterable[Term], *, fast: bool) -> None:
        self.texts = dict(texts)
        self.fast = fast
        self.lines: list[str] = []
        self.far: list[str] = []
        self.uses: Counter[Symbol] = Counter()
        for formula in formulas:
            self.count(formula)

    def count(self, term: Term) -> None:
        if isinstance(term, Symbol) and term.terms and term not in self.texts:
            self.uses[term] += 1
            if self.uses[term] == 1:
                for inner in term.terms:
                    self.count(inner)

    def text(self, term: Term) -> str:
        """The term as an expression that can stand anywhere."""
        if not isinstance(term, Symbol):
            number = repr(float(term))
            return f"({number})" if number.startswith("-") else number
        if term not in self.texts:
            text = self.operation(term, [self.text(inner) for inner in term.terms])
            if self.uses[term] == 1:
                return text
            self.texts[term] = self.named(text)
        return self.texts[term]

    def whole(self, term: Term) -> str:
        """The term as an expression that stands by itself."""
        text = self.text(term)
        inner = text[1:-1]
        depths = accumulate([(c == "(") - (c == ")") for c in inner])
        return inner if text.startswith("(") and min(depths, default=0) >= 0 else text

    def named(self, text: str) -> str:
        """A name that is given to an expression."""
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


def in_native_terms(formulas: Sequence[Term]) -> list[Term]:
    """The formulas with every rule that C lacks written out."""
    known: dict[Symbol, Term] = {}

    def expanded(term: Term) -> Term:
        if not isinstance(term, Symbol) or not term.terms:
            return term
        if term not in known:
            inner = Symbol(term.head, tuple(map(expanded, term.terms)))
            known[term] = inner if is_native(term.head) else expanded(meaning(inner))
        return known[term]

    return list(map(expanded, formulas))


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


def meaning(term: Symbol) -> Term:
    """The formula of a rule, as of sigmoid by exp and where."""
    formula = written_out(term)
    if formula == term:
        raise NotImplementedError(f"the C backend has no function for the rule {term.head}")
    return formula
