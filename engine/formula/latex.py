"""Formulas in LaTeX."""

from collections.abc import Sequence

from engine.formula.style import NEGATION, POWER, PRODUCT, WHOLE, Style, Written
from engine.names import digits, printable, split_name


class Latex(Style):
    """LaTeX for math mode, without the dollar signs around it."""

    minus, times = "-", r"\cdot"
    FUNCTIONS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log")
    GREEK = set(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
        " upsilon phi chi psi omega".split()
    )

    def name(self, label: str) -> Written:
        head, tail = split_name(label)
        if head in self.GREEK:
            head = rf"\{head}"
        elif len(head) != 1 or not head.isalnum():
            head = rf"\text{{{''.join(LATEX_ESCAPES.get(c, c) for c in printable(head))}}}"
        return Written(f"{head}_{{{tail}}}" if tail else head)

    def number(self, number: float) -> Written:
        mantissa, _, exponent = digits(number, minus="-").partition("e")
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
