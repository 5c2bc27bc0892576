"""The pages of the reference: a page for each module that a public name comes from."""

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc, isclass, isroutine
from pathlib import Path
from textwrap import indent
from typing import Any

from demos.site.markup import contents
from engine import RULES, Rule
from engine.formula.partials import partial_formulas
from engine.symbols import Symbol

PACKAGES = ("engine", "nn")

# Public, though no package brings them by a star. What needs PyTorch is left out without it.
MORE = {
    "engine.functions": ("abs", "pow", "sum"),  # Python has these names, too
    "engine.proof": ("check_engine", "PROPERTIES"),
    "engine.proof.strategies": ("graphs", "numbers_between", "numbers_in", "points"),
    "nn.optim.schedules": ("constant", "cosine", "linear", "step_decay", "warm_up"),
    "nn.interop.sklearn": ("Classifier", "Regressor"),
    "nn.interop.torch": ("to_torch",),
}


def entries(package: str) -> Iterator[tuple[str, str, Any]]:
    """The module, the public name and the thing, for all that a package offers."""
    top = import_module(package)
    for name in top.__all__:
        thing = getattr(top, name)
        where = getattr(thing, "__module__", None) or "engine.rules"  # RULES is a plain dict
        yield where, f"{package}.{name}", thing
    for module, names in MORE.items():
        if module.startswith(f"{package}.") and (find_spec("torch") or "torch" not in module):
            for name in names:
                yield module, f"{module}.{name}", getattr(import_module(module), name)


def modules_of(package: str) -> dict[str, list[tuple[str, Any]]]:
    """What each module offers under which name."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for module, name, thing in entries(package):
        found.setdefault(module, []).append((name, thing))
    return dict(sorted(found.items()))


def modules() -> list[str]:
    """Every module with a page."""
    return [module for package in PACKAGES for module in modules_of(package)]


def write_reference(pages: Path) -> None:
    """A page for each module, and one that lists them."""
    folder = pages / "reference"
    folder.mkdir(exist_ok=True)
    for package in PACKAGES:
        for module, things in modules_of(package).items():
            parts = [f"{module}\n{'=' * len(module)}", f".. automodule:: {module}\n   :no-index:"]
            parts += [entry(name, thing) for name, thing in things]
            (folder / f"{module}.rst").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        text = f"# {package}\n\n{contents(list(modules_of(package)))}\n\n{listed(package)}\n"
        (folder / f"{package}-package.md").write_text(text, encoding="utf-8")


def as_text(docstring: str) -> str:
    r"""A docstring as Sphinx reads it: of its signs only backticks mean something.

    Examples stay, and what is indented is code.

    >>> print(as_text("|x| and `b*c`"))
    \|x\| and `b*c`
    """
    blocks: list[str] = []
    for block in docstring.split("\n\n"):
        if block.startswith("    "):
            is_first = not (blocks and blocks[-1].startswith(("    ", "::")))
            blocks.append(f"::\n\n{block}" if is_first else block)
        elif ">>> " in block:
            blocks.append(block)
        else:
            parts = re.split("(`[^`]+`)", block)
            parts[::2] = [re.sub(r"[|*_]", r"\\\g<0>", part) for part in parts[::2]]
            blocks.append("".join(parts))
    return "\n\n".join(blocks)


def listed(package: str) -> str:
    """The modules of a package with the names that they offer."""
    lines = []
    for module, things in modules_of(package).items():
        names = [f"`{name.rpartition('.')[2]}`" for name, _ in things]
        lines.append(f"- [{module}]({module}.rst): {', '.join(names)}")
    return "\n".join(lines)


def entry(name: str, thing: Any) -> str:
    """What Sphinx is told of one thing."""
    if isclass(thing):
        return f".. autoclass:: {name}\n   :members:"
    if isroutine(thing):
        rule = RULES.get(name.rpartition(".")[2])
        derivatives = f"\n\n   ``{derivatives_of(rule)}``" if rule else ""
        return f".. autofunction:: {name}{derivatives}"
    words = "Every rule by its name: engine.functions has what each computes, and its derivatives."
    text = words if thing is RULES else getdoc(thing) or ""
    return f".. py:data:: {name}\n\n{indent(as_text(text), '   ')}"


def derivatives_of(rule: Rule) -> str:
    """The local derivatives of a rule whose value is f; two of each vector.

    >>> derivatives_of(RULES["tanh"]), derivatives_of(RULES["power"])
    ('∂f/∂x = 1 − f²', '∂f/∂x = n·x^(n − 1)')
    >>> derivatives_of(RULES["prod"])
    '∂f/∂x₁ = x₂, ∂f/∂x₂ = x₁'
    """
    names: list[str] = []
    fixed = {rule.inputs[k] for k in rule.fixed}
    for name in rule.inputs:
        names += [f"{name[1:]}₁", f"{name[1:]}₂"] if name.startswith("*") else [name]
    formulas = partial_formulas(rule, [Symbol(name) for name in names], "f")
    said = [f"∂f/∂{name} = {x}" for name, x in zip(names, formulas) if name not in fixed]
    return ", ".join(said)
