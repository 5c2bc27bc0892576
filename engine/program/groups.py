"""The groups as source: one rule for many rows; and the comments above them."""

from collections.abc import Sequence
from os.path import commonprefix
from typing import Protocol

from engine.program.numpy_terms import TermWriter
from engine.program.plan import Elementwise, Group, Sums
from engine.program.simplify import Simplified
from engine.program.stacks import each_of_stack, over_stack
from engine.program.sums import SumsWriter
from engine.program.writing import Writer
from engine.symbols import SYMBOLS, Symbol, multiplied
from engine.value import Value


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
        if not writer.graph.sampled[group.outputs[0]]:  # their gradients must be complete
            writer.settle()
        if writer.wanted(group.outputs) and writer.begin_backward(group.outputs):
            writer.lines.append(comment)
            lines.backward()
            if writer.lines[-1] == comment:  # no gradient goes on from here
                writer.lines.pop()
    writer.settle()
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
                writer.accumulate(rows, name, self.group.sampled)


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
            writer.accumulate(self.stack, name, self.group.sampled)


def described(graph: Simplified, group: Group) -> str:
    """The comment above a group: where it comes from, and what it is."""
    name = common_name([graph.origins[place] for place in group.outputs])
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


def common_name(values: Sequence[Value | None]) -> str:
    """What scopes and labels begin with, up to a whole name; nothing where one has none."""
    if not all([value is not None and (value.scope or value.label) for value in values]):
        return ""
    labels = [f"{value.scope} {value.label}".strip() for value in values if value is not None]
    name = printable(commonprefix(labels)).rstrip(" /")
    if name.rpartition("/")[2] not in {printable(label).rpartition("/")[2] for label in labels}:
        name = name.rpartition("/")[0] or name  # the whole layer, not half a neuron's name
    return name


def printable(text: str) -> str:
    """The text on one line, whatever a label holds."""
    return text if text.isprintable() else "".join([c if c.isprintable() else " " for c in text])


def terms_of(group: Sums) -> int:
    return len(group.bias[:1]) + sum(len(terms.a) for terms in group.terms)
