"""Printing that arrives: on terminals that lack letters, and when whoever reads has gone."""

import codecs
import os
import re
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import NoReturn
from unicodedata import name

from engine.names import LOW, ON_THE_LINE, UP

SIGNS = dict(zip("∂−·×′″√…≠≤≥→∞\u00b5", "d - * x ' '' sqrt ... != <= >= -> inf mu".split()))
INTERRUPTED = 130  # the exit code that shells give for Ctrl-C


def run_command(command: Callable[[], int | None]) -> NoReturn:
    """Run a command and end with its exit code; without a traceback where somebody presses Ctrl-C,
    or reads no further, as `head` does."""
    prepare_terminal()
    try:
        code = command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _fall_silent()
        code = 0
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def prepare_terminal() -> None:
    """Write what the terminal's encoding lacks in letters that it has, rather than fail.

    An old Windows console, or `PYTHONIOENCODING=ascii`, has no ∂ or ².
    """
    codecs.register_error("engine.spelled", _spelled_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="engine.spelled")


def say(text: str) -> None:
    """Print the text; where whoever reads has gone, as `head` does, print nothing any more.

    Raises OSError where the text cannot be written, as on a full disk.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _fall_silent()
    except OSError:
        _fall_silent()  # or Python tries again when it ends
        raise


def spell(text: str) -> str:
    """The text in ASCII, as near to its signs as can be.

    >>> spell("∂L/∂w⁽²⁾₂₁ = −2·x² + β"), spell("naïve")
    ('dL/dw^(2)_21 = -2*x^2 + beta', 'na\\\\xefve')
    """
    text = re.sub(f"([{UP}]+)", r"^\1", text)
    text = re.sub(f"([{LOW}]+)", r"_\1", text).translate(ON_THE_LINE)
    return "".join(SIGNS.get(c) or _named(c) for c in text)


def _named(character: str) -> str:
    """A Greek letter by its name, what else is not ASCII by its number."""
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name(character, ""))
    if greek:
        return greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
    return character.encode("ascii", "backslashreplace").decode()


def _spelled_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spell(error.object[error.start : error.end]), error.end


def _fall_silent() -> None:
    """Send what is printed from now on nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
