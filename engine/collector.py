"""Large graphs without the cost of Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 2_000  # objects: to walk through them takes longer than to make them old
LEAST = 1_000_000  # objects that are made in pauses before all are walked through

_made = 0  # in pauses, since all were walked through
_most = LEAST  # may be made until they are again


@contextmanager
def collector_paused() -> Iterator[None]:
    """Python's cycle collector is off inside, for building large graphs, and afterwards as it was.

    It looks for cycles of objects, and so walks through every node that is kept, again and again as
    their number grows. A graph of Values has no cycles: what nobody holds any more is freed at
    once, collector or not. The pause is for all threads, as Python has one collector. What was made
    in it, if it is much, counts as old afterwards, unless something is frozen by `gc.freeze`. Once
    four times as much was made in pauses as there is, the next one begins with a full collection.

    >>> from engine import Value, collector_paused
    >>> with collector_paused():
    ...     y = sum(Value(0.5) * k for k in range(1000))
    ...     y.backward()
    """
    global _made
    was_on = gc.isenabled()
    if was_on and _made > _most and gc.get_freeze_count() == 0:
        collect_all()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            made = gc.get_count()[0]
            # What was made counts as old, where it is much: it is not walked through right away.
            # Nor is it ever by Python, whose counts this sets to 0: so they are kept here
            if made > MANY and gc.get_freeze_count() == 0:
                gc.freeze()
                gc.unfreeze()
                _made += made
            gc.enable()


def collect_all() -> None:
    """Walk through all objects, and count them."""
    global _made, _most
    gc.collect()
    gc.freeze()
    _made, _most = 0, max(LEAST, 4 * gc.get_freeze_count())
    gc.unfreeze()
