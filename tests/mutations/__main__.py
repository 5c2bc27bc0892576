"""python -m tests.mutations: one-line faults planted in the compiler, and which its tests find.

Each fault is planted in a copy of the project, in which `tests/engine/program` runs until one test
fails. What is left is a gap in the tests, or changes nothing: `harmless.py` says why.
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.mutations.harmless import HARMLESS
from tests.mutations.mutants import Mutant, mutants_of
from tests.mutations.running import CODE, copied, first_failure, tried
from tests.recipes import ROOT


def all_mutants(*, of_jax: bool) -> list[Mutant]:
    names = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / CODE).rglob("*.py"))]
    chosen = [name for name in names if ("/jax/" in name) is of_jax]
    return [mutant for name in chosen for mutant in mutants_of(ROOT / name, name)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="in the files whose path contains this")
    parser.add_argument("--jax", action="store_true", help="the JAX backend, by its own tests")
    given = parser.parse_args(arguments)
    os.nice(15)
    mutants = [each for each in all_mutants(of_jax=given.jax) if given.only in each.path]
    chosen = random.Random(given.seed).sample(mutants, min(given.count, len(mutants)))
    start, counts = monotonic(), Counter[str]()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        copied(place)
        failed = first_failure(place, chosen[0].path)
        assert not failed, f"without a fault, too: {failed}"
        for number, mutant in enumerate(chosen, 1):
            reason = HARMLESS.get((mutant.path, mutant.before, mutant.after), "")
            found = tried(place, mutant)
            kind = "found" if found else "harmless" if reason else "left"
            counts[kind] += 1
            print(f"{number:4}  {kind:8}  {mutant.path}:{mutant.line}  {found or reason}")
            if not found:
                print(f"        - {mutant.before}\n        + {mutant.after}")
            sys.stdout.flush()
    print(f"of {len(mutants):,} mutants {len(chosen)} were tried in {monotonic() - start:.0f} s:")
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("found", "harmless", "left")))
    return 1 if counts["left"] else 0


if __name__ == "__main__":
    sys.exit(main())
