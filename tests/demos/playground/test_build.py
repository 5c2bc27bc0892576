"""The page is put together wherever the project stands."""

import shutil
import subprocess
from pathlib import Path

import pytest

from demos.playground.command import HERE

BUILD = """
import { existsSync } from "node:fs";
export const build = ({ entryPoints }) => {
  process.stdout.write(String(entryPoints.every(existsSync)));
  process.exit();
};
"""


def test_sources_are_found_in_a_folder_with_a_space(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed to run JavaScript")
    place = tmp_path / "my ∂ project"
    esbuild = place / "node_modules" / "esbuild"  # one that only looks
    esbuild.mkdir(parents=True)
    (esbuild / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (esbuild / "index.js").write_text(BUILD)
    (place / "snapshot.mjs").write_text("export const takeSnapshot = 0;")
    shutil.copy(HERE / "build.mjs", place)
    shutil.copytree(HERE / "src", place / "src")
    done = subprocess.run(
        [node, place / "build.mjs", tmp_path, tmp_path / "playground.html"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "true"
