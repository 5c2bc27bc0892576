"""A drawing that is interrupted, or whose Python is killed, leaves no program behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SLOW = "#!/bin/sh\necho $$ > {pid}.new && mv {pid}.new {pid} && exec sleep 60\n"
DRAW = """
import graphviz, signal, sys
from engine import Value, explore, svg
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell starts with &
svg(Value(1.0, "x") * 2.0)  # all that is needed is imported
graphviz.backend.dot_command.DOT_BINARY = sys.argv[1]
{call}(Value(1.0, "x") * 3.0)
"""


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it takes more than half a minute")


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie that nobody has asked about."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's death is Linux's")
@pytest.mark.parametrize("call", ["svg", "explore"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_program_is_left_behind(tmp_path: Path, how: signal.Signals, call: str) -> None:
    program, written = tmp_path / "slow", tmp_path / "pid"
    program.write_text(SLOW.format(pid=written), encoding="utf-8")
    program.chmod(0o755)
    command = [sys.executable, "-c", DRAW.format(call=call), str(program)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as python:
        wait_until(written.exists)
        pid = int(written.read_text(encoding="utf-8"))
        try:
            assert is_running(pid)
            python.send_signal(how)
            assert python.wait(30) != 0
            wait_until(lambda: not is_running(pid))
        finally:
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)
            python.kill()


def test_drawing_makes_no_copy_of_this_process() -> None:
    """JAX, which is full of threads, warns where one forks."""
    command = "import os; os.register_at_fork(before=lambda: print('forked')); "
    command += "from engine import Value, svg; svg(Value(1.0, 'x').tanh())"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
