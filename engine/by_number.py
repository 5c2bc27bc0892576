"""What goes by the number of a Value: comparison, truth, conversion.

While tracing, the number of one sample must not decide for all, and each of these refuses.
"""

from typing import Union

from engine.floats import NUMBERS
from engine.messages import shown
from engine.recording import is_tracing, refusal_while_tracing

Comparable = Union["ByNumber", float]


class ByNumber:
    """Compared by its number with < <= > >=, and true unless 0; == and hash() go by identity.

    int, round and format give the number. float() is refused: it would lose the gradient. So is
    an index, which `choose` takes.
    """

    __slots__ = ()

    label: str

    def item(self) -> float:
        """The number; refused in `tracing()`."""
        raise NotImplementedError

    def __lt__(self, other: Comparable) -> bool:
        return self.item() < number_of(other)

    def __le__(self, other: Comparable) -> bool:
        return self.item() <= number_of(other)

    def __gt__(self, other: Comparable) -> bool:
        return self.item() > number_of(other)

    def __ge__(self, other: Comparable) -> bool:
        return self.item() >= number_of(other)

    def __eq__(self, other: object) -> bool:
        if self is not other and is_tracing():
            raise refusal_while_tracing(self.label or repr(self))
        return self is other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self.item() != 0.0

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        raise TypeError(
            f"a whole number is needed, and {shown(self.label or self)} is a Value: for its number "
            "write int(x), for values[x] choose(x, values), for values * x [y * x for y in values]"
        )

    def __round__(self, digits: int | None = None) -> float:
        return round(self.item(), digits)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __float__(self) -> float:
        name = shown(self.label or self)
        raise TypeError(
            f"float() of {name} would lose its gradient, as would Python's math and NumPy arrays "
            "of floats: take the functions of engine, as engine.exp, or .data for the number alone"
        )


def number_of(other: Comparable) -> float:
    """What a Value is compared with. Raises TypeError for what is no number."""
    if isinstance(other, ByNumber):
        return other.item()
    if isinstance(other, NUMBERS):
        return float(other)
    raise TypeError(f"a Value is compared with numbers and Values, and {shown(other)} is neither")
