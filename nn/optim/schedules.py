"""Schedules: a learning rate for each step, in place of a number.

A schedule is a function of the number of steps taken so far, 0 at the first; steps are batches, so
an epoch has as many as it has batches.

>>> from engine import Value
>>> from nn import SGD
>>> optimizer = SGD([Value(1.0)], learning_rate=warm_up(cosine(0.1, 1000), 50))
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

from engine.messages import shown
from nn.checks import check_size

Schedule = Callable[[int], float]


@dataclass(frozen=True, slots=True)
class constant:
    """Always the same rate.

    >>> constant(0.1)(1000)
    0.1
    """

    rate: float

    def __post_init__(self) -> None:
        check_rate(self.rate, "rate", where="constant")

    def __call__(self, step: int) -> float:
        return self.rate


@dataclass(frozen=True, slots=True)
class step_decay:
    """rate · factor^⌊step / every⌋: the rate falls by a factor every `every` steps.

    >>> [step_decay(0.5, every=10, factor=0.5)(step) for step in (0, 9, 10, 25)]
    [0.5, 0.5, 0.25, 0.125]
    """

    rate: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        check_rate(self.rate, "rate", where="step_decay")
        check_size(self.every, "every", where="step_decay")
        check_rate(self.factor, "factor", where="step_decay")

    def __call__(self, step: int) -> float:
        return float(self.rate * self.factor ** (step // self.every))


@dataclass(frozen=True, slots=True)
class linear:
    """From rate to last in a straight line over that many steps, and last from then on.

    >>> [linear(0.5, 100, last=0.25)(step) for step in (0, 50, 100, 101)]
    [0.5, 0.375, 0.25, 0.25]
    """

    rate: float
    steps: int
    last: float = 0.0

    def __post_init__(self) -> None:
        _check_way(self.rate, self.steps, self.last, where="linear")

    def __call__(self, step: int) -> float:
        way = min(step / self.steps, 1.0)
        return (1.0 - way) * self.rate + way * self.last


@dataclass(frozen=True, slots=True)
class cosine:
    """last + ½ (rate - last)(1 + cos(π step / steps)) over that many steps, and last from then on.

    Loshchilov and Hutter, SGDR (2017).

    >>> [round(cosine(0.5, 100)(step), 4) for step in (0, 50, 100, 101)]
    [0.5, 0.25, 0.0, 0.0]
    """

    rate: float
    steps: int
    last: float = 0.0

    def __post_init__(self) -> None:
        _check_way(self.rate, self.steps, self.last, where="cosine")

    def __call__(self, step: int) -> float:
        way = min(step / self.steps, 1.0)
        return self.last + 0.5 * (self.rate - self.last) * (1.0 + math.cos(math.pi * way))


@dataclass(frozen=True, slots=True)
class warm_up:
    """schedule(step) · (step + 1) / steps in the first `steps` steps, then the schedule itself.

    Goyal et al., Accurate, large minibatch SGD (2017).

    >>> [warm_up(constant(0.5), 4)(step) for step in (0, 1, 3, 4)]
    [0.125, 0.25, 0.5, 0.5]
    """

    schedule: Schedule
    steps: int

    def __post_init__(self) -> None:
        check_schedule(self.schedule, "schedule", where="warm_up")
        check_size(self.steps, "steps", where="warm_up")

    def __call__(self, step: int) -> float:
        return self.schedule(step) * min((step + 1) / self.steps, 1.0)


def check_rate(rate: object, what: str, *, where: str) -> float:
    """The rate as a float. Raises ValueError unless it is a positive finite number."""
    if not (isinstance(rate, Real) and 0.0 < float(rate) < math.inf):
        raise ValueError(f"{where}: {what} is {shown(rate)}, but must be positive")
    return float(rate)


def check_not_negative(number: object, what: str, *, where: str) -> float:
    """The number as a float. Raises ValueError unless it is finite, and 0 or more."""
    if not (isinstance(number, Real) and 0.0 <= float(number) < math.inf):
        raise ValueError(f"{where}: {what} is {shown(number)}, but must not be negative")
    return float(number)


def check_schedule(schedule: object, what: str, *, where: str) -> None:
    """Raises TypeError unless it can be called with a step; a class of schedules is none yet."""
    if isinstance(schedule, type):
        name, settings = schedule.__name__, getattr(schedule, "__match_args__", ("…",))
        needed = f"must be made of it: write {name}({', '.join(settings)})"
        raise TypeError(f"{where}: {what} is the class {name}, but {needed}")
    if not callable(schedule):
        raise TypeError(f"{where}: a schedule is needed, but {shown(schedule)} was given")


def _check_way(rate: float, steps: int, last: float, *, where: str) -> None:
    check_rate(rate, "rate", where=where)
    check_size(steps, "steps", where=where)
    check_not_negative(last, "last", where=where)
