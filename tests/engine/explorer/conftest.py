"""What the explorer's tests share: a graph's page in a browser, the page's modules in node."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Value, explore
from engine.explorer.modules import PAGE, page_files

NODE = shutil.which("node")
LOADED = """
import { readFileSync } from "node:fs";
const load = (files) => Promise.all(files.map((file) => import(file)));
const [numbers, model, given] = JSON.parse(readFileSync(0, "utf8"));
const m = Object.assign({}, ...(await load(numbers)));
Object.assign(globalThis, ...(await load(model)));
"""
WRITTEN = """
const shown = (_, x) => (typeof x === "number" && !Number.isFinite(x) ? String(x) : x);
process.stdout.write(JSON.stringify(run(), shown));
"""


@pytest.fixture(scope="session")
def node() -> str:
    """The command that runs JavaScript outside a browser."""
    if NODE is None:
        pytest.skip("no node is installed to run JavaScript")
    return NODE


@pytest.fixture(scope="session")
def run_node(node: str) -> Callable[..., Any]:
    """`run_node(script, given)`: what the script returns in node.

    It may name all that the model exports, and has the functions of the rules in `m`.
    """
    rooms = "numbers", "model"
    modules = [[f"file://{PAGE}/{name}" for name in page_files(room)] for room in rooms]

    def run(script: str, given: Any) -> Any:
        source = f"{LOADED}\nconst run = () => {{ {script} }};\n{WRITTEN}"
        done = subprocess.run(
            [node, "--input-type=module", "-e", source],
            input=json.dumps([*modules, given]),
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def open_page(open_file: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """`open_page(output, "#address", lecture={"start": 3})`: a graph's page, opened from disk."""

    def opened(output: Value, address: str = "", *, lecture: Any = None, **options: Any) -> Any:
        explore(output, **(lecture or {})).save(tmp_path / "page.html")
        return open_file(tmp_path / "page.html", address, **options)

    return opened
