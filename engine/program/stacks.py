"""Formulas of any number of inputs over a stack of arrays: Σ exp(xᵢ - top) as one sum over an axis.

A formula over the symbols x0, x1, … is rewritten over "stack", which holds them all: what is the
same for each becomes one term, and what adds them up becomes a reduction such as "sum over".
"""

from collections.abc import Sequence

from engine.symbols import Symbol, Term

REDUCED = {
    "sum": "add",
    "prod": "multiply",
    "hypot": "hypot",
    "maximum": "maximum",
    "minimum": "minimum",
}  # by the ufunc that reduces
STACK = Symbol("stack")
OVER = "over "


def over_stack(term: Term, count: int) -> Term | None:
    """A formula of the output, with all x0, x1, … gathered; None where some are left over."""
    rewritten = gathered(term, count)
    return None if mentions(rewritten, count) else rewritten


def each_of_stack(terms: Sequence[Term], count: int) -> Term | None:
    """One formula for all of the partials; None where they are not alike."""
    return common([gathered(term, count) for term in terms], count)


def gathered(term: Term, count: int) -> Term:
    """The term with every reduction over x0, x1, … found in it."""
    if not isinstance(term, Symbol) or not term.terms:
        return term
    if term.head in REDUCED:
        items = [gathered(item, count) for item in flattened(term, term.head)]
        numbers = [item for item in items if not isinstance(item, Symbol)]
        whole = common([item for item in items if isinstance(item, Symbol)], count)
        if whole is not None:
            found: Term = Symbol(OVER + REDUCED[term.head], (whole,))
            return Symbol(term.head, (found, *numbers)) if numbers else found
    return Symbol(term.head, tuple(gathered(inner, count) for inner in term.terms))


def flattened(term: Term, head: str) -> list[Term]:
    """The items of a chain such as maximum(maximum(a, b), c)."""
    if isinstance(term, Symbol) and term.head == head and term.terms:
        return [item for inner in term.terms for item in flattened(inner, head)]
    return [term]


def common(terms: Sequence[Term], count: int) -> Term | None:
    """The formula that term k is with x{k} for the stack, where it is one for all."""
    if len(terms) != count:
        return None
    forms = {replaced(term, f"x{k}") for k, term in enumerate(terms)}
    form = forms.pop()
    return None if forms or mentions(form, count) else form


def replaced(term: Term, name: str) -> Term:
    if not isinstance(term, Symbol):
        return term
    if not term.terms:
        return STACK if term.head == name else term
    return Symbol(term.head, tuple(replaced(inner, name) for inner in term.terms))


def mentions(term: Term, count: int) -> bool:
    """Whether one of x0, x1, … stands in it by itself."""
    if not isinstance(term, Symbol):
        return False
    if not term.terms:
        return term.head in {f"x{k}" for k in range(count)}
    return any(mentions(inner, count) for inner in term.terms)


def is_stacked(term: Term) -> bool:
    """Whether a formula has one value for each of the stack."""
    if not isinstance(term, Symbol) or term.head.startswith(OVER):
        return False
    return term == STACK or any(is_stacked(inner) for inner in term.terms)
