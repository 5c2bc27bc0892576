"""python -m tests.mutations: one-line faults planted in the compiler, and which its tests find.

Each fault is planted in a copy of the project, in which `tests/engine/program` runs until one test
fails. What is left is a gap in the tests, or changes nothing: `harmless.py` says why. JAX's backend
is tried where JAX is installed.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.mutations.harmless import HARMLESS
from tests.mutations.mutants import Mutant, mutants_of
from tests.recipes import ROOT

CODE, TESTS = "engine/program", "tests/engine/program"
FIRST = ("test_agreement.py", "test_program.py")
LAST = ("test_fuse.py", "test_recipes.py")  # which take longest
LONGEST = 300.0  # seconds that the tests may take


def all_mutants() -> list[Mutant]:
    paths = sorted((ROOT / CODE).rglob("*.py"))
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    has_jax = find_spec("jax") is not None
    return [
        mutant
        for path, name in zip(paths, names)
        if has_jax or "/jax/" not in name
        for mutant in mutants_of(path, name)
    ]


def copied(place: Path) -> None:
    for folder in ("engine", "nn", "tests"):
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(ROOT / folder, place / folder, ignore=ignored)
    for file in ("setup.cfg", "pyproject.toml"):
        shutil.copy2(ROOT / file, place)


def tests_for(place: Path, name: str) -> list[str]:
    """Arguments for pytest: the tests of this file first, those that take long last."""
    if "/jax/" in name:
        return ["-m", "peer", f"{TESTS}/test_jax.py", f"{TESTS}/test_agreement.py"]
    own = f"test_{Path(name).stem}.py"
    files = sorted(path.name for path in (place / TESTS).glob("test_*.py"))
    order = [own, *FIRST, *[file for file in files if file not in LAST], *LAST]
    chosen = [f"{TESTS}/{file}" for file in dict.fromkeys(order) if file in files]
    return ["-m", "not peer", f"{CODE}/__init__.py", *chosen]


def killer(place: Path, name: str) -> str:
    """The first test that fails, "" where none does."""
    environment = os.environ | {
        "PYTHONPATH": str(place),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "mutants",
        "OPENBLAS_NUM_THREADS": "1",
    }
    options = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--tb=no", "-rfE"]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests_for(place, name)],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as tests:
        try:
            said, _ = tests.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(tests.pid, 9)
            return "no end"
    if tests.returncode == 0:
        return ""
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0] if failed else f"exit code {tests.returncode}"


def tried(place: Path, mutant: Mutant) -> str:
    """What finds the mutant; the file is as it was afterwards."""
    file = place / mutant.path
    right, times = file.read_bytes(), file.stat()
    try:
        file.write_text(mutant.source, encoding="utf-8")
        return killer(place, mutant.path)
    finally:
        file.write_bytes(right)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # its bytecode stays valid


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="in the files whose path contains this")
    given = parser.parse_args(arguments)
    os.nice(15)
    mutants = [mutant for mutant in all_mutants() if given.only in mutant.path]
    chosen = random.Random(given.seed).sample(mutants, min(given.count, len(mutants)))
    start, counts = monotonic(), Counter[str]()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        copied(place)
        for name in {"/jax/" in mutant.path: mutant.path for mutant in chosen}.values():
            failed = killer(place, name)
            assert not failed, f"without a fault, too: {failed}"
        for number, mutant in enumerate(chosen, 1):
            key = mutant.path, mutant.before, mutant.after
            found = tried(place, mutant)
            kind = "found" if found else "harmless" if key in HARMLESS else "left"
            counts[kind] += 1
            print(f"{number:4}  {kind:8}  {mutant.path}:{mutant.line}  {found}", flush=True)
            if not found:
                print(f"        - {mutant.before}\n        + {mutant.after}")
                print(f"        {HARMLESS.get(key, '')}", flush=True)
    print(f"of {len(mutants):,} mutants {len(chosen)} were tried in {monotonic() - start:.0f} s:")
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("found", "harmless", "left")))
    return 1 if counts["left"] else 0


if __name__ == "__main__":
    sys.exit(main())
