"""An engine in a process of its own: programs go in, answers come out, whatever happens there."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from typing import IO, Any, Protocol

from engine.proof.judge import worker
from engine.proof.judge.program import TIME_IS_UP, Answer, Error, Program

MEMORY = 4 << 30  # bytes that an engine may use
LOADING = 120.0  # seconds that its module may take to load
PATIENCE = 10.0  # by how much a process may be slower than its computing time, plus
PAUSE = 20.0  # so many seconds, before it is taken to wait for ever
GLANCE = 0.1  # seconds between two looks at the clock


class CannotJudge(Exception):
    """There is no such class, its module fails, or it holds no number."""


class Runner(Protocol):
    """What runs the programs of a bench; a Process, where there can be one."""

    def run(self, program: Program) -> Answer:
        """Run a program; raises CannotJudge where there is nothing to run it."""

    def close(self) -> None:
        """Forget what ran: the next program finds a new start."""


class Fork:
    """A copy of this process that does one thing and ends; used as subprocess.Popen is."""

    def __init__(self, task: Callable[[], None]) -> None:
        self.exit_code: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the task needs none
            warnings.filterwarnings("ignore", r"os\.fork\(\) was called", RuntimeWarning)  # JAX's
            self.pid = os.fork()
        if self.pid == 0:
            try:
                task()
            finally:
                os._exit(0)

    def kill(self) -> None:
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end: the exit code, or minus the signal that ended it."""
        if self.exit_code is None:
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.exit_code


class Watch(threading.Thread):
    """Kills a process whose answer is overdue: one thread for all that it is asked, as a thread
    takes longer to start than most programs to run."""

    def __init__(self, kill: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.kill = kill
        self.due = inf
        self.over = threading.Event()
        self.killed = False

    def run(self) -> None:
        while not (self.killed or self.over.wait(GLANCE)):
            if time.monotonic() > self.due:
                self.killed = True
                self.kill()


class Child:
    """A running process, where to write to it and read from it, and who ends it."""

    def __init__(
        self, process: "Fork | subprocess.Popen[bytes]", requests: IO[bytes], answers: IO[bytes]
    ) -> None:
        self.process, self.requests, self.answers = process, requests, answers
        self.watch = Watch(process.kill)
        self.watch.start()

    def answer(self, request: bytes | None, seconds: float) -> bytes:
        """The line that comes back within so many seconds; less where the process ended."""
        self.watch.due = time.monotonic() + seconds
        try:
            if request is not None:
                self.requests.write(request + b"\n")
                self.requests.flush()
            return self.answers.readline()
        except BrokenPipeError:
            return b""
        finally:
            self.watch.due = inf

    def close(self) -> None:
        """End the process."""
        self.watch.over.set()
        self.process.kill()
        self.process.wait()
        for pipe in (self.requests, self.answers):
            with suppress(BrokenPipeError):  # of what was not yet read
                pipe.close()


class Process:
    """Runs programs on the classes that it is given: classes, or names as "my_engine.py:Value".

    A class is judged in a copy of this process, made by fork, so that it may come from anywhere;
    a name is loaded by a fresh interpreter. One that dies is started again at the next program.
    """

    def __init__(self, names: Mapping[str, Any], memory: int = MEMORY) -> None:
        self.names = names
        self.memory = memory
        self.child: Child | None = None

    def run(self, program: Program) -> Answer:
        """Run a program within its limits; raises CannotJudge where there is nothing to run it."""
        if self.child is None:
            self.start()
        request = {
            "program": program.text,
            "asked": [question.expression for question in program.questions],
            "seconds": program.seconds,
        }
        answer = self.ask(json.dumps(request).encode(), PATIENCE * program.seconds + PAUSE)
        if isinstance(answer, Error):
            return Answer(error=answer)
        if "error" in answer:
            return Answer(error=Error(**answer["error"]))
        return Answer(values=tuple(answer["answers"]))

    def start(self) -> None:
        """Start the process and wait until it has loaded the engine."""
        self.child = started(self.names, self.memory)
        answer = self.ask(None, LOADING)
        if isinstance(answer, Error):
            raise CannotJudge(f"{self.spelled}: the process that loads it {answer.text}")
        if "loaded" not in answer:
            self.close()
            reason = Error(**answer["error"]) if "error" in answer else answer["not found"]
            raise CannotJudge(f"{self.spelled}: {reason}")

    def ask(self, request: bytes | None, seconds: float) -> Any:
        """The next answer, as a dict, or the Error that the process ended with."""
        child = self.child
        assert child is not None
        line = child.answer(request, seconds)
        if line.endswith(b"\n"):
            return json.loads(line)
        self.close()
        ended = "waits for ever" if child.watch.killed else ending(child.process.wait())
        return Error("", ended, 0)

    def close(self) -> None:
        """End the process."""
        child, self.child = self.child, None
        if child is not None:
            child.close()

    @property
    def spelled(self) -> str:
        """What is judged, in words."""
        return " and ".join(map(str, self.names.values()))

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def ending(code: int) -> str:
    """How a process ended, in words.

    >>> ending(3)
    'ended the process with exit code 3'
    """
    if code >= 0:
        return f"ended the process with exit code {code}"
    if hasattr(signal, "SIGPROF") and -code == signal.SIGPROF:
        return TIME_IS_UP
    return f"crashed the process: {signal.Signals(-code).name}"


def started(names: Mapping[str, Any], memory: int) -> Child:
    """A fork of this process for classes, a fresh interpreter for what is all names."""
    if all(isinstance(each, str) for each in names.values()):
        return interpreter(list(names.values()), memory)
    if hasattr(os, "fork"):
        return fork(names, memory)
    return interpreter([reference(each) for each in names.values()], memory)


def interpreter(references: list[str], memory: int) -> Child:
    """Python, which runs the worker's file by its path, apart from this package."""
    process = subprocess.Popen(
        [sys.executable, "-P", worker.__file__, str(memory), *references],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None and process.stdout is not None
    return Child(process, process.stdin, process.stdout)


def fork(names: Mapping[str, Any], memory: int) -> Child:
    """A copy of this process, which holds the classes already."""
    incoming, requests = os.pipe()
    answers, outgoing = os.pipe()

    def task() -> None:
        os.close(requests)
        os.close(answers)
        with os.fdopen(incoming, "rb") as read, os.fdopen(outgoing, "wb") as write:
            worker.serve(lambda: worker.all_loaded(names), read, write, memory)

    process = Fork(task)
    os.close(incoming)
    os.close(outgoing)
    return Child(process, os.fdopen(requests, "wb"), os.fdopen(answers, "rb"))


def reference(given: Any) -> str:
    """Where a fresh interpreter finds a class: the file that it is written in."""
    if isinstance(given, str):
        return given
    file = getattr(sys.modules.get(given.__module__), "__file__", None)
    if file is None or "." in given.__qualname__:
        raise CannotJudge(
            f"{given!r}: without os.fork, only a class at a file's top level is judged"
        )
    return f"{file}:{given.__qualname__}"
