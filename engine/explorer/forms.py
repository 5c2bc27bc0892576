"""How each kind of operation is written: templates that the page fills with names or numbers.

A template holds {0}, {1}, … for the inputs and {y} for the output. What stands between {(0} and
{)0} is in parentheses where input 0 is a negative number, what stands between {[0} and {]0} also
where it is a name with a superscript or a number with a power of 10, what stands between {<0} and
{>0} where it is negative or a multiple of a power of 10; {^1} is an exponent.
"""

import re
from dataclasses import dataclass

from engine.formula.mathml import MathML
from engine.formula.partials import partial_terms
from engine.formula.style import NEGATION, POWER, SUM, WHOLE, Style, Written, write_term
from engine.rules import CONSTANT
from engine.symbols import Symbol, Term
from engine.value import Value

PLACE = re.compile(r"\{[0-9y]+\}")
FIRST_FACTOR = re.compile(r"(?:<mrow>)?\{([0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Form:
    """The templates of one operation, in text and in MathML."""

    operation: tuple[str, str]
    partials: tuple[tuple[str, str], ...]  # one for each input; empty for a constant


class TextTemplate(Style):
    """A style whose names are places to fill."""

    def name(self, label: str) -> Written:
        return Written(label)

    def at(self, term: Written, bond: int) -> str:
        if PLACE.fullmatch(term.text):
            place = term.text[1:-1]
            if bond == WHOLE:  # the base of a power
                return f"{{[{place}}}{term.text}{{]{place}}}"
            if bond == POWER:  # what something is divided by
                return f"{{<{place}}}{term.text}{{>{place}}}"
            return term.text if bond == NEGATION else self.guarded(place, term.text)
        factor = FIRST_FACTOR.match(term.text)
        if bond == SUM and factor:  # a product that begins with a negative number
            return self.guarded(factor[1], term.text)
        return super().at(term, bond)

    def guarded(self, place: str, inner: str) -> str:
        return f"{{({place}}}{inner}{{){place}}}"

    def superscript(self, base: str, exponent: Written) -> str:
        if PLACE.fullmatch(exponent.text):
            return f"{base}{{^{exponent.text[1:-1]}}}"
        return super().superscript(base, exponent)


class MathTemplate(TextTemplate, MathML):
    """The same in MathML."""

    def guarded(self, place: str, inner: str) -> str:
        return f"<mrow>{{({place}}}{inner}{{){place}}}</mrow>"

    def superscript(self, base: str, exponent: Written) -> str:
        return MathML.superscript(self, base, exponent)


def form_of(node: Value) -> Form:
    """The templates of a node's operation; its constants are in them as numbers.

    >>> form_of(Value(2.0, "x").tanh() * 3).operation[0]
    '{0}·3'
    >>> form_of(Value(2.0, "x").tanh()).partials[0][0]
    '1 − {[y}{y}{]y}²'
    """
    assert node.rule is not None
    styles = TextTemplate(), MathTemplate()
    terms: list[Term] = [
        value.data if value.rule is CONSTANT else Symbol(f"{{{place}}}")
        for place, value in enumerate(node.inputs)
    ]
    text, math = (
        style.applied(node.rule, [write_term(term, style) for term in terms]).text
        for style in styles
    )
    partials = partial_terms(node.rule, terms, "{y}")
    written = tuple(
        (write_term(partial, styles[0]).text, write_term(partial, styles[1]).text)
        if isinstance(term, Symbol)
        else ("", "")
        for term, partial in zip(terms, partials)
    )
    return Form((text, math), written)


def key_of(node: Value) -> tuple[object, ...]:
    """Nodes of one key are written alike: by their rule and the constants among their inputs."""
    constants = tuple(i.data if i.rule is CONSTANT else None for i in node.inputs)
    return id(node.rule), constants
