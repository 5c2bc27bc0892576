"""No two start equal, and what is asked to repeat itself does."""

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import Dropout, Layer, Module, Sequential
from nn.randomness import DEFAULT

RANDOM: dict[str, Callable[..., Module]] = {
    "Neuron": lambda **given: nn.Neuron(2, **given),
    "Layer": lambda **given: Layer(2, 3, **given),
    "relu": lambda **given: Layer(2, 3, "relu", **given),
    "Conv2d": lambda **given: nn.Conv2d(1, 2, 2, **given),
    "RNN": lambda **given: nn.RNN(1, 2, **given),
    "GRU": lambda **given: nn.GRU(1, 2, **given),
    "LSTM": lambda **given: nn.LSTM(1, 2, **given),
    "Embedding": lambda **given: nn.Embedding(3, 2, **given),
    "SelfAttention": lambda **given: nn.SelfAttention(2, **given),
}
OF_SEED: dict[str, Callable[..., Module]] = {
    "MLP": lambda **given: nn.MLP(2, [3, 1], **given),
    "Dropout": lambda **given: Dropout(0.5, **given),
}
BOTH = RANDOM | OF_SEED
every_kind = pytest.mark.parametrize("make", BOTH.values(), ids=BOTH)


def start(module: Module) -> Any:
    """Where a module starts: its numbers, or where its masks begin."""
    return module.rng.getstate() if isinstance(module, Dropout) else module.state_dict()


def matrix(layer: Any) -> list[list[float]]:
    return [[weight.data for weight in neuron.weights] for neuron in layer.neurons]


@every_kind
def test_two_of_a_kind_start_unequal(make: Callable[..., Module]) -> None:
    assert start(make()) != start(make())


@every_kind
def test_after_the_same_seed_they_start_equal(make: Callable[..., Module]) -> None:
    starts = []
    for _ in range(2):
        nn.seed(7)
        starts.append([start(make()), start(make())])
    assert starts[0] == starts[1]
    nn.seed(8)
    assert [start(make()), start(make())] != starts[0]


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_a_generator_of_its_own_repeats_and_leaves_the_default_one(make: Any) -> None:
    before = DEFAULT.getstate()
    assert start(make(rng=Random(5))) == start(make(rng=Random(5))) != start(make(rng=Random(6)))
    assert DEFAULT.getstate() == before


@pytest.mark.parametrize("make", OF_SEED.values(), ids=OF_SEED)
def test_a_seed_of_its_own_repeats_and_leaves_the_default_generator(make: Any) -> None:
    before = DEFAULT.getstate()
    assert start(make(seed=0)) == start(make(seed=0)) != start(make(seed=1))
    assert DEFAULT.getstate() == before


@given(st.integers(2, 30), st.integers(1, 4), st.sampled_from(["tanh", "relu"]))
def test_a_deep_sequential_has_no_two_equal_matrices(depth: int, width: int, name: str) -> None:
    net = Sequential(*[Layer(width, width, name) for _ in range(depth)])
    assert all(matrix(a) != matrix(b) for a, b in combinations(net.parts, 2))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(2, 10))
def test_the_members_of_an_ensemble_differ_in_every_weight(sizes: list[int], n: int) -> None:
    members = [nn.MLP(2, sizes).state_dict() for _ in range(n)]
    weights = [name for name in members[0] if "weights" in name]
    assert all(len({member[name] for member in members}) == n for name in weights)


def test_dropouts_side_by_side_drop_different_inputs() -> None:
    first, second = [[y.data for y in Dropout(0.5)([1.0] * 64)] for _ in range(2)]
    assert first != second


@pytest.mark.parametrize(
    "draw", [lambda: nn.glorot_uniform(2, 3), lambda: nn.he_normal(2)], ids=["glorot", "he"]
)
def test_starting_weights_move_the_generator_on(draw: Callable[[], list[float]]) -> None:
    first = draw()
    assert draw() != first
    nn.seed(0)
    assert draw() == first


def test_a_script_run_twice_gives_the_same_numbers() -> None:
    code = "print([nn.MLP(2, [3]).state_dict() for _ in range(2)], nn.Dropout(0.5).rng.random())"
    runs = [
        subprocess.run([sys.executable, "-c", f"import nn; {then}; {code}"], capture_output=True)
        for then in ("pass", "pass", "nn.seed(0)", "nn.seed(1)")
    ]
    first, again, seeded, other = [run.stdout for run in runs]
    assert first and first == again == seeded != other
