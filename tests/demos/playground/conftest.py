"""What the playground's tests share: the page, built once."""

import shutil
from pathlib import Path

import pytest

from demos.helpers.command_line import run
from demos.playground.command import HERE, is_installed


@pytest.fixture(scope="session")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, where npm and the packages it is built from are installed."""
    if shutil.which("npm") is None or not is_installed():
        pytest.skip(f"what the playground is built from is not installed: npm ci in {HERE}")
    path = tmp_path_factory.mktemp("playground") / "playground.html"
    run(["playground", "--output", str(path)])
    return path
