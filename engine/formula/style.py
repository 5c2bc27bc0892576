"""A formula in plain text: what an operation looks like, and where parentheses are needed.

`Style` knows what mathematics looks like; LaTeX and MathML are the same with signs of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.names import SUPERSCRIPTS, digits, read_name
from engine.rules import RULES, Rule
from engine.symbols import Symbol, Term

# How tightly a formula holds together; one that is looser than its place needs parentheses.
# A negative sum begins with a minus, as −a + b.
NEGATIVE_SUM, SUM, NEGATION, PRODUCT, POWER, WHOLE = range(6)


@dataclass(frozen=True, slots=True)
class Written:
    """A formula, and how tightly it holds together."""

    text: str
    bond: int = WHOLE


class Style:
    """Plain text, and what LaTeX and MathML have in common with it."""

    minus, times, plus = "−", "·", "+"

    def name(self, label: str) -> Written:
        """A name; one with a superscript takes a power in parentheses."""
        name = read_name(label)
        return Written(str(name), POWER if name.above else WHOLE)

    def number(self, number: float) -> Written:
        text = digits(number)
        if number < 0.0:
            return Written(text, NEGATION)
        power = POWER if text[-1] in SUPERSCRIPTS.values() else WHOLE  # 10⁻⁹
        return Written(text, PRODUCT if self.times in text else power)

    def infix(self, sign: str, terms: Sequence[str]) -> str:
        """a + b, a·b"""
        return (sign if sign == self.times else f" {sign} ").join(terms)

    def negated(self, term: str) -> str:
        return f"{self.minus}{term}"

    def fenced(self, left: str, inner: str, right: str) -> str:
        return f"{left}{inner}{right}"

    def fraction(self, a: Written, b: Written) -> Written:
        bond = NEGATION if a.bond == NEGATION else PRODUCT
        return Written(f"{self.at(a, NEGATION)}/{self.at(b, POWER)}", bond)

    def superscript(self, base: str, exponent: Written) -> str:
        if all(c in SUPERSCRIPTS for c in exponent.text):
            return base + "".join(SUPERSCRIPTS[c] for c in exponent.text)
        return f"{base}^{self.at(exponent, WHOLE)}"

    def call(self, function: str, inputs: Sequence[str]) -> str:
        return f"{function}({', '.join(inputs)})"

    def exp(self, x: Written) -> Written:
        return Written(self.call("exp", [x.text]))

    def root(self, x: Written) -> Written:
        return Written(self.call("sqrt", [x.text]))

    def choice(self, condition: str, a: str, b: str) -> Written:
        return Written(f"({a} if {condition} else {b})")

    def equation(self, left: str, right: str) -> str:
        return f"{left} = {right}"

    def with_definitions(self, whole: str, definitions: Sequence[str]) -> str:
        return f"{whole} with {', '.join(definitions)}" if definitions else whole

    # What all styles share

    def at(self, term: Written, bond: int) -> str:
        """The term, in parentheses where it is looser than its place."""
        return term.text if term.bond >= bond else self.fenced("(", term.text, ")")

    def applied(self, rule: Rule, inputs: Sequence[Written]) -> Written:
        """The rule of a node; one of your own is a call, whatever its name."""
        if RULES.get(rule.name) is rule:
            return self.operation(rule.name, inputs)
        return Written(self.call(rule.name, [x.text for x in inputs]))

    def operation(self, rule: str, inputs: Sequence[Written]) -> Written:
        """A rule applied to what is written already."""
        match rule, inputs:
            case "add" | "sum", _:
                return self.total(inputs)
            case "subtract", [a, b]:
                return Written(self.infix(self.minus, [a.text, self.at(b, PRODUCT)]), sum_of(a))
            case "negate", [x]:
                return Written(self.negated(self.at(x, PRODUCT)), NEGATION)
            case "multiply" | "prod", _:
                return self.product(inputs)
            case "dot", _:
                half = len(inputs) // 2
                pairs = zip(inputs[:half], inputs[half:])
                return self.total([self.product(pair) for pair in pairs])
            case "divide", [a, b]:
                return self.fraction(a, b)
            case "power" | "pow", [x, n]:
                return Written(self.superscript(self.at(x, WHOLE), n), POWER)
            case "exp", [x]:
                return self.exp(x)
            case "sqrt", [x]:
                return self.root(x)
            case "abs", [x]:
                return Written(self.fenced("|", x.text, "|"))
            case "greater", [a, b]:  # Iverson's bracket: 1 where it is true, else 0
                return Written(self.fenced("[", self.infix(">", [a.text, b.text]), "]"))
            case "where", [condition, a, b]:
                holds = self.infix(">", [condition.text, self.number(0.0).text])
                return self.choice(holds, a.text, b.text)
        return Written(self.call(rule, [x.text for x in inputs]))

    def total(self, terms: Sequence[Written]) -> Written:
        if len(terms) == 1:
            return terms[0]
        others = [self.at(x, PRODUCT if x.bond == NEGATION else SUM) for x in terms[1:]]
        return Written(self.infix(self.plus, [terms[0].text, *others]), sum_of(terms[0]))

    def product(self, factors: Sequence[Written]) -> Written:
        if len(factors) == 1:
            return factors[0]
        others = [self.at(x, PRODUCT) for x in factors[1:]]
        whole = self.infix(self.times, [self.at(factors[0], NEGATION), *others])
        return Written(whole, NEGATION if factors[0].bond == NEGATION else PRODUCT)


def sum_of(first: Written) -> int:
    """How tightly a sum holds that begins with this term."""
    return NEGATIVE_SUM if first.bond in (NEGATIVE_SUM, NEGATION) else SUM


def write_term(term: Term, style: Style) -> Written:
    """A symbolic formula, such as a rule's partial."""
    if not isinstance(term, Symbol):
        return style.number(term)
    if not term.terms:
        return style.name(term.head)
    return style.operation(term.head, [write_term(inner, style) for inner in term.terms])
