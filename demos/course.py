"""The course: its chapters and lessons in reading order, and what each lesson needs.

What a lesson shows is read from its file: nothing is imported before it runs.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

FIRST = "demos/chapter1_gradients/first_steps.ipynb"

# The folder of each chapter; its lessons, in order; the lessons that each of them builds on.
CHAPTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "chapter1_gradients": {
        "chain_rule": (),
        "topological_order": ("chain_rule",),
        "accumulate": ("chain_rule",),
        "zero_grad": ("accumulate",),
        "no_change": ("zero_grad",),
        "kinks": ("chain_rule",),
        "second_derivative": ("chain_rule",),
        "finite_differences": ("chain_rule",),
    },
    "chapter2_neurons": {
        "neuron": ("chain_rule",),
        "threshold": ("neuron",),
        "squashing": ("neuron",),
        "softmax_overflow": ("squashing",),
        "feedforward": ("neuron",),
        "whole_layer": ("accumulate", "feedforward"),
        "any_size": ("feedforward",),
        "no_activation": ("squashing", "any_size"),
    },
    "chapter3_training": {
        "training_loop": ("zero_grad", "feedforward"),
        "weight_and_height": ("training_loop",),
        "moons": ("training_loop",),
        "boundaries": ("moons",),
        "demand": ("training_loop",),
        "vanishing_gradients": ("squashing", "moons"),
        "film": ("moons",),
        "live": ("film",),
        "digits": ("softmax_overflow", "moons"),
    },
    "chapter4_images_and_sequences": {
        "convolution": ("digits",),
        "recurrent": ("vanishing_gradients",),
        "sine": ("recurrent",),
        "attention": ("softmax_overflow",),
        "names": ("recurrent", "attention"),
    },
    "chapter5_speed": {
        "memory": ("topological_order",),
        "matrices": ("training_loop",),
    },
    "chapter6_proofs": {
        "proofs": ("topological_order", "finite_differences"),
        "own_engine": ("topological_order", "zero_grad"),
    },
}

# What a lesson may need beside Python, by the name it is imported and the name it is installed.
PACKAGES = {
    "graphviz": "graphviz",
    "hypothesis": "hypothesis",
    "matplotlib": "matplotlib",
    "mlxtend": "mlxtend",
    "names": "names",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A file with a `main(output, *, quick)` that may take more options, and its place in the
    course."""

    number: int
    name: str
    chapter: str
    builds_on: tuple[str, ...]

    @property
    def module(self) -> str:
        """The full name of its module."""
        return f"demos.{self.chapter}.{self.name}"

    @property
    def description(self) -> str:
        """The docstring: what it shows, how long it takes, what it writes."""
        return description_of(self.module)

    @property
    def title(self) -> str:
        """The first line of it."""
        return self.description.partition("\n")[0]

    @property
    def time(self) -> str:
        """How long it takes, in words: what the docstring says, up to a semicolon."""
        said = self.description.partition("It takes")[2].partition("It writes")[0]
        return " ".join(said.partition(";")[0].split())

    @property
    def options(self) -> dict[str, int | None]:
        """The sizes that its `main` takes beside `quick`, with what they are by default; None for a
        file that may be given."""
        statements = tree_of(self.module).body
        (main,) = [each for each in statements if getattr(each, "name", "") == "main"]
        assert isinstance(main, ast.FunctionDef)
        defaults = zip(main.args.kwonlyargs, main.args.kw_defaults)
        return {k.arg: ast.literal_eval(x) for k, x in defaults if x and k.arg != "quick"}

    @property
    def packages(self) -> list[str]:
        """What has to be installed for it, by the names of the package index."""
        tops = {module.partition(".")[0] for module in needed_modules(self.module)}
        return [PACKAGES[top] for top in sorted(tops & PACKAGES.keys())]


def in_order() -> Iterator[Lesson]:
    """The lessons, numbered in reading order."""
    number = 0
    for chapter, lessons in CHAPTERS.items():
        for name, builds_on in lessons.items():
            number += 1
            yield Lesson(number, name, chapter, builds_on)


LESSONS = {lesson.name: lesson for lesson in in_order()}


# Reading files


@cache
def tree_of(module: str) -> ast.Module:
    """The syntax of one of the modules or packages here, which is not imported."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text(encoding="utf-8"))


def description_of(module: str) -> str:
    """The docstring of a module or package here."""
    return ast.get_docstring(tree_of(module)) or ""


def needed_modules(module: str) -> set[str]:
    """The modules that a module here imports, and those that they import, as far as demos goes."""
    found, waiting = set(), [module]
    while waiting:
        for name in imported_modules(waiting.pop()) - found:
            found.add(name)
            if name.startswith("demos."):
                waiting.append(name)
    return found


@cache
def imported_modules(module: str) -> frozenset[str]:
    """The modules that stand in its import statements."""
    names: set[str] = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return frozenset(names)
