"""Why frameworks use tensors: a net written scalar by scalar, and the matrices that are in it.

It shows     a 2-3-1 net as operations on single numbers, the passes of the compiler that turn them
             into a matrix product a layer, the NumPy source, and how much faster that is
It takes     about a second
It writes    matrices.html: the graph beside the passes, the matrices with the name of every weight,
             and the source; point at a line to see its nodes, at a node to see its lines. And
             net.py, the source as a module of its own
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from textwrap import fill, indent
from time import perf_counter

import numpy as np

from demos.helpers.products import Product, products_of
from engine import Program, Value, scope, svg, tanh
from engine.drawing.rendering import render_svg
from engine.files import write_file
from engine.graph import topological_order
from engine.names import name_nodes
from engine.program.lower import Traced
from engine.program.parts import Part
from engine.program.pipeline import PASSES, compiled
from engine.program.text import Entry
from engine.rules import CONSTANT

TEMPLATE = Path(__file__).with_suffix(".html")
N_HIDDEN = 3


def main(output: Path, *, quick: bool = False) -> None:
    """Compile the net, show every pass, and time both ways."""
    compilation = Compilation()
    sections = compilation.sections()
    for number, step in enumerate(sections, 1):
        print(fill(f"{number}. {step.title}. {step.words}", 90), end="\n\n")
        if step.lines:
            print("\n".join(f"    {line.text}" for line in step.lines), end="\n\n")
        for product in step.products:
            print(indent(product.text(), "    "), end="\n\n")
    answer = comparison(compilation.program, 200 if quick else 1000)
    print(answer)
    page = filled(picture(compilation), sections, answer)
    write_file(output / "matrices.html", page)
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
class Shown:
    """A line of text, and the part of the program that it is about."""

    text: str
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What one pass of the compiler did, or the source that comes out in the end."""

    title: str
    words: str
    lines: list[Shown]
    products: Sequence[Product] = ()  # with the name of every entry


NOTHING = "It finds nothing to do here, and all stays as it was."
SOURCE = (
    "A few NumPy calls a kernel, forward and backward, for any number of samples. X is the batch, "
    "a row for each input; dS and dK hold the gradients of S and K."
)


class Compilation:
    """The net, compiled, and the intermediate forms in which the passes leave it."""

    def __init__(self) -> None:
        inputs, parameters = [Value(0.5, "x1"), Value(-1.0, "x2"), Value(0.8, "y")], weights()
        self.loss = loss_of(inputs, parameters)
        self.order = topological_order([self.loss])
        self.names = name_nodes(self.order)
        self.program = Program(self.loss, inputs, parameters)
        self.parts = self.program.parts()
        self.part_of = part_of_values(self.order, self.parts)
        self.results = compiled(Traced([self.loss], inputs, parameters))
        self.products = list(products_of(self.results["matrices"], self.names))

    def sections(self) -> list[Section]:
        """One for each pass of the compiler, in its words, and one for the source. What a pass
        leaves as it was is not shown again."""
        sections, before = list[Section](), list[Shown]()
        for each in PASSES:
            result = self.results[each.name]
            words = f"{each.does}: {each.summary(result)}."
            lines = [self.shown(line) for line in each.show(result, self.names)]
            if lines == before:
                sections.append(Section(each.name.capitalize(), f"{words} {NOTHING}", []))
                continue
            found = self.products if each.name == "matrices" else ()
            sections.append(Section(each.name.capitalize(), words, lines, found))
            before = lines
        return [*sections, Section("Source", SOURCE, self.source())]

    def shown(self, line: Entry) -> Shown:
        part = line.group if line.value is None else self.part_of.get(line.value)
        return Shown(line.text, part)

    def source(self) -> list[Shown]:
        part_at = {number: k for k, part in enumerate(self.parts) for number in part.lines}
        source = self.program.source.splitlines()
        begin = source.index("import numpy as np") + 2
        return [Shown(text, part_at.get(k)) for k, text in enumerate(source)][begin:]


def part_of_values(order: Sequence[Value], parts: Sequence[Part]) -> dict[Value, int]:
    """The number of the part that computes a value, or is the only one to use a leaf."""
    part_of = {value: k for k, part in enumerate(parts) for value in part.values}
    users: dict[Value, set[int]] = {}
    for value in order:
        for input in value.inputs:
            if not input.inputs and input.rule is not CONSTANT:
                users.setdefault(input, set()).add(part_of[value])
    return part_of | {leaf: k for leaf, (k, *others) in users.items() if not others}


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
        "Python spends its time on each operation, not on the arithmetic in it. A tensor makes\n"
        "one operation of many: this is why frameworks use tensors."
    )


# The page


def picture(compilation: Compilation) -> str:
    """The graph as SVG, in which each node says what part it belongs to."""

    def marked(found: re.Match[str]) -> str:
        k = compilation.part_of.get(compilation.order[int(found["node"])])
        return found[0] if k is None else f'<g data-part="{k}" {found[0].removeprefix("<g ")}'

    drawn = svg(compilation.loss, direction="TB", gradients=False, partials=False, depth=1)
    return re.sub(r'<g [^>]*class="node">\s*<title>n(?P<node>\d+)</title>', marked, drawn)


def filled(graph: str, sections: list[Section], answer: str) -> str:
    """The page: it needs no network."""
    text = TEMPLATE.read_text(encoding="utf-8")
    written = "\n".join(section(number, step) for number, step in enumerate(sections, 1))
    links = "".join(f'<a href="#{step.title.lower()}">{step.title}</a>' for step in sections)
    return (
        text.replace("{{LINKS}}", links)
        .replace("{{GRAPH}}", graph)
        .replace("{{PASSES}}", written)
        .replace("{{ANSWER}}", html.escape(answer))
    )


def section(number: int, step: Section) -> str:
    lines = "".join(
        f"<span{'' if line.part is None else f' data-part={line.part}'}>"
        f"{html.escape(line.text).replace('⁾', '⁾&NoBreak;') or ' '}</span>"
        for line in step.lines
    )
    grids = "".join(
        f'<div class="grids" data-part={product.part}>{render_svg(product.picture())}</div>'
        for product in step.products
    )
    text = f"<pre>{lines}</pre>" if lines else ""
    return (
        f'<section id="{step.title.lower()}"><h2>{number}. {step.title}</h2>'
        f"<p>{html.escape(step.words)}</p>{text}{grids}</section>"
    )
