"""An expression as a person types it, "tanh(w*x + b)": parsed into Values, never run as Python."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any
from unicodedata import normalize

from engine.functions import FUNCTIONS, NUMPY_METHODS, compute
from engine.messages import brief, counted, first_ten, shown
from engine.names import LOW, UP
from engine.rules import RULES, Rule
from engine.value import Value, constant

ALLOWED = "an expression has numbers, names, + - * / ** and functions"
HINTS = {"^": "a power is written **", "=": "write t = x*2; t + 1 to name a part"}
TYPESET = {"·": "*", "×": "*", "−": "-"}  # signs of formulas, and what they are here
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}  # unless they are given other numbers
OTHERWISE = {"ln": "log", "sgn": "sign", **NUMPY_METHODS}  # what functions are called elsewhere
STATEMENT_END = re.compile(r";|\n(?=\s*[^\W\d]\w*\s*=(?!=))")
ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)
COMPOSED = re.compile(rf"[^{UP}{LOW}]+")  # of a name, what stands as Python has it
TOKEN = re.compile(
    r"(?P<number>(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9][0-9_]*)?)"
    r"|(?P<function>[^\W\d]\w*\s*\()"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|//|\S)"
)


class ExpressionError(ValueError):
    """The text is no expression that can be computed; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a function with its parenthesis, a name, or a sign."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign that waits for its last operand: its rule, and how closely it binds the operands."""

    rule: str
    binding: int
    n_operands: int = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """An open parenthesis: of a function, where it has one, whose inputs are the values since."""

    function: str
    n_values: int


BETWEEN = {
    "+": Operator("add", 1),
    "-": Operator("subtract", 1),
    "*": Operator("multiply", 2),
    "/": Operator("divide", 2),
    "**": Operator("pow", 4),
}
BEFORE = {"-": Operator("negate", 3, 1), "+": Operator("", 3, 1)}


@dataclass(frozen=True, slots=True)
class Statement:
    """An expression, and the name and label that its value is given; "" for none."""

    name: str
    label: str
    tokens: list[Token]


def parse(text: str, numbers: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
    """The value of an expression, and the leaf of every name in it that has a number.

    Numbers, the names in `numbers`, + - * / **, parentheses and the functions of the rule table are
    all there is; pi and e are known. They bind as in Python, and names that Python takes for one,
    such as those with either of the two signs µ, are one; a label keeps what is raised or lowered,
    as in xᵢ. Parts may be named first, each before a semicolon: what is computed last is the value.
    Raises ExpressionError for anything else, for a name without a number and for a number or a part
    that is not used; DomainError and OverflowError as the operations do.

    >>> y, leaves = parse("t = tanh(w*x + b); (t - 1)**2", {"w": 0.5, "x": 2.0, "b": -1.0})
    >>> y.backward()
    >>> y.data, leaves["w"].grad
    (1.0, -4.0)
    """
    given = {normalize("NFKC", typed): typed for typed in numbers}
    if len(given) < len(numbers):
        raise ExpressionError(f"two of these names are the same: {shown(list(numbers))}")
    statements = list(statements_of(text))
    used = names_used(statements, given)
    leaves = {x: Value(numbers[given[x]], label_of(given[x])) for x in used if x in given}
    known: dict[str, Any] = {**CONSTANTS, **leaves}
    result: Any = None
    for statement in statements:
        try:
            result = Reader(known).read(statement.tokens)
        except SyntaxError as error:
            raise ExpressionError(f"{shown(text)} is not an expression: {error.msg}") from None
        if statement.name:
            result = known[statement.name] = named(result, statement.label)
    check_all_used(statements, given, used, text)
    return result if isinstance(result, Value) else constant(result), leaves


def statements_of(text: str) -> Iterator[Statement]:
    """What is between semicolons, and the name that it is given.

    >>> [(each.name, len(each.tokens)) for each in statements_of("t = 2*x; t + 1;")]
    [('t', 3), ('', 3)]
    """
    for part in [part for part in STATEMENT_END.split(text) if part.strip()] or [""]:
        found = ASSIGNMENT.match(part)
        name, expression = found.groups() if found else ("", part)
        list(tokens_of(name))  # raises for what is no name
        yield Statement(normalize("NFKC", name), label_of(name), list(tokens_of(expression)))


def label_of(typed: str) -> str:
    r"""The name with letters as Python has them, but for those that are raised or lowered.

    >>> label_of("\N{MICRO SIGN}") == "\N{GREEK SMALL LETTER MU}", label_of("xᵢ")
    (True, 'xᵢ')
    """
    return COMPOSED.sub(lambda found: normalize("NFKC", found[0]), typed)


def names_used(statements: Sequence[Statement], given: Collection[str]) -> list[str]:
    """The names that are used, in order. Raises ExpressionError for those that mean nothing yet."""
    computed: dict[str, None] = {}
    used: dict[str, None] = {}
    for statement in statements:
        used |= dict.fromkeys(token.text for token in statement.tokens if token.kind == "name")
        missing = [n for n in used if n not in given and n not in computed and n not in CONSTANTS]
        late = [name for name in missing if any(name == other.name for other in statements)]
        if late:
            raise ExpressionError(f"{brief(late[0])} is used before it is computed")
        if missing:
            example = " ".join(f"{brief(name, 40)}=0.5" for name in missing[:10])
            listed = ", ".join(first_ten(missing))
            is_product = {*given, *computed} >= {*missing[0]}  # wx of w and x
            way = f", or write {brief('*'.join(missing[0]), 40)}" if is_product else ""
            raise ExpressionError(f"no number is given for {listed}: add {example}{way}")
        if statement.name in computed or statement.name in given:
            raise ExpressionError(f"{brief(statement.name)} is given twice")
        if statement.name:
            computed[statement.name] = None
    return list(used)


def check_all_used(
    statements: Sequence[Statement], given: Collection[str], used: Sequence[str], text: str
) -> None:
    """Raise ExpressionError for a number and for a part that changes nothing."""
    unused = [name for name in given if name not in used]
    for each in statements[:-1]:
        if not each.name:
            raise ExpressionError(f"nothing names what is computed before a ';' in {shown(text)}")
        if each.name not in used:
            unused.append(each.name)
    if unused:
        listed = ", ".join(first_ten(unused))
        raise ExpressionError(f"{listed}: not in the expression {shown(text)}")


def named(result: Any, name: str) -> Value:
    """The result under this name; a plain number becomes a leaf."""
    if not isinstance(result, Value):
        return Value(result, name)
    result.label = result.label or name
    return result


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a text. Raises ExpressionError for one that no expression has.

    >>> [token.text for token in tokens_of("-sin(x) ** 2")]
    ['-', 'sin(', 'x', ')', '**', '2']
    """
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup or "", TYPESET.get(match[0], match[0])
        word = token.rstrip("(").rstrip()
        if kind in ("function", "name"):
            if iskeyword(word) or not word.isidentifier():
                raise ExpressionError(f"{shown(word)} is not allowed: {ALLOWED}")
            token = normalize("NFKC", token)
        elif kind == "sign" and token not in BETWEEN and token not in "(),":
            raise ExpressionError(f"{shown(token)} is not allowed: {HINTS.get(token, ALLOWED)}")
        yield Token(kind, token)


class Reader:
    """Computes an expression with two stacks: the values, and what waits for more of them.

    This is Dijkstra's shunting yard (1961). It does not recurse, so that nothing nests too deeply.
    """

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known
        self.values: list[Any] = []
        self.waiting: list[Operator | Opening] = []

    def read(self, tokens: list[Token]) -> Any:
        """The value of all tokens. Raises SyntaxError where they make no expression."""
        before: Token | None = None
        complete = False  # whether a value has just ended; else one has to begin
        for token in tokens:
            match complete, token.kind, token.text:
                case False, "number", text:
                    self.values.append(number_of(text))
                    complete = True
                case False, "name", name:
                    self.values.append(self.known[name])
                    complete = True
                case False, "function", text:
                    self.waiting.append(Opening(function_of(text), len(self.values)))
                case False, "sign", "(":
                    self.waiting.append(Opening("", len(self.values)))
                case False, "sign", sign if sign in BEFORE:
                    self.waiting.append(BEFORE[sign])
                case True, "sign", sign if sign in BETWEEN:
                    self.compute_down_to(BETWEEN[sign].binding + (sign == "**"))
                    self.waiting.append(BETWEEN[sign])
                    complete = False
                case True, "sign", ",":
                    self.compute_down_to(0)
                    if not self.in_function():
                        raise SyntaxError("a ',' stands outside a function")
                    complete = False
                case _, "sign", ")" if complete or (before and before.kind == "function"):
                    self.close()
                    complete = True
                case _:
                    raise SyntaxError(refusal(before, token, complete))
            before = token
        if not complete:
            raise SyntaxError(refusal(before, None, complete))
        self.compute_down_to(0)
        if self.waiting:
            raise SyntaxError("a '(' is not closed")
        return self.values.pop()

    def compute_down_to(self, binding: int) -> None:
        """Compute what waits in the open parenthesis and binds at least so closely."""
        while self.waiting:
            operator = self.waiting[-1]
            if isinstance(operator, Opening) or operator.binding < binding:
                break
            self.waiting.pop()
            if operator.rule:
                self.compute(operator.rule, operator.n_operands)

    def in_function(self) -> bool:
        """Whether the last open parenthesis is that of a function."""
        opening = self.waiting[-1] if self.waiting else None
        return isinstance(opening, Opening) and opening.function != ""

    def compute(self, name: str, n_inputs: int) -> None:
        """Replace the last values by what the rule gives for them."""
        place = len(self.values) - n_inputs
        inputs = self.values[place:]
        if name == "pow" and len(inputs) == 2 and not isinstance(inputs[1], Value):
            name = "power"
        self.values[place:] = [call(RULES[name], inputs)]

    def close(self) -> None:
        """Compute what stands in the last parenthesis, and the function before it."""
        self.compute_down_to(0)
        if not self.waiting:
            raise SyntaxError("a ')' has no '('")
        opening = self.waiting.pop()
        if isinstance(opening, Opening) and opening.function:
            try:
                self.compute(opening.function, len(self.values) - opening.n_values)
            except TypeError as error:
                raise ExpressionError(str(error)) from None


def call(rule: Rule, inputs: list[Any]) -> Any:
    """The rule's value; vectors are written in a row. Raises TypeError for too few or too many."""
    if rule.variadic:
        return compute(rule, tuple(inputs))
    most, least = len(rule.inputs), len(rule.inputs) - len(rule.defaults)
    if not least <= len(inputs) <= most:
        takes = f"{rule.name}({', '.join(rule.inputs)}) takes {counted(most, 'number')}"
        raise TypeError(f"{takes}, and {len(inputs)} are given")
    return FUNCTIONS[rule.name](*inputs)


def refusal(before: Token | None, token: Token | None, complete: bool) -> str:
    """What is wrong where these two meet; None is the start or the end of the expression."""
    left = shown(before.text) if before else "the start"
    right = shown(token.text) if token else "the end"
    if complete:
        return f"between {left} and {right} an operator is missing, as in 2*x"
    return f"between {left} and {right} a number, a name or a function is missing"


def number_of(text: str) -> float:
    """The number as a float. Raises SyntaxError for misplaced underscores and what is too large."""
    try:
        number = float(text)
    except ValueError:
        raise SyntaxError(f"{shown(text)} is not a number") from None
    if math.isinf(number):
        raise SyntaxError(f"{shown(text)} is too large for a float")
    return number


def function_of(text: str) -> str:
    """The name of the rule in "tanh(". Raises ExpressionError where there is no such rule."""
    name = text[:-1].rstrip()
    if name not in RULES:
        like = OTHERWISE.get(name, name.lower())
        swapped = [rule for rule in RULES if sorted(rule) == sorted(like)]  # tahn is tanh, not tan
        near = swapped or get_close_matches(like, RULES, n=1)
        hint = f": did you mean {near[0]}?" if near else f", only {', '.join(sorted(RULES))}"
        raise ExpressionError(f"there is no function {shown(name)}{hint}")
    return name
