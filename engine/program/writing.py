"""The lines of the source: views of rows, buffers, gathers, and gradients that are added up.

Values that depend on the sample live in S, a row for each node and a column for each sample; all
others in K, a single column that begins with the parameters. dS and dK hold their gradients.
"""

from collections.abc import Sequence

from engine.program.layout import Layout, Rows
from engine.program.simplify import Simplified, Source


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
        self.differentiable = depends_on_parameters(graph)
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

    def array(self, numbers: object, prefix: str = "index") -> str:
        expression = f"np.array({numbers})"
        if expression not in self.names:
            self.names[expression] = self.fresh(prefix)
            self.arrays.append(f"{self.names[expression]} = {expression}")
        return self.names[expression]

    def column(self, factors: Sequence[float]) -> str:
        return self.array([[factor] for factor in factors], "column")

    def buffer(self, slot: int, rows: int, sampled: bool) -> str:
        """Scratch space that any group may use."""
        width = "n" if sampled else "1"
        name = f"t{slot}_{rows}" + ("" if sampled else "k")
        if name not in self.names:
            self.names[name] = name
            self.setup.append(f"{name} = np.empty(({rows}, {width}))")
        return name

    # Reading rows

    def view(self, rows: Rows, gradient: bool = False) -> str | None:
        """A view of the rows, or of their gradients; None where they do not lie evenly."""
        space = ("dS" if gradient else "S") if rows.sampled else ("dK" if gradient else "K")
        where = f"{rows.numbers[0]}:{rows.numbers[0] + 1}" if rows.repeated() else rows.slice()
        if where is None:
            return None
        prefix = {"S": "v", "dS": "dv", "K": "k", "dK": "dk"}[space]
        return self.named(f"{space}[{where}]", prefix)

    def read(self, rows: Rows, *, adjacent: bool = False) -> str:
        """The rows as an array: a view where they lie evenly, or else gathered.

        With `adjacent` they lie one next to the other, so that a reshape is a view too.
        """
        view = self.view(rows)
        if view is not None and not (adjacent and rows.strided()):
            return view
        self.gathers += 1
        index = self.array(list(rows.numbers))
        width = "n" if rows.sampled else "1"
        name = self.fresh("g")
        self.setup.append(f"{name} = np.empty(({len(rows.numbers)}, {width}))")
        space = "S" if rows.sampled else "K"
        self.lines.append(f'np.take({space}, {index}, axis=0, out={name}, mode="clip")')
        return name

    # Adding to gradients

    def accumulate(self, rows: Rows, name: str, sampled: bool, count: int) -> None:
        """Add an array, one row for each of `count` outputs, to the gradients of the rows."""
        if sampled and not rows.sampled:  # summed over the samples
            direct = self.is_new(rows) and not rows.repeated()
            total = self.written_to(rows) if direct else self.buffer(9, count, False)
            self.lines.append(f"np.sum({name}, axis=1, keepdims=True, out={total})")
            if direct:
                return
            name = total
        distinct = sorted(set(rows.numbers))
        touched = self.touched[rows.sampled]
        new = not any(touched[row] for row in distinct)
        if not new:
            self.cleared[rows.sampled].update(row for row in distinct if not touched[row])
        for row in distinct:
            touched[row] = 1
        target = self.view(rows, gradient=True)
        if rows.repeated():
            total = f"{name}.sum(axis=0)"
            add = f"np.add({target}, {total}, out={target})"
            self.lines.append(f"{target}[:] = {total}" if new else add)
        elif target is not None:
            add = f"np.add({target}, {name}, out={target})"
            self.lines.append(f"np.copyto({target}, {name})" if new else add)
        else:
            index, numbers = list(rows.numbers), rows.numbers
            if len(distinct) < len(numbers):  # what goes to one row is summed by segments
                order = sorted(range(len(numbers)), key=lambda k: numbers[k])
                starts = [
                    k for k, x in enumerate(order) if k == 0 or numbers[x] != numbers[order[k - 1]]
                ]
                index = distinct
                name = f"np.add.reduceat({name}[{self.array(order)}], {self.array(starts)})"
            space = "dS" if rows.sampled else "dK"
            self.lines.append(f"{space}[{self.array(index)}] {'=' if new else '+='} {name}")

    def is_new(self, rows: Rows) -> bool:
        """Whether nothing has been added to these rows, and they are a view to write to."""
        touched = self.touched[rows.sampled]
        return not any(touched[row] for row in rows.numbers) and rows.slice() is not None

    def written_to(self, rows: Rows) -> str:
        """The view of gradients that are written for the first time."""
        for row in rows.numbers:
            self.touched[rows.sampled][row] = 1
        view = self.view(rows, gradient=True)
        assert view is not None
        return view

    def wanted(self, places: Sequence[int]) -> bool:
        return any(self.differentiable[place] for place in places)

    def begin_backward(self, places: Sequence[int]) -> bool:
        """Whether any gradient has come to these nodes; where some have none, it is set to 0."""
        rows = self.layout.rows(places)
        touched = self.touched[rows.sampled]
        if not any(touched[row] for row in rows.numbers):
            return False
        self.cleared[rows.sampled].update(row for row in rows.numbers if not touched[row])
        return True

    def clearing(self) -> list[str]:
        """The lines that set gradients to 0 where nothing is written before something is added."""
        return [
            f"{'dS' if sampled else 'dK'}[{a}:{b}] = 0.0"
            for sampled, rows in self.cleared.items()
            for a, b in runs(sorted(rows))
        ]


def depends_on_parameters(graph: Simplified) -> list[bool]:
    found: list[bool] = []
    for node in graph.nodes:
        if isinstance(node, Source):
            found.append(node.kind == "parameter")
        else:
            found.append(any(found[i] for i in node.inputs))
    return found


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The ranges that sorted numbers form."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number:
            ranges[-1] = (ranges[-1][0], number + 1)
        else:
            ranges.append((number, number + 1))
    return ranges
