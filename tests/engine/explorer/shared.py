"""What the tests in a browser share: sample graphs, and waiting."""

from typing import Any

from engine import Value, tanh
from nn import MLP


def neuron() -> Value:
    """L = (tanh(w·x + b) − 0.2)² + 0.1·w², in which w is used twice."""
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.3, "b")
    output = (tanh(w * x + b) - 0.2) ** 2 + 0.1 * w**2
    output.label = "L"
    return output


def net(*sizes: int) -> Value:
    """The squared error of a net of two inputs."""
    output: Value = (MLP(2, list(sizes) or [4, 4, 1], seed=0)([0.5, -1.0]) - 1.0) ** 2
    return output


def wait_until(page: Any, condition: str) -> None:
    """Playwright's own waiting evaluates text, which the page forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still not {condition}")
