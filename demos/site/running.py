"""Everything on the site runs before it is shown: the lessons, and the examples of each page."""

import doctest
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from multiprocessing import get_context
from pathlib import Path

from demos.course import LESSONS
from demos.helpers.command_line import run

# What a lesson gave: what it printed, and each file that it wrote where it stood by then.
Given = tuple[str | Path, ...]


class ExampleError(Exception):
    """An example gave something else than the page says."""


def run_everything(
    place: Path, modules: Iterable[str], pages: Iterable[Path], *, quick: bool
) -> tuple[dict[str, Given], int]:
    """What each lesson gave, and how many examples of these modules and pages ran.

    Raises what a lesson raises, and ExampleError.
    """
    place.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        lessons = {name: pool.submit(run_lesson, name, place, quick) for name in LESSONS}
        examples = [pool.submit(check_module, name, place) for name in modules]
        examples += [pool.submit(check_page, page, place) for page in pages]
        try:
            ran = {name: job.result() for name, job in lessons.items()}
            return ran, sum(job.result() for job in examples)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def run_lesson(name: str, place: Path, quick: bool) -> Given:
    """Run one lesson as the command line does, in a folder `place`."""
    import nn

    nn.seed(0)  # as in a process of its own
    record = Record(place / "output" / name)
    with chdir(place), redirect_stdout(record), redirect_stderr(StringIO()):
        try:
            run([name, *(["--quick"] if quick else [])])
        except Exception as error:
            error.add_note(f"in the lesson {name}")
            raise
    return record.given()


class Record(StringIO):
    """Keeps what is printed, and in between the files that have come into a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.parts: list[str | Path] = []

    def write(self, text: str) -> int:
        self.look()
        if self.parts and isinstance(self.parts[-1], str):
            text = f"{self.parts.pop()}{text}"
        self.parts.append(text)
        return len(text)

    def look(self) -> None:
        new = sorted(set(self.folder.glob("*")) - set(self.parts))
        self.parts += sorted(new, key=lambda file: file.stat().st_mtime_ns)

    def given(self) -> Given:
        """Without the files that have gone."""
        self.look()
        return tuple(part for part in self.parts if isinstance(part, str) or part.exists())


def check_module(name: str, place: Path) -> int:
    """Run the examples in the docstrings of a module; how many there are."""
    module = import_module(name)
    return check(lambda: doctest.testmod(module), name, place)


def check_page(page: Path, place: Path) -> int:
    """Run the examples of a page; how many there are."""
    return check(
        lambda: doctest.testfile(str(page), module_relative=False, encoding="utf-8"),
        page.name,
        place,
    )


def check(examples: Callable[[], doctest.TestResults], name: str, place: Path) -> int:
    import nn

    nn.seed(0)
    printed = StringIO()
    with chdir(place), redirect_stdout(printed):
        failed, tried = examples()
    if failed:
        raise ExampleError(f"{failed} examples of {name} failed:\n{printed.getvalue()}")
    return tried
