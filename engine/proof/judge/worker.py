"""The process that runs programs on an engine: text comes in, numbers go out, line by line.

It imports nothing of this package, so that a fresh interpreter can run it by its path. Whatever an
engine does here, the judge goes on: time and memory have limits, and what is printed is dropped.
"""

import faulthandler
import gc
import importlib.util
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import IO, Any

FRAMES = 1000  # Python's own limit of recursion, counted from here
RECURSION = """
def f(n):
    try:
        return f(n + 1)
    except RecursionError:
        return n
deepest = f(1)
"""  # FRAMES - 1 in a script of its own
PROGRAM = "<program>"  # the file name of what is run, in tracebacks


class NotFound(Exception):
    """There is no such file, module or class."""


def serve(
    load: Callable[[], Mapping[str, Any]], requests: IO[bytes], answers: IO[bytes], memory: int
) -> None:
    """Load the names that programs use, say whether that went well, then run what comes in."""
    silence()
    faulthandler.disable()  # a crash is told by how the process ends
    sys.setrecursionlimit(FRAMES)
    (deepest,) = run({}, RECURSION, ["deepest"], 0.0)["answers"]
    sys.setrecursionlimit(2 * FRAMES - 1 - deepest)
    gc.freeze()  # what was there before is not counted, nor walked again and again
    try:
        names = dict(load())
        make_a_number(names)
        answer: dict[str, Any] = {"loaded": sorted(names)}
    except NotFound as error:
        names, answer = {}, {"not found": f"{error}"}
    except BaseException as error:
        names, answer = {}, {"error": described(error)}
    recursion_limit = sys.getrecursionlimit()
    limit_memory(memory)
    while True:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        line = requests.readline()
        if not line:
            return
        answer = run(names, **json.loads(line))
        sys.setrecursionlimit(recursion_limit)
        gc.enable()


def make_a_number(names: Mapping[str, Any]) -> None:
    """A first number of the engine, whatever comes of it: what it imports for one belongs to
    loading, not to the time and memory of the first program."""
    run(names, f"{next(iter(names))}(0.1)", [], 0.0)


def run(names: Mapping[str, Any], program: str, asked: list[str], seconds: float) -> dict[str, Any]:
    """Run a program, then answer what is asked of its variables; its graph is gone afterwards.

    >>> run({}, "x = 2.0", ["x * x", "x > 3"], 1.0)
    {'answers': [4.0, False]}
    >>> run({}, "x = 2.0\\ny = x / 0", [], 1.0)
    {'error': {'type': 'ZeroDivisionError', 'text': 'float division by zero', 'line': 2}}
    """
    variables = dict(names)
    limit_time(seconds)
    try:
        exec(compile(program, PROGRAM, "exec"), variables)
        answer: dict[str, Any] = {"answers": [plain(eval(each, variables)) for each in asked]}
    except BaseException as error:
        answer = {"error": described(error)}
    variables.clear()
    limit_time(0.0)
    return answer


def described(error: BaseException) -> dict[str, Any]:
    """What was raised, and in which line of the program: 0 for none of its lines."""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == PROGRAM
    ]
    try:
        text = str(error).partition("\n")[0]
    except Exception:
        text = ""
    return {"type": type(error).__name__, "text": text, "line": lines[0] if lines else 0}


def plain(answer: Any) -> Any:
    """An answer as something that JSON can hold: numbers as they are, the rest told apart.

    >>> plain(2), plain(1j), plain(None), plain([1.0])
    (2, {'complex': [0.0, 1.0]}, None, {'other': '[1.0]'})
    """
    if answer is None or isinstance(answer, bool):
        return answer
    if isinstance(answer, float):  # and what is derived from it
        return float(answer)
    if isinstance(answer, int):
        return int(answer) if abs(answer) < 1 << 64 else {"other": "a very long whole number"}
    if isinstance(answer, complex):
        return {"complex": [answer.real, answer.imag]}
    if hasattr(answer, "item"):  # of NumPy, and of whoever follows it
        return plain(answer.item())
    if hasattr(answer, "data") and hasattr(answer, "backward"):  # a gradient that is a node itself
        return plain(answer.data)
    return {"other": repr(answer)[:100]}


# Limits


def silence() -> None:
    """What an engine reads or prints has nowhere to come from and nowhere to go."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")


def limit_time(seconds: float) -> None:
    """End the process once it has computed for so many seconds more; 0 takes the limit back."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)


def limit_memory(memory: int) -> None:
    """Let the process have so many bytes more than it has, where the system can tell."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as pages:
            used = int(pages.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + memory
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


# What is judged


def all_loaded(names: Mapping[str, Any]) -> dict[str, Any]:
    """The classes, each given as itself or by its name."""
    return {name: loaded(each) if isinstance(each, str) else each for name, each in names.items()}


def loaded(reference: str) -> Any:
    """A class by "file.py:Name" or "package.module:Name". Raises NotFound where there is none.

    >>> loaded("fractions:Fraction")
    <class 'fractions.Fraction'>
    """
    place, _, name = reference.rpartition(":")
    module = of_file(place) if place.endswith(".py") else of_name(place)
    if hasattr(module, name):
        return getattr(module, name)
    classes = [each for each in vars(module).values() if isinstance(each, type)]
    own = [each.__name__ for each in classes if each.__module__ == module.__name__]
    nearest = get_close_matches(name, dir(module), n=1)
    if own:
        instead = f"only {', '.join(own)}"
    else:
        instead = f"but {nearest[0]}" if nearest else "nor any class of its own"
    raise NotFound(f"there is no {name} in {place}, {instead}")


def of_name(name: str) -> ModuleType:
    """The module of this name."""
    sys.path[:0] = [""] if "" not in sys.path else []
    try:
        if all(part.isidentifier() for part in name.split(".")):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # of something that it imports
    raise NotFound(f"there is no module {name}; a file is given as my_engine.py:Value")


def of_file(place: str) -> ModuleType:
    """The module that a file contains."""
    path = os.path.abspath(place)
    if not os.path.isfile(path):
        raise NotFound(f"there is no file {path}; give the one that your class is in")
    module_name = os.path.basename(path)[: -len(".py")]
    sys.path.insert(0, os.path.dirname(path))  # for what it imports from beside it
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None and spec.loader is not None  # as of every file that ends in .py
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


def main(references: list[str], memory: int) -> None:
    """Serve over standard input and output what is named on the command line."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    names = {each.rpartition(":")[2]: each for each in references}
    serve(lambda: all_loaded(names), requests, answers, memory)


if __name__ == "__main__":
    main(sys.argv[2:], int(sys.argv[1]))
