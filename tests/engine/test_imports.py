"""Imports point one way, third parties stay at the edge, and `import engine` is light."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT)
    for package in ("engine", "nn", "demos")
    for path in (ROOT / package).rglob("*.py")
)
OWN = ("engine", "nn", "demos")

# What each module of the core may import when it is loaded.
CORE = {
    "engine/special.py": set(),
    "engine/graph.py": set(),
    "engine/messages.py": set(),
    "engine/recording.py": {"engine.messages"},
    "engine/rule.py": set(),
    "engine/rules.py": {"engine.rule"},
    "engine/errors.py": {"engine.rules", "engine.messages"},
    "engine/floats.py": {"engine.rules", "engine.errors", "engine.messages", "engine.special"},
    "engine/copying.py": {"engine.graph"},
    "engine/by_number.py": {"engine.floats", "engine.messages", "engine.recording"},
    "engine/value.py": {
        "engine.by_number",
        "engine.rules",
        "engine.floats",
        "engine.errors",
        "engine.graph",
        "engine.messages",
        "engine.recording",
        "engine.copying",
    },
    "engine/vector.py": {"engine.rules", "engine.floats", "engine.recording", "engine.value"},
    "engine/functions.py": {
        "engine.rule",
        "engine.rules",
        "engine.elsewhere",
        "engine.errors",
        "engine.floats",
        "engine.value",
        "engine.vector",
    },
}

# Who may import a third party: a file, or a folder with everything in it.
THIRD_PARTIES = {
    "IPython": {"demos/exercises/notebook.py"},
    "furo": {"demos/site"},
    "graphviz": {"demos/playground", "engine/drawing"},
    "hypothesis": {
        "demos/chapter6_proofs",
        "engine/proof/judge/search.py",
        "engine/proof/graph_builder.py",
        "engine/proof/strategies.py",
        "nn/strategies.py",
    },
    "numpy": {
        "engine/program",
        "nn/files.py",
        "nn/interop/sklearn.py",
        "nn/training",
        "demos",
    },
    "matplotlib": {"demos", "nn/training/history.py"},
    "tqdm": {"demos", "nn/training/fit.py"},
    "jax": {"engine/program/jax", "engine/proof/black_box/theirs.py"},
    "torch": {
        "engine/proof/black_box/theirs.py",
        "engine/proof/judge/adapters.py",
        "nn/interop/torch.py",
    },
    "mlxtend": {"demos"},
    "myst_nb": {"demos/site"},
    "names": {"demos"},
    "scipy": {"demos"},
    "sphinx": {"demos/site"},
    "sklearn": {"demos", "nn/interop/sklearn.py"},
}


@cache
def imported(path, everywhere=True):
    """The modules that a file imports, by full name; those at its top level, or all."""
    return {name for name, late in imports_of(path) if everywhere or not late}


@cache
def imports_of(path):
    """Each module that a file imports, and whether only when a function is called."""
    found = set()
    waiting = [(ast.parse((ROOT / path).read_text(encoding="utf-8")), False)]
    while waiting:
        node, late = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {(alias.name, late) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {(resolved(node.module, alias.name), late) for alias in node.names}
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue  # read by type checkers alone
        elif isinstance(node, (ast.stmt, ast.mod, ast.ExceptHandler, ast.match_case)):
            late = late or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            waiting += [(inner, late) for inner in ast.iter_child_nodes(node)]
    return found


@cache
def resolved(module, name):
    """`from engine import rules` imports engine.rules, `from engine import Value` engine."""
    as_module = ROOT / module.replace(".", "/") / name
    is_module = as_module.with_suffix(".py").exists() or (as_module / "__init__.py").exists()
    return f"{module}.{name}" if is_module else module


def top(module):
    return module.partition(".")[0]


@pytest.mark.parametrize("path", CORE)
def test_the_core_imports_only_what_is_below_it_and_the_standard_library(path):
    own = {name for name in imported(path, everywhere=False) if top(name) in OWN}
    assert own <= CORE[path]
    assert all(top(name) in sys.stdlib_module_names | {"engine"} for name in imported(path))


def test_value_loads_drawing_only_when_a_notebook_asks_and_nothing_else_is_loaded_so():
    late = {path: imported(path) - imported(path, everywhere=False) for path in CORE}
    assert {path: names for path, names in late.items() if names} == {
        "engine/value.py": {"engine.drawing.picture"}
    }
    tree = ast.parse((ROOT / "engine/value.py").read_text(encoding="utf-8"))
    users = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.ImportFrom)
    ]
    assert users == ["_repr_svg_"]


def test_packages_are_imported_one_way():
    """engine <- nn <- demos."""
    assert not [
        f"{path} imports {name}"
        for path in FILES
        for name in imported(path)
        if top(name) in OWN[OWN.index(path.parts[0]) + 1 :]
    ]


def test_third_parties_are_imported_only_at_the_edge():
    assert not [
        f"{path} imports {name}"
        for path in FILES
        for name in imported(path)
        if top(name) not in sys.stdlib_module_names | set(OWN)
        if not THIRD_PARTIES.get(top(name), set())
        & {path.as_posix(), *(parent.as_posix() for parent in path.parents)}
    ]


def test_a_module_and_those_it_imports_make_no_circle():
    dotted = {".".join(p.with_suffix("").parts).removesuffix(".__init__"): p for p in FILES}
    graph = {name: imported(p, everywhere=False) & dotted.keys() for name, p in dotted.items()}
    for start in (name for name, path in dotted.items() if path.name != "__init__.py"):
        seen, waiting = set(), [start]
        while waiting:
            found = graph[waiting.pop()] - seen
            assert start not in found, f"{start} comes to import itself"
            seen |= found
            waiting += found


LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import engine
print(*sorted(set(sys.modules) - before))
"""


def test_importing_engine_loads_the_standard_library_and_itself_alone_and_nothing_heavy():
    """-S leaves site packages out, -I whatever the environment adds: nothing else is found."""
    found = subprocess.run(
        [sys.executable, "-S", "-I", "-W", "error", "-c", LOADED, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()
    assert {top(name) for name in found} - sys.stdlib_module_names == {"engine"}
    assert {path.removesuffix(".py").replace("/", ".") for path in CORE} <= set(found)
    assert not {"engine.drawing", "engine.proof", "engine.explorer", "engine.program"} & set(found)


FIRST = """
import sys
from importlib import import_module
rooms = {name.removeprefix("engine.") for name in sys.argv[1:]}
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.partition(".")[0] == "engine"]:
        del sys.modules[loaded]
    import_module(name)
    import engine
    from engine import formula
    assert formula(engine.Value(1.0, "x") + 2) == "x + 2", name
    assert all(callable(getattr(engine, each)) for each in rooms.intersection(engine.__all__)), name
assert all(callable(getattr(engine, each)) for each in engine.__all__ if each != "RULES")
assert "gradients" in rooms.intersection(engine.__all__)
"""


def test_a_function_that_shares_its_name_with_a_room_is_the_function_whatever_is_imported_first():
    """What is deeper is imported by way of the rooms, and takes no name of the package."""
    names = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if path.parts[0] == "engine" and path.name != "__main__.py"
    ]
    names = [name for name in names if name.count(".") <= 1 or name.startswith("engine.formula.")]
    subprocess.run([sys.executable, "-c", FIRST, *names], cwd=ROOT, check=True, timeout=60)
