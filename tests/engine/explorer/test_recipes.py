"""The recipe in engine/explorer/README.md is followed in a copy; its tables are complete."""

import re
import subprocess
from pathlib import Path
from textwrap import dedent

from engine.explorer.modules import PAGE, joined
from tests.recipes import ROOT, Copy

README = (ROOT / "engine/explorer/README.md").read_text(encoding="utf-8")


def test_the_tables_have_every_file_and_room() -> None:
    rows = re.findall(r"^\| (`.*?) \|", README, re.M)
    named = {name.rstrip("/") for row in rows for name in re.findall(r"`(\S+[./]\S*)`", row)}
    files = {path.name for path in (ROOT / "engine/explorer").iterdir()}
    rooms = {path.name for path in PAGE.iterdir() if path.is_dir()}
    hidden = {"README.md", "__init__.py", "__pycache__", "node_modules"}
    assert named == (files | rooms | {"main.js"}) - hidden


def test_a_module_is_added_as_the_recipe_says(tmp_path: Path, node: str) -> None:
    copy = Copy(tmp_path, "engine/explorer/page", "tests/engine/explorer/page")
    files = re.findall(r"`(\S+/depth\S*)`:\n\n   ```js\n(.*?)```", README, re.S)
    for path, source in files:
        copy.write(path.replace("page/model", "engine/explorer/page/model"), dedent(source))
    test = tmp_path / files[-1][0]
    done = subprocess.run([node, "--test", str(test)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "# pass 1" in done.stdout, done.stdout
    assert "function depthsOf(graph)" in joined(["depth.js"], lambda _: dedent(files[0][1]))
