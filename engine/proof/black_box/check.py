"""The proof of a gradient that comes as numbers: entry by entry, or along a random direction."""

import random
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from engine.proof.black_box.function import BlackBox, call_unchanged, examine
from engine.proof.black_box.hints import hints
from engine.proof.black_box.search import Search, single, weighed
from engine.proof.black_box.slopes import Claim, Direction
from engine.proof.black_box.trees import Tree
from engine.proof.report import GradientError, Report, Row, Undecided

ONE_BY_ONE = 20  # so many inputs are checked singly, more along a random direction
ALONG = "a random direction"
FAR = (1.0, -1.0, 1e3, -1e3)  # an input is moved so far to see whether it matters at all


def check_gradient(
    function: Callable[..., Any],
    gradient: Callable[..., Any],
    tree: Tree,
    *,
    allow_unused: bool,
    rng: random.Random,
) -> Report:
    """Prove the gradient of a function that returns one number."""
    (center,) = one_number(examine(function, tree))
    numbers = tree.flatten(call_unchanged(gradient, tree, "the gradient"), "gradient")

    def slope_at(point: Sequence[float], direction: Direction) -> float:
        slopes = tree.flatten(gradient(*tree.rebuilt(point)), "gradient")
        return sum(slopes[k] * d for k, d in direction.items())

    claim = Claim(BlackBox(function, tree), center, slope_at, numbers)
    return prove(claim, allow_unused=allow_unused, rng=rng)


def one_number(outputs: list[float]) -> list[float]:
    """Raises TypeError where there are several."""
    if len(outputs) == 1:
        return outputs
    raise TypeError(
        f"check_gradients: the function must return one number, and it returned {len(outputs)}: "
        "where there are several, give jacobian=, jvp= or vjp="
    )


def prove(claim: Claim, *, allow_unused: bool, rng: random.Random) -> Report:
    """The report on a claim; raises what `check_gradients` does."""
    tree = claim.box.tree
    if not tree.numbers:
        raise ValueError("check_gradients: no inputs are given, so there is nothing to check")
    bad = [k for k, slope in enumerate(claim.gradient) if not isfinite(slope)]
    notes: list[str] = []
    if bad:
        rows = [single(claim, k) for k in bad[:ONE_BY_ONE]]
    elif len(tree.numbers) <= ONE_BY_ONE:
        rows = one_by_one(claim)
    else:
        rows, notes = along_a_direction(claim, rng)
    report = Report(tuple(rows), tuple(notes))
    wrong = [row for row in rows if row.verdict == "disagrees" and row.name != ALONG]
    if any(row.verdict == "disagrees" for row in rows):
        report = Report(tuple(rows), (*notes, *hints(claim, wrong)))
        raise GradientError(f"the gradient is wrong\n{report}")
    if not allow_unused:
        refuse_unused(claim)
    if any(row.verdict != "agrees" for row in rows):
        raise Undecided(f"the check is inconclusive at this point:\n{report}")
    return report


def one_by_one(claim: Claim) -> list[Row]:
    size, rows = max(map(abs, claim.gradient)), []
    for k, slope in enumerate(claim.gradient):
        if slope == 0.0 and is_ignored(claim, [k]):
            rows.append(Row(claim.box.tree.entry(k), 0.0, None, 0.0, 0.0, "agrees"))
        else:
            rows.append(single(claim, k, size=size))
    return rows


def is_ignored(claim: Claim, entries: Sequence[int]) -> bool:
    """Whether the function gives the same number however far these entries are moved."""
    moves = [{k: far * (1.0 + k % 7) for k in entries} for far in FAR]
    return all(claim.box.near(claim.moved(move, 1.0)) == claim.center for move in moves)


def along_a_direction(claim: Claim, rng: random.Random) -> tuple[list[Row], list[str]]:
    """One direction; where it does not agree, all wrong entries."""
    tree = claim.box.tree
    direction = weighed(claim, range(len(tree.numbers)), rng)
    row = claim.row(ALONG, direction)
    seen = row.error / min(map(abs, direction.values()))
    largest = max(map(abs, claim.gradient), default=0.0)
    note = (
        f"{len(tree.numbers):,} inputs: a wrong entry shows if it is off by {seen:.1e} or more; "
        f"the largest entry is {largest:.1e}"
    )
    if row.verdict == "agrees":
        return [row], [note]
    search = Search(claim, rng)
    search.run()
    if search.wrong:
        return [row, *search.wrong], [note, *search.notes]
    if row.verdict == "disagrees" and search.undecided:
        row = Row(row.name, row.reverse, None, row.numeric, row.error, "inconclusive: as below")
    return [row, *search.undecided], search.notes


def refuse_unused(claim: Claim) -> None:
    """Raises ValueError for an input that the function ignores, however far it is moved."""
    tree = claim.box.tree
    groups: list[tuple[str, Sequence[int]]]
    if len(tree.numbers) <= ONE_BY_ONE:
        groups = [(tree.entry(k), [k]) for k in range(len(tree.numbers))]
    else:
        groups = [(leaf.name, range(leaf.start, leaf.start + leaf.size)) for leaf in tree.leaves]
    unused = []
    for name, entries in groups:
        if not any(claim.gradient[k] for k in entries) and is_ignored(claim, entries):
            unused.append(name)
    if unused:
        raise ValueError(
            f"the output does not depend on {', '.join(unused)}: "
            "if that is intended, pass allow_unused=True"
        )
