"""The proof of a gradient that comes as numbers: entry by entry, or along a random direction."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import isfinite
from typing import Any

from engine.proof.black_box.function import ROUNDINGS, BlackBox, examine, require_one
from engine.proof.black_box.hints import hints
from engine.proof.black_box.noise import precision
from engine.proof.black_box.products import (
    Derivative,
    of_gradient,
    of_hessian,
    of_hvp,
    of_jacobian,
    of_jvp,
    of_vjp,
)
from engine.proof.black_box.search import Search, single, weighed
from engine.proof.black_box.slopes import Claim, Direction
from engine.proof.black_box.theirs import libraries, their_gradient, their_product
from engine.proof.black_box.trees import Tree
from engine.proof.report import GradientError, Report, Row, refuse_unused, undecided

ONE_BY_ONE = 20  # so many inputs are checked singly, more along a random direction
ALONG = "a random direction"
FAR = (1.0, -1.0, 1e3, -1e3)  # an input is moved so far to see whether it matters at all


def check_black_box(
    function: Callable[..., Any],
    tree: Tree,
    claims: Mapping[str, Callable[..., Any]],
    *,
    allow_unused: bool,
    rng: random.Random,
) -> Report:
    """Prove what is claimed: "gradient", "jacobian", "vjp", "jvp", and of the gradient "hessian",
    "hvp". Raises what `check_gradients` does.
    """
    if not tree.numbers:
        raise ValueError("check_gradients: no inputs are given, so there is nothing to check")
    returned, numbers = examine(function, tree)
    if "gradient" in claims:
        require_one(numbers)
    output = Tree.of((returned,), ["y"]) if len(numbers) > 1 or "vjp" in claims else tree
    proof = Proof(function, tree, numbers, output.entry, rng)
    kinds: dict[str, Callable[..., Derivative]] = {
        "gradient": of_gradient,
        "jacobian": of_jacobian,
        "vjp": partial(of_vjp, outputs=output),
        "jvp": of_jvp,
    }
    given = {name: of(claims[name], tree) for name, of in kinds.items() if name in claims}
    for derivative in given.values():
        proof.prove(derivative)
    what = " or the ".join(given).replace("jacobian", "Jacobian")
    report = proof.conclude(f"the {what}", allow_unused=allow_unused)
    if "vjp" in given and "jvp" in given:
        require_adjoint(given["jvp"], given["vjp"], len(numbers), rng)
    if "hessian" in claims or "hvp" in claims:
        second = prove_second(claims, tree, rng)
        report = Report(report.rows + second.rows, report.notes + second.notes)
    return report


def prove_second(
    claims: Mapping[str, Callable[..., Any]], tree: Tree, rng: random.Random
) -> Report:
    """Prove the Hessian, or its product with a tangent, as the derivative of the gradient."""
    if "gradient" not in claims:
        raise ValueError(
            "check_gradients: hessian= is the derivative of the gradient: give gradient="
        )

    def slopes(*arguments: Any) -> list[float]:
        return tree.flatten(claims["gradient"](*arguments), "gradient")

    def name(k: int) -> str:
        return f"(∂y/∂{tree.entry(k)})"

    proof = Proof(slopes, tree, examine(slopes, tree)[1], name, rng)
    is_whole = "hessian" in claims
    proof.prove(of_hessian(claims["hessian"], tree) if is_whole else of_hvp(claims["hvp"], tree))
    return proof.conclude("the second derivative", allow_unused=True)


def complete(
    function: Callable[..., Any],
    point: Sequence[Any],
    claims: Mapping[str, Callable[..., Any]],
    order: int,
) -> dict[str, Callable[..., Any]]:
    """The claims, with the gradient of PyTorch or JAX where none is given over their arrays.

    Raises TypeError where none is given and none can be taken, ValueError for a missing Hessian.
    """
    whose, found = libraries(list(point)), dict(claims)
    if not claims or set(claims) == {"hessian"}:
        if len(whose) != 1 or "" in whose:
            raise TypeError(
                "check_gradients: with arrays in the point give gradient=, a function that returns "
                "the gradient in the structure of the point (PyTorch's and JAX's are taken where "
                "all arrays are theirs)"
            )
        found["gradient"] = their_gradient(function, *whose)
    if order > 2:
        raise ValueError(f"check_gradients: order is {order}; of such functions it is 1 or 2")
    if order == 2 and "hessian" not in claims:
        if claims:
            raise ValueError("check_gradients: for order=2 give hessian=, as you give gradient=")
        found["hvp"] = their_product(function, *whose)
    return found


def require_adjoint(jvp: Derivative, vjp: Derivative, count: int, rng: random.Random) -> None:
    """Raises GradientError unless <u, Jv> = <Jᵀu, v>, up to rounding, for a random u and v."""
    tree = jvp.tree
    u = [rng.uniform(0.5, 1.5) * rng.choice((-1.0, 1.0)) for _ in range(count)]
    v = {k: rng.uniform(0.5, 1.5) * rng.choice((-1.0, 1.0)) for k in range(len(tree.numbers))}
    assert jvp.push is not None and vjp.pull is not None
    pushed, pulled = jvp.push(tree.numbers, v), vjp.pull(tree.numbers, u)
    forward = [w * y for w, y in zip(u, pushed)]
    back = [slope * v[k] for k, slope in enumerate(pulled)]
    ulp = 2.0 ** (1 - min(precision(pushed), precision(pulled)))
    size = sum(map(abs, forward)) + sum(map(abs, back))
    if not abs(sum(forward) - sum(back)) <= ROUNDINGS * (count + len(v)) ** 0.5 * ulp * size:
        raise GradientError(
            f"jvp and vjp are not those of one Jacobian: <u, jvp(v)> is {sum(forward)!r}, and "
            f"<vjp(u), v> is {sum(back)!r}"
        )


@dataclass
class Proof:
    """What has been found of a function's derivative, for one output after the other."""

    function: Callable[..., Any]
    tree: Tree
    outputs: Sequence[float]
    name: Callable[[int], str]  # of an output
    rng: random.Random
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def prove(self, derivative: Derivative) -> None:
        """Up to 20 outputs are looked at one by one, more of them weighed and added up."""
        count = len(self.outputs)
        if count == 1:
            claim = self.claim(derivative, [1.0])
            self.look_at(claim)
            self.ignored += find_unused(claim)
        elif count <= ONE_BY_ONE:
            for i in range(count):
                weights = [float(i == j) for j in range(count)]
                self.look_at(self.claim(derivative, weights), f"∂{self.name(i)}/")
        else:
            signs = [self.rng.choice((-1.0, 1.0)) for _ in range(count)]
            weights = [sign * self.rng.uniform(0.7, 1.3) for sign in signs]
            before = len(self.rows)
            self.look_at(self.claim(derivative, weights), f"∂({count} outputs, weighed)/")
            wrong = [row for row in self.rows[before:] if row.verdict == "disagrees"]
            self.name_outputs(derivative, weights, wrong[: ONE_BY_ONE + 1])

    def name_outputs(
        self, derivative: Derivative, weights: Sequence[float], wrong: Sequence[Row]
    ) -> None:
        """Which of the outputs are wrong by an input for which their sum is: a row for each."""
        entries = {f"∂{self.tree.entry(k)}": k for k in range(len(self.tree.numbers))}
        for row in wrong:
            k = entries.get(row.name.rpartition("/")[2])
            if k is not None:
                for i in self.find_outputs(derivative, weights, k, range(len(weights))):
                    own = [float(i == j) for j in range(len(weights))]
                    found = single(self.claim(derivative, own), k)
                    name = f"∂{self.name(i)}/∂{self.tree.entry(k)}"
                    self.rows.append(replace(found, name=name))

    def find_outputs(
        self, derivative: Derivative, weights: Sequence[float], k: int, outputs: Sequence[int]
    ) -> list[int]:
        """Those whose slope by the input k is wrong, by halving."""
        masked = [w if i in outputs else 0.0 for i, w in enumerate(weights)]
        if not self.claim(derivative, masked).is_off({k: max(abs(self.tree.numbers[k]), 1.0)}):
            return []
        if len(outputs) == 1:
            return list(outputs)
        halves = outputs[: len(outputs) // 2], outputs[len(outputs) // 2 :]
        return [i for half in halves for i in self.find_outputs(derivative, weights, k, half)]

    def claim(self, derivative: Derivative, weights: Sequence[float]) -> Claim:
        """The outputs, weighed and added up, and what is claimed to be their slope."""

        def slope_at(point: Sequence[float], direction: Direction) -> float:
            return derivative.slope(point, weights, direction)

        center = sum([w * y for w, y in zip(weights, self.outputs)])
        box = BlackBox(self.function, self.tree, weights)
        return Claim(box, center, slope_at, derivative.gradient(weights))

    def look_at(self, claim: Claim, prefix: str = "") -> None:
        """Gather what is found of a claim; hints are given where it is wrong."""
        rows, notes = look_at(claim, self.rng)
        wrong = [row for row in rows if row.verdict == "disagrees" and row.name != ALONG]
        self.notes += notes + hints(claim, wrong)
        self.rows += [
            replace(row, name=f"{prefix}∂{row.name}") if prefix and row.name != ALONG else row
            for row in rows
        ]

    def conclude(self, what: str, *, allow_unused: bool) -> Report:
        """The report; raises what `check_gradients` does."""
        report = Report(tuple(self.rows), tuple(self.notes))
        if any(row.verdict == "disagrees" for row in self.rows):
            raise GradientError(f"{what} is wrong\n{report}")
        if not allow_unused:
            refuse_unused(self.ignored)
        if any(row.verdict != "agrees" for row in self.rows):
            raise undecided(report)
        return report


def look_at(claim: Claim, rng: random.Random) -> tuple[list[Row], list[str]]:
    """The rows for one number, and notes."""
    bad = [k for k, slope in enumerate(claim.gradient) if not isfinite(slope)]
    if bad:
        return [single(claim, k) for k in bad[:ONE_BY_ONE]], []
    if len(claim.box.tree.numbers) <= ONE_BY_ONE:
        return one_by_one(claim), []
    return along_a_direction(claim, rng)


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
        f"{len(tree.numbers):,} inputs: a wrong entry shows if it is off by {seen:.1e} or more"
        + (f"; the largest entry is {largest:.1e}" if claim.gradient else "")
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


def find_unused(claim: Claim) -> list[str]:
    """The inputs that the function ignores, however far they are moved."""
    tree = claim.box.tree
    groups: list[tuple[str, Sequence[int]]]
    if len(tree.numbers) <= ONE_BY_ONE:
        groups = [(tree.entry(k), [k]) for k in range(len(tree.numbers))]
    else:
        groups = [(leaf.name, range(leaf.start, leaf.start + leaf.size)) for leaf in tree.leaves]
    return [
        name
        for name, entries in groups
        if claim.gradient
        and not any(claim.gradient[k] for k in entries)
        and is_ignored(claim, entries)
    ]
