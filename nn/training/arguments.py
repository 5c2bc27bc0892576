"""What `fit` and `predict` are given beside data, or an error that says what to write instead."""

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any, get_args

from engine import Value
from engine.floats import NUMBERS
from engine.messages import brief, shown
from engine.program import Backend
from engine.recording import current_scope
from engine.value import constant
from nn.checks import as_number
from nn.losses import losses
from nn.losses.losses import Loss
from nn.losses.penalties import L1, L2
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.optim.update_rules import Adam
from nn.training.callbacks import Callback
from nn.tree import tree_leaves

LOSSES = [name for name, loss in vars(losses).items() if isinstance(loss, Loss)]


def check_model(model: Any, call: str) -> None:
    """Raises TypeError for what is no Module, such as arguments in another order."""
    if not isinstance(model, Module):
        where = call.partition("(")[0]
        needed = "must be a Module, such as MLP(2, [8, 1])"
        raise TypeError(f"{where}: the model is {in_words(model)}, but {needed}: write {call}")


def check_output(output: Any, model: Module, where: str) -> None:
    """Raises TypeError for what has no gradient, such as None where a `return` was forgotten."""
    if all([leaf is None or isinstance(leaf, NUMBERS) for leaf in tree_leaves(output)]):
        raise TypeError(
            f"{where}: {shown(model)} returned {shown(output)} for the first sample, but a Value, "
            "or a list of Values, is needed: what forward computes from parameters, and not its "
            ".data"
        )


def as_outputs(output: Any) -> list[Any]:
    """The leaves of what a model returned, a plain number among them as a constant of the graph.

    >>> from engine import Value
    >>> as_outputs([Value(1.0), 0.5])
    [Value(1.0), Value(0.5)]
    """
    leaves = tree_leaves(output)
    return [
        constant(as_number(leaf, where="the model's output")) if isinstance(leaf, NUMBERS) else leaf
        for leaf in leaves
    ]


LEARNS_NOTHING = (
    "fit: the loss depends on no parameter of the optimizer, so nothing is learned: "
    "compute it from what the model returns, and not from its .data"
)


def can_learn(loss: Value, parameters: Iterable[Value]) -> bool:
    """Whether a loss is computed from a parameter, or not at all, as one of somebody's own."""
    wanted, seen, ahead = set(parameters), {loss}, [loss]
    while ahead:  # until the first one is met
        node = ahead.pop()
        if node in wanted:
            return True
        new = set(node.inputs) - seen
        seen |= new
        ahead += new
    return not loss.inputs


def in_words(given: Any) -> str:
    """What was given: of an array or a table its shape."""
    shape = getattr(given, "shape", None)
    return f"a {type(given).__name__} of shape {shape}" if shape else shown(given)


def check_backend(backend: Any, *, eager: bool) -> None:
    """Raises ValueError for one that a Program does not have, and for one where no Program runs."""
    if backend not in get_args(Backend):
        raise ValueError(f"fit: backend is {shown(backend)}, and 'numpy' or 'c' is needed")
    if eager and backend != "numpy":
        given = f"backend={shown(backend)}"
        raise ValueError(f"fit: eager=True runs on Values, and {given} on a Program: leave one out")


def check_recording() -> None:
    """Raises ValueError under no_grad(), where there are no gradients."""
    if current_scope() is None:
        raise ValueError("fit: nothing is learned under no_grad(): call fit outside of it")


def as_loss(loss: Any) -> Loss:
    """A loss of the library as it is, a function of one sample as a loss of one's own."""
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, str):
        names = " or ".join(find_losses(loss)) + ", without quotes"
        raise TypeError(
            f"fit: the loss is the text {shown(loss)}, but must be a Loss: write {names}"
        )
    if not callable(loss):
        needed = "must be a Loss, such as mean_squared_error, or a function (output, target)"
        call = "write fit(model, loss, samples, targets)"
        raise TypeError(f"fit: the loss is {in_words(loss)}, but {needed}: {call}")
    check_two_arguments(loss)
    return Loss(loss)


def check_two_arguments(loss: Callable[..., Any]) -> None:
    """Raises TypeError for a function that cannot be called with an output and a target."""
    try:
        parameters = signature(loss)
    except (TypeError, ValueError):  # some functions of C do not tell
        return
    try:
        parameters.bind(None, None)
    except TypeError as error:
        name = brief(getattr(loss, "__name__", shown(loss)))
        raise TypeError(
            f"fit: the loss is called as {name}(output, target), but {brief(error)}; if it makes a "
            f"loss, as huber does, write {name}()"
        ) from None


def find_losses(name: str) -> list[str]:
    """The losses that other libraries call so, or all.

    >>> find_losses("MSE"), find_losses("cross-entropy")
    (['mean_squared_error'], ['binary_cross_entropy', 'softmax_cross_entropy'])
    """
    plain = name.lower().replace("-", "_").replace(" ", "_")
    short = {"".join([word[0] for word in each.split("_")]): each for each in LOSSES}
    return [short[plain]] if plain in short else [x for x in LOSSES if plain in x] or LOSSES


def as_optimizer(optimizer: Any, model: Module) -> Optimizer:
    """The optimizer, which moves parameters of the model; Adam on all of them for None."""
    parameters = model.parameters()
    if not parameters:
        kept = "a Module keeps Values and modules as attributes, also in lists and dicts"
        raise ValueError(f"fit: {shown(model)} has no parameters, so it cannot learn: {kept}")
    if optimizer is None:
        return Adam(parameters, learning_rate=0.01)
    made = "Adam(model.parameters(), learning_rate=0.01)"
    if not isinstance(optimizer, Optimizer):
        needed = f"must be an Optimizer, such as {made}"
        raise TypeError(f"fit: the optimizer is {shown(optimizer)}, but {needed}")
    if not set(optimizer.parameters) & set(parameters):
        none = f"none of the optimizer's parameters belongs to {shown(model)}"
        raise ValueError(f"fit: {none}: make one of this model, {made}")
    return optimizer


def check_penalties(loss: Loss, optimizer: Optimizer, model: Module) -> None:
    """Raises ValueError where all are on something else, such as the model before this."""
    penalties = [each for each in loss.penalties if isinstance(each, (L1, L2))]
    penalized = [value for penalty in penalties for value in penalty.parameters]
    if penalized and len(penalties) == len(loss.penalties):
        known = {*model.parameters(), *optimizer.parameters}
        if not any(value in known or value.inputs for value in penalized):
            penalty = penalties[0]
            none = f"none of the parameters of {shown(penalty)} belongs to {shown(model)}"
            made = f"{type(penalty).__name__}({penalty.strength}, model.parameters())"
            raise ValueError(f"fit: {none}: make one of this model, {made}")


def as_callbacks(given: Any) -> list[Callback]:
    found: list[Any] = list(given) if isinstance(given, Iterable) else [None]
    if not all(isinstance(callback, Callback) for callback in found):
        needed = "must be a list of Callbacks, such as [EarlyStopping()]"
        if isinstance(given, Callback):
            needed += f": write [{shown(given)}]"
        elif any(callable(each) and not isinstance(each, type) for each in (given, *found)):
            needed += "; a function is the on_epoch of a Callback of your own"
        raise TypeError(f"fit: callbacks is {shown(given)}, but {needed}")
    return found
