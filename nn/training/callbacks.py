"""Callbacks: what happens after each epoch of `fit`: stop early, save a checkpoint, your own."""

import os
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import Any

from engine import Value
from engine.at_once import at_once
from engine.keywords import explain_keywords
from engine.messages import brief, shown
from nn.checks import check_keys, check_numbers, check_size
from nn.files import read_state, write_state
from nn.layers.dropout import Dropout
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.training.history import History
from nn.training.saved_state import REFUSALS, check_dropout, check_history, check_shuffler


class Callback:
    """Something that `fit` calls: override what you need.

    `training` is the whole state of the run; setting `training.history.stopped` to a reason ends it
    after this epoch.
    """

    def on_start(self, training: "Training") -> None:
        """Before the first epoch."""

    def on_epoch(self, training: "Training") -> None:
        """After every epoch; the parameters' Values are up to date, and may be given other `data`.

        `fit` raises ValueError where the model has other Values in their place: after the first
        epoch, or at the end. What else its graph is made of, such as the strength of a penalty, is
        compiled before.
        """

    def on_end(self, training: "Training") -> None:
        """After the last epoch, or when training was stopped; not after an error."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to keep of this callback."""
        return {}

    def check_state_dict(self, state: dict[str, Any]) -> None:
        """Raise ValueError for a state that `state_dict` cannot have given; change nothing."""
        if type(self).load_state_dict is Callback.load_state_dict:  # which takes nothing
            check_keys(state, (), where=type(self).__name__)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""


@dataclass(frozen=True)
class Training:
    """The state of a run: all that must be kept to continue from here bit for bit."""

    model: Module
    optimizer: Optimizer
    history: History
    shuffler: Any  # NumPy's generator, which orders the samples
    callbacks: Sequence[Callback]
    measured: Collection[str]  # which lists of the history this run fills

    def state_dict(self) -> dict[str, Any]:
        """The state as plain numbers, lists and dicts."""
        numbers = map(float, map(attrgetter("data"), self._named.values()))
        return {
            "parameters": dict(zip(self._named, numbers)),
            "others": [float(value.data) for value in self._others],
            "optimizer": self.optimizer.state_dict(),
            "history": asdict(self.history),
            "shuffler": self.shuffler.bit_generator.state,
            "dropouts": [dropout.rng.getstate() for dropout in self._dropouts],
            "callbacks": [callback.state_dict() for callback in self.callbacks],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a state. Every entry is checked first.

        Raises ValueError for the state of another model, optimizer or callbacks, and for one that
        no training can have. Nothing is changed then, nor after any other error.
        """
        self._check(state)
        before = self.state_dict()
        try:
            self._load(state)
        except BaseException:
            self._load(before)
            raise

    def _check(self, state: Any) -> None:
        here = self.state_dict()
        check_keys(state, here, where="the state")
        for name in ("others", "dropouts", "callbacks"):
            size = len(state[name]) if isinstance(state[name], list) else "no list of"
            if size != len(here[name]):
                given = f"the state has {size} {name}"
                raise ValueError(f"{given}, but this training has {len(here[name])}")
        self.model.check_state_dict(state["parameters"])
        self.optimizer.check_state_dict(state["optimizer"])
        check_numbers(state["others"], len(here["others"]), where="others")
        check_history(state["history"], self.measured)
        check_shuffler(state["shuffler"], self.shuffler)
        for dropout, generator in zip(self._dropouts, state["dropouts"]):
            check_dropout(generator, dropout.rng)
        for callback, kept in zip(self.callbacks, state["callbacks"]):
            callback.check_state_dict(kept)

    def _load(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["parameters"])
        self.optimizer.load_state_dict(state["optimizer"])
        for value, number in zip(self._others, state["others"]):
            value.data = float(number)
        for column in fields(History):
            setattr(self.history, column.name, state["history"][column.name])
        self.shuffler.bit_generator.state = state["shuffler"]
        for dropout, (version, numbers, spare) in zip(self._dropouts, state["dropouts"]):
            dropout.rng.setstate((version, tuple(numbers), spare))
        for callback, kept in zip(self.callbacks, state["callbacks"]):
            callback.load_state_dict(kept)

    # What takes longer to find than to write: as it is at the start of the run

    @cached_property
    def _named(self) -> dict[str, Value]:
        """The model's parameters by name."""
        return self.model.parameters_by_name()

    @cached_property
    def _others(self) -> list[Value]:
        """What is learned but is not a parameter of the model, such as one of the loss."""
        known = set(self._named.values())
        return [value for value in self.optimizer.parameters if value not in known]

    @cached_property
    def _dropouts(self) -> list[Dropout]:
        return [module for module in self.model.modules() if isinstance(module, Dropout)]


class EarlyStopping(Callback):
    """Stop after `patience` epochs without a smaller loss, and restore the best parameters.

    The loss is that of the validation if there is one, else that of training. The best
    parameters are restored whenever training ends, by Ctrl-C too, but not after an error. Prechelt,
    Early stopping, but when? (1998). Raises ValueError for a patience < 1.
    """

    @explain_keywords
    def __init__(self, patience: int = 10) -> None:
        check_size(patience, "patience", where="EarlyStopping")
        self.patience = patience
        self._best: list[float] = []
        self._best_loss: float | None = None
        self._waited = 0
        self._n_parameters = 0

    def __repr__(self) -> str:
        return f"EarlyStopping({self.patience})"

    def on_start(self, training: Training) -> None:
        self._best, self._best_loss, self._waited = [], None, 0
        self._n_parameters = len(training.optimizer.parameters)

    def on_epoch(self, training: Training) -> None:
        history = training.history
        loss = (history.validation_losses or history.losses)[-1]
        if self._best_loss is None or loss < self._best_loss:
            best = [float(parameter.data) for parameter in training.optimizer.parameters]
            self._best, self._best_loss, self._waited = best, loss, 0
        else:
            self._waited += 1
            if self._waited >= self.patience:
                history.stopped = f"no smaller loss in {self.patience} epochs"

    def on_end(self, training: Training) -> None:
        at_once(setattr, training.optimizer.parameters, repeat("data"), self._best)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self._best, "best_loss": self._best_loss, "waited": self._waited}

    def check_state_dict(self, state: dict[str, Any]) -> None:
        check_keys(state, self.state_dict(), where="EarlyStopping")
        loss, waited = state["best_loss"], state["waited"]
        if loss is not None:
            check_numbers([loss], 1, where="EarlyStopping: best_loss")
        size = 0 if loss is None else self._n_parameters
        check_numbers(state["best"], size, where="EarlyStopping: best")
        if type(waited) is not int or waited < 0:
            raise ValueError(f"EarlyStopping: waited is {shown(waited)}, but must be 0 or more")

    def load_state_dict(self, state: dict[str, Any]) -> None:
        best = list(map(float, state["best"]))
        self._best, self._best_loss, self._waited = best, state["best_loss"], state["waited"]


class Checkpoint(Callback):
    """Write the whole state of the training to a file, every `every` epochs, and resume.

    The file is JSON, or has NumPy's arrays where its name ends in ".npz", for large models.
    The file is written whole or not at all: a full disk or a crash leaves the old one as it was.
    With `resume`, `fit` continues from the file if there is one, and reaches, bit for bit, the
    numbers of a training that was never interrupted; model, data and settings must be the same.
    What it can tell of another model or optimizer is refused; a new learning rate or batch size is
    not, as one may want to go on with that.

    Raises OSError for a file that cannot be written, ValueError for one that does not fit.
    """

    @explain_keywords
    def __init__(
        self, path: str | os.PathLike[str], *, every: int = 1, resume: bool = False
    ) -> None:
        check_size(every, "every", where="Checkpoint")
        self.path, self.every, self.resume = Path(path), every, resume

    def __repr__(self) -> str:
        return f"Checkpoint('{self.path}', every={self.every}, resume={self.resume})"

    def on_start(self, training: Training) -> None:
        training.state_dict()  # what cannot be kept is refused before the first epoch
        if self.resume and self.path.exists():
            state = read_state(self.path)
            try:
                training.load_state_dict(state)
            except REFUSALS as error:
                said = f"{brief(self.path)} is not a checkpoint of this training: {error}"
                raise ValueError(said) from error

    def on_epoch(self, training: Training) -> None:
        if len(training.history) % self.every == 0 or training.history.stopped:
            write_state(training.state_dict(), self.path)
