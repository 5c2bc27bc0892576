"""What is judged: a class of numbers, and a net made of them where there is one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """A class, or its name as "my_engine.py:Value" or "package.module:Value"; so for the net."""

    engine: Any
    net: Any = None

    @property
    def name(self) -> str:
        """The class as programs call it."""
        return called(self.engine)

    @property
    def net_name(self) -> str:
        """The net as programs call it; "" where there is none."""
        return called(self.net) if self.net is not None else ""

    @property
    def names(self) -> dict[str, Any]:
        """What programs can use, by name."""
        given = [self.engine] if self.net is None else [self.engine, self.net]
        return {called(each): each for each in given}

    def imports(self, program: str) -> list[str]:
        """The lines that a program begins with, so that it runs anywhere."""
        return [imported(each) for name, each in self.names.items() if f"{name}(" in program]

    def __str__(self) -> str:
        return self.engine if isinstance(self.engine, str) else spelled(self.engine)


def called(given: Any) -> str:
    """The name within its module. Raises ValueError where there is none.

    >>> called("my_engine.py:Value"), called(Subject)
    ('Value', 'Subject')
    """
    name = given.rpartition(":")[2] if isinstance(given, str) else getattr(given, "__name__", "")
    if not name.isidentifier() or (isinstance(given, str) and ":" not in given):
        raise ValueError(
            f"{given!r} names no class: give the class, or my_engine.py:Value, or "
            "package.module:Value"
        )
    return str(name)


def spelled(given: Any) -> str:
    """A class with its module.

    >>> spelled(Subject)
    'engine.proof.judge.subject:Subject'
    """
    return f"{given.__module__}:{given.__qualname__}"


def imported(given: Any) -> str:
    """The line that imports it, or says where it is.

    >>> imported("my_engine.py:Value"), imported(Subject)
    ('from my_engine import Value', 'from engine.proof.judge.subject import Subject')
    """
    place, _, name = (given if isinstance(given, str) else spelled(given)).rpartition(":")
    module = Path(place).stem if place.endswith(".py") else place
    if all(part.isidentifier() for part in [*module.split("."), name]):
        return f"from {module} import {name}"
    return f"# {called(given)} is that of {place}:{name}"
