"""Formulas in place of long lists: row numbers that are periodic, factors that are equal.

The row numbers of a recurrence come again and again, each time a constant further on: a formula
says them in a line, however many they are.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import ne, sub

import numpy as np

LEAST = 32  # fewer are as short one by one
MOST_PERIOD = 256
MOST_RUNS = 10  # of equal factors


def formula(numbers: Sequence[int]) -> str | None:
    """An expression of NumPy for these numbers; None where half of them would still be listed."""
    count = len(numbers)
    if count < LEAST:
        return None
    middle = count // 2
    twice, periods = 2 * numbers[middle], range(1, min(MOST_PERIOD, count // 4) + 1)
    possible = [x for x in periods if numbers[middle - x] + numbers[middle + x] == twice]
    array = np.array(numbers if possible else ())
    for period in possible:
        if repeats_at(numbers, middle, period):
            start, times = repeats(array, middle, period)
            if period * (times - 2) >= middle:
                stop = start + period * times
                first = list(numbers[start : start + period])
                by = list(map(sub, numbers[start + period :], first))
                return joined(numbers[:start], progression(first, by, times), numbers[stop:])
    return None


def repeats_at(numbers: Sequence[int], middle: int, period: int) -> bool:
    """Whether those of a period are as far from the ones before as from the ones after."""
    return all(
        numbers[k - period] + numbers[k + period] == 2 * numbers[k]
        for k in range(middle, middle + period)
    )


def repeats(
    numbers: "np.ndarray[tuple[int], np.dtype[np.int_]]", at: int, period: int
) -> tuple[int, int]:
    """Where the numbers around a place begin to repeat, and how many times they do."""
    even = numbers[: -2 * period] + numbers[2 * period :] == 2 * numbers[period:-period]
    uneven = np.flatnonzero(~even)
    cut = int(np.searchsorted(uneven, at - period))
    start = int(uneven[cut - 1]) + 1 if cut else 0
    stop = int(uneven[cut]) if cut < len(uneven) else len(even)
    return start, (stop - start) // period + 2


def progression(first: list[int], by: list[int], times: int) -> str:
    """These numbers, and so many times in all those that lie this far further on."""
    if len(first) == 1 and by[0]:
        return f"np.arange({first[0]}, {first[0] + times * by[0]}, {by[0]})"
    return f"({first} + np.arange({times})[:, None] * {by}).ravel()"


def joined(before: Sequence[int], middle: str, after: Sequence[int]) -> str:
    if not before and not after:
        return middle
    listed = [str([*numbers]) if numbers else "" for numbers in (before, after)]
    return f"np.concatenate(({', '.join(filter(None, (listed[0], middle, listed[1])))}))"


def equal_runs(numbers: Sequence[str]) -> str | None:
    """An expression of NumPy for numbers, of which equal ones stand side by side; None where they
    change too often.

    >>> equal_runs(["0.5"] * 30 + ["1.0", "0.5"])
    'np.repeat([0.5, 1.0, 0.5], [30, 1, 1])'
    """
    if sum(map(ne, numbers, numbers[1:])) >= min(MOST_RUNS, len(numbers) // 4):
        return None
    found = [(number, len(list(same))) for number, same in groupby(numbers)]
    values, times = [", ".join(map(str, each)) for each in zip(*found)]
    return f"np.repeat([{values}], [{times}])"
