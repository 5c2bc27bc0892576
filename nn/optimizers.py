"""Optimizers: they move parameters against their gradients, so that the loss falls."""

import math
from collections.abc import Iterable

from engine import Value
from nn.checks import counted


class SGD:
    """Gradient descent with momentum: v ← momentum · v + gradient, p ← p - learning_rate · v.

    v is 0 at the start, one for each parameter; with momentum 0 this is plain gradient descent.
    Sources: Robbins and Monro, A stochastic approximation method (1951); momentum is from Polyak,
    Some methods of speeding up the convergence of iteration methods (1964).

    Raises ValueError for a learning rate that is not positive, a momentum outside 0 ≤ momentum < 1,
    no parameters, or one that was computed; TypeError for one that is not a Value.

    >>> p = Value(3.0)
    >>> optimizer = SGD([p], learning_rate=0.25)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> p.data
    1.5
    """

    def __init__(
        self, parameters: Iterable[Value], *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        if not 0.0 < learning_rate < math.inf:
            raise ValueError(f"SGD: learning_rate is {learning_rate!r}, and it must be positive")
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"SGD: momentum is {momentum!r}, and 0 <= momentum < 1 is needed")
        self.parameters = _checked(parameters)
        self.learning_rate = learning_rate
        self.momentum = momentum
        self._velocities = [0.0] * len(self.parameters)

    def step(self) -> None:
        """Move every parameter once.

        Raises OverflowError where a parameter would not be finite; nothing is changed then.
        """
        velocities = [
            self.momentum * velocity + parameter.grad
            for velocity, parameter in zip(self._velocities, self.parameters)
        ]
        moved = [
            parameter.data - self.learning_rate * velocity
            for velocity, parameter in zip(velocities, self.parameters)
        ]
        for index, data in enumerate(moved):
            if not math.isfinite(data):
                raise OverflowError(self._refusal(index, data))
        self._velocities = velocities
        for parameter, data in zip(self.parameters, moved):
            parameter.data = data

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def _refusal(self, index: int, data: float) -> str:
        parameter = self.parameters[index]
        place = f" in {parameter.scope}" if parameter.scope else ""
        return (
            f"SGD: the step would make parameter {index} ({parameter!r}{place}) {data}: its "
            f"gradient is {parameter.grad!r} and the learning rate {self.learning_rate!r}; "
            "a smaller learning rate or a loss of smaller gradient is needed"
        )

    def __repr__(self) -> str:
        rates = f"learning_rate={self.learning_rate}, momentum={self.momentum}"
        return f"SGD({counted(len(self.parameters), 'parameter')}, {rates})"


def _checked(parameters: Iterable[Value]) -> list[Value]:
    """The parameters, each once."""
    checked = list(dict.fromkeys(parameters))
    if not checked:
        raise ValueError("SGD: no parameters were given, and at least one is needed")
    for index, parameter in enumerate(checked):
        if not isinstance(parameter, Value):
            raise TypeError(f"SGD: parameter {index} is {parameter!r}, and a Value is needed")
        if parameter.inputs:
            raise ValueError(
                f"SGD: parameter {index} ({parameter!r}) was computed, and a leaf is needed"
            )
    return checked
