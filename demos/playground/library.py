"""What the playground's Python can import: engine, nn and graphviz, packed as they are here."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[2]
KINDS = {".py", ".html", ".css", ".js"}


def write_library(path: Path) -> None:
    """Write the archive; the same files give the same bytes."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(library_files()):
            archive.writestr(ZipInfo(name), file.read_bytes(), ZIP_DEFLATED, 9)


def library_files() -> Iterator[tuple[str, Path]]:
    """The files, with the names that they have in the archive."""
    spec = find_spec("graphviz")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the playground needs graphviz: pip install graphviz")
    for package in (ROOT / "engine", ROOT / "nn", Path(spec.origin).parent):
        for file in package.rglob("*"):
            name = file.relative_to(package.parent)
            if file.suffix in KINDS and "node_modules" not in name.parts:
                yield name.as_posix(), file
    yield "playground.py", Path(__file__).with_name("inside.py")
