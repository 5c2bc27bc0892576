"""The compiler's tests over a copy of the project, in a process of their own until one fails.

The process is a fork of one that has imported what takes long: most mutants are found in a second.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import resource
import shutil
import signal
import sys
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import hypothesis.strategies  # noqa: F401
import mpmath  # noqa: F401
import numpy  # noqa: F401
import pytest

with suppress(ModuleNotFoundError):
    import scipy.special  # noqa: F401

from tests.mutations.mutants import Mutant
from tests.recipes import ROOT

CODE, TESTS = "engine/program", "tests/engine/program"
FIRST = ("test_agreement.py", "test_program.py")
LAST = ("test_abuse.py", "test_fuse.py")  # which take longest
NEVER = ("test_jax.py", "test_recipes.py")
LONGEST = 300  # seconds that the tests may compute, whatever else the machine does meanwhile
ASLEEP = 3600.0  # seconds after which tests are given up that only wait
OPTIONS = "-x -q -p no:cacheprovider -p _hypothesis_pytestplugin -o".split()
OPTIONS += ["addopts=--import-mode=importlib --doctest-modules"]


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
    files = sorted({path.name for path in (place / TESTS).glob("test_*.py")} - {*NEVER})
    order = [own, *FIRST, *[file for file in files if file not in LAST], *LAST]
    chosen = [f"{TESTS}/{file}" for file in dict.fromkeys(order) if file in files]
    return ["-m", "not peer", f"{CODE}/__init__.py", *chosen]


def first_failure(place: Path, name: str) -> str:
    """The test of this file in the copy that fails first; "" where none does."""
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(place, tests_for(place, name), sending))
    process.start()
    process.join(ASLEEP)
    if process.is_alive():
        process.kill()
        return "no end"
    if process.exitcode == -signal.SIGXCPU:
        return "no end"
    if process.exitcode == 0:
        return ""
    return receiving.recv() if receiving.poll() else f"exit code {process.exitcode}"


def run(place: Path, arguments: list[str], sending: Any) -> None:
    """In the process of the tests."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 10))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.environ |= {
        "PYTHONPATH": str(place),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "HYPOTHESIS_PROFILE": "mutants",
    }
    sys.dont_write_bytecode = True
    os.chdir(place)
    sys.path.insert(0, str(place))
    for module in [module for module in sys.modules if module.split(".")[0] == "tests"]:
        del sys.modules[module]
    code = pytest.main([*OPTIONS, *arguments], plugins=[Sender(sending)])
    os._exit(int(code))


class Sender:
    """A plugin of pytest that sends the names of tests that fail."""

    def __init__(self, sending: Any) -> None:
        self.sending = sending

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.sending.send(report.nodeid)

    pytest_collectreport = pytest_runtest_logreport


def tried(place: Path, mutant: Mutant) -> str:
    """The first test that fails with the mutant; the copy is as it was afterwards."""
    file = place / mutant.path
    right, times = file.read_bytes(), file.stat()
    try:
        file.write_text(mutant.source, encoding="utf-8")
        return first_failure(place, mutant.path)
    finally:
        file.write_bytes(right)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # its bytecode stays valid
