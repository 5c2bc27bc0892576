"""What the playground's Python can import: engine, nn, graphviz and Hypothesis, file by file."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[2]
KINDS = {".py", ".html", ".css", ".js"}
# Of the standard library, what needs a network, processes, a terminal or a database.
LEFT_OUT = set(
    "_pyrepl asyncore cgi ctypes ensurepip ftplib idlelib imaplib mailbox"
    " multiprocessing nntplib pip poplib pty smtplib socketserver sqlite3 ssl telnetlib tkinter"
    " turtle turtledemo venv webbrowser wsgiref xml xmlrpc".split()
)


def write_library(path: Path, wheels: list[Path]) -> None:
    """Write the files as one JSON object, from their names to their texts, sorted by name."""
    texts = {name: file.read_text(encoding="utf-8") for name, file in library_files()}
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if Path(name).suffix in KINDS]
            texts |= {name: archive.read(name).decode() for name in names}
    path.write_text(json.dumps(dict(sorted(texts.items()))), encoding="utf-8")


def library_files() -> Iterator[tuple[str, Path]]:
    """The files of this project and of graphviz, with the names by which they are imported."""
    spec = find_spec("graphviz")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the playground needs graphviz: pip install graphviz")
    for package in (ROOT / "engine", ROOT / "nn", Path(spec.origin).parent):
        for file in package.rglob("*"):
            name = file.relative_to(package.parent)
            if file.suffix in KINDS and "node_modules" not in name.parts:
                yield name.as_posix(), file
    for name in ("inside", "judging"):
        yield f"demos/playground/{name}.py", Path(__file__).with_name(f"{name}.py")


def write_standard_library(path: Path, whole: Path) -> None:
    """Write the archive of Python's own modules without those that have no use here.

    It is not compressed: together with all else it becomes smaller than module by module.
    """
    with ZipFile(whole) as source, ZipFile(path, "w", ZIP_STORED) as archive:
        for name in sorted(source.namelist()):
            if name.partition("/")[0].removesuffix(".py") not in LEFT_OUT:
                archive.writestr(ZipInfo(name), source.read(name))
