"""Formulas in LaTeX."""

import re
from collections.abc import Sequence

from engine.formula.style import NEGATION, POWER, PRODUCT, WHOLE, Style, Written
from engine.names import GREEK as GREEK_LETTERS
from engine.names import digits, printable, read_name

GREEK = {letter: name for name, letter in GREEK_LETTERS.items()}


class Latex(Style):
    """LaTeX for math mode, without the dollar signs around it."""

    minus, times = "-", r"\cdot"
    FUNCTIONS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log")

    def name(self, label: str) -> Written:
        name = read_name(label)
        low = f"_{{{self.script(name.index)}}}" if name.index else ""
        up = f"^{{{self.script(name.above)}}}" if name.above else ""
        return Written(self.base(name.base) + low + up, POWER if up else WHOLE)

    def base(self, base: str) -> str:
        if base in GREEK:
            return rf"\{GREEK[base]}"
        if len(base) == 1 and base.isalnum():
            return base
        return rf"\text{{{''.join(LATEX_ESCAPES.get(c, c) for c in printable(base))}}}"

    def script(self, text: str) -> str:
        """A subscript or superscript: its words upright, its letters and numbers as they are."""
        words = re.sub(r"(?![0-9]+\b)[0-9A-Za-z]{2,}", r"\\text{\g<0>}", text)
        return words.replace("−", "-").replace("″", "′′").replace("′", r"\prime ").strip()

    def number(self, number: float) -> Written:
        mantissa, _, exponent = digits(number, plain=True).partition("e")
        if exponent:
            bond = NEGATION if number < 0.0 else PRODUCT
            return Written(rf"{mantissa} \cdot 10^{{{int(exponent)}}}", bond)
        return Written(mantissa, NEGATION if number < 0.0 else WHOLE)

    def infix(self, sign: str, terms: Sequence[str]) -> str:
        return f" {sign} ".join(terms)

    def fenced(self, left: str, inner: str, right: str) -> str:
        return rf"\left{left}{inner}\right{right}"

    def fraction(self, a: Written, b: Written) -> Written:
        return Written(rf"\frac{{{a.text}}}{{{b.text}}}", PRODUCT)

    def superscript(self, base: str, exponent: Written) -> str:
        return f"{base}^{{{exponent.text}}}"

    def call(self, function: str, inputs: Sequence[str]) -> str:
        known = function in self.FUNCTIONS
        escaped = function.replace("_", r"\_")
        sign = rf"\{function}" if known else rf"\operatorname{{{escaped}}}"
        return sign + self.fenced("(", ", ".join(inputs), ")")

    def exp(self, x: Written) -> Written:
        return Written(f"e^{{{x.text}}}", POWER)

    def root(self, x: Written) -> Written:
        return Written(rf"\sqrt{{{x.text}}}")

    def choice(self, condition: str, a: str, b: str) -> Written:
        cases = rf"{a} & {condition} \\ {b} & \text{{otherwise}}"
        return Written(rf"\begin{{cases}}{cases}\end{{cases}}")

    def with_definitions(self, whole: str, definitions: Sequence[str]) -> str:
        rest = r",\quad ".join(definitions)
        return rf"{whole} \quad\text{{with}}\quad {rest}" if definitions else whole


LATEX_ESCAPES = {c: rf"\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\n": " ",
}
