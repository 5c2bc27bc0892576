"""All the wrong entries of a gradient of any length, by halving what is wrong again and again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.proof.black_box.slopes import Claim, Direction
from engine.proof.black_box.trees import Leaf
from engine.proof.report import Row

LISTED = 10  # so many wrong entries of an array are listed before it is asked how many there are
DRAWN = 16  # so many others are looked at for that
MOST_LOOKS = 4000


def weighed(claim: Claim, entries: Sequence[int], rng: random.Random) -> Direction:
    """A direction in which the entries move by about 1 or their own size, over √n in all.

    Signs and weights are random, so that errors do not cancel.
    """
    numbers, part = claim.box.tree.numbers, len(entries) ** -0.5
    return {
        k: rng.choice((-part, part)) * rng.uniform(0.7, 1.3) * max(abs(numbers[k]), 1.0)
        for k in entries
    }


def single(claim: Claim, k: int, *, size: float = 0.0) -> Row:
    """What is found for one entry; `size` is that of a derivative that would count."""
    tree = claim.box.tree
    x = tree.numbers[k]
    scale = max(abs(x), 1.0)
    row = claim.row(tree.entry(k), {k: scale}, size=size * scale, scale=scale)
    if row.verdict in ("agrees", "disagrees") or not 0.0 < abs(x) < 1.0:
        return row
    closer = claim.row(tree.entry(k), {k: abs(x)}, size=size * abs(x), scale=abs(x))
    return closer if closer.verdict in ("agrees", "disagrees") else row


@dataclass(slots=True)
class Search:
    """What has been found: the wrong entries, those that can't be decided, and what else to say."""

    claim: Claim
    rng: random.Random
    wrong: list[Row] = field(default_factory=list)
    undecided: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looks: int = 0

    def run(self) -> None:
        """Look through every array of the point that is wrong as a whole."""
        for leaf in self.claim.box.tree.leaves:
            entries = range(leaf.start, leaf.start + leaf.size)
            if self.is_off(entries):
                self.look_through(leaf, entries)

    def is_off(self, entries: Sequence[int]) -> bool:
        self.looks += 1
        return len(entries) > 0 and self.claim.is_off(weighed(self.claim, entries, self.rng))

    def disagrees(self, entries: Sequence[int]) -> bool:
        """The same, at a closer look."""
        direction = weighed(self.claim, entries, self.rng)
        return self.claim.row("", direction).verdict == "disagrees"

    def look_through(self, leaf: Leaf, entries: Sequence[int]) -> None:
        """Halve an array, and each half that is wrong."""
        groups, listed, is_counted = [entries], 0, False
        while groups:
            group = groups.pop()
            if len(group) == 1:
                listed += self.look_at(group[0])
            else:
                middle = len(group) // 2
                halves = [group[:middle], group[middle:]]
                off = [half for half in halves if self.is_off(half)]
                off = off or [half for half in halves if self.disagrees(half)]
                groups += reversed(off)
                if not off:
                    self.look_at_all(leaf, group)
            if listed >= LISTED and not is_counted and groups:
                is_counted = True
                if self.most_are_wrong(leaf):
                    return
            if self.looks > MOST_LOOKS and groups:
                left = sum(map(len, groups))
                self.notes.append(
                    f"{leaf.name}: {left} entries among which some are wrong are not "
                    "looked at one by one"
                )
                return

    def look_at(self, k: int) -> bool:
        """Whether one entry is wrong, at a closer look."""
        return self.keep(single(self.claim, k))

    def look_at_all(self, leaf: Leaf, group: Sequence[int]) -> None:
        """What is to be said of entries that are wrong together, and not by halves."""
        direction = weighed(self.claim, group, self.rng)
        first, last = leaf.entry(group[0] - leaf.start), leaf.entry(group[-1] - leaf.start)
        self.keep(self.claim.row(f"{first} … {last}", direction))

    def keep(self, row: Row) -> bool:
        """Keep what does not agree; whether it is wrong."""
        if row.verdict == "disagrees":
            self.wrong.append(row)
        elif row.verdict != "agrees":
            self.undecided.append(row)
        return row.verdict == "disagrees"

    def most_are_wrong(self, leaf: Leaf) -> bool:
        """Whether most entries of an array are wrong, as some that are drawn at random tell."""
        drawn = self.rng.sample(range(leaf.start, leaf.start + leaf.size), min(DRAWN, leaf.size))
        wrong = sum(self.is_off([k]) for k in drawn)
        if 2 * wrong < len(drawn):
            return False
        self.notes.append(
            f"{leaf.name}: not every wrong entry is listed: of {len(drawn)} drawn at random from "
            f"its {leaf.size}, {wrong} are wrong"
        )
        return True
