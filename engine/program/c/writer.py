"""C functions and calls of them: one function for all kernels of one form, wherever their rows are.

In a function a row is a number for each sample of a block, `x0[s]`, or a single one, `x0[0]`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from engine.messages import shown
from engine.program.kernels import Buffer, Loop, Moving, Operand, Scattered, Slice
from engine.program.lines import LineWriter
from engine.program.operands import at_start, moved_by, starts
from engine.program.text import array_of, further

MOST_COLUMNS = 92  # of a list


class Writer(LineWriter):
    """Collects functions, arrays and the lines of passes.

    With `blocks` rows that differ from sample to sample hold the numbers of many; without there is
    one sample, and every row is a single number.
    """

    def __init__(self, *, blocks: bool, n_inputs: int) -> None:
        super().__init__()
        self.blocks = blocks
        self.n_inputs = n_inputs
        self.functions: dict[str, str] = {}  # names by what stands behind them
        self.counts: dict[str, int] = {}
        self.arrays: dict[tuple[str, tuple[float, ...]], str] = {}  # names by type and numbers
        self.tables: dict[tuple[int, ...], str] = {}  # likewise, of those that are handed over

    def comment(self, text: str) -> None:
        self.line(f"/* {as_comment(text)} */")

    @contextmanager
    def loop(self, loop: Loop) -> Iterator[None]:
        self.line(f"for (int t = 0; t < {loop.times}; t++) {{")
        self.margin = "    "
        yield
        self.groups, self.margin = (), ""
        self.line("}")

    def in_blocks(self, operand: Operand) -> bool:
        """Whether its rows hold a number for each sample of a block."""
        return operand.batched and self.blocks

    def number(self, name: str) -> str:
        """The name with a number of its own."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return f"{name}_{self.counts[name]}"

    def array(self, kind: str, name: str, numbers: Sequence[float]) -> str:
        """The name of a constant array."""
        key = kind, tuple(numbers)
        if key not in self.arrays:
            self.arrays[key] = self.number(name)
        return self.arrays[key]

    def table(self, name: str, numbers: Sequence[int]) -> str:
        """Where whole numbers are: with `blocks` a table that is handed over when the program is
        loaded, as text takes longer to write and to compile; or else a constant array."""
        if not self.blocks:
            return self.array("int", name, numbers)
        key = tuple(numbers)
        if key not in self.tables:
            self.tables[key] = self.number(name)
        return f"m->{self.tables[key]}"

    def definitions(self) -> list[str]:
        """All arrays and functions, in the order in which they were needed."""
        arrays = [
            constant_array(kind, name, numbers) for (kind, numbers), name in self.arrays.items()
        ]
        functions = [f"static void {name}{rest}" for rest, name in self.functions.items()]
        return [*arrays, *functions]

    def pointer(self, operand: Operand) -> str:
        """Where its rows begin; if they lie anywhere, where the array begins that they are in."""
        at, (by, *_) = at_start(operand), moved_by(operand)
        first = () if isinstance(at, Scattered) else starts(at)
        row = further(first[0], by) if first else "0"
        return self.place(array_of(at) or buffer_name(at), row, self.in_blocks(operand))

    def place(self, name: str, row: int | str, in_blocks: bool) -> str:
        name = f"m->{name}" if self.blocks else name
        if in_blocks:
            return f"{name}[{row}]"
        return name if row in (0, "0") else f"{name} + {row}"

    def call(self, function: "Function") -> None:
        """Write a call of the function, which is new or written already."""
        rest = function.text()
        if rest not in self.functions:
            self.functions[rest] = self.number(function.name)
        self.line(f"{self.functions[rest]}({', '.join(function.arguments)});")

    def call_of_library(self, name: str, batched: bool, *arguments: object) -> None:
        width = ["width"] if batched and self.blocks else []
        self.line(f"{name}({', '.join([*width, *map(str, arguments)])});")


class Function:
    """A function in the making: its parameters, the arguments of one call, and its lines.

    It loops over the rows of an operand; where these differ from sample to sample, its first
    parameter is how many samples there are.
    """

    def __init__(self, writer: Writer, name: str, looped: Operand) -> None:
        self.writer = writer
        self.name = name
        self.blocks = writer.in_blocks(looped)
        self.parameters = ["int width"] if self.blocks else []
        self.arguments = ["width"] if self.blocks else []
        self.lines: list[str] = []
        self.depth = 1

    def text(self) -> str:
        """All but the name."""
        body = "\n".join(["{", *self.lines, "}"])
        return f"(\n{wrapped(self.parameters)})\n{body}"

    def parameter(self, declaration: str, argument: object) -> str:
        """The name of a parameter, for which a call has this argument."""
        self.parameters.append(declaration)
        self.arguments.append(str(argument))
        return declaration.split()[-1].lstrip("*")

    def line(self, text: str) -> None:
        self.lines.append(f"{'    ' * self.depth}{text}")

    def loop(self, variable: str, count: str) -> AbstractContextManager[None]:
        """The lines that are written meanwhile are those of a loop."""
        return self.block(f"for (int {variable} = 0; {variable} < {count}; {variable}++) ")

    @contextmanager
    def block(self, head: str = "") -> Iterator[None]:
        """The lines that are written meanwhile stand in braces behind this."""
        self.line(f"{head}{{")
        self.depth += 1
        yield
        self.depth -= 1
        self.line("}")

    def over_samples(self, *lines: str) -> None:
        """Lines for each sample of the block, or once."""
        if len(lines) > 1:
            with self.block("EACH_SAMPLE " if self.blocks else ""):
                for line in lines:
                    self.line(line)
        elif self.blocks:
            self.line("EACH_SAMPLE")
            self.line(f"    {lines[0]}")
        else:
            self.line(lines[0])

    def rows(self, name: str, operand: Operand, *, written: bool = False) -> "RowsOf":
        """An operand as a parameter."""
        kind = "double" if written else "const double"
        whole = self.parameter(f"{kind} *{name}_rows", self.writer.pointer(operand))
        at = at_start(operand)
        if not isinstance(at, Scattered):
            step = self.parameter(f"int {name}_step", step_of(at))
            return RowsOf(self, name, whole, f"{{}} * {step}", operand, kind)
        numbers = self.writer.table("rows", at.numbers)
        number = f"{self.parameter(f'const int *{name}_at', numbers)}[{{}}]"
        if isinstance(operand, Moving):
            distances = self.writer.table("by", operand.by)
            by = self.parameter(f"const int *{name}_by", distances)
            time = self.parameter(f"int {name}_time", "t")
            number = f"({number} + {time} * {by}[{{}}])"
        return RowsOf(self, name, whole, number, operand, kind)


class RowsOf(NamedTuple):
    """The rows of an operand in a function."""

    function: Function
    name: str
    whole: str
    number: str  # of a row, for its index
    operand: Operand
    kind: str  # of its numbers

    @property
    def element(self) -> str:
        """The number of a row, as an expression."""
        return f"{self.name}[{'s' if self.function.writer.in_blocks(self.operand) else 0}]"

    def at(self, index: str) -> None:
        """Declare the row with this index."""
        if not index.isidentifier() and self.number.startswith("{}"):
            index = f"({index})"
        where = self.number.replace("{}", index)
        if self.function.writer.in_blocks(self.operand):
            where = f"{where} * SAMPLES"
        self.function.line(f"{self.kind} *{self.name} = {self.whole} + {where};")


def step_of(operand: Operand) -> int:
    """How far rows are apart; a single one stands for any number of rows."""
    if operand.rows == 1:
        return 0
    return operand.step if isinstance(operand, Slice) else 1


def buffer_name(operand: Operand) -> str:
    match operand:
        case Buffer(kind, number, rows, batched):
            size = f"_{rows}" if kind == "flow" else ""
            return f"{kind}{number}{size}" + ("" if batched else "k")
    raise TypeError(f"{shown(operand)} has no rows yet")


def as_comment(text: str) -> str:
    """The text as it can stand in a comment."""
    return text.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")


def constant_array(kind: str, name: str, numbers: Sequence[float]) -> str:
    """The definition of an array of numbers that stay."""
    return f"static const {kind} {name}[] = {{\n{wrapped(list(map(repr, numbers)))}\n}};"


def wrapped(items: Sequence[str]) -> str:
    """A list on as many lines as it takes."""
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) > MOST_COLUMNS:
            lines.append(f"    {line},")
            line = item
        else:
            line = f"{line}, {item}" if line else item
    return "\n".join([*lines, f"    {line}"])
