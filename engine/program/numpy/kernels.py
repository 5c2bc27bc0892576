"""The kernels as NumPy calls that write into views and buffers: one function for each kind."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.program.kernels import (
    BatchedProduct,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    MatrixProduct,
    Moving,
    Operand,
    Pick,
    PickAdjoint,
    Reduction,
    ScatterAdd,
    Scattered,
    Slice,
    SumOfProducts,
    Terms,
    wanted_axes,
)
from engine.program.numpy.formulas import FormulaWriter
from engine.program.numpy.writer import Writer, width
from engine.program.reductions import STACK, is_stacked
from engine.symbols import Term

SMALL_GAP = 32  # rows


def write(writer: Writer, kernel: Kernel) -> None:
    """Write the lines of a kernel."""
    KINDS[type(kernel)](writer, kernel)


def elementwise(writer: Writer, kernel: Elementwise) -> None:
    first, output = kernel.formulas[0], kernel.outputs[0]
    rows = output.rows
    if STACK.head in kernel.inputs and is_stacked(first):
        rows //= kernel.height
    inputs = {name: writer.name(input) for name, input in kernel.inputs.items()}
    write_formulas(
        writer, kernel.formulas, inputs, kernel.outputs, rows, output.batched, kernel.height
    )


def reduction(writer: Writer, kernel: Reduction) -> None:
    output, inputs = kernel.output, {STACK.head: writer.name(kernel.stack)}
    write_formulas(
        writer, [kernel.formula], inputs, [output], output.rows, output.batched, kernel.height
    )


def write_formulas(
    writer: Writer,
    formulas: Sequence[Term],
    inputs: dict[str, str],
    outputs: Sequence[Operand],
    rows: int,
    batched: bool,
    height: int,
) -> None:
    formula_writer = FormulaWriter(inputs, writer, rows, batched, height)
    if STACK.head in inputs:
        inputs[STACK.head] = formula_writer.cube(inputs[STACK.head])
    for formula, output in zip(formulas, outputs):
        name = writer.name(output)
        stacked = formula_writer.is_stacked(formula)
        formula_writer.write(formula, formula_writer.cube(name) if stacked else name)


def sum_of_products(writer: Writer, kernel: SumOfProducts) -> None:
    output = kernel.output
    out, tiles = writer.name(output), tiles_of(kernel)
    if tiles > 1:
        out = writer.shaped(out, tiles, output.rows // tiles, width(output.batched))
    held = out if kernel.onto else ""  # the sum so far: the first summand stays where it is
    for terms in kernel.terms:
        name, sign = sum_of_terms(writer, terms, output, tiles, None if held else out)
        if terms.repeat > 1:  # each row is that of so many positions
            shape = output.rows // terms.repeat, f"{terms.repeat} * {width(output.batched)}"
            whole = writer.shaped(out, *shape)
            writer.line(f"np.add({whole}, {name}, out={whole})")
        elif held:
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


def tiles_of(kernel: SumOfProducts) -> int:
    """How many times a side with fewer rows begins again; a single row goes with all of itself."""
    sides = [side for terms in kernel.terms if terms.repeat == 1 for side in terms.sides]
    return max([1, *[kernel.output.rows // side.rows for side in sides if side.rows > 1]])


def sum_of_terms(
    writer: Writer, terms: Terms, output: Operand, tiles: int, free: str | None
) -> tuple[str, float]:
    """Where the sum of the terms is, in `free` if that is given, and whether it is + or -."""
    length, count = terms.length, output.rows
    rows, batched = length * count, terms.sides[0].batched

    def into_free() -> str:
        return free or writer.scratch(0, count, output.batched)

    def shaped(name: str, operand_rows: int, operand_batched: bool) -> str:
        if tiles == 1 or operand_rows < rows:
            return name
        return writer.shaped(name, tiles, rows // tiles, width(operand_batched))

    names = [shaped(writer.name(side), side.rows, side.batched) for side in terms.sides]
    if len(terms.factors) > 1:
        names.append(shaped(writer.column(terms.factors), rows, False))
    if len(terms.sides) == 2:
        batched = output.batched
    name, *others = names
    if others:
        into = into_free() if length == 1 else writer.scratch(1, rows, batched)
        for other in others:
            writer.line(f"np.multiply({name}, {other}, out={into})")
            name = into
    if length > 1:
        stack = writer.shaped(name, length, count, width(batched))
        name = into_free()  # `simplify` keeps those that are the same for all samples apart
        writer.line(f"np.add.reduce({stack}, axis=0, out={name})")
    (factor, *several) = terms.factors
    if several or factor in (1.0, -1.0):
        return name, 1.0 if several else factor
    writer.line(f"np.multiply({name}, {factor!r}, out={into_free()})")
    return into_free(), 1.0


def matrix_product(writer: Writer, kernel: MatrixProduct) -> None:
    m, k, p = kernel.m, kernel.k, kernel.p
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
                left = writer.columns(left, first, stop)
            left, out = f"{left}.T", matrix(kernel.output, stop - first, out)
    writer.line(f"np.matmul({left}, {right}, out={out})")


def batched_product(writer: Writer, kernel: BatchedProduct) -> None:
    """Samples and blocks go before the matrices, as matmul has them."""
    wanted = wanted_axes(kernel.axes)
    sides = []
    for side, axes, order in zip((kernel.left, kernel.right), kernel.axes, wanted):
        shape = [kernel.sizes[axis] for axis in "b" + axes]
        sides.append(writer.matrices(writer.name(side), shape, transposed=axes != order))
    shape = [kernel.sizes[axis] for axis in "b" + kernel.axes[2]]
    out = writer.matrices(writer.name(kernel.output), shape, transposed=False)
    writer.line(f"{out}[:] = np.matmul({', '.join(sides)})")
    if kernel.factor != 1.0:
        name = writer.name(kernel.output)
        writer.line(f"np.multiply({name}, {kernel.factor!r}, out={name})")


def pick(writer: Writer, kernel: Pick) -> None:
    """What is no index is an error that `checked` raises, and that the scalar engine explains."""
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


def gather(writer: Writer, kernel: Gather) -> None:
    rows, name = kernel.source, writer.name(kernel.output)
    space, index = writer.scattered(rows)
    if kernel.width:
        shape = rows.rows // kernel.width, kernel.width
        index = writer.constant(f"{index}.reshape{shape}", "index")
        writer.set_up(name, f"np.empty({shape})")
        writer.line(f'{space}[:, 0].take({index}, out={name}, mode="clip")')
    else:
        writer.line(f'{space}.take({index}, axis=0, out={name}, mode="clip")')


def scatter_add(writer: Writer, kernel: ScatterAdd) -> None:
    source, target = kernel.source, kernel.target
    name = writer.name(source)
    if kernel.repeat > 1:
        name = writer.shaped(name, source.rows // kernel.repeat, f"{kernel.repeat} * n")
    if source.batched and not target.batched:
        own = kernel.first and is_slice(target) and not kernel.order
        rows = source.rows // kernel.repeat
        total = writer.name(target) if own else writer.scratch(9, rows, False)
        writer.line(f"np.add.reduce({name}, axis=1, keepdims=True, out={total})")
        if own:
            return
        name = total
    if kernel.order and not (len(kernel.starts) == 1 and len(kernel.order) == source.rows):
        name = f"{name}.take({writer.index(kernel.order)}, axis=0)"
    if len(kernel.starts) == 1:
        name = f"np.add.reduce({name}, axis=0)"
    elif kernel.starts:
        name = f"np.add.reduceat({name}, {writer.index(kernel.starts)})"
    if not is_slice(target):
        space, index = writer.scattered(target)
        writer.line(f"{space}[{index}] {'=' if kernel.first else '+='} {name}")
    else:
        into = writer.name(target)
        add = f"np.add({into}, {name}, out={into})"
        writer.line(f"{into}[:] = {name}" if kernel.first else add)


def is_slice(operand: Operand) -> bool:
    return isinstance(operand.at if isinstance(operand, Moving) else operand, Slice)


def clear(writer: Writer, kernel: Clear) -> None:
    for target in kernel.targets:
        assert isinstance(target, Scattered)
        for first, stop in runs(sorted(target.numbers)):
            writer.line(f"d{'S' if target.batched else 'K'}[{first}:{stop}] = 0.0")


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ranges that cover sorted numbers; one goes on over small gaps, which costs less than two."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number - ranges[-1][1] < SMALL_GAP:
            ranges[-1] = (ranges[-1][0], number + 1)
        else:
            ranges.append((number, number + 1))
    return ranges


KINDS: dict[type[Kernel], Callable[[Writer, Any], None]] = {
    Elementwise: elementwise,
    Reduction: reduction,
    SumOfProducts: sum_of_products,
    MatrixProduct: matrix_product,
    BatchedProduct: batched_product,
    Pick: pick,
    PickAdjoint: pick_adjoint,
    Gather: gather,
    ScatterAdd: scatter_add,
    Clear: clear,
}
