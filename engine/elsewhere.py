"""What other libraries have, and ours lacks under that name: whoever asks for it reads the way."""

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from engine.messages import shown


def elsewhere(owner: str, name: str, here: str) -> property:
    """An attribute of other libraries' classes: whoever asks for it reads what it is called here.
    A class of somebody else's, made of one of ours, may have one of its own by this name.

    (A `__getattr__` that says so would slow down every attribute that there is.)
    """

    def get(instance: object) -> Any:
        if name in getattr(instance, "__dict__", ()):
            return vars(instance)[name]
        raise AttributeError(said)

    def put(instance: object, given: object) -> None:
        is_ours = type(instance).__module__.startswith(("engine.", "nn."))
        if is_ours or not hasattr(instance, "__dict__"):
            raise AttributeError(said)
        vars(instance)[name] = given

    said = f"{owner} has no attribute {name!r}: here it is {here}"
    return property(get, put)


def no_such_name(package: ModuleType, name: str, ways: Mapping[str, str]) -> Exception:
    """The error of a package's `__getattr__` for a name that it lacks, with what to write instead:
    ImportError in `from package import name`, where Python's own would not say the way."""
    way = f": write {ways[name]}" if name in ways else ""
    said = f"module {package.__name__!r} has no attribute {shown(name)}{way}"
    if way and sys._getframe(2).f_globals.get("__name__") == "importlib._bootstrap":
        return ImportError(said, name=package.__name__, path=package.__file__)
    return AttributeError(said)
