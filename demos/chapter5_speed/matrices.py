"""Why frameworks use tensors: a net written scalar by scalar, and the matrices that are in it.

It shows     a 2-3-1 net as operations on single numbers, the passes of the compiler that turn them
             into a matrix product a layer, the NumPy source, and how much faster that is
It takes     about a second
It writes    matrices.html: the graph beside the passes and the source; point at a line to see its
             nodes, at a node to see its lines. And net.py, the source as a module of its own
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from textwrap import fill
from time import perf_counter

import numpy as np

from engine import Program, Value, scope, svg, tanh
from engine.errors import written
from engine.graph import topological_order
from engine.program.layout import laid_out
from engine.program.parts import Part
from engine.program.schedule import scheduled
from engine.program.simplify import Node, Source, Sum, places_of_values, simplified
from engine.rules import CONSTANT

TEMPLATE = Path(__file__).with_suffix(".html")
N_HIDDEN = 3


def main(output: Path, *, quick: bool = False) -> None:
    """Compile the net, show every pass, and time both ways."""
    compilation = Compilation()
    passes = compilation.passes()
    for number, step in enumerate(passes, 1):
        print(fill(f"{number}. {step.title}. {step.words}", 90), end="\n\n")
        print("\n".join(f"    {line.text}" for line in step.lines), end="\n\n")
    answer = comparison(compilation.program, 200 if quick else 1000)
    print(answer)
    page = filled(picture(compilation), passes, answer)
    (output / "matrices.html").write_text(page, encoding="utf-8")
    compilation.program.save(output / "net.py")
    print(f"\nmatrices.html and net.py are in {output}")


# The net, scalar by scalar


def weights() -> list[Value]:
    """For each hidden neuron two weights and a bias, then three and one for the output."""
    hidden = [f"{name}{j}" for j in range(1, N_HIDDEN + 1) for name in ("p", "q", "b")]
    output = [*(f"u{j}" for j in range(1, N_HIDDEN + 1)), "c"]
    rng = Random(1)
    values = []
    for layer, names in (("layer 1", hidden), ("layer 2", output)):
        with scope(layer):
            values += [Value(round(rng.uniform(-1.0, 1.0), 2), name) for name in names]
    return values


def loss_of(inputs: Sequence[Value], parameters: Sequence[Value]) -> Value:
    """(output - y)², with sums written as a beginner writes them."""
    x1, x2, y = inputs
    hidden = []
    with scope("layer 1"):
        for j in range(N_HIDDEN):
            p, q, b = parameters[3 * j : 3 * j + 3]
            z = named(p * x1 + q * x2 + b, f"z{j + 1}")
            hidden.append(named(tanh(z), f"a{j + 1}"))
    *us, c = parameters[3 * N_HIDDEN :]
    with scope("layer 2"):
        total = us[0] * hidden[0]
        for u, a in zip(us[1:], hidden[1:]):
            total = total + u * a
        output = named(tanh(named(total + c, "z")), "output")
    return named(named(output - y, "error") ** 2, "loss")


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


# The passes, as lines


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and the part of the program that it is about."""

    text: str
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass of the compiler did."""

    title: str
    words: str
    lines: list[Line]


class Compilation:
    """The net, compiled, and the intermediate forms in which the passes leave it."""

    def __init__(self) -> None:
        inputs, parameters = [Value(0.5, "x1"), Value(-1.0, "x2"), Value(0.8, "y")], weights()
        self.loss = loss_of(inputs, parameters)
        self.order = topological_order([self.loss])
        self.names = names_of(self.order)
        self.program = Program(self.loss, inputs, parameters)
        self.parts = self.program.parts()
        self.part_of = part_of_values(self.order, self.parts)
        self.graph = simplified([self.loss], inputs, parameters)
        places = places_of_values([self.loss], inputs, parameters)
        self.value_at = {place: value for value, place in places.items()}

    def passes(self) -> list[Pass]:
        return [self.ordered(), self.gathered(), self.grouped(), self.placed(), self.written()]

    def line(self, text: str, value: Value) -> Line:
        return Line(text, self.part_of.get(value))

    def name_at(self, place: int) -> str:
        return self.names[self.value_at[place]]

    def ordered(self) -> Pass:
        nodes = [value for value in self.order if value.inputs]
        words = f"The graph of one sample is {len(nodes)} operations on single numbers, each after"
        lines = [self.line(equation(value, self.names), value) for value in nodes]
        return Pass("Order", f"{words} its inputs.", lines)

    def gathered(self) -> Pass:
        lines = [
            self.line(f"{self.name_at(p)} = {right_side(node, self.name_at)}", self.value_at[p])
            for p, node in enumerate(self.graph.nodes)
            if not isinstance(node, Source)
        ]
        words = f"Chains of + and products become sums of products: {len(lines)} nodes."
        return Pass("Simplify", words, lines)

    def grouped(self) -> Pass:
        known = set(self.value_at.values())
        lines = []
        for k, part in enumerate(self.parts):
            members = ", ".join(self.names[value] for value in part.values if value in known)
            lines.append(Line(f"{part.title}:  {members}", k))
        words = "What has one form and is ready at the same time is computed at once. Sums over "
        return Pass("Group", words + "the same numbers are the rows of a matrix.", lines)

    def placed(self) -> Pass:
        layout, _ = laid_out(self.graph, scheduled(self.graph))
        spaces = {place: "S" if self.graph.sampled[place] else "K" for place in self.value_at}
        lines = [
            self.line(f"{space}[{layout.row[place]}]  {self.name_at(place)}", self.value_at[place])
            for space in ("S", "K")
            for place in sorted(spaces, key=lambda place: layout.row[place])
            if spaces[place] == space
        ]
        words = (
            "Every node gets a row, and what is read together lies together. S has a column for "
            "each sample; K holds what is the same for all, so that weights and biases of layer 1 "
            f"are the {N_HIDDEN} x 3 table K[0:{3 * N_HIDDEN}]."
        )
        return Pass("Place", words, lines)

    def written(self) -> Pass:
        part_at = {number: k for k, part in enumerate(self.parts) for number in part.lines}
        source = self.program.source.splitlines()
        begin = source.index("import numpy as np") + 2
        lines = [Line(text, part_at.get(k)) for k, text in enumerate(source)][begin:]
        words = (
            "A few NumPy calls a group, forward and backward, for any number of samples. X is the "
            "batch, a row for each input; dS and dK hold the gradients of S and K."
        )
        return Pass("Source", words, lines)


def part_of_values(order: Sequence[Value], parts: Sequence[Part]) -> dict[Value, int]:
    """The number of the part that computes a value, or is the only one to use a leaf."""
    part_of = {value: k for k, part in enumerate(parts) for value in part.values}
    users: dict[Value, set[int]] = {}
    for value in order:
        for input in value.inputs:
            if not input.inputs and input.rule is not CONSTANT:
                users.setdefault(input, set()).add(part_of[value])
    return part_of | {leaf: k for leaf, (k, *others) in users.items() if not others}


def names_of(order: Sequence[Value]) -> dict[Value, str]:
    """Labels, plain numbers as they are, and r1, r2, … for what has no label."""
    names: dict[Value, str] = {}
    count = 0
    for value in order:
        if not value.label and value.rule is not CONSTANT:
            count += 1
        plain = f"{value.data:g}" if value.rule is CONSTANT else f"r{count}"
        names[value] = value.label or plain
    return names


def equation(value: Value, names: dict[Value, str]) -> str:
    assert value.rule is not None
    return f"{names[value]} = {written(value.rule, [names[input] for input in value.inputs])}"


def right_side(node: Node, name: Callable[[int], str]) -> str:
    """A node of the simplified graph as a formula."""
    if isinstance(node, Sum):
        terms = [(k, name(a)) for k, a in node.linear]
        terms += [(k, f"{name(a)}·{name(b)}") for k, a, b in node.products]
        terms += [(node.constant, "")] if node.constant else []
        text = " ".join(f"{'-' if k < 0 else '+'} {scaled(k, term)}" for k, term in terms)
        return text.removeprefix("+ ")
    assert not isinstance(node, Source)
    fixed = [f"{number:g}" for number in node.fixed]
    return written(node.rule, [*map(name, node.inputs), *fixed])


def scaled(factor: float, term: str) -> str:
    """Without its sign; "" is the term of a plain number."""
    if not term:
        return f"{abs(factor):g}"
    return term if abs(factor) == 1.0 else f"{abs(factor):g}·{term}"


# Both ways


def comparison(program: Program, n_samples: int) -> str:
    """The gradient of many samples, scalar by scalar and by the program: the same, and the time."""
    batch = np.random.default_rng(0).normal(size=(n_samples, 3))
    start = perf_counter()
    parameters = weights()
    for sample in batch.tolist():
        loss_of([Value(x) for x in sample], parameters).backward()
    gradient = np.array([p.grad for p in parameters]) / n_samples
    scalar = perf_counter() - start
    _, by_program = program.value_and_gradient(batch)
    start = perf_counter()
    for _ in range(20):
        program.value_and_gradient(batch)
    matrices = (perf_counter() - start) / 20
    difference = abs(gradient - by_program).max()
    return (
        f"The mean gradient of {n_samples:,} samples: {1e3 * scalar:.0f} ms scalar by scalar, "
        f"{1e3 * matrices:.2f} ms as matrices.\nThat is {scalar / matrices:,.0f} times faster, "
        f"and the two differ by {difference:.0e} at most: they are one computation.\n"
        "Python spends its time on each operation, not on the arithmetic in it. A tensor makes one "
        "operation of many:\nthis is why frameworks use tensors."
    )


# The page


def picture(compilation: Compilation) -> str:
    """The graph as SVG, in which each node says what part it belongs to."""

    def marked(found: re.Match[str]) -> str:
        k = compilation.part_of.get(compilation.order[int(found["node"])])
        return found[0] if k is None else f'<g data-part="{k}" {found[0].removeprefix("<g ")}'

    drawn = svg(compilation.loss, direction="TB", gradients=False, partials=False, depth=1)
    return re.sub(r'<g [^>]*class="node">\s*<title>n(?P<node>\d+)</title>', marked, drawn)


def filled(graph: str, passes: list[Pass], answer: str) -> str:
    """The page: it needs no network."""
    text = TEMPLATE.read_text(encoding="utf-8")
    sections = "\n".join(section(number, step) for number, step in enumerate(passes, 1))
    return (
        text.replace("{{GRAPH}}", graph)
        .replace("{{PASSES}}", sections)
        .replace("{{ANSWER}}", html.escape(answer))
    )


def section(number: int, step: Pass) -> str:
    lines = "".join(
        f"<span{'' if line.part is None else f' data-part={line.part}'}>"
        f"{html.escape(line.text) or ' '}</span>"
        for line in step.lines
    )
    return (
        f'<section id="{step.title.lower()}"><h2>{number}. {step.title}</h2>'
        f"<p>{html.escape(step.words)}</p><pre>{lines}</pre></section>"
    )
