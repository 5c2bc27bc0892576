"""Small jumps beside a point, as a loop leaves that stops at a tolerance, and what they hide."""

from engine.proof.black_box.line import Line, step
from engine.proof.black_box.noise import estimate_noise

SPACING, REACH = step(5), 100  # so many values to each side are looked at
OUTLIER = 30.0  # times the roughness of the smoothest tenth
JUMP = 3.0  # over the deviation of seven values that it divides
ZOOMS = 14  # each to a third


def hidden_slope(line: Line) -> float:
    """How far jumps may bring the slope between them from that of the function without; 0 for none.

    A result that is off by a little here, and by another little behind a jump J at a distance r,
    has a slope that is off by about J / r.
    """
    rough = roughness(line, 0.0, SPACING, REACH)
    limit = OUTLIER * sorted(rough.values())[len(rough) // 10]
    outliers = [center for center, deviation in rough.items() if deviation > limit]
    if not outliers:
        return 0.0
    center, spacing = min(outliers, key=abs), SPACING
    first = last = rough[center]
    for _ in range(ZOOMS):
        spacing /= 3.0
        near = roughness(line, center, spacing, 12)
        center = max(near, key=lambda each: near[each])
        last = near[center]
    if last < first / 10.0:  # a kink
        return 0.0
    return 3.0 * JUMP * last / max(abs(center), SPACING)


def roughness(line: Line, center: float, spacing: float, reach: int) -> dict[float, float]:
    """How far seven values in a row are from smooth, by the place of the middle one."""
    places = [center + j * spacing for j in range(-reach, reach + 1)]
    values = [line.function(place) for place in places]
    found = {}
    for k in range(len(values) - 6):
        known = [y for y in values[k : k + 7] if y is not None]
        found[places[k + 3]] = estimate_noise(known) if len(known) == 7 else 0.0
    return found
