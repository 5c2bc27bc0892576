"""Numbers can be read on the strongest tint of their field, in light and in dark."""

import re

import pytest

from engine.explorer.modules import page_file


def luminance(color: str) -> float:
    """Relative luminance as the Web Content Accessibility Guidelines define it."""
    parts = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, tint: str) -> float:
    """From 1, none, to 21, black on white; 4.5 is what small text needs."""
    dark, light = sorted((luminance(text), luminance(tint)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["value", "gradient"])
def test_a_number_on_its_strongest_tint_has_contrast(name: str, place: int) -> None:
    """On the deepest orange a gradient had a contrast of 3.4."""
    text, tint = (
        re.findall(rf"--{each}: (#\w{{6}});", page_file("page.css"))[place]
        for each in (name, f"{name}-tint")
    )
    assert contrast(text, tint) >= 4.5
