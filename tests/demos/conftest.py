"""What the tests of lessons share: a quick run of one, what it printed and what it wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from demos.helpers.command_line import run


@pytest.fixture
def run_quick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """`run_quick(name, *files)`: what the lesson printed; it must have written just these files.

    A png must be a picture of that kind, an svg one that begins as such. No program warns.
    """

    def run_lesson(name: str, *files: str) -> str:
        run([name, "--quick", "--output", str(tmp_path)])
        assert {file.name for file in tmp_path.iterdir()} == set(files)
        for file in tmp_path.iterdir():
            beginning = {".png": b"\x89PNG", ".svg": b"<svg"}.get(file.suffix, b"")
            assert beginning in file.read_bytes()[:1000]
        printed = capsys.readouterr()
        assert "Warning" not in printed.err
        return printed.out

    return run_lesson
