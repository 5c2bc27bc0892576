"""What building a graph of Values and compiling it cost, node by node, up to a million nodes."""

import gc
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import engine
from engine import Value, scope, tanh
from engine.collector import collector_paused
from engine.graph import topological_order
from nn import LSTM, MLP, Conv2d, MaxPool2d, SelfAttention, Sequential
from nn.tree import tree_leaves
from tests.benchmarks.unstructured import Case, random_graph


def net_of_chains(hidden: int) -> Case:
    """784-hidden-10 with sums as chains of +, as a beginner writes them."""
    rng = random.Random(0)
    inputs = [Value(0.1) for _ in range(784)]
    values, parameters = inputs, []
    for number, size in enumerate((hidden, 10), 1):
        outputs = []
        with scope(f"layer {number}"):
            for _ in range(size):
                total = bias = Value(0.0)
                weights = [Value(rng.gauss(0, 1) / len(values) ** 0.5) for _ in values]
                for weight, value in zip(weights, values):
                    total = total + weight * value
                parameters += [*weights, bias]
                outputs.append(tanh(total))
        values = outputs
    return Case(engine.sum(values) / len(values), inputs, parameters)


def net_of_layers(layer: Callable[[], Any], *shape: int) -> Case:
    """What the layer makes of inputs of this shape; the output is the mean of all it gives."""
    made, given = layer(), leaves_of(shape)
    outputs = tree_leaves(made(given))
    return Case(engine.sum(outputs) / len(outputs), tree_leaves(given), made.parameters())


def leaves_of(shape: tuple[int, ...]) -> Any:
    return [leaves_of(shape[1:]) for _ in range(shape[0])] if shape else Value(0.1)


CASES: dict[str, Callable[[], Case]] = {
    **{f"784-{n}-10, sums as chains": partial(net_of_chains, n) for n in (1, 4, 42, 420)},
    "784-128-10": partial(net_of_layers, partial(MLP, 784, [128, 10]), 784),
    "784-512-512-10": partial(net_of_layers, partial(MLP, 784, [512, 512, 10]), 784),
    "8×8 image, Conv2d, MaxPool2d": partial(
        net_of_layers, lambda: Sequential(Conv2d(1, 8, 3), MaxPool2d(2)), 1, 8, 8
    ),
    "3×32×32 image, two of them": partial(
        net_of_layers,
        lambda: Sequential(Conv2d(3, 16, 3), MaxPool2d(2), Conv2d(16, 16, 3), MaxPool2d(2)),
        *(3, 32, 32),
    ),
    "16 positions, SelfAttention": partial(net_of_layers, partial(SelfAttention, 32, 4), 16, 32),
    "60 steps, LSTM of 8": partial(net_of_layers, partial(LSTM, 1, 8), 60, 1),
    "50 steps, LSTM of 32": partial(net_of_layers, partial(LSTM, 1, 32), 50, 1),
    "200 steps, LSTM of 32": partial(net_of_layers, partial(LSTM, 1, 32), 200, 1),
    **{f"{n:,} random operations": partial(random_graph, n) for n in (600, 6_000, 60_000, 600_000)},
}


def cost(name: str) -> tuple[int, float, float, float, float]:
    """Nodes; inputs a node, which both costs grow with; microseconds of CPU a node to build the
    graph, and to compile it; and bytes a node by which memory grows at the peak of compiling."""
    start = time.process_time()
    with collector_paused():
        case = CASES[name]()
    built = time.process_time() - start
    order = topological_order([case.output])
    nodes, edges = len(order), sum([len(node.inputs) for node in order])
    del order
    gc.collect()
    before = memory("VmRSS") - memory("RssFile")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew from here on
    start = time.process_time()
    case.program()
    compiled = time.process_time() - start
    peak = memory("VmHWM") - memory("RssFile") - before  # files: code that is first run here
    return nodes, edges / nodes, 1e6 * built / nodes, 1e6 * compiled / nodes, peak / nodes


def memory(kind: str) -> int:
    """Bytes, as Linux counts them: now, or at the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(kind))


def report(repeats: int) -> None:
    print("\nbuilding and compiling, each in a process of its own, the least of several\n")
    for name in CASES:
        found = []
        for _ in range(min(3, repeats)):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                found.append(process.submit(cost, name).result())
        nodes, inputs, built, compiled, size = map(min, zip(*found))
        times = f"{built:5.1f} + {compiled:5.1f} µs"
        graph = f"{nodes:9,} nodes of {inputs:4.1f} inputs"
        print(f"  {name:30} {graph} {times} {size:6.0f} bytes a node", flush=True)
