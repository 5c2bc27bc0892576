"""A checkpoint or a state file that was tampered with is refused whole, or is a valid one."""

import copy
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from engine import Value
from nn import (
    L2,
    MLP,
    SGD,
    Adam,
    Callback,
    Checkpoint,
    Dropout,
    EarlyStopping,
    Layer,
    Optimizer,
    RMSprop,
    Sequential,
    fit,
    softmax_cross_entropy,
)
from nn.training.callbacks import Training

RNG = np.random.default_rng(0)
SAMPLES, TARGETS = RNG.normal(size=(9, 2)), RNG.integers(0, 2, size=9)


class Keep(Callback):
    """Keeps what `fit` makes, so that a test can load into it."""

    training: Training

    def on_start(self, training: Training) -> None:
        self.training = training


def training_of(path: Path, make: Any) -> Training:
    """A training of two epochs, with everything that a checkpoint can hold."""
    model, height, keep = Sequential(Layer(2, 3), Dropout(0.3), Layer(3, 2)), Value(0.5), Keep()
    optimizer = make([*model.parameters(), height])
    callbacks = [EarlyStopping(9), keep, Checkpoint(path)]
    fit(
        model,
        softmax_cross_entropy + L2(0.1, [height]),
        SAMPLES,
        TARGETS,
        optimizer=optimizer,
        epochs=2,
        batch_size=4,
        callbacks=callbacks,
        validation=(SAMPLES, TARGETS),
    )
    return keep.training


# Tampering


def anything(random: Random) -> Any:
    """Something that may stand in JSON, likely what does not belong there."""
    return random.choice(
        [
            None,
            True,
            False,
            0,
            1,
            -1,
            10**400,
            -(2**63),
            2**64,
            0.5,
            -0.25,
            -1e308,
            float("nan"),
            float("inf"),
            "",
            "1.0",
            "\x1b[31m" * random.choice([1, 10_000]),
            [],
            [[]],
            {},
            {"n_steps": 1},
            [0.0] * random.randrange(20),
            ["x"] * 10_000,
            {f"key {k}\n": k for k in range(10_000)},
            json.loads("[" * 500 + "]" * 500),
        ]
    )


def tamper(state: Any, random: Random) -> None:
    """Change one thing somewhere in nested dicts and lists."""
    place = state
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        if not keys:
            return
        key = random.choice(keys)
        inner = place[key]
        if not (isinstance(inner, (dict, list)) and inner and random.random() < 0.85):
            break
        place = inner
    kind = random.randrange(7)
    if kind == 0:
        del place[key]
    elif kind == 1:
        place[key] = anything(random)
    elif kind == 2 and isinstance(place, dict):
        place[random.choice(["", "x", "losses", "averages", "\x00" * 1000])] = anything(random)
    elif kind == 2:
        place.insert(key, copy.deepcopy(random.choice(place)))
    elif kind == 3:
        other = random.choice(keys)
        place[key], place[other] = place[other], place[key]
    elif kind == 4 and isinstance(inner, (int, float)):
        place[key] = random.choice([-inner, inner + 1, inner * 10**9, str(inner), 0.5, [inner]])
    elif kind == 5 and isinstance(inner, list):
        place[key] = inner[: random.randrange(len(inner) + 1)]
    else:
        place[key] = {"value": inner}


def as_json(state: Any) -> Any:
    return json.loads(json.dumps(state))


OPTIMIZERS = {
    "Adam": lambda p: Adam(p, learning_rate=0.05),
    "RMSprop": lambda p: RMSprop(p),
    "SGD": lambda p: SGD(p, learning_rate=0.1, momentum=0.9),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_five_hundred_tampered_checkpoints(tmp_path: Path, name: str) -> None:
    path, random = tmp_path / "run.json", Random(name)
    training = training_of(path, OPTIMIZERS[name])
    real = json.loads(path.read_text())
    training.load_state_dict(copy.deepcopy(real))
    assert as_json(training.state_dict()) == real
    outcomes: Counter[str] = Counter()
    for _ in range(500):
        state = copy.deepcopy(real)
        for _ in range(random.choice([1, 1, 2, 3])):
            tamper(state, random)
        path.write_text(json.dumps(state))
        before = as_json(training.state_dict())
        try:
            Checkpoint(path, resume=True).on_start(training)
        except ValueError as error:
            outcomes["refused"] += 1
            assert as_json(training.state_dict()) == before
            check_message(error)
        else:
            outcomes["accepted"] += 1
            assert as_json(training.state_dict()) == state
            go_on(training)
        training.load_state_dict(copy.deepcopy(real))
    assert outcomes["refused"] > 300 and outcomes["accepted"] > 10


def check_message(error: BaseException) -> None:
    assert len(str(error)) < 2000
    assert all(line.isprintable() for line in str(error).split("\n"))


def go_on(training: Training) -> None:
    """What the next epoch does with the state."""
    optimizer, n = training.optimizer, len(training.optimizer.parameters)
    for parameter in optimizer.parameters:
        parameter.grad = 0.25
    try:
        optimizer.step()
        optimizer.update(np.zeros(n), np.full(n, 0.25))
    except OverflowError:  # a number so large that the training diverges: valid, and said then
        pass
    assert sorted(training.shuffler.permutation(9)) == list(range(9))
    for module in training.model.modules():
        if isinstance(module, Dropout):
            module.rng.gauss(0.0, 1.0)
            assert len(module.draw()) == len(module.masks)
    repr(training.history)
    epoch = {"losses": 0.5, "gradient_norms": 0.5, "seconds": 0.5}
    training.history.add(epoch | dict.fromkeys(training.measured, 0.5))
    lengths = {len(getattr(training.history, name)) for name in training.measured}
    assert len(lengths) == 1
    for callback in training.callbacks:
        if not isinstance(callback, Checkpoint):
            callback.on_epoch(training)
            callback.on_end(training)


# State files


def corrupt(content: bytes, random: Random) -> bytes:
    """Change some bytes, or an entry of the JSON in them."""
    kind = random.randrange(6)
    place = random.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + random.randbytes(random.randrange(1, 9)) + content[place:]
    if kind == 2:
        changed = bytes([content[place] ^ (1 << random.randrange(8))])
        return content[:place] + changed + content[place + 1 :]
    if kind == 3:
        end = place + random.randrange(1, 40)
        return content[:place] + content[end:]
    if kind == 4:
        return random.randbytes(random.randrange(60))
    state = json.loads(content)
    for _ in range(random.choice([1, 1, 2, 3])):
        tamper(state, random)
    return json.dumps(state).encode()


@pytest.mark.slow
def test_three_thousand_corrupt_state_files(tmp_path: Path) -> None:
    path, random = tmp_path / "state.json", Random(1)
    model = MLP(2, [3, 2], seed=1)
    model.save(path)
    content, real = path.read_bytes(), model.state_dict()
    outcomes: Counter[str] = Counter()
    for _ in range(3000):
        path.write_bytes(corrupt(content, random))
        try:
            model.load(path)
        except (TypeError, ValueError) as error:
            outcomes["refused"] += 1
            assert model.state_dict() == real
            check_message(error)
        else:
            outcomes["accepted"] += 1
            found = json.loads(path.read_bytes())
            assert model.state_dict() == {name: float(number) for name, number in found.items()}
            assert all(type(parameter.data) is float for parameter in model.parameters())
            model.load_state_dict(real)
    assert outcomes["refused"] > 2000 and outcomes["accepted"] > 50


# By hand


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Training, Any]:
    path = tmp_path_factory.mktemp("run") / "run.json"
    training = training_of(path, OPTIMIZERS["Adam"])
    return training, json.loads(path.read_text())


@pytest.mark.parametrize(
    ("places", "entry", "said"),
    [
        ((), [], "the state is [], but must be a dict"),
        (("more",), 1, "the state has unknown entries: more"),
        (("parameters", "layers.0.neurons.0.bias"), "0.5", "not a finite number: layers.0"),
        (("others", 0), None, "others: number 1 is None, but must be a finite number"),
        (("others",), 3, "the state has no list of others, but this training has 1"),
        (("optimizer", "n_steps"), -1, "n_steps is -1, but must be a whole number"),
        (("optimizer", "n_steps"), 6.0, "n_steps is 6.0, but must be a whole number"),
        (("optimizer", "n_steps"), True, "n_steps is True, but must be a whole number"),
        (("optimizer", "n_steps"), 10**400, "but must be a whole number"),
        (("optimizer", "averages"), 0, "the state has running averages of sizes 0, but Adam("),
        (("optimizer", "averages", 0, 1), [0.5], "running average 1: number 2 is [0.5], but must"),
        (("optimizer", "averages", 1, 1), -1.0, "no step can be taken at n_steps = 6 from the"),
        (("history", "losses"), [0.5], "items found, where a list of 1 is needed"),
        (("history", "accuracies", 0), 1.5, "history: accuracies: number 1 is 1.5, but must be a"),
        (("history", "seconds", 1), -1.0, "history: seconds: number 2 is -1.0, but must be a"),
        (("history", "validation_losses"), [], "history has no validation_losses, but this"),
        (("history", "stopped"), None, "history: stopped is None, but must be a text"),
        (("shuffler", "state", "state"), -1, "is not a state of PCG64"),
        (("shuffler", "uinteger"), "1", "is not a state of PCG64"),
        (("dropouts", 0, 0), 2, "dropouts: [2, ["),
        (("dropouts", 0, 1, 624), 700, "is not a state of a generator"),
        (("dropouts", 0, 1, 7), 2**40, "is not a state of a generator"),
        (("dropouts", 0, 2), "x", "is not a state of a generator"),
        (("dropouts", 0), 1, "dropouts: 1 is not a state of a generator"),
        (("callbacks", 1), {"best": []}, "Keep has unknown entries: best"),
        (("callbacks", 0), 1, "EarlyStopping is 1, but must be a dict"),
        (("callbacks", 0, "best"), [0.5], "EarlyStopping: best: 1 item found, where a list of"),
        (("callbacks", 0, "best_loss"), "x", "EarlyStopping: best_loss: number 1 is 'x', but"),
        (("callbacks", 0, "waited"), -1, "EarlyStopping: waited is -1, but must be 0 or more"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    trained: tuple[Training, Any], places: tuple[Any, ...], entry: Any, said: str
) -> None:
    training, real = trained
    training.load_state_dict(copy.deepcopy(real))
    state = copy.deepcopy(real)
    if places:
        holder = state
        for place in places[:-1]:
            holder = holder[place]
        holder[places[-1]] = entry
    else:
        state = entry
    with pytest.raises(ValueError) as caught:
        training.load_state_dict(state)
    assert said in str(caught.value)
    assert as_json(training.state_dict()) == real


def test_a_callback_that_fails_late_leaves_all_as_it_was(trained: tuple[Training, Any]) -> None:
    class Late(Callback):
        def load_state_dict(self, state: dict[str, Any]) -> None:
            if state:
                raise KeyError("late")

    training, real = trained
    training.load_state_dict(copy.deepcopy(real))
    others = [*training.callbacks, Late()]
    longer = Training(
        training.model,
        training.optimizer,
        training.history,
        training.shuffler,
        others,
        training.measured,
    )
    state = copy.deepcopy(real)
    state["parameters"] = dict.fromkeys(state["parameters"], 7.0)
    state["callbacks"].append({"late": 1})
    with pytest.raises(KeyError, match="late"):
        longer.load_state_dict(state)
    assert as_json(training.state_dict()) == real


def test_an_optimizer_of_ones_own_is_tried_too() -> None:
    class Root(Optimizer):
        n_averages = 1

        def update_rule(self, number: Any, gradient: Any, rate: float, *averages: Any) -> Any:
            return number - rate * averages[0] ** 0.5, averages[0]

    optimizer = Root([Value(1.0), Value(2.0)], learning_rate=0.1)
    optimizer.load_state_dict({"n_steps": 3, "averages": [[1, 4]]})
    with pytest.raises(ValueError, match=r"running averages \(-1.0,\) of parameter 1"):
        optimizer.load_state_dict({"n_steps": 0, "averages": [[1.0, -1.0]]})
    assert optimizer.state_dict() == {"n_steps": 3, "averages": [[1.0, 4.0]]}


def test_a_state_that_does_not_fit_at_all_is_said_in_a_few_lines(tmp_path: Path) -> None:
    """Ten names, and how many there are beside; all of them were 1.1 MB."""
    path = tmp_path / "state.json"
    MLP(30, [50, 20]).save(path)
    with pytest.raises(ValueError) as caught:
        MLP(2, [1]).load(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 12 and lines[-1] == "  and 2,557 more"
    assert len(str(caught.value)) < 1000
    wrong = {f"{'x' * 10_000}\x1b{k}": "y" * 10_000 for k in range(1000)}
    with pytest.raises(ValueError) as caught:
        MLP(2, [1]).load_state_dict(wrong)  # type: ignore[arg-type]
    check_message(caught.value)


def test_what_is_not_finite_is_said_in_one_line(tmp_path: Path) -> None:
    model = MLP(30, [50])
    for parameter in model.parameters():
        parameter.data = float("nan")
    with pytest.raises(ValueError, match="and 1,540 more$") as caught:
        model.save(tmp_path / "state.json")
    assert len(str(caught.value)) < 1000
