"""What `Program.report()` returns: a line for each thing that it tells of a program."""

from collections.abc import Mapping, Sequence
from html import escape
from math import prod

from engine.graph import topological_order
from engine.messages import counted, first_ten
from engine.program.kernels import (
    BatchedProduct,
    Chain,
    Elementwise,
    Kernel,
    Kernels,
    Loop,
    MatrixProduct,
    Reduction,
    Scan,
    SumOfProducts,
    is_bias,
)
from engine.rules import CONSTANT
from engine.value import Value


class Report(str):
    """A text, a line for each thing it tells of; a prompt shows it as `print` does, a notebook as a
    table.

    >>> Report("lower       6 nodes\\nfuse        2 kernels")
    lower       6 nodes
    fuse        2 kernels
    """

    __slots__ = ()

    __repr__ = str.__str__

    def _repr_html_(self) -> str:
        cells = [escape(line).split(maxsplit=1) for line in self.splitlines()]
        rows = [f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in cells]
        return f"<table>{''.join(rows)}</table>"


def report_of(
    summaries: Mapping[str, str],
    memory: str,
    kernels: Kernels,
    outputs: Sequence[Value],
    frozen: Sequence[Value],
) -> Report:
    """What each pass did, by its name; memory; arithmetic; and the numbers that are frozen."""
    arithmetic = sum([operations(kernel) for _, kernel in kernels.forward])
    count = counted(arithmetic, "floating-point operation")
    lines = [
        *summaries.items(),
        ("memory", memory),
        ("arithmetic", f"{count} for each sample, forward"),
    ]
    if frozen:
        names = ", ".join(first_ten([v.label or repr(v.data) for v in frozen]))
        leaves = counted(len(frozen), "leaf", "leaves")
        lines.append(("frozen", f"{leaves}, neither inputs nor parameters: {names}"))
    plain = dict.fromkeys([v.data for v in topological_order(outputs) if v.rule is CONSTANT])
    if plain:
        numbers = ", ".join(first_ten(list(plain)))
        lines.append(("frozen", f"{counted(len(plain), 'plain number')}: {numbers}"))
    return Report("\n".join([f"{name:10}  {text}" for name, text in lines]))


def operations(kernel: Kernel) -> int:
    """Additions, multiplications and calls of functions for one sample."""
    match kernel:
        case Elementwise():
            return sum([output.rows for output in kernel.outputs])
        case Reduction() | Scan():
            return kernel.output.rows
        case MatrixProduct():
            return 2 * kernel.m * kernel.k * kernel.p
        case BatchedProduct():
            return 2 * prod(kernel.sizes.values())
        case SumOfProducts(output, terms):
            counts = [1 if is_bias(t, output.batched) else 2 * t.length for t in terms]
            return output.rows * sum(counts)
        case Chain(links):
            return sum(map(operations, links))
        case Loop(times, steps):
            return times * sum([operations(each) for _, each in steps])
        case _:
            return 0
