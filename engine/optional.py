"""Packages that not everything needs: what to install where one is missing."""

import os
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def missing(what: str, package: str, extra: str) -> ModuleNotFoundError:
    """The error for what needs a package that is not installed: it says how to install it.

    >>> print(missing("Program", "numpy", "fast"))  # doctest: +ELLIPSIS
    Program needs numpy: pip install -e "...[fast]"
    """
    return ModuleNotFoundError(f"{what} needs {package}: {installation(extra)}", name=package)


def stand_in(name: str, error: ModuleNotFoundError) -> type:
    """What stands for a name whose package is not installed: to use it is the error, not to ask.

    >>> Plot = stand_in("Plot", missing("Plot", "matplotlib", "train"))
    >>> Plot()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ModuleNotFoundError: Plot needs matplotlib: pip install -e "...[train]"
    """

    def refuse(self: object, *arguments: object, **options: object) -> None:
        raise ModuleNotFoundError(str(error), name=error.name)

    return type(name, (), {"__init__": refuse, "__doc__": str(error)})


def installation(extra: str) -> str:
    """The command that installs an extra of this project, in its folder or from elsewhere; "" is
    what it always needs."""
    extra = f"[{extra}]" if extra else ""
    here, there = "pyproject.toml", PROJECT / "pyproject.toml"
    if not there.exists():  # it was installed as a copy
        return f'pip install -e ".{extra}" in the folder of the project'
    in_it = os.path.exists(here) and os.path.samefile(here, there)
    return f'pip install -e "{"." if in_it else PROJECT}{extra}"'
