"""A model as plain data: blocks with what stands in them, which is what it gives to be drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from engine.drawing.network import Network

Point = tuple[float, float]  # in inches, right and up


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers as cells of colour, None as no cell: weights by their sign, values in blue."""

    rows: Sequence[Sequence[float | None]]
    title: str = ""
    caption: str = ""
    weights: bool = False
    written: bool = True  # in its cells, where there is room
    names: Sequence[Sequence[str]] = ()  # written there above the numbers


@dataclass(frozen=True, slots=True)
class Grids:
    """Grids beside one another, in rows; their colours have one scale."""

    rows: Sequence[Sequence[Grid]]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in a diagram: a name, an operation in a circle, a gate in a box, or a grid."""

    content: str | Grid
    place: Point
    shape: str = "name"  # or "operation", "gate"


@dataclass(frozen=True, slots=True)
class Wire:
    """A line from one part to another, around corners; an end on another wire is a place."""

    ends: tuple[str | Point, str | Point]
    corners: Sequence[Point] = ()
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is computed from what, as a textbook draws the cell of a recurrent net."""

    parts: Mapping[str, Part]
    wires: Sequence[Wire]
    frame: tuple[Point, Point] | None = None  # its lower left and its upper right corner


@dataclass(frozen=True, slots=True)
class Row:
    """Blocks through which numbers go one after another."""

    blocks: Sequence["Block"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Blocks of which it is not known in which order numbers go through them."""

    blocks: Sequence["Block"]


Body = Network | Grids | Diagram | Row | Parts


@dataclass(frozen=True, slots=True)
class Block:
    """One model or layer: its name, how many parameters, what it computes, and pictures of that."""

    title: str
    parameters: int = 0
    lines: Sequence[str] = ()
    bodies: Sequence[Body] = ()
    given: str = ""  # the shape of what it takes, where it is known
    returned: str = ""


@runtime_checkable
class HasBlock(Protocol):
    """A model that says what is to be drawn of it, for these inputs or for none."""

    def as_block(self, inputs: Any = None) -> Block: ...
