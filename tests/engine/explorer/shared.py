"""What the explorer's tests share: sample graphs, what their pages hold, what a browser shows."""

import json
import re
from typing import Any

from engine import Value, tanh
from engine.explorer import Page
from engine.explorer.contents import contents, rules_script
from nn import MLP


def neuron() -> Value:
    return neuron_of(0.5, 2.0, -0.3)[0]


def neuron_of(*numbers: float) -> tuple[Value, list[Value]]:
    """L = (tanh(w·x + b) − 0.2)² + 0.1·w², in which w is used twice; and its leaves w, x and b."""
    w, x, b = leaves = [Value(number, name) for number, name in zip(numbers, "wxb")]
    output = (tanh(w * x + b) - 0.2) ** 2 + 0.1 * w**2
    output.label = "L"
    return output, leaves


def net(*sizes: int) -> Value:
    """The squared error of a net of two inputs."""
    output: Value = (MLP(2, list(sizes) or [4, 4, 1], seed=0)([0.5, -1.0]) - 1.0) ** 2
    return output


def page_data(output: Value) -> dict[str, Any]:
    """What the page of a graph is filled with."""
    _, rule_of, missing = rules_script(output)
    return contents(output, rule_of, missing)


def data_of(page: Page) -> Any:
    """What a page that is made is filled with."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.html, re.S)
    assert found
    return json.loads(found[1])


def shown(page: Any, node: int, kind: str) -> str:
    """The value or the gradient on the card of a node."""
    return str(page.text_content(f"#node-{node} .{kind}.number-text"))


def words(page: Any) -> str:
    """What is said of the step."""
    return str(page.text_content("#words"))


def wait_until(page: Any, condition: str) -> None:
    """Playwright's own waiting evaluates text, which the page forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not {condition}")
