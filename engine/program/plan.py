"""What is computed together: one rule for many nodes, or sums of products that share a matrix."""

from dataclasses import dataclass

from engine.rules import Rule


@dataclass(frozen=True, slots=True)
class Elementwise:
    """One rule for many nodes: inputs[k] are the nodes at input k."""

    rule: Rule
    fixed: tuple[float, ...]
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]
    sampled: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """weights (rows × columns) times the nodes `right` (columns × positions)."""

    weights: tuple[tuple[int, ...], ...]
    right: tuple[tuple[int, ...], ...]

    @property
    def positions(self) -> int:
        return len(self.right[0])


@dataclass(frozen=True, slots=True)
class Terms:
    """For each output the sum over t of factors[t] · a[t], or factors[t] · a[t] · b[t]."""

    factors: tuple[tuple[float, ...], ...]
    a: tuple[tuple[int, ...], ...]
    b: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of products of one shape; outputs go through all positions of a row, then the next."""

    outputs: tuple[int, ...]
    sampled: bool
    matrix: Matrix | None
    terms: tuple[Terms, ...]
    bias: tuple[int, ...]  # nodes that do not depend on the sample, one for each output, or none


Group = Elementwise | Sums


def operations(group: Group) -> int:
    """Additions, multiplications and calls of functions for one sample."""
    if isinstance(group, Elementwise):
        return len(group.outputs)
    count = len(group.outputs) * (len(group.bias[:1]) + sum(2 * len(t.a) for t in group.terms))
    if group.matrix is not None:
        count += 2 * len(group.outputs) * len(group.matrix.right)
    return count
