"""Large graphs without the cost of Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 50_000  # objects: to walk through them takes longer than to count what is frozen

# How many more may be made in pauses until all are walked through; None before it is known
_room: int | None = None


@contextmanager
def collector_paused() -> Iterator[None]:
    """Build graphs without Python's garbage collector, which then is as it was before.

    It looks for cycles of objects, and so walks through every node that is kept, again and again as
    their number grows. A graph of Values has no cycles: what nobody holds any more is freed at
    once, collector or not. The pause is for all threads, as Python has one collector. What was made
    in it, if it is much, counts as old behind it, unless something is frozen by `gc.freeze`. Once
    four times as much was made in pauses as there was, the next one begins with a full collection.

    >>> from engine import Value, collector_paused
    >>> with collector_paused():
    ...     y = sum(Value(0.5) * k for k in range(1000))
    ...     y.backward()
    """
    global _room
    was_on = gc.isenabled()
    gc.disable()
    if was_on and _room is not None and _room < 0:
        gc.collect()
        _room = None
    try:
        yield
    finally:
        if was_on:
            made = gc.get_count()[0]
            # What was made counts as old, where it is much: it is not walked through right away.
            # Nor is it ever by Python, whose counts this sets to 0: so they are kept here
            if made > MANY and gc.get_freeze_count() == 0:
                gc.freeze()
                _room = 4 * gc.get_freeze_count() if _room is None else _room - made
                gc.unfreeze()
            gc.enable()
