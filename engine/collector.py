"""Large graphs without the cost of Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 50_000  # objects: to walk through them takes longer than to count what is frozen


@contextmanager
def collector_paused() -> Iterator[None]:
    """Build graphs without Python's garbage collector, which then is as it was before.

    It looks for cycles of objects, and so walks through every node that is kept, again and again as
    their number grows. A graph of Values has no cycles: what nobody holds any more is freed at
    once, collector or not. The pause is for all threads, as Python has one collector. What was made
    in it, if it is much, counts as old behind it, unless something is frozen by `gc.freeze`.

    >>> from engine import Value, collector_paused
    >>> with collector_paused():
    ...     y = sum(Value(0.5) * k for k in range(1000))
    ...     y.backward()
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # What was made counts as old, where it is much: it is not walked through right away
            if gc.get_count()[0] > MANY and gc.get_freeze_count() == 0:
                gc.freeze()
                gc.unfreeze()
            gc.enable()
