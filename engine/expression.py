"""An expression typed by a person, as "tanh(w*x + b)": parsed into Values, never run as Python."""

import ast
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from engine import functions
from engine.functions import compute
from engine.rules import RULES
from engine.value import Value, constant

OPERATORS: Mapping[type[ast.AST], Any] = {
    ast.Add: functions.add,
    ast.Sub: functions.subtract,
    ast.Mult: functions.multiply,
    ast.Div: functions.divide,
    ast.USub: functions.negate,
    ast.UAdd: lambda x: x,
}


class ExpressionError(ValueError):
    """The text is no expression that can be computed; the message says what and where."""


def parse(text: str, numbers: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
    """The value of an expression, and the leaf of every name in it.

    Numbers, the names in `numbers`, + - * / **, parentheses and the functions of the rule table are
    all there is. Raises ExpressionError for anything else, for a name without a number and for a
    number that no name uses; DomainError and OverflowError as the operations do.

    >>> y, leaves = parse("tanh(w*x + b)", {"w": 0.5, "x": 2.0, "b": -1.0})
    >>> y.backward()
    >>> y.data, leaves["w"].grad
    (0.0, 2.0)
    """
    try:
        body = ast.parse(text.strip(), mode="eval").body
        return _Reader(text.strip(), numbers).read(body)
    except SyntaxError as error:
        raise ExpressionError(f"{text!r} is not an expression: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression nests too deeply") from None


class _Reader:
    """Walks the syntax tree and computes what the allow-list knows."""

    def __init__(self, text: str, numbers: Mapping[str, float]) -> None:
        self.text = text
        self.numbers = numbers
        self.leaves: dict[str, Value] = {}

    def read(self, tree: ast.expr) -> tuple[Value, dict[str, Value]]:
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        named.sort(key=lambda node: (node.lineno, node.col_offset))
        names = dict.fromkeys(node.id for node in named if id(node) not in called)
        missing = [name for name in names if name not in self.numbers]
        if missing:
            example = " ".join(f"{name}=0.5" for name in missing)
            raise ExpressionError(f"no number is given for {', '.join(missing)}: add {example}")
        self.leaves = {name: Value(self.numbers[name], name) for name in names}
        result = self.number(tree)
        unused = [name for name in self.numbers if name not in names]
        if unused:
            raise ExpressionError(f"{', '.join(unused)}: not in the expression {self.text!r}")
        return result if isinstance(result, Value) else constant(result), self.leaves

    def number(self, tree: ast.expr) -> Any:
        match tree:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return number
            case ast.Name(id=name) if name in self.leaves:
                return self.leaves[name]
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                base, exponent = self.number(left), self.number(right)
                fixed = not isinstance(exponent, Value)
                return functions.power(base, exponent) if fixed else functions.pow(base, exponent)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.number(left), self.number(right))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.number(operand))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(name, args)
        source = ast.get_source_segment(self.text, tree) or self.text
        raise ExpressionError(
            f"{source!r} is not allowed: an expression has numbers, names, + - * / ** and functions"
        )

    def call(self, name: str, args: list[ast.expr]) -> Any:
        if name not in RULES:
            near = get_close_matches(name, RULES, n=1)
            hint = f": did you mean {near[0]}?" if near else f", only {', '.join(sorted(RULES))}"
            raise ExpressionError(f"there is no function {name!r}{hint}")
        inputs = [self.number(arg) for arg in args]
        try:
            return compute(RULES[name], inputs)
        except TypeError as error:
            raise ExpressionError(str(error)) from None
