"""Names and numbers as they are shown: one way everywhere, in formulas, steps, tables and pages."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count
from unicodedata import normalize

from engine.messages import LONGEST
from engine.rules import CONSTANT
from engine.value import Value

MOST_LEVELS = 20  # of boxes within boxes
SUPERSCRIPTS = dict(zip("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def name_nodes(nodes: Iterable[Value]) -> dict[Value, str]:
    """A name for each node, and no name twice: its label, or v1, v2, …; x again is x#2.

    Labels that Python takes for one name, as µ and its look-alike (NFKC), are one; a name is short
    and on one line, whatever the label. A plain number that an operation met has its digits for a
    name.

    >>> x = Value(1.0, "x")
    >>> y = x * Value(2.0, "x")
    >>> list(name_nodes([*y.inputs, y]).values())
    ['x', 'x#2', 'v1']
    """
    nodes = list(nodes)
    shown = {node: printable(node.label).replace("\n", " ") for node in nodes}
    labels = {normalize("NFKC", name) for name in shown.values()}
    series: dict[str, Iterator[str]] = {"": numbered("v", 1)}
    names: dict[Value, str] = {}
    for node in nodes:
        label = normalize("NFKC", shown[node])
        if node.rule is CONSTANT:
            names[node] = digits(node.data)
        elif label and label not in series:
            names[node] = shown[node]
            series[label] = numbered(f"{label}#", 2)
        else:
            names[node] = next(name for name in series[label] if name not in labels)
    return names


def numbered(name: str, first: int) -> Iterator[str]:
    """The name with every number from the first on behind it."""
    return (f"{name}{number}" for number in count(first))


def split_name(label: str) -> tuple[str, str]:
    """The number at the end of a label is its index.

    >>> split_name("w12"), split_name("12")
    (('w', '12'), ('12', ''))
    """
    head = label.rstrip("0123456789")
    return (head, label[len(head) :]) if head else (label, "")


def split_scope(scope: str) -> tuple[str, ...]:
    """The names on the way to a scope; beyond 20 levels, all others are one.

    >>> split_scope("layer 1/neuron 2")
    ('layer 1', 'neuron 2')
    """
    parts = tuple(part for part in scope.split("/") if part)
    return parts if len(parts) <= MOST_LEVELS else (*parts[: MOST_LEVELS - 1], "…")


def printable(text: str) -> str:
    """The text for a picture: without what no XML file may hold, and the middle of what is long."""
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 51]}…{text[-50:]}"
    if short.isprintable():
        return short
    replaced = "\N{REPLACEMENT CHARACTER}"
    return "".join(c if c == "\n" or c.isprintable() else replaced for c in short)


def digits(number: float, count: int = 4, *, minus: str = "−") -> str:
    """The number to so many significant digits, without a minus before a zero.

    >>> digits(-1 / 3), digits(-0.0), digits(1e-9), digits(-1 / 3, 6, minus="-")
    ('−0.3333', '0', '1e−09', '-0.333333')
    """
    return f"{number + 0.0:.{count}g}".replace("-", minus)


def align_columns(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> str:
    """Rows as text in columns two spaces apart; the columns in `right` are flush right.

    >>> print(align_columns([("name", "value"), ("x", "3"), ("bias", "0.5")], right={1}))
    name  value
    x         3
    bias    0.5
    """
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    )
