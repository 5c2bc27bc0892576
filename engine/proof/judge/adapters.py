"""Adapters: a few lines that give a foreign class the interface that is judged.

An adapter says how a number of theirs is made, and how its value and gradient are read and
written; operators and methods are passed on. Below are those for scalars of PyTorch, and for
classes as minitorch and tinygrad have them:

    class Number(Minitorch):
        foreign = my_minitorch.Scalar

    print(check_engine(Number))
"""

import operator
from collections.abc import Callable
from math import isfinite
from numbers import Real
from typing import Any


def binary(operation: Callable[[Any, Any], Any]) -> Callable[["Adapter", Any], Any]:
    return lambda self, other: self.of(operation(self.inner, inner(other)))


def reflected(operation: Callable[[Any, Any], Any]) -> Callable[["Adapter", Any], Any]:
    return lambda self, other: self.of(operation(inner(other), self.inner))


def compared(operation: Callable[[Any, Any], Any]) -> Callable[["Adapter", Any], bool]:
    return lambda self, other: bool(operation(self.inner, inner(other)))


def inner(given: Any) -> Any:
    """Their number in an adapter; anything else as it is."""
    return given.inner if isinstance(given, Adapter) else given


class Adapter:
    """A number of theirs with `data`, `grad` and `backward()`; what it can do, theirs does.

    A class derived from this says how: `make`, and of the others those that differ.
    """

    inner: Any

    def __init__(self, data: float) -> None:
        if not isinstance(data, Real):
            raise TypeError(f"a number is needed, and {data!r} is a {type(data).__name__}")
        self.inner = self.make(float(data))

    # What differs from class to class

    def make(self, number: float) -> Any:
        """A leaf of theirs that will have a gradient."""
        raise NotImplementedError

    def read(self) -> float:
        """The number."""
        return float(self.inner.data)

    def write(self, number: float) -> None:
        """Set the number, as a step of an optimizer does."""
        self.inner.data = number

    def read_gradient(self) -> float | None:
        """The gradient; None where there is none."""
        return None if self.inner.grad is None else float(self.inner.grad)

    def write_gradient(self, gradient: float) -> None:
        self.inner.grad = gradient

    def backward(self) -> None:
        self.inner.backward()

    def keep(self) -> None:
        """Do what is needed for a result to have a gradient."""

    # What is the same for all

    @classmethod
    def of(cls, result: Any) -> "Adapter":
        """The adapter of a result of theirs."""
        adapter = cls.__new__(cls)
        adapter.inner = result
        adapter.keep()
        return adapter

    @property
    def data(self) -> float:
        return self.read()

    @data.setter
    def data(self, number: float) -> None:
        self.write(number)

    @property
    def grad(self) -> float | None:
        return self.read_gradient()

    @grad.setter
    def grad(self, gradient: float) -> None:
        self.write_gradient(gradient)

    def __getattr__(self, name: str) -> Any:
        """A method of theirs, whose result is an adapter again."""
        if name == "inner" or name.startswith("__"):
            raise AttributeError(name)
        method = getattr(self.inner, name)
        return lambda *given: self.of(method(*map(inner, given)))

    __add__, __radd__ = binary(operator.add), reflected(operator.add)
    __sub__, __rsub__ = binary(operator.sub), reflected(operator.sub)
    __mul__, __rmul__ = binary(operator.mul), reflected(operator.mul)
    __truediv__, __rtruediv__ = binary(operator.truediv), reflected(operator.truediv)
    __pow__, __rpow__ = binary(operator.pow), reflected(operator.pow)
    __lt__, __le__ = compared(operator.lt), compared(operator.le)
    __gt__, __ge__ = compared(operator.gt), compared(operator.ge)

    def __neg__(self) -> "Adapter":
        return self.of(-self.inner)

    def __abs__(self) -> "Adapter":
        return self.of(abs(self.inner))


class TorchScalar(Adapter):
    """Tensors of PyTorch with one number each, in float64.

    What is not finite raises here, as torch.autograd.detect_anomaly() has it for nan.
    """

    def make(self, number: float) -> Any:
        import torch

        return torch.tensor(number, dtype=torch.float64, requires_grad=True)

    def read(self) -> float:
        return finite(self.inner.item())

    def write(self, number: float) -> None:
        import torch

        with torch.no_grad():  # so that torch knows of the change
            self.inner.fill_(number)

    def read_gradient(self) -> float | None:
        return None if self.inner.grad is None else finite(self.inner.grad.item())

    def write_gradient(self, gradient: float) -> None:
        import torch

        self.inner.grad = torch.tensor(gradient, dtype=torch.float64)

    def backward(self) -> None:
        self.inner.backward(retain_graph=True)

    def keep(self) -> None:
        if self.inner.requires_grad:
            self.inner.retain_grad()


class Minitorch(Adapter):
    """Scalars as minitorch has them, whose gradient is called derivative."""

    foreign: Any = None  # their class

    def make(self, number: float) -> Any:
        return self.foreign(number)

    def read_gradient(self) -> float | None:
        gradient = self.inner.derivative
        return None if gradient is None else float(gradient)

    def write_gradient(self, gradient: float) -> None:
        self.inner.derivative = gradient


class Tinygrad(Adapter):
    """Tensors as tinygrad has them, of one number each, read by item()."""

    foreign: Any = None  # their class

    def make(self, number: float) -> Any:
        return self.foreign(number, requires_grad=True)

    def read(self) -> float:
        return float(self.inner.item())

    def write(self, number: float) -> None:
        self.inner.assign(self.foreign(number))

    def read_gradient(self) -> float | None:
        return None if self.inner.grad is None else float(self.inner.grad.item())

    def write_gradient(self, gradient: float) -> None:
        self.inner.grad = self.foreign(gradient)


def finite(number: float) -> float:
    """The number. Raises FloatingPointError for nan and inf."""
    if not isfinite(number):
        raise FloatingPointError(f"{number} came out")
    return number
