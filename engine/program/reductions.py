"""Formulas of any number of inputs over a stack of arrays: Σ exp(xᵢ - top) as one sum over an axis.

A formula over the symbols x0, x1, … is rewritten over "stack", which holds them all: what is the
same for each becomes one term, and what adds them up becomes a reduction such as "sum over".
"""

from collections.abc import Sequence

from engine.symbols import Symbol, Term, names_in

REDUCED = {
    "sum": "add",
    "prod": "multiply",
    "hypot": "hypot",
    "maximum": "maximum",
    "minimum": "minimum",
}  # by the ufunc that reduces
STACK = Symbol("stack")
OVER = "over "


def over_stack(formula: Term, count: int) -> Term | None:
    """A formula of the output, with all x0, x1, … in reductions; None where some are left over."""
    rewriting = Rewriting(count)
    rewritten = rewriting.reduced(formula)
    return None if rewriting.is_left_in(rewritten) else rewritten


def each_of_stack(formulas: Sequence[Term], count: int) -> Term | None:
    """One formula for all of the partials; None where they are not alike, or one and the same
    reduction for each of the stack."""
    rewriting = Rewriting(count)
    form = rewriting.common([rewriting.reduced(formula) for formula in formulas])
    if form is None or is_stacked(form) or STACK.head not in names_in([form]):
        return form
    return None


class Rewriting:
    """Rewrites formulas over x0, x1, …; a part that they share is rewritten once."""

    def __init__(self, count: int) -> None:
        self.names = [f"x{k}" for k in range(count)]
        self.known: dict[Symbol, Term] = {}

    def reduced(self, term: Term) -> Term:
        """The term with every reduction over x0, x1, … found in it."""
        if not isinstance(term, Symbol) or not term.terms:
            return term
        if term not in self.known:
            self.known[term] = self.reduction(term) or Symbol(
                term.head, tuple([self.reduced(inner) for inner in term.terms])
            )
        return self.known[term]

    def reduction(self, term: Symbol) -> Term | None:
        """What a term adds up, or takes the largest of, as one reduction; None where it is none."""
        if term.head not in REDUCED:
            return None
        items = list(map(self.reduced, term.terms))
        numbers = [item for item in items if not isinstance(item, Symbol)]
        whole = self.common([item for item in items if isinstance(item, Symbol)])
        if whole is None or not is_stacked(whole):  # what is the same for all is merely repeated
            return None
        found = Symbol(OVER + REDUCED[term.head], (whole,))
        return Symbol(term.head, (found, *numbers)) if numbers else found

    def common(self, terms: Sequence[Term]) -> Term | None:
        """The formula that term k is with x{k} for the stack, where it is one for all."""
        if len(terms) != len(self.names):
            return None
        form = replaced(terms[0], self.names[0])
        if self.is_left_in(form):
            return None
        alike = all([replaced(term, name) == form for term, name in zip(terms, self.names)])
        return form if alike else None

    def is_left_in(self, term: Term) -> bool:
        """Whether one of x0, x1, … stands in it by itself."""
        return not names_in([term]).isdisjoint(self.names)


def replaced(term: Term, name: str) -> Term:
    if not isinstance(term, Symbol):
        return term
    if not term.terms:
        return STACK if term.head == name else term
    return Symbol(term.head, tuple([replaced(inner, name) for inner in term.terms]))


def is_stacked(term: Term, known: dict[Symbol, bool] | None = None) -> bool:
    """Whether a formula has one value for each of the stack; `known` is what is known already."""
    if not isinstance(term, Symbol) or term.head.startswith(OVER):
        return False
    known = {} if known is None else known
    if term not in known:
        known[term] = term == STACK or any([is_stacked(inner, known) for inner in term.terms])
    return known[term]
