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
    partials = rule.partials(SYMBOLS, Symbol(output), *inputs)
    return [write_term(partial, writer).text for partial in partials]
