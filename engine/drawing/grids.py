"""Grids of colour as figures: kernels, images, tables of vectors, shares of attention."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import zip_longest

from engine.drawing.blocks import Grid, Grids
from engine.drawing.colors import NEGATIVE, POSITIVE, QUIET, VALUE
from engine.drawing.figure import Figure, Text, width_of
from engine.names import digits

MOST_WRITTEN = 25  # cells of a grid that have their number written in them
MOST_TOGETHER = 100  # such cells of all grids beside one another
MOST_ON_A_SIDE = 32  # of a larger grid the first rows and columns are shown
MOST_BESIDE = 8  # grids in a row, and rows of grids
LINE, GAP = 0.19, 0.22
Rows = Sequence[Sequence[float | None]]


def draw_grids(grids: Grids) -> Figure:
    """Rows of grids, each with its title above and its caption below."""
    shown = [row[:MOST_BESIDE] for row in grids.rows[:MOST_BESIDE]]
    if sum(cells_of(grid) for row in shown for grid in row) > MOST_TOGETHER:
        shown = [[replace(grid, written=False) for grid in row] for row in shown]
    largest = {kind: largest_of(shown, weights=kind) for kind in (False, True)}
    drawn = [[draw_grid(grid, largest[grid.weights]) for grid in row] for row in shown]
    columns = zip_longest(*drawn, fillvalue=Figure())
    widths = [2 * max(each.extent()[2] for each in column) for column in columns]
    figure = Figure()
    top = 0.0
    for r, row in enumerate(drawn):
        left, highest = 0.0, max(each.extent()[3] for each in row)
        for c, (each, width) in enumerate(zip(row, widths)):
            figure.put(each, f"{r}_{c}_", left + width / 2, top - highest)
            left += width + GAP
        lowest = highest - min(each.extent()[1] for each in row)
        if len(grids.rows[r]) > len(row):
            text = (f"and {len(grids.rows[r]) - len(row):,} more", 10, QUIET)
            figure.write(f"more{r}", left + width_of(*text[:2]) / 2, top - lowest / 2, [text])
        top -= lowest + GAP
    if len(grids.rows) > len(shown):
        text = (f"and {len(grids.rows) - len(shown):,} rows more", 10, QUIET)
        figure.write("more", width_of(*text[:2]) / 2, top - LINE / 2, [text])
    return figure


def cells_of(grid: Grid) -> int:
    """How many have a number in them, where those of each grid are written."""
    count = sum(map(len, grid.rows))
    return count if count <= MOST_WRITTEN else 0


def largest_of(rows: Sequence[Sequence[Grid]], *, weights: bool) -> float:
    grids = [grid for row in rows for grid in row if grid.weights == weights]
    everything = [x for grid in grids for row in grid.rows for x in row]
    return max((abs(x) for x in everything if x is not None), default=0.0)


def draw_grid(grid: Grid, largest: float) -> Figure:
    """One grid around its middle."""
    rows = [row[:MOST_ON_A_SIDE] for row in grid.rows[:MOST_ON_A_SIDE]]
    n_rows, n_columns = len(rows), max(map(len, rows))
    writes = grid.written and n_rows * n_columns <= MOST_WRITTEN
    side = 0.26 if max(n_rows, n_columns) <= 8 else 0.16 if max(n_rows, n_columns) <= 16 else 0.09
    names = [name for row in grid.names for name in row]
    room = max([0.54, *[width_of(name, 10) + 0.2 for name in names]])
    width, height = (room, 0.44 if names else 0.3) if writes else (side, side)
    figure = Figure()
    figure.mark(
        "cells",
        table_of(replace(grid, rows=rows, written=writes), width, height, largest),
        (0.0, 0.0),
        (n_columns * width + 0.06, n_rows * height + 0.06),
        shape="none",
        margin="0",
    )
    captions = [grid.caption] if grid.caption else []
    if len(grid.rows) > n_rows or max(map(len, grid.rows)) > n_columns:
        whole = f"{len(grid.rows):,} × {max(map(len, grid.rows)):,}"
        captions.append(f"{n_rows} × {n_columns} of {whole}")
    edge = n_rows * height / 2 + 0.03
    if grid.title:
        figure.write("title", 0.0, edge + LINE / 2, [(grid.title, 10, "black")])
    for k, caption in enumerate(captions):
        text: Text = (caption, 10, QUIET)
        figure.write(f"caption{k}", 0.0, -edge - LINE * (k + 0.5), [text])
    return figure


def table_of(grid: Grid, width: float, height: float, largest: float) -> str:
    """The cells as one of Graphviz's tables, whose lengths are in points."""
    size = f'width="{72 * width:.0f}" height="{72 * height:.0f}" fixedsize="true"'
    lines = []
    for r, row in enumerate(grid.rows):
        cells = []
        for c, x in enumerate(row):
            if x is None:
                cells.append(f"<td {size}></td>")
                continue
            color, ink = (color_of_weight if grid.weights else color_of_value)(x, largest)
            minus = "−" if grid.weights and x < 0.0 and height >= 0.16 else ""  # colour-blind
            text = digits(x, 2) if grid.written else minus
            if grid.names and grid.written:  # Graphviz cannot centre it: it knows no widths
                text = f'{escape(grid.names[r][c])}<br align="left"/>{text}<br align="left"/>'
            words = f'<font point-size="10" color="{ink}">{text}</font>' if text else ""
            cells.append(f'<td {size} bgcolor="{color}">{words}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    border = f'border="1" color="{QUIET}" cellborder="0" cellspacing="0" cellpadding="0"'
    return f"<<table {border}>{''.join(lines)}</table>>"


def color_of_weight(x: float, largest: float) -> tuple[str, str]:
    """The colour of a cell, and of the number in it: green for more than 0, magenta for less."""
    return shade(POSITIVE if x > 0.0 else NEGATIVE, abs(x) / largest if largest else 0.0)


def color_of_value(x: float, largest: float) -> tuple[str, str]:
    """The deeper blue, the larger; what is less than 0 stays pale."""
    return shade(VALUE, max(0.0, x) / largest if largest else 0.0)


def shade(color: str, share: float) -> tuple[str, str]:
    """The colour mixed with white, and black or white, whichever can be read on it.

    >>> shade("#0b57d0", 0.0), shade("#0b57d0", 1.0)
    (('#ffffff', 'black'), ('#0b57d0', 'white'))
    """
    parts = [int(color[k : k + 2], 16) for k in (1, 3, 5)]
    mixed = [round(255 - share * (255 - part)) for part in parts]
    ink = "white" if luminance(mixed) < 0.179 else "black"  # where both have the same contrast
    return "#" + "".join(f"{part:02x}" for part in mixed), ink


def luminance(parts: Sequence[int]) -> float:
    """Relative luminance of red, green and blue, from 0 to 1 (WCAG 2)."""
    shares = [part / 255 for part in parts]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))
