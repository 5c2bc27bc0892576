"""Rules of the table as JavaScript, so that the page computes what Python computes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.explorer.modules import exported_names, page_file, page_files
from engine.languages import ARITHMETIC, Expressions, in_native_terms
from engine.rule import REAL, Condition, Domain
from engine.rules import RULES, Rule
from engine.symbols import SYMBOLS, Symbol, Term, names_in

# The rules that the page's own functions compute, and the module of each; every other rule is
# written by its formula.
NATIVE = {
    name: module
    for module in page_files("numbers")
    for name in exported_names(page_file(module))
    if name in RULES
}
# What comes of a formula that cannot be written
UNWRITTEN = (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def rule_source(rule: Rule, count: int, fixed: tuple[float, ...] = ()) -> str:
    """A rule of `count` inputs as a JavaScript object: its value, partials, names and domain.

    `fixed` are the plain numbers of the rule's fixed inputs. Raises NotImplementedError for a
    rule of one's own whose formula cannot be written.

    >>> from engine.rules import RULES
    >>> print(rule_source(RULES["tanh"], 1))
    {name: "tanh", names: ["x"], domain: [null], condition: null,
     value: (x) => m.tanh(x),
     partials: (y, x) => [(1.0 - m.power(y, 2.0))]}
    """
    names, output = argument_names(rule, count)
    numbers = dict(zip(sorted(rule.fixed), fixed))
    terms: list[Term] = [numbers.get(index, Symbol(name)) for index, name in enumerate(names)]
    try:
        value = function_body([rule.value(SYMBOLS, *terms)], "{}")
        partials = function_body(rule.partials(SYMBOLS, Symbol(output), *terms), "[{}]")
    except UNWRITTEN as error:
        raise NotImplementedError(f"{rule.name} cannot be written in JavaScript") from error
    inputs = ", ".join(names)
    shown = [quoted(name) for name, _ in rule.named_inputs(count)]
    limits = [domain_source(domain) for _, domain in rule.named_inputs(count)]
    return (
        f"{{name: {quoted(rule.name)}, names: [{', '.join(shown)}],"
        f" domain: [{', '.join(limits)}], condition: {condition(rule, terms)},\n"
        f" value: ({inputs}) => {value},\n"
        f" partials: ({output}, {inputs}) => {partials}}}"
    )


def argument_names(rule: Rule, count: int) -> tuple[list[str], str]:
    """What the JavaScript calls the inputs and the output."""
    if rule.variadic or RULES.get(rule.name) is not rule:
        return [f"x{index}" for index in range(count)], "y"
    return list(rule.inputs), "output" if "y" in rule.inputs else "y"


def function_body(terms: Sequence[Term], frame: str) -> str:
    """What stands behind the arrow of a function that returns the terms.

    >>> top = SYMBOLS.exp(Symbol("a"))
    >>> function_body([top * (1 + top)], "{}")
    '{ const t0 = m.exp(a); return (t0 * (1.0 + t0)); }'
    """
    formulas = in_native_terms(terms, is_native)
    script = JavaScript({Symbol(name): name for name in names_in(formulas)}, formulas)
    result = frame.format(", ".join(map(script.text, formulas)))
    return f"{{ {' '.join(script.lines)} return {result}; }}" if script.lines else result


class JavaScript(Expressions):
    """Formulas as JavaScript, where `m` holds the functions."""

    def number(self, number: float) -> str:
        return number_text(number)

    def named(self, text: str) -> str:
        name = f"t{len(self.lines)}"
        self.lines.append(f"const {name} = {text};")
        return name

    def operation(self, term: Symbol, x: list[str]) -> str:
        if term.head in ARITHMETIC:
            return f"({ARITHMETIC[term.head].format(*x)})"
        return f"m.{term.head}({', '.join(x)})"


def is_native(head: str) -> bool:
    return head in NATIVE or head in ARITHMETIC


def domain_source(domain: Domain) -> str:
    """A domain's text and intervals; null where an input may be any number."""
    if domain is REAL:
        return "null"
    pairs = ", ".join(
        f"[{number_text(low)}, {number_text(high)}]" for low, high in domain.intervals
    )
    return f"{{text: {quoted(domain.text)}, intervals: [{pairs}]}}"


def number_text(number: float) -> str:
    return repr(number).replace("inf", "Infinity").replace("nan", "NaN")


def quoted(text: str) -> str:
    """A JavaScript string of plain ASCII that no HTML parser reads as markup."""
    escaped = "".join(
        c
        if c.isascii() and c.isprintable() and c not in '"\\<>&'
        else "".join(f"\\u{unit:04x}" for unit in utf16(c))
        for c in text
    )
    return f'"{escaped}"'


def utf16(character: str) -> list[int]:
    encoded = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(encoded[i : i + 2], "big") for i in range(0, len(encoded), 2)]


# A rule's condition is ordinary Python that branches on comparisons. It is run with inputs that
# stop at each new comparison, once for either outcome: what it answers is a tree of choices.

MOST_COMPARISONS = 60


def condition(rule: Rule, terms: list[Term]) -> str:
    """The rule's condition: its text and a JavaScript test; null where there is none to write."""
    if rule.condition is None:
        return "null"
    names = [t.head if isinstance(t, Symbol) else f"fixed{k}" for k, t in enumerate(terms)]
    try:
        test = decision(rule.condition, terms, {}, iter(range(MOST_COMPARISONS)))
    except TypeError:  # it computes with what is no plain comparison
        return "null"
    return f"{{text: {quoted(rule.condition.text)}, holds: ({', '.join(names)}) => {test}}}"


def decision(
    condition: Condition, terms: list[Term], known: dict[str, bool], left: Iterator[int]
) -> str:
    """What the condition answers, as a tree of the comparisons it asks for, while any are left.

    >>> from engine.rules import RULES
    >>> decision(RULES["atan2"].condition, [Symbol("y"), Symbol("x")], {}, iter(range(9)))
    '(y !== 0.0 ? true : (x > 0.0 ? true : false))'
    """
    inputs = [Compared(t.head, known) if isinstance(t, Symbol) else t for t in terms]
    try:
        return "true" if condition.holds(*inputs) else "false"
    except Unknown as unknown:
        if next(left, None) is None:
            raise TypeError("more comparisons than are followed") from None
        test = str(unknown)
        yes = decision(condition, terms, {**known, test: True}, left)
        no = decision(condition, terms, {**known, test: False}, left)
        return f"({test} ? {yes} : {no})"


class Unknown(Exception):
    """A comparison whose outcome has not been chosen yet."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A comparison, and the outcomes chosen so far."""

    test: str
    known: dict[str, bool]

    def __bool__(self) -> bool:
        if self.test not in self.known:
            raise Unknown(self.test)
        return self.known[self.test]


class Compared:
    """An input that can be compared and nothing else."""

    def __init__(self, name: str, known: dict[str, bool]) -> None:
        self.name, self.known = name, known

    def __gt__(self, other: object) -> Truth:
        return self.against(">", other)

    def __ge__(self, other: object) -> Truth:
        return self.against(">=", other)

    def __lt__(self, other: object) -> Truth:
        return self.against("<", other)

    def __le__(self, other: object) -> Truth:
        return self.against("<=", other)

    def __eq__(self, other: object) -> Any:
        return self.against("===", other)

    def __ne__(self, other: object) -> Any:
        return self.against("!==", other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(Truth(f"{self.name} !== 0.0", self.known))

    def __floor__(self) -> "Compared":
        return Compared(f"Math.floor({self.name})", self.known)

    def against(self, sign: str, other: object) -> Truth:
        shown = other.name if isinstance(other, Compared) else repr(other)
        return Truth(f"{self.name} {sign} {shown}", self.known)
