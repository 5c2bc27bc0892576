"""Functions that a program's source takes along, where its lines call them."""

from typing import Any

import numpy as np


def checked(index: Any, count: int) -> Any:
    """Numbers as ints from 0 to count - 1. Raises ValueError where one is none."""
    rows = index.astype(int)
    if (rows != index).any() or (rows.view(np.uint64) >= count).any():
        raise ValueError(f"an index must be from 0 to {count - 1}")
    return rows


def view(rows: Any, first: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Rows that walk with these strides along the axes of this shape, seen as they lie."""
    row, column = rows.strides
    steps = [row * stride for stride in strides]
    shape = (*shape, rows.shape[1])
    return np.lib.stride_tricks.as_strided(rows[first:], shape, (*steps, column))
