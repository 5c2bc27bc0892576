"""The Programs that are alive: what saves or moves Values asks whether they hold newer numbers."""

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from engine.program import Program

_living: "WeakValueDictionary[int, Program]" = WeakValueDictionary()  # by id


def register(program: "Program") -> None:
    """Every Program does this when it is made; once nobody uses it any more, it is forgotten."""
    _living[id(program)] = program


def living_programs() -> "list[Program]":
    """All that were made and are still used."""
    programs = [reference() for reference in _living.valuerefs()]
    return [program for program in programs if program is not None]
