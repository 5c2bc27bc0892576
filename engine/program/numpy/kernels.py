"""The kernels as NumPy calls that write into views and buffers: one function for each kind."""

from collections.abc import Callable, Mapping, Sequence
from math import prod

import numpy as np

from engine.program.kernels import (
    BatchedProduct,
    Blocks,
    Buffer,
    Clear,
    Elementwise,
    Gather,
    MatrixProduct,
    Operand,
    Pick,
    PickAdjoint,
    Reduction,
    Scan,
    ScatterAdd,
    Scattered,
    Slice,
    SumOfProducts,
    Sweep,
    Terms,
    wanted_axes,
)
from engine.program.lines import Kinds
from engine.program.numpy.formulas import ROWS, plan
from engine.program.numpy.kept import has_one_input
from engine.program.numpy.native import SHORTER
from engine.program.numpy.scatter_add import scatter_add
from engine.program.numpy.setup import width
from engine.program.numpy.strided import Shape, common_shape
from engine.program.numpy.writer import Writer
from engine.program.operands import at_start
from engine.program.reductions import STACK, is_stacked
from engine.program.text import space_of
from engine.rules import CHOOSE, RULES
from engine.symbols import Symbol, Term

SMALL_GAP = 32  # rows
FIRST_SLOT = 10  # of the buffers of formulas; those before it are of other kernels


def elementwise(writer: Writer, kernel: Elementwise) -> None:
    formulas, rows = kernel.formulas, kernel.outputs[0].rows
    if kernel.rule is CHOOSE:  # the formula makes nan of what is no index, which `where` may hide
        writer.called.add("checked")
        writer.line(f"checked({writer.name(kernel.inputs['x0'])}, {len(kernel.inputs) - 1})")
    for name in SHORTER:
        if kernel.rule is RULES[name]:  # not as the table writes it out
            formulas = (Symbol(name, (Symbol("x0"),)),)
    if STACK.head in kernel.inputs and is_stacked(formulas[0]):
        rows //= kernel.height
    kept = writer.kept.get(kernel.inputs["x0"], ()) if writer.kept and has_one_input(kernel) else ()
    repeated, height = kernel.formulas in writer.repeated, kernel.height
    inputs, outputs = kernel.inputs, kernel.outputs
    write_formulas(writer, formulas, inputs, outputs, rows, height, kept, repeated=repeated)


def reduction(writer: Writer, kernel: Reduction) -> None:
    inputs, output = {STACK.head: kernel.stack}, kernel.output
    write_formulas(writer, [kernel.formula], inputs, [output], output.rows, kernel.height)


def write_formulas(
    writer: Writer,
    formulas: Sequence[Term],
    inputs: Mapping[str, Operand],
    outputs: Sequence[Operand],
    rows: int,
    height: int,
    kept: Sequence[Symbol] = (),
    *,
    repeated: bool = False,
) -> None:
    """Formulas over rows, and over a stack of `height` rows for each of them; what is `kept` of
    them is computed in one pass and known in the other."""
    sizes = {name: rows * (height if name == STACK.head else 1) for name in inputs}
    reads = [(inputs[name], size) for name, size in sizes.items()]
    shape = writer.common_shape(reads, rows, height if STACK.head in inputs else 1)
    stacked = height, *shape
    arrays: dict[str, tuple[str, Shape]] = {}
    for name, size in sizes.items():
        whole = stacked if name == STACK.head else shape
        arrays[name] = writer.seen(inputs[name], size, whole)
        if name == STACK.head and arrays[name][1][0] < height:  # a row counts as often as it comes
            writer.name(inputs[name])
            arrays[name] = writer.seen(inputs[name], size, whole)
    computed: list[tuple[Term, str]] = []
    known: list[tuple[Symbol, str]] = []
    for k, term in enumerate(kept):
        array, is_known = keep(writer, term, inputs["x0"], shape)
        arrays[f"kept{k}"] = array, shape
        if is_known:
            known.append((term, f"kept{k}"))
        else:
            computed.append((term, f"kept{k}"))
    for k, (formula, output) in enumerate(zip(formulas, outputs)):
        whole = stacked if STACK.head in inputs and is_stacked(formula) else shape
        arrays[f"out{k}"] = writer.seen(output, output.rows, whole)[0], whole
        computed.append((formula, f"out{k}"))
    spare = "out0" if len(outputs) == 1 and lies_together(outputs[0]) else None
    flat = shape if len(shape) == 1 and STACK.head not in inputs else None
    batched = outputs[0].batched
    write_plan(writer, computed, known, arrays, flat, spare, batched=batched, repeated=repeated)


def write_plan(
    writer: Writer,
    formulas: Sequence[tuple[Term, str]],
    known: Sequence[tuple[Symbol, str]],
    arrays: Mapping[str, tuple[str, Shape]],
    flat: Shape | None,
    spare: str | None,
    *,
    batched: bool,
    repeated: bool = False,
) -> None:
    """Formulas over arrays, that each have a name and a shape. The plan is the same for arrays of
    any number of rows, where these are `flat`. If it is repeated and not a single line, it is a
    function that is called."""
    shapes = [(x, ROWS if shape == flat else shape) for x, (_, shape) in arrays.items()]
    found = plan(tuple(formulas), tuple(shapes), tuple(known), spare)
    writer.called |= found.lacked
    names = {name: array for name, (array, _) in arrays.items()}
    for slot, (name, shape) in enumerate(found.buffers.items(), FIRST_SLOT):
        shape = flat if flat is not None and shape == ROWS else shape
        names[name] = writer.scratch_of(slot, shape, batched)
    if repeated and len(found.lines) > 1:
        name = f"formula{writer.number('formula', tuple(found.lines))}"
        if name not in writer.functions:
            writer.functions[name] = found.function(name, [*known, *formulas])
        writer.line(f"{name}({', '.join([names[array] for array in found.arrays])})")
        return
    for line in found.lines:
        writer.line(line.format_map(names))


def keep(writer: Writer, term: Symbol, rows: Operand, shape: Shape) -> tuple[str, bool]:
    """The array in which a function of these rows is kept, and whether it is there already: it is
    written where it comes first, and known from then on."""
    name = f"kept{writer.number('kept', (rows, term))}"
    is_known = name in writer.buffers[width(rows.batched)]
    writer.buffer(name, rows.rows, width(rows.batched))
    if len(shape) > 1:
        name = writer.shaped(name, *shape, width(rows.batched))
    return name, is_known


def lies_together(operand: Operand) -> bool:
    """Whether no other rows lie between those of an output."""
    at = at_start(operand)
    return isinstance(at, Buffer) or (isinstance(at, Slice) and at.step == 1)


def sum_of_products(writer: Writer, kernel: SumOfProducts) -> None:
    output = kernel.output
    flat, rows = writer.name(output), output.rows
    shape = shape_of_sum(writer, kernel)
    out, _ = writer.seen(output, rows, shape)
    held = out if kernel.onto else ""  # the sum so far: the first summand stays where it is,
    # and until another one is added, the output is free for what is computed
    for terms in kernel.terms:
        if terms.repeat > 1:  # each row is that of so many positions
            columns = f"{terms.repeat} * {width(output.batched)}"
            wide = writer.shaped(flat, rows // terms.repeat, columns)
            writer.line(f"np.add({wide}, {writer.name(terms.sides[0])}, out={wide})")
            continue
        name, sign = sum_of_terms(writer, terms, output, shape, None if held == out else out)
        if held:
            ufunc = "add" if sign == 1.0 else "subtract"
            writer.line(f"np.{ufunc}({held}, {name}, out={out})")
            held = out
        elif sign == 1.0:
            held = name
        else:
            writer.line(f"np.negative({name}, out={out})")
            held = out
    if held != out:
        writer.line(f"{out}[:] = {held}")


def shape_of_sum(writer: Writer, kernel: SumOfProducts) -> Shape:
    """The shape in which the rows of all sides are seen."""
    rows = kernel.output.rows
    shapes: list[Shape] = [(rows,)]
    all_terms = [terms for terms in kernel.terms if terms.repeat == 1]
    for terms in all_terms:
        reads = [(side, terms.length * rows) for side in terms.sides]
        shapes.append(writer.common_shape(reads, rows, terms.length))
    whole = common_shape(shapes)
    if whole is not None:
        return whole
    for side in [side for terms in all_terms for side in terms.sides]:
        writer.name(side)
    return shape_of_sum(writer, kernel)


def sum_of_terms(
    writer: Writer, terms: Terms, output: Operand, shape: Shape, free: str | None
) -> tuple[str, float]:
    """Where the sum of the terms is, in `free` if that is given, and whether it is + or -."""

    def into_free() -> str:
        return free or writer.scratch_of(0, shape, output.batched)

    if terms.length == 1:
        name = product_of_sides(writer, terms, shape, into_free)
    else:
        stack = terms.length, *shape
        batched = (output if len(terms.sides) == 2 else terms.sides[0]).batched
        products = product_of_sides(
            writer, terms, stack, lambda: writer.scratch_of(1, stack, batched)
        )
        name = into_free()  # `simplify` keeps those that are the same for all samples apart
        writer.line(f"np.add.reduce({products}, axis=0, out={name})")
    (factor, *several) = terms.factors
    if several or factor in (1.0, -1.0):
        return name, 1.0 if several else factor
    writer.line(f"np.multiply({name}, {factor!r}, out={into_free()})")
    return into_free(), 1.0


def product_of_sides(writer: Writer, terms: Terms, shape: Shape, into: Callable[[], str]) -> str:
    """Where the sides, multiplied with one another and with several factors, are in this shape: as
    they lie, or in the array that `into` names."""
    seen = [writer.seen(side, prod(shape), shape) for side in terms.sides]
    name, *others = [name for name, _ in seen]
    if len(terms.factors) > 1:
        column = writer.column(terms.factors)
        others.append(column if len(shape) == 1 else writer.shaped(column, *shape, 1))
    if terms.length > 1 and not others and seen[0][1] != shape:  # a row counts as often as it comes
        writer.line(f"np.copyto({into()}, {name})")
        return into()
    for other in others:
        writer.line(f"np.multiply({name}, {other}, out={into()})")
        name = into()
    return name


def matrix_product(writer: Writer, kernel: MatrixProduct) -> None:
    m, k, p = kernel.m, kernel.k, kernel.p
    side = kernel.output if kernel.transposed == "left" else kernel.right
    if isinstance(side, Buffer) and side.blocks is not None:
        product_in_blocks(writer, kernel, side.blocks)
        return
    first, stop = kernel.columns or (0, k)

    def matrix(operand: Operand, height: int, name: str) -> str:
        """The operand with so many rows; its positions and samples are columns."""
        is_matrix = name.startswith(("w", "dw"))
        if is_matrix or (p == 1 and operand.batched):
            return name
        columns = f"{p} * n" if operand.batched else operand.rows // height
        return writer.shaped(name, height, columns)

    left, right, out = [writer.name(x) for x in (kernel.left, kernel.right, kernel.output)]
    match kernel.transposed:
        case "":
            left, right = matrix(kernel.left, m, left), matrix(kernel.right, k, right)
            out = matrix(kernel.output, m, out)
        case "right":
            left, right = matrix(kernel.left, m, left), f"{matrix(kernel.right, k, right)}.T"
            out = matrix(kernel.output, m, out)
        case "left":
            left, right = matrix(kernel.left, m, left), matrix(kernel.right, m, right)
            if kernel.columns:
                left = writer.part(left, f":, {first}:{stop}")
            left, out = f"{left}.T", matrix(kernel.output, stop - first, out)
    function = function_of_product(kernel)
    if kernel.transposed == "right" and p == 1:
        function = writer.set_up("outer", "np.multiply if n == 1 else np.matmul")
    writer.line(f"{function}({left}, {right}, out={out})")


def function_of_product(kernel: MatrixProduct) -> str:
    """A column times a row takes less time as a product of numbers; np.dot leaves out a factor of
    0, though 0 · inf is nan."""
    column = {"": kernel.k, "left": kernel.m}.get(kernel.transposed) == 1
    return "np.multiply" if column else "np.matmul"


def product_in_blocks(writer: Writer, kernel: MatrixProduct, blocks: Blocks) -> None:
    """The matrix product whose other side lies in blocks, each of them by itself."""
    m, k = kernel.m, blocks.height
    left, right, out = [writer.name(x) for x in (kernel.left, kernel.right, kernel.output)]
    match kernel.transposed:
        case "":
            right = writer.stacked(right, k, blocks)
            out = writer.stacked(out, m, blocks, in_order=True)
            writer.line(f"{function_of_product(kernel)}({left}, {right}, out={out})")
        case "right":
            left = writer.stacked(left, m, blocks, in_order=True)
            right = writer.stacked(right, k, blocks)
            name = f"products{writer.number('products', (k, m, right))}"
            products = writer.set_up(name, f"np.empty((len({right}), {k}, {m}))")
            if not out.startswith("dw"):
                out = writer.shaped(out, m, k)
            writer.called.add("sum_over_blocks")
            writer.line(f"sum_over_blocks({left}, {right}, {products}, {out})")
        case "left":
            if kernel.columns:
                first, stop = kernel.columns
                left = writer.part(left, f":, {first}:{stop}")
            right = writer.stacked(right, m, blocks, in_order=True)
            out = writer.stacked(out, k, blocks)
            writer.line(f"{function_of_product(kernel)}({left}.T, {right}, out={out})")


def batched_product(writer: Writer, kernel: BatchedProduct) -> None:
    """Samples and blocks go before the matrices, as matmul has them."""
    sides = []
    wanted = wanted_axes(kernel.axes)
    for slot, side, axes, order in zip((6, 7), kernel[:2], kernel.axes, wanted):
        shape = [kernel.sizes[axis] for axis in "b" + axes]
        sides.append(writer.matrices(slot, side, shape, transposed=axes != order))
    output, found = writer.name(kernel.output), writer.samples(kernel.output.rows)
    shape = [kernel.sizes[axis] for axis in "b" + kernel.axes[2]]
    writer.line(f"np.matmul({', '.join(sides)}, out={writer.shaped(found, 'n', *shape)})")
    scaled = f"np.multiply({found}.T, {kernel.factor!r}, out={output})"
    writer.line(f"{output}[:] = {found}.T" if kernel.factor == 1.0 else scaled)


def pick(writer: Writer, kernel: Pick) -> None:
    """What is no index is an error that `checked` raises, and that the scalar engine explains."""
    writer.called.add("checked")
    index = f"checked({writer.name(kernel.at)}, {kernel.height})"
    lookups, rows = kernel.at.rows, kernel.output.rows
    table, out = writer.name(kernel.table), writer.name(kernel.output)
    if kernel.table.batched:
        whole = writer.shaped(table, f"{kernel.table.rows} * n")
        columns = writer.positions(rows)
        writer.line(f"{whole}.take({index} * ({rows} * n) + {columns}, out={out}, mode='clip')")
    else:
        matrix = writer.shaped(table, kernel.height, rows // lookups)
        cube = writer.shaped(out, lookups, rows // lookups, "n")
        writer.line(f"{cube}[:] = {matrix}[{index}].transpose(0, 2, 1)")


def pick_adjoint(writer: Writer, kernel: PickAdjoint) -> None:
    """NumPy's bincount adds up what goes to one number."""
    index = f"{writer.name(kernel.at)}.astype(int)"
    lookups, rows = kernel.at.rows, kernel.gradient.rows
    gradient, out = writer.name(kernel.gradient), writer.name(kernel.output)
    if kernel.output.batched:
        whole = writer.shaped(out, f"{kernel.output.rows} * n")
        writer.line(f"{out}[:] = 0.0")
        writer.line(f"{whole}[{index} * ({rows} * n) + {writer.positions(rows)}] = {gradient}")
    else:
        size = rows // lookups
        columns = writer.constant(f"np.arange({size})[:, None]", "index")
        numbers = f"({index}[:, None] * {size} + {columns}).ravel()"
        total = f"np.bincount({numbers}, {gradient}.ravel(), {kernel.output.rows})"
        writer.line(f"{out}[:, 0] = {total}")


def scan(writer: Writer, kernel: Scan) -> None:
    """From the last row on with a step of -1."""
    start, others, rows = [writer.name(x) for x in (kernel.start, kernel.others, kernel.output)]
    if kernel.down:
        others, rows = [writer.part(name, "::-1") for name in (others, rows)]
    writer.called.add("running")
    writer.line(f"running(np.{kernel.rule.name}, {start}, {others}, {rows})")


def sweep(writer: Writer, kernel: Sweep) -> None:
    numbers = writer.index(tuple([int(number) for edge in kernel.edges for number in edge]))
    edges = writer.constant(f"{numbers}.reshape(-1, 4).tolist()", "edges")
    partials = ", ".join(map(writer.name, kernel.partials))
    writer.called.add("sweep")
    writer.line(f"sweep({edges}, {writer.name(kernel.gradients)}, {partials})")


def gather(writer: Writer, kernel: Gather) -> None:
    rows, output = kernel.source, kernel.output
    if not kernel.width:
        writer.gather(rows, output)
        return
    space, index = writer.scattered(rows)
    shape = rows.rows // kernel.width, kernel.width
    index = writer.constant(f"{index}.reshape{shape}", "index")
    name = writer.set_up(writer.name(output), f"np.empty({shape})")
    writer.called.add("take")
    writer.line(f"take({space}[:, 0], {index}, {name})")


def clear(writer: Writer, kernel: Clear) -> None:
    for target in kernel.targets:
        assert isinstance(target, Scattered)
        for first, stop in runs(sorted(target.numbers)):
            writer.line(f"{space_of(target.batched, True)}[{first}:{stop}] = 0.0")


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges that cover sorted numbers; one goes on over small gaps, which costs less than two."""
    rows = np.array(numbers)
    (last,) = (rows[1:] - rows[:-1] > SMALL_GAP).nonzero()  # each is followed by a gap
    firsts, stops = rows[[0, *(last + 1)]], rows[[*last, -1]] + 1
    return list(zip(firsts.tolist(), stops.tolist()))


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
