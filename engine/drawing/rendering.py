"""Running Graphviz: a system `dot` where there is one, else the program of graphviz-pure.

Importing this module makes the graphviz package use that program, which ends when the call does,
however it ends: where it is interrupted, and where Python is killed on a Linux with util-linux.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import files
from json import JSONDecoder
from typing import Any

from engine.elsewhere import mark_absent
from engine.files import write_file
from engine.messages import brief
from engine.optional import missing

try:
    import graphviz
except ModuleNotFoundError as error:
    raise missing("drawing", "graphviz", "") from error

escape_label = graphviz.escape


def use_embedded_graphviz() -> None:
    """Point the graphviz package at the program that graphviz-pure installs."""
    for file in files("graphviz-pure") or ():
        if file.stem == "graphviz-pure" and file.parent.name in ("bin", "Scripts"):
            graphviz.backend.dot_command.DOT_BINARY = file.locate()


if shutil.which("dot") is None:
    use_embedded_graphviz()

_run_check = graphviz.backend.execute.run_check


@cache
def ending_with_parent() -> tuple[str, ...]:
    """What a command begins with that is to be killed with Python; nothing where that fails.

    It is a program, not a function that runs in the child: for that Python would fork, of which
    libraries with threads, as JAX, warn.
    """
    words = ("setpriv", "--pdeathsig", "KILL")
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return words


def run_to_the_end(
    command: Sequence[Any], *, input_lines: Iterable[Any] | None = None, **options: Any
) -> Any:
    """Run a program as the graphviz package does, but leave none behind."""
    if input_lines is not None:  # which it would hand over without an eye on interruptions
        options["input"] = ("" if options.get("encoding") else b"").join(input_lines)
    if shutil.which(command[0]):  # else the graphviz package says what is missing
        command = [*ending_with_parent(), *command]
    return _run_check(command, **options)


graphviz.backend.execute.run_check = run_to_the_end


class Picture(graphviz.Digraph):  # type: ignore[misc]
    """A graph in DOT that renders without Graphviz's guesses at the width of Greek letters.

    A notebook shows it; `save("net.svg")` writes it, `pipe(format="svg")` gives it, `source` is its
    DOT.
    """

    _format = "svg"  # unless another is asked for: the one that every Graphviz writes

    def pipe(self, *arguments: Any, quiet: bool = True, **options: Any) -> Any:
        """The picture in a format, as bytes, or as text with `encoding`."""
        return super().pipe(*arguments, quiet=quiet, **options)

    def render(self, *arguments: Any, quiet: bool = True, **options: Any) -> Any:
        """Write the picture to a file, as the graphviz package does, and its name."""
        about = {key: getattr(self, key) for key in ("filename", "directory", "format", "engine")}
        return graphviz.Source(self.source, **about).render(*arguments, quiet=quiet, **options)

    def view(self, *arguments: Any, quiet: bool = True, **options: Any) -> Any:
        """`render`, and show the file in the viewer of the system."""
        return super().view(*arguments, quiet=quiet, **options)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture in the format of the path's ending: .svg, .png, .jpg, and .gv or .dot
        for its DOT; .pdf and others where Graphviz is installed.

        Raises ValueError for another ending, OSError where the path cannot be written.
        """
        ending = os.path.splitext(os.fspath(path))[1].lower()
        content = self.source if ending in (".gv", ".dot") else self._rendered(ending[1:])
        if content is None:
            raise ValueError(
                f"Picture.save: the ending of {brief(path)} is {ending or 'none'}, and .svg, .png, "
                ".jpg or .gv is needed: others, as .pdf, take a Graphviz that is installed"
            )
        write_file(path, content)

    def _rendered(self, format: str) -> bytes | None:
        """The picture in this format; None where Graphviz does not write it."""
        if format not in graphviz.FORMATS:
            return None
        try:
            content: bytes = self.pipe(format=format)
        except graphviz.CalledProcessError as error:
            if b"not recognized" in error.stderr:
                return None
            raise
        return content

    def __repr__(self) -> str:
        return f"<picture: {len(self.body)} lines of DOT>"


mark_absent(Picture, {"show": "view(), or save(path)"})


def render_svg(picture: Picture) -> str:
    """The picture as an `<svg>` element."""
    text: str = picture.pipe(format="svg", encoding="utf-8")
    return text[text.index("<svg") :]


def lay_out(pictures: Sequence[str]) -> list[dict[str, Any]]:
    """Where Graphviz puts the nodes, boxes and edges of pictures given as DOT: its own JSON.

    >>> lay_out(["digraph { a -> b }"])[0]["objects"][0]["name"]
    'a'
    """
    source = "\n".join(pictures).encode()
    text = graphviz.pipe("dot", "json0", source, quiet=True).decode()
    found = []
    while text:
        layout, end = JSONDecoder().raw_decode(text)
        found.append(layout)
        text = text[end:].lstrip()
    return found
