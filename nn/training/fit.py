"""fit: train a model on samples and targets, compiled or Value by Value."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any
from warnings import catch_warnings

import numpy as np

from engine import DomainError, Value
from engine.keywords import explain_keywords
from engine.names import digits
from engine.optional import missing
from engine.program import Backend
from nn.checks import check_size
from nn.losses.losses import Loss
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.training.arguments import (
    as_callbacks,
    as_loss,
    as_optimizer,
    check_backend,
    check_model,
    check_penalties,
    check_recording,
)
from nn.training.backends import Compiled, Eager
from nn.training.callbacks import Callback, Checkpoint, EarlyStopping, Training
from nn.training.history import History
from nn.training.task import Task, make_task


class DivergenceError(OverflowError):
    """The loss grew beyond every float. The parameters are the last finite ones.

    `history` has the epochs before.
    """

    history: History


@explain_keywords
def fit(
    model: Module,
    loss: Loss | Callable[[Any, Any], Value],
    samples: Any,
    targets: Any,
    *,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int = 32,
    validation: tuple[Any, Any] | None = None,
    seed: int = 0,
    callbacks: Iterable[Callback] = (),
    progress: bool = False,
    eager: bool = False,
    backend: Backend = "numpy",
    training_accuracy: bool = True,
) -> History:
    """Train the model: in every epoch all samples once, in random order, a step for each batch.

    `samples` are n samples of one shape, lists, an array or a table: (n, features), or images (n,
    channels, rows, columns), or sequences (n, steps, features); the model is called on one of them,
    as nested lists. Where all are ints from 0 on (in `validation` whole numbers of any type), they
    are leaves of the kind `Index`, which an `Embedding` takes as tokens, (n, steps), and other
    layers as numbers. `targets` are n numbers, class numbers or rows, as the loss needs; or rows of
    class numbers, one for each position. A loss of your own is a function (output, target) -> Value
    of one sample. `validation` is a pair of samples and targets that are measured and not learned.

    The optimizer decides what is learned: the parameters it was given. Without one it is Adam with
    learning rate 0.01 on all. The last batch of an epoch may be smaller. The order comes from
    NumPy's generator with this seed and the optimizer's number of steps, so the same seed gives the
    same numbers, and a later fit with the same optimizer other orders. Training runs on a
    `Program`; with `eager` sample by sample on Values, with equal results. `backend` is that of the
    Program: "c" needs a C compiler and a second of its time, and pays where there are thousands of
    steps. The accuracy on all samples at the end of each epoch takes a pass of its own: without
    `training_accuracy` there is none. Ctrl-C ends it and returns what there is. Afterwards the
    model is in evaluation mode, as `model.eval()` leaves it.

    Raises TypeError or ValueError, before anything is changed, for what is no model, loss or
    optimizer, a loss compiled from none of its parameters, penalties on none of the model's, a
    Dropout that a function hides from the model, no samples, unequal lengths, rows of different
    shapes, nan or inf (row and column are named), targets out of range, a backend that there is not
    or that `eager` does not use, and under `no_grad()`; RuntimeError where there is no C compiler,
    or it fails. Raises in a step, with the parameters as they were before it, DomainError for a row
    with a token or another number for which there is no loss, and names the row; ValueError after
    an epoch of `eager` in which no loss came from a parameter, and where a callback put others in
    place of the model's; DivergenceError when the loss grows beyond every float.

    >>> from nn import MLP, binary_cross_entropy
    >>> samples, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> history = fit(MLP(2, [8, 1], seed=1), binary_cross_entropy, samples, targets, epochs=300)
    >>> history.accuracies[-1], history.losses[-1] < 0.01
    (1.0, True)
    """
    check_model(model, "fit(model, loss, samples, targets)")
    check_size(epochs, "epochs", where="fit")
    check_size(batch_size, "batch_size", where="fit")
    check_size(seed, "seed", where="fit", least=0)
    check_backend(backend, eager=eager)
    check_recording()
    loss = as_loss(loss)
    optimizer = as_optimizer(optimizer, model)
    check_penalties(loss, optimizer, model)
    callbacks = as_callbacks(callbacks)
    task = make_task(model, loss, samples, targets, validation)

    # A checkpoint is written last, so that it has what the others made of the epoch.
    ordered = sorted(callbacks, key=lambda callback: isinstance(callback, Checkpoint))
    shuffler = np.random.default_rng([seed, optimizer.n_steps] if optimizer.n_steps else seed)
    measured = _list_measured(task, training_accuracy=training_accuracy)
    training = Training(model, optimizer, History(), shuffler, ordered, measured)
    model.warn_of_unwritten("fit: the model has")
    model.train()
    try:
        trainer = _make_trainer(training, task, backend, eager=eager)
        _train(training, trainer, epochs, batch_size, progress)
    finally:
        model.eval()
    return training.history


def _list_measured(task: Task, *, training_accuracy: bool) -> list[str]:
    """The lists of the history that are filled."""
    of_classes = task.hits is not None
    measured = ["losses"] + ["accuracies"] * (of_classes and training_accuracy)
    if task.held_out is not None:
        measured += ["validation_losses"] + ["validation_accuracies"] * of_classes
    return [*measured, "gradient_norms", "seconds"]


def _make_trainer(
    training: Training, task: Task, backend: Backend, *, eager: bool
) -> Compiled | Eager:
    """What makes the steps. The loss of the first row may be too large already."""
    if eager:
        return Eager(task, training.optimizer)
    try:
        return Compiled(task, training.optimizer, backend)
    except OverflowError as error:
        raise _divergence(training, 0, error) from error


def _train(
    training: Training, trainer: Compiled | Eager, epochs: int, batch_size: int, progress: bool
) -> None:
    """All epochs from where the history ends; however they end, the Values get the parameters."""
    history, parameters = training.history, _learned(training)
    for callback in training.callbacks:
        callback.on_start(training)
    _check_parameters(training, parameters)
    training.model.train()  # a callback that predicts leaves it in evaluation mode
    trainer.read()
    try:
        with _show_progress(range(len(history), epochs), progress) as bar:
            for epoch in bar:
                if history.stopped:
                    break
                start = time.perf_counter()
                try:
                    measured = _run_epoch(training, trainer, batch_size, epoch)
                    measured |= _evaluate(training, trainer)
                except OverflowError as error:
                    trainer.write()  # the learning rate is that of the step
                    raise _divergence(training, epoch, error) from error
                history.add(measured | {"seconds": time.perf_counter() - start})
                _call_back(training, trainer)
                if len(history) == 1:  # and at the end; to list them each time takes a while
                    _check_parameters(training, parameters)
                if progress:
                    bar.set_postfix_str(
                        f"loss {digits(history.losses[-1], plain=True)}", refresh=False
                    )
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    finally:
        trainer.write()
    _check_parameters(training, parameters)
    for callback in training.callbacks:
        callback.on_end(training)


def _call_back(training: Training, trainer: Compiled | Eager) -> None:
    """What the callbacks do to the model holds, but for its mode."""
    if not training.callbacks:
        return
    trainer.write()
    try:
        for callback in training.callbacks:
            callback.on_epoch(training)
    finally:
        if _has_own_callbacks(training):
            training.model.train()
        trainer.read()


def _has_own_callbacks(training: Training) -> bool:
    """Whether some may do anything to the model: the library's leave its parts and mode alone."""
    return any(type(each) not in (Checkpoint, EarlyStopping) for each in training.callbacks)


def _learned(training: Training) -> set[Value]:
    """The parameters that the model has and the optimizer moves; none where nobody changes them."""
    own = _has_own_callbacks(training)
    return set(training.model.parameters() if own else ()).intersection(
        training.optimizer.parameters
    )


def _check_parameters(training: Training, parameters: set[Value]) -> None:
    """Raises ValueError where the model has not these any more, which are compiled."""
    if _learned(training) != parameters:
        raise ValueError(
            "fit: a callback put others in place of the model's parameters: to change a "
            "number write parameter.data = 0.5, and to learn others call fit again"
        )


def _run_epoch(
    training: Training, trainer: Compiled | Eager, batch_size: int, epoch: int
) -> dict[str, float]:
    """A step for each batch."""
    rows = trainer.task.rows
    order = training.shuffler.permutation(len(rows))
    total = norms = 0.0
    starts = range(0, len(rows), batch_size)
    with np.errstate(all="ignore"):  # what overflows is an error of its own
        for number, start in enumerate(starts, start=1):
            batch = order[start : start + batch_size]
            try:
                loss, norm = trainer.step(rows[batch])
            except DomainError as error:
                place = f"in epoch {epoch + 1}, batch {number}"
                if error.sample is not None:
                    place += f": sample {error.sample} is row {batch[error.sample]}"
                error.add_note(place)
                raise
            total += loss * (len(batch) / len(rows))
            norms += norm
    return {"losses": total, "gradient_norms": norms / len(starts)}


def _divergence(training: Training, epoch: int, error: OverflowError) -> DivergenceError:
    diverged = DivergenceError(
        f"the loss diverged in epoch {epoch + 1}, at learning rate {training.optimizer.rate():g}; "
        f"the parameters are the last finite ones, and a smaller rate or a clip_norm may help: "
        f"{error}"
    )
    diverged.history = training.history
    return diverged


def _evaluate(training: Training, trainer: Compiled | Eager) -> dict[str, float]:
    """The losses and accuracies at the end of an epoch."""
    task, measured = trainer.task, {}
    if "accuracies" in training.measured:
        _, outputs = trainer.evaluate(task.rows)
        measured["accuracies"] = task.accuracy(outputs, task.rows)
    if task.held_out is not None:
        try:
            measured["validation_losses"], outputs = trainer.evaluate(task.held_out)
        except DomainError as error:
            error.add_note("in the validation")
            raise
        if "validation_accuracies" in training.measured:
            measured["validation_accuracies"] = task.accuracy(outputs, task.held_out)
    return measured


def _show_progress(epochs: range, progress: bool) -> Any:
    """The epochs, with a progress bar in terminal or notebook if asked for."""
    if not progress:
        return nullcontext(epochs)
    try:
        with catch_warnings(action="ignore"):  # a notebook without widgets has a bar of text
            from tqdm.auto import tqdm
    except ModuleNotFoundError as error:
        raise missing("progress=True", "tqdm", "train") from error
    return tqdm(epochs, unit="epoch")
