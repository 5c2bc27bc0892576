"""What a model gives to be drawn: shapes, the order of calls, and nothing left behind."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine import Value
from nn import MLP, Dropout, Layer, Module, Sequential
from nn.blocks import evaluating, observing, run, shape_of


class Pair(Module):
    def __init__(self) -> None:
        self.first, self.second = Layer(2, 3), Layer(3, 1)

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x))


@pytest.mark.parametrize(
    ("tree", "shape"),
    [
        (1.0, "1"),
        (Value(1.0), "1"),
        ([1.0, Value(2.0)], "2"),
        ([[1, 2, 3], [4, 5, 6]], "2 × 3"),
        ([[[1], [2]]], "1 × 2 × 1"),
        ([], "0"),
        ([[1], [2, 3]], ""),
        ([[1], 2], ""),
        ([[[1]], [[2, 3]]], ""),
        ("text", "1"),
    ],
)
def test_a_shape_is_the_lengths_of_nested_lists(tree: Any, shape: str) -> None:
    assert shape_of(tree) == shape


def test_what_modules_are_given_is_kept_and_their_forward_is_theirs_again() -> None:
    model, calls = Pair(), {}
    model([0.5, 0.5])  # neurons keep the vectors of their weights
    before = [dict(vars(module)) for module in model.modules()]
    with observing([model.second, model.first], calls):
        model([1.0, 2.0])
        model([3.0, 4.0])
    assert list(calls) == [id(model.first), id(model.second)]
    assert calls[id(model.first)] == [1.0, 2.0]
    assert [dict(vars(module)) for module in model.modules()] == before


def test_a_forward_of_its_own_comes_back_also_after_an_error() -> None:
    model = Pair()
    own = model.first.forward
    model.first.forward = own  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="2 are needed"), observing([model.first], {}):
        model([1.0])
    assert vars(model.first)["forward"] is own


def test_several_arguments_are_no_inputs_of_one_thing() -> None:
    class Sum(Module):
        def forward(self, a: float, b: float) -> float:
            return a + b

    module, calls = Sum(), {}
    with observing([module], calls):
        module(1.0, b=2.0)
    assert calls == {id(module): None}


@dataclass
class Step(Module):
    """Those with equal layers are equal, and so cannot be hashed."""

    layer: Layer

    def forward(self, x: Any) -> Any:
        return self.layer(x)


def test_parts_that_are_dataclasses_are_drawn() -> None:
    layer = Layer(2, 2)
    whole = Sequential(Step(layer), Step(layer), Step(Layer(2, 1)))
    assert len(whole.as_block([1.0, 2.0]).bodies[0].blocks) == 3  # type: ignore[union-attr]
    model = Pair()
    model.first, model.second = Step(Layer(2, 3)), Step(Layer(3, 1))  # type: ignore[assignment]
    (parts,) = model.as_block([1.0, 2.0]).bodies
    assert [(part.title, part.given) for part in parts.blocks] == [  # type: ignore[union-attr]
        ("first: Step", "2"),
        ("second: Step", "3"),
    ]


def test_run_evaluates_and_the_mode_comes_back_also_after_an_error() -> None:
    dropout = Dropout(0.9, seed=1)
    model = Sequential(dropout, Layer(2, 1))
    dropout.training, model.training = True, False
    state = dropout.rng.getstate()
    (output,) = run(model, [1.0, 2.0])
    assert not output.inputs and dropout.rng.getstate() == state
    with pytest.raises(ValueError, match="3 inputs"):
        run(model, [1.0, 2.0, 3.0])
    assert dropout.training and not model.training
    with evaluating(model):
        assert not dropout.training


def test_sizes_of_dense_nets_are_known_without_inputs() -> None:
    block = MLP(2, [3, 4]).as_block()
    assert (block.title, block.parameters, block.given, block.returned) == ("MLP", 25, "2", "4")
