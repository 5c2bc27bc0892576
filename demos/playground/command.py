"""python -m demos playground: write the playground as one file that needs no network.

It is put together by tools from npm, in the versions of package-lock.json, and holds Hypothesis in
that of requirements.txt; nothing else here needs them.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from demos.playground.examples import EXAMPLES
from demos.playground.library import write_library, write_standard_library
from demos.playground.rules import rules_module
from demos.playground.wheels import fetched_wheels

HERE = Path(__file__).parent


def run(arguments: list[str]) -> None:
    """Build the playground. Ends with a sentence where npm is missing or fails."""
    parser = ArgumentParser(prog="python -m demos playground", description=__doc__)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("output", "playground.html"),
        metavar="FILE",
        help="where the page goes (default: %(default)s)",
    )
    output: Path = parser.parse_args(arguments).output.resolve()
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("the playground is built with npm, which is not installed; it comes with Node.js")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.open("ab").close()
    except OSError as error:
        sys.exit(f"the file {output} cannot be written to: {error.strerror}")
    if not is_installed():
        call(npm, "ci", "--no-audit", "--no-fund")
    wheels = fetched_wheels()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_library(folder / "library.json", wheels)
        write_standard_library(
            folder / "stdlib.zip", HERE / "node_modules/pyodide/python_stdlib.zip"
        )
        (folder / "examples.json").write_text(json.dumps(EXAMPLES), encoding="utf-8")
        (folder / "rules.js").write_text(rules_module(), encoding="utf-8")
        call(npm, "run", "build", "--", name, str(output))
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB; any browser opens it")


def is_installed() -> bool:
    """Whether the packages of the lock file are there: npm's own note of them is no older."""
    note, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    return note.exists() and note.stat().st_mtime >= lock.stat().st_mtime


def call(npm: str, *words: str) -> None:
    """Run npm here, quietly; where it fails, what it said is the error."""
    done = subprocess.run(
        [npm, *words], cwd=HERE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"npm {words[0]} failed:\n{done.stdout}{done.stderr}")
