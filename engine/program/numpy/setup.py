"""What a source sets up before its passes: index arrays, buffers and views, each under one name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import prod

from engine.program.kernels import Blocks, Buffer, Loop, Operand
from engine.program.lines import Line, LineWriter
from engine.program.numpy import periodic, tables
from engine.program.numpy.strided import Shape

MARGIN = "    "  # of the lines of a pass, which is a function


class Views:
    """What moves in a loop: its views, by name, which are set up once for each time."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.setup: dict[str, str] = {}
        self.operands: dict[Operand, str] = {}


class Setup(LineWriter):
    """Gives names, and collects the lines that define them.

    Index arrays are the same for all batches. Buffers and views are made for each batch size, and
    views of what moves in a loop for each time. What is dx1 is the gradient of x1, for every name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.margin = MARGIN
        self.called: set[str] = set()  # which functions, of those that the source may take along
        self.functions: dict[str, list[str]] = {}  # the lines of those that are its own, by name
        self.indices: dict[str, str] = {}  # index arrays, by name
        self.formulas: dict[str, str] = {}  # of index arrays and columns that repeat
        self.columns: dict[str, str] = {}  # columns of numbers
        self.constants: list[str] = []  # what is made of both
        self.rows: defaultdict[str, dict[str, str]] = defaultdict(dict)  # slices of S, K, …
        self.buffers: defaultdict[str, dict[str, str]] = defaultdict(dict)  # rows, by their width
        self.setup: list[str] = []  # what is made of both
        self.views: Views | None = None  # of the loop that is written
        self.n_loops = 0
        self.names: dict[str, str] = {}  # of what has been set up, by its expression
        self.numbers: defaultdict[str, dict[object, int]] = defaultdict(dict)  # in names, by prefix

    def comment(self, text: str) -> None:
        self.line(f"# {text}")

    @contextmanager
    def loop(self, loop: Loop) -> Iterator[None]:
        """The lines that are written meanwhile are those of a loop: what moves in it is a name that
        stands for the next view each time."""
        start, margin = len(self.lines), self.margin
        self.views, self.margin = Views(loop.times), margin + MARGIN
        yield
        self.n_loops += 1
        setup, steps = self.views.setup, f"steps{self.n_loops}"
        names = ", ".join(setup)
        self.setup.append(f"def views{self.n_loops}(t):")
        self.setup += [f"{MARGIN}{name} = {expression}" for name, expression in setup.items()]
        self.setup.append(f"{MARGIN}return {names or '()'}")
        self.setup.append(f"{steps} = [views{self.n_loops}(t) for t in range({loop.times})]")
        self.views, self.margin = None, margin
        self.lines.insert(start, Line((), f"{margin}for {names or '()'} in {steps}:"))

    def set_up(self, name: str, expression: str, *, of: str = "", moves: bool = False) -> str:
        """Set up a name, once; a view `of` what moves in a loop moves as well."""
        if self.views is not None and (moves or of in self.views.setup):
            self.views.setup[name] = expression
        elif name not in self.names:
            self.names[name] = name
            self.setup.append(f"{name} = {expression}")
        return name

    def rows_at(self, name: str, space: str, where: str, *, moves: bool = False) -> str:
        """The name of a slice of rows of S, K, …"""
        if moves:
            return self.set_up(name, f"{space}[{where}]", moves=True)
        self.rows[space][name] = where
        return name

    def buffer(self, name: str, rows: int, columns: str) -> str:
        """The name of an array that is written to."""
        self.buffers[columns][name] = str(rows)
        return name

    def definitions(self) -> tuple[list[str], list[str]]:
        """The statements that define all names: those that hold for all batches, and the others."""
        formulas = [f"{name} = {expression}" for name, expression in self.formulas.items()]
        indices = [*tables.indices(self.indices), *formulas]
        constants = [*indices, *tables.columns(self.columns), *self.constants]
        views = [line for each in self.rows.items() for line in tables.views(*each)]
        buffers = [line for each in self.buffers.items() for line in tables.buffers(*each)]
        for name in ("arrays", "buffers", "rows"):
            if any([f" {name}(" in line for line in (*constants, *buffers, *views)]):
                self.called.add(name)
        return constants, [*buffers, *views, *self.setup]

    def number(self, prefix: str, key: object) -> int:
        """The number in the names of what is known by this key, and of its gradient."""
        numbers = self.numbers[prefix]
        return numbers.setdefault(key, len(numbers) + 1)  # keys may be long: they are hashed once

    def constant(self, expression: str, prefix: str) -> str:
        if expression not in self.names:
            self.names[expression] = f"{prefix}{self.number(prefix, expression)}"
            self.constants.append(f"{self.names[expression]} = {expression}")
        return self.names[expression]

    def index(self, rows: tuple[int, ...]) -> str:
        """The name of an array of row numbers."""
        name = f"index{self.number('index', rows)}"
        if name not in self.indices and name not in self.formulas:
            found = periodic.formula(rows)
            if found:
                self.formulas[name] = found
            else:
                self.indices[name] = ("%d " * len(rows) % rows).rstrip()
        return name

    def column(self, factors: Sequence[float]) -> str:
        texts = list(map(repr, factors))
        text = " ".join(texts)
        name = f"column{self.number('column', text)}"
        if name not in self.columns and name not in self.formulas:
            found = periodic.equal_runs(texts)
            if found:
                self.formulas[name] = f"{found}[:, None]"
            else:
                self.columns[name] = text
        return name

    def shaped(self, name: str, *shape: int | str) -> str:
        """An array seen in another shape."""
        expression = f"{name}.reshape({', '.join(map(str, shape))})"
        if name.startswith("X["):  # which changes from call to call
            return expression
        gradient = name.startswith(("ds", "dk"))
        number = self.number("c", (name.removeprefix("d"), shape))
        return self.set_up(f"{'d' if gradient else ''}c{number}", expression, of=name)

    def stacked(self, name: str, height: int, blocks: Blocks, *, in_order: bool = False) -> str:
        """A matrix of so many rows as a stack of its blocks of columns; `in_order` it lies row by
        row all the same."""
        parts = f"{blocks.parts} if {blocks.least} <= n <= {blocks.most} else 1"
        parts = self.set_up(f"parts{self.number('parts', parts)}", parts)
        if not in_order:
            return self.shaped(name, parts, height, -1)
        whole = self.shaped(name, height, parts, -1)
        return self.set_up(f"{whole}_t", f"{whole}.swapaxes(0, 1)", of=whole)

    def part(self, name: str, where: str) -> str:
        """Some rows or columns of an array."""
        number = self.number("v", (name, where))
        return self.set_up(f"v{number}", f"{name}[{where}]", of=name)

    def scratch(self, slot: int, rows: int, batched: bool) -> str:
        """Space that any kernel may use for what it needs no longer than its own lines."""
        name = f"t{slot}_{rows}" + ("" if batched else "k")
        return self.buffer(name, rows, width(batched))

    def scratch_of(self, slot: int, shape: Shape, batched: bool) -> str:
        """Such space, with these axes before the samples."""
        flat = self.scratch(slot, prod(shape), batched)
        return flat if len(shape) == 1 else self.shaped(flat, *shape, width(batched))

    def spread(self, name: str, operand: Operand, shape: Shape, batched: bool) -> str:
        """Rows seen with these axes before the samples; those of a batch may lie in blocks."""
        blocks = operand.blocks if isinstance(operand, Buffer) else None
        if blocks is None:
            return self.shaped(name, *shape, width(batched)) if len(shape) > 1 else name
        stack = self.stacked(name, blocks.height, blocks)
        number = self.number("c", (stack, shape))
        axes = ", ".join(map(str, shape))
        return self.set_up(f"c{number}", f"{stack}.swapaxes(0, 1).reshape({axes}, n)", of=stack)

    def samples(self, rows: int) -> str:
        """Space with a row for each sample. They lie a little apart: a column of numbers whose
        distance is a power of two has few places in the processor's cache."""
        whole = self.set_up(f"apart{rows}", f"np.empty((n, {rows} + 8))")
        return self.set_up(f"samples{rows}", f"{whole}[:, :{rows}]")

    def ones(self, times: int) -> str:
        """A column of ones, so many for each sample."""
        return self.set_up(f"ones{times}", f"np.ones(({times} * n, 1))")

    def positions(self, rows: int) -> str:
        """The number of each sample in each of so many rows that lie side by side."""
        return self.set_up(f"at{rows}", f"np.arange({rows} * n).reshape({rows}, n)")


def width(batched: bool) -> str:
    """The number of columns: one for each sample, or a single one."""
    return "n" if batched else "1"
