"""Penalties: terms of the loss that keep the weights small. `loss + L2(0.01, weights)`."""

from collections.abc import Iterable

from engine import Value, abs, dot, sum
from engine.keywords import explain_keywords
from engine.messages import counted, shown
from nn.checks import is_finite_number, items_of


class _Penalty:
    """strength ≥ 0 and the parameters that the penalty is on; when called, it returns the term."""

    @explain_keywords
    def __init__(self, strength: float, parameters: Iterable[Value]) -> None:
        name = type(self).__name__
        self.strength = strength
        if (found := items_of(parameters)) is None:
            given = f"{shown(parameters)} was given: write {name}(strength, model.parameters())"
            raise TypeError(f"{name}: a list of parameters is needed, but {given}")
        self.parameters: list[Value] = found
        if not (is_finite_number(strength) and strength >= 0.0):
            raise ValueError(f"{name}: strength is {shown(strength)}, but must not be negative")
        for index, parameter in enumerate(self.parameters):
            if not isinstance(parameter, Value):
                given = f"{name}: parameter {index} is {shown(parameter)}"
                raise TypeError(f"{given}, which is not a Value")

    def __repr__(self) -> str:
        of = counted(len(self.parameters), "parameter")
        return f"{type(self).__name__}({self.strength}, {of})"


class L1(_Penalty):
    """strength · Σ |pᵢ|, which draws weights to 0: Tibshirani, the lasso (1996).

    >>> L1(0.5, [Value(3.0), Value(-4.0)])()
    Value(3.5)
    """

    def __call__(self) -> Value:
        term: Value = self.strength * sum([abs(parameter) for parameter in self.parameters])
        return term


class L2(_Penalty):
    """strength · Σ pᵢ², which makes all weights smaller: Hoerl and Kennard, ridge (1970).

    PyTorch's `weight_decay` of SGD is twice this strength.

    >>> from nn import mean_squared_error
    >>> w = Value(2.0)
    >>> loss = mean_squared_error + L2(0.5, [w])
    >>> loss([w * 3.0], [5.0])
    Value(3.0, label='loss')
    """

    def __call__(self) -> Value:
        term: Value = self.strength * dot(self.parameters, self.parameters)
        return term
