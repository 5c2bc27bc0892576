"""Optimizers: they move parameters against their gradients, so that the loss falls.

Each formula is written once, in arithmetic that floats and NumPy arrays share.
"""

from collections.abc import Iterable
from numbers import Real
from typing import Any

from engine import Value
from engine.keywords import explain_keywords
from engine.messages import shown
from nn.optim.optimizer import Optimizer
from nn.optim.schedules import Schedule, check_not_negative, check_rate


class SGD(Optimizer):
    """Gradient descent with momentum: v ← momentum · v + g, p ← p - learning_rate · v.

    g is the gradient; v is 0 at the start, and with momentum 0 this is plain gradient descent. With
    `nesterov` the step looks ahead: p ← p - learning_rate · (g + momentum · v). Sources: Robbins
    and Monro, A stochastic approximation method (1951); Polyak, Some methods of speeding up the
    convergence of iteration methods (1964); Nesterov (1983), in the form of Sutskever, Martens,
    Dahl and Hinton, On the importance of initialization and momentum in deep learning (2013).

    Raises ValueError for a momentum outside 0 ≤ momentum < 1, nesterov without momentum, and as
    `Optimizer` does.

    >>> p = Value(3.0)
    >>> optimizer = SGD([p], learning_rate=0.25)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> p.data
    1.5
    """

    n_averages = 1

    @explain_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        *,
        learning_rate: float | Schedule,
        momentum: float = 0.0,
        nesterov: bool = False,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate=learning_rate, clip_norm=clip_norm)
        self.momentum = _check_fraction(momentum, "momentum", self._name)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov needs a momentum that is not 0")
        self.nesterov = nesterov

    def update_rule(
        self, number: Any, gradient: Any, rate: float, *averages: Any
    ) -> tuple[Any, ...]:
        velocity = self.momentum * averages[0] + gradient
        ahead = gradient + self.momentum * velocity if self.nesterov else velocity
        return number - rate * ahead, velocity


class RMSprop(Optimizer):
    """s ← decay · s + (1 - decay) · g², p ← p - learning_rate · g / (√s + epsilon).

    Each parameter is moved by its gradient over that gradient's usual size. Source: Tieleman and
    Hinton, lecture 6.5 of Neural networks for machine learning (2012). Defaults are PyTorch's.

    >>> p = Value(1.0)
    >>> optimizer = RMSprop([p], learning_rate=0.1, decay=0.75)
    >>> p.grad = 5.0
    >>> optimizer.step()
    >>> round(p.data, 6)
    0.8
    """

    n_averages = 1

    @explain_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        *,
        learning_rate: float | Schedule = 0.01,
        decay: float = 0.99,
        epsilon: float = 1e-8,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate=learning_rate, clip_norm=clip_norm)
        self.decay = _check_fraction(decay, "decay", self._name)
        self.epsilon = check_rate(epsilon, "epsilon", where=self._name)

    def update_rule(
        self, number: Any, gradient: Any, rate: float, *averages: Any
    ) -> tuple[Any, ...]:
        square = self.decay * averages[0] + (1.0 - self.decay) * (gradient * gradient)
        return number - rate * (gradient / (square**0.5 + self.epsilon)), square


class Adam(Optimizer):
    """m ← β₁m + (1 - β₁)g, s ← β₂s + (1 - β₂)g², p ← p - learning_rate · m̂ / (√ŝ + epsilon).

    m̂ = m / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ) at step t = 1, 2, … make up for the start at 0. Kingma
    and Ba, Adam: a method for stochastic optimization (2015). Defaults are the paper's.

    >>> p = Value(1.0)
    >>> optimizer = Adam([p], learning_rate=0.1)
    >>> p.grad = 5.0
    >>> optimizer.step()                    # the first step is of the learning rate's size
    >>> round(p.data, 6)
    0.9
    """

    n_averages = 2

    @explain_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        *,
        learning_rate: float | Schedule = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate=learning_rate, clip_norm=clip_norm)
        self.beta1 = _check_fraction(beta1, "beta1", self._name)
        self.beta2 = _check_fraction(beta2, "beta2", self._name)
        self.epsilon = check_rate(epsilon, "epsilon", where=self._name)

    def update_rule(
        self, number: Any, gradient: Any, rate: float, *averages: Any
    ) -> tuple[Any, ...]:
        mean, square = averages
        mean = self.beta1 * mean + (1.0 - self.beta1) * gradient
        square = self.beta2 * square + (1.0 - self.beta2) * (gradient * gradient)
        t = self.n_steps + 1
        rate, spread = rate / (1.0 - self.beta1**t), (1.0 - self.beta2**t) ** 0.5
        return number - rate * (mean / (square**0.5 / spread + self.epsilon)), mean, square


class AdamW(Adam):
    """Adam after p ← (1 - learning_rate · weight_decay) p, a decay that Adam does not rescale.

    Loshchilov and Hutter, Decoupled weight decay regularization (2019). Defaults are PyTorch's.

    >>> p = Value(1.0)
    >>> optimizer = AdamW([p], learning_rate=0.1, weight_decay=0.5)
    >>> optimizer.step()                    # the gradient is 0: the decay alone
    >>> p.data
    0.95
    """

    @explain_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        *,
        learning_rate: float | Schedule = 0.001,
        weight_decay: float = 0.01,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        clip_norm: float | None = None,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            clip_norm=clip_norm,
        )
        self.weight_decay = check_not_negative(weight_decay, "weight_decay", where="AdamW")

    def update_rule(
        self, number: Any, gradient: Any, rate: float, *averages: Any
    ) -> tuple[Any, ...]:
        decayed = number * (1.0 - rate * self.weight_decay)
        return super().update_rule(decayed, gradient, rate, *averages)


def _check_fraction(number: float, what: str, where: str) -> float:
    if not (isinstance(number, Real) and 0.0 <= float(number) < 1.0):
        raise ValueError(f"{where}: {what} is {shown(number)}, but 0 <= {what} < 1 is needed")
    return float(number)
