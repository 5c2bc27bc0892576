"""What can be claimed of a function's derivative, each as slopes of its outputs, weighed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.messages import shown
from engine.proof.black_box.function import call_unchanged, read_outputs
from engine.proof.black_box.slopes import Direction
from engine.proof.black_box.trees import Tree, is_array, is_list, nested
from engine.proof.report import GradientError

Numbers = Sequence[float]
FEW = 20  # inputs: so many products with unit tangents make a gradient


@dataclass(frozen=True, slots=True)
class Derivative:
    """One of two: `pull(point, weights)` is the gradient of the outputs, weighed and added up;
    `push(point, direction)` is by how much each output grows along a direction."""

    tree: Tree
    pull: Callable[[Numbers, Numbers], list[float]] | None = None
    push: Callable[[Numbers, Direction], list[float]] | None = None

    def gradient(self, weights: Numbers) -> list[float]:
        """That of the weighed outputs at the point; [] where it takes too many products."""
        point = self.tree.numbers
        if self.pull is not None:
            return self.pull(point, weights)
        if len(point) > FEW:
            return []
        return [self.slope(point, weights, {k: 1.0}) for k in range(len(point))]

    def slope(self, point: Numbers, weights: Numbers, direction: Direction) -> float:
        """That of the weighed outputs along a direction."""
        if self.pull is not None:
            gradient = self.pull(point, weights)
            return sum([gradient[k] * d for k, d in direction.items()])
        assert self.push is not None
        return sum([w * y for w, y in zip(weights, self.push(point, direction))])


def of_gradient(gradient: Callable[..., Any], tree: Tree) -> Derivative:
    """The gradient of a function that returns one number."""
    call_unchanged(gradient, tree, "the gradient")

    def pull(point: Numbers, weights: Numbers) -> list[float]:
        slopes = tree.flatten(gradient(*tree.rebuilt(point)), "gradient")
        return [weights[0] * slope for slope in slopes] if weights[0] != 1.0 else slopes

    return Derivative(tree, pull)


def of_jacobian(jacobian: Callable[..., Any], tree: Tree) -> Derivative:
    """The Jacobian, as `jax.jacobian` gives it: for an array the axes of the output come first."""
    call_unchanged(jacobian, tree, "the Jacobian")

    def pull(point: Numbers, weights: Numbers) -> list[float]:
        parts = tree.unwrapped(jacobian(*tree.rebuilt(point)), "jacobian")
        slopes: list[float] = []
        for argument, part, name in zip(tree.arguments, parts, tree.names):
            for numbers, size, path in blocks(argument, part, name):
                slopes += weighed_rows(numbers, size, weights, f"jacobian: {path}")
        return slopes

    return Derivative(tree, pull)


def of_hessian(hessian: Callable[..., Any], tree: Tree) -> Derivative:
    """The Hessian, a square matrix, as the Jacobian of the gradient."""
    call_unchanged(hessian, tree, "the Hessian")

    def pull(point: Numbers, weights: Numbers) -> list[float]:
        numbers, _ = nested(hessian(*tree.rebuilt(point)), "hessian", "the matrix")
        return weighed_rows(numbers, len(point), weights, "hessian")

    return Derivative(tree, pull)


def of_vjp(vjp: Callable[..., Any], tree: Tree, outputs: Tree) -> Derivative:
    """`vjp(*point, cotangent)`: the cotangent is like the output, what comes like the point."""

    def pull(point: Numbers, weights: Numbers) -> list[float]:
        (cotangent,) = outputs.rebuilt(weights)
        return tree.flatten(vjp(*tree.rebuilt(point), cotangent), "vjp")

    return Derivative(tree, pull)


def of_jvp(jvp: Callable[..., Any], tree: Tree) -> Derivative:
    """`jvp(*point, tangent)`: the tangent is like the point, what comes like the output."""

    def push(point: Numbers, direction: Direction) -> list[float]:
        return read_outputs(jvp(*tree.rebuilt(point), tree.tangent(direction)))

    return Derivative(tree, push=push)


def of_hvp(hvp: Callable[..., Any], tree: Tree) -> Derivative:
    """`hvp(*point, tangent)`, the Hessian times a tangent: what comes is like the point, too."""

    def push(point: Numbers, direction: Direction) -> list[float]:
        return tree.flatten(hvp(*tree.rebuilt(point), tree.tangent(direction)), "hvp")

    return Derivative(tree, push=push)


def blocks(item: Any, given: Any, name: str) -> Iterator[tuple[list[float], int, str]]:
    """The parts of a Jacobian by each array, or list of numbers, and how many numbers that has."""
    if isinstance(item, Mapping):
        if not isinstance(given, Mapping) or given.keys() != item.keys():
            raise TypeError(
                f"jacobian: {name} is a dict, so one with the same keys is needed, and "
                f"{shown(given)} came"
            )
        for key, inner in item.items():
            yield from blocks(inner, given[key], f"{name}[{key!r}]")
    elif is_list(item) and any(is_list(inner) or is_array(inner) for inner in item):
        for k, inner in enumerate(item):
            yield from blocks(inner, given[k], f"{name}[{k}]")
    else:
        yield nested(given, "jacobian", name)[0], len(Tree.of((item,), [name]).numbers), name


def weighed_rows(numbers: Numbers, size: int, weights: Numbers, what: str) -> list[float]:
    """The sum of the rows of a matrix, each of so many numbers, weighed."""
    if len(numbers) != size * len(weights):
        raise GradientError(
            f"{what}: {len(weights)} rows of {size} numbers are needed, and {len(numbers)} numbers "
            "came"
        )
    rows = [(w, numbers[k * size : (k + 1) * size]) for k, w in enumerate(weights) if w]
    return [sum([w * row[j] for w, row in rows]) for j in range(size)]
