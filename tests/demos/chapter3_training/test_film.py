"""The lesson on the film: the net learns, and the page is written."""

import re
from collections.abc import Callable


def test_quick_learns_and_writes_one_page(run_quick: Callable[..., str]) -> None:
    printed = run_quick("film", "film.html")
    before, after = map(float, re.findall(r"([\d.]+)%", printed))
    assert after > before + 20
