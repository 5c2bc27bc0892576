"""The local derivatives of a rule as formulas."""

from collections.abc import Sequence

from engine.formula.style import write_term
from engine.formula.styles import find_style
from engine.rules import Rule
from engine.symbols import SYMBOLS, Symbol, Term


def partial_formulas(rule: Rule, inputs: Sequence[Term], output: str) -> list[str]:
    """The local derivative of a rule along each input, with these names put in.

    >>> from engine.rules import RULES
    >>> partial_formulas(RULES["divide"], [Symbol("a"), Symbol("b")], "c")
    ['1/b', '−c/b']
    """
    writer = find_style("text")
    return [write_term(partial, writer).text for partial in partial_terms(rule, inputs, output)]


def partial_terms(rule: Rule, inputs: Sequence[Term], output: str) -> Sequence[Term]:
    """The local derivatives as terms; for a rule of one's own that has no formulas, their names."""
    try:
        partials: Sequence[Term] = rule.partials(SYMBOLS, Symbol(output), *inputs)
        return partials
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return [Symbol(f"∂{rule.name}") for _ in inputs]
