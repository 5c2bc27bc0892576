"""Where every node lies: a row for each, so that what is read together lies together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.program.plan import Elementwise, Group
from engine.program.simplify import Simplified, Source


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of S or K, in this order."""

    sampled: bool
    numbers: tuple[int, ...]

    def slice(self) -> str | None:
        """How Python slices them; None where they do not lie evenly."""
        first, count = self.numbers[0], len(self.numbers)
        step = self.numbers[1] - first if count > 1 else 1
        even = all(b - a == step for a, b in zip(self.numbers, self.numbers[1:]))
        if not even or step < 1:
            return None
        stop = self.numbers[-1] + 1
        return f"{first}:{stop}" if step == 1 else f"{first}:{stop}:{step}"

    def strided(self) -> bool:
        """Whether other rows lie between them."""
        return len(self.numbers) > 1 and self.numbers[1] - self.numbers[0] != 1

    def repeated(self) -> bool:
        """Whether they are one row again and again."""
        return len(self.numbers) > 1 and len(set(self.numbers)) == 1


@dataclass(slots=True)
class Layout:
    """The row of every node."""

    graph: Simplified
    row: dict[int, int] = field(default_factory=dict)
    n_inputs: int = 0  # they are the first rows
    n_sampled: int = 0
    n_others: int = 0

    def add(self, place: int) -> None:
        if self.graph.sampled[place]:
            self.row[place] = self.n_sampled
            self.n_sampled += 1
        else:
            self.row[place] = self.n_others
            self.n_others += 1

    def rows(self, places: Sequence[int]) -> Rows:
        return Rows(self.graph.sampled[places[0]], tuple(map(self.row.__getitem__, places)))


def laid_out(graph: Simplified, groups: Sequence[Group]) -> tuple[Layout, list[Group]]:
    """Rows for all nodes; within a group in the order of an input, so that it is a slice."""
    layout = Layout(graph)
    sources = [(p, node) for p in graph.needed if isinstance(node := graph.nodes[p], Source)]
    for kind in ("input", "zero", "parameter", "constant"):
        for place, node in sources:
            if node.kind == kind:
                layout.add(place)
                layout.n_inputs += kind == "input"
    ordered: list[Group] = []
    for group in groups:
        if isinstance(group, Elementwise):
            sampled = [i for i in group.inputs if graph.sampled[i[0]] == group.sampled]
            lead = sampled[0]
            order = sorted(range(len(lead)), key=lambda k: layout.row[lead[k]])
            group = replace(
                group,
                inputs=tuple(tuple(i[k] for k in order) for i in group.inputs),
                outputs=tuple(group.outputs[k] for k in order),
            )
        for place in group.outputs:
            layout.add(place)
        ordered.append(group)
    return layout, ordered
