"""The judge where there is but one process: an engine's source goes in, its scorecard comes out."""

import gc
import linecache
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import CodeType, ModuleType
from typing import Any

from demos.playground.inside import FILE, told
from engine.proof.judge import PROPERTIES, CannotJudge, Scorecard, worker
from engine.proof.judge.program import TIME_IS_UP, Answer, Error, Program
from engine.proof.judge.scorecard import verdicts
from engine.proof.judge.subject import Subject

SLOWER = 4.0  # times that Python in a page takes
TOOL = 4  # a number that no debugger or profiler has
EVENTS_AT_ONCE = 256  # between two looks at the clock


def judge(source: str, progress: Callable[[str], None]) -> dict[str, Any]:
    """The scorecard of the engine in a program as `html`, or an `error` as a program has it.

    The engine is the class that has backward(), and the net, where there is one, the one called
    MLP. What is judged so far is handed to `progress`.
    """
    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
    runner = Runner(source)
    try:
        subject = subject_of(runner.load())
        found = []
        for verdict in verdicts(subject, runner):
            found.append(verdict)
            progress(f"judging: {len(found)} of {len(PROPERTIES)}")
        return {"html": Scorecard(subject, tuple(found)).page()}
    except CannotJudge as reason:
        return {"error": {"text": f"{reason}", "line": None}}
    except BaseException as error:
        return {"error": told(error)}
    finally:
        runner.end()


def subject_of(names: dict[str, Any]) -> Subject:
    """What there is to judge among the classes of a program. Raises CannotJudge where is none."""
    engines = [name for name, each in names.items() if "backward" in vars(each)]
    if not engines:
        raise CannotJudge("there is no class with a method backward() to judge")
    engine = "Value" if "Value" in engines else engines[-1]
    return Subject(f"{FILE}:{engine}", f"{FILE}:MLP" if "MLP" in names else None)


class Runner:
    """Runs programs on the classes of a source, here, within the time that they have."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: dict[str, Any] = {}
        self.recursion_limit = sys.getrecursionlimit()
        (deepest,) = worker.run({}, worker.RECURSION, ["deepest"], 0.0)["answers"]
        self.room = self.recursion_limit + worker.FRAMES - 1 - deepest - depth()
        gc.freeze()  # what was there before is not counted, nor walked again and again

    def load(self) -> dict[str, Any]:
        """The classes that the source makes when it is run from the start."""
        module = ModuleType(FILE.removesuffix(".py"))
        sys.modules[module.__name__] = module  # where dataclasses look
        with silence():
            exec(compile(self.source, FILE, "exec"), vars(module))
        self.names = {
            name: each
            for name, each in vars(module).items()
            if isinstance(each, type) and each.__module__ == module.__name__
        }
        return self.names

    def run(self, program: Program) -> Answer:
        """Run a program on them; without an answer in time it is told to have none."""
        names = self.names or self.load()
        asked = [question.expression for question in program.questions]
        sys.setrecursionlimit(self.room + depth())  # Python's own limit, counted from here
        try:
            with silence(), time_limit(SLOWER * program.seconds):
                answer = worker.run(names, program.text, asked, 0.0)
        finally:
            sys.setrecursionlimit(self.recursion_limit)
            gc.enable()
        if "answers" in answer:
            return Answer(values=tuple(answer["answers"]))
        if answer["error"]["type"] == TimeIsUp.__name__:
            return Answer(error=Error("", TIME_IS_UP, 0))
        return Answer(error=Error(**answer["error"]))

    def close(self) -> None:
        """Forget the classes: the next program finds new ones."""
        self.names = {}

    def end(self) -> None:
        """Leave all as it was."""
        self.close()
        sys.modules.pop(FILE.removesuffix(".py"), None)
        gc.unfreeze()


def depth() -> int:
    """How many calls have not returned yet."""
    frame, count = sys._getframe(), 0
    while (caller := frame.f_back) is not None:
        frame, count = caller, count + 1
    return count


class TimeIsUp(BaseException):
    """A program has computed for too long."""


@contextmanager
def silence() -> Iterator[None]:
    """What an engine prints goes nowhere."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End a program or an engine, as it calls or begins a loop anew, once it took so long.

    There is no alarm in a page: Python is asked to tell of calls and loops, from Python 3.12 on.
    """
    if sys.version_info < (3, 12):
        yield
        return
    end, events = time.process_time() + seconds, 0

    def look(code: CodeType, *_: Any) -> Any:
        nonlocal events
        if code.co_filename not in (FILE, worker.PROGRAM):
            return sys.monitoring.DISABLE
        events += 1
        if events % EVENTS_AT_ONCE == 0 and time.process_time() > end:
            raise TimeIsUp
        return None

    watched = sys.monitoring.events.PY_START, sys.monitoring.events.JUMP
    sys.monitoring.use_tool_id(TOOL, "judge")
    for event in watched:
        sys.monitoring.register_callback(TOOL, event, look)
    sys.monitoring.set_events(TOOL, sum(watched))
    try:
        yield
    finally:
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)
