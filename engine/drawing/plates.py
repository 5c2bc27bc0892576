"""Where the numbers on straight edges stand, so that none covers another, nor an edge if it can."""

from collections.abc import Sequence

from engine.drawing.blocks import Point

Segment = tuple[Point, Point]
Size = tuple[float, float]  # width and height

# Shares of an edge, the best first: nearer to its beginning than to where most edges cross
SHARES = sorted([k / 40 for k in range(6, 35)], key=lambda share: abs(share - 0.36))


def place_plates(
    edges: Sequence[Segment], sizes: Sequence[Size], margin: float
) -> list[Point | None]:
    """The middle of each edge's plate; None where each place would cover another plate.

    Every plate stays by the margin within the two ends of its edge, left and right, where circles
    are. Among places that are free, the one at which the fewest other edges pass.

    >>> place_plates([((0, 0), (10, 0)), ((0, 5), (10, 5))], [(2, 1), (2, 1)], margin=1.0)
    [(3.5, 0.0), (3.5, 5.0)]
    """
    taken: list[tuple[Point, Size]] = []
    places: list[Point | None] = []
    for number, ((start, end), size) in enumerate(zip(edges, sizes)):
        others = [edge for k, edge in enumerate(edges) if k != number]
        left, right = start[0] + margin + size[0] / 2, end[0] - margin - size[0] / 2
        along = [tuple(a + share * (b - a) for a, b in zip(start, end)) for share in SHARES]
        free = [
            (x, y)
            for x, y in along
            if left <= x <= right and not any(overlap((x, y), size, *each) for each in taken)
        ]
        if not free:
            places.append(None)
            continue
        best = min(free, key=lambda place: sum(passes(edge, place, size) for edge in others))
        places.append(best)
        taken.append((best, size))
    return places


def overlap(a: Point, a_size: Size, b: Point, b_size: Size) -> bool:
    return all(abs(p - q) < (m + n) / 2 for p, q, m, n in zip(a, b, a_size, b_size, strict=True))


def passes(edge: Segment, place: Point, size: Size) -> bool:
    """Whether an edge goes through a plate: some part of it is inside, left to right and up."""
    first, last = 0.0, 1.0
    for start, end, middle, length in zip(*edge, place, size, strict=True):
        low, high = middle - length / 2 - start, middle + length / 2 - start
        way = end - start
        if way == 0.0:
            if low > 0.0 or high < 0.0:
                return False
            continue
        enter, leave = sorted((low / way, high / way))
        first, last = max(first, enter), min(last, leave)
    return first < last
