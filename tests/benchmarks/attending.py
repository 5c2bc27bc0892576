"""One training step of nets whose positions look at one another, or are averaged.

The scalar graphs are those of nn's layers, one number at a time, and compiled; the others are
written by hand in PyTorch and JAX with batched products, in float64 on one thread.
"""

import resource
from collections.abc import Callable, Mapping
from functools import partial
from math import sqrt
from time import perf_counter
from typing import Any

import numpy as np

from tests.benchmarks.structured import jax_steps, torch_step
from tests.benchmarks.timing import InC, Maker, medians, print_ratios
from tests.benchmarks.training import Work, steps

HEADS, LETTERS, POSITIONS = 4, 27, 16  # of the GPT
ELEMENTS, HIDDEN = 20, 32  # of a set, and of its net
VOCABULARY, WORDS, LENGTH, TOPICS = 1000, 8, 16, 10  # of sentences, and of a word's vector
Arrays = Any  # of NumPy, PyTorch or JAX, whose functions are `m`


def drawn(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape) / sqrt(shape[-1])


# Attention alone: the mean square of what the positions receive


def attention_weights(width: int) -> list[Any]:
    return [drawn(width, width, seed=k) for k in range(4)]


def attention_program(positions: int, width: int, causal: bool, batch: int) -> Work:
    from engine import Program, Value, dot
    from nn import SelfAttention

    layer = SelfAttention(width, HEADS, causal=causal, bias=False)
    parts = (layer.query, layer.key, layer.value, layer.output)
    for part, numbers in zip(parts, attention_weights(width)):
        for parameter, number in zip(part.parameters(), numbers.ravel().tolist()):
            parameter.data = number
    xs = [[Value(0.1) for _ in range(width)] for _ in range(positions)]
    ys = [y for row in layer(xs) for y in row]
    loss = dot(ys, ys) / len(ys)
    inputs = [x for row in xs for x in row]
    samples = drawn(batch, positions * width)
    return compiled_step(lambda: Program(loss, inputs, layer.parameters()), samples)


def attended(m: Any, weights: Arrays, x: Arrays, causal: bool, swap: Callable[..., Any]) -> Arrays:
    """What positions receive: `m` has softmax, where and tril; `swap` exchanges two axes."""
    batch, positions, width = x.shape
    q, k, v = (
        swap((x @ w.T).reshape(batch, positions, HEADS, width // HEADS), 1, 2) for w in weights[:3]
    )
    scores = q @ swap(k, 2, 3) / sqrt(width // HEADS)
    if causal:
        seen = m.tril(m.ones((positions, positions))) > 0
        scores = m.where(seen, scores, -float("inf"))
    mixed = swap(m.softmax(scores) @ v, 1, 2)
    return mixed.reshape(batch, positions, width) @ weights[3].T


def attention_torch(positions: int, width: int, causal: bool, batch: int) -> Work:
    m = torch_functions()
    x = m.tensor(drawn(batch, positions * width).reshape(batch, positions, width))

    def loss_of(weights: Arrays) -> Any:
        return (attended(m, weights, x, causal, m.transpose) ** 2).mean()

    return torch_steps(loss_of, attention_weights(width))


def attention_jax(positions: int, width: int, causal: bool, batch: int) -> Work:
    m = jax_functions()
    x = drawn(batch, positions * width).reshape(batch, positions, width)

    def loss_of(weights: Arrays) -> Any:
        return (attended(m, weights, x, causal, m.swapaxes) ** 2).mean()

    return jax_steps(loss_of, attention_weights(width))


# The GPT of the lesson on names


def gpt_weights(width: int, blocks: int) -> list[Any]:
    """Of tokens and positions; of attention, the wide and the narrow layer; and of the output."""
    block = [*[(width, width)] * 4, (4 * width, width), (width, 4 * width)]
    shapes = [(LETTERS, width), (POSITIONS, width), *block * blocks, (LETTERS, width)]
    return [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]


def letters(batch: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    given, wanted = rng.integers(0, LETTERS, size=(2, batch, POSITIONS))
    return given, wanted


def gpt_program(batch: int, width: int = 16, blocks: int = 1) -> Work:
    from demos.chapter4_images_and_sequences.names import program_of
    from demos.helpers.gpt import GPT

    model = GPT(LETTERS, width=width, n_blocks=blocks)
    numbers = np.concatenate([part.ravel() for part in gpt_weights(width, blocks)])
    for parameter, number in zip(model.parameters(), numbers.tolist(), strict=True):
        parameter.data = number
    given, wanted = letters(batch)
    rows = [given, wanted, np.full((batch, POSITIONS), 1.0 / POSITIONS)]
    return compiled_step(lambda: program_of(model), np.concatenate(rows, axis=1))


def logits_of(m: Any, weights: Arrays, tokens: Arrays, swap: Callable[..., Any]) -> Arrays:
    def norm(x: Arrays) -> Arrays:
        return x / m.sqrt((x * x).mean(-1)[..., None] + 1e-5)

    embedding, places, *blocks, output = weights
    x = norm(embedding[tokens] + places)
    for k in range(0, len(blocks), 6):
        *attention, wide, narrow = blocks[k : k + 6]
        x = x + attended(m, attention, norm(x), True, swap)
        x = x + m.relu(norm(x) @ wide.T) @ narrow.T
    return (x @ output.T).reshape(-1, LETTERS)


def gpt_torch(batch: int, width: int = 16, blocks: int = 1) -> Work:
    import torch

    m = torch_functions()
    given, wanted = (torch.tensor(x) for x in letters(batch))

    def loss_of(weights: Arrays) -> Any:
        logits = logits_of(m, weights, given, m.transpose)
        return torch.nn.functional.cross_entropy(logits, wanted.ravel())

    return torch_steps(loss_of, gpt_weights(width, blocks))


def gpt_jax(batch: int, width: int = 16, blocks: int = 1) -> Work:
    import jax

    m = jax_functions()
    given, wanted = letters(batch)

    def loss_of(weights: Arrays) -> Any:
        logits = logits_of(m, weights, given, m.swapaxes)
        rows = m.arange(len(logits))
        return (jax.nn.logsumexp(logits, axis=1) - logits[rows, wanted.ravel()]).mean()

    return jax_steps(loss_of, gpt_weights(width, blocks))


# Tokens of a large vocabulary as vectors, their mean through a layer, and the class of all


def embedding_weights() -> list[Any]:
    shapes = (VOCABULARY, LENGTH), (HIDDEN, LENGTH), (TOPICS, HIDDEN)
    return [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]


def sentences(batch: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(2)
    return rng.integers(0, VOCABULARY, size=(batch, WORDS)), rng.integers(0, TOPICS, size=batch)


def embedding_program(batch: int) -> Work:
    from engine import Index, Program, Value, dot, sum, tanh
    from nn import Embedding, softmax_cross_entropy

    layer = Embedding(VOCABULARY, LENGTH)
    table, first, last = embedding_weights()
    for parameter, number in zip(layer.parameters(), table.ravel().tolist(), strict=True):
        parameter.data = number
    first, last = ([[Value(x) for x in row] for row in part.tolist()] for part in (first, last))
    words, topic = [Index(0) for _ in range(WORDS)], Index(0)
    pooled = [sum(column) / WORDS for column in zip(*layer(words))]
    hidden = [tanh(dot(row, pooled)) for row in first]
    loss = softmax_cross_entropy.term([dot(row, hidden) for row in last], [topic])
    parameters = layer.parameters() + [w for part in (first, last) for row in part for w in row]
    given, wanted = sentences(batch)
    samples = np.concatenate([given, wanted[:, None]], axis=1).astype(float)
    return compiled_step(lambda: Program(loss, [*words, topic], parameters), samples)


def embedding_logits(m: Any, weights: Arrays, given: Arrays) -> Any:
    table, first, last = weights
    return m.tanh(table[given].mean(1) @ first.T) @ last.T


def embedding_torch(batch: int) -> Work:
    import torch

    m = torch_functions()
    given, wanted = (torch.tensor(x) for x in sentences(batch))

    def loss_of(weights: Arrays) -> Any:
        return torch.nn.functional.cross_entropy(embedding_logits(m, weights, given), wanted)

    return torch_steps(loss_of, embedding_weights())


def embedding_jax(batch: int) -> Work:
    import jax

    m = jax_functions()
    given, wanted = sentences(batch)

    def loss_of(weights: Arrays) -> Any:
        logits = embedding_logits(m, weights, given)
        chosen = logits[m.arange(batch), wanted]
        return (jax.nn.logsumexp(logits, axis=1) - chosen).mean()

    return jax_steps(loss_of, embedding_weights())


# The mean over a set, behind a layer without activation


def sets_weights() -> list[Any]:
    return [drawn(HIDDEN, 4), drawn(HIDDEN, HIDDEN), drawn(1, HIDDEN)]


def sets_program(batch: int) -> Work:
    from engine import Program, Value, dot, sum, tanh

    first, second, (last,) = (
        [[Value(x) for x in row] for row in part.tolist()] for part in sets_weights()
    )
    elements = [[Value(0.1) for _ in range(4)] for _ in range(ELEMENTS)]
    hidden = [[tanh(dot(row, x)) for row in first] for x in elements]
    seen = [[dot(row, h) for row in second] for h in hidden]
    pooled = [tanh(sum(column) / ELEMENTS) for column in zip(*seen)]
    loss = (dot(last, pooled) - 1.0) ** 2
    parameters = [w for part in (first, second, [last]) for row in part for w in row]
    inputs = [x for row in elements for x in row]
    samples = drawn(batch, ELEMENTS * 4)
    return compiled_step(lambda: Program(loss, inputs, parameters), samples)


def sets_loss(m: Any, weights: Arrays, x: Arrays) -> Any:
    first, second, last = weights
    pooled = m.tanh((m.tanh(x @ first.T) @ second.T).mean(1))
    return ((pooled @ last.T - 1.0) ** 2).mean()


def sets_torch(batch: int) -> Work:
    m = torch_functions()
    x = m.tensor(drawn(batch, ELEMENTS * 4).reshape(batch, ELEMENTS, 4))
    return torch_steps(lambda weights: sets_loss(m, weights, x), sets_weights())


def sets_jax(batch: int) -> Work:
    m = jax_functions()
    x = drawn(batch, ELEMENTS * 4).reshape(batch, ELEMENTS, 4)
    return jax_steps(lambda weights: sets_loss(m, weights, x), sets_weights())


# What they share


def compiled_step(make: Callable[[], Any], samples: Any) -> Work:
    """A step of the program, which says what compiling took, and how long its source is."""
    return steps(reported(make), samples)


def reported(make: Callable[[], Any]) -> Any:
    """A program; the memory is how far the most that the process has ever needed rose meanwhile."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    program = make()
    seconds = perf_counter() - start
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    size, lines = len(program.source) / 1024, program.source.count("\n")
    print(
        f"  {seconds:.2f} s and {memory:.0f} MB to build and compile, "
        f"{size:.0f} KB and {lines:,} lines of source",
        flush=True,
    )
    return program


def torch_functions() -> Any:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    return Named(torch, softmax=partial(torch.softmax, dim=-1))


def jax_functions() -> Any:
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    return Named(jnp, softmax=jax.nn.softmax, relu=jax.nn.relu)


class Named:
    """The functions of a module, and others beside or instead of them."""

    def __init__(self, module: Any, **others: Any) -> None:
        self.module, self.others = module, others

    def __getattr__(self, name: str) -> Any:
        return self.others[name] if name in self.others else getattr(self.module, name)


def torch_steps(loss_of: Callable[[Any], Any], numbers: list[Any]) -> Work:
    import torch

    return torch_step(torch.nn.ParameterList([torch.tensor(x) for x in numbers]), loss_of)


NETS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "attention, 16 positions of 32, 4 heads, batch 32": ("attention", (16, 32, False, 32)),
    "causal attention, 32 positions of 32, 4 heads, batch 32": ("attention", (32, 32, True, 32)),
    "attention, 64 positions of 64, 4 heads, batch 16": ("attention", (64, 64, False, 16)),
    "GPT of the names, 16 positions, batch 1": ("gpt", (1,)),
    "GPT of the names, 16 positions, batch 32": ("gpt", (32,)),
    "GPT of the names, 16 positions, batch 128": ("gpt", (128,)),
    "GPT of 2 blocks, 64 wide, 16 positions, batch 16": ("gpt", (16, 64, 2)),
    "embedding of 8 out of 1,000 words, 16-32-10, batch 32": ("embedding", (32,)),
    "mean over a set of 20, 4-32-32, batch 64": ("sets", (64,)),
}


def report(repeats: int) -> None:
    report_steps(NETS, globals(), repeats)


def report_steps(
    nets: Mapping[str, tuple[str, tuple[Any, ...]]], made: Mapping[str, Any], repeats: int
) -> None:
    """The step of each net: it is made by the functions of its name, as gpt_torch, of its sizes."""
    peers = {"glassgrad Program": "program", "torch": "torch", "jax.jit": "jax"}
    for title, (net, sizes) in nets.items():
        makers: dict[str, Maker] = {
            name: partial(made[f"{net}_{kind}"], *sizes) for name, kind in peers.items()
        }
        makers["glassgrad Program, C"] = InC(makers["glassgrad Program"])
        times = medians(makers, repeats)
        print_ratios(f"one training step: {title}", times, list(times)[:2])
