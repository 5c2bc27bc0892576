"""A link that Python writes is read by the page's own JavaScript as it was meant."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from demos.playground.command import HERE
from demos.playground.link import link_to

SCRIPT = """
const [address, links] = JSON.parse(process.argv[1]);
const { documentOf } = await import(address);
process.stdout.write(JSON.stringify(await Promise.all(links.map(documentOf))));
"""
DOCUMENTS = [
    {"mode": "python", "text": "", "moment": ""},
    {"mode": "python", "text": "print(1)\n" * 3000, "moment": "step=3&n0=-2.5"},
    {"mode": "formula", "text": "σ = '∂²' # 😀 <&>\n", "moment": ""},
    {"mode": "formula", "text": 'w = 0.5\n"quoted" \\ \t', "moment": "theme=dark"},
]


def test_the_page_reads_what_was_linked(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed to run JavaScript")
    module = tmp_path / "document.mjs"
    shutil.copy(Path(HERE, "src", "document.js"), module)
    links = [link_to(each["text"], mode=each["mode"], moment=each["moment"]) for each in DOCUMENTS]  # type: ignore[arg-type]
    assert all(link.startswith("#1.") and link.isascii() and len(link) < 200 for link in links)
    given = json.dumps([module.as_uri(), [link[1:] for link in links]])
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, given],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(done.stdout) == DOCUMENTS
