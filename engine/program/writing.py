"""The lines of the source: views of rows, buffers, gathers, and gradients that are added up.

Values that depend on the sample live in S, a row for each node and a column for each sample; all
others in K, a single column that begins with the parameters. dS and dK hold their gradients. X is
the batch, a row for each input; S begins with a copy of it where it is not read from X itself.
"""

from collections import Counter
from collections.abc import Sequence

from engine.program.layout import Layout, Rows
from engine.program.simplify import Simplified

SMALL_GAP = 32  # rows
Key = tuple[tuple[int, ...], str]  # rows of K, and how many columns their gradients have


class Writer:
    """Collects the lines of the source."""

    def __init__(self, graph: Simplified, layout: Layout) -> None:
        self.graph, self.layout = graph, layout
        self.arrays: list[str] = []  # index arrays and columns of numbers
        self.setup: list[str] = []  # views and buffers
        self.lines: list[str] = []  # where the lines of a pass go
        self.names: dict[str, str] = {}  # of what has been set up, by its expression
        self.counts: dict[str, int] = {}
        self.touched = {True: bytearray(layout.n_sampled), False: bytearray(layout.n_others)}
        self.cleared: dict[bool, set[int]] = {True: set(), False: set()}
        self.gathered: dict[tuple[object, ...], str] = {}  # what has been read, by its rows
        self.uses: Counter[Key] = Counter()  # how many groups read these rows of K
        self.totals: dict[Key, str] = {}  # of their gradients, as far as they have come
        self.sums: set[str] = set()  # totals of two or more groups
        self.copies_inputs = False
        self.products = self.gathers = 0

    # Names

    def fresh(self, prefix: str) -> str:
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return f"{prefix}{self.counts[prefix]}"

    def named(self, expression: str, prefix: str) -> str:
        """The name of a view or buffer that is set up once."""
        if expression not in self.names:
            self.names[expression] = self.fresh(prefix)
            self.setup.append(f"{self.names[expression]} = {expression}")
        return self.names[expression]

    def index(self, rows: Sequence[int]) -> str:
        """The name of an array of row numbers. As a text it is read quickly, however long."""
        return self.constant(f'np.fromstring("{" ".join(map(str, rows))}", int, sep=" ")', "index")

    def column(self, factors: Sequence[float]) -> str:
        text = f'np.fromstring("{" ".join(map(repr, factors))}", sep=" ")[:, None]'
        return self.constant(text, "column")

    def constant(self, expression: str, prefix: str) -> str:
        if expression not in self.names:
            self.names[expression] = self.fresh(prefix)
            self.arrays.append(f"{self.names[expression]} = {expression}")
        return self.names[expression]

    def buffer(self, slot: int, rows: int, sampled: bool) -> str:
        """Scratch space that any group may use."""
        name = f"t{slot}_{rows}" + ("" if sampled else "k")
        if name not in self.names:
            self.names[name] = name
            self.setup.append(f"{name} = np.empty(({rows}, {width(sampled)}))")
        return name

    def shaped(self, name: str, *shape: int | str) -> str:
        """An array seen in another shape."""
        expression = f"{name}.reshape({', '.join(map(str, shape))})"
        if name.startswith("X["):  # which changes from call to call
            return expression
        return self.named(expression, "dc" if name.startswith("d") else "c")

    # Reading rows

    def view(self, rows: Rows, gradient: bool = False) -> str | None:
        """A view of the rows, or of their gradients; None where they do not lie evenly."""
        where = f"{rows.numbers[0]}:{rows.numbers[0] + 1}" if rows.repeated() else rows.slice()
        if where is None:
            return None
        if rows.sampled and not gradient and rows.numbers[0] < self.layout.n_inputs:
            if rows.numbers[-1] < self.layout.n_inputs:
                return f"X[{where}]"
            self.copies_inputs = True
        space = "S" if rows.sampled else "K"
        if gradient:
            return self.named(f"d{space}[{where}]", f"d{space.lower()}")
        return self.named(f"{space}[{where}]", space.lower())

    def read(self, rows: Rows, *, adjacent: bool = False) -> str:
        """The rows as an array: a view where they lie evenly, or else gathered.

        With `adjacent` they lie one next to the other, each with columns of its own.
        """
        view = self.view(rows)
        if view is not None and not (adjacent and rows.strided()):
            return view
        key = (rows.sampled, rows.numbers)
        if key in self.gathered:
            return self.gathered[key]
        self.gathers += 1
        name = self.gathered[key] = self.fresh("g")
        self.setup.append(f"{name} = np.empty(({len(rows.numbers)}, {width(rows.sampled)}))")
        space = "S" if rows.sampled else "K"
        self.copies_inputs |= rows.sampled and min(rows.numbers) < self.layout.n_inputs
        index = self.index(rows.numbers)
        self.lines.append(f'{space}.take({index}, axis=0, out={name}, mode="clip")')
        return name

    def gather_weights(self, numbers: tuple[int, ...], m: int, k: int) -> str:
        """Rows of K as a matrix, which is gathered where it is used first."""
        key = (m, k, numbers)
        if key not in self.gathered:
            self.gathers += 1
            name = self.gathered[key] = self.fresh("w")
            self.setup.append(f"{name} = np.empty(({m}, {k}))")
            index = self.constant(f"{self.index(numbers)}.reshape({m}, {k})", "index")
            self.lines.append(f'K[:, 0].take({index}, out={name}, mode="clip")')
        return self.gathered[key]

    # Adding to gradients

    def collect(self, rows: Rows, name: str, columns: str) -> None:
        """Like `accumulate`, for numbers in K that several groups share, as time steps do: what
        comes from all of them is added up first."""
        key = rows.numbers, columns
        if key not in self.totals:
            self.totals[key] = name
        else:
            before = self.totals[key]
            if before not in self.sums:
                self.totals[key] = self.fresh("sum")
                self.sums.add(self.totals[key])
                self.setup.append(f"{self.totals[key]} = np.empty_like({name})")
            self.lines.append(f"np.add({before}, {name}, out={self.totals[key]})")
        self.uses[key] -= 1
        if self.uses[key] == 0:
            self.accumulate(rows, self.totals.pop(key), columns != "1")

    def settle(self) -> None:
        """Add to the gradients in dK what is collected, though not all of its users had any."""
        totals, self.totals = self.totals, {}
        for (numbers, columns), name in totals.items():
            self.accumulate(Rows(False, numbers), name, columns != "1")

    def accumulate(self, rows: Rows, name: str, sampled: bool) -> None:
        """Add an array, one row for each of the rows, to their gradients.

        What goes from a sample's nodes to others is summed over the columns.
        """
        if sampled and not rows.sampled:
            direct = self.is_new(rows)
            total = self.written_to(rows) if direct else self.buffer(9, len(rows.numbers), False)
            self.lines.append(f"np.add.reduce({name}, axis=1, keepdims=True, out={total})")
            if direct:
                return
            name = total
        distinct = sorted(set(rows.numbers))
        touched = self.touched[rows.sampled]
        before = [row for row in distinct if touched[row]]
        if before:
            self.cleared[rows.sampled].update([row for row in distinct if not touched[row]])
        for row in distinct:
            touched[row] = 1
        target = self.view(rows, gradient=True)
        if rows.repeated():
            total = f"np.add.reduce({name}, axis=0)"
            add = f"np.add({target}, {total}, out={target})"
            self.lines.append(add if before else f"{target}[:] = {total}")
        elif target is not None:
            add = f"np.add({target}, {name}, out={target})"
            self.lines.append(add if before else f"{target}[:] = {name}")
        else:
            index, numbers = rows.numbers, rows.numbers
            if len(distinct) < len(numbers):  # what goes to one row is summed by segments
                order = sorted(range(len(numbers)), key=numbers.__getitem__)
                starts = [
                    k for k, x in enumerate(order) if k == 0 or numbers[x] != numbers[order[k - 1]]
                ]
                index = tuple(distinct)
                gathered = f"{name}.take({self.index(order)}, axis=0)"
                name = f"np.add.reduceat({gathered}, {self.index(starts)})"
            space = "dS" if rows.sampled else "dK"
            self.lines.append(f"{space}[{self.index(index)}] {'+=' if before else '='} {name}")

    def is_new(self, rows: Rows) -> bool:
        """Whether nothing has been added to these rows, and they are a view to write to."""
        touched = self.touched[rows.sampled]
        return not any([touched[row] for row in rows.numbers]) and rows.slice() is not None

    def written_to(self, rows: Rows) -> str:
        """The view of gradients that are written for the first time."""
        for row in rows.numbers:
            self.touched[rows.sampled][row] = 1
        view = self.view(rows, gradient=True)
        assert view is not None
        return view

    def wanted(self, places: Sequence[int]) -> bool:
        return any([self.graph.learned[place] for place in places])

    def begin_backward(self, places: Sequence[int]) -> bool:
        """Whether any gradient has come to these nodes; where some have none, it is set to 0."""
        rows = self.layout.rows(places)
        touched = self.touched[rows.sampled]
        if not any([touched[row] for row in rows.numbers]):
            return False
        self.cleared[rows.sampled].update([row for row in rows.numbers if not touched[row]])
        return True

    def clearing(self) -> list[str]:
        """The lines that set gradients to 0 where nothing is written before something is added."""
        return [
            f"{'dS' if sampled else 'dK'}[{a}:{b}] = 0.0"
            for sampled, rows in self.cleared.items()
            for a, b in runs(sorted(rows))
        ]


def width(sampled: bool) -> str:
    """The number of columns: one for each sample, or a single one."""
    return "n" if sampled else "1"


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges that cover sorted numbers; one goes on over small gaps, which costs less than two."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number - ranges[-1][1] < SMALL_GAP:
            ranges[-1] = (ranges[-1][0], number + 1)
        else:
            ranges.append((number, number + 1))
    return ranges
