"""collector_paused: the collector is off inside, and as it was behind."""

import gc

import pytest

from engine.collector import collector_paused


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("error", [True, False])
def test_the_collector_is_off_inside_and_as_it_was_behind(before: bool, error: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        try:
            with collector_paused():
                with collector_paused():
                    assert not gc.isenabled()
                assert not gc.isenabled()
                if error:
                    raise ValueError
        except ValueError:
            pass
        assert gc.isenabled() is before
    finally:
        (gc.enable if was_on else gc.disable)()
