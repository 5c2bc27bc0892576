"""The two kinds of group as source: one rule for many rows, and sums of products as matrices."""

from collections.abc import Sequence
from os.path import commonprefix
from typing import Protocol

from engine.program.numpy_terms import TermWriter
from engine.program.schedule import SHORT, Elementwise, Group, Matrix, Sums, Terms
from engine.program.simplify import Simplified
from engine.program.stacks import each_of_stack, over_stack
from engine.program.writing import Writer
from engine.symbols import SYMBOLS, Symbol, multiplied


def write_groups(writer: Writer, groups: Sequence[Group], seeds: Sequence[int]) -> list[str]:
    """Write the forward pass, and return the backward pass from these nodes' gradients."""
    written: list[tuple[str, Group, GroupWriter]] = []
    for group in groups:
        comment = f"# {described(writer.graph, group)}"
        writer.lines.append(comment)
        lines = group_writer(writer, group)
        lines.forward()
        written.append((comment, group, lines))
    writer.lines = []
    for place in seeds:
        writer.touched[writer.graph.sampled[place]][writer.layout.row[place]] = 1
    for comment, group, lines in reversed(written):
        if writer.wanted(group.outputs) and writer.begin_backward(group.outputs):
            writer.lines.append(comment)
            lines.backward()
    return writer.clearing() + writer.lines


class GroupWriter(Protocol):
    """What writes the lines of one group."""

    def forward(self) -> None: ...
    def backward(self) -> None: ...


def group_writer(writer: Writer, group: Group) -> GroupWriter:
    if isinstance(group, Sums):
        return SumsWriter(writer, group)
    if group.rule.variadic and len({writer.graph.sampled[i[0]] for i in group.inputs}) == 1:
        stacked = StackWriter(writer, group)
        alike = stacked.value is not None and stacked.partial is not None
        if alike and not stacked.stack.repeated():  # one row again and again is no stack
            return stacked
    return ElementwiseWriter(writer, group)


class ElementwiseWriter:
    """One rule for all rows of a group."""

    def __init__(self, writer: Writer, group: Elementwise) -> None:
        self.writer, self.group = writer, group
        self.rows = writer.layout.rows(group.outputs)
        self.inputs = [writer.layout.rows(places) for places in group.inputs]
        self.symbols = [Symbol(f"x{k}") for k in range(len(self.inputs))]

    def arguments(self) -> list[Symbol | float]:
        """The rule's inputs: symbols, and the fixed numbers among them."""
        given, fixed = iter(self.symbols), iter(self.group.fixed)
        count = len(self.inputs) + len(self.group.fixed)
        return [next(fixed) if k in self.group.rule.fixed else next(given) for k in range(count)]

    def terms(self) -> TermWriter:
        count = len(self.group.outputs)
        return TermWriter(self.env, self.writer, count, self.group.sampled)

    def forward(self) -> None:
        self.env = {f"x{k}": self.writer.read(rows) for k, rows in enumerate(self.inputs)}
        out = self.writer.view(self.rows)
        assert out is not None
        self.env["y"] = out
        self.terms().write(self.group.rule.value(SYMBOLS, *self.arguments()), out)

    def backward(self) -> None:
        writer, rule = self.writer, self.group.rule
        gradient = writer.view(self.rows, gradient=True)
        assert gradient is not None
        self.env["d"] = gradient
        partials = rule.partials(SYMBOLS, Symbol("y"), *self.arguments())
        free = [p for k, p in enumerate(partials) if k not in rule.fixed]
        terms = self.terms()
        for places, rows, partial in zip(self.group.inputs, self.inputs, free):
            flow = multiplied(partial, Symbol("d"))
            if not writer.wanted(places) or not isinstance(flow, Symbol):
                continue
            if flow.terms and rows.sampled == self.group.sampled and writer.is_new(rows):
                terms.write(flow, writer.written_to(rows))
            else:
                name = terms.write(flow, None)
                writer.accumulate(rows, name, self.group.sampled, len(places))


class StackWriter:
    """A rule of any number of inputs, all of them in one stack."""

    def __init__(self, writer: Writer, group: Elementwise) -> None:
        self.writer, self.group = writer, group
        self.height, self.count = len(group.inputs), len(group.outputs)
        symbols = [Symbol(f"x{k}") for k in range(self.height)]
        partials = group.rule.partials(SYMBOLS, Symbol("y"), *symbols)
        self.value = over_stack(group.rule.value(SYMBOLS, *symbols), self.height)
        self.partial = each_of_stack(partials, self.height)
        self.places = [place for places in group.inputs for place in places]
        self.rows = writer.layout.rows(group.outputs)
        self.stack = writer.layout.rows(self.places)

    def terms(self) -> TermWriter:
        return TermWriter(self.env, self.writer, self.count, self.group.sampled, self.height)

    def forward(self) -> None:
        out = self.writer.view(self.rows)
        assert out is not None and self.value is not None
        self.env = {"y": out}
        self.env["stack"] = self.terms().cube(self.writer.read(self.stack))
        self.terms().write(self.value, out)

    def backward(self) -> None:
        writer = self.writer
        gradient = writer.view(self.rows, gradient=True)
        assert gradient is not None and self.partial is not None
        self.env["d"] = gradient
        flow = multiplied(self.partial, Symbol("d"))
        if not writer.wanted(self.places) or not isinstance(flow, Symbol):
            return
        terms = self.terms()
        if writer.is_new(self.stack):
            terms.write(flow, terms.cube(writer.written_to(self.stack)))
        else:
            rows = self.height * self.count
            name = writer.buffer(7, rows, self.group.sampled)
            terms.write(flow, terms.cube(name))
            writer.accumulate(self.stack, name, self.group.sampled, rows)


class SumsWriter:
    """Sums of products of one shape."""

    def __init__(self, writer: Writer, group: Sums) -> None:
        self.writer, self.group = writer, group
        self.rows = writer.layout.rows(group.outputs)
        self.count = len(group.outputs)

    def forward(self) -> None:
        out = self.writer.view(self.rows)
        assert out is not None
        self.out = out
        self.begun = False
        self.read: list[tuple[str, str]] = []  # of each term or stack of terms: a and b
        if self.group.matrix is not None:
            self.forward_matrix(self.group.matrix)
            self.begun = True
        for terms in self.group.terms:
            if len(terms.a) <= SHORT:
                for factors, a, b in zip(terms.factors, terms.a, terms.b or [None] * len(terms.a)):
                    self.forward_term(factors, a, b)
            else:
                self.forward_stack(terms)
        if self.group.bias:
            self.bias_rows = self.writer.layout.rows(self.bias_places())
            even = len(self.bias_rows.numbers) < self.count
            self.add(self.writer.read(self.bias_rows), self.whole if even else self.out)

    @property
    def whole(self) -> str:
        """The result: with a matrix, its rows by all its columns."""
        if self.group.matrix is None or self.group.matrix.positions == 1:
            return self.out
        m, p = len(self.group.matrix.weights), self.group.matrix.positions
        return self.writer.named(f"{self.out}.reshape({m}, {p} * n)", "v")

    def bias_places(self) -> tuple[int, ...]:
        """One bias a row of the matrix, where it is the same at all positions."""
        matrix = self.group.matrix
        if matrix is None or matrix.positions == 1:
            return self.group.bias
        p = matrix.positions
        by_row = [self.group.bias[k : k + p] for k in range(0, self.count, p)]
        if all(len(set(row)) == 1 for row in by_row):
            return tuple(row[0] for row in by_row)
        return self.group.bias

    def add(self, name: str, out: str, sign: str = "add") -> None:
        if self.begun:
            self.writer.lines.append(f"np.{sign}({out}, {name}, out={out})")
        else:
            how = "np.copyto({0}, {1})" if sign == "add" else "np.negative({1}, out={0})"
            self.writer.lines.append(how.format(out, name))
        self.begun = True

    # The matrix

    def forward_matrix(self, matrix: Matrix) -> None:
        writer = self.writer
        writer.products += 1
        k, p = len(matrix.right), matrix.positions
        self.right_rows = writer.layout.rows([x for row in matrix.right for x in row])
        right = writer.read(self.right_rows, adjacent=p > 1)
        if p > 1:
            right = writer.named(f"{right}.reshape({k}, {p} * n)", "v")
        self.right = right
        self.weights = self.weight_matrix(matrix, "K")
        if self.weights is None:
            index = writer.array([[writer.layout.row[w] for w in row] for row in matrix.weights])
            self.weights = writer.fresh("w")
            writer.setup.append(f"{self.weights} = np.empty(({len(matrix.weights)}, {k}))")
            writer.lines.append(f'np.take(K[:, 0], {index}, out={self.weights}, mode="clip")')
            writer.gathers += 1
        writer.lines.append(f"np.matmul({self.weights}, {self.right}, out={self.whole})")

    def weight_matrix(self, matrix: Matrix, space: str) -> str | None:
        """A view of the weights, or of their gradients, where they lie evenly."""
        rows = [[self.writer.layout.row[w] for w in row] for row in matrix.weights]
        first, k = rows[0][0], len(rows[0])
        step = rows[1][0] - first if len(rows) > 1 else k
        starts = [first + j * step for j in range(len(rows))]
        even = all(row == list(range(start, start + k)) for row, start in zip(rows, starts))
        stop = first + len(rows) * step
        if not even or step < k or stop > self.writer.layout.n_others:
            return None
        view = f"{space}[{first}:{stop}].reshape({len(rows)}, {step})"
        prefix = "w" if space == "K" else "dw"
        return self.writer.named(view if step == k else f"{view}[:, :{k}]", prefix)

    def backward_matrix(self, matrix: Matrix, gradient: str) -> None:
        writer = self.writer
        m, k, p = len(matrix.weights), len(matrix.right), matrix.positions
        if p > 1:
            gradient = writer.named(f"{gradient}.reshape({m}, {p} * n)", "dv")
        weights = [w for row in matrix.weights for w in row]
        if writer.wanted(weights):
            rows = writer.layout.rows(weights)
            view = self.weight_matrix(matrix, "dK")
            touched = writer.touched[False]
            if view is not None and not any(touched[row] for row in rows.numbers):
                writer.lines.append(f"np.matmul({gradient}, {self.right}.T, out={view})")
                for row in rows.numbers:
                    touched[row] = 1
            else:
                name = writer.named(f"np.empty(({m}, {k}))", f"tw{m}_{k}_")
                writer.lines.append(f"np.matmul({gradient}, {self.right}.T, out={name})")
                writer.accumulate(rows, f"{name}.reshape({m * k}, 1)", False, m * k)
        if writer.wanted([x for row in matrix.right for x in row]):
            rows = self.right_rows
            if p == 1 and writer.is_new(rows) and not rows.repeated():
                target = writer.written_to(rows)
                writer.lines.append(f"np.matmul({self.weights}.T, {gradient}, out={target})")
            else:
                name = writer.buffer(8, k * p, True)
                flat = writer.named(f"{name}.reshape({k}, {p} * n)", "v") if p > 1 else name
                writer.lines.append(f"np.matmul({self.weights}.T, {gradient}, out={flat})")
                writer.accumulate(rows, name, True, k * p)

    # Terms

    def forward_term(
        self, factors: tuple[float, ...], a: tuple[int, ...], b: tuple[int, ...] | None
    ) -> None:
        writer, sampled = self.writer, self.group.sampled
        name_a = writer.read(writer.layout.rows(a))
        name_b = writer.read(writer.layout.rows(b)) if b else ""
        self.read.append((name_a, name_b))
        name, sign = name_a, "add"
        scratch = writer.buffer(0, self.count, sampled)
        if b:
            writer.lines.append(f"np.multiply({name_a}, {name_b}, out={scratch})")
            name = scratch
        if set(factors) == {-1.0}:
            sign = "subtract"
        elif set(factors) != {1.0}:
            writer.lines.append(f"np.multiply({name}, {self.factor(factors)}, out={scratch})")
            name = scratch
        self.add(name, self.out, sign)

    def factor(self, factors: Sequence[float]) -> str:
        return repr(factors[0]) if len(set(factors)) == 1 else self.writer.column(factors)

    def forward_stack(self, terms: Terms) -> None:
        writer, sampled = self.writer, self.group.sampled
        length, width = len(terms.a), "n" if sampled else "1"
        a_rows = writer.layout.rows([x for row in terms.a for x in row])
        name_a = writer.read(a_rows)
        name_b = ""
        if terms.b:
            name_b = writer.read(writer.layout.rows([x for row in terms.b for x in row]))
        self.read.append((name_a, name_b))
        name, scratch = name_a, writer.buffer(0, length * self.count, sampled)
        if terms.b:
            writer.lines.append(f"np.multiply({name_a}, {name_b}, out={scratch})")
            name = scratch
        flat = [f for row in terms.factors for f in row]
        if set(flat) != {1.0}:
            writer.lines.append(f"np.multiply({name}, {self.factor(flat)}, out={scratch})")
            name = scratch
        if name != scratch:  # may be fewer columns, or a single row
            writer.lines.append(f"np.copyto({scratch}, {name})")
        cube = writer.named(f"{scratch}.reshape({length}, {self.count}, {width})", "c")
        if self.begun:
            total = writer.buffer(1, self.count, sampled)
            writer.lines.append(f"np.sum({cube}, axis=0, out={total})")
            self.add(total, self.out)
        else:
            writer.lines.append(f"np.sum({cube}, axis=0, out={self.out})")
            self.begun = True

    def backward(self) -> None:
        gradient = self.writer.view(self.rows, gradient=True)
        assert gradient is not None
        if self.group.matrix is not None:
            self.backward_matrix(self.group.matrix, gradient)
        read = iter(self.read)
        for terms in self.group.terms:
            if len(terms.a) <= SHORT:
                for t in range(len(terms.a)):
                    b = terms.b[t] if terms.b else None
                    self.backward_terms(terms.factors[t], terms.a[t], b, next(read), gradient, 1)
            else:
                factors = [factor for row in terms.factors for factor in row]
                a = tuple(x for row in terms.a for x in row)
                b = tuple(x for row in terms.b for x in row) if terms.b else None
                self.backward_terms(factors, a, b, next(read), gradient, len(terms.a))
        if self.group.bias and self.writer.wanted(self.group.bias):
            rows, name, count = self.bias_rows, gradient, self.count
            if len(rows.numbers) < self.count:
                matrix = self.group.matrix
                assert matrix is not None
                count = len(matrix.weights)
                wide = f"{gradient}.reshape({count}, {matrix.positions} * n)"
                name = self.writer.named(wide, "dv")
            self.writer.accumulate(rows, name, self.group.sampled, count)

    def backward_terms(
        self,
        factors: Sequence[float],
        a: tuple[int, ...],
        b: tuple[int, ...] | None,
        read: tuple[str, str],
        gradient: str,
        length: int,
    ) -> None:
        """The gradients of one term, or of `length` stacked ones."""
        writer, sampled = self.writer, self.group.sampled
        count = length * self.count
        width = "n" if sampled else "1"
        for places, other in ((a, read[1]), (b, read[0])):
            if places is None or not writer.wanted(places):
                continue
            name = gradient
            if length > 1:
                name = writer.buffer(2, count, sampled)
                cube = writer.named(f"{name}.reshape({length}, {self.count}, {width})", "c")
                writer.lines.append(f"np.copyto({cube}, {gradient})")
            scratch = writer.buffer(2, count, sampled)
            if set(factors) != {1.0}:
                writer.lines.append(f"np.multiply({name}, {self.factor(factors)}, out={scratch})")
                name = scratch
            if b is not None:
                writer.lines.append(f"np.multiply({name}, {other}, out={scratch})")
                name = scratch
            writer.accumulate(writer.layout.rows(places), name, sampled, count)


def described(graph: Simplified, group: Group) -> str:
    """The comment above a group: where it comes from, and what it is."""
    labels = [graph.labels.get(place, "") for place in group.outputs]
    name = commonprefix(labels).rstrip(" /") if all(labels) else ""
    if name.rpartition("/")[2] not in {label.rpartition("/")[2] for label in labels}:
        name = name.rpartition("/")[0] or name  # the whole layer, not half a neuron's name
    count = len(group.outputs)
    if isinstance(group, Elementwise):
        what = f"{count} x {group.rule.name}"
    elif group.matrix is None:
        what = f"{count} sum{'s' if count > 1 else ''} of {terms_of(group)} terms"
    else:
        m = group.matrix
        columns = f", at {m.positions} positions" if m.positions > 1 else ""
        what = f"{len(m.weights)} x {len(m.right)} matrix{columns}"
    return f"{name}: {what}" if name else what


def terms_of(group: Sums) -> int:
    return len(group.bias[:1]) + sum(len(terms.a) for terms in group.terms)
