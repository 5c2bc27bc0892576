"""python -m tests.benchmarks.explorer: how large pages are, and how long they and drawings take.

Needs Playwright and Chromium. Each time is the least of several, so that what else the machine does
counts little; a step and an edit last until the browser has laid the page out again.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from engine import Value, explore, svg
from engine.graph import topological_order
from engine.names import align_columns
from nn import MLP, softmax_cross_entropy
from tests.engine.drawing.test_tangles import descent, ladder, wide

TIMES = """([action, count]) => {
  const field = document.querySelector("#leaves .number");
  const actions = {
    step: () => document.getElementById("next").click(),
    edit: (k) => {
      field.value = String(0.3 + k / 1000);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
  const times = Array.from({ length: count }, (_, k) => {
    const start = performance.now();
    actions[action](k);
    document.body.offsetHeight;
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b);
}"""
DRAWN = "() => document.querySelectorAll('#picture :is(.card, .unit)').length > 0"


def ten() -> Value:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
    return ((w * x + b).tanh() - 0.2) ** 2


def two_hundred() -> Value:
    nodes = [Value(0.3, "x"), Value(0.7, "y")]
    while len(nodes) < 121:
        k = len(nodes)
        nodes.append((nodes[-1] * nodes[k // 2]).tanh() if k % 3 else nodes[-1] + nodes[k // 3])
    return nodes[-1]


def loss_of_digits(*sizes: int) -> Value:
    rng = Random(0)
    model = MLP(784, list(sizes), "sigmoid", seed=0)
    return softmax_cross_entropy([model([rng.random() for _ in range(784)])], [0])


PAGES: dict[str, Callable[[], Value]] = {
    "a neuron": ten,
    "operations": two_hundred,
    "784-16-16-10": lambda: loss_of_digits(16, 16, 10),
    "784-128-10": lambda: loss_of_digits(128, 10),
}


SHAPES: dict[str, Callable[[], Value]] = {
    "ladder of 80": lambda: ladder(80),
    "ladder of 200": lambda: ladder(200),
    "20 steps of descent": lambda: descent(20),
    "a sum of 60": lambda: wide(60),
}


def seconds(work: Callable[[], Any], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def row_of_page(browser: Any, name: str, output: Value, repeats: int) -> tuple[str, ...]:
    made = seconds(lambda: explore(output), repeats)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        explore(output).save(path)
        page = browser.new_page(viewport={"width": 1440, "height": 900})

        def opened() -> None:
            page.goto("about:blank")
            page.goto(path.as_uri())
            while not page.evaluate(DRAWN):
                page.wait_for_timeout(5)

        opening = seconds(opened, repeats)
        step = page.evaluate(TIMES, ["step", 8])[4]
        page.keyboard.press("End")
        if not page.locator("#leaves .number").count():
            page.locator(".net .grid").first.click()  # a pixel's
        edit = page.evaluate(TIMES, ["edit", 10 * repeats])[0]
        page.close()
        size = path.stat().st_size
    nodes = len(topological_order([output]))
    numbers = (f"{nodes:,}", f"{size / 1000:,.0f} kB", f"{made:.2f} s", f"{opening:.2f} s")
    return (name, *numbers, f"{step:.0f} ms", f"{edit:.0f} ms")


def report(repeats: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        rows = [("page", "nodes", "size", "made in", "opens in", "a step", "an edit")]
        rows += [row_of_page(browser, name, make(), repeats) for name, make in PAGES.items()]
        print(align_columns(rows, right=range(1, 7)))
        browser.close()
    shapes = [("drawing", "svg", "explore")]
    for name, make in SHAPES.items():
        output = make()
        times = (seconds(lambda: draw(output), repeats) for draw in (svg, explore))  # noqa: B023
        shapes.append((name, *(f"{each:.2f} s" for each in times)))
    print("\n" + align_columns(shapes, right=range(1, 3)))


if __name__ == "__main__":
    report(3)
