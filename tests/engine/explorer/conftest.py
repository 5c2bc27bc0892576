"""What the explorer's tests share: a graph's page in a browser, the page's modules in node."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Value, explore
from engine.explorer.modules import PAGE, page_files
from tests.node import Node, node_or_skip, node_with


@pytest.fixture(scope="session")
def node() -> str:
    return node_or_skip()


@pytest.fixture(scope="session")
def run_node() -> Iterator[Node]:
    """`run_node(script, given)`: what the script returns in node, with the page's model."""
    numbers, model = ([PAGE / name for name in page_files(room)] for room in ("numbers", "model"))
    with node_with(numbers, model) as run:
        yield run


@pytest.fixture
def open_page(open_file: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """`open_page(output, "#address", lecture={"start": 3})`: a graph's page, opened from disk."""

    def opened(output: Value, address: str = "", *, lecture: Any = None, **options: Any) -> Any:
        explore(output, **(lecture or {})).save(tmp_path / "page.html")
        return open_file(tmp_path / "page.html", address, **options)

    return opened
