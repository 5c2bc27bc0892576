"""What each group of kernels is called, which values it computes, and in which lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import commonprefix
from string import digits

from engine.messages import counted, shown
from engine.program.graph import Graph, Lowered
from engine.program.kernels import (
    BatchedProduct,
    Chain,
    Elementwise,
    Kernel,
    Kernels,
    MatrixProduct,
    Pick,
    Reduction,
    SumOfProducts,
    Sums,
)
from engine.program.operands import computed_by
from engine.value import Value


@dataclass(frozen=True, slots=True)
class Part:
    """One group: its title in the source, its values, and the numbers of its lines from 0.

    Terms of a sum that are the same for all samples are summed first, the factors of a long product
    multiplied in pairs, and the largest of some relus is found before relu: those are no values of
    the graph, so their parts may have none.
    """

    title: str
    values: tuple[Value, ...]  # each after its inputs
    lines: tuple[int, ...]  # of the forward pass and the backward pass


def parts_of(
    lowered: Lowered, simplified: Graph, kernels: Kernels, lines: Mapping[int, Sequence[int]]
) -> list[Part]:
    """The groups in the order in which they are computed.

    A value that is no node of the simplified graph is a term of a sum, and belongs to the group
    that adds it up. `kernels` are those before `layout`.
    """
    group_at: dict[int, int] = {}
    for number, kernel in kernels.forward:
        group_at |= dict.fromkeys(computed_by(kernel).places, number)
    needed = set(simplified.needed)
    group: dict[int, int] = {}
    for place in reversed(range(len(lowered.nodes))):
        new = simplified.merged[place]
        if new in group_at:
            group[place] = group_at[new]
        for input in lowered.inputs(place):
            if lowered.inputs(input) and simplified.merged[input] not in needed and place in group:
                group[input] = group[place]
    titles = Titles(kernels)
    values: list[list[Value]] = [[] for _ in titles.groups]
    for place in sorted(group):
        origin = lowered.origins[place]
        if origin is not None:
            values[group[place]].append(origin)
    return [
        Part(titles[number], tuple(those), tuple(lines.get(number, ())))
        for number, those in enumerate(values)
    ]


class Titles(dict[int, str]):
    """What is written above each group: where it comes from, and what it is; a matrix without the
    column of its bias. Found out when it is asked for: of the groups in a loop few are."""

    def __init__(self, kernels: Kernels) -> None:
        super().__init__()
        self.origins = kernels.graph.origins
        self.groups: list[tuple[tuple[int, ...], str]] = []  # the nodes of each, and what it is
        for group, kernel in kernels.forward:
            if group == len(self.groups):
                places = computed_by(kernel).places
                self.groups.append((places, described(kernel, len(places))))

    def __missing__(self, group: int) -> str:
        places, what = self.groups[group]
        name = common_name(self.origins, places)
        title = self[group] = f"{name}: {what}" if name else what
        return title


def described(kernel: Kernel, count: int) -> str:
    """What a forward kernel of so many nodes is."""
    match kernel:
        case Elementwise(rule=rule) | Reduction(rule=rule) if rule is not None:
            return f"{count:,} x {rule.name}"
        case MatrixProduct(m=m, k=k, p=p):
            return f"{m} x {k} matrix" + (f", at {p} positions" if p > 1 else "")
        case Pick(at=index, height=height):
            return f"{index.rows} x row of {height}"
        case BatchedProduct(sizes=sizes):
            m, k, p = [sizes[axis] for axis in "mkp"]
            times = f"{sizes['b']} times " if sizes["b"] > 1 else ""
            return f"{times}{m} x {k} by {k} x {p} for each sample"
        case SumOfProducts(terms=terms):
            length = sum([each.length for each in terms])
            return f"{counted(count, 'sum')} of {counted(length, 'term')}"
        case Chain():
            return f"chain of {count:,} operations"
        case Sums():
            return f"{counted(count, 'sum')} of products"
        case _:
            raise TypeError(f"{shown(kernel)} is no forward kernel")


def common_name(origins: Sequence[Value | None], places: Sequence[int]) -> str:
    """What scopes and labels begin with, up to a whole name; nothing where one has none."""
    value = origins[places[0]]
    if value is None or not (value.scope or value.label):  # as most in large graphs
        return ""
    values = [origins[place] for place in places]
    labels = ["" if v is None else f"{v.scope} {v.label}".strip() for v in values]
    first, last = min(labels), max(labels)
    name = printable(commonprefix((first, last)))
    if any([label[len(name) :][:1].isdigit() for label in (first, last)]):
        name = name.rstrip(digits)  # not half a number
    name = name.rstrip(" /")
    if name != printable(first):
        name = name.rpartition("/")[0] or name  # the whole layer, not half a neuron's name
    return name


def printable(text: str) -> str:
    """The text on one line, whatever a label holds."""
    return text if text.isprintable() else "".join([c if c.isprintable() else " " for c in text])
