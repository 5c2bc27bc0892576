"""Ctrl-C at any line, and mostly at any instruction, leaves the state of one step, whole."""

import json
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from engine import Program, Value
from engine.at_once import at_once
from nn import (
    MLP,
    SGD,
    Adam,
    Callback,
    Checkpoint,
    EarlyStopping,
    History,
    Optimizer,
    RMSprop,
    fit,
    mean_squared_error,
)
from nn.training.callbacks import Training

ROOT = str(Path(__file__).parents[3])
WATCHED = tuple(
    f"{ROOT}/{path}"
    for path in (
        "nn/optim/",
        "nn/training/",
        "engine/at_once.py",
        "engine/program/__init__.py",
    )
)


def run_until(
    place: int,
    action: Callable[[], object],
    event: str = "line",
    functions: Collection[str] = (),
) -> bool:
    """Do it, with a KeyboardInterrupt at the so-many-th line or opcode of what is watched, or of
    these functions in it. Whether there were so many."""
    count = 0

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal count
        code = frame.f_code
        if not code.co_filename.startswith(WATCHED):
            return None
        if functions and code.co_name not in functions:
            return None
        frame.f_trace_opcodes = event == "opcode"
        count += what == event
        if count == place and what == event:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(KeyboardInterrupt):
            action()
    finally:
        sys.settrace(before)
    return count >= place


def every_place() -> Iterable[int]:
    """Until `run_until` says that there are no more."""
    return range(1, 10**6)


def state_of(optimizer: Optimizer) -> Any:
    return [p.data for p in optimizer.parameters], optimizer.state_dict()


OPTIMIZERS = {
    "SGD": lambda p: SGD(p, learning_rate=0.1, momentum=0.9, clip_norm=1.0),
    "RMSprop": lambda p: RMSprop(p),
    "Adam": lambda p: Adam(p, learning_rate=0.1),
}


def moved_once(name: str) -> Optimizer:
    """An optimizer of three parameters after a step, with the gradients for another."""
    values = [Value(x) for x in (2.0, -1.0, 0.5)]
    optimizer = OPTIMIZERS[name](values)
    for gradient in (0.5, -1.5):
        for value in values:
            value.grad = gradient * value.data
        if gradient > 0.0:
            optimizer.step()
    return optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("event", ["line", "opcode"])
def test_a_step_is_whole_or_not_at_all(name: str, event: str) -> None:
    whole = moved_once(name)
    old = state_of(whole)
    whole.step()
    new = state_of(whole)
    found = []
    for place in every_place():
        optimizer = moved_once(name)
        more = run_until(place, optimizer.step, event)
        found.append(state_of(optimizer))
        assert found[-1] in (old, new), place
        if not more:
            break
    assert old in found and found[-1] == new and len(found) > 20


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_is_whole_or_not_at_all(name: str) -> None:
    def start() -> tuple[Optimizer, Any, Callable[[], None]]:
        optimizer, numbers = moved_once(name), np.array([2.0, -1.0, 0.5])
        return optimizer, numbers, lambda: optimizer.update(numbers, numbers * numbers)

    def state(optimizer: Optimizer, numbers: Any) -> Any:
        return numbers.tolist(), optimizer.state_dict()

    optimizer, numbers, action = start()
    old = state(optimizer, numbers)
    action()
    new = state(optimizer, numbers)
    found = []
    for place in every_place():
        optimizer, numbers, action = start()
        more = run_until(place, action)
        found.append(state(optimizer, numbers))
        assert found[-1] in (old, new), place
        if not more:
            break
    assert old in found and found[-1] == new and len(found) > 5


@pytest.mark.parametrize("event", ["line", "opcode"])
def test_whatever_else_sets_several_numbers_sets_all_or_none(event: str) -> None:
    def load_optimizer() -> tuple[Callable[[], object], Callable[[], object]]:
        optimizer, other = moved_once("Adam"), moved_once("Adam")
        other.step()
        return lambda: optimizer.load_state_dict(other.state_dict()), optimizer.state_dict

    def load_model() -> tuple[Callable[[], object], Callable[[], object]]:
        model, state = MLP(1, [2], seed=1), MLP(1, [2], seed=5).state_dict()
        return lambda: model.load_state_dict(state), model.state_dict

    def write_program() -> tuple[Callable[[], object], Callable[[], object]]:
        values = [Value(1.0), Value(2.0)]
        program = Program(values[0] * values[1], inputs=[], parameters=values)
        program.parameters *= 3.0
        return program.write, lambda: [value.data for value in values]

    def add_epoch() -> tuple[Callable[[], object], Callable[[], object]]:
        history, epoch = History(), {"losses": 0.5, "gradient_norms": 1.0, "seconds": 0.1}
        return lambda: history.add(epoch), lambda: {len(getattr(history, each)) for each in epoch}

    for make in (load_optimizer, load_model, write_program, add_epoch):
        action, state = make()
        old = state()
        action()
        new = state()
        for place in every_place():
            action, state = make()
            more = run_until(place, action, event)
            assert state() in (old, new), (make, place)
            if not more:
                break
        assert place > 1


# A whole training

MOVING = "_train _call_back read write step update at_once add on_epoch on_end".split()
SAMPLES, TARGETS = [[0.0, 1.0], [1.0, -1.0], [0.5, 0.5]], [0.5, -0.5, 1.0]


class Recorded(Adam):
    """Adam that notes where each step leads to, and is interrupted before one."""

    log: list[Any]
    last = 0  # the step before which Ctrl-C is pressed; 0 for none

    def update(self, numbers: Any, gradient: Any) -> None:
        if self.n_steps + 1 == self.last:
            raise KeyboardInterrupt
        super().update(numbers, gradient)
        self.log.append((numbers.tolist(), self.state_dict()))

    def step(self) -> None:
        super().step()
        self.log.append(state_of(self))


class Damps(Callback):
    """Changes parameters and optimizer, as callbacks may, both at once."""

    def on_epoch(self, training: Training) -> None:
        optimizer = training.optimizer
        assert isinstance(optimizer, Recorded)
        numbers = [0.5 * p.data for p in optimizer.parameters]
        averages = [[0.5 * x for x in each] for each in optimizer.state_dict()["averages"]]
        owners = [*optimizer.parameters, optimizer]
        names = [*["data"] * len(numbers), "_averages"]
        at_once(setattr, owners, names, [*numbers, averages])
        optimizer.log.append(state_of(optimizer))


class Keeps(Callback):
    """Keeps the history, also of a training that returns none."""

    history = History()

    def on_start(self, training: Training) -> None:
        self.history = training.history


def train(
    callbacks: Iterable[Callback], *, eager: bool = False
) -> tuple[Callable[[], object], Recorded, Keeps]:
    """What trains for two epochs of two batches, its optimizer and its history."""
    model = MLP(2, [1], seed=1)
    optimizer = Recorded(model.parameters(), learning_rate=0.1)
    optimizer.log = [state_of(optimizer)]
    keeps = Keeps()

    def action() -> None:
        fit(
            model,
            mean_squared_error,
            SAMPLES,
            TARGETS,
            optimizer=optimizer,
            epochs=2,
            batch_size=2,
            validation=(SAMPLES, TARGETS),
            callbacks=[keeps, *callbacks],
            eager=eager,
        )

    return action, optimizer, keeps


def check_rows(history: History) -> None:
    lists = history.losses, history.validation_losses, history.gradient_norms, history.seconds
    assert len(set(map(len, lists))) == 1


@pytest.mark.parametrize(
    ("eager", "last"),
    [(False, 0), pytest.param(False, 4, marks=pytest.mark.slow), (True, 0)],
)
def test_a_training_is_left_at_one_of_its_steps(eager: bool, last: int) -> None:
    """Also where Ctrl-C is pressed twice: in the second epoch, and again at any line."""
    action, whole, _ = train([Damps()], eager=eager)
    action()
    assert len(whole.log) == 7
    for place in every_place():
        action, optimizer, keeps = train([Damps()], eager=eager)
        optimizer.last = last
        more = run_until(place, action, functions=MOVING)
        assert state_of(optimizer) in whole.log, place
        check_rows(keeps.history)
        if not more:
            break
    assert optimizer.n_steps == (last - 1 if last else 4)


def test_a_checkpoint_is_that_of_an_epoch_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    action, whole, _ = train([], eager=True)
    action()
    found: dict[int, str] = {}
    for place in every_place():
        path.unlink(missing_ok=True)
        action, optimizer, keeps = train([EarlyStopping(), Checkpoint(path)], eager=True)
        more = run_until(place, action, functions=MOVING)
        assert [p.data for p in optimizer.parameters] in [numbers for numbers, _ in whole.log]
        check_rows(keeps.history)
        if path.exists():
            state = json.loads(path.read_text())
            step = state["optimizer"]["n_steps"]
            found[step] = path.read_text()
            assert (list(state["parameters"].values()), state["optimizer"]) == whole.log[step]
            check_rows(History(**state["history"]))
        if not more:
            break
    assert sorted(found) == [2, 4]
    path.write_text(found[2])
    action, optimizer, _ = train([EarlyStopping(), Checkpoint(path, resume=True)], eager=True)
    action()
    assert optimizer.state_dict() == whole.log[4][1]
