"""python -m tests.benchmarks.proving: how often a right gradient is called wrong, and how soon.

Hypothesis draws the graphs, from a fixed seed; every rule of the table is proved as it comes.
"""

import argparse
from collections import Counter
from statistics import mean
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from engine import RULES, check_gradients, check_rule
from engine.proof.random_graph import Graph
from engine.proof.report import GradientError, Undecided
from engine.proof.strategies import graphs


def seconds_for_each_rule() -> list[float]:
    """The time that each right rule takes to be proved."""
    taken = []
    for rule in RULES.values():
        start = perf_counter()
        check_rule(rule)
        taken.append(perf_counter() - start)
    return taken


def verdicts(n_graphs: int) -> Counter[str]:
    """How many random graphs, all of them right, are called right, wrong, or neither."""
    counts: Counter[str] = Counter()

    @seed(0)
    @settings(
        max_examples=n_graphs,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(graphs())
    def check(graph: Graph) -> None:
        counts[verdict(graph)] += 1

    check()
    return counts


def verdict(graph: Graph) -> str:
    try:
        check_gradients(graph, *graph.point)
    except GradientError:
        return "wrong"
    except Undecided:
        return "undecided"
    return "right"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.proving")
    parser.add_argument("--graphs", type=int, default=20_000)
    n_graphs = parser.parse_args().graphs
    taken = seconds_for_each_rule()
    print(f"{len(taken)} right rules, each proved in {1e3 * mean(taken):.1f} ms on average")
    counts = verdicts(n_graphs)
    said = ", ".join(f"{counts[word] / counts.total():.2%} {word}" for word in sorted(counts))
    print(f"{counts.total():,} random graphs, all of them right, are called: {said}")
