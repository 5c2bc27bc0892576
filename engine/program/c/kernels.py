"""The kernels as calls of C functions: one function here for each kind."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Any

from engine.languages import in_native_terms, summed
from engine.program.c.formulas import FormulaText, is_native, reductions_in
from engine.program.c.native import OVER_STACK
from engine.program.c.writer import Function, RowsOf, Writer
from engine.program.kernels import (
    BatchedProduct,
    Clear,
    Elementwise,
    Gather,
    Matrix,
    MatrixProduct,
    Operand,
    Pick,
    PickAdjoint,
    Reduction,
    Scan,
    ScatterAdd,
    Slice,
    SumOfProducts,
    Sweep,
    Terms,
    wanted_axes,
)
from engine.program.lines import Kinds
from engine.program.operands import at_start
from engine.program.reductions import OVER, STACK, is_stacked
from engine.rules import CHOOSE
from engine.symbols import Symbol, Term, names_in


def adds(operand: Operand) -> bool:
    """Whether all that is written there is added: gradients of what is the same for all samples
    begin at 0."""
    at = at_start(operand)
    return not at.batched and isinstance(at, (Slice, Matrix)) and at.gradient


def elementwise(writer: Writer, kernel: Elementwise) -> None:
    rows = kernel.outputs[0].rows
    if STACK.head in kernel.inputs and is_stacked(kernel.formulas[0]):
        rows //= kernel.height
    name = kernel.rule.name if kernel.rule else "partials"
    if kernel.rule is CHOOSE and writer.blocks:
        check_index(writer, kernel.inputs["x0"], len(kernel.inputs) - 1)
    write_formulas(
        writer, name, kernel.formulas, kernel.inputs, kernel.outputs, rows, kernel.height
    )


def reduction(writer: Writer, kernel: Reduction) -> None:
    output, inputs = kernel.output, {STACK.head: kernel.stack}
    name = kernel.rule.name
    write_formulas(writer, name, [kernel.formula], inputs, [output], output.rows, kernel.height)


def write_formulas(
    writer: Writer,
    name: str,
    formulas: Sequence[Term],
    inputs: Any,
    outputs: Sequence[Operand],
    rows: int,
    height: int,
) -> None:
    """A loop over rows: first what is reduced over the stack, then what has one number for each
    row, then what has one for each of the stack."""
    formulas = in_native_terms(formulas, is_native)
    used = names_in(formulas)
    inputs = {key: operand for key, operand in inputs.items() if key in used}
    function = Function(writer, name, outputs[0])
    n_rows = function.parameter("int rows", rows)
    stack_height = function.parameter("int height", height) if STACK.head in inputs else ""
    read = {key: function.rows(key, operand) for key, operand in inputs.items()}
    written = [function.rows(f"out{k}", output, written=True) for k, output in enumerate(outputs)]
    texts: dict[Term, str] = {Symbol(key): row.element for key, row in read.items()}
    single = [(f, out) for f, out in zip(formulas, written) if not is_stacked(f)]
    stacked = [(f, out) for f, out in zip(formulas, written) if is_stacked(f)]

    @contextmanager
    def over_the_stack() -> Iterator[None]:
        with function.loop("h", stack_height):
            read[STACK.head].at("h * rows + r")
            yield

    with function.loop("r", n_rows):
        for row in [row for key, row in read.items() if key != STACK.head]:
            row.at("r")
        for k, term in enumerate(reductions_in(formulas)):
            texts[term] = write_total(function, texts, term, f"total{k}", over_the_stack)
        if single:
            for _, out in single:
                out.at("r")
            write_samples(function, texts, single)
        if stacked:
            with over_the_stack():
                for _, out in stacked:
                    out.at("h * rows + r")
                write_samples(function, texts, stacked)
    writer.call(function)


def write_total(
    function: Function,
    texts: dict[Term, str],
    term: Symbol,
    name: str,
    over_the_stack: Callable[[], AbstractContextManager[None]],
) -> str:
    """The loop that reduces over the stack; what is found, as an expression."""
    total = f"{name}[s]" if function.blocks else name
    join, start = OVER_STACK[term.head.removeprefix(OVER)]
    function.line(f"double {name}[SAMPLES];" if function.blocks else f"double {name};")
    function.over_samples(f"{total} = {start};")
    each = FormulaText(texts, term.terms, fast=function.blocks)
    text = each.text(term.terms[0])
    if each.far:  # libm's are right however far
        each = FormulaText(texts, term.terms, fast=False)
        text = each.text(term.terms[0])
    with over_the_stack():
        function.over_samples(*each.lines, f"{total} = {join.format(total, text)};")
    return total


def write_samples(
    function: Function, texts: dict[Term, str], chosen: Sequence[tuple[Term, RowsOf]]
) -> None:
    """The loop over samples; again with libm's functions where one is out of reach of the fast."""
    formulas = [formula for formula, _ in chosen]

    def lines(text: FormulaText) -> list[str]:
        sign = {out: "+=" if adds(out.operand) else "=" for _, out in chosen}
        last = [f"{out.element} {sign[out]} {text.whole(formula)};" for formula, out in chosen]
        return [*text.lines, *last]

    fast = FormulaText(texts, formulas, fast=function.blocks)
    whole = lines(fast)
    if fast.far:
        function.line("int far = 0;")
        tests = [f"far |= !(fabs({argument}) < FAR);" for argument in dict.fromkeys(fast.far)]
        function.over_samples(*whole[: -len(chosen)], *tests, *whole[-len(chosen) :])
        function.line("if (far)")
        function.depth += 1
        function.over_samples(*lines(FormulaText(texts, formulas, fast=False)))
        function.depth -= 1
    else:
        function.over_samples(*whole)


def sum_of_products(writer: Writer, kernel: SumOfProducts) -> None:
    output = kernel.output
    function = Function(writer, "sum", output)
    rows = function.parameter("int rows", output.rows)
    out = function.rows("out", output, written=True)
    short = [terms for terms in kernel.terms if terms.length == 1]
    long = [terms for terms in kernel.terms if terms.length > 1]
    onto, names = kernel.onto or adds(output), count()
    with function.loop("r", rows):
        out.at("r")
        sides = [side_rows(function, terms, output.rows, names) for terms in short]
        summands = [product(function, terms, each, "r") for terms, each in zip(short, sides)]
        if summands or not onto:
            total = summed(summands) or "0.0"
            sign = "+=" if onto else "="
            function.over_samples(f"{out.element} {sign} {total};")
        for terms in long:
            length = function.parameter(f"int length{next(names)}", terms.length)
            with function.loop("t", length):
                each = side_rows(function, terms, output.rows, names)
                summand = product(function, terms, each, "t * rows + r")
                function.over_samples(f"{out.element} += {summand};")
    writer.call(function)


def side_rows(function: Function, terms: Terms, n_rows: int, names: Any) -> list[RowsOf]:
    """The sides of a product, each at the row that it has for this output and this t."""
    found = []
    for side in terms.sides:
        row = function.rows(f"x{next(names)}", side)
        index = "r" if terms.length == 1 else "t * rows + r"
        if terms.repeat > 1:
            repeat = function.parameter(f"int repeat{next(names)}", terms.repeat)
            index = f"({index}) / {repeat}"
        if 1 < side.rows < terms.length * n_rows:
            size = function.parameter(f"int {row.name}_rows_in_all", side.rows)
            index = f"({index}) % {size}"
        row.at(index)
        found.append(row)
    return found


def product(function: Function, terms: Terms, sides: Sequence[RowsOf], row: str) -> str:
    texts = [side.element for side in sides]
    (factor, *several) = terms.factors
    if several:
        numbers = function.writer.array("double", "factors", terms.factors)
        whole = function.parameter(f"const double *factors{len(function.parameters)}", numbers)
        texts.append(f"{whole}[{row}]")
    elif factor == -1.0:
        texts[0] = f"-{texts[0]}"
    elif factor != 1.0:
        texts.append(function.parameter(f"double factor{len(function.parameters)}", repr(factor)))
    return " * ".join(texts)


def matrix_product(writer: Writer, kernel: MatrixProduct) -> None:
    m, k, p = kernel.m, kernel.k, kernel.p
    left, right, output = kernel.left, kernel.right, kernel.output
    first, stop = kernel.columns or (0, k)
    if kernel.transposed == "right":
        sides = [*pointer_and_step(writer, left), *columns(writer, right)]
        to = writer.pointer(output), width_of(output, k)
        writer.call_of_library("outer_product", False, "m->samples", m, k, p, *sides, *to)
        return
    a, down = writer.pointer(left), width_of(left, k)
    sides = [*pointer_and_step(writer, right), *pointer_and_step(writer, output)]
    if kernel.transposed:
        a = f"{a} + {first}" if first else a
        writer.call_of_library("matrix_product", True, stop - first, m, p, a, 1, down, *sides)
    else:
        writer.call_of_library("matrix_product", True, m, k, p, a, down, 1, *sides)


def width_of(matrix: Operand, k: int) -> int:
    """How far the rows of a matrix are apart."""
    at = at_start(matrix)
    return at.step if isinstance(at, Matrix) else k


def pointer_and_step(writer: Writer, operand: Operand) -> tuple[str, str]:
    """Where rows begin, and how far they are apart."""
    at = at_start(operand)
    step = at.step if isinstance(at, Slice) else 1
    if not writer.blocks:
        return writer.pointer(operand), str(step)
    return writer.pointer(operand), "SAMPLES" if step == 1 else f"{step} * SAMPLES"


def columns(writer: Writer, operand: Operand) -> tuple[str, str, str]:
    """Where rows begin, how far they are apart, and the samples of a row; inputs lie in the batch
    as they are."""
    match operand:
        case Slice(True, False, first, stop, step) if stop <= writer.n_inputs:
            return writer.place("batch", first, False), str(step), str(writer.n_inputs)
    return *pointer_and_step(writer, operand), "1"


def batched_product(writer: Writer, kernel: BatchedProduct) -> None:
    sizes, row, column = kernel.sizes, kernel.axes[2][0], kernel.axes[2][1]
    wanted = wanted_axes(kernel.axes)
    summed = wanted[0][1]
    left = strides(kernel.axes[0], row, summed, sizes)
    right = strides(kernel.axes[1], column, summed, sizes)
    counts = sizes["b"], sizes[row], sizes[summed], sizes[column]
    u, v, y = [writer.pointer(x) for x in (kernel.left, kernel.right, kernel.output)]
    arguments = [*counts, repr(kernel.factor), u, *left, v, *right, y]
    if writer.blocks:
        arguments.append("SAMPLES")  # how far rows are apart
    writer.call_of_library("batched_product", True, *arguments)


def strides(axes: str, first: str, second: str, sizes: Any) -> tuple[int, int]:
    """How far one goes along two axes of a matrix."""
    return (sizes[second], 1) if axes == first + second else (1, sizes[first])


def pick(writer: Writer, kernel: Pick) -> None:
    """What is no index gives what is not finite; in blocks it is refused, whatever comes of it."""
    function = Function(writer, "pick", kernel.output)
    look_up(function, kernel, kernel.table, kernel.output)
    writer.call(function)


def pick_adjoint(writer: Writer, kernel: PickAdjoint) -> None:
    """What comes to a table that all samples share is added up over them; it begins at 0."""
    function = Function(writer, "add_at", kernel.gradient)
    if kernel.output.batched:
        out = function.rows("all", kernel.output, written=True)
        with function.loop("r", function.parameter("int rows", kernel.output.rows)):
            out.at("r")
            function.over_samples(f"{out.element} = 0.0;")
    look_up(function, kernel, kernel.output, kernel.gradient)
    writer.call(function)


def look_up(function: Function, kernel: Pick | PickAdjoint, table: Operand, other: Operand) -> None:
    """Loops over lookups, the numbers of each, and samples: the table is read, or added to."""
    writer, lookups, reads = function.writer, kernel.at.rows, isinstance(kernel, Pick)
    count = function.parameter("int lookups", lookups)
    size = function.parameter("int size", other.rows // lookups)
    height = function.parameter("int height", kernel.height)
    kind = "const double" if reads else "double"
    entries = function.parameter(f"{kind} *table", writer.pointer(table))
    index = function.rows("index", kernel.at)
    row = function.rows("x", other, written=reads)
    refuses = reads and writer.blocks
    wrong = function.parameter("int *wrong", "&m->wrong") if refuses else ""
    at = f"k * {count} + t" if table.batched else f"k * {size} + d"
    if writer.blocks and table.batched:
        at = f"({at}) * SAMPLES + s"
    with function.loop("t", count):
        index.at("t")
        with function.loop("d", size):
            row.at(f"t * {size} + d")
            with function.loop("s", "width") if writer.blocks else function.block():
                i = index.element
                function.line(f"int k = {is_index(i, height)} ? (int){i} : -1;")
                if refuses:
                    function.line(f"*{wrong} |= k < 0;")
                if reads:
                    function.line(f"{row.element} = k < 0 ? (double)NAN : {entries}[{at}];")
                else:
                    function.line(f"if (k >= 0) {entries}[{at}] += {row.element};")


def check_index(writer: Writer, at: Operand, n_numbers: int) -> None:
    """The formula of `choose` makes nan of what is no index, which `where` may hide: refuse it."""
    function = Function(writer, "check_index", at)
    count = function.parameter("int rows", at.rows)
    height = function.parameter("int height", n_numbers)
    index = function.rows("index", at)
    wrong = function.parameter("int *wrong", "&m->wrong")
    with function.loop("r", count):
        index.at("r")
        function.over_samples(f"*{wrong} |= !({is_index(index.element, height)});")
    writer.call(function)


def is_index(x: str, height: str) -> str:
    """The test, in C, of whether a number is a whole one from 0 on and below the height."""
    return f"{x} >= 0.0 && {x} < {height} && {x} == (int){x}"


def scan(writer: Writer, kernel: Scan) -> None:
    """A loop over rows, each from the one before."""
    terms = Symbol("before"), Symbol("x")
    function = Function(writer, f"running_{kernel.rule.name}", kernel.output)
    count = function.parameter("int rows", kernel.output.rows)
    start = function.rows("start", kernel.start)
    other = function.rows("x", kernel.others)
    out = function.rows("out", kernel.output, written=True)
    start.at("0")
    function.line(f"const double *before = {start.name};")
    texts: dict[Term, str] = {terms[0]: "before[s]" if function.blocks else "before[0]"}
    texts |= {terms[1]: other.element}
    formula = Symbol(kernel.rule.name, terms)
    text = FormulaText(texts, [formula], fast=function.blocks).whole(formula)
    with function.loop("k", count):
        function.line(f"int r = {f'{count} - 1 - k' if kernel.down else 'k'};")
        other.at("r")
        out.at("r")
        function.over_samples(f"{out.element} = {text};")
        function.line(f"before = {out.name};")
    writer.call(function)


def sweep(writer: Writer, kernel: Sweep) -> None:
    """A loop over edges, each with the number of an operand and of a row in it."""
    function = Function(writer, "sweep", kernel.gradients)
    i, stride = ("s", " * SAMPLES") if function.blocks else ("0", "")
    rows = [(k, row) for k, each in enumerate(kernel.partials) for row in range(each.rows)]
    numbers = [[*rows[each.partial], *map(int, each[1:])] for each in kernel.edges]
    array = writer.array("int", "edges", [number for edge in numbers for number in edge])
    count = function.parameter("int edges", len(kernel.edges))
    edge = function.parameter("const int *edge", array)
    gradients = function.parameter("double *gradients", writer.pointer(kernel.gradients))
    parameters = [
        function.parameter(f"const double *x{k}", writer.pointer(each))
        for k, each in enumerate(kernel.partials)
    ]
    function.line(f"const double *partials[] = {{{', '.join(parameters)}}};")
    with function.block(f"for (int k = 0; k < {count}; k++, {edge} += 5) "):
        function.line(f"const double *x = partials[{edge}[0]] + {edge}[1]{stride};")
        function.line(f"const double *from = {gradients} + {edge}[2]{stride};")
        function.line(f"double *to = {gradients} + {edge}[3]{stride};")
        with function.block(f"if ({edge}[4]) "):
            function.over_samples(f"to[{i}] += x[{i}] * from[{i}];")
        with function.block("else "):
            function.over_samples(f"to[{i}] = x[{i}] * from[{i}];")
    writer.call(function)


def gather(writer: Writer, kernel: Gather) -> None:
    function = Function(writer, "copy", kernel.output)
    rows = function.parameter("int rows", kernel.output.rows)
    source = function.rows("x", kernel.source)
    out = function.rows("out", kernel.output, written=True)
    with function.loop("r", rows):
        source.at("r")
        out.at("r")
        function.over_samples(f"{out.element} = {source.element};")
    writer.call(function)


def scatter_add(writer: Writer, kernel: ScatterAdd) -> None:
    source, target = kernel.source, kernel.target
    function = Function(writer, "add", source)
    sums_up = function.blocks and not target.batched
    x, out = function.rows("x", source), function.rows("out", target, written=True)
    index = "r"
    order = kernel.order if list(kernel.order) != list(range(source.rows)) else ()
    if kernel.starts:
        bounds = writer.table("bounds", [*kernel.starts, len(kernel.order)])
        bounds = function.parameter("const int *bounds", bounds)
    if order:
        index = f"{function.parameter('const int *order', writer.table('order', order))}[e]"
    elif kernel.starts:
        index = "e"
    begins = kernel.first and target.batched
    rows = function.parameter("int rows", target.rows)
    segment: AbstractContextManager[None] = nullcontext()
    repeats: AbstractContextManager[None] = nullcontext()
    with function.loop("r", rows):
        out.at("r")
        if kernel.starts:
            if begins:
                function.over_samples(f"{out.element} = 0.0;")
                begins = False
            segment = function.block(f"for (int e = {bounds}[r]; e < {bounds}[r + 1]; e++) ")
        elif order:
            function.line("int e = r;")
        with segment:
            if kernel.repeat > 1:
                index = f"({index}) * repeat + q"
                repeats = function.loop("q", function.parameter("int repeat", kernel.repeat))
            with repeats:
                x.at(index)
                if sums_up:
                    function.line(f"{out.element} += sum_of({x.name}, width);")
                else:
                    sign = "=" if begins else "+="
                    function.over_samples(f"{out.element} {sign} {x.element};")
    writer.call(function)


def clear(writer: Writer, kernel: Clear) -> None:
    for target in kernel.targets:
        function = Function(writer, "clear", target)
        rows = function.parameter("int rows", target.rows)
        out = function.rows("out", target, written=True)
        with function.loop("r", rows):
            out.at("r")
            function.over_samples(f"{out.element} = 0.0;")
        writer.call(function)


KINDS: Kinds = {
    Elementwise: elementwise,
    Reduction: reduction,
    SumOfProducts: sum_of_products,
    MatrixProduct: matrix_product,
    BatchedProduct: batched_product,
    Pick: pick,
    PickAdjoint: pick_adjoint,
    Scan: scan,
    Sweep: sweep,
    Gather: gather,
    ScatterAdd: scatter_add,
    Clear: clear,
}
