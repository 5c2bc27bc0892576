"""How the operands of kernels are written: the names of rows that lie side by side, or views.

Values that depend on the sample live in S, a row for each node and a column for each sample; all
others in K, a single column that begins with the parameters. dS and dK hold their gradients. X is
the batch, a row for each input; S begins with a copy of it where it is not read from X itself.

Rows at constant strides are seen as they lie, and copied only for what needs them side by side.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod

from engine.messages import shown
from engine.program.kernels import (
    Buffer,
    Loop,
    Matrix,
    Moving,
    Operand,
    Rows,
    Scattered,
    Slice,
    Step,
)
from engine.program.lines import Kinds, Line, write_steps
from engine.program.numpy.in_numbers import loop_in_numbers
from engine.program.numpy.setup import MARGIN, Setup, width
from engine.program.numpy.strided import (
    Shape,
    Strided,
    as_range,
    common_shape,
    find_strides,
    refined,
    without_repeats,
)
from engine.program.operands import at_start, at_time, inputs_of, moved_by, starts
from engine.program.parts import Titles
from engine.program.text import further, space_of
from engine.symbols import Symbol, Term


class Writer(Setup):
    """Names operands, and collects the lines of the passes over them."""

    def __init__(
        self,
        rows: Rows,
        kept: Mapping[Operand, Sequence[Symbol]],
        repeated: Collection[tuple[Term, ...]] = (),
    ) -> None:
        super().__init__()
        self.n_inputs = rows.n_inputs
        self.kept, self.repeated = kept, repeated
        for space, count, batched in zip(("H", "G"), rows.n_gathered, (False, True)):
            if count:
                self.buffer(space, count, width(batched))
        self.operands: dict[Operand, str] = {}
        self.copies_inputs = False
        self.copied: dict[str, tuple[Sequence[int], Operand]] = {}  # matrices, by their space
        self.uncopied: dict[Operand, tuple[Scattered, Strided]] = {}

    def written(self, kinds: Kinds, steps: Sequence[Step], titles: Titles) -> list[Line]:
        """The lines of a pass, with a comment above each group."""
        self.lines, self.copied = [], {}
        write_steps(self, kinds, steps, titles)
        return self.lines

    @contextmanager
    def loop(self, loop: Loop) -> Iterator[None]:
        """A loop, before which what it reads side by side with others is copied. For one sample a
        function may do what it does in plain numbers."""
        self.copy_for(loop)
        margin, in_numbers = self.margin, loop_in_numbers(loop, self.name)
        if in_numbers:
            function = f"loop{self.n_loops + 1}"
            self.setup += [f"def {function}():", *[f"{MARGIN}{line}" for line in in_numbers]]
            self.called.add("by_numbers")
            self.lines.append(Line((), f"{margin}if n != 1 or not by_numbers({function}):"))
            self.copies_inputs, self.margin = True, margin + MARGIN
        with super().loop(loop):
            yield
        self.margin = margin

    def name(self, operand: Operand) -> str:
        """The name of rows that can be read and written as they are."""
        known = self.operands
        if isinstance(operand, Moving):
            assert self.views is not None
            known = self.views.operands
        found = known.get(operand)
        if found is None:
            if operand in self.uncopied:
                self.copy_strided(operand, *self.uncopied.pop(operand))
            found = known[operand] = self.named(operand)
        return found

    def named(self, operand: Operand) -> str:
        """Set up a name; that of what moves stands for its rows at time t."""
        match at_start(operand):
            case Slice() as at:
                return self.slice_named(at, operand)
            case Matrix() as at:
                return self.matrix_named(at, operand)
            case Buffer(kind="flow") as at:
                suffix = "" if at.batched else "k"
                return self.buffer(f"flow{at.number}_{at.rows}{suffix}", at.rows, width(at.batched))
            case Buffer(kind="g") as at:
                number, space = self.number("g", (operand, at.batched)), "G" if at.batched else "H"
                (by,) = moved_by(operand)
                where = f"{further(at.number, by)}:{further(at.number + at.rows, by)}"
                return self.rows_at(f"g{number}", space, where, moves=operand is not at)
            case Buffer() as at:
                return f"{at.kind}{self.number(at.kind, at.number)}"
        raise TypeError(f"{shown(operand)} is no array that has a name")

    def slice_named(self, at: Slice, operand: Operand) -> str:
        batched, gradient, first, stop, step = at
        (by,), moves = moved_by(operand), operand is not at
        where = f"{further(first, by)}:{further(stop, by)}" + (f":{step}" if step > 1 else "")
        if batched and not gradient and self.reads_inputs(operand):
            if stop <= self.n_inputs and not moves:
                return f"X[{where}]"
            self.copies_inputs = True
        space = space_of(batched, gradient)
        number = self.number(space[-1].lower(), (first, stop, step, by))
        return self.rows_at(f"{space.lower()}{number}", space, where, moves=moves)

    def matrix_named(self, at: Matrix, operand: Operand) -> str:
        gradient, first, step, m, k, _ = at
        (by,), space = moved_by(operand), space_of(False, gradient)
        number = self.number("w", (first, step, m, k, by))
        rows = f"{further(first, by)}:{further(first + m * step, by)}"
        view = f"{space}[{rows}].reshape({m}, {step})" + ("" if step == k else f"[:, :{k}]")
        moves = operand is not at
        return self.set_up(f"{'d' if gradient else ''}w{number}", view, moves=moves)

    def gather(self, rows: Operand, output: Operand) -> None:
        """Strided rows are copied when something needs them side by side; others at once."""
        strided = find_strides(rows.numbers) if isinstance(rows, Scattered) else None
        if strided is None or self.views is not None:
            space, index = self.scattered(rows)
            self.called.add("take")
            self.line(f"take({space}, {index}, {self.name(output)})")
        else:
            assert isinstance(rows, Scattered)
            self.uncopied[output] = rows, strided

    def copy_strided(self, output: Operand, rows: Scattered, strided: Strided) -> None:
        """Strided rows, side by side."""
        into = self.spread(self.name(output), output, strided.shape, rows.batched)
        self.line(f"{into}[:] = {self.strided_view(without_repeats(strided), rows)}")

    def copy_for(self, loop: Loop) -> None:
        """Copy the rows that a loop reads side by side with others."""
        for operand in inputs_of(loop):
            ends = [at_time(operand, time) for time in (0, loop.times - 1)]
            buffers = [end for end in ends if isinstance(end, Buffer) and end.kind == "g"]
            for other in list(self.uncopied) if buffers else ():
                assert isinstance(other, Buffer)
                first = min([end.number for end in buffers])
                stop = max([end.number + end.rows for end in buffers])
                apart = other.number >= stop or other.number + other.rows <= first
                if other.batched == operand.batched and not apart:
                    self.name(other)

    def strides_of(self, operand: Operand, rows: int) -> Strided:
        """How so many rows are read from an operand; one with fewer begins again and again."""
        if operand in self.uncopied:
            return self.uncopied[operand][1]
        first, step = (operand.first, operand.step) if isinstance(operand, Slice) else (0, 1)
        if operand.rows == rows:
            return Strided(first, (rows,), (step,))
        if operand.rows == 1:
            return Strided(first, (rows,), (0,))
        return Strided(first, (rows // operand.rows, operand.rows), (0, step))

    def seen(self, operand: Operand, rows: int, shape: Shape) -> tuple[str, Shape]:
        """An operand as an array of this shape before the samples, and its own shape: 1 along an
        axis where one row stands for all."""
        own = operand.rows
        if own == 1:
            return self.name(operand), (1,)
        if shape == (own,) and operand not in self.uncopied:  # as most are seen
            return self.name(operand), shape
        strided = without_repeats(refined(self.strides_of(operand, rows), shape))
        if operand in self.uncopied:
            return self.strided_view(strided, self.uncopied[operand][0]), strided.shape
        name = self.name(operand)
        if len(strided.shape) > 1:
            name = self.shaped(name, *strided.shape, width(operand.batched))
        return name, strided.shape

    def common_shape(
        self, reads: Sequence[tuple[Operand, int]], rows: int, height: int = 1
    ) -> Shape:
        """The shape in which so many rows, and stacks of `height` for each, are seen as they lie.
        Where there is none, what does not lie side by side is copied."""
        if height == 1 and all([x.rows in (1, rows) and x not in self.uncopied for x, _ in reads]):
            return (rows,)  # as most are seen
        parts = [self.strides_of(operand, size) for operand, size in reads]
        whole = common_shape([(rows,), (height, rows), *[strided.shape for strided in parts]])
        if whole is not None:
            split = 0 if height == 1 else 1  # the stack is one axis, before those of the rows
            if prod(whole[:split]) == height:
                return whole[split:] or (1,)
        for operand, _ in reads:
            self.name(operand)
        return self.common_shape(reads, rows, height)

    def strided_view(self, strided: Strided, rows: Scattered) -> str:
        """Rows where they lie: a slice in another shape, where they lie evenly, or a view."""
        batched, gradient, numbers = rows
        even = as_range(strided)
        if even is not None:
            name = self.name(Slice(batched, gradient, even.start, even.stop, even.step))
            if len(strided.shape) > 1:
                name = self.shaped(name, *strided.shape, width(batched))
            return name
        space = space_of(batched, gradient)
        self.copies_inputs |= batched and not gradient and min(numbers) < self.n_inputs
        self.called.add("view")
        expression = f"view({space}, {strided.first}, {strided.shape}, {strided.strides})"
        number = self.number("v", (batched, strided))
        return self.set_up(f"{'d' if gradient else ''}v{number}", expression)

    def matrices(
        self, slot: int, operand: Operand, shape: Sequence[int], *, transposed: bool
    ) -> str:
        """A copy of rows as matrices of this shape, blocks first, with the samples before them.

        As a fast product needs it, the numbers of a matrix's row lie side by side; those of the
        other samples come next, so that what is read together is written together.
        """
        space = self.scratch(slot, operand.rows, batched=True)
        blocks, height, width = shape
        copy = self.shaped(space, blocks, height, "n", width)
        if self.copied.get(space) != (self.groups, operand):  # by another kernel of the group
            self.copied[space] = self.groups, operand
            rows = self.shaped(self.name(operand), *shape, "n")
            into = self.set_up(f"{copy}_rows", f"{copy}.transpose(0, 1, 3, 2)")
            self.line(f"{into}[:] = {rows}")
        order = "2, 0, 3, 1" if transposed else "2, 0, 1, 3"
        return self.set_up(f"{copy}{'t' if transposed else ''}_m", f"{copy}.transpose({order})")

    def reads_inputs(self, rows: Operand) -> bool:
        """Whether rows of S, which may move, are inputs the first or the last time."""
        if isinstance(rows, Moving):
            assert self.views is not None
            last = at_time(rows, self.views.times - 1)
            return self.reads_inputs(rows.at) or self.reads_inputs(last)
        return min(starts(rows)) < self.n_inputs

    def scattered(self, rows: Operand) -> tuple[str, str]:
        """The array of scattered rows, and the name of their numbers."""
        at = at_start(rows)
        assert isinstance(at, Scattered)
        if at.batched and not at.gradient and not self.copies_inputs:
            self.copies_inputs = self.reads_inputs(rows)
        index = self.index(at.numbers)
        if isinstance(rows, Moving):
            assert self.views is not None
            times = f"np.arange({self.views.times})[:, None]"
            whole = self.constant(f"{index} + {times} * {self.index(rows.by)}", "index")
            index = self.set_up(f"{whole}_t", f"{whole}[t]", moves=True)
        return space_of(at.batched, at.gradient), index
