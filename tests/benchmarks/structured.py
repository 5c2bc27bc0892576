"""One training step of nets that share their weights: a convolution, and an Elman net.

The scalar graphs are built the way a beginner writes them, and compiled; the others are written by
hand in NumPy, in PyTorch and in JAX, in float64 on one thread.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks.timing import InC, medians, print_ratios
from tests.benchmarks.training import RATE, Work, steps

BATCH = 32
SIDE, KERNEL, MAPS, CLASSES = 8, 3, 8, 10
PLACES = SIDE - KERNEL + 1  # of the kernel, down and across
POOLED = PLACES // 2
STEPS, HIDDEN = 20, 16


def digits() -> tuple[Any, Any]:
    """Images of 8×8 numbers, and their classes."""
    rng = np.random.default_rng(1)
    images = rng.normal(size=(BATCH, SIDE, SIDE))
    return images, rng.integers(0, CLASSES, size=BATCH)


def convolution_weights() -> list[Any]:
    """Kernels, their biases, the dense layer's weights and biases."""
    rng = np.random.default_rng(0)
    kernels = rng.normal(size=(MAPS, KERNEL, KERNEL)) / KERNEL
    dense = rng.normal(size=(CLASSES, MAPS * POOLED**2)) / np.sqrt(MAPS * POOLED**2)
    return [kernels, np.zeros(MAPS), dense, np.zeros(CLASSES)]


def convolution_program() -> Work:
    from engine import Program, Value, dot, logsumexp, maximum

    numbers = convolution_weights()
    kernels, biases, dense, heights = (
        [[Value(x) for x in row] for row in part.reshape(len(part), -1).tolist()]
        for part in numbers
    )
    image = [[Value(0.1) for _ in range(SIDE)] for _ in range(SIDE)]
    targets = [Value(0.0) for _ in range(CLASSES)]
    inside, across = range(KERNEL), range(PLACES)
    pooled = []
    for kernel, (bias,) in zip(kernels, biases):
        responses = [
            [
                (dot(kernel, [image[i + a][j + b] for a in inside for b in inside]) + bias).relu()
                for j in across
            ]
            for i in across
        ]
        for i in range(0, PLACES, 2):
            for j in range(0, PLACES, 2):
                window = [responses[i + a][j + b] for a in (0, 1) for b in (0, 1)]
                pooled.append(maximum(*window))
    logits = [dot(row, pooled) + height for row, (height,) in zip(dense, heights)]
    loss = logsumexp(logits) - dot(targets, logits)
    groups = [kernels, biases, dense, heights]
    parameters = [value for group in groups for row in group for value in row]
    inputs = [value for row in image for value in row]
    images, classes = digits()
    batch = np.concatenate([images.reshape(BATCH, -1), np.eye(CLASSES)[classes]], axis=1)
    return steps(Program(loss, [*inputs, *targets], parameters), batch)


def convolution_by_hand() -> Work:
    """Patches gathered once, one product for all of them, buffers made once."""
    kernels, biases, dense, heights = convolution_weights()
    images, classes = digits()
    n, k, m, p = BATCH, KERNEL**2, MAPS, PLACES
    windows = np.lib.stride_tricks.sliding_window_view(images, (KERNEL, KERNEL), axis=(1, 2))
    patches = np.empty((k, p, p, n))
    source = windows.transpose(3, 4, 1, 2, 0)
    flat = patches.reshape(k, -1)
    w, b, c = kernels.reshape(m, k), biases[:, None], heights[:, None]
    z, dz = np.empty((m, p * p * n)), np.empty((m, p * p * n))
    mask = np.empty_like(z)
    a, da = np.empty((m, p, p, n)), dz.reshape(m, p, p, n)
    pooled, dpooled = np.empty((m, POOLED, POOLED, n)), np.empty((m, POOLED, POOLED, n))
    hot = np.ascontiguousarray(np.eye(CLASSES)[classes].T)
    corners = [(i, j) for i in (0, 1) for j in (0, 1)]

    def work() -> float:
        np.copyto(patches.reshape(KERNEL, KERNEL, p, p, n), source)
        np.matmul(w, flat, out=z)
        np.add(z, b, out=z)
        np.maximum(z, 0.0, out=a.reshape(m, -1))
        np.maximum(a[:, ::2, ::2], a[:, ::2, 1::2], out=pooled)
        np.maximum(pooled, a[:, 1::2, ::2], out=pooled)
        np.maximum(pooled, a[:, 1::2, 1::2], out=pooled)
        x = pooled.reshape(-1, n)
        logits = dense @ x + c
        logits -= logits.max(axis=0)
        exponentials = np.exp(logits)
        total = exponentials.sum(axis=0)
        loss = (np.log(total).sum() - (hot * logits).sum()) / n
        slopes = (exponentials / total - hot) / n
        ddense = slopes @ x.T
        np.matmul(dense.T, slopes, out=dpooled.reshape(-1, n))
        for i, j in corners:
            corner = (slice(None), slice(i, None, 2), slice(j, None, 2))
            np.multiply(dpooled, a[corner] == pooled, out=da[corner])
        np.greater(z, 0.0, out=mask)
        np.multiply(dz, mask, out=dz)
        np.subtract(w, RATE * (dz @ flat.T), out=w)
        np.subtract(b, RATE * dz.sum(axis=1, keepdims=True), out=b)
        np.subtract(dense, RATE * ddense, out=dense)
        np.subtract(c, RATE * slopes.sum(axis=1, keepdims=True), out=c)
        return float(loss)

    return work


def torch_step(model: Any, loss_of: Callable[[Any], Any]) -> Work:
    import torch

    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, foreach=True)

    def work() -> float:
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return work


def convolution_torch() -> Work:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    conv, dense = torch.nn.Conv2d(1, MAPS, KERNEL), torch.nn.Linear(MAPS * POOLED**2, CLASSES)
    numbers = convolution_weights()
    for parameter, number in zip([*conv.parameters(), *dense.parameters()], numbers):
        parameter.data = torch.tensor(number.reshape(parameter.shape))
    layers = [conv, torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), dense]
    images, classes = (torch.tensor(x) for x in digits())
    images = images[:, None]
    entropy = torch.nn.CrossEntropyLoss()
    return torch_step(torch.nn.Sequential(*layers), lambda model: entropy(model(images), classes))


def jax_steps(loss_of: Callable[[Any], Any], weights: list[Any]) -> Work:
    import jax

    @jax.jit
    def step(weights: Any) -> Any:
        value, slopes = jax.value_and_grad(loss_of)(weights)
        return value, jax.tree.map(lambda p, g: p - RATE * g, weights, slopes)

    state = [weights]

    def work() -> float:
        value, state[0] = step(state[0])
        return float(value)

    return work


def convolution_jax() -> Work:
    import jax
    from jax import lax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    images, classes = digits()

    def loss_of(weights: Any) -> Any:
        kernels, biases, dense, heights = weights
        z = lax.conv(images[:, None], kernels[:, None], (1, 1), "VALID") + biases[:, None, None]
        a = jax.nn.relu(z).reshape(BATCH, MAPS, POOLED, 2, POOLED, 2).max(axis=(3, 5))
        logits = a.reshape(BATCH, -1) @ dense.T + heights
        return (jax.nn.logsumexp(logits, axis=1) - logits[jnp.arange(BATCH), classes]).mean()

    return jax_steps(loss_of, convolution_weights())


def sequences() -> tuple[Any, Any]:
    """Sequences of 20 numbers, and a target for each."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(BATCH, STEPS)), rng.normal(size=BATCH)


def elman_weights() -> list[Any]:
    """Of the input, of the state, the bias, and those of the readout."""
    rng = np.random.default_rng(0)
    state = rng.normal(size=(HIDDEN, HIDDEN)) / np.sqrt(HIDDEN)
    out = rng.normal(size=HIDDEN) / np.sqrt(HIDDEN)
    return [rng.normal(size=HIDDEN), state, np.zeros(HIDDEN), out, np.zeros(1)]


def elman_program() -> Work:
    from engine import Program, Value, dot
    from engine.value import constant

    w, u, b, v, (c,) = (
        [[Value(x) for x in row] for row in part.reshape(len(part), -1).tolist()]
        for part in elman_weights()
    )
    inputs, target = [Value(0.1) for _ in range(STEPS)], Value(0.0)
    state = [constant(0.0)] * HIDDEN
    for x in inputs:
        state = [(dot([*w[k], *u[k]], [x, *state]) + b[k][0]).tanh() for k in range(HIDDEN)]
    loss = (dot([row[0] for row in v], state) + c[0] - target) ** 2
    parameters = [value for group in (w, u, b, v, [c]) for row in group for value in row]
    samples, targets = sequences()
    batch = np.concatenate([samples, targets[:, None]], axis=1)
    return steps(Program(loss, [*inputs, target], parameters), batch)


def elman_by_hand() -> Work:
    """A product with the state at each step, and one for all steps where none waits."""
    w, u, b, v, c = elman_weights()
    samples, targets = sequences()
    x = np.ascontiguousarray(samples.T)
    b, n = b[:, None], BATCH
    states = np.zeros((STEPS + 1, HIDDEN, n))
    slopes = np.empty((STEPS, HIDDEN, n))
    scratch, driven = np.empty((HIDDEN, n)), np.empty((STEPS, HIDDEN, n))

    def work() -> float:
        np.multiply(x[:, None], w[:, None], out=driven)
        np.add(driven, b, out=driven)
        for t in range(STEPS):
            np.matmul(u, states[t], out=scratch)
            np.add(scratch, driven[t], out=scratch)
            np.tanh(scratch, out=states[t + 1])
        errors = v @ states[-1] + c - targets
        loss = np.dot(errors, errors) / n
        errors *= 2.0 / n
        flow = np.outer(v, errors)
        for t in range(STEPS - 1, -1, -1):
            np.multiply(states[t + 1], states[t + 1], out=scratch)
            np.subtract(1.0, scratch, out=scratch)
            np.multiply(scratch, flow, out=slopes[t])
            np.matmul(u.T, slopes[t], out=flow)
        all_slopes = slopes.transpose(1, 0, 2).reshape(HIDDEN, -1)
        before = states[:-1].transpose(1, 0, 2).reshape(HIDDEN, -1)
        du = all_slopes @ before.T
        np.subtract(v, RATE * (states[-1] @ errors), out=v)
        np.subtract(c, RATE * errors.sum(), out=c)
        np.subtract(u, RATE * du, out=u)
        np.subtract(w, RATE * (all_slopes @ x.ravel()), out=w)
        np.subtract(b, RATE * all_slopes.sum(axis=1, keepdims=True), out=b)
        return float(loss)

    return work


def elman_torch() -> Work:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    samples, targets = (torch.tensor(x) for x in sequences())
    w, u, b, v, c = (torch.tensor(x) for x in elman_weights())
    rnn, dense = torch.nn.RNN(1, HIDDEN, batch_first=True), torch.nn.Linear(HIDDEN, 1)
    rnn.weight_ih_l0.data, rnn.weight_hh_l0.data = w[:, None], u
    rnn.bias_ih_l0.data, rnn.bias_hh_l0.data = b, torch.zeros_like(b)
    rnn.bias_hh_l0.requires_grad_(False)  # one bias is learned, as by the others
    dense.weight.data, dense.bias.data = v[None], c
    both = torch.nn.ModuleList([rnn, dense])
    steps = samples[:, :, None]

    def loss_of(model: Any) -> Any:
        _, last = rnn(steps)
        return ((dense(last[0])[:, 0] - targets) ** 2).mean()

    return torch_step(both, loss_of)


def elman_jax() -> Work:
    import jax
    from jax import lax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    samples, targets = sequences()

    def loss_of(weights: Any) -> Any:
        w, u, b, v, c = weights

        def step(state: Any, x: Any) -> Any:
            return jnp.tanh(x[:, None] * w + state @ u.T + b), None

        state, _ = lax.scan(step, jnp.zeros((BATCH, HIDDEN)), samples.T)
        return ((state @ v + c - targets) ** 2).mean()

    return jax_steps(loss_of, elman_weights())


def report(repeats: int) -> None:
    titles = {
        "convolution": f"8×8 images, {MAPS} kernels 3×3, relu, pooling, dense, batch {BATCH}",
        "elman": f"Elman net of {HIDDEN}, {STEPS} steps, batch {BATCH}",
    }
    peers = {
        "glassgrad Program": "program",
        "NumPy by hand": "by_hand",
        "torch": "torch",
        "jax.jit": "jax",
    }
    for net, title in titles.items():
        makers = {name: globals()[f"{net}_{kind}"] for name, kind in peers.items()}
        makers["glassgrad Program, C"] = InC(makers["glassgrad Program"])
        times = medians(makers, repeats)
        print_ratios(f"one training step: {title}", times, list(times)[:2])
