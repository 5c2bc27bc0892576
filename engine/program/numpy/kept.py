"""What the formulas of both passes compute of the same rows: forward it is kept, for backward to
read. So erfc, which stands in the value of gelu and in its derivative, is computed once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeGuard

from engine.program.kernels import Elementwise, Kernel, Operand, Step
from engine.program.numpy.formulas import meaning
from engine.symbols import Symbol, Term

QUICK = {  # to compute again costs no more than to read
    *("add", "subtract", "multiply", "divide", "negate", "power"),
    *("abs", "maximum", "minimum", "greater", "where", "copysign"),
}


def kept_terms(forward: Sequence[Step], backward: Sequence[Step]) -> dict[Operand, list[Symbol]]:
    """Functions of x0 that both passes compute, by the rows that x0 is."""
    computed: dict[Operand, Term] = {}
    for _, kernel in forward:
        if has_one_input(kernel):
            computed.setdefault(kernel.inputs["x0"], kernel.formulas[0])
    kept: dict[Operand, dict[Symbol, None]] = {}
    for _, kernel in backward if computed else ():
        if has_one_input(kernel) and kernel.inputs["x0"] in computed:
            rows = kernel.inputs["x0"]
            found = [term for each in kernel.formulas for term in shared(computed[rows], each)]
            kept.setdefault(rows, {}).update(dict.fromkeys(found))
    return {rows: list(terms) for rows, terms in kept.items() if terms}


def has_one_input(kernel: Kernel) -> TypeGuard[Elementwise]:
    """Whether a rule of one input, or its derivative, is applied to as many rows as are written."""
    if not isinstance(kernel, Elementwise) or "x0" not in kernel.inputs or "x1" in kernel.inputs:
        return False
    rows, output = kernel.inputs["x0"], kernel.outputs[0]
    return (rows.rows, rows.batched) == (output.rows, output.batched)


@lru_cache(maxsize=100)  # kernels of one rule have the same formulas
def shared(forward: Term, backward: Term) -> list[Symbol]:
    """The functions of x0 in the one formula that the other one computes as well, without those
    that are computed for them."""
    known = set(functions_in(forward))
    return list(largest_of(known, backward)) if known else []


def functions_in(formula: Term) -> Iterator[Symbol]:
    if isinstance(formula, Symbol):
        if formula.terms and formula.head not in QUICK:
            yield formula
        for term in computed_for(formula):
            yield from functions_in(term)


def largest_of(known: set[Symbol], formula: Term) -> Iterator[Symbol]:
    if isinstance(formula, Symbol):
        if formula in known:
            yield formula
        else:
            for term in computed_for(formula):
                yield from largest_of(known, term)


def computed_for(formula: Symbol) -> Sequence[Term]:
    """The terms that are computed before a formula is."""
    written = meaning(formula) if formula.terms else None
    return formula.terms if written is None else [written]
