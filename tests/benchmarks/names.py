"""The GPT of the lesson on names, with Adam, against the same on micrograd's Values."""

import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from tests.benchmarks.eager import Number, micrograd_function
from tests.benchmarks.timing import InC, Maker, medians, print_ratios
from tests.benchmarks.training import Work

NAMES, POSITIONS = 8, 16
RATE, BETA1, BETA2, EPSILON = 0.01, 0.85, 0.99, 1e-8
Vector = list[Number]


def compiled(batch: int) -> Work:
    """One step on so many names."""
    from demos.chapter4_images_and_sequences.names import program_of, row_of, shuffled_names
    from demos.helpers.gpt import GPT
    from nn import Adam

    model = GPT(27)
    adam = Adam(model.parameters(), learning_rate=RATE, beta1=BETA1, beta2=BETA2)
    program = program_of(model)
    rows = np.array([row_of(name, POSITIONS) for name in shuffled_names()[: max(NAMES, batch)]])
    batches = cycle(np.split(rows, len(rows) // batch))

    def work() -> float:
        loss, gradient = program.value_and_gradient(next(batches))
        adam.update(program.parameters, gradient)
        return float(loss)

    return work


def micrograd() -> Work:
    """One step on a name."""
    from micrograd.engine import Value as Micro

    from demos.chapter4_images_and_sequences.names import shuffled_names, tokens_of
    from demos.helpers.gpt import GPT

    sys.setrecursionlimit(100_000)  # its backward recurses
    model = GPT(27)
    shapes = [(27, 16), (16, 16), *[(16, 16)] * 4, (64, 16), (16, 64), (27, 16)]
    numbers = iter([parameter.data for parameter in model.parameters()])
    weights = [[[Micro(next(numbers)) for _ in range(n)] for _ in range(m)] for m, n in shapes]
    parameters = [w for matrix in weights for row in matrix for w in row]
    first, second = [0.0] * len(parameters), [0.0] * len(parameters)
    names = cycle([tokens_of(name) for name in shuffled_names()[:NAMES]])
    step = 0

    def work() -> float:
        nonlocal step
        step += 1
        tokens = next(names)
        for p in parameters:
            p.grad = 0
        loss = mean_loss(weights, tokens)
        loss.backward()
        for k, p in enumerate(parameters):
            first[k] = BETA1 * first[k] + (1 - BETA1) * p.grad
            second[k] = BETA2 * second[k] + (1 - BETA2) * p.grad**2
            root = math.sqrt(second[k] / (1 - BETA2**step)) + EPSILON
            p.data -= RATE * first[k] / (1 - BETA1**step) / root
        return float(loss.data)

    return work


def mean_loss(weights: Sequence[Any], tokens: Sequence[int]) -> Number:
    """As `GPT` computes it, written as one would on micrograd, with the keys and values so far."""
    embedding, places, query, key, value, mix, widen, narrow, output = weights
    exp = micrograd_function("exp", math.exp, lambda x, y: y)
    log = micrograd_function("log", math.log, lambda x, y: 1 / x)
    keys: list[Vector] = []
    values: list[Vector] = []
    losses = []
    for t, token in enumerate(tokens):
        x = normalized(plus(embedding[token], places[t]))
        seen = normalized(x)
        keys.append(times(key, seen))
        values.append(times(value, seen))
        question, received = times(query, seen), []
        for head in (slice(0, 4), slice(4, 8), slice(8, 12), slice(12, 16)):
            shares = shares_of([product(question[head], k[head]) * 0.5 for k in keys], exp)
            received += [product(shares, column) for column in zip(*[v[head] for v in values])]
        x = plus(x, times(mix, received))
        x = plus(x, times(narrow, [z.relu() for z in times(widen, normalized(x))]))
        wanted = tokens[t + 1] if t + 1 < len(tokens) else 0
        losses.append(-log(shares_of(times(output, x), exp)[wanted]))
    return sum(losses) * (1 / len(losses))


def product(a: Sequence[Number], b: Sequence[Number]) -> Number:
    return sum([x * y for x, y in zip(a, b)])


def times(matrix: Sequence[Vector], x: Vector) -> Vector:
    return [product(row, x) for row in matrix]


def plus(x: Vector, y: Vector) -> Vector:
    return [a + b for a, b in zip(x, y)]


def normalized(x: Vector) -> Vector:
    scale = (product(x, x) * (1 / len(x)) + 1e-5) ** -0.5
    return [a * scale for a in x]


def shares_of(scores: Vector, exp: Callable[[Number], Number]) -> Vector:
    top = max(score.data for score in scores)
    exponentials = [exp(score - top) for score in scores]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def report(repeats: int) -> None:
    makers: dict[str, Maker] = {f"glassgrad Program, {n}": partial(compiled, n) for n in (1, 32)}
    makers |= {f"{name}, C": InC(make) for name, make in makers.items()}
    makers["micrograd"] = micrograd
    times_of = medians(makers, repeats)
    for name in times_of:
        if ", 32" in name:
            times_of[name] /= 32
    title = "a name through the GPT of the names, forward, backward and Adam; 32 are 32 at once"
    print_ratios(title, times_of, list(times_of)[:4])
