"""Formulas in MathML."""

from collections.abc import Sequence
from html import escape

from engine.formula.style import POWER, PRODUCT, Style, Written
from engine.names import printable, split_name


class MathML(Style):
    """Presentation MathML, which browsers set without a library; without the outer <math>."""

    def name(self, label: str) -> Written:
        head, tail = split_name(label)
        name = f"<mi>{escape(printable(head))}</mi>"
        return Written(f"<msub>{name}<mn>{tail}</mn></msub>" if tail else name)

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
        words = f"{a}<mtext> if </mtext>{condition}<mtext> else </mtext>{b}"
        return Written(self.fenced("(", words, ")"))

    def equation(self, left: str, right: str) -> str:
        return f"{left}<mo>=</mo>{right}"

    def with_definitions(self, whole: str, definitions: Sequence[str]) -> str:
        rest = "<mo>,</mo>".join(definitions)
        return f"<mrow>{whole}<mtext> with </mtext>{rest}</mrow>" if definitions else whole
