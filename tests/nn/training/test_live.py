"""The live page: its nets start, learn and run backward as nn's do, and it is one file."""

import math
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from engine import Value
from nn import MLP, SGD, binary_cross_entropy, mean_squared_error
from nn.layers.initializers import RELU_FAMILY
from nn.training.live import ACTIVATIONS, FEATURES, live_page, make_parts

LOSSES = {loss.__name__: loss for loss in (binary_cross_entropy, mean_squared_error)}
COMPUTE: dict[str, Callable[[float, float], float]] = dict(
    zip(
        FEATURES,
        [
            lambda x, y: x,
            lambda x, y: y,
            lambda x, y: x * x,
            lambda x, y: y * y,
            lambda x, y: x * y,
            lambda x, y: math.sin(x),
            lambda x, y: math.sin(y),
        ],
        strict=True,
    )
)
TWO = list(FEATURES[:2])
SHAPES = [
    *[(TWO, [3, 2], name, "binary_cross_entropy") for name in ACTIVATIONS],
    (list(FEATURES), [4], "tanh", "mean_squared_error"),
    (["sin x₂"], [], "relu", "mean_squared_error"),
    (["x₁x₂", "x₂²"], [8, 1, 3], "gelu", "binary_cross_entropy"),
]
NETS = """
const { parts, halving, shapes, seed } = given;
return shapes.map(([features, hidden, activation, loss], k) => {
  const shape = { features, hidden, activation, loss };
  const { tape: contents, layers } = buildNet(shape, parts);
  const tape = new Tape(contents, rules);
  const start = startingParameters(shape, halving, seed + k);
  tape.values.set(start, FIRST);
"""


@cache
def parts() -> dict[str, Any]:
    tapes, rules = make_parts()
    return {"parts": tapes, "rules": rules, "halving": sorted(RELU_FAMILY)}


def samples(count: int) -> tuple[list[list[float]], list[int]]:
    """Points with a target, and an order to take them in."""
    rng = random.Random(5)
    rows = [[rng.uniform(-1.5, 1.5), rng.uniform(-1.5, 1.5)] for _ in range(count)]
    order = rng.sample(range(count), count)
    return [[x, y, float(x * y > 0)] for x, y in rows], order


def net(shape: Any, seed: int) -> MLP:
    features, hidden, activation, _ = shape
    return MLP(len(features), [*hidden, 1], activation, seed=seed)


def features_of(shape: Any, row: list[float]) -> list[float]:
    return [COMPUTE[name](row[0], row[1]) for name in shape[0]]


def test_random_numbers_are_pythons(run_page: Callable[..., Any]) -> None:
    seeds = [0, 1, 3, 12345, 2**31 - 1, 2**32 - 1]
    script = """
    return given.seeds.map((seed) => {
      const random = new Random(seed);
      const draw = (f) => Array.from({ length: 700 }, f);
      return [draw(() => random.random()), draw(() => random.gauss(0.5)), random.uniform(-2, 5)];
    });
    """
    for seed, (plain, normal, uniform) in zip(
        seeds, run_page(script, {"rules": "", "seeds": seeds}), strict=True
    ):
        rng = random.Random(seed)
        assert plain == [rng.random() for _ in range(700)]
        expected = [rng.gauss(0.0, 0.5) for _ in range(700)]
        assert normal == pytest.approx(expected, rel=1e-12, abs=1e-15)
        assert uniform == rng.uniform(-2, 5)


def test_an_epoch_ends_at_the_weights_that_python_reaches(run_page: Callable[..., Any]) -> None:
    """Every activation, both losses, with and without hidden layers; the last batch is smaller."""
    rows, order = samples(23)
    batch, rate, seed = 5, 0.3, 7
    script = f"""{NETS}
      trainEpoch(tape, given.rows, given);
      return [start, [...tape.values.slice(FIRST, tape.leaves)]];
    }});
    """
    sent = {"shapes": SHAPES, "seed": seed, "rows": rows, "order": order}
    found = run_page(script, parts() | sent | {"batch": batch, "rate": rate})
    for k, (shape, (start, end)) in enumerate(zip(SHAPES, found, strict=True)):
        model, loss = net(shape, seed + k), LOSSES[shape[3]]
        assert start == pytest.approx([p.data for p in model.parameters()], rel=1e-12)
        optimizer = SGD(model.parameters(), learning_rate=rate)
        for first in range(0, len(order), batch):
            chosen = [rows[place] for place in order[first : first + batch]]
            outputs = [model(features_of(shape, row)) for row in chosen]
            optimizer.zero_grad()
            loss(outputs, [row[2] for row in chosen]).backward()
            optimizer.step()
        moved = [p.data for p in model.parameters()]
        assert moved != pytest.approx(start, rel=1e-3)
        assert end == pytest.approx(moved, rel=1e-11, abs=1e-13), shape


def test_what_is_kept_of_an_epoch_is_pythons(run_page: Callable[..., Any]) -> None:
    rows, _ = samples(15)
    script = f"""{NETS}
      const isOfClasses = loss === "binary_cross_entropy";
      return frameOf(tape, given.rows, {{ epoch: 4, isOfClasses, others: given.rows.slice(0, 4) }});
    }});
    """
    frames = run_page(script, parts() | {"shapes": SHAPES[-3:], "seed": 0, "rows": rows})
    for k, (shape, frame) in enumerate(zip(SHAPES[-3:], frames, strict=True)):
        model, loss = net(shape, k), LOSSES[shape[3]]
        outputs = [model(features_of(shape, row)) for row in rows]
        value = loss(outputs, [row[2] for row in rows])
        value.backward()
        assert frame["epoch"] == 4 and frame["loss"] == pytest.approx(value.data, rel=1e-12)
        held = loss(outputs[:4], [row[2] for row in rows[:4]])
        assert frame["held"] == pytest.approx(held.data, rel=1e-12)
        gradient = [p.grad for p in model.parameters()]
        assert frame["gradients"] == pytest.approx(gradient, rel=1e-9, abs=1e-14)
        hits = [(y.data > 0) == (row[2] > 0.5) for y, row in zip(outputs, rows)]
        expected = sum(hits) / len(hits) if loss is binary_cross_entropy else None
        assert frame.get("accuracy") == expected


def test_the_steps_through_every_neuron_end_at_pythons_gradients(
    run_page: Callable[..., Any],
) -> None:
    rows, _ = samples(1)
    script = f"""{NETS}
      tape.values.set(given.row);
      tape.forward();
      return layers.map((layer, l) => layer.a.map((_, j) => unitSteps(tape, layers, [l + 1, j])));
    }});
    """
    given = parts() | {"shapes": SHAPES, "seed": 0, "row": rows[0]}
    for k, (shape, layers) in enumerate(zip(SHAPES, run_page(script, given), strict=True)):
        model = net(shape, k)
        output = model(features_of(shape, rows[0]))
        loss = LOSSES[shape[3]].term(output, rows[0][2:])
        loss.backward()
        signal: Any = features_of(shape, rows[0])
        for number, (layer, neurons) in enumerate(zip(model.layers, layers, strict=True), 1):
            for j, (neuron, steps) in enumerate(zip(layer.neurons, neurons, strict=True), 1):
                z = sum(w.data * x for w, x in zip(neuron.weights, map(as_float, signal)))
                z += neuron.bias.data
                assert steps[0]["phase"] == "forward"
                assert not any("elsewhere" in step["symbols"] for step in steps)
                assert steps[0]["result"] == pytest.approx(z, rel=1e-9, abs=1e-12)
                results = {step["symbols"].partition(" = ")[0]: step["result"] for step in steps}
                level = f"⁽{'⁰¹²³⁴'[number]}⁾"
                for i, weight in enumerate(neuron.weights, 1):
                    name = f"∂L/∂w{level}{'₀₁₂₃₄₅₆₇₈'[j]}{'₀₁₂₃₄₅₆₇₈'[i]}"
                    assert results[name] == pytest.approx(weight.grad, rel=1e-9, abs=1e-14)
                name = f"∂L/∂b{level}{'₀₁₂₃₄₅₆₇₈'[j]}"
                assert results[name] == pytest.approx(neuron.bias.grad, rel=1e-9, abs=1e-14)
            signal = layer(signal)


def as_float(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


def test_it_is_one_file_that_asks_for_nothing() -> None:
    html = live_page().html
    assert html == live_page().html and "<!--" not in html
    without_namespace = html.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(|\bfetch\b|src=", without_namespace)
    assert len(html.encode()) < 150_000
