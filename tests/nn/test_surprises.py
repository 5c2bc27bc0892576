"""What used to surprise: parameters not found, modes left behind, orders that repeated."""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import DomainError, Program, Value
from nn import (
    L2,
    MLP,
    Adam,
    Callback,
    Checkpoint,
    EarlyStopping,
    Module,
    binary_cross_entropy,
    fit,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
    predict,
    softmax_cross_entropy,
)
from nn.losses.losses import Loss

LOSSES = [
    mean_squared_error,
    mean_absolute_error,
    huber(0.5),
    hinge,
    binary_cross_entropy,
    softmax_cross_entropy,
]
X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


class Holder(Module):
    """A module that keeps its one parameter in something."""

    def __init__(self, held: Any) -> None:
        self.held = held


def test_parameters_in_dicts_and_arrays_are_found() -> None:
    w = [Value(float(k)) for k in range(6)]
    assert Holder({"a": w[0], "b": [w[1]]}).state_dict() == {"held.a": 0.0, "held.b.0": 1.0}
    grid = np.array([w[:3], w[3:]], dtype=object)
    assert Holder(grid).parameters() == w
    assert Holder({"layer": Holder(w[:1])}).parameters() == w[:1]


@pytest.mark.parametrize("held", [{Value(1.0)}, frozenset({Value(1.0)}), [{MLP(1, [1])}]])
def test_parameters_in_a_set_are_refused(held: Any) -> None:
    with pytest.raises(TypeError, match=r"Holder\.held.* is a set, which has no order"):
        Holder(held).parameters()


def test_a_set_without_parameters_is_nobody_s_business() -> None:
    assert Holder({"a", 1}).parameters() == []


@pytest.mark.parametrize("training", [True, False])
def test_predict_leaves_the_mode_as_it_was(training: bool) -> None:
    model = MLP(2, [3, 1])
    model.train() if training else model.eval()
    predict(model, X)
    assert [module.training for module in model.modules()] == [training] * len([*model.modules()])


class Orders(Callback):
    """Notes the state of the shuffler."""

    def __init__(self) -> None:
        self.orders: list[Any] = []

    def on_start(self, training: Any) -> None:
        self.orders.append(copy.deepcopy(training.shuffler).permutation(20).tolist())


def test_a_later_fit_with_the_same_optimizer_has_orders_of_its_own() -> None:
    model, orders = MLP(2, [3, 1]), Orders()
    optimizer = Adam(model.parameters(), learning_rate=0.01)
    for _ in range(3):
        fit(
            model,
            mean_squared_error,
            X,
            [0, 1, 1, 0],
            epochs=1,
            optimizer=optimizer,
            callbacks=[orders],
        )
    assert len({tuple(order) for order in orders.orders}) == 3


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("penalized", [False, True])
def test_losses_are_copied_and_pickled(loss: Loss, penalized: bool) -> None:
    model = MLP(1, [1])
    whole = loss + L2(0.1, model.parameters()) if penalized else loss
    for other in (copy.deepcopy(whole), pickle.loads(pickle.dumps(whole)), copy.copy(whole)):
        assert repr(other) == repr(whole)
        outputs, target = ([[0.3, 0.2]], [1]) if loss is softmax_cross_entropy else ([0.3], [1])
        assert other(outputs, target).data == whole(outputs, target).data


def test_a_module_that_holds_its_loss_is_copied() -> None:
    holder = Holder([huber(0.5), MLP(2, [1]), softmax_cross_entropy])
    assert copy.deepcopy(holder).state_dict() == holder.state_dict()
    assert pickle.loads(pickle.dumps(holder)).held[2] is softmax_cross_entropy


def two_tasks(output: Any, target: Any) -> Value:
    """A class of three, and a number."""
    classes = softmax_cross_entropy([output[:3]], [target[0]])
    return classes + mean_squared_error([output[3]], [target[1]])


def test_losses_of_parts_of_the_output_are_added_up_in_one_of_your_own() -> None:
    targets = [[0, 0.5], [1, -0.5], [2, 0.0], [1, 1.0]]
    compiled, eager = MLP(2, [4, 4], seed=1), MLP(2, [4, 4], seed=1)
    history = fit(compiled, two_tasks, X, targets, epochs=200)
    again = fit(eager, two_tasks, X, targets, epochs=5, eager=True)
    assert np.allclose(history.losses[:5], again.losses, rtol=1e-12)
    assert predict(compiled, X)[:, :3].argmax(axis=1).tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize("bad", [0.5, 3.0, -1.0])
def test_a_class_that_there_is_not_is_refused_in_a_loss_of_your_own(bad: float) -> None:
    targets = [[0, 0.5], [1, -0.5], [2, 0.0], [bad, 1.0]]
    with pytest.raises((DomainError, OverflowError)):
        fit(MLP(2, [4, 4]), two_tasks, X, targets, epochs=2)


def by_hand(model: MLP) -> Program:
    """A program of the model's loss, and a step of training."""
    inputs = [Value(0.0), Value(0.0)]
    program = Program(model(inputs), inputs, model.parameters())
    _, gradient = program.value_and_gradient(X)
    program.parameters -= 0.1 * gradient
    return program


def test_what_is_computed_from_values_that_a_program_has_left_behind_says_so(
    tmp_path: Path,
) -> None:
    model = MLP(2, [1], seed=1)
    kept, path = [by_hand(model)], tmp_path / "model.json"
    said = r"old numbers of \d parameters?, which a Program has moved: call program.write\(\) first"
    with pytest.warns(UserWarning, match=f"model.json has {said}") as caught:
        model.save(path)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=f"predict: the model has {said}") as caught:
        predict(model, X)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=f"fit: the model has {said}") as caught:
        fit(model, mean_squared_error, X, [0, 1, 1, 0], epochs=1)
    assert caught[0].filename == __file__
    model.save(path)  # whose Values have moved now
    assert kept[0].unwritten() == []


@pytest.mark.parametrize("settle", ["write", "read", "other model", "forgotten", "Values moved"])
def test_nobody_is_warned_who_need_not_be(tmp_path: Path, settle: str) -> None:
    model = MLP(2, [1], seed=1)
    program = by_hand(model)
    if settle == "write":
        program.write()
        assert model.state_dict() != MLP(2, [1], seed=1).state_dict()
    elif settle == "read":
        program.read()
    elif settle == "other model":
        model = MLP(2, [1], seed=1)
    elif settle == "Values moved":
        for parameter in model.parameters():
            parameter.data += 1.0
    else:
        del program
    model.save(tmp_path / "model.json")
    predict(model, X)


def test_a_callback_may_save_what_is_being_trained(tmp_path: Path) -> None:
    """The program that evaluates has moved, too, but the Values are up to date."""
    saved = []

    class Saves(Callback):
        def on_epoch(self, training: Any) -> None:
            training.model.save(tmp_path / "model.json")
            saved.append((tmp_path / "model.json").read_text())
            predict(training.model, X)

    model, validation = MLP(2, [1]), (X, [0, 1, 1, 0])
    fit(model, binary_cross_entropy, *validation, callbacks=[Saves()], validation=validation)
    assert len(set(saved)) == len(saved) == 100


def test_a_saved_program_has_its_own_numbers(tmp_path: Path) -> None:
    program = by_hand(MLP(2, [1], seed=1))
    program.save(tmp_path / "saved.py")
    names: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(), names)
    assert names["parameters"].tolist() == program.parameters.tolist()


def test_numpy_s_numbers_in_a_parameter_do_no_harm(tmp_path: Path) -> None:
    model = MLP(2, [1], seed=1)
    model.parameters()[0].data = np.float32(0.1)
    model.parameters()[1].data -= np.float64(0.1)
    before = [float(parameter.data) for parameter in model.parameters()]
    model.save(tmp_path / "model.json")
    other = MLP(2, [1])
    other.load(tmp_path / "model.json")
    inputs = [Value(0.0), Value(0.0)]
    program = Program(model(inputs), inputs, model.parameters())
    assert program.parameters.tolist() == before == list(other.state_dict().values())
    assert [p.data for p in pickle.loads(pickle.dumps(model)).parameters()] == before
    assert [p.data for p in pickle.loads(pickle.dumps(program)).traced.parameters] == before
    assert predict(model, X).tolist() == predict(other, X).tolist()
    program.write()
    fit(model, mean_squared_error, X, [0, 1, 1, 0], epochs=1, eager=True)
    assert {type(parameter.data) for parameter in model.parameters()} == {float}


def test_numpy_s_numbers_in_what_a_checkpoint_holds_do_no_harm(tmp_path: Path) -> None:
    class Rounds(Callback):
        def on_epoch(self, training: Any) -> None:
            for parameter in training.optimizer.parameters:
                parameter.data = np.float32(parameter.data)

    model, height, path = MLP(2, [1], seed=1), Value(0.5), tmp_path / "run.json"
    optimizer = Adam([*model.parameters(), height])
    callbacks = [Rounds(), EarlyStopping(), Checkpoint(path)]
    loss = mean_squared_error + L2(0.1, [height])
    fit(model, loss, X, [0, 1, 1, 0], epochs=2, optimizer=optimizer, callbacks=callbacks)
    assert {type(parameter.data) for parameter in optimizer.parameters} == {float}
    assert path.exists()
