"""The lines of the source, and what is set up before them: views of rows, buffers, index arrays.

Values that depend on the sample live in S, a row for each node and a column for each sample; all
others in K, a single column that begins with the parameters. dS and dK hold their gradients. X is
the batch, a row for each input; S begins with a copy of it where it is not read from X itself.
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.messages import shown
from engine.program.kernels import Buffer, Matrix, Operand, Scattered, Slice
from engine.rules import RULES
from engine.symbols import SYMBOLS, Symbol, Term, multiply


class Line(NamedTuple):
    """A line of a pass, and the group of kernels that it is of."""

    group: int
    text: str


class Writer:
    """Names operands, and collects lines. What is dx1 is the gradient of x1, for every name."""

    def __init__(self, n_inputs: int) -> None:
        self.n_inputs = n_inputs
        self.arrays: list[str] = []  # index arrays and columns of numbers
        self.setup: list[str] = []  # views and buffers
        self.lines: list[Line] = []  # where the lines of a pass go
        self.group = -1  # what they are of
        self.names: dict[str, str] = {}  # of what has been set up, by its expression
        self.operands: dict[Operand, str] = {}
        self.numbers: dict[tuple[str, object], int] = {}  # of a name and its gradient's
        self.counts: dict[str, int] = {}
        self.meanings: dict[Symbol, Term | None] = {}
        self.copies_inputs = False

    def meaning(self, term: Symbol) -> Term | None:
        """The formula of a rule that NumPy has no function for, as of sigmoid by exp and where."""
        if term not in self.meanings:
            if term.head == "dot":
                pairs = zip(*RULES["dot"].vectors(term.terms))
                self.meanings[term] = SYMBOLS.sum([multiply(a, b) for a, b in pairs])
                return self.meanings[term]
            formula = RULES[term.head].value(SYMBOLS, *term.terms)
            is_native = formula == term or term.head == "pow"
            self.meanings[term] = None if is_native else formula
        return self.meanings[term]

    def line(self, text: str) -> None:
        self.lines.append(Line(self.group, text))

    def set_up(self, name: str, expression: str) -> str:
        if name not in self.names:
            self.names[name] = name
            self.setup.append(f"{name} = {expression}")
        return name

    def number(self, prefix: str, key: object) -> int:
        """The number in the names of what is known by this key, and of its gradient."""
        if (prefix, key) not in self.numbers:
            self.counts[prefix] = self.counts.get(prefix, 0) + 1
            self.numbers[prefix, key] = self.counts[prefix]
        return self.numbers[prefix, key]

    def name(self, operand: Operand) -> str:
        """The name of rows that can be read and written as they are."""
        if operand not in self.operands:
            self.operands[operand] = self.named(operand)
        return self.operands[operand]

    def named(self, operand: Operand) -> str:
        match operand:
            case Slice(batched, gradient, first, stop, step):
                where = f"{first}:{stop}" if step == 1 else f"{first}:{stop}:{step}"
                if batched and not gradient and first < self.n_inputs:
                    if stop <= self.n_inputs:
                        return f"X[{where}]"
                    self.copies_inputs = True
                space, d = "S" if batched else "K", "d" if gradient else ""
                number = self.number(space.lower(), (first, stop, step))
                return self.set_up(f"{d}{space.lower()}{number}", f"{d}{space}[{where}]")
            case Matrix(gradient, first, step, m, k):
                d, stop = "d" if gradient else "", first + m * step
                number = self.number("w", (first, step, m, k))
                view = f"{d}K[{first}:{stop}].reshape({m}, {step})"
                return self.set_up(f"{d}w{number}", view if step == k else f"{view}[:, :{k}]")
            case Buffer("flow", number, rows, batched):
                columns = width(batched)
                suffix = "" if batched else "k"
                return self.set_up(f"flow{number}_{rows}{suffix}", f"np.empty(({rows}, {columns}))")
            case Buffer(kind, key):
                return f"{kind}{self.number(kind, key)}"
        raise TypeError(f"{shown(operand)} is no array that has a name")

    def shaped(self, name: str, *shape: int | str) -> str:
        """An array seen in another shape."""
        expression = f"{name}.reshape({', '.join(map(str, shape))})"
        if name.startswith("X["):  # which changes from call to call
            return expression
        gradient = name.startswith(("ds", "dk"))
        number = self.number("c", (name.removeprefix("d"), shape))
        return self.set_up(f"{'d' if gradient else ''}c{number}", expression)

    def matrices(self, name: str, shape: Sequence[int], transposed: bool) -> str:
        """Rows as matrices, samples and blocks before them: blocks, height and width are given."""
        order = "3, 0, 2, 1" if transposed else "3, 0, 1, 2"
        expression = f"{name}.reshape({', '.join(map(str, shape))}, n).transpose({order})"
        if name.startswith("X["):  # which changes from call to call
            return expression
        gradient = name.startswith(("ds", "dk"))
        number = self.number("b", (name.removeprefix("d"), tuple(shape), transposed))
        return self.set_up(f"{'d' if gradient else ''}b{number}", expression)

    def columns(self, name: str, first: int, stop: int) -> str:
        """Some columns of a matrix."""
        number = self.number("v", (name, first, stop))
        return self.set_up(f"v{number}", f"{name}[:, {first}:{stop}]")

    def scratch(self, slot: int, rows: int, batched: bool) -> str:
        """Space that any kernel may use for what it needs no longer than its own lines."""
        name = f"t{slot}_{rows}" + ("" if batched else "k")
        return self.set_up(name, f"np.empty(({rows}, {width(batched)}))")

    def index(self, rows: Sequence[int]) -> str:
        """The name of an array of row numbers. As a text it is read quickly, however long."""
        return self.constant(f'np.fromstring("{" ".join(map(str, rows))}", int, sep=" ")', "index")

    def column(self, factors: Sequence[float]) -> str:
        text = f'np.fromstring("{" ".join(map(repr, factors))}", sep=" ")[:, None]'
        return self.constant(text, "column")

    def constant(self, expression: str, prefix: str) -> str:
        if expression not in self.names:
            self.names[expression] = f"{prefix}{self.number(prefix, expression)}"
            self.arrays.append(f"{self.names[expression]} = {expression}")
        return self.names[expression]

    def space(self, rows: Scattered) -> str:
        return ("d" if rows.gradient else "") + ("S" if rows.batched else "K")


def width(batched: bool) -> str:
    """The number of columns: one for each sample, or a single one."""
    return "n" if batched else "1"
