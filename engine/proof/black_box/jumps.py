"""Small jumps beside a point, as a loop leaves that stops at a tolerance, and what they hide."""

from collections.abc import Mapping

from engine.proof.black_box.line import Line, step
from engine.proof.black_box.noise import estimate_noise, unit

SPACINGS = step(7), step(5), step(3)  # of the values that are looked at
REACH = 100  # so many to each side
OUTLIER = 30.0  # times the roughness beside it
JUMP = 3.0  # over the deviation of seven values that it divides
ZOOMS = 14  # each to a third
FADED = 10.0  # by how much less rough a closer look finds what is no jump


def hidden_slope(line: Line) -> float:
    """How far jumps may bring the slope between them from that of the function without; 0 for none.

    A result that is off by a little here, and by another little behind a jump J at a distance r,
    has a slope that is off by about J / r.
    """
    return max(hidden_by_next(line, spacing) for spacing in SPACINGS)


def hidden_by_next(line: Line, spacing: float) -> float:
    """What the next jump hides that values so far apart show."""
    rough = roughness(line, 0.0, spacing, REACH)
    nearest = min(outliers(rough, unit(line.center, line.bits)), key=abs, default=None)
    if nearest is None:
        return 0.0
    center, deviation = zoom(line, nearest, spacing)
    if deviation < rough[nearest] / FADED:
        return 0.0
    return 3.0 * JUMP * deviation / max(abs(center), spacing)


def outliers(rough: Mapping[float, float], least: float) -> list[float]:
    """Where seven values are rough, and seven before or behind them smooth."""
    places, rows = list(rough), list(rough.values())
    return [
        place
        for place, before, deviation, behind in zip(places[7:], rows, rows[7:], rows[14:])
        if deviation > OUTLIER * max(min(before, behind), least)
    ]


def is_smooth(line: Line) -> bool:
    """Whether it is smooth at a closer look where it is roughest: it is steep there, or bent."""
    rough = roughness(line, 0.0, SPACINGS[0], REACH)
    roughest = max(rough, key=lambda x: rough[x])
    return zoom(line, roughest, SPACINGS[0])[1] < rough[roughest] / FADED


def zoom(line: Line, center: float, spacing: float) -> tuple[float, float]:
    """Where the function is roughest at a closer and closer look from there, and how rough.

    Beside a jump it stays as rough, beside a kink and elsewhere it gets smooth.
    """
    near: dict[float, float] = {}
    for _ in range(ZOOMS):
        spacing /= 3.0
        near = roughness(line, center, spacing, 12)
        center = max(near, key=lambda x: near[x])
    return center, near[center]


def roughness(line: Line, center: float, spacing: float, reach: int) -> dict[float, float]:
    """How far seven values in a row are from smooth, by the place of the middle one."""
    places = [center + j * spacing for j in range(-reach, reach + 1)]
    values = [line.function(place) for place in places]
    found = {}
    for k in range(len(values) - 6):
        known = [y for y in values[k : k + 7] if y is not None]
        found[places[k + 3]] = estimate_noise(known) if len(known) == 7 else 0.0
    return found
