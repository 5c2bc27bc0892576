"""The face of the package, and what importing it brings along."""

import subprocess
import sys
from pathlib import Path

import pytest

import nn

ROOT = Path(__file__).parents[2]


def test_everything_that_is_named_is_there() -> None:
    assert all(hasattr(nn, name) for name in nn.__all__)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'fitt'"):
        _ = nn.fitt


def test_nn_needs_the_engine_and_python_alone() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import nn; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", code]  # without site-packages
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - sys.stdlib_module_names - {"__main__"} == {"engine", "nn"}
