"""What the tests of training share: the film's modules in node."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nn.training.pages import PAGE
from tests.node import node_with


@pytest.fixture(scope="session")
def run_page() -> Iterator[Callable[..., Any]]:
    """`run_page(script, given)`: what the script returns in node, with the film's model.

    It may name the rules of `given["rules"]`, which are JavaScript.
    """
    numbers = PAGE.parents[2] / "engine/explorer/page/numbers"
    with node_with(*(sorted(room.glob("*.js")) for room in (numbers, PAGE / "model"))) as node:
        yield lambda script, given: node(f"{given['rules']}\n{script}", given)
