"""The Python side of the playground: runs a program, and says what it printed, showed or broke.

It runs in the browser under this very name, and knows nothing of the browser but the function that
lays out graphs.
"""

import ast
import linecache
import os
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import TextIOBase
from typing import Any

FILE = "program.py"
MOST_PRINTED = 50_000  # characters
ABSENT = {"numpy", "scipy", "matplotlib", "sklearn", "jax", "torch", "tqdm"}


def prepare() -> None:
    """Import what programs will need, once: the page holds Python as it is after this."""
    import gc

    _replace_graphviz()
    for name in ("engine.drawing.model", "engine.explorer", "engine.proof", "nn"):
        import_module(name)

    gc.collect()
    sys.path_importer_cache.clear()  # files are put there anew


def begin(lay_out: Callable[[str, str, str], str]) -> None:
    """Go on where `prepare` ended, with this function of DOT, engine and format as Graphviz."""
    random.seed()
    _layout.append(lay_out)


_layout: list[Callable[[str, str, str], str]] = []  # the function, once there is one


def _replace_graphviz() -> None:
    """Have the graphviz package call the function, and no program."""
    import subprocess

    from graphviz.backend import execute

    dot = "/usr/bin/dot"  # so that one is found; it is never started
    os.makedirs(os.path.dirname(dot), exist_ok=True)
    with open(dot, "w") as file:
        file.write("#!/bin/false\n")
    os.chmod(dot, 0o755)
    os.environ["PATH"] = os.path.dirname(dot)

    def run_check(
        command: Any, *, input: Any = None, input_lines: Any = None, encoding: Any = None, **_: Any
    ) -> Any:
        given = (
            input
            if input is not None
            else type(next_line := next(input_lines))().join([next_line, *input_lines])
        )
        text = given if isinstance(given, str) else given.decode()
        options = {word[:2]: word[2:] for word in command[1:]}
        engine, kind = options["-K"], options["-T"]
        graphs = re.split(r"^(?=digraph)", text, flags=re.M) if kind == "json0" else [text]
        drawn = "\n".join(_layout[-1](graph, engine, kind) for graph in graphs if graph.strip())
        return subprocess.CompletedProcess(command, 0, drawn if encoding else drawn.encode(), "")

    execute.run_check = run_check


class Printed(TextIOBase):
    """Text that a program prints, handed on in pieces: a loop that prints is no flood."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self.send, self.room, self.sent_at = send, MOST_PRINTED, time.monotonic()
        self.waiting: list[str] = []

    def write(self, text: str) -> int:
        if self.room >= 0:
            self.waiting.append(text[: self.room])
            self.room -= len(text)
            if self.room < 0:
                self.waiting.append("\n… what is printed after this is not shown\n")
        if time.monotonic() - self.sent_at > 0.1:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self.waiting:
            self.send("".join(self.waiting))
            self.waiting.clear()
        self.sent_at = time.monotonic()


def run(source: str, send: Callable[[str], None]) -> dict[str, Any]:
    """Run a program from the start, in names of its own.

    What is shown is its last line, where that is an expression, else the last Value it computed:
    as `html`, a page, or `svg`, a picture. Values without a label are shown under the names that
    they have in the program. An `error` has its text and the `line` it stands in.
    """
    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
    out, names = Printed(send), {"__name__": "__main__"}
    try:
        with redirect_stdout(out), redirect_stderr(out):
            _start_afresh()
            return _shown(_run(source, names), names)
    except BaseException as error:
        return {"error": told(error)}
    finally:
        out.flush()


def _start_afresh() -> None:
    """A program gives the same numbers each time it is run."""
    nn = sys.modules.get("nn.randomness")
    if nn is not None:
        nn.seed(0)


def _run(source: str, names: dict[str, Any]) -> Any:
    """What the last line is worth; None where it is no expression."""
    tree = ast.parse(source, FILE)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, FILE, "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), FILE, "exec"), names)
    return eval(compile(ast.Expression(last.value), FILE, "eval"), names)


def _shown(result: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    from engine import Value, explore
    from engine.drawing.rendering import Picture, render_svg
    from engine.explorer import Page

    values = {name: each for name, each in names.items() if isinstance(each, Value)}
    for name, each in values.items():
        each.label = each.label or name
    if result is None:
        result = next(filter(_is_fresh, reversed(values.values())), None)
    if isinstance(result, Value):
        return {"html": explore(result).html}
    if isinstance(result, Page):
        return {"html": result.html}
    if isinstance(result, Picture):
        return {"svg": render_svg(result)}
    if result is not None:
        print(repr(result))
    return {}


def _is_fresh(value: Any) -> bool:
    """Whether it was computed, from numbers that are still the same: training changes them."""
    from engine.graph import topological_order
    from engine.stale import refuse_stale

    try:
        refuse_stale(topological_order([value]))
    except ValueError:
        return False
    return bool(value.inputs)


def told(error: BaseException) -> dict[str, Any]:
    """The text of an error, from the program's own lines, and the line where it stands."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return {"text": f"{type(error).__name__}: {error.msg}", "line": error.lineno}
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame for frame in frames if frame.filename == FILE]
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in ABSENT:
        text = (
            f"{error.name} is not in the playground: everything that runs Value by Value is here;"
            " what needs arrays, such as Program and fit, runs in a Python of your own"
        )
    where = [f"  line {each.lineno}: {each.line}" for each in lines[:-1]]
    return {"text": "\n".join([text, *where]), "line": lines[-1].lineno if lines else None}
