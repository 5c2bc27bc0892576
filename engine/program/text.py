"""Both representations as text, line by line; and how texts call arrays and their rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from engine.formula.style import Style, write_term
from engine.messages import shown
from engine.names import digits
from engine.program.graph import Constant, Graph, Input, Lowered, Operation, Parameter, Sum
from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Chain,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    Kernels,
    Loop,
    Matrix,
    MatrixProduct,
    Moving,
    Nodes,
    Operand,
    Pick,
    PickAdjoint,
    PlacedKernels,
    Reduction,
    Scan,
    ScatterAdd,
    Scattered,
    Slice,
    SumOfProducts,
    Sums,
    Sweep,
    Temporary,
    Terms,
    wanted_axes,
)
from engine.program.operands import outputs_of
from engine.symbols import Symbol, Term
from engine.value import Value

MOST_NAMES = 3  # of a list that is written out
Namer = Callable[[int], str]


class Entry(NamedTuple):
    """A line of text, and what it is about: the value that a node is, or the group of a kernel."""

    text: str
    value: Value | None = None
    group: int | None = None


def namer_of(graph: Lowered, names: Mapping[Value, str]) -> Namer:
    """The name of a node: that of its value; of a sum that is no value a name of its own."""

    def name(place: int) -> str:
        node, origin = graph.nodes[place], graph.origins[place]
        if isinstance(node, Constant):
            return digits(node.number)
        if origin is None:
            return f"n{place}"
        return names.get(origin) or origin.label or f"n{place}"

    return name


def lines_of_graph(graph: Lowered, names: Mapping[Value, str]) -> list[Entry]:
    """Inputs and parameters by name, then an equation for each node that is computed."""
    places = graph.needed if isinstance(graph, Graph) else range(len(graph.nodes))
    name = namer_of(graph, names)
    lines = []
    for kind, title in ((Input, "inputs"), (Parameter, "parameters")):
        leaves = [name(place) for place in places if isinstance(graph.nodes[place], kind)]
        if leaves:
            lines.append(Entry(f"{title} {', '.join(leaves)}"))
    for place in places:
        node = graph.nodes[place]
        if isinstance(node, (Operation, Sum)):
            lines.append(Entry(f"{name(place)} = {node_text(node, name)}", graph.origins[place]))
    return lines


def node_text(node: Operation | Sum, name: Namer) -> str:
    """The right side of a node's equation.

    >>> node_text(Sum(-3.0, ((-1.0, 2.0), (0, 1)), ((0.5,), (0,), (1,))), "ab".__getitem__)
    '−a + 2·b + 0.5·a·b − 3'
    """
    if isinstance(node, Sum):
        return sum_text(
            [(k, name(a)) for k, a in zip(*node.linear)]
            + [(k, f"{name(a)}·{name(b)}") for k, a, b in zip(*node.products)]
            + ([(node.constant, "")] if node.constant else [])
        )
    free, style = [Symbol(name(place)) for place in node.inputs], Style()
    inputs = [write_term(each, style) for each in node.rule.arguments(free, node.fixed)]
    return style.applied(node.rule, inputs).text


def sum_text(terms: Sequence[tuple[float, str]]) -> str:
    """The sum of numbers times terms; "" is the term of a plain number."""
    text = ""
    for factor, term in terms:
        size = digits(abs(factor))
        whole = size if not term else term if size == "1" else f"{size}·{term}"
        sign = "−" if factor < 0.0 else "+"
        text += f" {sign} {whole}" if text else whole if factor > 0.0 else f"−{whole}"
    return text or "0"


def formula_text(formula: Term, inputs: Mapping[str, str] | None = None) -> str:
    """A formula with these texts at its names."""

    def put_in(term: Term) -> Term:
        if not isinstance(term, Symbol):
            return term
        if not term.terms:
            return Symbol((inputs or {}).get(term.head, term.head))
        return Symbol(term.head, tuple([put_in(inner) for inner in term.terms]))

    return write_term(put_in(formula), Style()).text


def lines_of_forward(kernels: Kernels, names: Mapping[Value, str]) -> list[Entry]:
    name = namer_of(kernels.graph, names)
    return [Entry(kernel_text(kernel, name), group=group) for group, kernel in kernels.forward]


def lines_of_backward(kernels: Kernels, names: Mapping[Value, str]) -> list[Entry]:
    name = namer_of(kernels.graph, names)
    return [Entry(kernel_text(kernel, name), group=group) for group, kernel in kernels.backward]


def lines_of_loops(kernels: PlacedKernels, names: Mapping[Value, str]) -> list[Entry]:
    """The kernels over rows, forward and backward; those of a loop as they are at time t."""
    name = namer_of(kernels.graph, names)
    lines = []
    for group, kernel in (*kernels.forward, *kernels.backward):
        if isinstance(kernel, Loop):
            lines.append(Entry(f"for t from 0 to {kernel.times - 1}:", group=group))
            lines += [Entry(f"    {kernel_text(k, name)}", group=own) for own, k in kernel.steps]
        else:
            lines.append(Entry(kernel_text(kernel, name), group=group))
    return lines


def lines_of_rows(kernels: PlacedKernels, names: Mapping[Value, str]) -> list[Entry]:
    """Which row of S or K each node has."""
    graph, rows, name = kernels.graph, kernels.rows, namer_of(kernels.graph, names)
    placed = [place for place, row in enumerate(rows.row) if row >= 0]
    placed.sort(key=lambda place: (not graph.batched[place], rows.row[place]))
    return [
        Entry(
            f"{space_of(graph.batched[place], False)}[{rows.row[place]}]  {name(place)}",
            graph.origins[place],
        )
        for place in placed
    ]


def listed(texts: Sequence[str]) -> str:
    """One name by itself, several in brackets, many by the first and the last."""
    if len(texts) == 1:
        return texts[0]
    return f"[{', '.join(texts) if len(texts) <= MOST_NAMES else f'{texts[0]} … {texts[-1]}'}]"


def operand_text(operand: Operand, name: Namer) -> str:
    match operand:
        case Nodes(places, _, gradient):
            return ("d" if gradient else "") + listed([name(place) for place in places])
        case Temporary(number):
            return f"t{number}"
        case Slice(batched, gradient, first, stop, step):
            where = f"{first}:{stop}" if step == 1 else f"{first}:{stop}:{step}"
            return f"{space_of(batched, gradient)}[{where}]"
        case Matrix(gradient, first, step, height, width):
            rows = f"{first}:{first + width}, {first + step}:{first + step + width}"
            text = rows if height > 1 else f"{first}:{first + width}"
            return f"{space_of(False, gradient)}[{text}{', …' if height > 2 else ''}]"
        case Scattered(batched, gradient, numbers):
            return space_of(batched, gradient) + listed([str(number) for number in numbers])
        case Buffer(kind, number):
            return f"{kind}{number}"
        case Moving(Scattered() as rows, by):
            return f"{operand_text(rows, name)} + {listed([str(x) for x in by])}·t"
        case Moving(rows, (by,)):
            return f"({operand_text(rows, name)} + {by}·t)"
        case _:
            raise TypeError(f"{shown(operand)} is no operand")


def kernel_text(kernel: Kernel, name: Namer) -> str:
    """A kernel as an equation, or as a few."""

    def text(operand: Operand) -> str:
        return operand_text(operand, name)

    match kernel:
        case Elementwise(formulas, inputs, outputs):
            texts = {key: text(input) for key, input in inputs.items()}
            equations = [
                f"{text(output)} = {formula_text(formula, texts)}"
                for formula, output in zip(formulas, outputs)
            ]
            return "; ".join(equations)
        case Reduction(formula, stack, output):
            return f"{text(output)} = {formula_text(formula, {'stack': text(stack)})}"
        case SumOfProducts(output, terms, onto):
            total = sum_text([terms_text(each, text) for each in terms])
            return f"{text(output)} {'+=' if onto else '='} {total}"
        case MatrixProduct(left, right, output, transposed=transposed):
            first, second = ["ᵀ" if transposed == side else "" for side in ("left", "right")]
            return f"{text(output)} = {text(left)}{first}·{text(right)}{second}"
        case BatchedProduct(left, right, output, _, axes, factor):
            sides = [
                f"{text(side)}{'ᵀ' if own != wanted else ''}"
                for side, own, wanted in zip((left, right), axes, wanted_axes(axes))
            ]
            return f"{text(output)} = {sum_text([(factor, '·'.join(sides))])} for each sample"
        case Pick(index, table, output):
            return f"{text(output)} = {text(table)} at {text(index)}"
        case PickAdjoint(index, gradient, output):
            return f"{text(output)} = Σ {text(gradient)} at {text(index)}"
        case Scan(rule, start, others, output, down):
            which = f"{text(start)} by {text(others)}{', upward' if down else ''}"
            return f"{text(output)} = running {rule.name} from {which}"
        case Sweep(partials, gradients, edges):
            read = ", ".join(map(text, partials))
            return f"{text(gradients)} by {read}, along {len(edges)} edges"
        case Gather(source, output):
            return f"{text(output)} = {text(source)}"
        case ScatterAdd(source, target, first, repeat, _, starts):
            summed = repeat > 1 or starts or (source.batched and not target.batched)
            return f"{text(target)} {'=' if first else '+='} {'Σ ' if summed else ''}{text(source)}"
        case Clear(targets):
            return "; ".join([f"{text(target)} = 0" for target in targets])
        case Chain(links):
            first, last = [kernel_text(link, name) for link in (links[0], links[-1])]
            return f"{first}; …; {last}"
        case Sums():
            return f"{text(outputs_of(kernel)[0])} = sums of products"
        case Loop(times, steps):
            return f"{times} times: {'; '.join([kernel_text(each, name) for _, each in steps])}"


def terms_text(terms: Terms, text: Callable[[Operand], str]) -> tuple[float, str]:
    """The common factor, and the product with a Σ before it where it is summed."""
    product = "·".join([text(side) for side in terms.sides])
    if len(terms.factors) > 1:
        return 1.0, f"{'Σ ' if terms.length > 1 else ''}k·{product}"
    return terms.factors[0], f"Σ {product}" if terms.length > 1 else product


def space_of(batched: bool, gradient: bool) -> str:
    """The array in which rows of nodes lie: S or K, and dS or dK for their gradients."""
    return ("d" if gradient else "") + ("S" if batched else "K")


def array_of(operand: Operand) -> str | None:
    """The array in which the rows of an operand lie: that of nodes, or of gathered rows; None where
    it has one of its own."""
    match operand:
        case Slice(batched, gradient) | Scattered(batched, gradient):
            return space_of(batched, gradient)
        case Matrix(gradient):
            return space_of(False, gradient)
        case Buffer("g", batched=batched):
            return "G" if batched else "H"
        case _:
            return None


def further(row: int, by: int) -> str:
    """A row that moves on, as text.

    >>> further(12, -4), further(0, 4), further(12, 0)
    ('12 - 4 * t', '4 * t', '12')
    """
    if by == 0:
        return str(row)
    if row == 0 and by > 0:
        return f"{by} * t"
    return f"{row} {'+' if by > 0 else '-'} {abs(by)} * t"
