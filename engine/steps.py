"""The forward and the backward pass, one step at a time, in words with the numbers put in."""

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from engine.formula.partials import partial_formulas
from engine.formula.style import Style
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.messages import check_kind
from engine.names import align_columns, digits, html_table, name_nodes
from engine.rules import CONSTANT
from engine.stale import refuse_stale
from engine.symbols import Symbol, Term
from engine.value import Value

S = TypeVar("S", "ForwardStep", "BackwardStep")


class Told:
    """A step, which a prompt and `print` show as its words, a notebook as its formula."""

    __slots__ = ()

    words: str
    latex: str

    def __repr__(self) -> str:
        return self.words

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


@dataclass(frozen=True, slots=True, repr=False)
class ForwardStep(Told):
    """One operation of the forward pass."""

    node: Value
    name: str
    operation: str  # "w·x", with names
    numbers: str  # "0.5·2", with numbers
    words: str  # "v₁ = w·x = 0.5·2 = 1"
    latex: str

    def cells(self) -> tuple[str, ...]:
        """What the table says of it."""
        return self.name, self.operation, self.numbers, digits(self.node.data)


@dataclass(frozen=True, slots=True, repr=False)
class BackwardStep(Told):
    """One edge of the backward pass; the first step has no edge, only the seed.

    before and after are the input's gradient: after = before + contribution, and
    contribution = partial · incoming.
    """

    node: Value  # whose gradient is passed on
    input: Value  # which receives it
    index: int  # the place of the input among the node's inputs; -1 for the seed
    name: str
    input_name: str
    partial: float  # ∂node/∂input
    partial_formula: str  # "1 − t²"
    incoming: float  # ∂output/∂node
    contribution: float
    before: float
    after: float
    words: str  # "∂L/∂a += ∂L/∂d · ∂d/∂a = −2 · −3 = 6"
    latex: str

    def cells(self) -> tuple[str, ...]:
        """What the table says of it."""
        if self.index < 0:
            return "", self.input_name, "the seed", "", "", "1"
        local = f"∂{self.name}/∂{self.input_name} = {self.partial_formula}"
        if self.partial_formula != digits(self.partial):
            local += f" = {digits(self.partial)}"
        before, after = digits(self.before), digits(self.after)
        gradient = after if self.before == 0.0 else f"{before} → {after}"
        numbers = digits(self.incoming), digits(self.contribution), gradient
        return self.name, self.input_name, local, *numbers


class Steps(list[S]):
    """The steps of a pass; a prompt and a notebook show them as a table."""

    HEAD: ClassVar[tuple[str, ...]]

    def rows(self) -> list[tuple[str, ...]]:
        return [self.HEAD, *((str(k), *step.cells()) for k, step in enumerate(self, 1))]

    def __str__(self) -> str:
        return align_columns(self.rows())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.rows())


class ForwardSteps(Steps[ForwardStep]):
    """The steps of a forward pass."""

    HEAD = ("step", "node", "operation", "with numbers", "value")


class BackwardSteps(Steps[BackwardStep]):
    """The steps of a backward pass."""

    HEAD = ("step", "from", "to", "local derivative", "incoming", "contribution", "gradient")


def forward_steps(output: Value) -> ForwardSteps:
    """One step for each operation that leads to the output, in the order of computation.

    >>> w, x = Value(0.5, "w"), Value(2.0, "x")
    >>> print(forward_steps((w * x).tanh())[0].words)
    v₁ = w·x = 0.5·2 = 1
    """
    check_kind(output, Value, where="forward_steps")
    order = topological_order((output,))
    refuse_stale(order)
    names = name_nodes(order)
    return ForwardSteps(forward_step(node, names) for node in order if node.inputs)


def forward_step(node: Value, names: dict[Value, str]) -> ForwardStep:
    operation, numbers, words = write_operation(node, names, find_style("text"))
    _, _, latex = write_operation(node, names, find_style("latex"))
    return ForwardStep(node, names[node], operation, numbers, words, latex)


def write_operation(node: Value, names: dict[Value, str], style: Style) -> tuple[str, str, str]:
    """("w·x", "0.5·2", "v₁ = w·x = 0.5·2 = 1"): with names, with numbers, and all of it."""
    assert node.rule is not None
    numbers = [style.number(input.data) for input in node.inputs]
    named = [
        number if input.rule is CONSTANT else style.name(names[input])
        for input, number in zip(node.inputs, numbers)
    ]
    with_names = style.applied(node.rule, named).text
    with_numbers = style.applied(node.rule, numbers).text
    result = style.number(node.data).text
    parts = dict.fromkeys([with_names, with_numbers, result])  # −2 = −2 is said once
    return with_names, with_numbers, " = ".join([style.name(names[node]).text, *parts])


def backward_steps(output: Value) -> BackwardSteps:
    """One step for each edge, in the order in which `backward()` goes, after the seed ∂L/∂L = 1.

    Every gradient starts at 0 here, whatever the nodes hold, and nothing is changed. Constants are
    left out: nobody asks for their gradient. Rumelhart, Hinton and Williams (1986).

    >>> a, b = Value(-2.0, "a"), Value(3.0, "b")
    >>> d = a * b
    >>> d.label = "d"
    >>> print(backward_steps(d)[1].words)
    ∂d/∂a += ∂d/∂d · ∂d/∂a = 1 · 3 = 3
    """
    check_kind(output, Value, where="backward_steps")
    order = topological_order((output,))
    refuse_stale(order)
    names = name_nodes(order)
    gradients = dict.fromkeys(order, 0.0)
    gradients[output] = 1.0
    steps = BackwardSteps([seed_step(output, names[output])])
    for node in reversed(order):
        formulas = local_formulas(node, names)
        for index, (input, partial) in enumerate(zip(node.inputs, node.partials)):
            before, incoming = gradients[input], gradients[node]
            contribution = partial * incoming
            gradients[input] = before + contribution
            if input.rule is not CONSTANT:
                words, latex = write_contribution(output, node, index, names, incoming)
                step = BackwardStep(
                    node,
                    input,
                    index,
                    names[node],
                    names[input],
                    partial,
                    formulas[index],
                    incoming,
                    contribution,
                    before,
                    gradients[input],
                    words,
                    latex,
                )
                steps.append(step)
    return steps


def seed_step(output: Value, name: str) -> BackwardStep:
    words = f"∂{name}/∂{name} = 1"
    latex = f"{derivative_latex(name, name)} = 1"
    return BackwardStep(output, output, -1, name, name, 1.0, "1", 1.0, 1.0, 0.0, 1.0, words, latex)


def write_contribution(
    output: Value, node: Value, index: int, names: dict[Value, str], incoming: float
) -> tuple[str, str]:
    """What flows along one edge, in words and in LaTeX."""
    partial = node.partials[index]
    top, name, input_name = names[output], names[node], names[node.inputs[index]]
    numbers = [incoming, partial, partial * incoming]
    flowing, local, result = map(digits, numbers)
    words = f"∂{top}/∂{input_name} += ∂{top}/∂{name} · ∂{name}/∂{input_name}"
    words += f" = {flowing} · {local} = {result}"
    style = find_style("latex")
    factors = style.product([style.number(number) for number in numbers[:2]]).text
    latex = f"{derivative_latex(top, input_name)} \\mathrel{{+}}= "
    latex += f"{derivative_latex(top, name)} \\cdot {derivative_latex(name, input_name)} = "
    return words, latex + f"{factors} = {style.number(numbers[2]).text}"


def local_formulas(node: Value, names: dict[Value, str]) -> list[str]:
    """The rule's derivative along each input, with the names of this graph put in."""
    if node.rule is None or not node.inputs:
        return []
    inputs: list[Term] = [
        input.data if input.rule is CONSTANT else Symbol(names[input]) for input in node.inputs
    ]
    return partial_formulas(node.rule, inputs, names[node])


def derivative_latex(top: str, bottom: str) -> str:
    style = find_style("latex")
    return rf"\frac{{\partial {style.name(top).text}}}{{\partial {style.name(bottom).text}}}"
