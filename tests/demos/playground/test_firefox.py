"""The playground in Firefox, from disk: type, see, reload, stop, and formulas.

Playwright drives a Firefox of its own only; this one is spoken to in its own protocol, Marionette:
JSON with its length before it.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE = 90.0  # seconds, on a machine that does much else
TYPE = """
document.querySelector(".cm-content").focus();
document.execCommand("selectAll");
document.execCommand("insertText", false, arguments[0]);
"""


class Firefox:
    """A running Firefox that opens pages and runs scripts in them."""

    def __init__(self, connection: socket.socket) -> None:
        self.stream = connection.makefile("rwb")
        self.count = 0
        self.answer()
        self.call("WebDriver:NewSession")

    def answer(self) -> Any:
        size = b""
        while (digit := self.stream.read(1)) != b":":
            size += digit
        return json.loads(self.stream.read(int(size)))

    def call(self, command: str, **options: Any) -> Any:
        self.count += 1
        message = json.dumps([0, self.count, command, options]).encode()
        self.stream.write(str(len(message)).encode() + b":" + message)
        self.stream.flush()
        _, _, error, result = self.answer()
        assert error is None, error
        return result

    def run(self, script: str, *arguments: Any) -> Any:
        return self.call("WebDriver:ExecuteScript", script=script, args=arguments)["value"]

    def wait(self, condition: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.run(f"return {condition}"):
            assert time.monotonic() < end, f"never: {condition}"
            time.sleep(0.1)


def connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < end, "Firefox does not answer"
            time.sleep(0.1)


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    if FIREFOX is None:
        pytest.skip("no Firefox is installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "user.js").write_text(f'user_pref("marionette.port", {port});\n', encoding="utf-8")
    running = subprocess.Popen(
        [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connected(port) as connection:
            browser = Firefox(connection)
            yield browser
            browser.stream.close()
    finally:
        running.terminate()
        running.wait(timeout=30)


def test_it_works_in_firefox(firefox: Firefox, playground: Path) -> None:
    firefox.call("WebDriver:Navigate", url=playground.as_uri())
    firefox.wait("!document.getElementById('view').hidden")
    before = firefox.run("return location.hash")
    firefox.run(TYPE, "print(6 * 7)")
    firefox.wait("document.getElementById('printed').textContent === '42\\n'")
    firefox.wait(f"location.hash !== {json.dumps(before)}")
    firefox.call("WebDriver:Refresh")
    firefox.wait("document.getElementById('printed').textContent === '42\\n'")
    assert firefox.run("return document.querySelector('.cm-content').textContent") == "print(6 * 7)"
    firefox.run(TYPE, "while True: pass")
    firefox.wait("!document.getElementById('stop').hidden")
    firefox.run("document.getElementById('stop').click()")
    firefox.wait("document.getElementById('error').textContent === 'stopped'")
    firefox.run(TYPE, "1 / 0")
    firefox.wait("document.getElementById('error').textContent.startsWith('line 1: Zero')")
    firefox.run("document.getElementById('formula').click()")
    firefox.wait("document.querySelectorAll('#list li').length === 5")
