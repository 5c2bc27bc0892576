"""What a checkpoint holds is checked, entry by entry, before any of it is taken."""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import fields
from math import inf
from random import Random
from typing import Any

from engine.messages import shown
from nn.checks import check_keys, check_numbers, is_finite_number
from nn.training.history import History

REFUSALS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def check_history(state: Any, filled: Collection[str]) -> None:
    """Raises ValueError unless `filled` lists have a number for each epoch, and the others none."""
    check_keys(state, [column.name for column in fields(History)], where="history")
    if not isinstance(state["stopped"], str):
        raise ValueError(f"history: stopped is {shown(state['stopped'])}, but must be a text")
    losses = state["losses"]
    epochs = len(losses) if isinstance(losses, list) else 0
    for name in state.keys() - {"stopped"}:
        least = -inf if "losses" in name else 0.0
        most = 1.0 if "accuracies" in name else inf
        if epochs and (name in filled) != bool(state[name]):
            has, measures = (
                ("no", "measures") if name in filled else ("a list of", "does not measure")
            )
            raise ValueError(f"history has {has} {name}, but this training {measures} them")
        check_numbers(
            state[name],
            epochs if name in filled else 0,
            least=least,
            most=most,
            where=f"history: {name}",
        )


def check_shuffler(state: Any, shuffler: Any) -> None:
    """Raises ValueError unless it is a state that NumPy's generator can have."""
    trial = type(shuffler.bit_generator)()
    try:
        trial.state = state
        if trial.state == state:
            return
    except REFUSALS:
        pass
    raise ValueError(f"shuffler: {shown(state)} is not a state of {type(trial).__name__}")


def check_dropout(state: Any, rng: Random) -> None:
    """Raises ValueError unless it is a state that Python's generator can have."""
    trial = deepcopy(rng)
    try:
        version, numbers, spare = state
        trial.setstate((version, tuple(numbers), spare))
        as_it_was = trial.getstate() == (version, tuple(numbers), spare)
        if as_it_was and (spare is None or is_finite_number(spare)):
            return
    except REFUSALS:
        pass
    raise ValueError(f"dropouts: {shown(state)} is not a state of a generator")
