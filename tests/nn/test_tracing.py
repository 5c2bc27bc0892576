"""Losses that decide by the number of a sample are refused by compiled training."""

import math

import pytest

from engine import where
from nn import MLP, Adam, fit

SAMPLES = [[x / 10.0] for x in range(-10, 11)]
TARGETS = [float(x > 0.2) for (x,) in SAMPLES]
DECIDING = {
    "if ==": lambda y, t: -y.log() if t == 1 else -(1 - y).log(),
    "!=": lambda y, t: -(1 - y).log() if t != 1 else -y.log(),
    "in": lambda y, t: -y.log() if t in [1.0] else -(1 - y).log(),
    "if": lambda y, t: -y.log() if t else -(1 - y).log(),
    "int": lambda y, t: -[1 - y, y][int(t)].log(),
    "math": lambda y, t: y * math.exp(t),
    "index": lambda y, t: -[1 - y, y][t].log(),
}


@pytest.mark.parametrize("decide", DECIDING.values(), ids=DECIDING)
def test_a_loss_that_decides_by_the_number_of_a_sample_is_refused(decide) -> None:
    model = MLP(1, [4, 1], activation="tanh", output_activation="sigmoid", seed=1)
    before = model.state_dict()
    with pytest.raises(TypeError):
        fit(model, lambda outputs, target: decide(outputs, target), SAMPLES, TARGETS, epochs=2)
    assert model.state_dict() == before


def test_the_way_out_that_the_refusal_names_trains() -> None:
    model = MLP(1, [4, 1], activation="tanh", output_activation="sigmoid", seed=1)
    loss = lambda y, t: where(0.5 - abs(t - 1), -y.log(), -(1 - y).log())  # noqa: E731
    optimizer = Adam(model.parameters(), learning_rate=0.05)
    losses = fit(model, loss, SAMPLES, TARGETS, epochs=100, optimizer=optimizer).losses
    assert losses[-1] < 0.1 * losses[0]
