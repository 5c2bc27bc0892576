"""The recipes in engine/README.md are followed in a copy; the tables of files are complete."""

import re
from pathlib import Path

import pytest

from tests.recipes import ROOT, Copy, blocks_of

README = "engine/README.md"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-q")


@pytest.mark.parametrize("folder", ["engine", "engine/program"])
def test_the_table_has_every_file_and_folder(folder: str) -> None:
    first = (ROOT / folder / "README.md").read_text("utf-8").partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", first, re.M)
    named = {name.rstrip("/") for row in rows for name in re.findall(r"`(\S+[./]\S*)`", row)}
    hidden = {"README.md", "__init__.py", "py.typed", "__pycache__"}
    there = {path.name for path in (ROOT / folder).iterdir() if path.suffix != ".pyi"}
    assert named == there - hidden


READERS = """
import math
from importlib.util import find_spec
import engine, nn
from engine import *
from engine.expression import parse
from engine.explorer.javascript import rule_source
from engine.formula.partials import partial_formulas
from engine.symbols import Symbol
from nn.layers.activations import ACTIVATIONS

rule, x = RULES["isru"], Value(0.5, "x")
y = isru(x)
assert "isru" in engine.__all__ and "isru" in dir(engine) and "isru" in ACTIVATIONS
assert isru(0.5) == y.data == x.isru().data == parse("isru(x)", {"x": 0.5})[0].data
assert y.rule is x.isru().rule is rule and "Carlile" in isru.__doc__
assert (formula(y), formula(y, "latex")) == ("isru(x)", r"\\operatorname{isru}\\left(x\\right)")
assert partial_formulas(rule, [Symbol("x")], "y") == ["(1/hypot(1, x))³"]
assert "(x) => (x / m.hypot(1.0, x))" in rule_source(rule, 1)
check_rule(rule, order=2)
model = nn.MLP(2, [3, 1], activation="isru")
inputs = [Value(0.0), Value(0.0)]
program = Program(model(inputs), inputs=inputs, parameters=model.parameters())
(found,) = program([[0.5, -1.0]]).ravel()
assert math.isclose(found, model([0.5, -1.0]).data, rel_tol=1e-14)
if find_spec("jax"):
    import jax
    jax.config.update("jax_enable_x64", True)
    (as_jax,) = program.to_jax()(program.parameters, [[0.5, -1.0]]).ravel()
    assert math.isclose(as_jax, found, rel_tol=1e-14)
print("in every reader")
"""


def test_a_rule_is_one_record_and_is_found_in_every_reader(tmp_path: Path) -> None:
    (record,) = blocks_of(README, "How to add a rule")
    copy = Copy(tmp_path, "engine", "nn", "tests")
    copy.insert("engine/rules.py", record, before="# Any number of inputs")
    assert "in every reader" in copy.run("-c", READERS)
    copy.run("-m", "tests.stub")
    stub = (tmp_path / "engine/table.pyi").read_text("utf-8")
    assert "    def isru(self) -> Value: ..." in stub and "isru: Unary" in stub
    tests = ("tests/engine/test_rules.py", "tests/engine/test_functions.py")
    passed = re.search(r"(\d+) passed", copy.run(*PYTEST, *tests, "-k", "isru or stub"))
    assert passed and int(passed[1]) >= 17


def test_a_check_and_a_picture_are_added_as_the_recipes_say(tmp_path: Path) -> None:
    copy = Copy(tmp_path, "engine", "tests")  # whose conftest sets no deadline to an example
    check, test_of_check = blocks_of(README, "How to add a check")
    copy.write("engine/proof/symmetry.py", check)
    copy.write("tests/engine/proof/test_symmetry.py", test_of_check)
    picture, test_of_picture = blocks_of(README, "How to add a picture")
    copy.write("engine/drawing/mermaid.py", picture)
    copy.write("tests/engine/drawing/test_mermaid.py", test_of_picture)
    added = ("tests/engine/proof/test_symmetry.py", "tests/engine/drawing/test_mermaid.py")
    assert "5 passed" in copy.run(*PYTEST, *added)
