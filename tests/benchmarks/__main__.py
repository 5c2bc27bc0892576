"""python -m tests.benchmarks: speed and memory against the peers, as ratios within one run."""

import argparse

from tests.benchmarks import (
    attending,
    building,
    deep,
    eager,
    larger,
    names,
    structured,
    training,
    unstructured,
)

if __name__ == "__main__":  # and not in the processes that the contestants run in
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="medians are over so many runs")
    repeats = parser.parse_args().repeats
    parts = eager, training, structured, attending, names, larger, unstructured, deep, building
    for part in parts:
        part.report(repeats)
