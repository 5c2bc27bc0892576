"""What a reader sees, measured in the browser: sizes of text, contrast, overlaps, what is cut off.

Boxes are those of the screen, so that zoom and the size of the window count.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SIZES = ((1440, 900), (1024, 768), (390, 844), (844, 390))
SMALLEST = 10.0  # pixels of a text
PALEST = 4.5  # contrast of a text, as the Web Content Accessibility Guidelines define it
MEASURE = Path(__file__).with_name("measuring.js").read_text(encoding="utf-8")


def measure(page: Any) -> Any:
    """The stage; texts with size, contrast and box; cards and labels with their boxes; edges."""
    return json.loads(page.evaluate(MEASURE))


def faults(measured: Any) -> list[str]:
    """All that a reader could not read, in words."""
    return [
        *(f"small: {text}" for text in too_small(measured)),
        *(f"pale: {text}" for text in pale(measured)),
        *(f"cut off: {text}" for text in cut_off(measured)),
        *(f"covered: {a} and {b}" for a, b in overlapping(measured)),
        *(f"crossed by an edge: {label}" for label in crossed(measured)),
    ]


def too_small(measured: Any) -> list[str]:
    return [each["text"] for each in measured["texts"] if each["size"] < SMALLEST - 1e-6]


def pale(measured: Any) -> list[str]:
    return [
        f"{each['text']} {each['contrast']:.2f}"
        for each in measured["texts"]
        if each["contrast"] < PALEST
    ]


def cut_off(measured: Any) -> list[str]:
    """Texts that what is around them hides in part, and fields narrower than their digits."""
    cut = [f"{each['text']} by {each['cut']}" for each in measured["texts"] if each["cut"]]
    return [*cut, *measured["fields"]]


def out_of_sight(measured: Any) -> list[str]:
    """The cards that are not whole on the stage."""
    stage = measured["stage"]
    return [
        card["name"]
        for card in measured["cards"]
        if card["left"] < stage["left"] - 0.5
        or card["right"] > stage["right"] + 0.5
        or card["top"] < stage["top"] - 0.5
        or card["bottom"] > stage["bottom"] + 0.5
    ]


def overlapping(measured: Any) -> list[tuple[str, str]]:
    """Pairs of labels and cards, or of two labels, that cover one another."""
    labels, cards = measured["labels"], measured["cards"]
    pairs = [(a, b) for k, a in enumerate(labels) for b in [*labels[:k], *cards]]
    return [(a["name"], b["name"]) for a, b in pairs if shared(a, b) > 1.0]


def crossed(measured: Any, margin: float = 1.0) -> list[str]:
    """The labels that the line of an edge goes through, by more than a margin in pixels."""
    points = [point for edge in measured["edges"] for point in edge]
    return [label["name"] for label in measured["labels"] if holds_any(label, points, margin)]


def holds_any(box: Any, points: Iterable[tuple[float, float]], margin: float) -> bool:
    return any(
        box["left"] + margin < x < box["right"] - margin
        and box["top"] + margin < y < box["bottom"] - margin
        for x, y in points
    )


def shared(a: Any, b: Any) -> float:
    """How many pixels two boxes share, by the narrower side; less than 0 where none."""
    across = min(a["right"], b["right"]) - max(a["left"], b["left"])
    down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return float(min(across, down))
