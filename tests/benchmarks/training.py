"""One training step at array speed: loss, gradient and SGD update, against the peers at their best.

Every contestant works in float64 on one thread, with its own best practice: preallocated buffers
in NumPy, a compiled step in JAX, fused parameters in PyTorch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks import eager
from tests.benchmarks.timing import InC, Maker, medians, print_ratios

RATE = 1e-3
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Net:
    """A fully connected net, its loss and its data, made by a stated seed."""

    title: str
    sizes: tuple[int, ...]
    activation: str  # "tanh" or "relu"
    loss: str  # "squares" (one target) or "cross-entropy" (class numbers)
    batch: int

    def weights(self) -> list[tuple[Any, Any]]:
        rng = np.random.default_rng(0)
        return [
            (rng.normal(size=(b, a)) / np.sqrt(a), np.zeros(b))
            for a, b in zip(self.sizes, self.sizes[1:])
        ]

    def data(self) -> tuple[Any, Any]:
        rng = np.random.default_rng(1)
        x = rng.normal(size=(self.batch, self.sizes[0]))
        y = rng.normal(size=self.batch)
        if self.loss == "cross-entropy":
            y = rng.integers(0, self.sizes[-1], size=self.batch)
        return x, y


NETS = {
    "2-16-16-1": Net("2-16-16-1, tanh, squares, batch 100", (2, 16, 16, 1), "tanh", "squares", 100),
    "64-32-10": Net(
        "64-32-10, relu, cross-entropy, batch 64", (64, 32, 10), "relu", "cross-entropy", 64
    ),
    "784-16-16-10": Net(
        "784-16-16-10, relu, cross-entropy, batch 32",
        (784, 16, 16, 10),
        "relu",
        "cross-entropy",
        32,
    ),
    **{
        f"784-50-10, {n}": Net(
            f"784-50-10, relu, cross-entropy, batch {n}", (784, 50, 10), "relu", "cross-entropy", n
        )
        for n in (1, 64)
    },
}


def program(net: Net) -> Work:
    """The scalar graph, compiled."""
    from engine import Program, Value, dot, logsumexp, scope

    layers = net.weights()
    inputs = [Value(0.1) for _ in range(net.sizes[0])]
    parameters, values = [], inputs
    for number, (weights, biases) in enumerate(layers, 1):
        last, outputs = number == len(layers), []
        with scope(f"layer {number}"):
            for row, bias in zip(weights.tolist(), biases.tolist()):
                w, b = [Value(x) for x in row], Value(bias)
                parameters += [*w, b]
                z = dot(w, values) + b
                outputs.append(z if last else getattr(z, net.activation)())
        values = outputs
    x, y = net.data()
    if net.loss == "squares":
        targets = [Value(0.0)]
        loss, columns = (values[0] - targets[0]) ** 2, y[:, None]
    else:
        targets = [Value(0.0) for _ in values]
        loss, columns = logsumexp(values) - dot(targets, values), np.eye(len(values))[y]
    batch = np.concatenate([x, columns], axis=1)
    return steps(Program(loss, [*inputs, *targets], parameters), batch)


def steps(compiled: Any, batch: Any) -> Work:
    """Gradient descent on a compiled loss."""

    def work() -> float:
        value, gradient = compiled.value_and_gradient(batch)
        gradient *= RATE
        np.subtract(compiled.parameters, gradient, out=compiled.parameters)
        return float(value)

    return work


def numpy_by_hand(net: Net) -> Work:
    """What an expert writes: a matrix product a layer, buffers made once, parameters in one array.

    Activations stand with a column for each sample, as the weights with a row for each neuron want.
    """
    layers, (x, y), n = net.weights(), net.data(), net.batch
    sizes = [w.size + b.size for w, b in layers]
    theta, slopes = np.zeros(sum(sizes)), np.zeros(sum(sizes))
    ws, bs, dws, dbs = [], [], [], []
    start = 0
    for (w, _b), size in zip(layers, sizes):
        theta[start : start + w.size] = w.ravel()
        for flat, w_views, b_views in ((theta, ws, bs), (slopes, dws, dbs)):
            w_views.append(flat[start : start + w.size].reshape(w.shape))
            b_views.append(flat[start + w.size : start + size].reshape(-1, 1))
        start += size
    a = [np.ascontiguousarray(x.T)] + [np.empty((b.size, n)) for _, b in layers]
    d = [np.empty_like(v) for v in a]
    scratch = [np.empty_like(v) for v in a]
    hot = np.ascontiguousarray(np.eye(net.sizes[-1])[y].T) if net.loss != "squares" else y[None]
    last = len(layers) - 1

    def work() -> float:
        for k in range(last + 1):
            np.matmul(ws[k], a[k], out=a[k + 1])
            np.add(a[k + 1], bs[k], out=a[k + 1])
            if k < last and net.activation == "tanh":
                np.tanh(a[k + 1], out=a[k + 1])
            elif k < last:
                np.maximum(a[k + 1], 0.0, out=a[k + 1])
        z, dz = a[-1], d[-1]
        if net.loss == "squares":
            np.subtract(z, hot, out=dz)
            loss = np.dot(dz[0], dz[0]) / n
            np.multiply(dz, 2.0 / n, out=dz)
        else:
            s = scratch[-1]
            np.subtract(z, z.max(axis=0), out=z)
            np.exp(z, out=dz)
            total = dz.sum(axis=0)
            np.multiply(hot, z, out=s)
            loss = (np.log(total).sum() - s.sum()) / n
            np.divide(dz, total, out=dz)
            np.subtract(dz, hot, out=dz)
            np.multiply(dz, 1.0 / n, out=dz)
        for k in range(last, -1, -1):
            np.matmul(d[k + 1], a[k].T, out=dws[k])
            np.sum(d[k + 1], axis=1, keepdims=True, out=dbs[k])
            if k == 0:
                break
            np.matmul(ws[k].T, d[k + 1], out=d[k])
            if net.activation == "tanh":
                np.multiply(a[k], a[k], out=scratch[k])
                np.subtract(1.0, scratch[k], out=scratch[k])
            else:
                np.greater(a[k], 0.0, out=scratch[k])
            np.multiply(d[k], scratch[k], out=d[k])
        np.multiply(slopes, RATE, out=slopes)
        np.subtract(theta, slopes, out=theta)
        return float(loss)

    return work


def torch_tensors(net: Net) -> Work:
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    act = torch.nn.Tanh if net.activation == "tanh" else torch.nn.ReLU
    modules: list[Any] = []
    for w, b in net.weights():
        linear = torch.nn.Linear(w.shape[1], w.shape[0])
        linear.weight.data, linear.bias.data = torch.tensor(w), torch.tensor(b)
        modules += [linear, act()]
    model = torch.nn.Sequential(*modules[:-1])
    x, y = (torch.tensor(v) for v in net.data())
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, foreach=True)

    def work() -> float:
        optimizer.zero_grad()
        z = model(x)
        squares = net.loss == "squares"
        loss = ((z[:, 0] - y) ** 2).mean() if squares else functional.cross_entropy(z, y)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return work


def jax_jit(net: Net) -> Work:
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y = net.data()
    act = jnp.tanh if net.activation == "tanh" else jax.nn.relu

    def loss_of(layers: Any) -> Any:
        a = x
        for k, (w, b) in enumerate(layers):
            a = a @ w.T + b
            a = act(a) if k < len(layers) - 1 else a
        if net.loss == "squares":
            return ((a[:, 0] - y) ** 2).mean()
        return (jax.nn.logsumexp(a, axis=1) - a[jnp.arange(len(y)), y]).mean()

    @jax.jit
    def step(layers: Any) -> Any:
        value, slopes = jax.value_and_grad(loss_of)(layers)
        return value, jax.tree.map(lambda p, g: p - RATE * g, layers, slopes)

    state = [net.weights()]

    def work() -> float:
        value, state[0] = step(state[0])
        return float(value)

    return work


def casadi_map(net: Net) -> Work:
    """One sample's loss and gradient as CasADi's scalar expressions, mapped over the batch."""
    import casadi

    layers, (x, y), n = net.weights(), net.data(), net.batch
    theta = np.concatenate([np.concatenate([w.ravel(), b]) for w, b in layers])
    symbols = casadi.SX.sym("theta", theta.size)
    sample, target = casadi.SX.sym("x", net.sizes[0]), casadi.SX.sym("y")
    a, start = sample, 0
    for number, (w, _b) in enumerate(layers, 1):
        rows, columns = w.shape
        weights = casadi.reshape(symbols[start : start + w.size], columns, rows).T
        a = weights @ a + symbols[start + w.size : start + w.size + rows]
        a = casadi.tanh(a) if number < len(layers) else a
        start += w.size + rows
    loss = (a - target) ** 2
    function = casadi.Function(
        "step", [symbols, sample, target], [loss, casadi.gradient(loss, symbols)]
    )
    mapped = function.map(n)
    columns, targets = np.ascontiguousarray(x.T), y[None]

    def work() -> float:
        losses, slopes = mapped(theta, columns, targets)
        np.subtract(theta, RATE * slopes.full().mean(axis=1), out=theta)
        return float(losses.full().mean())

    return work


PEERS = {
    "glassgrad Program": program,
    "NumPy by hand": numpy_by_hand,
    "torch": torch_tensors,
    "jax.jit": jax_jit,
}


def report(repeats: int) -> None:
    for name, net in NETS.items():
        makers: dict[str, Maker] = {name: Contestant(make, net) for name, make in PEERS.items()}
        makers["glassgrad Program, C"] = InC(makers["glassgrad Program"])
        if name == "2-16-16-1":
            makers["casadi, map"] = Contestant(casadi_map, net)
            makers |= {"xad (C++), no update": eager.xad, "micrograd, no update": eager.micrograd}
        times = medians(makers, repeats)
        print_ratios(f"one training step: {net.title}", times, list(times)[:2])


@dataclass(frozen=True, slots=True)
class Contestant:
    """A maker with its net; it travels to the process that it runs in."""

    make: Callable[[Net], Work]
    net: Net

    def __call__(self) -> Work:
        return self.make(self.net)
