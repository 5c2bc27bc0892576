"""Each operation by itself: its number, its gradient, plain numbers on either side."""

from functools import partial

from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.operations import OPERATIONS, Operation
from engine.proof.judge.program import Failure
from engine.proof.judge.property import Property


def right_by_itself(operation: Operation, bench: Bench) -> Failure | None:
    """Value and gradient at ordinary points, and where the gradient that comes in is not 1."""
    if operation.name not in bench.offered and operation.belongs_to not in bench.offered:
        raise NotOffered(f"there is no {operation.name}")
    return bench.wrong(operation)


def why(operation: Operation) -> str:
    if operation.belongs_to:
        return f"Whoever can write {operation.belongs_to} writes {operation.name} too."
    return "The gradient that comes in goes on times the operation's own slope."


ARITHMETIC = tuple(
    Property(operation.name, why(operation), "chain_rule", partial(right_by_itself, operation))
    for operation in OPERATIONS.values()
)
