"""Arrays of one kind under many names: a line for each, or where they are more than a few, as in
graphs without structure, several in one statement. Python compiles that in a fraction of the time,
and of the memory, that a line for each takes."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

FEW = 10  # names in a statement; so many have a line each


def indices(numbers: Mapping[str, str]) -> list[str]:
    """Arrays of row numbers, which as a text are read quickly, however many they are."""
    return defined(numbers, 'np.fromstring("{}", int, sep=" ")'.format, lambda x: stacked(x, "int"))


def columns(numbers: Mapping[str, str]) -> list[str]:
    """Arrays of numbers, a row for each."""
    return defined(
        numbers,
        'np.fromstring("{}", sep=" ")[:, None]'.format,
        lambda texts: f"[x[:, None] for x in {stacked(texts, 'float')}]",
    )


def views(space: str, slices: Mapping[str, str]) -> list[str]:
    """Rows of one array."""
    return defined(
        slices,
        lambda where: f"{space}[{where}]",
        lambda texts: f'rows({space}, "{" ".join(texts)}")',
    )


def buffers(columns: str, heights: Mapping[str, str]) -> list[str]:
    """Arrays of so many rows each."""
    return defined(
        heights,
        lambda height: f"np.empty(({height}, {columns}))",
        lambda texts: f'buffers("{" ".join(texts)}", {columns})',
    )


def stacked(texts: Sequence[str], kind: str) -> str:
    lines = "\n".join(texts)
    return f'arrays("""\n{lines}\n""", {kind})'


def defined(
    values: Mapping[str, str], one: Callable[[str], str], several: Callable[[Sequence[str]], str]
) -> list[str]:
    """The statements that give each name its value."""
    if len(values) <= FEW:
        return [f"{name} = {one(value)}" for name, value in values.items()]
    names, texts = list(values), list(values.values())
    count = -(-len(names) // FEW)
    cuts = [len(names) * k // count for k in range(count + 1)]
    return [f"{', '.join(names[a:b])} = {several(texts[a:b])}" for a, b in pairwise(cuts)]
