"""Tables that lessons print."""

from collections.abc import Container, Sequence
from textwrap import indent

from engine.names import align_columns


def print_table(rows: Sequence[Sequence[object]], *, right: Container[int] | None = None) -> None:
    """Print rows in aligned columns, two spaces in: flush right, or only those in `right`.

    The first column holds names, and is flush left where nothing else is said.

    >>> print_table([("epoch", "loss"), ("first", 0.5), ("last", 0.125)])
      epoch   loss
      first    0.5
      last   0.125
    """
    texts = [[str(cell) for cell in row] for row in rows]
    flush_right = range(1, max(map(len, texts))) if right is None else right
    print(indent(align_columns(texts, right=flush_right), "  "))
