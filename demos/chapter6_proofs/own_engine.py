"""My own engine passes my tests: is it right? The judge looks for the smallest program that fails.

It shows     an engine as one writes it after a lecture, whose author tried five formulas; what the
             judge finds in it, with the smallest program; and the lines that mend it
It takes     about two seconds
It writes    smallest.svg, the graph of the first program that fails, with the right gradients
"""

import inspect
from collections.abc import Container
from math import isclose, tanh
from pathlib import Path
from textwrap import indent

import hypothesis  # noqa: F401  the judge looks for programs with it

from demos.helpers import lecture_engine
from demos.helpers.lecture_engine import Mended, Value
from engine import svg
from engine.files import write_file
from engine.proof.judge import PROPERTIES
from engine.proof.judge.bench import Bench
from engine.proof.judge.property import Finding
from engine.proof.judge.subject import Subject

ASKED = ("a + b", "a * b", "a.tanh()", "a node used twice", "topological order", "backward twice")


def main(output: Path, *, quick: bool = False) -> None:
    """Its own tests, the judge, and again; it is small already: `quick` changes nothing."""
    print("What the author tried, at a = 2 and b = 3:\n")
    for text, found, right in own_tests():
        print(f"  {'✓' if isclose(found, right) else '✗'} {text:24} a.grad = {found:.4g}")
    print("\nAll right. The judge asks the same engine, with programs that it makes itself:\n")
    findings = judged("Value", ASKED)
    smallest = next(iter(findings.values()))
    print(f"\n{indent(str(smallest), '  ')}\n")
    print("Five formulas, and in none was a result used again. The author's backward goes on")
    print("from a node as soon as it has been reached; and what a first pass left on the nodes in")
    print("between, a second one passes on once more. Mended:\n")
    print(indent(inspect.getsource(Mended.backward), "  "))
    judged("Mended", findings)
    print("\nYour own: python -m engine judge my_engine.py:Value, which asks all that there is.")
    print("Step by step: python -m demos exercises engine1.")
    graph = smallest.graph()
    assert graph is not None
    write_file(output / "smallest.svg", svg(graph))
    print(f"smallest.svg is in {output}")


def own_tests() -> list[tuple[str, float, float]]:
    """Formulas, the gradient of a that the engine gives, and the right one."""
    formulas = {
        "a + b": (lambda a, b: a + b, 1.0),
        "a * b": (lambda a, b: a * b, 3.0),
        "a * a": (lambda a, b: a * a, 4.0),
        "(a * b).tanh()": (lambda a, b: (a * b).tanh(), 3.0 * (1.0 - tanh(6.0) ** 2)),
        "a * b + a": (lambda a, b: a * b + a, 4.0),
    }
    rows = []
    for text, (formula, right) in formulas.items():
        a, b = Value(2.0), Value(3.0)
        formula(a, b).backward()
        rows.append((text, a.grad, right))
    return rows


def judged(name: str, asked: Container[str]) -> dict[str, Finding]:
    """Ask each property, print what came of it, and return what failed."""
    findings = {}
    with Bench(Subject(f"{lecture_engine.__file__}:{name}")) as bench:
        for each in PROPERTIES:
            if each.name in asked:
                finding = each.finding(bench)
                print(f"  {'✓' if finding is None else '✗'} {each}")
                if finding is not None:
                    findings[each.name] = finding
    return findings
