"""Formulas in MathML."""

from collections.abc import Sequence
from html import escape

from engine.formula.style import POWER, PRODUCT, Style, Written
from engine.names import printable, read_name


class MathML(Style):
    """Presentation MathML, which browsers set without a library; without the outer <math>."""

    def name(self, label: str) -> Written:
        name = read_name(label)
        base = f"<mi>{escape(printable(name.base))}</mi>"
        low, up = self.script(name.index), self.script(name.above)
        if low and up:
            return Written(f"<msubsup>{base}{low}{up}</msubsup>", POWER)
        if up:
            return Written(f"<msup>{base}{up}</msup>", POWER)
        return Written(f"<msub>{base}{low}</msub>" if low else base)

    def script(self, text: str) -> str:
        """A subscript or superscript: a number, a letter, or else upright as it is."""
        if not text:
            return ""
        tag = "mn" if text.isdigit() else "mi" if len(text) == 1 and text.isalpha() else "mtext"
        return f"<{tag}>{text}</{tag}>"

    def number(self, number: float) -> Written:
        plain = super().number(number)
        return Written(f"<mn>{plain.text}</mn>", plain.bond)

    def infix(self, sign: str, terms: Sequence[str]) -> str:
        return f"<mrow>{f'<mo>{escape(sign)}</mo>'.join(terms)}</mrow>"

    def negated(self, term: str) -> str:
        return f"<mrow><mo>{self.minus}</mo>{term}</mrow>"

    def fenced(self, left: str, inner: str, right: str) -> str:
        return f"<mrow><mo>{left}</mo>{inner}<mo>{right}</mo></mrow>"

    def fraction(self, a: Written, b: Written) -> Written:
        return Written(f"<mfrac>{a.text}{b.text}</mfrac>", PRODUCT)

    def superscript(self, base: str, exponent: Written) -> str:
        return f"<msup>{base}{exponent.text}</msup>"

    def call(self, function: str, inputs: Sequence[str]) -> str:
        inner = "<mo>,</mo>".join(inputs)
        return f"<mrow><mi>{escape(function)}</mi>{self.fenced('(', inner, ')')}</mrow>"

    def exp(self, x: Written) -> Written:
        return Written(f"<msup><mi>e</mi>{x.text}</msup>", POWER)

    def root(self, x: Written) -> Written:
        return Written(f"<msqrt>{x.text}</msqrt>")

    def choice(self, condition: str, a: str, b: str) -> Written:
        words = f"{a}{spaced('if')}{condition}{spaced('else')}{b}"
        return Written(self.fenced("(", words, ")"))

    def equation(self, left: str, right: str) -> str:
        return f"{left}<mo>=</mo>{right}"

    def with_definitions(self, whole: str, definitions: Sequence[str]) -> str:
        rest = "<mo>,</mo>".join(definitions)
        return f"<mrow>{whole}{spaced('with')}{rest}</mrow>" if definitions else whole


def spaced(word: str) -> str:
    """A word with spaces around it that do not break: others, at an end, are not shown."""
    return f"<mtext>\N{NO-BREAK SPACE}{word}\N{NO-BREAK SPACE}</mtext>"
