"""The picture of any model: its blocks, framed, with what stands in them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress, pairwise

from engine.drawing.blocks import Block, Body, Diagram, Grids, Parts, Row
from engine.drawing.colors import DARK_LINE, LINE, QUIET
from engine.drawing.diagrams import draw_diagram
from engine.drawing.figure import LEADING, Figure, Text, width_of
from engine.drawing.grids import draw_grids
from engine.drawing.network import Network
from engine.drawing.textbook import draw_network
from engine.messages import counted

PAD, GAP = 0.14, 0.75  # inches within a frame, and between blocks, where an arrow has its words
WIDEST = 15.0  # of a row of blocks, which goes on below
TALLEST = 16.0  # of a picture in which blocks within blocks are open
MOST_BLOCKS = 24
DEEPEST = 3  # levels of blocks within blocks


def draw_model(block: Block, depth: int | None = None) -> Figure:
    """A fully connected net as its circles alone, everything else in its frame.

    `depth` says how many levels of blocks within blocks are open: by default as many as fit.
    """
    bodies = joined(block.bodies)
    if len(bodies) == 1 and isinstance(bodies[0], Network):
        return draw_network(bodies[0])
    whole = replace(block, bodies=bodies)
    if depth is not None:
        return draw_block(whole, depth)
    for levels in range(DEEPEST, 1, -1):
        figure = draw_block(whole, levels)
        if figure.extent()[3] <= TALLEST:
            return figure
    return draw_block(whole, 1)


def joined(bodies: Sequence[Body]) -> Sequence[Body]:
    """A row in which there are only fully connected layers is one net."""
    if len(bodies) != 1 or not isinstance(bodies[0], Row):
        return bodies
    blocks = joined_networks(bodies[0].blocks)
    return blocks[0].bodies if len(blocks) == 1 else [Row(blocks)]


def joined_networks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with neighbours that are fully connected as one net."""
    kept: list[Block] = []
    for block in blocks:
        before = network_of(kept[-1]) if kept else None
        network = network_of(block)
        if before is None or network is None or before.sizes()[-1] != network.n_inputs:
            kept.append(block)
            continue
        whole = replace(before, layers=[*before.layers, *network.layers])
        first = kept[-1]
        kept[-1] = replace(
            first,
            title=f"{first.title}, {block.title}",
            parameters=first.parameters + block.parameters,
            bodies=[whole],
            returned=block.returned,
        )
    return kept


def network_of(block: Block) -> Network | None:
    """The net of a block that shows nothing else."""
    if len(block.bodies) == 1 and isinstance(body := block.bodies[0], Network):
        return body
    return None


def draw_block(block: Block, depth: int, *, shaped: bool = True) -> Figure:
    """Title, formulas and pictures in a frame, whose lower left corner is the origin."""
    texts = texts_of(block, shaped=shaped)
    is_open = [depth > 0 or not isinstance(body, Row | Parts) for body in block.bodies]
    drawn = [draw_body(body, depth) for body in compress(block.bodies, is_open)]
    inner = beside(drawn)
    left, down, right, up = inner.extent()
    below = up - down + PAD if drawn else 0.0
    width = max(right - left, *[width_of(text, size) for text, size, _ in texts]) + 2 * PAD
    height = below + sum(LEADING * size for _, size, _ in texts) + 2 * PAD
    figure = Figure()
    look = {"shape": "box", "style": "rounded", "color": LINE}
    figure.mark("frame", "", (width / 2, height / 2), (width, height), **look)
    figure.write("text", width / 2, (below + height) / 2, texts)
    figure.put(inner, "i", (width - left - right) / 2, PAD - down)
    return figure


def texts_of(block: Block, *, shaped: bool) -> list[Text]:
    """What is said of a block above its pictures."""
    shapes = (
        f"{block.given} → {block.returned}" if shaped and block.given and block.returned else ""
    )
    said = [(block.title, 12, "black"), (size_of(block), 10, QUIET), (shapes, 10, QUIET)]
    said += [(line, 10, DARK_LINE) for line in block.lines]
    return [text for text in said if text[0]]


def size_of(block: Block) -> str:
    """Its parameters in words."""
    return counted(block.parameters, "parameter") if block.parameters else ""


def draw_body(body: Body, depth: int) -> Figure:
    if isinstance(body, Network):
        return draw_network(body, alone=False)
    if isinstance(body, Grids):
        return draw_grids(body)
    if isinstance(body, Diagram):
        return draw_diagram(body)
    shown = joined_networks(body.blocks) if isinstance(body, Row) else list(body.blocks)
    rest = shown[MOST_BLOCKS:]
    if rest:
        count = sum(block.parameters for block in rest)
        shown = [*shown[:MOST_BLOCKS], Block(f"and {len(rest):,} more", count)]
    return draw_row(shown, depth - 1, arrows=isinstance(body, Row))


def beside(figures: Sequence[Figure]) -> Figure:
    """Figures from left to right, their middles on one line."""
    whole = Figure()
    x = 0.0
    for number, figure in enumerate(figures):
        left, down, right, up = figure.extent()
        whole.put(figure, f"b{number}_", x - left, -(down + up) / 2)
        x += right - left + 3 * PAD
    return whole


def draw_row(blocks: Sequence[Block], depth: int, *, arrows: bool) -> Figure:
    """Blocks from left to right, in lines where they are many, with arrows and shapes between."""
    figures = [draw_block(block, depth, shaped=not arrows) for block in blocks]
    between = [before.returned or after.given for before, after in pairwise(blocks)]
    words = [blocks[0].given, *between, blocks[-1].returned]  # at the arrow into each, and at last
    gaps = [length_of_arrow(text) if arrows else 3 * PAD for text in between]
    whole = Figure()
    y = 0.0
    for line in lines_of([figure.extent()[2] for figure in figures], gaps):
        tallest = max(figures[k].extent()[3] for k in line)
        middle = y - tallest / 2
        x = 0.0
        for k in line:
            width, height = figures[k].extent()[2:]
            whole.put(figures[k], f"r{k}_", x, middle - height / 2)
            if arrows:
                draw_arrow(whole, f"in{k}", (x - length_of_arrow(words[k]), x), middle, words[k])
            if arrows and k == line[-1]:
                last = k == len(blocks) - 1  # else it goes on below
                length, text = (length_of_arrow(words[-1]), words[-1]) if last else (0.3, "")
                draw_arrow(whole, f"out{k}", (x + width, x + width + length), middle, text)
            x += width + (gaps[k] if k < len(gaps) else 0.0)
        y -= tallest + 3 * PAD
    return whole


def lines_of(widths: Sequence[float], gaps: Sequence[float]) -> list[list[int]]:
    """The numbers of the blocks that stand in each line, as many as have room.

    >>> lines_of([6.0, 6.0, 6.0], [1.0, 1.0])
    [[0, 1], [2]]
    """
    lines: list[list[int]] = []
    x = 0.0
    for k, width in enumerate(widths):
        if not lines or x + width > WIDEST:
            lines.append([])
            x = 0.0
        lines[-1].append(k)
        x += width + (gaps[k] if k < len(gaps) else 0.0)
    return lines


def draw_arrow(whole: Figure, name: str, ends: tuple[float, float], y: float, text: str) -> None:
    """An arrow from left to right, with words above it."""
    marks = [f"{name}_{k}" for k in range(2)]
    for mark, x in zip(marks, ends):
        whole.bend(mark, x, y)
    whole.line(*marks, arrowhead="normal", arrowsize="0.7", color=DARK_LINE)
    if text:
        whole.write(f"{name}_words", sum(ends) / 2, y + 0.14, [(text, 10, QUIET)])


def length_of_arrow(text: str) -> float:
    """How long it is, so that its words have room."""
    return max(GAP, width_of(text, 10) + 0.3)
