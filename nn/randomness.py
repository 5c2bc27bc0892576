"""The default generator: random numbers for what is given neither `rng=` nor `seed=`."""

from operator import index
from random import Random
from typing import Any, Final

from engine.messages import shown

# The one global state of nn. It starts the same in every process, so that a script run twice gives
# the same numbers, and moves on, so that no two layers start equal.
DEFAULT: Final = Random(0)


def seed(number: int) -> None:
    """Start the default generator again, at this number; until then it is as after `seed(0)`.

    It draws the starting weights of every layer and model, and the seed of every `Dropout`, that
    was given no other. Processes that train side by side all start at 0: give each its own.

    >>> seed(3)
    >>> first = DEFAULT.random(), DEFAULT.random()
    >>> seed(3)
    >>> first == (DEFAULT.random(), DEFAULT.random())
    True
    """
    DEFAULT.seed(checked_seed(number))


def checked_seed(number: Any) -> int:
    """The seed of a generator. Raises TypeError for what is no whole number."""
    try:
        return index(number)
    except TypeError:
        said = f"seed: a whole number is needed, and {shown(number)} was given"
        raise TypeError(said) from None


def generator(rng: Random | None) -> Random:
    """The generator that was given, or the default one. Raises TypeError for anything else."""
    given: Any = DEFAULT if rng is None else rng
    if not isinstance(given, Random):
        raise TypeError(f"rng is {shown(given)}, but must be a generator, as random.Random(1) is")
    return given
