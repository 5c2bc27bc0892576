"""collector_paused: the collector is off inside, and as it was behind."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from engine import collector
from engine.collector import collector_paused

ROOT = Path(__file__).parents[2]


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


def collections() -> int:
    return sum(each["collections"] for each in gc.get_stats())


def test_what_was_made_inside_is_not_walked_through_right_behind() -> None:
    gc.unfreeze()  # what the tests share
    try:
        with collector_paused():
            before = collections()
            made = [[k] for k in range(100_000)]
        few = [[k] for k in range(10)]
        assert collections() == before and len(made) > len(few)
    finally:
        gc.freeze()


def test_what_somebody_has_frozen_stays_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collector_paused():
        made = [[k] for k in range(100_000)]
    assert frozen - 100 < gc.get_freeze_count() <= frozen and made
    monkeypatch.setattr(collector, "_made", collector._most + 1)  # a full collection is due
    with collector_paused():
        pass
    assert frozen - 100 < gc.get_freeze_count() <= frozen


LOOP = """
import gc, weakref
from engine import collector_paused
class Cycle: pass
cycle = Cycle()
cycle.itself = cycle
there = weakref.ref(cycle)
del cycle
before = gc.get_stats()[2]["collections"]
for _ in range(100):
    with collector_paused():
        made = [[k] for k in range(30_000)]
    made.clear()
assert there() is None
assert gc.get_stats()[2]["collections"] - before < 50  # and not each time
"""


def test_a_loop_that_pauses_often_still_collects_its_cycles() -> None:
    """In a process of its own, where there is little else to walk through."""
    subprocess.run([sys.executable, "-c", LOOP], cwd=ROOT, check=True)
