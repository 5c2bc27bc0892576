"""What a reader sees, measured in the browser: sizes of text, what is out of sight, overlaps.

Boxes are those of the screen, so that zoom and the size of the window count.
"""

from typing import Any

SIZES = ((1440, 900), (1024, 768), (390, 844), (844, 390))

MEASURE = """() => {
  const stage = document.getElementById("picture").getBoundingClientRect();
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const scale = (element) => {
    const matrix = element.getScreenCTM ? element.getScreenCTM() : null;
    const world = element.closest(".world");
    return matrix ? matrix.d : world ? new DOMMatrix(getComputedStyle(world).transform).d : 1;
  };
  const shown = (element) => element.textContent.trim() && element.getClientRects().length > 0;
  const texts = [...document.querySelectorAll("#picture text, #picture .partial")]
    .filter(shown)
    .map((element) => ({
      text: element.textContent,
      size: parseFloat(getComputedStyle(element).fontSize) * scale(element),
    }));
  const cards = [...document.querySelectorAll("#picture .card")].map((card) => ({
    name: card.querySelector(".name, text")?.textContent ?? "",
    ...box(card.querySelector(".face") ?? card),
  }));
  const labels = [...document.querySelectorAll("#picture .partial")].filter(shown).map((label) => ({
    name: label.textContent, ...box(label),
  }));
  return { stage: box(document.getElementById("picture")), texts, cards, labels };
}"""


def measure(page: Any) -> Any:
    """The stage; texts with their sizes in pixels; cards and labels of edges with their boxes."""
    return page.evaluate(MEASURE)


def too_small(measured: Any, least: float = 10.0) -> list[str]:
    """The texts of the picture that are smaller than so many pixels."""
    return [each["text"] for each in measured["texts"] if each["size"] < least - 1e-6]


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


def shared(a: Any, b: Any) -> float:
    """How many pixels two boxes share, by the narrower side; less than 0 where none."""
    across = min(a["right"], b["right"]) - max(a["left"], b["left"])
    down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return float(min(across, down))
