"""JavaScript in node: one process answers all the scripts of a session."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ANSWERING = """
import { createInterface } from "node:readline";
const load = async (files) =>
  Object.assign({}, ...(await Promise.all(files.map((file) => import(file)))));
const [numbers, model] = JSON.parse(process.argv[1]);
const m = await load(numbers);
Object.assign(globalThis, await load(model));
const shown = (_, x) =>
  ArrayBuffer.isView(x) ? [...x] : typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
for await (const line of createInterface({ input: process.stdin })) {
  const [script, given] = JSON.parse(line);
  let answer;
  try {
    answer = { result: new Function("m", "given", script)(m, given) };
  } catch (error) {
    answer = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer, shown)}\\n`);
}
"""


def node_or_skip() -> str:
    """The command that runs JavaScript outside a browser."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed to run JavaScript")
    return node


class Node:
    """A process of node: `run(script, given)` is what the script returns there.

    The script may name all that the modules of the model export, and has the functions of the
    rules in `m`. What it declares is gone when it has returned.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, script: str, given: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([script, given]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer.get("result")


@contextmanager
def node_with(numbers: Iterable[Path], model: Iterable[Path]) -> Iterator[Node]:
    """Node with the modules of the rules' functions and of a page's model loaded."""
    files = json.dumps([[file.as_uri() for file in files] for files in (numbers, model)])
    command = [node_or_skip(), "--input-type=module", "-e", ANSWERING, files]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield Node(process)
