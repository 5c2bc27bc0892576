"""One training step of nets of nn's layers: images, wide nets, activations, heads at every step.

The scalar graphs are those of nn, compiled; PyTorch has its own layers, and JAX is written by hand,
in float64 on one thread. Last, all second derivatives of a small net.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from tests.benchmarks.attending import (
    compiled_step,
    drawn,
    jax_functions,
    report_steps,
    reported,
    torch_functions,
)
from tests.benchmarks.structured import jax_steps, torch_step
from tests.benchmarks.training import Work

CLASSES = 10


def targets(batch: int) -> Any:
    return np.random.default_rng(1).integers(0, CLASSES, size=batch)


# Two convolutions with pooling, and dense layers: shape is (channels, side), maps those of both


def images_program(
    shape: tuple[int, int], maps: tuple[int, int], kernel: int, dense: tuple[int, ...], batch: int
) -> Work:
    from engine import tracing
    from nn import Conv2d, Layer, MaxPool2d

    channels, side = shape
    convolutions = Conv2d(channels, maps[0], kernel), Conv2d(maps[0], maps[1], kernel)
    layers = [Layer(a, b, "relu" if b != CLASSES else "identity") for a, b in pairwise(dense)]
    parameters = [p for part in (*convolutions, *layers) for p in part.parameters()]

    def loss_of(xs: list[Any], ts: list[Any]) -> Any:
        rows = [xs[k : k + side] for k in range(0, len(xs), side)]
        image = [rows[k : k + side] for k in range(0, len(rows), side)]
        for convolution in convolutions:
            image = MaxPool2d(2)(convolution(image))
        values = [x for channel in image for row in channel for x in row]
        for layer in layers:
            values = layer(values)
        return entropy(values, ts)

    pixels = channels * side**2
    rows = np.concatenate([drawn(batch, pixels), np.eye(CLASSES)[targets(batch)]], axis=1)

    def make() -> Any:
        with tracing():
            return program_of(loss_of, pixels, CLASSES, parameters)

    return compiled_step(make, rows)


def images_torch(
    shape: tuple[int, int], maps: tuple[int, int], kernel: int, dense: tuple[int, ...], batch: int
) -> Work:
    torch_functions()
    import torch
    from torch import nn

    channels, side = shape
    layers: list[Any] = []
    for before, after in ((channels, maps[0]), maps):
        layers += [nn.Conv2d(before, after, kernel), nn.ReLU(), nn.MaxPool2d(2)]
    layers.append(nn.Flatten())
    for before, after in pairwise(dense):
        layers += [nn.Linear(before, after), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    x = torch.tensor(drawn(batch, channels * side**2)).reshape(batch, channels, side, side)
    wanted = torch.tensor(targets(batch))
    loss = nn.CrossEntropyLoss()
    return torch_step(model, lambda model: loss(model(x), wanted))


def images_jax(
    shape: tuple[int, int], maps: tuple[int, int], kernel: int, dense: tuple[int, ...], batch: int
) -> Work:
    m = jax_functions()
    from jax import lax

    channels, side = shape
    x = drawn(batch, channels * side**2).reshape(batch, channels, side, side)
    wanted = targets(batch)
    kernels = [drawn(b, a, kernel, kernel) for a, b in ((channels, maps[0]), maps)]
    weights = [*kernels, *[drawn(b, a) for a, b in pairwise(dense)]]
    weights += [np.zeros(len(w)) for w in weights]

    def loss_of(weights: Any) -> Any:
        half, a = len(weights) // 2, x
        for w, b in zip(weights[:2], weights[half:]):
            a = m.relu(lax.conv(a, w, (1, 1), "VALID") + b[:, None, None])
            a = a[:, :, : a.shape[2] // 2 * 2, : a.shape[3] // 2 * 2]
            a = a.reshape(batch, len(w), a.shape[2] // 2, 2, a.shape[3] // 2, 2).max(axis=(3, 5))
        a = a.reshape(batch, -1)
        return dense_entropy(m, a, weights[2:half], weights[half + 2 :], m.relu, wanted)

    return jax_steps(loss_of, weights)


# Fully connected nets with an activation and cross-entropy


def dense_program(sizes: tuple[int, ...], activation: str, batch: int) -> Work:
    from engine import tracing
    from nn import Layer

    pairs = list(pairwise(sizes))
    layers = [Layer(a, b, activation_of(b, activation)) for a, b in pairs]
    parameters = [p for layer in layers for p in layer.parameters()]

    def loss_of(xs: list[Any], ts: list[Any]) -> Any:
        for layer in layers:
            xs = layer(xs)
        return entropy(xs, ts)

    rows = np.concatenate([drawn(batch, sizes[0]), np.eye(CLASSES)[targets(batch)]], axis=1)

    def make() -> Any:
        with tracing():
            return program_of(loss_of, sizes[0], CLASSES, parameters)

    return compiled_step(make, rows)


def dense_torch(sizes: tuple[int, ...], activation: str, batch: int) -> Work:
    torch_functions()
    import torch
    from torch import nn

    kind = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}[activation]
    layers = [each for a, b in pairwise(sizes) for each in (nn.Linear(a, b), kind())]
    model = nn.Sequential(*layers[:-1])
    x, wanted, loss = torch.tensor(drawn(batch, sizes[0])), torch.tensor(targets(batch)), None
    loss = nn.CrossEntropyLoss()
    return torch_step(model, lambda model: loss(model(x), wanted))


def dense_jax(sizes: tuple[int, ...], activation: str, batch: int) -> Work:
    m = jax_functions()
    import jax

    kinds = {"relu": jax.nn.relu, "tanh": m.tanh}
    kinds["gelu"] = partial(jax.nn.gelu, approximate=False)
    x, wanted = drawn(batch, sizes[0]), targets(batch)
    weights = [drawn(b, a) for a, b in pairwise(sizes)]
    weights += [np.zeros(len(w)) for w in weights]

    def loss_of(weights: Any) -> Any:
        half = len(weights) // 2
        return dense_entropy(m, x, weights[:half], weights[half:], kinds[activation], wanted)

    return jax_steps(loss_of, weights)


# A recurrent net with a head at every step: the mean square of what all heads say


def heads_program(kind: str, steps: int, hidden: int, batch: int) -> Work:
    import nn
    from engine import dot, tracing

    cell, head = getattr(nn, kind)(1, hidden), nn.Layer(hidden, 1, "identity")

    def loss_of(xs: list[Any], ts: list[Any]) -> Any:
        errors = [head(h)[0] - t for h, t in zip(cell([[x] for x in xs]), ts)]
        return dot(errors, errors) / len(errors)

    def make() -> Any:
        with tracing():
            return program_of(loss_of, steps, steps, [*cell.parameters(), *head.parameters()])

    return compiled_step(make, drawn(batch, 2 * steps))


def heads_torch(kind: str, steps: int, hidden: int, batch: int) -> Work:
    torch_functions()
    import torch

    cell = getattr(torch.nn, kind)(1, hidden, batch_first=True)
    head = torch.nn.Linear(hidden, 1)
    numbers = torch.tensor(drawn(batch, 2 * steps))
    x, wanted = numbers[:, :steps, None], numbers[:, steps:]

    def loss_of(_: Any) -> Any:
        return ((head(cell(x)[0])[:, :, 0] - wanted) ** 2).mean()

    return torch_step(torch.nn.ModuleList([cell, head]), loss_of)


def heads_jax(kind: str, steps: int, hidden: int, batch: int) -> Work:
    m = jax_functions()
    import jax

    gates = 4 if kind == "LSTM" else 1
    numbers = drawn(batch, 2 * steps)
    x, wanted = numbers[:, :steps].T, numbers[:, steps:].T
    weights = [drawn(gates * hidden, 1), drawn(gates * hidden, hidden), np.zeros(gates * hidden)]
    weights += [drawn(hidden), np.zeros(1)]

    def loss_of(weights: Any) -> Any:
        w, u, b, v, c = weights

        def step(state: Any, x: Any) -> Any:
            h, cell = state
            z = x[:, None] * w[:, 0] + h @ u.T + b
            if kind == "RNN":
                h = m.tanh(z)
            else:
                i, f, g, o = m.split(z, 4, axis=1)
                cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * m.tanh(g)
                h = jax.nn.sigmoid(o) * m.tanh(cell)
            return (h, cell), h

        zeros = m.zeros((batch, hidden))
        _, states = jax.lax.scan(step, (zeros, zeros), x)
        return ((states @ v + c - wanted) ** 2).mean()

    return jax_steps(loss_of, weights)


# All second derivatives of the loss of 2-16-16-1 for each sample, summed over the batch


def hessian_program(batch: int) -> Work:
    import engine
    from engine import Program, Value
    from nn import MLP

    model, inputs, target = MLP(2, [16, 16, 1]), [Value(0.1), Value(0.2)], Value(0.3)
    parameters = model.parameters()
    loss = (model(inputs) - target) ** 2
    samples = drawn(batch, 3)

    def make() -> Any:
        rows = engine.hessian(loss, parameters)
        return Program([x for row in rows for x in row], [*inputs, target], parameters)

    compiled = reported(make)
    return lambda: compiled(samples).sum(axis=0)


def hessian_parts(m: Any) -> Callable[[Any, Any], Any]:
    shapes = [(16, 2), (16,), (16, 16), (16,), (1, 16), (1,)]
    bounds = np.cumsum([0, *[int(np.prod(shape)) for shape in shapes]])

    def loss_of(theta: Any, samples: Any) -> Any:
        parts = [theta[a:b].reshape(s) for a, b, s in zip(bounds, bounds[1:], shapes)]
        x = samples[:, :2]
        for k in (0, 2, 4):
            x = x @ parts[k].T + parts[k + 1]
            x = m.tanh(x) if k < 4 else x
        return ((x[:, 0] - samples[:, 2]) ** 2).sum()

    return loss_of


def hessian_torch(batch: int) -> Work:
    m = torch_functions()
    import torch

    loss_of, theta, samples = hessian_parts(m), m.tensor(drawn(337)), m.tensor(drawn(batch, 3))
    return lambda: torch.func.hessian(loss_of)(theta, samples)


def hessian_jax(batch: int) -> Work:
    m = jax_functions()
    import jax

    theta, samples, found = drawn(337), drawn(batch, 3), jax.jit(jax.hessian(hessian_parts(m)))
    return lambda: found(theta, samples).block_until_ready()


# What they share


def activation_of(size: int, hidden: str) -> str:
    return hidden if size != CLASSES else "identity"


def entropy(logits: list[Any], shares: list[Any]) -> Any:
    from engine import dot, logsumexp

    return logsumexp(logits) - dot(shares, logits)


def dense_entropy(m: Any, a: Any, weights: Any, biases: Any, act: Any, wanted: Any) -> Any:
    import jax

    for w, b in zip(weights, biases):
        a = act(a @ w.T + b) if len(w) != CLASSES else a @ w.T + b
    return (jax.nn.logsumexp(a, axis=1) - a[m.arange(len(a)), wanted]).mean()


def program_of(loss_of: Callable[..., Any], n: int, n_targets: int, parameters: list[Any]) -> Any:
    from engine import Program, Value

    xs, ts = [Value(0.1) for _ in range(n)], [Value(0.0) for _ in range(n_targets)]
    return Program(loss_of(xs, ts), [*xs, *ts], parameters)


NETS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "LeNet on 28×28, batch 32": ("images", ((1, 28), (6, 16), 5, (256, 120, 84, CLASSES), 32)),
    "3×32×32, two convolutions of 16, batch 32": (
        "images",
        ((3, 32), (16, 16), 3, (16 * 6 * 6, CLASSES), 32),
    ),
    "784-512-512-10, relu, batch 64": ("dense", ((784, 512, 512, CLASSES), "relu", 64)),
    "64-64-64-10, tanh, batch 64": ("dense", ((64, 64, 64, CLASSES), "tanh", 64)),
    "64-64-64-10, gelu, batch 64": ("dense", ((64, 64, 64, CLASSES), "gelu", 64)),
    "RNN of 16, 20 steps with a head each, batch 32": ("heads", ("RNN", 20, 16, 32)),
    "LSTM of 32, 50 steps with a head each, batch 32": ("heads", ("LSTM", 50, 32, 32)),
    "Hessian of the 337 parameters of 2-16-16-1, batch 1": ("hessian", (1,)),
}


def report(repeats: int) -> None:
    report_steps(NETS, globals(), repeats)
