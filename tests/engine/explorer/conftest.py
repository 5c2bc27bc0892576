"""What the explorer's tests share: running the page's JavaScript in node."""

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

NODE = shutil.which("node")


@pytest.fixture(scope="session")
def run_node() -> Callable[..., Any]:
    """`run_node(script, given)`: what the script returns in node, with numbers.js loaded."""
    if NODE is None:
        pytest.skip("no node is installed to run JavaScript")
    folder = files("engine.explorer").joinpath("page")

    def run(script: str, given: Any, modules: tuple[str, ...] = ("numbers.js",)) -> Any:
        sources = [folder.joinpath(name).read_text(encoding="utf-8") for name in modules]
        reading = 'const given = JSON.parse(require("fs").readFileSync(0, "utf8"));'
        writing = (
            "process.stdout.write(JSON.stringify((() => {" + script + "})(),"
            ' (_, x) => typeof x === "number" && !Number.isFinite(x) ? String(x) : x))'
        )
        done = subprocess.run(
            [str(NODE), "-e", "\n".join([*sources, reading, writing])],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
