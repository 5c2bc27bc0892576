"""Formulas as NumPy calls that write into buffers: np.multiply(y, y, out=t1) and so on. What more
than a few kernels compute is a function, which each of them calls."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.program.kernels import Elementwise, Step
from engine.program.numpy.native import LACKED, SHORTER, UFUNCS
from engine.program.numpy.python_text import number_text
from engine.program.numpy.strided import Shape
from engine.program.reductions import OVER
from engine.program.text import formula_text
from engine.symbols import SYMBOLS, Symbol, Term, written_out

# Rules of any number of inputs, one after the other: by which ufunc, and what changes nothing
CHAINED = {
    "sum": ("add", "0.0"),
    "prod": ("multiply", "1.0"),
    "hypot": ("hypot", "0.0"),
    "maximum": ("maximum", "-np.inf"),
    "minimum": ("minimum", "np.inf"),
}


FEW = 6  # kernels of one formula; those of more are calls of one function

ROWS: Shape = (0,)  # however many: they are broadcast with one row, as any number is


class Call(NamedTuple):
    """One operation on arrays, by their names."""

    name: str
    inputs: list[str]
    terms: tuple[Term, ...]
    out: str


class Plan(NamedTuple):
    """The lines that compute formulas, with the names of arrays in braces; the shapes of the
    buffers among these; what is called that NumPy lacks; and all arrays that are named."""

    lines: list[str]
    buffers: dict[str, Shape]
    lacked: set[str]
    arrays: list[str]

    def function(self, name: str, formulas: Sequence[tuple[Term, str]]) -> list[str]:
        """The lines as those of a function of the arrays."""
        names = {array: array for array in self.arrays}
        head = [f"def {name}({', '.join(names)}):", f'    """{equations(tuple(formulas))}"""']
        return [*head, *[f"    {line.format_map(names)}" for line in self.lines]]


@lru_cache(maxsize=200)
def equations(formulas: tuple[tuple[Term, str], ...]) -> str:
    return ", ".join([f"{name} = {formula_text(formula)}" for formula, name in formulas])


def repeated(steps: Sequence[Step]) -> set[tuple[Term, ...]]:
    """The formulas of more than a few kernels, as in graphs without structure."""
    all_formulas = [kernel.formulas for _, kernel in steps if isinstance(kernel, Elementwise)]
    return {formulas for formulas, count in Counter(all_formulas).items() if count > FEW}


@lru_cache(maxsize=200)  # kernels of one form have one plan
def plan(
    formulas: tuple[tuple[Term, str], ...],
    shapes: tuple[tuple[str, Shape], ...],
    known: tuple[tuple[Symbol, str], ...] = (),
    spare: str | None = None,
) -> Plan:
    """How each formula is computed into the array that is named beside it, from arrays with the
    names in the formulas, and others that hold what is known. The shapes are the axes before the
    samples. The last call writes to `spare`; where that is given, it is a buffer until then.

    >>> x = Symbol("x")
    >>> plan(((1.0 - x * x, "y"),), (("x", (3,)), ("y", (3,))), spare="y").lines
    ['np.multiply({x}, {x}, out={y})', 'np.subtract(1.0, {y}, out={y})']
    """
    planner = Planner(dict(shapes), dict(known))
    for term, out in formulas:
        planner.computed(term, out)
    return planner.plan(spare)


class Planner:
    """Finds the calls for formulas over arrays, of which the smaller ones are broadcast; a part
    that comes again is computed once. An array whose name begins with ? is a buffer that has yet to
    be found."""

    def __init__(self, shapes: dict[str, Shape], known: dict[Symbol, str]) -> None:
        self.shapes = shapes
        self.known = known
        self.calls: list[Call] = []

    def computed(self, term: Term, out: str | None) -> str:
        """Compute a term, into `out` where that is given; the name of what holds it."""
        if not isinstance(term, Symbol):
            number = number_text(term)
            return number if out is None else self.call("copy", [number], (), out)
        if not term.terms or term in self.known:
            name = self.known.get(term) or term.head
            return name if out is None else self.call("copy", [name], (), out)
        formula = None if term.head.startswith(OVER) else meaning(term)
        if formula is not None:
            self.known[term] = self.computed(formula, out)
            return self.known[term]
        inputs = [self.computed(inner, None) for inner in term.terms]
        if term.head.startswith(OVER):  # over the first axis
            shape = self.shapes[inputs[0]][1:]
            into = out if out and self.shapes[out] == shape else self.scratch(shape)
            self.call(term.head, inputs, term.terms, into)
            self.known[term] = self.call("copy", [into], (), out) if out and out != into else into
        else:
            out = out or self.scratch(self.broadcast(inputs))
            self.known[term] = self.call(term.head, inputs, term.terms, out)
        return self.known[term]

    def call(self, name: str, inputs: list[str], terms: tuple[Term, ...], out: str) -> str:
        self.calls.append(Call(name, inputs, terms, out))
        return out

    def broadcast(self, inputs: list[str]) -> Shape:
        """The shape of what is computed from these arrays and numbers."""
        shapes = {self.shapes[x] for x in inputs if x in self.shapes} or {(1,)}
        return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)

    def scratch(self, shape: Shape) -> str:
        """The name of a buffer of this shape."""
        name = f"?{len(self.calls)}"
        self.shapes[name] = shape
        return name

    def plan(self, spare: str | None) -> Plan:
        """The lines: a buffer is used again as soon as what it holds is read no more."""
        last = {name: k for k, call in enumerate(self.calls) for name in call.inputs}
        held: dict[str, str] = {}
        free: defaultdict[Shape, list[str]] = defaultdict(list)
        found = Plan([], {}, LACKED.keys() & {call.name for call in self.calls}, [])
        if spare and works_in_place(self.calls[-1]):
            free[self.shapes[spare]].append(spare)
        for k, call in enumerate(self.calls):
            over = [x for x in dict.fromkeys(call.inputs) if x in held and last[x] == k]
            now, later = (over, []) if works_in_place(call) else ([], over)
            for x in now:
                free[self.shapes[x]].append(held[x])
            out = call.out
            if out.startswith("?"):
                shape = self.shapes[out]
                if not free[shape]:
                    name = f"buffer{len(found.buffers)}"
                    found.buffers[name] = shape
                    free[shape].append(name)
                held[out] = free[shape].pop()
            *inputs, into = [
                f"{{{held.get(x, x)}}}" if x in self.shapes else x for x in (*call.inputs, out)
            ]
            found.lines.extend(lines_of(call.name, inputs, call.terms, into))
            for x in later:
                free[self.shapes[x]].append(held[x])
        text = "".join(found.lines)
        found.arrays.extend([x for x in (*self.shapes, *found.buffers) if f"{{{x}}}" in text])
        return found


@lru_cache(maxsize=1000)  # kernels of one form have one formula
def meaning(term: Symbol) -> Term | None:
    """The formula of a rule that NumPy has no function for, as of sigmoid by exp and where."""
    shorter = SHORTER.get(term.head)
    formula: Term = shorter(SYMBOLS, *term.terms) if shorter else written_out(term)
    return None if formula == term or term.head == "pow" else formula


def works_in_place(call: Call) -> bool:
    """Whether a call may write to what it reads."""
    if call.name == "power":
        return call.terms[1] != 3.0
    return call.name not in CHAINED or len(call.inputs) <= 2


def lines_of(name: str, x: list[str], terms: tuple[Term, ...], out: str) -> list[str]:
    """One operation."""
    if name == "copy":
        return [f"{out}[:] = {x[0]}"]
    if name.startswith(OVER):
        return [f"np.{name.removeprefix(OVER)}.reduce({x[0]}, axis=0, out={out})"]
    if name == "power":
        return power(x[0], x[1], terms[1], out)
    if name == "where":
        return [f"{out}[:] = np.where(np.greater({x[0]}, 0.0), {x[1]}, {x[2]})"]
    if name in LACKED:
        return [f"{out}[:] = {name}({', '.join(x)})"]
    if name in CHAINED:
        ufunc, neutral = CHAINED[name]
        first, second, *others = [*x, neutral, neutral][: max(2, len(x))]
        return [
            f"np.{ufunc}({first}, {second}, out={out})",
            *[f"np.{ufunc}({out}, {other}, out={out})" for other in others],
        ]
    return [f"np.{UFUNCS.get(name, name)}({', '.join(x)}, out={out})"]


def power(base: str, exponent: str, term: Term, out: str) -> list[str]:
    """Small powers as products, which are ten times faster than np.power."""
    if term == 2.0:
        return [f"np.multiply({base}, {base}, out={out})"]
    if term == 3.0 and base != out:
        return [f"np.multiply({base}, {base}, out={out})", f"np.multiply({out}, {base}, out={out})"]
    if term == 0.5:
        return [f"np.sqrt({base}, out={out})"]
    if term == -1.0:
        return [f"np.divide(1.0, {base}, out={out})"]
    return [f"np.power({base}, {exponent}, out={out})"]
