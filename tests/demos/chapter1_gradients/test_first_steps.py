"""The notebook runs from top to bottom, and is kept without its outputs."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[3] / "demos" / "chapter1_gradients" / "first_steps.ipynb"


def notebook() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return read


def code_cells() -> list[str]:
    return ["".join(c["source"]) for c in notebook()["cells"] if c["cell_type"] == "code"]


def run(cell: str, names: dict[str, Any]) -> Any:
    """What Jupyter does: run the cell, and show its last expression if it ends in one."""
    *rest, last = ast.parse(cell).body
    if not isinstance(last, ast.Expr):
        rest, shown = [*rest, last], None
    else:
        shown = last.value
    exec(compile(ast.Module(rest, []), "cell", "exec"), names)
    if shown is None:
        return None
    return eval(compile(ast.Expression(shown), "cell", "eval"), names)


def test_every_cell_runs_and_what_it_shows_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    shown = [result for cell in code_cells() if (result := run(cell, names)) is not None]
    ways = ("_repr_html_", "_repr_svg_", "_repr_mimebundle_")
    assert len(shown) == 7
    assert all(any(hasattr(result, way) for way in ways) for result in shown)
    assert names["losses"][-1] < 0.1 < names["losses"][0]
    printed = capsys.readouterr().out
    assert "dc/da = -3.0 and dc/db = 2.0" in printed and "y = tanh(w·x + b)²" in printed


def test_jupyter_runs_it() -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    cells = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(NOTEBOOK.parents[2])}}
    nbclient.NotebookClient(cells, resources=resources).execute()


def test_outputs_are_stripped() -> None:
    for cell in notebook()["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
