"""Mutants: copies of a source file in which one line is wrong."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SWAPPED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
RENAMED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
RENAMED |= {"reversed": "list", "set": "list"}
# In the text of the code that a backend writes
REWRITTEN = {
    r"np\.add\b": "np.subtract",
    r"np\.multiply\b": "np.add",
    r"np\.copyto\b": "np.add",
    r"np\.greater\b": "np.greater_equal",
    r"\.T\b": "",
    r" \+= ": " = ",
    r"\baxis=0": "axis=1",
    r"\baxis=1": "axis=0",
    r"\bS\[": "K[",
    r"\b1\.0\b": "2.0",
    r"\b0\.0\b": "1.0",
}
DROPPED = (ast.AugAssign, ast.Expr, ast.Raise, ast.Continue, ast.Break)


class Mutant(NamedTuple):
    """One wrong line in one file."""

    path: str
    line: int
    before: str
    after: str
    source: str  # of the whole file


def mutants_of(path: Path, name: str) -> list[Mutant]:
    """All mutants of a file, known by this name."""
    text = path.read_text(encoding="utf-8")
    found = []
    for node in mutable(ast.parse(text)):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)):
            node = node.test
            others = [f"not ({ast.unparse(node)})"]
        else:
            others = []
        start, stop = (at(text, *place) for place in ends(node))
        for new in others or replacements(node, text[start:stop]):
            source = text[:start] + new + text[stop:]
            if source == text:  # as where f(a, a) has its inputs swapped
                continue
            before, after = text.splitlines(), source.splitlines()
            k = next(k for k, (a, b) in enumerate(zip(before, after)) if a != b)
            found.append(Mutant(name, k + 1, before[k].strip(), after[k].strip(), source))
    return found


def mutable(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements and expressions that run: no docstrings, imports, types or assertions (which
    tell types here)."""
    if isinstance(tree, (ast.Import, ast.ImportFrom, ast.Assert)):
        return
    if isinstance(tree, ast.Assign) and re.match("[A-Z][a-z]", ast.unparse(tree)):  # of a type
        return
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, (ast.expr, ast.stmt)):
        yield tree
    if isinstance(tree, ast.JoinedStr):  # before Python 3.12 what is in it has no place of its own
        return
    for field, value in ast.iter_fields(tree):
        if field not in ("annotation", "returns", "decorator_list", "bases"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from mutable(child)


def ends(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    assert isinstance(node, (ast.expr, ast.stmt))
    assert node.end_lineno is not None and node.end_col_offset is not None
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def at(text: str, line: int, column: int) -> int:
    """The place in a text of the byte at this column of this line."""
    lines = text.splitlines(keepends=True)
    inside = lines[line - 1].encode()[:column].decode()
    return sum(map(len, lines[: line - 1])) + len(inside)


def replacements(node: ast.AST, text: str) -> Iterator[str]:
    """What may stand wrongly in the place of a node."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in SWAPPED:
            yield f"({ast.unparse(ast.BinOp(left, SWAPPED[type(op)](), right))})"
            yield f"({ast.unparse(left)})"
            yield f"({ast.unparse(right)})"
        case ast.BoolOp(op, values):
            yield f"({ast.unparse(ast.BoolOp(SWAPPED[type(op)](), values))})"
            yield f"({ast.unparse(values[0])})"
        case ast.Compare(left, [op], right):
            yield f"({ast.unparse(ast.Compare(left, [SWAPPED[type(op)]()], right))})"
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield f"({ast.unparse(operand)})"
        case ast.AugAssign(target, op, value):
            yield f"{ast.unparse(target)} = {ast.unparse(value)}"
        case ast.Constant(bool(value)):
            yield repr(not value)
        case ast.Constant(int(value) | float(value)):
            yield repr(value + 1)
        case ast.Constant(str()) | ast.JoinedStr():
            for pattern, new in REWRITTEN.items():
                for found in re.finditer(pattern, text):
                    yield text[: found.start()] + new + text[found.end() :]
        case ast.Call(function, arguments, keywords):
            if isinstance(function, ast.Name) and function.id in RENAMED:
                yield RENAMED[function.id] + text[len(function.id) :]
            if len(arguments) > 1 and ast.unparse(function) not in RENAMED:
                a, b, *others = arguments
                yield ast.unparse(ast.Call(function, [b, a, *others], keywords))
            if keywords:
                yield ast.unparse(ast.Call(function, arguments, keywords[:-1]))
        case ast.ListComp(element, [ast.comprehension(target, iterable, [_, *_])]):
            all_of_them = ast.comprehension(target, iterable, [], is_async=0)
            yield ast.unparse(ast.ListComp(element, [all_of_them]))
        case ast.Assign([ast.Attribute() | ast.Subscript(), *_]):
            yield "pass"
    if isinstance(node, DROPPED):
        yield "pass"
