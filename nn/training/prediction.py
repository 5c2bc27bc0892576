"""predict: what a model computes for many samples, at array speed."""

from collections.abc import Sequence
from typing import Any
from weakref import finalize

from engine import Program, Value, tracing
from engine.keywords import explain_keywords
from nn.blocks import evaluating
from nn.module import Module
from nn.training.arguments import as_outputs, check_model, check_output
from nn.training.backends import run_in_chunks
from nn.training.data import Array, are_indices, as_samples, make_leaves
from nn.training.masks import check_masks
from nn.tree import tree_unflatten

# The last program of each model that lives, by its id, as not every model can be hashed: compiling
# it takes longer than all the rest.
_kept: dict[int, Program] = {}


@explain_keywords
def predict(model: Module, samples: Any) -> Array:
    """What the model computes for n samples: shape (n,) for one output, else (n, outputs).

    Nested outputs stand one after another: k logits at each of t steps are (n, t · k).
    It is compiled in evaluation mode for one sample and run on all; the mode it was in comes back.
    The program is kept as long as the model lives and computes the same graph: that is built each
    time and compared, so whatever is changed in the model counts.
    Raises ValueError for samples that `fit` would refuse and for a Dropout in training mode that a
    function hides from the model, TypeError for a model that returns plain numbers alone or does
    what `tracing()` refuses.

    >>> from nn import MLP
    >>> predict(MLP(2, [3, 1]), [[0.5, -1.0], [0.0, 2.0]]).shape
    (2,)
    """
    check_model(model, "predict(model, samples)")
    numbers = as_samples(samples, "samples")
    model.warn_of_unwritten("predict: the model has")
    leaves = make_leaves(numbers[0], indices=are_indices(samples))
    with evaluating(model), tracing():
        output = model(tree_unflatten(leaves, numbers.shape[1:]))
    check_output(output, model, "predict")
    outputs = as_outputs(output)
    program = _program_of(model, outputs, leaves)
    results = run_in_chunks(program, numbers.reshape(len(numbers), -1))
    return results[:, 0] if len(outputs) == 1 else results


def _program_of(model: Module, outputs: Sequence[Value], leaves: Sequence[Value]) -> Program:
    """The program that is kept if it computes these outputs, with the numbers of today."""
    program = _kept.get(id(model))
    if program is None or program.outdated() or not _computes(program, outputs, leaves):
        given = set(leaves)  # which a model may keep; parameters are leaves, so matrices are found
        parameters = [leaf for leaf in model.parameters() if leaf not in given]
        program = Program(outputs, leaves, parameters)
        check_masks(program, model, "predict")
        if id(model) not in _kept:
            finalize(model, _kept.pop, id(model), None)
        _kept[id(model)] = program
    else:
        program.read()
    return program


def _computes(program: Program, outputs: Sequence[Value], leaves: Sequence[Value]) -> bool:
    """Whether a graph is that of the program: node by node the same rules and parameters, and the
    same numbers where these are neither learned nor given."""
    known, inputs, parameters = program.traced
    if (len(outputs), len(leaves)) != (len(known), len(inputs)):
        return False
    variable = {*inputs, *parameters}
    twin: dict[Value, Value | None] = dict.fromkeys(inputs)  # none of them, where one was kept
    twin.update(zip(leaves, inputs))
    waiting = list(zip(outputs, known))
    while waiting:
        node, other = waiting.pop()
        if node in twin:
            same = twin[node] is other
        elif node.inputs:
            same = node.rule is other.rule and len(node.inputs) == len(other.inputs)
            pairs = zip(node.inputs, other.inputs)  # nearly all of them are leaves, and the same
            waiting += [(a, b) for a, b in pairs if a.rule or twin.get(a, a) is not b]
        else:  # repr tells 0 from -0
            frozen = not other.inputs and variable.isdisjoint((node, other))
            same = node is other or (frozen and repr(node.data) == repr(other.data))
        if not same:
            return False
        twin[node] = other
    return True
