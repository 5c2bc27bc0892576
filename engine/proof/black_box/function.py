"""Calling a function that nothing is known of: numbers in, numbers out, and what may go wrong."""

import warnings
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from engine.proof.black_box.noise import precision, unit
from engine.proof.black_box.trees import Tree, nested
from engine.proof.report import Undecided
from engine.value import Value

ROUNDINGS = 64.0  # two calls may differ by so many, as sums do that threads add up


@dataclass(frozen=True, slots=True)
class BlackBox:
    """A function over the numbers of a tree; `weights` make one number of several."""

    function: Callable[..., Any]
    tree: Tree
    weights: Sequence[float] = (1.0,)

    def outputs(self, numbers: Sequence[float]) -> list[float]:
        """The numbers that it returns at these. Raises what it raises, and TypeError."""
        return read_outputs(self.function(*self.tree.rebuilt(numbers)))

    def number(self, numbers: Sequence[float]) -> float:
        """Its one number, or several weighed. Raises TypeError where there are others."""
        outputs, before = self.outputs(numbers), len(self.weights)
        if before == 1:
            require_one(outputs)
        if len(outputs) != before:
            given = f"{len(outputs)} numbers, and {before} before"
            raise TypeError(f"check_gradients: the function returned {given}")
        return sum(w * y for w, y in zip(self.weights, outputs))

    def near(self, numbers: Sequence[float]) -> float | None:
        """The same next to the point; None where it raises or is not finite.

        What warns there warns of points that nobody asked for.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                number = self.number(numbers)
            except (ArithmeticError, ValueError):
                return None
        return number if isfinite(number) else None


def require_one(outputs: Sequence[float]) -> None:
    """Raises TypeError where there are several."""
    if len(outputs) != 1:
        raise TypeError(
            f"check_gradients: the function must return one number, and it returned "
            f"{len(outputs)}: where there are several, give jacobian=, jvp= or vjp="
        )


def read_outputs(returned: Any) -> list[float]:
    """The numbers that a function returned. Raises TypeError for what is none."""
    if isinstance(returned, Value):
        raise TypeError(
            "check_gradients: with a gradient given, the function must return a number, and it "
            "returned a Value: return its data, or leave gradient= out to prove backward()"
        )
    return nested(returned, "check_gradients", "what the function returns")[0]


def examine(function: Callable[..., Any], tree: Tree) -> tuple[Any, list[float]]:
    """What a function returns at the point, called twice, and the numbers in it.

    Raises ValueError where one is not finite, Undecided where the second call gives others, and
    what `call_unchanged` does.
    """
    returned = call_unchanged(function, tree, "the function")
    outputs = read_outputs(returned)
    again = BlackBox(function, tree).outputs(tree.numbers)
    for k, (one, other) in enumerate(zip(outputs, again)):
        which = f"output {k + 1} of the function" if len(outputs) > 1 else "the function"
        if not isfinite(one):
            raise ValueError(
                f"check_gradients: {which} is {one} at this point, so it has no derivative there"
            )
        if not abs(one - other) <= ROUNDINGS * unit(one, precision([one, other])):
            raise Undecided(
                f"the check is inconclusive: {which} is random, or remembers: two calls at the "
                f"same point give {one!r} and {other!r}. Fix the seed within it, "
                "or turn off what draws (as model.eval() does)"
            )
    return returned, outputs


def call_unchanged(function: Callable[..., Any], tree: Tree, what: str) -> Any:
    """What a function returns at the point. Raises ValueError where it changes what it is given."""
    given = tuple(tree.rebuilt(tree.numbers))
    returned = function(*given)
    try:
        after = Tree.of(given, tree.names).numbers
    except TypeError:
        after = array("d")
    if after != tree.numbers:
        changed = [k for k, (x, y) in enumerate(zip(tree.numbers, after)) if x != y]
        where = tree.entry(changed[0]) if changed else "the structure of its input"
        raise ValueError(
            f"check_gradients: {what} changes its input in place: {where} is another after the "
            "call. Let it work on a copy (x = x.copy(), or x = x + step in place of x += step)"
        )
    return returned
