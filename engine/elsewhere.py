"""What other libraries have, and ours lacks under that name: whoever asks for it reads the way."""

import sys
from collections.abc import Mapping
from inspect import getattr_static
from types import ModuleType
from typing import Any

from engine.messages import shown


class Absent:
    """An attribute of other libraries' classes: whoever asks for it reads what it is called here.
    A class of somebody else's, made of one of ours, may have one of its own by this name.

    (A `__getattr__` that says so would slow down every attribute that there is.)
    """

    def __init__(self, name: str, here: str) -> None:
        self.name, self.here = name, here
        self.__doc__ = f"Absent: here it is {here}"  # for help()

    def __get__(self, instance: object, owner: type) -> Any:
        if self.name in getattr(instance, "__dict__", ()):
            return vars(instance)[self.name]
        raise self.refusal(owner)

    def __set__(self, instance: object, given: object) -> None:
        is_ours = type(instance).__module__.startswith(("engine.", "nn."))
        if is_ours or not hasattr(instance, "__dict__"):
            raise self.refusal(type(instance))
        vars(instance)[self.name] = given

    def __delete__(self, instance: object) -> None:
        if self.name not in getattr(instance, "__dict__", ()):
            raise self.refusal(type(instance))
        del vars(instance)[self.name]

    def refusal(self, owner: type) -> AttributeError:
        said = f"{owner.__name__} has no attribute {self.name!r}: here it is {self.here}"
        return AttributeError(said)


def mark_absent(owner: type, elsewhere: Mapping[str, str]) -> None:
    """Have a class tell what these attributes of other libraries' classes are called here."""
    for name, here in elsewhere.items():
        setattr(owner, name, Absent(name, here))
    owner.__dir__ = names_there  # type: ignore[assignment]


def names_there(instance: Any) -> list[str]:
    """What `dir()` lists, without what is absent: none of it is offered while a name is typed."""
    return [
        name
        for name in object.__dir__(instance)
        if name in getattr(instance, "__dict__", ())
        or not isinstance(getattr_static(instance, name, None), Absent)
    ]


def no_such_name(package: ModuleType, name: str, ways: Mapping[str, str]) -> Exception:
    """The error of a package's `__getattr__` for a name that it lacks, with what to write instead:
    ImportError in `from package import name`, where Python's own would not say the way."""
    way = f": write {ways[name]}" if name in ways else ""
    said = f"module {package.__name__!r} has no attribute {shown(name)}{way}"
    if way and sys._getframe(2).f_globals.get("__name__") == "importlib._bootstrap":
        return ImportError(said, name=package.__name__, path=package.__file__)
    return AttributeError(said)
