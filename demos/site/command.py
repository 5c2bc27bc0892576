"""python -m demos site: build the site, after everything on it has run.

Sphinx renders Markdown and docstrings. Beside the pages that stand in `pages/` are those that are
written from the course, the exercises and the packages.
"""

import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from demos.helpers.command_line import prepare
from engine.optional import missing

HERE = Path(__file__).parent


def parser() -> ArgumentParser:
    result = ArgumentParser(prog="python -m demos site", description=__doc__)
    result.add_argument(
        "--output",
        type=Path,
        default=Path("output", "site"),
        metavar="FOLDER",
        help="where the pages go (default: %(default)s)",
    )
    result.add_argument("--quick", action="store_true", help="run the lessons at small size")
    result.add_argument(
        "--playground",
        type=Path,
        metavar="FILE",
        help="what `python -m demos playground` wrote; otherwise it is built, where npm is",
    )
    return result


def run(arguments: list[str]) -> None:
    """Build the site. Ends with a sentence where something is missing, or did not run."""
    chosen = parser().parse_args(arguments)
    output: Path = chosen.output.resolve()
    prepare(output)
    try:
        import furo  # noqa: F401
        import myst_nb  # noqa: F401
        from sphinx.application import Sphinx
    except ModuleNotFoundError as error:
        package = {"sphinx": "Sphinx", "myst_nb": "myst-nb"}.get(str(error.name), str(error.name))
        sys.exit(str(missing("the site", package, "site")))
    from demos.site.running import ExampleError
    from demos.site.sources import write_sources

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        playground = playground_page(chosen.playground, place / "playground.html")
        try:
            examples = write_sources(place, quick=chosen.quick, playground=playground)
        except ExampleError as error:
            sys.exit(f"the site was not built: {error}")
        app = Sphinx(
            srcdir=place / "pages",
            confdir=HERE,
            outdir=output,
            doctreedir=place / "doctrees",
            buildername="html",
            confoverrides={"html_extra_path": [str(place / "extra")]},
            status=None,
            warningiserror=True,
            freshenv=True,
        )
        app.build()
    if app.statuscode:
        sys.exit(f"the site was not built: {app._warncount} warnings, printed above")
    pages = len(list(output.rglob("*.html")))
    size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file())
    told = f"{pages} pages, {size / 1e6:.1f} MB, {examples} examples ran"
    print(f"{output / 'index.html'}: {told}; any browser opens it")


def playground_page(given: Path | None, place: Path) -> Path | None:
    """The page to try things in: as given, or built; none where there is no npm."""
    if given is not None:
        if not given.is_file():
            sys.exit(f"--playground: there is no file {given}")
        return given
    if shutil.which("npm") is None:
        return None
    from demos.playground.command import run as build

    with redirect_stdout(StringIO()):
        build(["--output", os.fspath(place)])
    return place
