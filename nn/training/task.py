"""What is trained: a model, its loss and the data, checked; and the graph of one sample."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine import DomainError, Index, Value, no_grad, tracing
from engine.messages import shown
from nn.blocks import evaluating
from nn.losses.losses import Loss
from nn.losses.targets import sizes_of
from nn.module import Module
from nn.training.arguments import as_outputs, check_output
from nn.training.data import (
    Array,
    are_indices,
    as_array,
    as_samples,
    check_counts,
    encode_targets,
    make_leaves,
)
from nn.tree import place_labels, tree_unflatten


@dataclass(frozen=True, slots=True)
class Graph:
    """One sample: its leaves, what the model computes from them, and its loss."""

    leaves: list[Value]
    outputs: list[Value]
    loss: Value


class Task:
    """What is trained: a model and its loss, on rows of data.

    A row is a sample's numbers and then its target's; those that are held out are not learned.
    Where samples are `indices`, such as tokens, their leaves say so.
    """

    def __init__(
        self, model: Module, loss: Loss, samples: Array, targets: Array, *, indices: bool
    ) -> None:
        self.model, self.loss = model, loss
        self.hits = loss.targets.hits if loss.targets else None
        self.rows = join_rows(samples, targets)
        self.held_out: Array | None = None
        self.shape, self.target_shape = samples.shape[1:], targets.shape[1:]
        self.n_inputs = math.prod(self.shape)
        self.labels = place_labels("x", self.shape) + place_labels("t", self.target_shape)
        given: type[Value] = Index if indices else Value
        self.kinds = [given] * self.n_inputs + [Value] * math.prod(self.target_shape)

    def build_graph(self, row: list[float]) -> Graph:
        """The graph of one row, without penalties."""
        leaves = [kind(x, label) for kind, x, label in zip(self.kinds, row, self.labels)]
        output = self.model(tree_unflatten(leaves[: self.n_inputs], self.shape))
        target = tree_unflatten(leaves[self.n_inputs :], self.target_shape)
        return Graph(leaves, as_outputs(output), self.loss.term(output, target))

    def trace(self) -> Graph:
        """The graph that stands for every row."""
        try:
            with tracing():
                return self.build_graph(self.rows[0].tolist())
        except DomainError as error:
            error.add_note("of row 0, by which the loss is compiled")
            raise

    def judged(self, graph: Graph) -> list[Value]:
        """The outputs that are right or wrong: none where the loss is not one of classes."""
        return graph.outputs if self.hits else []

    def accuracy(self, outputs: Array, rows: Array) -> float:
        """The share of rows whose outputs are right, where the loss is one of classes."""
        assert self.hits is not None
        return float(self.hits(outputs, rows[:, self.n_inputs :]))


def make_task(model: Module, loss: Loss, samples: Any, targets: Any, validation: Any) -> Task:
    """The task of a training, with the validation held out. Raises what `fit` raises for data."""
    numbers = as_samples(samples, "samples")
    indices = are_indices(samples)
    if validation is not None:
        others = validation_samples(validation, numbers)
        indices = indices and bool(((others >= 0.0) & (others % 1.0 == 0.0)).all())
    encode = partial(encode_all_targets, model, loss, indices=indices)
    task = Task(model, loss, numbers, encode(numbers, targets, "targets"), indices=indices)
    if validation is not None:
        columns = encode(others, validation[1], "validation targets")
        check_shape(columns, task.target_shape, "validation targets")
        task.held_out = join_rows(others, columns)
    return task


def validation_samples(validation: Any, numbers: Array) -> Array:
    """The samples of the pair, of the shape of those that are trained on."""
    if not (isinstance(validation, (tuple, list)) and len(validation) == 2):
        given = shown(validation)
        raise TypeError(f"fit: validation must be a pair (samples, targets), not {given}")
    others = as_samples(validation[0], "validation samples")
    check_shape(others, numbers.shape[1:], "validation samples")
    return others


def check_shape(found: Array, needed: tuple[int, ...], what: str) -> None:
    """Raises ValueError unless the rows have the shape of those that are trained on."""
    if found.shape[1:] != needed:
        raise ValueError(
            f"{what}: each has shape {found.shape[1:]}, but in training it is {needed}"
        )


def encode_all_targets(
    model: Module, loss: Loss, samples: Array, targets: Any, what: str, *, indices: bool
) -> Array:
    """The targets, a row for each sample; these may be indices."""
    numbers = as_array(targets, what)
    check_counts(samples, numbers, what)
    leaves = make_leaves(samples[0], indices=indices)
    with evaluating(model), no_grad():
        output = model(tree_unflatten(leaves, samples.shape[1:]))
    check_output(output, model, "fit")
    return encode_targets(numbers, loss, sizes_of(output), what)


def join_rows(samples: Array, targets: Array) -> Array:
    """A row for each sample: its numbers, and then its target's."""
    n = len(samples)
    return np.concatenate([samples.reshape(n, -1), targets.reshape(n, -1)], axis=1)
