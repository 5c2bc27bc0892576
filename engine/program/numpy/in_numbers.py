"""A loop in plain numbers, for a batch of one sample: where few numbers are computed at a time, a
call of NumPy takes longer than Python's own arithmetic with them."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from engine.languages import NoFunction, in_native_terms, summed
from engine.program.kernels import (
    Elementwise,
    Gather,
    Kernel,
    Loop,
    MatrixProduct,
    Operand,
    ScatterAdd,
    SumOfProducts,
    Terms,
)
from engine.program.numpy.python_text import PythonText, is_native
from engine.program.operands import at_time, inputs_of, moved_by, outputs_of, row_numbers
from engine.program.reductions import STACK
from engine.program.text import array_of
from engine.symbols import Symbol, Term

MOST_READ = 12  # numbers, by a kernel of a loop on average
LISTS = {"S": "s", "dS": "ds", "K": "k", "dK": "dk", "G": "g", "H": "h"}
Namer = Callable[[Operand], str]


def loop_in_numbers(loop: Loop, name: Namer) -> list[str]:
    """The lines of a function that computes what a loop does with arrays; none where that would be
    slower, or Python lacks what a kernel computes."""
    kernels = [kernel for _, kernel in loop.steps]
    read = sum(map(numbers_read, kernels))
    if read > MOST_READ * len(kernels) or not all(map(is_plain, kernels)):
        return []
    writer = NumbersWriter(loop, name)
    if writer.size() > loop.times * read:  # to copy them would take longer
        return []
    try:
        for kernel in kernels:
            KINDS[type(kernel)](writer, kernel)
    except NoFunction:
        return []
    return writer.function()


def is_plain(kernel: Kernel) -> bool:
    """Whether it is of a kind that is written: without a stack, or rows that stand for several."""
    match kernel:
        case Elementwise(inputs=inputs):
            return STACK.head not in inputs
        case SumOfProducts(terms=terms):
            return all([each.repeat == 1 for each in terms])
        case Gather(width=width):
            return width == 0
        case ScatterAdd(repeat=repeat):
            return repeat == 1
        case _:
            return isinstance(kernel, MatrixProduct)


def numbers_read(kernel: Kernel) -> int:
    match kernel:
        case MatrixProduct(m=m, k=k, p=p):
            return 2 * m * k * p
        case SumOfProducts(output, terms):
            return sum([each.length * len(each.sides) for each in terms]) * output.rows
        case Elementwise(_, inputs, outputs):
            return len(inputs) * sum([output.rows for output in outputs])
        case _:
            return sum([operand.rows for operand in inputs_of(kernel)])


class NumbersWriter:
    """Writes kernels as statements over lists, each with the rows of an array that a loop needs."""

    def __init__(self, loop: Loop, name: Namer) -> None:
        self.loop, self.name = loop, name
        self.lines: list[str] = []
        self.spans: dict[str, tuple[int, int]] = {}  # of the rows, by their array
        self.written: dict[str, None] = {}
        self.distances: dict[int, str] = {}  # by which rows move, and the name of how far
        for _, kernel in loop.steps:
            for operand in (*inputs_of(kernel), *outputs_of(kernel)):
                self.add_span(operand)

    def add_span(self, operand: Operand) -> None:
        for time in (0, self.loop.times - 1):
            array, rows = self.located(at_time(operand, time))
            first, stop = self.spans.get(array, (min(rows), 0))
            self.spans[array] = min(first, *rows), max(stop, 1 + max(rows))

    def located(self, operand: Operand) -> tuple[str, Sequence[int]]:
        """The array that an operand is in, and its rows."""
        return array_of(operand) or self.name(operand), row_numbers(operand)

    def size(self) -> int:
        """How many numbers the lists hold."""
        return sum([stop - first for first, stop in self.spans.values()])

    def numbers(self, operand: Operand) -> list[str]:
        """Each number of an operand, as an entry of a list at the time of the loop."""
        array, rows = self.located(at_time(operand, 0))
        by = moved_by(operand)
        first, _ = self.spans[array]
        return [self.entry(array, row - first, by[k % len(by)]) for k, row in enumerate(rows)]

    def entry(self, array: str, at: int, by: int) -> str:
        if by:
            far = self.distances.setdefault(by, "t" if by == 1 else f"t{by}".replace("-", "_"))
            return f"{list_of(array)}[{far} + {at}]" if at else f"{list_of(array)}[{far}]"
        return f"{list_of(array)}[{at}]"

    def outputs(self, operand: Operand) -> list[str]:
        """The same of what is written."""
        self.written[self.located(at_time(operand, 0))[0]] = None
        return self.numbers(operand)

    def function(self) -> list[str]:
        """The body: lists, the loop over them, and which arrays are to take what was written."""
        columns = {array: column_of(array, *span) for array, span in self.spans.items()}
        lists = [f"{list_of(array)} = {column}.tolist()" for array, column in columns.items()]
        times = self.loop.times
        ranges = ", ".join([f"range(0, {by * times}, {by})" for by in self.distances])
        names, several = ", ".join(self.distances.values()), len(self.distances) > 1
        body = [f"    {line}" for line in self.lines]
        head = f"for {names} in {f'zip({ranges})' if several else ranges}:"
        pairs = ", ".join([f"({columns[array]}, {list_of(array)})" for array in self.written])
        return [*lists, head, *body, f"return [{pairs}]"]


def column_of(array: str, first: int, stop: int) -> str:
    """The numbers of one sample in these rows; a matrix has a shape of its own."""
    if array in LISTS:
        return f"{array}[{first}:{stop}, 0]"
    return f"{array}.ravel()" if array.startswith("w") else f"{array}[:, 0]"


def list_of(array: str) -> str:
    """The name of the list of an array's rows."""
    return LISTS.get(array, f"{array}_")


def elementwise(writer: NumbersWriter, kernel: Elementwise) -> None:
    formulas = in_native_terms(kernel.formulas, is_native)
    inputs: dict[Term, list[str]] = {
        Symbol(name): writer.numbers(operand) for name, operand in kernel.inputs.items()
    }
    for formula, output in zip(formulas, kernel.outputs):
        for row, number in enumerate(writer.outputs(output)):
            read = {name: numbers[row % len(numbers)] for name, numbers in inputs.items()}
            text = PythonText(read, [formula])
            last = f"{number} = {text.whole(formula)}"
            writer.lines += [*text.lines, last]


def sum_of_products(writer: NumbersWriter, kernel: SumOfProducts) -> None:
    sides = [[writer.numbers(side) for side in terms.sides] for terms in kernel.terms]
    count = kernel.output.rows
    for row, number in enumerate(writer.outputs(kernel.output)):
        summands = [
            sum_of_terms(terms, read, range(row, terms.length * count, count))
            for terms, read in zip(kernel.terms, sides)
        ]
        total = summed([number, *summands] if kernel.onto else summands)
        writer.lines.append(f"{number} = {total}")


def sum_of_terms(terms: Terms, sides: Sequence[Sequence[str]], rows: Sequence[int]) -> str:
    """What terms add to one row of a sum, from these rows of the sides."""
    (factor, *several) = terms.factors
    products = []
    for row in rows:
        factors = [side[row % len(side)] for side in sides]
        factors += [repr(terms.factors[row])] if several else []
        products.append(" * ".join(factors))
    total = summed(products)
    if several or factor == 1.0:
        return f"({total})" if len(products) > 1 else total
    whole = total if len(products) == len(sides) == 1 else f"({total})"
    return f"-{whole}" if factor == -1.0 else f"{factor!r} * {whole}"


def matrix_product(writer: NumbersWriter, kernel: MatrixProduct) -> None:
    """Positions are columns of the right side and of the output."""
    m, k, p = kernel.m, kernel.k, kernel.p
    left, right = writer.numbers(kernel.left), writer.numbers(kernel.right)
    first, stop = kernel.columns or (0, k)
    match kernel.transposed:
        case "":
            rows = [[(i * k + t, t * p + j) for t in range(k)] for i in range(m) for j in range(p)]
        case "right":
            rows = [[(i * p + j, t * p + j) for j in range(p)] for i in range(m) for t in range(k)]
        case "left":
            columns = range(first, stop)
            rows = [[(i * k + t, i * p + j) for i in range(m)] for t in columns for j in range(p)]
    for number, pairs in zip(writer.outputs(kernel.output), rows, strict=True):
        total = " + ".join([f"{left[a]} * {right[b]}" for a, b in pairs])
        writer.lines.append(f"{number} = {total}")


def gather(writer: NumbersWriter, kernel: Gather) -> None:
    pairs = zip(writer.outputs(kernel.output), writer.numbers(kernel.source), strict=True)
    writer.lines += [f"{number} = {other}" for number, other in pairs]


def scatter_add(writer: NumbersWriter, kernel: ScatterAdd) -> None:
    """Several rows of the source go to one where a segment has several."""
    source = writer.numbers(kernel.source)
    ordered = [source[k] for k in kernel.order] if kernel.order else source
    ends = [*(kernel.starts or range(len(ordered))), len(ordered)]
    totals = [summed(ordered[first:stop]) for first, stop in pairwise(ends)]
    sign = "=" if kernel.first else "+="
    for row, number in enumerate(writer.outputs(kernel.target)):
        writer.lines.append(f"{number} {sign} {totals[row % len(totals)]}")


KINDS: dict[type[Kernel], Callable[[NumbersWriter, Any], None]] = {
    Elementwise: elementwise,
    SumOfProducts: sum_of_products,
    MatrixProduct: matrix_product,
    Gather: gather,
    ScatterAdd: scatter_add,
}
