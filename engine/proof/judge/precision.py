"""The floats that an engine computes with: how many digits they have, and how far they reach."""

from dataclasses import dataclass

DIGITS_LOST = 1e3  # what the formulas of one operation may lose, in roundings


@dataclass(frozen=True, slots=True)
class Precision:
    """One kind of float: a unit in the last place of 1, the smallest and the largest number."""

    epsilon: float
    smallest: float
    largest: float

    @property
    def unit(self) -> float:
        """The relative error that one operation may have."""
        return DIGITS_LOST * self.epsilon


FLOAT64 = Precision(2.0**-52, 2.0**-1022, 2.0**1023)
FLOAT32 = Precision(2.0**-23, 2.0**-126, 2.0**127)
FLOAT16 = Precision(2.0**-10, 2.0**-14, 2.0**15)


def precision_of(tenth: object) -> Precision | None:
    """The floats of an engine, by what it makes of 0.1; None for what is no such number.

    >>> precision_of(0.1) is FLOAT64, precision_of(0.10000000149011612) is FLOAT32, precision_of(1)
    (True, True, None)
    """
    if isinstance(tenth, float):
        for precision in (FLOAT64, FLOAT32, FLOAT16):
            if abs(tenth - 0.1) <= 0.1 * precision.epsilon:
                return precision
    return None
