"""A graph, or the derivative of an operation, as a formula: in text, LaTeX or MathML."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from engine.graph import topological_order
from engine.rules import CONSTANT, Rule
from engine.symbols import SYMBOLS, Symbol, Term
from engine.value import Value

# How tightly a formula holds together; one that is looser than its place needs parentheses.
# A negative sum begins with a minus, as −a + b.
NEGATIVE_SUM, SUM, NEGATION, PRODUCT, POWER, WHOLE = range(6)


@dataclass(frozen=True, slots=True)
class Written:
    """A formula, and how tightly it holds together."""

    text: str
    bond: int = WHOLE


def formula(value: Value, style: str = "text") -> str:
    """The formula that a graph computes, its shared parts named once and added behind.

    The style is "text", "latex" or "mathml". Derivatives from `gradients` are graphs too. Raises
    ValueError for another style.

    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    >>> formula((w * (x + b)).tanh() ** 2)
    'tanh(w·(x + b))²'
    >>> t = (w * x).exp()
    >>> formula(t / (1 + t), "latex")
    '\\\\frac{v_{1}}{1 + v_{1}} \\\\quad\\\\text{with}\\\\quad v_{1} = e^{w \\\\cdot x}'
    """
    writer = style_named(style)
    order = topological_order((value,))
    uses = Counter(input for node in order for input in node.inputs)
    leaves = [node for node in order if not node.inputs and node.label]
    shared = [node for node in order if node.inputs and uses[node] > 1]
    names = names_of([*leaves, *shared])
    written: dict[Value, Written] = {}
    definitions = []
    for node in order:
        if not node.inputs:
            named = node in names and node.rule is not CONSTANT
            written[node] = writer.name(names[node]) if named else writer.number(node.data)
            continue
        assert node.rule is not None
        whole = writer.operation(node.rule.name, [written[input] for input in node.inputs])
        written[node] = whole
        if uses[node] > 1:
            written[node] = writer.name(names[node])
            definitions.append(writer.equation(written[node].text, whole.text))
    return writer.with_definitions(written[value].text, definitions)


def partial_formula(rule: Rule, index: int, inputs: Sequence[Term], output: str, style: str) -> str:
    """The local derivative of a rule along one input, with these names put in.

    >>> from engine.rules import RULES
    >>> partial_formula(RULES["tanh"], 0, [Symbol("x")], "t", "text")
    '1 − t²'
    """
    return partial_formulas(rule, inputs, output, style)[index]


def partial_formulas(rule: Rule, inputs: Sequence[Term], output: str, style: str) -> list[str]:
    """The local derivative of a rule along each input.

    >>> from engine.rules import RULES
    >>> partial_formulas(RULES["divide"], [Symbol("a"), Symbol("b")], "c", "text")
    ['1/b', '−c/b']
    """
    writer = style_named(style)
    partials = rule.partials(SYMBOLS, Symbol(output), *inputs)
    return [term_written(partial, writer).text for partial in partials]


def names_of(order: Iterable[Value]) -> dict[Value, str]:
    """A name for each node, and no name twice: its label, or v1, v2, …; x again is x#2.

    A plain number that an operation met has its digits for a name.

    >>> x = Value(1.0, "x")
    >>> y = x * Value(2.0, "x")
    >>> list(names_of(topological_order((y,))).values())
    ['x', 'x#2', 'v1']
    """
    nodes = list(order)
    labels = {node.label for node in nodes}
    series: dict[str, Iterator[str]] = {"": numbered("v", 1)}
    names: dict[Value, str] = {}
    for node in nodes:
        label = node.label
        if node.rule is CONSTANT:
            names[node] = digits(node.data)
        elif label and label not in series:
            names[node] = label
            series[label] = numbered(f"{label}#", 2)
        else:
            names[node] = next(name for name in series[label] if name not in labels)
    return names


def numbered(name: str, first: int) -> Iterator[str]:
    """The name with every number from the first on behind it."""
    return (f"{name}{number}" for number in count(first))


def digits(number: float) -> str:
    """Four significant digits, a minus sign, and none before a zero.

    >>> digits(-1 / 3), digits(-0.0), digits(1e-9)
    ('−0.3333', '0', '1e−09')
    """
    return f"{number + 0.0:.4g}".replace("-", "−")


def printable(text: str) -> str:
    """The text with what no XML file may hold replaced: control characters and lone surrogates."""
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


# How it is written. `Style` knows what mathematics looks like; a style, the signs for it.


class Style:
    """Plain text, and what LaTeX and MathML have in common with it."""

    minus, times, plus = "−", "·", "+"

    def name(self, label: str) -> Written:
        return Written(label)

    def number(self, number: float) -> Written:
        return Written(digits(number), NEGATION if number < 0.0 else WHOLE)

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


SUPERSCRIPTS = dict(zip("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


class Latex(Style):
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
        mantissa, _, exponent = f"{number + 0.0:.4g}".partition("e")
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


STYLES: Mapping[str, Callable[[], Style]] = {"text": Style, "latex": Latex, "mathml": MathML}


def split_name(label: str) -> tuple[str, str]:
    """The number at the end of a label is its index: ("w", "12") from "w12"."""
    head = label.rstrip("0123456789")
    return (head, label[len(head) :]) if head else (label, "")


def style_named(name: str) -> Style:
    if name not in STYLES:
        raise ValueError(f"style is {name!r}, and must be one of {', '.join(STYLES)}")
    return STYLES[name]()


def term_written(term: Term, style: Style) -> Written:
    """A symbolic formula, such as a rule's partial."""
    if not isinstance(term, Symbol):
        return style.number(term)
    if not term.terms:
        return style.name(term.head)
    return style.operation(term.head, [term_written(inner, style) for inner in term.terms])
