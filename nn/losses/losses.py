"""Losses: one number that says how far the predictions are from the targets, 0 at best.

Each is written for the outputs and targets of one sample. Called with lists of predictions and
targets it is the mean over the batch, for a loop of your own; `fit` compiles it for one sample.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, update_wrapper, wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec

from engine import Value, abs, choose, logsumexp, minimum, relu, softplus, sum
from engine.keywords import explain_keywords, refused_call
from engine.messages import counted, shown
from engine.rules import DIVIDE, EXP, SIGMOID
from engine.value import Number, constant
from nn.checks import as_list, as_number, is_finite_number
from nn.losses.targets import CLASSES, NUMBERS, PROBABILITIES, SIGNS, Targets, sizes_of
from nn.tree import tree_leaves

P = ParamSpec("P")
Penalty = Callable[[], Value]


def explain_call(
    method: "Callable[Concatenate[Loss, P], Value]",
) -> "Callable[Concatenate[Loss, P], Value]":
    """The same method; a call with too few or other arguments says which loss needs which."""

    @wraps(method)
    def explained(self: "Loss", /, *args: P.args, **kwargs: P.kwargs) -> Value:
        try:
            return method(self, *args, **kwargs)
        except TypeError as error:
            if error.__traceback__ and error.__traceback__.tb_next is None:  # not from within it
                said = refused_call(method.__get__(self), args, kwargs, name=self.__name__)
                if not args and not kwargs:
                    said += "; fit takes the loss itself, not a call of it"
                raise TypeError(said) from None
            raise

    return explained


class Loss:
    """The formula of a loss for one sample, the kind of its targets, and penalties to add.

    Called with n predictions (what the model returned: a Value, or a list where it has several
    outputs) and n targets it returns the mean over the n samples plus the penalties. `loss +
    penalty` is the loss with one more penalty: see `L1` and `L2`.

    With `targets` the formula takes two lists, of outputs and of numbers. Without, it takes an
    output as the model returned it and a target as it was given: a loss of your own.

    Raises ValueError for no predictions or unequal lengths, or a target that is not of the kind;
    TypeError for what is not a number.
    """

    __name__: str

    def __init__(
        self,
        of_sample: Callable[[Any, Any], Value],
        targets: Targets | None = None,
        penalties: tuple[Penalty, ...] = (),
    ) -> None:
        update_wrapper(self, of_sample)  # the name and the help are the formula's
        self.__name__ = getattr(of_sample, "__name__", "loss")
        self.of_sample = of_sample
        self.targets = targets
        self.penalties = penalties

    @explain_call
    def __call__(self, predictions: Iterable[Any], targets: Iterable[Any]) -> Value:
        name = self.__name__
        one = f"for one sample write {name}([prediction], [target])"
        try:
            first = as_list(predictions, where=f"{name}: predictions")
            second = as_list(targets, where=f"{name}: targets")
        except TypeError as error:
            raise TypeError(f"{error}; {one}") from None
        if len(first) != len(second):
            given = f"{counted(len(first), 'prediction')} and {counted(len(second), 'target')}"
            needed = "each prediction needs one target"
            raise ValueError(f"{name}: {given} were given, but {needed}; {one}")
        if not first:
            raise ValueError(f"{name}: the lists are empty, but at least one prediction is needed")
        terms = []
        for index, (prediction, target) in enumerate(zip(first, second)):
            if self.targets is not None:
                sizes = sizes_of(prediction)
                prediction = _as_values(prediction, where=f"{name}: prediction {index}")
                target = self.targets.encode(target, sizes, f"{name}: target {index}")
            terms.append(self.term(prediction, target))
        return self.add_penalties(sum(terms) / len(terms))

    def term(self, output: Any, target: Any) -> Value:
        """The loss of one sample without the penalties, for a target that is encoded already."""
        if self.targets is not None:
            output = _as_values(output, where=f"{self.__name__}: the model's output")
            target = tree_leaves(target)
        term = self.of_sample(output, target)
        if not isinstance(term, Value):
            raise TypeError(
                f"the loss {self.__name__} returned {shown(term)}, which is not a Value"
            )
        return term

    def add_penalties(self, mean: Value) -> Value:
        """The mean over a batch with every penalty added once."""
        for penalty in self.penalties:
            mean = mean + penalty()
        mean.label = mean.label or "loss"  # it may be a leaf of somebody
        return mean

    def __add__(self, penalty: Penalty) -> "Loss":
        if not callable(penalty):
            needed = "a penalty is needed, such as L2(0.01, model.parameters())"
            raise TypeError(f"{self.__name__} + {shown(penalty)}: {needed}")
        if isinstance(penalty, Loss):
            first, second = [f"{each.__name__}([output], [target])" for each in (self, penalty)]
            write = f"write a loss of your own, def loss(output, target): return {first} + {second}"
            raise TypeError(f"{self.__name__} + {penalty.__name__}: a penalty is needed: {write}")
        return Loss(self.of_sample, self.targets, (*self.penalties, penalty))

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Copied and pickled by its name, where it has one in its module."""
        known: object = getattr(sys.modules.get(self.__module__), self.__name__, None)
        if known is self:
            return str(self.__name__)
        if isinstance(known, Loss) and known.of_sample is self.of_sample:
            return _penalized, (known, self.penalties)
        return Loss, (self.of_sample, self.targets, self.penalties)

    def __repr__(self) -> str:
        return " + ".join([self.__name__, *map(repr, self.penalties)])


def _penalized(loss: Loss, penalties: tuple[Penalty, ...]) -> Loss:
    return Loss(loss.of_sample, loss.targets, penalties)


def makes_loss(make: Callable[P, Loss]) -> Callable[P, Loss]:
    """The same function; whoever calls it as if it were the loss is told what to write."""

    @wraps(make)
    def making(*args: P.args, **kwargs: P.kwargs) -> Loss:
        try:
            if args:  # keywords alone explain themselves
                signature(make).bind(*args, **kwargs)
        except TypeError as error:
            name = make.__name__
            settings = ", ".join(signature(make).parameters)
            write = f"write {name}(), or {name}({settings}), where the loss is to stand"
            raise TypeError(f"{name} makes the loss: {write} ({error})") from None
        return make(*args, **kwargs)

    return making


@partial(Loss, targets=NUMBERS)
def mean_squared_error(outputs: list[Value], targets: list[Number]) -> Value:
    """(1/n) Σ (pᵢ - tᵢ)² for predictions p and targets t: Legendre's least squares (1805).

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    Value(2.0, label='loss')
    """
    return _mean([(output - target) ** 2 for output, target in zip(outputs, targets)])


@partial(Loss, targets=NUMBERS)
def mean_absolute_error(outputs: list[Value], targets: list[Number]) -> Value:
    """(1/n) Σ |pᵢ - tᵢ|: outliers count less. Boscovich (1757); the gradient at 0 is 0.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    Value(1.0, label='loss')
    """
    return _mean([abs(output - target) for output, target in zip(outputs, targets)])


@makes_loss
@explain_keywords
def huber(delta: float = 1.0) -> Loss:
    """The loss (1/n) Σ h(pᵢ - tᵢ): h(e) = ½e² where |e| ≤ δ, and δ(|e| - ½δ) beyond.

    Written with m = min(|e|, δ) as m(|e| - ½m). Huber, Robust estimation of a location parameter
    (1964). Raises ValueError for a delta that is not positive.

    >>> huber(1.0)([1.5, 5.0], [1.0, 2.0])
    Value(1.3125, label='loss')
    """
    if not (is_finite_number(delta) and delta > 0.0):
        raise ValueError(f"huber: delta is {shown(delta)}, but must be positive")
    return Loss(Huber(delta), NUMBERS)


@dataclass(frozen=True)
class Huber:
    """The formula of `huber` for one sample."""

    delta: float
    __name__ = "huber"

    def __call__(self, outputs: list[Value], targets: list[Number]) -> Value:
        distances = [abs(output - target) for output, target in zip(outputs, targets)]
        nearer = [minimum(distance, self.delta) for distance in distances]
        return _mean([near * (far - 0.5 * near) for near, far in zip(nearer, distances)])


@partial(Loss, targets=SIGNS)
def hinge(outputs: list[Value], targets: list[Number]) -> Value:
    """(1/n) Σ max(0, 1 - tᵢzᵢ) for outputs z and targets t that are -1 or 1.

    Cortes and Vapnik, Support-vector networks (1995).

    >>> hinge([0.5, -2.0], [1, -1])
    Value(0.25, label='loss')
    """
    return _mean([relu(1.0 - target * output) for output, target in zip(outputs, targets)])


@partial(Loss, targets=PROBABILITIES)
def binary_cross_entropy(logits: list[Value], targets: list[Number]) -> Value:
    """(1/n) Σ softplus(zᵢ) - tᵢzᵢ for logits z and targets t from 0 to 1.

    That is -(1/n) Σ tᵢ log pᵢ + (1 - tᵢ) log(1 - pᵢ) with p = sigmoid(z), written so that nothing
    overflows: give it the neuron's z; TypeError for its sigmoid. Source: Goodfellow, Bengio and
    Courville, Deep Learning (2016), section 6.2.2.2.

    >>> binary_cross_entropy([1000.0, -1000.0], [1, 1])
    Value(500.0, label='loss')
    """
    if any([logit.rule is SIGMOID for logit in logits]):
        raise TypeError(_went_through("sigmoid", "binary_cross_entropy"))
    return _mean([softplus(logit) - target * logit for logit, target in zip(logits, targets)])


@partial(Loss, targets=CLASSES)
def softmax_cross_entropy(logits: list[Value], target: list[Any]) -> Value:
    """(1/n) Σ log Σⱼ exp(zᵢⱼ) - zᵢ[tᵢ] for k logits zᵢ of each sample and its class tᵢ of 0 … k-1.

    That is the mean of -log softmax(zᵢ)[tᵢ], written so that nothing overflows: give it the last
    layer's z; TypeError for its softmax. A sample may also have a sequence of classes, and k
    logits for each: the mean is over all. Source: as for `binary_cross_entropy`, section 6.2.2.3.

    >>> softmax_cross_entropy([[1000.0, 0.0, -1000.0], [0.0, 500.0, 0.0]], [0, 2])
    Value(250.0, label='loss')
    >>> softmax_cross_entropy([[[0.0, 500.0], [700.0, 0.0]]], [[0, 1]])
    Value(600.0, label='loss')
    """
    k = len(logits) // len(target)
    pieces = [logits[start : start + k] for start in range(0, len(logits), k)]
    if any(map(_is_softmax, pieces)):
        raise TypeError(_went_through("softmax", "softmax_cross_entropy"))
    return _mean([logsumexp(piece) - choose(t, piece) for piece, t in zip(pieces, target)])


def _is_softmax(outputs: list[Value]) -> bool:
    """Whether they are exponentials over their sum, as `softmax` returns them."""
    if not all([output.rule is DIVIDE and output.inputs[0].rule is EXP for output in outputs]):
        return False
    exponentials, totals = zip(*[output.inputs for output in outputs])
    return len(set(totals)) == 1 and totals[0].inputs == exponentials


def _went_through(activation: str, loss: str) -> str:
    """Learning would be slow or fail, and no one would know why."""
    return (
        f"{loss} has the {activation} in it, and the outputs went through one already: leave it "
        f"out of the model, and take engine.{activation} of the outputs for probabilities"
    )


def _mean(terms: list[Value]) -> Value:
    """Over the outputs of one sample."""
    if len(terms) == 1:
        return terms[0]
    mean: Value = sum(terms) / len(terms)
    return mean


def _as_values(prediction: Any, *, where: str) -> list[Value]:
    """What the model returned as a list of Values, a plain number as a constant of the graph."""
    return [
        output if isinstance(output, Value) else constant(as_number(output, where=where))
        for output in tree_leaves(prediction)
    ]
