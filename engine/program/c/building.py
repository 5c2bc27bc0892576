"""Source to machine code: compiled once, kept in the user's cache folder, loaded from there.

The folder is $XDG_CACHE_HOME/glassgrad, or ~/.cache/glassgrad. A file there is named by all that
decides what it holds: the source, the compiler with its options, and the processor. It may be
deleted at any time, and of more than MOST_KEPT those that were not used for longest are. Machine
code ends with its own digest: what is not as it was written is compiled again. Products of matrices
are compiled once for all programs, beside the first. The compiler is `cc`, or what the environment
variable CC says.
"""

import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from engine.files import write_file
from engine.messages import brief
from engine.program.c.native import PRODUCTS, products

MOST_KEPT = 1000  # files: the text and the machine code of half as many programs

# Loops over samples are made to compute several at once; -O3 takes up to twice as long, and what it
# makes is no faster. gcc and clang take them all. Nothing here changes a result but the last: a
# product and a sum may be rounded once, not twice.
OPTIONS = (
    "-std=c99 -O2 -ftree-vectorize -fvect-cost-model -march=native -fPIC "
    "-Werror=implicit-function-declaration -fno-math-errno -fno-trapping-math "
    "-fno-inline-functions-called-once -fno-inline-small-functions -ffp-contract=fast"
).split()


def loaded(source: str) -> ctypes.CDLL:
    """The compiled source. Raises RuntimeError where there is no compiler, or it fails."""
    return ctypes.CDLL(str(built(source)))


def built(source: str) -> Path:
    """The file with the machine code, compiled unless it is there already."""
    compiler, folder = found_compiler(), cache_folder()
    name = name_of(compiler, source, products())
    text = folder / f"{name}.c"

    def compiled_and_linked(new: Path) -> None:
        write_file(text, source)
        own = f"{new}.o"
        command = [*compiler, *OPTIONS, "-c", "-o", own, str(text)]
        with started(command) as beside:
            others = shutil.copy(built_products(compiler), f"{new}.products.o")
            printed(beside, command)
        run([*compiler, *OPTIONS, "-shared", "-o", str(new), own, others, "-lm"])

    return kept(folder / f"{name}.so", compiled_and_linked)


def built_products(compiler: tuple[str, ...]) -> Path:
    """The file with the machine code of `products.c`, the same in all programs: compiling it takes
    as long as the rest of a small one. Linkers do not mind the digest at its end."""
    file = cache_folder() / f"{name_of(compiler, products())}.o"
    hidden = "-fvisibility=hidden"  # its names are those of the program that it becomes a part of
    command = [*compiler, *OPTIONS, hidden, "-c", str(PRODUCTS), "-o"]
    return kept(file, lambda new: run([*command, str(new)]))


def name_of(compiler: tuple[str, ...], *texts: str) -> str:
    """A name that tells all that decides what a file holds."""
    identity = "\0".join([*texts, *compiler, *OPTIONS, version(compiler), processor()])
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def kept(file: Path, make: Callable[[Path], object]) -> Path:
    """This file, as `make` writes it and with its digest at the end, unless it is there whole."""
    if is_whole(file):
        with suppress(OSError):
            os.utime(file)  # it was used today
        return file
    with tempfile.TemporaryDirectory() as temporary:
        new = Path(temporary) / "new"
        make(new)
        code = new.read_bytes()
    write_file(file, code + digest(code))
    forget_oldest(file.parent)
    return file


def is_whole(file: Path) -> bool:
    """Whether it is there, as it was written."""
    try:
        content = file.read_bytes()
    except OSError:
        return False
    size = len(digest(b""))
    return content[-size:] == digest(content[:-size])


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def forget_oldest(folder: Path) -> None:
    """Delete files beyond MOST_KEPT; another process may do so at the same time."""
    ages = {}
    for file in folder.iterdir():
        with suppress(OSError):
            ages[file] = file.stat().st_mtime
    for file in sorted(ages, key=ages.__getitem__)[:-MOST_KEPT]:
        with suppress(OSError):
            file.unlink()


def found_compiler() -> tuple[str, ...]:
    """The command of the C compiler."""
    given = os.environ.get("CC", "")
    try:
        command = shlex.split(given) or ["cc"]
    except ValueError as error:
        raise RuntimeError(f"Program: CC is no command: {brief(given)!r}: {error}") from None
    if shutil.which(command[0]) is None:
        raise RuntimeError(
            f"Program: backend='c' needs a C compiler, and there is no {brief(command[0])!r}: "
            "install gcc or clang, name another in the environment variable CC, or leave backend "
            "out"
        )
    return tuple(command)


@cache
def version(compiler: tuple[str, ...]) -> str:
    return run([*compiler, "--version"])


@cache
def processor() -> str:
    """What -march=native may look at."""
    lines: list[str] = []
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    kinds = ("flags", "Features", "model name", "CPU part")  # Intel's and AMD's, and Arm's
    told = sorted({line for line in lines if line.startswith(kinds)})
    return "\n".join([platform.machine(), platform.processor(), *told])


def run(command: list[str]) -> str:
    """What a command prints. Raises RuntimeError with the compiler's own words where it fails."""
    with started(command) as process:
        return printed(process, command)


def started(command: list[str]) -> "subprocess.Popen[str]":
    """A command that runs beside this program: a thread could not be begun while Python ends."""
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def printed(process: "subprocess.Popen[str]", command: list[str]) -> str:
    """What a command prints when it has ended. Raises as `run` does."""
    output, errors = process.communicate()
    if process.returncode:
        said = "\n".join(errors.splitlines()[:10])
        raise RuntimeError(f"Program: the C compiler failed: {shlex.join(command)}\n{said}")
    return output


def cache_folder() -> Path:
    """Where compiled programs are kept; one for this process alone where that cannot be written."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(home) / "glassgrad"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return folder_of_its_own()


@cache
def folder_of_its_own() -> Path:
    return Path(tempfile.mkdtemp(prefix="glassgrad-"))
