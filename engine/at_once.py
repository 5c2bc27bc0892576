"""Several changes as one: whoever presses Ctrl-C finds all of them made, or none."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any


def at_once(function: Callable[..., object], *columns: Iterable[Any]) -> None:
    """Call a function of C, such as setattr or list.append, with each row of the columns.

    Python looks for signals between its own instructions, and all the calls are a single one.

    >>> losses, seconds = [], []
    >>> at_once(list.append, [losses, seconds], [0.5, 0.01])
    >>> losses, seconds
    ([0.5], [0.01])
    """
    deque(map(function, *columns), maxlen=0)
