"""The face of the package, and what importing it brings along."""

import subprocess
import sys

import nn


def test_everything_that_is_named_is_there() -> None:
    assert all(hasattr(nn, name) for name in nn.__all__)


def test_nn_needs_the_engine_and_python_alone() -> None:
    code = (
        "import sys, nn; "
        "print({m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names - {'__main__'})"
    )
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert sorted(eval(done.stdout)) == ["engine", "nn"]
