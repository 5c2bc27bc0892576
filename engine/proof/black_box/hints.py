"""What the wrong entries of a gradient have in common, in words."""

from collections.abc import Sequence
from math import isclose

from engine.names import digits
from engine.proof.black_box.slopes import Claim
from engine.proof.report import Row

NAMES = {8: "bfloat16", 11: "float16", 24: "float32"}
SLIGHT = 1e-3  # of a slope


def hints(claim: Claim, wrong: Sequence[Row]) -> list[str]:
    """A factor, a sign, a transposed matrix, or digits that were lost."""
    is_short = claim.bits < claim.box.tree.bits and claim.bits in NAMES
    off = [abs(row.reverse - row.numeric) / (abs(row.numeric) or 1.0) for row in wrong]
    if is_short and off and 2.0 ** (-claim.bits - 6) < max(off) < 2.0 ** (2 - claim.bits):
        return [f"the gradient has only the digits of {NAMES[claim.bits]}"]
    if len(wrong) < 2:
        return [slight(max(off))] if off and max(off) < SLIGHT else []
    return [hint for hint in (factor(wrong), transposed(claim, wrong)) if hint]


def slight(off: float) -> str:
    """What a difference of a small part may come from."""
    return (
        f"the two differ by {digits(off, 2)} of the slope: as much as a loop that stops at a "
        "tolerance, or a constant of few digits, may change it"
    )


def factor(wrong: Sequence[Row]) -> str:
    """The factor that is the same for all."""
    if any(row.numeric == 0.0 or row.error > 1e-3 * abs(row.numeric) for row in wrong):
        return ""
    ratios = [row.reverse / row.numeric for row in wrong]
    slack = 4.0 * max(row.error / abs(row.numeric) for row in wrong)
    if not all(isclose(ratio, ratios[0], rel_tol=slack) for ratio in ratios):
        return ""
    if ratios[0] == 0.0:
        return "these entries are 0, as where a term is missing"
    return f"they are {digits(ratios[0], 7)} times what they should be"


def transposed(claim: Claim, wrong: Sequence[Row]) -> str:
    """Whether what is given for an entry is what its mirror image should be."""
    if not claim.gradient:
        return ""
    tree = claim.box.tree
    entries = {tree.entry(k): k for k in range(len(tree.numbers))}
    for row in wrong:
        leaf = tree.leaf(entries[row.name]) if row.name in entries else None
        if leaf is None or len(leaf.shape) != 2 or leaf.shape[0] != leaf.shape[1]:
            return ""
        i, j = divmod(entries[row.name] - leaf.start, leaf.shape[1])
        mirrored = claim.gradient[leaf.start + j * leaf.shape[1] + i]
        if abs(mirrored - row.numeric) > 2.0 * row.error:
            return ""
    return "each is that of its mirror image: a matrix is transposed"
