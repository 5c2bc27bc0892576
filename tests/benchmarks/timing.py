"""Medians of runs that take turns, each contestant in a process of its own.

What changes on the machine meanwhile changes for all alike, and no library that one contestant
loads weighs on the garbage collector of another.
"""

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from inspect import unwrap
from multiprocessing import get_context
from statistics import median

Maker = Callable[[], Callable[[], object]]  # sets a contestant up, and gives what is timed


@dataclass(frozen=True, slots=True)
class InC:
    """Sets the same contestant up, with its Programs in C: it has the process to itself."""

    make: Maker

    def __call__(self) -> Callable[[], object]:
        from engine import Program

        unwrap(Program.__init__).__kwdefaults__["backend"] = "c"
        return self.make()


LONG_ENOUGH = 0.05  # seconds; what is quicker runs several times


def medians(
    makers: Mapping[str, Maker], repeats: int, *, collector: bool = True
) -> dict[str, float]:
    """Median milliseconds of each contestant, with Python's garbage collector as it is or off.

    One whose library is not installed is named and left out.
    """
    spawn = get_context("spawn")
    processes = {name: ProcessPoolExecutor(1, mp_context=spawn) for name in makers}
    for name, make in makers.items():
        try:
            processes[name].submit(set_up, make, collector).result()
        except ModuleNotFoundError as error:
            print(f'{name}: not measured, {error.name} is missing: pip install -e ".[bench]"')
            del processes[name]
    seconds: dict[str, list[float]] = {name: [] for name in processes}
    for _ in range(repeats):
        for name, process in processes.items():
            seconds[name].append(process.submit(timed).result())
    return {name: 1e3 * median(times) for name, times in seconds.items()}


def set_up(make: Maker, collector: bool) -> None:
    """In the contestant's process: prepare it, and run it once for what is done once only."""
    global work
    work = make()
    work()
    if not collector:
        gc.disable()


def timed() -> float:
    """In the contestant's process: the seconds of one run."""
    gc.collect()
    runs = 0
    start = time.perf_counter()
    while time.perf_counter() - start < LONG_ENOUGH:
        work()
        runs += 1
    return (time.perf_counter() - start) / runs


def print_ratios(title: str, times: Mapping[str, float], against: Iterable[str]) -> None:
    """A table of milliseconds, and how many times longer than these contestants each takes."""
    print(f"\n{title}\n", flush=True)
    wide = max(map(len, times))
    for name, milliseconds in times.items():
        ratios = "".join(f"{milliseconds / times[other]:10.2f} x" for other in against)
        print(f"  {name:{wide}}  {milliseconds:10.3f} ms{ratios}")
