"""Losses: one number that says how far the predictions are from the targets, 0 at best."""

from collections.abc import Iterable

from engine import Value, softplus, sum
from engine.value import Number, constant
from nn.checks import checked_number, counted, listed


def mean_squared_error(predictions: Iterable[Number], targets: Iterable[Number]) -> Value:
    """(1/n) Σ (pᵢ - tᵢ)² for n predictions p and n targets t: Legendre's least squares (1805).

    Raises ValueError for no predictions or unequal lengths, TypeError for what is not a number.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    Value(2.0, label='loss')
    """
    pairs = _pairs(predictions, targets, where="mean_squared_error")
    return _mean([(prediction - target) ** 2 for prediction, target in pairs])


def binary_cross_entropy(logits: Iterable[Number], targets: Iterable[Number]) -> Value:
    """(1/n) Σ softplus(zᵢ) - tᵢzᵢ for n logits z and n targets t from 0 to 1.

    That is -(1/n) Σ tᵢ log pᵢ + (1 - tᵢ) log(1 - pᵢ) with p = sigmoid(z), written so that nothing
    overflows: give it the neuron's z and not its sigmoid. Source: Goodfellow, Bengio and
    Courville, Deep Learning (2016), section 6.2.2.2.

    Raises ValueError for no logits, unequal lengths or a target outside 0 to 1, TypeError for what
    is not a number.

    >>> binary_cross_entropy([1000.0, -1000.0], [1, 1])
    Value(500.0, label='loss')
    """
    pairs = _pairs(logits, targets, where="binary_cross_entropy")
    for index, (_, target) in enumerate(pairs):
        if not 0.0 <= target.data <= 1.0:
            raise ValueError(
                f"binary_cross_entropy: target {index} is {target.data!r}, and 0 to 1 is needed"
            )
    return _mean([softplus(logit) - target * logit for logit, target in pairs])


def _pairs(
    predictions: Iterable[Number], targets: Iterable[Number], *, where: str
) -> list[tuple[Value, Value]]:
    """Each prediction with its target."""
    first = listed(predictions, where=f"{where}: predictions")
    second = listed(targets, where=f"{where}: targets")
    if len(first) != len(second):
        given = f"{counted(len(first), 'prediction')} and {counted(len(second), 'target')}"
        raise ValueError(f"{where}: {given} were given, and as many of each are needed")
    if not first:
        raise ValueError(f"{where}: the lists are empty, and at least one prediction is needed")
    return [
        (
            _value(prediction, where=f"{where}: prediction {index}"),
            _value(target, where=f"{where}: target {index}"),
        )
        for index, (prediction, target) in enumerate(zip(first, second))
    ]


def _value(number: Number, *, where: str) -> Value:
    """A Value as it is, a plain number as a constant of the graph."""
    return number if isinstance(number, Value) else constant(checked_number(number, where=where))


def _mean(terms: list[Value]) -> Value:
    loss: Value = sum(terms) / len(terms)
    loss.label = "loss"
    return loss
