"""What pip fetches for the playground is kept where pip fetched all of it, and only there."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from demos.playground import wheels


def test_what_pip_did_not_fetch_is_fetched_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, codes, calls = tmp_path / "wheels", [1, 0], []

    def download(command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        kept.mkdir()  # pip does so before it looks for the network
        code = codes[len(calls) - 1]
        if code == 0:
            (kept / "one.whl").touch()
        return subprocess.CompletedProcess(command, code, "", "no network")

    monkeypatch.setattr(wheels, "KEPT", kept)
    monkeypatch.setattr(subprocess, "run", download)
    with pytest.raises(SystemExit, match="pip download failed:\nno network"):
        wheels.fetched_wheels()
    assert wheels.fetched_wheels() == [kept / "one.whl"]
    assert wheels.fetched_wheels() == [kept / "one.whl"] and len(calls) == 2
