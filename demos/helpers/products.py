"""The matrix products that the compiler found in a graph, with the name of every entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.drawing.blocks import Grid, Grids
from engine.drawing.grids import draw_grids
from engine.drawing.rendering import Picture
from engine.names import align_columns
from engine.program.kernels import (
    Kernel,
    Kernels,
    MatrixProduct,
    Nodes,
    Operand,
    SumOfProducts,
    Terms,
)
from engine.program.text import namer_of
from engine.value import Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Product:
    """output = weights · inputs + added, and the number of the part of the program that it is."""

    part: int
    output: Grid
    weights: Grid
    inputs: Grid
    added: Grid | None = None  # the biases

    def text(self) -> str:
        """The three beside one another, row by row.

        >>> one = [[1.0]]
        >>> product = Product(0, *(Grid(one, names=[[name]]) for name in ("z", "w", "x")))
        >>> product.text()
        'z  =  w  ·  x'
        """
        grids = self.grids()
        lines: list[list[str]] = []
        for r in range(max([len(grid.names) for grid in grids])):
            lines.append([])
            for sign, grid in zip(("", "=", "·", "+"), grids):
                lines[r] += [sign if r == 0 else ""] if sign else []
                lines[r] += grid.names[r] if r < len(grid.names) else [""] * len(grid.names[0])
        return align_columns(lines)

    def grids(self) -> list[Grid]:
        """All of them, in the order of reading."""
        grids = [self.output, self.weights, self.inputs]
        return grids if self.added is None else [*grids, self.added]

    def picture(self) -> Picture:
        """The three as grids: weights in the colours of their signs, the others in blue."""
        return draw_grids(Grids([self.grids()])).picture()


def products_of(kernels: Kernels, names: Mapping[Value, str]) -> Iterator[Product]:
    """Those of the pass `matrices`, in order."""
    name = namer_of(kernels.graph, names)

    def grid(operand: Operand, width: int, title: str, *, weights: bool = False) -> Grid:
        assert isinstance(operand, Nodes), operand
        values = [kernels.graph.origins[place] for place in operand.places]
        numbers = [0.0 if value is None else value.data for value in values]
        texts = [name(place) for place in operand.places]
        return Grid(folded(numbers, width), title, weights=weights, names=folded(texts, width))

    steps = list(kernels.forward)
    for (part, kernel), (_, after) in zip(steps, [*steps[1:], (0, None)]):
        if isinstance(kernel, MatrixProduct):
            biases = added_to(kernel.output, after)
            yield Product(
                part,
                grid(kernel.output, kernel.p, "this is"),
                grid(kernel.left, kernel.k, "the weights", weights=True),
                grid(kernel.right, kernel.p, "times these"),
                biases and grid(biases, kernel.p, "plus these", weights=True),
            )


def added_to(output: Operand, kernel: Kernel | None) -> Operand | None:
    """What the next kernel adds to it as it is, if anything: a bias for each row."""
    match kernel:
        case SumOfProducts(output=same, terms=(Terms(sides=(added,), factors=(1.0,)),), onto=True):
            return added if same == output else None
    return None


def folded(items: Sequence[T], width: int) -> list[list[T]]:
    """The items as rows of so many."""
    return [list(items[k : k + width]) for k in range(0, len(items), width)]
