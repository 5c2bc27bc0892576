"""Numbers can be read on every tint behind them, and no colour is taken for another by anybody."""

import re
from itertools import combinations

import numpy as np
import pytest

from engine.drawing.colors import (
    CLASSES,
    GRADIENT,
    GRADIENT_TINTS,
    NEGATIVE,
    NO_TINT,
    POSITIVE,
    QUIET,
    VALUE,
    VALUE_TINT,
)
from engine.explorer.modules import page_file
from tests.engine.explorer.test_colors import contrast

ON_TINTS = [(GRADIENT, tint) for tint in (*GRADIENT_TINTS, NO_TINT)]
ON_WHITE = [(color, "#ffffff") for color in (QUIET, POSITIVE, NEGATIVE)]


@pytest.mark.parametrize("text, tint", [*ON_TINTS, (VALUE, VALUE_TINT), *ON_WHITE], ids=str)
def test_text_has_contrast(text: str, tint: str) -> None:
    """On the deepest orange a gradient had a contrast of 3.4, a positive weight on white 3.7."""
    assert contrast(text, tint) >= 4.5


# How a colour looks to those who lack one kind of cone, in linear light: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009)
SIGHT = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = [0.9505, 1.0, 1.089]
APART = 20.0  # in CIELAB, where 2.3 is just seen when two colours touch


def lab(color: str, sight: str) -> np.ndarray:
    """A colour as an eye sees it, in CIELAB."""
    parts = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHT[sight]) @ linear, 0.0, 1.0)
    x, y, z = np.array(TO_XYZ) @ seen / WHITE
    a, b, c = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return np.array([116 * b - 16, 500 * (a - b), 200 * (b - c)])


def distance(a: str, b: str, sight: str) -> float:
    return float(np.linalg.norm(lab(a, sight) - lab(b, sight)))


def on_the_page(place: int) -> list[str]:
    """The page's value, gradient, positive and negative, in light or in dark."""
    style = page_file("page.css")
    names = ("value", "gradient", "positive", "negative")
    return [re.findall(rf"--{name}: (#\w{{6}});", style)[place] for name in names]


OF_PICTURES = [VALUE, GRADIENT, POSITIVE, NEGATIVE]
LANGUAGES = {
    "pictures": OF_PICTURES,
    "the page in the dark": on_the_page(1),
    "samples": [VALUE, GRADIENT, *CLASSES],
}


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_color_is_taken_for_another(language: str, sight: str) -> None:
    """Who lacks blue cones took the crimson of a negative weight for a gradient's orange."""
    for a, b in combinations(LANGUAGES[language], 2):
        assert distance(a, b, sight) >= APART, (a, b)


def test_distances_are_those_of_the_standard() -> None:
    assert distance("#000000", "#ffffff", "all cones") == pytest.approx(100.0, abs=0.1)
    assert distance("#ff0000", "#00ff00", "all cones") == pytest.approx(170.6, abs=0.5)
    assert distance("#a3123f", GRADIENT, "tritanopia") < APART  # what they were


def test_the_page_speaks_the_language_of_the_pictures() -> None:
    """Its positive weights had the blue of values."""
    assert on_the_page(0) == OF_PICTURES
    properties = "(?:stroke|fill|border-color)"
    for sign in ("positive", "negative"):
        rule = rf"\.{sign}(?: \.\w+)? {{ {properties}: var\((.*?)\)"
        assert set(re.findall(rule, page_file("page.css"))) == {f"--{sign}"}
