"""The learner's engine: one file that grows, with new methods to fill in at each step."""

import ast
from pathlib import Path

from demos.exercises.step import HEAD, Step, blocks, indented
from engine.files import write_file

NAME = "my_engine.py"


def add_stub(step: Step, file: Path) -> str:
    """Write what a step has to fill in into the file, but for what is there; returns what it is.

    Raises ValueError where the file is no Python or has no class Value, and leaves it so.
    """
    text = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    if not text.strip():
        if step.number > 1:
            raise ValueError(f"there is no engine in {file} yet: begin with engine1")
        text = HEAD
    there = names_in(text, file)
    methods = [code for name, code in blocks(step.stub).items() if name not in there]
    below = [code for name, code in blocks(step.stub_below).items() if name not in there]
    lines = text.rstrip("\n").split("\n")
    if methods:
        end = last_line_of_class(text)
        lines[end:end] = ["", *indented("\n\n".join(methods)).split("\n")]
    for code in below:
        lines += ["", "", *code.split("\n")]
    if methods or below:
        write_file(file, "\n".join(lines) + "\n")
    return "\n\n".join([indented(code) for code in methods] + below)


def names_in(text: str, file: Path) -> set[str]:
    """The functions and classes of the file, and the methods of Value."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise ValueError(f"{file}, line {error.lineno}, is no Python: {error.msg}") from error
    top = {each.name: each for each in body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}
    if not isinstance(top.get("Value"), ast.ClassDef):
        raise ValueError(f"{file} has no class Value; move it away to begin anew with engine1")
    inner = {each.name for each in top["Value"].body if isinstance(each, ast.FunctionDef)}
    return inner | top.keys()


def last_line_of_class(text: str) -> int:
    """The last line of the class Value."""
    (found,) = [each for each in ast.parse(text).body if getattr(each, "name", "") == "Value"]
    return found.end_lineno or 0
