"""The page's JavaScript modules, joined into one script that asks for no other file.

Each module becomes a function that is called once and returns what the module exports. So it keeps
its names to itself, and a browser's tools show it as it was written, but for its layout, which they
restore, and the comments, which stand in the files.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from posixpath import dirname, join, normpath

PAGE = files("engine.explorer").joinpath("page")
IMPORT = re.compile(r'^import (\* as \w+|\{[^}]*\}) from "(\.[^"]*\.js)";\n', re.M)
EXPORT = re.compile(r"^export ((?:async )?(?:const|class|function) (\w+))", re.M)
UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.M)
INDENTS = re.compile("^ +", re.M)  # a browser's tools lay a script out again
ENDS = re.compile(r"([;{,])\n(?=[^\n])")
BLOCK = r"/\*\*(?:(?!\*/).)*\*/"
COMMENTS = re.compile(rf"^ *// [^\n]*\n| // [^\n\"'`]*$|^ *{BLOCK}\n|{BLOCK} ", re.M | re.S)


def page_file(name: str) -> str:
    """The text of a file of the page: "main.js", "numbers/math.js", "page.css"."""
    return PAGE.joinpath(name).read_text(encoding="utf-8")


def page_files(folder: str) -> list[str]:
    """The modules of one folder of the page, in alphabetical order."""
    return sorted(f"{folder}/{file.name}" for file in PAGE.joinpath(folder).iterdir())


def joined(names: Iterable[str], read: Callable[[str], str] = page_file) -> str:
    """A script of `modules`: those of these names, after all that they import.

    Raises ValueError where modules import each other, or in a way that is not understood here.

    >>> sources = {
    ...     "main.js": 'import { f } from "./numbers/f.js";\\n\\nexport const y = f(3);\\n',
    ...     "numbers/f.js": "/** Twice x. */\\nexport const f = (x) => 2 * x;\\n",
    ... }
    >>> print(joined(["main.js"], sources.__getitem__))
    const modules = {};
    <BLANKLINE>
    modules["numbers/f.js"] = (() => {
    const f = (x) => 2 * x;
    return { f };
    })();
    <BLANKLINE>
    modules["main.js"] = (() => {
    const { f } = modules["numbers/f.js"];const y = f(3);
    return { y };
    })();
    <BLANKLINE>
    """
    written: dict[str, str] = {}
    importing: list[str] = []  # from the module that was asked for to this one

    def add(name: str) -> None:
        if name in importing:
            raise ValueError(f"modules import each other: {' -> '.join([*importing, name])}")
        if name in written:
            return
        text = read(name)
        importing.append(name)
        for other in imported(name, text):
            add(other)
        importing.pop()
        written[name] = as_function(name, text)

    for name in names:
        add(name)
    return "\n".join(["const modules = {};\n", *written.values()])


@cache  # by the text, so that a file may change: pages differ in few modules
def as_function(name: str, text: str) -> str:
    """The module as a function that is called, and gives an object of what it exports."""
    exports = ", ".join(exported_names(text))
    text = re.sub(r"\n{2,}", "\n", COMMENTS.sub("", text)).strip()
    text = INDENTS.sub("", text)
    text = EXPORT.sub(r"\1", IMPORT.sub(lambda found: as_constant(found, name), text))
    if unknown := UNKNOWN.search(text):
        raise ValueError(f"{name}: this way to import or export is not understood: {unknown[0]}")
    text = ENDS.sub(r"\1", text)
    return f'modules["{name}"] = (() => {{\n{text}\nreturn {{ {exports} }};\n}})();\n'


@cache
def imported(name: str, text: str) -> list[str]:
    """The names of the modules that a module of this text imports."""
    return [resolved(other, name) for _, other in IMPORT.findall(text)]


def as_constant(found: re.Match[str], name: str) -> str:
    """What stands in place of an import: const { names } = modules["name"];"""
    names = found[1].removeprefix("* as ").replace(" as ", ": ")
    return f'const {names} = modules["{resolved(found[2], name)}"];\n'


def exported_names(text: str) -> list[str]:
    """The names that a module exports.

    >>> exported_names("export const a = 1;\\n\\nexport function b() {}\\n")
    ['a', 'b']
    """
    return [name for _, name in EXPORT.findall(text)]


def resolved(path: str, importer: str) -> str:
    """The name of the module that another one imports by a relative path.

    >>> resolved("../model/graph.js", "screen/picture.js")
    'model/graph.js'
    """
    return normpath(join(dirname(importer), path))
