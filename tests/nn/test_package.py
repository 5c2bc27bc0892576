"""The face of the package, and what importing it brings along."""

import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

import nn
from nn.elsewhere import ELSEWHERE

ROOT = Path(__file__).parents[2]


LAZY = ["Classifier", "DivergenceError", "Regressor", "film", "fit", "predict", "to_torch"]


def test_everything_that_is_named_is_there() -> None:
    assert all(hasattr(nn, name) for name in nn.__all__)


def test_completion_knows_what_is_loaded_lazily_and_loads_nothing() -> None:
    code = "import nn, sys; print(*dir(nn)); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, loaded = map(str.split, done.stdout.splitlines())
    assert {*LAZY, *nn.__all__} <= set(names)
    assert names == sorted(names)
    assert not {"numpy", "sklearn", "torch"} & set(loaded)


@pytest.mark.parametrize("name", LAZY)
def test_what_is_loaded_lazily_is_what_it_is_called(name: str) -> None:
    if name == "to_torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    assert getattr(nn, name).__name__ == name


def test_no_submodule_takes_the_place_of_a_function_or_class() -> None:
    submodules = {module.name for module in pkgutil.iter_modules(nn.__path__)}
    assert submodules  # that of nn.training.fit would be in nn.training
    assert not submodules & {*LAZY, *nn.__all__}
    importlib.import_module("nn.training.fit")
    assert isinstance(nn.fit, FunctionType)


def test_scikit_learn_is_loaded_for_its_estimators_only() -> None:
    code = "import sys; from nn import *; assert not {'sklearn', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'fitt'"):
        _ = nn.fitt


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_other_libraries_have_is_told_what_to_write(name: str) -> None:
    assert name not in dir(nn)
    with pytest.raises(AttributeError) as caught:
        getattr(nn, name)
    written = str(caught.value).partition(f"module 'nn' has no attribute '{name}': write ")[2]
    code = written.partition(" ")[0].partition("(")[0]
    assert code in ("a", "the") or hasattr(nn, code)


@pytest.mark.parametrize("name", ["Linear", "LeakyReLU", "Conv2D"])
def test_so_it_is_where_it_is_imported(name: str) -> None:
    said = f"module 'nn' has no attribute '{name}': write {ELSEWHERE[name]}"
    with pytest.raises(ImportError, match=f"^{re.escape(said)}$"):
        exec(f"from nn import {name}")
    assert not hasattr(nn, name)
    with pytest.raises(ImportError, match="cannot import name 'fitt'"):
        exec("from nn import fitt")
    with pytest.raises(AttributeError):
        getattr(importlib.import_module("nn"), name)


@pytest.mark.parametrize("name", ["optim.SGD", "losses.huber", "layers.Layer"])
def test_a_package_of_nn_says_that_its_names_are_in_nn_itself(name: str) -> None:
    package, _, name = name.partition(".")
    said = f"module 'nn.{package}' has no attribute '{name}': write nn.{name}"
    with pytest.raises(AttributeError, match=f"^{said}$"):
        getattr(importlib.import_module(f"nn.{package}"), name)
    with pytest.raises(ImportError, match=f"^{said}$"):
        exec(f"from nn.{package} import {name}")
    with pytest.raises(ImportError, match="cannot import name 'fitt'"):
        exec(f"from nn.{package} import fitt")


@pytest.mark.parametrize("name", ["layers.Linear", "losses.CrossEntropyLoss"])
def test_a_package_of_nn_knows_other_libraries_names_too(name: str) -> None:
    package, _, name = name.partition(".")
    said = f"module 'nn.{package}' has no attribute '{name}': write {ELSEWHERE[name]}"
    with pytest.raises(ImportError, match=f"^{re.escape(said)}$"):
        exec(f"from nn.{package} import {name}")


def test_an_activation_that_is_a_class_elsewhere_is_a_name_here() -> None:
    for name in ("ReLU", "Tanh", "Sigmoid", "GELU"):
        written = ELSEWHERE[name].replace("n_inputs, n_outputs", "2, 1")
        assert repr(eval(f"nn.{written}", {"nn": nn})).startswith(f"Layer(2 → 1 {name.lower()}")


def test_nn_needs_the_engine_and_python_alone() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import nn; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", code]  # without site-packages
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - sys.stdlib_module_names - {"__main__"} == {"engine", "nn"}


WITHOUT = """
import sys
for package in ("numpy", "sklearn", "torch"):
    sys.modules[package] = None
import nn
from nn import *
assert all(hasattr(nn, name) for name in [*nn.__all__, *dir(nn)])
for use in (nn.fit, nn.Classifier, nn.to_torch):
    try:
        use()
    except ModuleNotFoundError as error:
        print(error)
"""


def test_names_whose_package_is_not_installed_can_be_asked_for_and_say_so_when_they_are_used() -> (
    None
):
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == [
        'nn.fit needs numpy: pip install -e ".[fast]"',
        'nn.Classifier needs numpy: pip install -e ".[sklearn]"',
        'nn.to_torch needs torch: pip install -e ".[torch]"',
    ]


# Somebody's own file of the same name


@pytest.mark.parametrize("content", ["raise SystemExit('it was run')", "from nn import MLP"])
@pytest.mark.parametrize("file", ["engine.py", "engine/__init__.py"])
def test_a_file_that_hides_the_engine_is_named_and_not_run(
    tmp_path: Path, file: str, content: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content)
    done = subprocess.run(
        [sys.executable, "-c", "import nn"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    said = f"nn needs the package engine, which {tmp_path / file} hides: give that another name"
    assert done.stderr.splitlines()[-1] == f"ImportError: {said}"


def test_a_script_called_engine_that_uses_nn_is_named(tmp_path: Path) -> None:
    script = tmp_path / "engine.py"
    script.write_text("from nn import MLP")
    done = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert f"which {script} hides" in done.stderr.splitlines()[-1]
