"""predict: what a model computes for many samples, at array speed."""

from typing import Any

from engine import Program, Value, tracing
from nn.blocks import evaluating
from nn.module import Module
from nn.training.arguments import check_model
from nn.training.backends import run_in_chunks
from nn.training.data import Array, as_samples, make_labels
from nn.tree import tree_leaves, tree_unflatten


def predict(model: Module, samples: Any) -> Array:
    """What the model computes for n samples: shape (n,) for one output, else (n, outputs).

    It is compiled in evaluation mode for one sample and run on all; the mode it was in comes back.
    Raises ValueError for samples that `fit` would refuse.

    >>> from nn import MLP
    >>> predict(MLP(2, [3, 1]), [[0.5, -1.0], [0.0, 2.0]]).shape
    (2,)
    """
    check_model(model, "predict(model, samples)")
    numbers = as_samples(samples, "samples")
    model.warn_of_unwritten("predict: the model has")
    shape = numbers.shape[1:]
    rows = numbers.reshape(len(numbers), -1)
    leaves = [Value(x, label) for x, label in zip(rows[0].tolist(), make_labels("x", shape))]
    with evaluating(model), tracing():
        outputs = tree_leaves(model(tree_unflatten(leaves, shape)))
    program = Program(outputs, leaves, model.parameters())  # leaves, so that matrices are found
    results = run_in_chunks(program, rows)
    return results[:, 0] if len(outputs) == 1 else results
