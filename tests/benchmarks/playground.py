"""python -m tests.benchmarks.playground: how long the playground takes to begin, answer and judge.

Needs Playwright, Chromium and npm. Each start is cold: a browser of its own opens the file from
disk. A machine that does something else takes longer.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from demos.helpers.command_line import run
from demos.playground.command import HERE
from demos.playground.link import link_to

FORMULAS = "w = 0.5\nx = 2\nb = -0.4\ny = 1\n\nL = (tanh(w*x + b) - y)**2\n"
PROGRAM = "from engine import Value\nw = Value(0.5)\nx = Value(2.0)\n"
ENGINES = ("chapter6_2_own_engine.py", "chapter6_3_faulty_engine.py")
PATIENCE = 120_000  # milliseconds


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drawn(page: Any) -> None:
    page.frame_locator("#view").locator("#picture .card, #picture .unit").first.wait_for()


def starts(browsers: Any, address: str, wait: Callable[[Any], None]) -> Iterator[float]:
    """How long three cold starts take, each in a browser of its own."""
    for _ in range(3):
        browser = browsers.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)

        def opened(page: Any = page) -> None:
            page.goto(address, wait_until="commit")
            wait(page)

        yield seconds(opened)
        browser.close()


def answers(page: Any) -> Iterator[float]:
    """From a key to the picture of the changed program, which has another name each time."""
    for name in ("y", "first", "second", "third"):
        program = f"{PROGRAM}{name} = w * x\n"

        def typed(name: str = name, program: str = program) -> None:
            page.locator(".cm-content").fill(program)
            page.frame_locator("#view").locator("#title").filter(has_text=name).wait_for()

        yield seconds(typed)


def judged(page: Any, file: Path) -> tuple[float, str]:
    """How long the judge takes, and its first line."""
    page.locator(".cm-content").fill(file.read_text(encoding="utf-8"))
    page.locator("#printed").filter(has_text="press").wait_for()
    head = page.frame_locator("#view").locator(".scorecard h1")

    def judge() -> None:
        page.locator("#judge").click()
        head.wait_for()

    return seconds(judge), head.inner_text()


def report() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "playground.html"
        run(["playground", "--output", str(path)])
        browsers, address = playwright.chromium, path.as_uri()
        formulas = address + link_to(FORMULAS, mode="formula")
        for title, times in (
            ("to the first picture, Python", starts(browsers, address, drawn)),
            ("to the first answer, formulas", starts(browsers, formulas, listed)),
            ("to the first picture, formulas", starts(browsers, formulas, pictured)),
        ):
            print(f"{title}: {', '.join(f'{each:.2f}' for each in times)} s", flush=True)
        browser = browsers.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        drawn(page)
        _, *times = answers(page)
        print(f"a key to its picture: {', '.join(f'{each:.2f}' for each in times)} s")
        for name in ENGINES:
            took, told = judged(page, HERE / "examples" / name)
            print(f"{name} judged in {took:.1f} s: {told.partition(': ')[2]}", flush=True)
        browser.close()


def listed(page: Any) -> None:
    page.locator("#list li").last.wait_for()


def pictured(page: Any) -> None:
    page.locator("#drawing svg").wait_for()


if __name__ == "__main__":
    report()
