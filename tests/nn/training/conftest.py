"""What the tests of training share: the film's modules in node."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from nn.training.pages import PAGE

NODE = shutil.which("node")


@pytest.fixture(scope="session")
def run_page() -> Callable[..., Any]:
    """`run_page(script, given)`: what the script returns in node.

    It may name all that the modules of film_page/model export, the rules of `given["rules"]`, which
    are JavaScript, and `given` itself.
    """
    if NODE is None:
        pytest.skip("no node is installed to run JavaScript")
    own = [file.as_uri() for file in sorted((PAGE / "model").glob("*.js"))]
    numbers = PAGE.parents[2] / "engine/explorer/page/numbers"
    natives = [file.as_uri() for file in sorted(numbers.glob("*.js"))]

    def run(script: str, given: Any) -> Any:
        source = f"""
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
const load = async (files) =>
  Object.assign({{}}, ...(await Promise.all(files.map((f) => import(f)))));
const m = await load({json.dumps(natives)});
Object.assign(globalThis, await load({json.dumps(own)}));
{given["rules"]}
const shown = (_, x) =>
  ArrayBuffer.isView(x) ? [...x] : typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
const result = (() => {{ {script} }})();
process.stdout.write(JSON.stringify(result, shown));
"""
        done = subprocess.run(
            [NODE, "--input-type=module", "-e", source],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
