"""The numbers of a tree of Values."""

from typing import Any

from nn.tree import tree_map


def numbers_of(tree: Any) -> Any:
    """The tree with the number of each Value in its place; numbers stay."""
    return tree_map(lambda leaf: getattr(leaf, "data", leaf), tree)
