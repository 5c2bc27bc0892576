"""Formulas as expressions of a language that has operators and functions; a part that comes again
is computed once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

from engine.symbols import Symbol, Term, written_out

# What languages write alike, with {0} and {1} for the inputs
ARITHMETIC = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negate": "-{0}",
}


class Expressions:
    """Writes formulas, with these texts at their names; `lines` are what must stand before.

    What a number and an operation look like, and how a part gets a name, is each language's own.
    """

    def __init__(self, texts: Mapping[Term, str], formulas: Iterable[Term]) -> None:
        self.texts = dict(texts)
        self.lines: list[str] = []
        self.uses: Counter[Symbol] = Counter()
        for formula in formulas:
            self.count(formula)

    def number(self, number: float) -> str:
        raise NotImplementedError

    def operation(self, term: Symbol, x: list[str]) -> str:
        raise NotImplementedError

    def named(self, text: str) -> str:
        """A name that is given to an expression."""
        raise NotImplementedError

    def count(self, term: Term) -> None:
        if isinstance(term, Symbol) and term.terms and term not in self.texts:
            self.uses[term] += 1
            if self.uses[term] == 1:
                for inner in term.terms:
                    self.count(inner)

    def text(self, term: Term) -> str:
        """The term as an expression that can stand anywhere."""
        if not isinstance(term, Symbol):
            number = self.number(float(term))
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


def in_native_terms(formulas: Sequence[Term], is_native: Callable[[str], bool]) -> list[Term]:
    """The formulas with every rule that a language lacks written out."""
    known: dict[Symbol, Term] = {}

    def expanded(term: Term) -> Term:
        if not isinstance(term, Symbol) or not term.terms:
            return term
        if term not in known:
            inner = Symbol(term.head, tuple(map(expanded, term.terms)))
            known[term] = inner if is_native(term.head) else expanded(meaning(inner))
        return known[term]

    return list(map(expanded, formulas))


class NoFunction(NotImplementedError):
    """A rule that a backend has no function for."""


def meaning(term: Symbol) -> Term:
    """The formula of a rule, as of sigmoid by exp and where."""
    formula = written_out(term)
    if formula == term:
        raise NoFunction(f"this backend has no function for the rule {term.head}")
    return formula


def summed(summands: Sequence[str]) -> str:
    """Their sum; a minus before one is subtraction."""
    text = ""
    for summand in summands:
        if not text:
            text = summand
        else:
            text += f" - {summand[1:]}" if summand.startswith("-") else f" + {summand}"
    return text
