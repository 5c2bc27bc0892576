"""Sums of products as source: matrix products, and terms one by one or many at once."""

from engine.program.layout import Rows
from engine.program.matrices import SHORT
from engine.program.plan import Matrix, Sums, Terms
from engine.program.writing import Writer, width


class SumsWriter:
    """Sums of products of one shape."""

    def __init__(self, writer: Writer, group: Sums) -> None:
        self.writer, self.group = writer, group
        self.rows = writer.layout.rows(group.outputs)
        self.count = len(group.outputs)
        self.terms = [term for terms in group.terms for term in self.stacks(terms)]

    def stacks(self, terms: Terms) -> list["TermsWriter"]:
        """Few terms one by one, many as one stack."""
        together = [terms]
        if len(terms.a) <= SHORT:
            each = [(part,) for part in terms.factors], [(part,) for part in terms.a]
            b = [(part,) for part in terms.b] if terms.b else [None] * len(terms.a)
            together = [Terms(*parts) for parts in zip(*each, b)]
        return [TermsWriter(self.writer, part, self.count, self.group.sampled) for part in together]

    def forward(self) -> None:
        out = self.writer.view(self.rows)
        assert out is not None
        self.out = out
        self.held = ""  # the sum so far: the first summand stays where it is
        if self.group.matrix is not None:
            self.matrix = MatrixWriter(self.writer, self.group.matrix)
            self.matrix.forward(out)
            self.held = out
        for stack in self.terms:
            self.add(*stack.forward(None if self.held else out))
        if self.group.bias:
            self.bias_rows = self.writer.layout.rows(self.bias_places())
            bias = self.writer.read(self.bias_rows)
            self.bias_columns = width(self.group.sampled)
            if len(self.bias_rows.numbers) < self.count:
                self.bias_columns = self.matrix.columns
                whole = self.matrix.whole(out)
                self.writer.lines.append(f"np.add({whole}, {bias}, out={whole})")
            else:
                self.add(bias, 1.0)
            self.writer.uses[self.bias_rows.numbers, self.bias_columns] += 1
        if self.held != out:
            self.writer.lines.append(f"{out}[:] = {self.held}")

    def add(self, name: str, sign: float) -> None:
        """Add or subtract an array."""
        if self.held:
            ufunc = "add" if sign == 1.0 else "subtract"
            self.writer.lines.append(f"np.{ufunc}({self.held}, {name}, out={self.out})")
            self.held = self.out
        elif sign == 1.0:
            self.held = name
        else:
            self.writer.lines.append(f"np.negative({name}, out={self.out})")
            self.held = self.out

    def bias_places(self) -> tuple[int, ...]:
        """One bias a row of the matrix, where it is the same at all positions."""
        matrix, bias = self.group.matrix, self.group.bias
        if matrix is None or matrix.positions == 1:
            return bias
        p = matrix.positions
        by_row = [bias[k : k + p] for k in range(0, self.count, p)]
        return tuple(row[0] for row in by_row) if all(len(set(r)) == 1 for r in by_row) else bias

    def backward(self) -> None:
        gradient = self.writer.view(self.rows, gradient=True)
        assert gradient is not None
        if self.group.matrix is not None:
            self.matrix.backward(gradient)
        for stack in self.terms:
            stack.backward(gradient)
        if self.group.bias and self.writer.wanted(self.group.bias):
            whole = len(self.bias_rows.numbers) < self.count
            name = self.matrix.whole(gradient) if whole else gradient
            self.writer.collect(self.bias_rows, name, self.bias_columns)


class MatrixWriter:
    """A matrix of weights times the nodes at its right side, for all samples and positions."""

    def __init__(self, writer: Writer, matrix: Matrix) -> None:
        self.writer, self.matrix = writer, matrix
        self.m, self.k, self.p = len(matrix.weights), len(matrix.right), matrix.positions
        self.columns = "n" if self.p == 1 else f"{self.p} * n"
        self.right_rows = writer.layout.rows([x for row in matrix.right for x in row])
        self.weight_rows = writer.layout.rows([x for row in matrix.weights for x in row])

    def whole(self, name: str) -> str:
        """Rows by columns, each with all its positions and samples."""
        return name if self.p == 1 else self.writer.shaped(name, self.m, self.columns)

    def forward(self, out: str) -> None:
        writer = self.writer
        writer.products += 1
        writer.uses[self.weight_rows.numbers, "1"] += 1
        self.right = writer.read(self.right_rows, adjacent=self.p > 1 or self.right_rows.repeated())
        if self.p > 1:
            self.right = writer.shaped(self.right, self.k, self.columns)
        weights = self.view("K")
        if weights is None:
            weights = writer.gather_weights(self.weight_rows.numbers, self.m, self.k)
        self.weights = weights
        writer.lines.append(f"np.matmul({weights}, {self.right}, out={self.whole(out)})")

    def view(self, space: str) -> str | None:
        """A view of the weights, or of their gradients, where they lie evenly."""
        numbers, k = self.weight_rows.numbers, self.k
        first, step = numbers[0], numbers[k] - numbers[0] if self.m > 1 else k
        stop = first + self.m * step
        if step < k or stop > self.writer.layout.n_others:
            return None
        rows = range(first, stop, step)
        if any(numbers[j * k : j * k + k] != tuple(range(r, r + k)) for j, r in enumerate(rows)):
            return None
        view = f"{space}[{first}:{stop}].reshape({self.m}, {step})"
        prefix = "w" if space == "K" else "dw"
        return self.writer.named(view if step == k else f"{view}[:, :{k}]", prefix)

    def backward(self, gradient: str) -> None:
        gradient = self.whole(gradient)
        if self.writer.wanted([w for row in self.matrix.weights for w in row]):
            self.backward_weights(gradient)
        wanted = [k for k, row in enumerate(self.matrix.right) if self.writer.wanted(row)]
        if wanted:
            self.backward_right(gradient, wanted[0], wanted[-1] + 1)

    def backward_weights(self, gradient: str) -> None:
        writer, rows = self.writer, self.weight_rows
        key, touched = (rows.numbers, "1"), writer.touched[False]
        alone = writer.uses[key] == 1 and not any([touched[row] for row in rows.numbers])
        view = self.view("dK") if alone and key not in writer.totals else None
        if view is not None:
            for row in rows.numbers:
                touched[row] = 1
            writer.lines.append(f"np.matmul({gradient}, {self.right}.T, out={view})")
            return
        shape = f"np.empty(({self.m}, {self.k}))"
        if key in writer.totals:
            out = writer.named(shape, "tw")
        else:  # what is collected stays where it is
            out = writer.fresh("dw")
            writer.setup.append(f"{out} = {shape}")
        writer.lines.append(f"np.matmul({gradient}, {self.right}.T, out={out})")
        writer.collect(rows, writer.shaped(out, self.m * self.k, 1), "1")

    def backward_right(self, gradient: str, first: int, stop: int) -> None:
        """What goes to some rows of the right side, the others being numbers that are given."""
        writer, k = self.writer, stop - first
        rows = writer.layout.rows([x for row in self.matrix.right[first:stop] for x in row])
        weights = self.weights
        if k < self.k:
            weights = writer.named(f"{weights}[:, {first}:{stop}]", "w")
        direct = self.p == 1 and writer.is_new(rows)
        name = writer.written_to(rows) if direct else writer.buffer(8, k * self.p, True)
        flat = writer.shaped(name, k, self.columns) if self.p > 1 else name
        writer.lines.append(f"np.matmul({weights}.T, {gradient}, out={flat})")
        if not direct:
            writer.accumulate(rows, name, True)


class TermsWriter:
    """Σ over t of factors[t] · a[t], or factors[t] · a[t] · b[t]: one row of each for an output."""

    def __init__(self, writer: Writer, terms: Terms, count: int, sampled: bool) -> None:
        self.writer, self.count, self.sampled = writer, count, sampled
        self.length = len(terms.a)
        self.sides = [[x for row in side for x in row] for side in (terms.a, terms.b) if side]
        self.squared = terms.a == terms.b
        self.rows = [writer.layout.rows(places) for places in self.sides]
        factors = [factor for row in terms.factors for factor in row]
        self.factor = factors[0] if len(set(factors)) == 1 else None  # the same for all
        self.factors = factors

    def forward(self, out: str | None) -> tuple[str, float]:
        """Where the sum is, into `out` where that is free; and whether it counts as + or -."""
        self.read = [self.writer.read(self.rows[0])]
        if len(self.rows) == 2:
            self.read += self.read if self.squared else [self.writer.read(self.rows[1])]
        lines, free = self.writer.lines, out or self.writer.buffer(0, self.count, self.sampled)
        name, sampled = self.read[0], self.rows[0].sampled
        target = free if self.length == 1 else ""
        if len(self.read) == 2:
            sampled = self.sampled
            target = target or self.writer.buffer(1, self.length * self.count, sampled)
            lines.append(f"np.multiply({self.read[0]}, {self.read[1]}, out={target})")
            name = target
        if self.factor is None:
            target = target or self.writer.buffer(1, self.length * self.count, sampled)
            lines.append(f"np.multiply({name}, {self.writer.column(self.factors)}, out={target})")
            name = target
        if self.length > 1:
            cube = self.cube(name, sampled)
            alike = sampled == self.sampled
            name = free if alike else self.writer.buffer(4, self.count, sampled)
            lines.append(f"np.add.reduce({cube}, axis=0, out={name})")
        if self.factor in (None, 1.0, -1.0):
            return name, self.factor or 1.0
        lines.append(f"np.multiply({name}, {self.factor!r}, out={free})")
        return free, 1.0

    def cube(self, name: str, sampled: bool) -> str:
        return self.writer.shaped(name, self.length, self.count, width(sampled))

    def backward(self, gradient: str) -> None:
        scaled = None  # the gradient times the common factor
        sides = self.sides[:1] if self.squared else self.sides
        for k, (places, rows) in enumerate(zip(sides, self.rows)):
            if self.writer.wanted(places):
                scaled = scaled or self.scaled(gradient)
                self.flow(scaled, rows, k)

    def scaled(self, gradient: str) -> str:
        factor = 1.0 if self.factor is None else self.factor
        if self.squared:
            factor *= 2.0  # both sides send the same gradient to the same rows
        if factor == 1.0:
            return gradient
        name = self.writer.buffer(2, self.count, self.sampled)
        self.writer.lines.append(f"np.multiply({gradient}, {factor!r}, out={name})")
        return name

    def flow(self, gradient: str, rows: Rows, k: int) -> None:
        """What goes to the rows of one side: the gradient times the other side."""
        writer = self.writer
        stacked = self.length > 1
        factors = []
        if self.factor is None:
            column = writer.column(self.factors)
            factors.append(self.cube(column, False) if stacked else column)
        if len(self.rows) == 2:
            other = self.read[1 - k]
            repeated = self.rows[1 - k].repeated()  # one row, which goes with all
            cube = stacked and not repeated
            factors.append(self.cube(other, self.rows[1 - k].sampled) if cube else other)
        if not factors and not stacked:
            writer.accumulate(rows, gradient, self.sampled)
            return
        direct = rows.sampled == self.sampled and writer.is_new(rows)
        size = self.length * self.count
        name = writer.written_to(rows) if direct else writer.buffer(3, size, self.sampled)
        out = self.cube(name, self.sampled) if stacked else name
        if not factors:
            writer.lines.append(f"{out}[:] = {gradient}")
        for factor in factors:
            writer.lines.append(f"np.multiply({gradient}, {factor}, out={out})")
            gradient = out
        if not direct:
            writer.accumulate(rows, name, self.sampled)
