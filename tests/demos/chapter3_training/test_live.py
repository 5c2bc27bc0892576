"""The lesson on live training writes its page."""

from collections.abc import Callable


def test_it_writes_the_page(run_quick: Callable[..., str]) -> None:
    assert "press Run" in run_quick("live", "live.html")
