"""The command line of all lessons: list them, explain one, run one."""

import ast
import os
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

# What a lesson may need beside Python, by the name it is imported and the name it is installed.
PACKAGES = {
    "graphviz": "graphviz",
    "hypothesis": "hypothesis",
    "matplotlib": "matplotlib",
    "mlxtend": "mlxtend",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}


def run(arguments: list[str]) -> None:
    """Run `python -m demos` with these arguments. Ends with a one-line error where it cannot."""
    descriptions = lessons()
    if not arguments or arguments[0] in ("-h", "--help"):
        print(listing(descriptions))
        return
    name, *options = arguments
    if name not in descriptions:
        close = get_close_matches(name, descriptions)
        all_of_them = f"there are {', '.join(descriptions)}"
        hint = f"did you mean {' or '.join(close)}?" if close else all_of_them
        sys.exit(f"there is no lesson {name!r}; {hint}")
    parser = ArgumentParser(
        prog=f"python -m demos {name}",
        description=descriptions[name],
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="run at small size, in a few seconds")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("output", name),
        metavar="FOLDER",
        help="where the files go (default: %(default)s)",
    )
    chosen = parser.parse_args(options)
    prepare(chosen.output)
    # Nets as small as these are slower on several threads, and many times so where cores are busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        import_module(module_of(name)).main(chosen.output, quick=chosen.quick)
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in PACKAGES:
            raise
        sys.exit(f'the lesson {name} needs {PACKAGES[package]}: pip install "glassgrad[demos]"')


def module_of(name: str) -> str:
    """The full name of a lesson's module."""
    (file,) = Path(__file__).parents[1].glob(f"chapter*/{name}.py")
    return f"demos.{file.parent.name}.{name}"


def lessons() -> dict[str, str]:
    """The docstring of every file that has a main(), by its name: read, and nothing imported."""
    files = Path(__file__).parents[1].glob("chapter*/*.py")
    trees = {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(files)}
    return {
        name: ast.get_docstring(tree) or ""
        for name, tree in trees.items()
        if any(isinstance(part, ast.FunctionDef) and part.name == "main" for part in tree.body)
    }


def listing(descriptions: dict[str, str]) -> str:
    """One line for each lesson, and how to run one.

    >>> print(listing({"neuron": "One neuron.", "moons": "Two moons.\\n\\nMore."}))
    neuron  One neuron.
    moons   Two moons.
    <BLANKLINE>
    python -m demos NAME         runs a lesson
    python -m demos NAME --help  says what it shows, how long it takes and what it writes
    """
    width = max(map(len, descriptions))
    lines = [f"{name:{width}}  {text.splitlines()[0]}" for name, text in descriptions.items()]
    lines += [
        "",
        "python -m demos NAME         runs a lesson",
        "python -m demos NAME --help  says what it shows, how long it takes and what it writes",
    ]
    return "\n".join(lines)


def prepare(folder: Path) -> None:
    """Make the folder, and end here where it cannot be written to rather than after the work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        sys.exit(f"the folder {folder} cannot be written to: {error.strerror}")
