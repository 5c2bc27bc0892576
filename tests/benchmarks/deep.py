"""Deep chains: thousands of operations, each on what the one before it found, against eager Values.

A sample is the first number of the chain, the other numbers are parameters.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from itertools import repeat
from typing import Any

import numpy as np

from engine import Program, Value, hypot, maximum, sin, tanh
from engine.graph import topological_order
from tests.benchmarks.timing import InC, medians, print_ratios

LENGTH = 2_500
Link = Callable[[Value, Value], Value]


@dataclass(frozen=True, slots=True)
class Chain:
    """Links, and how many numbers they take: one for all, or one for each."""

    links: Callable[[], Iterator[Link]]
    n_numbers: int = 1

    def leaves(self) -> tuple[Value, list[Value]]:
        numbers = [random.Random(0).uniform(0.9, 1.1) for _ in range(self.n_numbers)]
        return Value(0.7), list(map(Value, numbers))

    def output(self, start: Value, numbers: list[Value]) -> Value:
        given = numbers if self.n_numbers > 1 else numbers * LENGTH
        steps = zip(self.links(), given)
        return reduce(lambda y, step: step[0](y, step[1]), steps, start)


def any_links() -> Iterator[Link]:
    kinds: list[Link] = [
        lambda y, x: tanh(y * x),
        lambda y, x: y * x,
        hypot,
        maximum,
        lambda y, x: sin(y) + x,
    ]
    return iter(random.Random(0).choices(kinds, k=LENGTH))


def lag_of_two() -> Iterator[Link]:
    """Each reads the two numbers before it."""
    ys: list[Value] = []

    def link(y: Value, x: Value) -> Value:
        ys.append(y)
        return tanh(y * x - 0.4 * ys[-2:][0])

    return repeat(link)


def predator_and_prey() -> Iterator[Link]:
    """Two coupled numbers, by Euler steps."""
    others: list[Value] = []

    def link(y: Value, x: Value) -> Value:
        other = others[-1] if others else y
        others.append(other + 0.01 * (x * other - other * y))
        return y + 0.01 * (x * other * y - y)

    return repeat(link)


CHAINS = {
    "tanh(y*x)": Chain(lambda: repeat(lambda y, x: tanh(y * x))),
    "y*x": Chain(lambda: repeat(lambda y, x: y * x)),
    "hypot(y, x)": Chain(lambda: repeat(hypot)),
    "y + x": Chain(lambda: repeat(lambda y, x: y + x)),
    "reduce(maximum, xs)": Chain(lambda: repeat(maximum), LENGTH),
    "one of these at random": Chain(any_links),
    "x*y*(1 - y)": Chain(lambda: repeat(lambda y, x: x * y * (1 - y))),
    "tanh(y*x - 0.4*before)": Chain(lag_of_two),
    "predator and prey": Chain(predator_and_prey),
}


def samples(batch: int) -> list[float]:
    return np.random.default_rng(0).uniform(0.5, 0.8, batch).tolist()


def eager(name: str, batch: int) -> Callable[[], object]:
    """The graph is built for each sample, and goes back by itself."""
    chain, given = CHAINS[name], samples(batch)
    start, numbers = chain.leaves()

    def work() -> None:
        for number in given:
            start.data = number
            chain.output(start, numbers).backward()

    return work


def program(name: str, batch: int) -> Callable[[], object]:
    start, numbers = CHAINS[name].leaves()
    compiled = Program(CHAINS[name].output(start, numbers), [start], numbers)
    column = np.array(samples(batch))[:, None]
    return lambda: compiled.value_and_gradient(column)


def microseconds_to_compile(name: str) -> float:
    """CPU a node."""
    start, numbers = CHAINS[name].leaves()
    output = CHAINS[name].output(start, numbers)
    before = time.process_time()
    Program(output, [start], numbers)
    return 1e6 * (time.process_time() - before) / len(topological_order([output]))


def report(repeats: int) -> None:
    for name in CHAINS:
        compiling = min([microseconds_to_compile(name) for _ in range(3)])
        for batch in (1, 32):
            makers: dict[str, Any] = {"eager": partial(eager, name, batch)}
            makers["Program"] = of_program = partial(program, name, batch)
            makers["Program, C"] = InC(of_program)
            times = medians(makers, repeats)
            title = f"{LENGTH:,} times {name}, batch {batch}; compiled in {compiling:.0f} µs a node"
            print_ratios(title, times, list(times)[:1])
