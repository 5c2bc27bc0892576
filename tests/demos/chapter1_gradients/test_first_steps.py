"""The notebook runs from top to bottom, any cell twice, and is kept with its outputs."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from engine import Value, draw

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


def test_a_cell_that_runs_again_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for cell in code_cells():
        said = []
        for _ in range(2):
            shown = run(cell, names)
            svg = getattr(shown, "source", "")
            said.append((capsys.readouterr(), svg))
        assert said[0] == said[1] and said[0][0].err == ""


def test_it_is_kept_with_what_its_cells_print_and_draw(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m tests.notebook` writes it."""
    names: dict[str, Any] = {}
    for cell in (c for c in notebook()["cells"] if c["cell_type"] == "code"):
        shown = run("".join(cell["source"]), names)
        streams = [o for o in cell["outputs"] if o["output_type"] == "stream"]
        assert all(stream["name"] == "stdout" for stream in streams)
        printed = "".join("".join(stream["text"]) for stream in streams)
        assert capsys.readouterr().out == printed
        results = [o["data"] for o in cell["outputs"] if "data" in o]
        assert len(results) == (shown is not None)
        for data in results:
            kept = "".join("".join(data["text/plain"]).split())  # Jupyter breaks lines
            same = kept == "".join(repr(shown).split())
            assert same or kept.startswith("Page(")  # whose size may change
            assert not hasattr(shown, "pipe") or "<svg" in "".join(data["image/svg+xml"])


def test_a_picture_in_a_notebook_comes_without_warnings(capfd: pytest.CaptureFixture[str]) -> None:
    picture = draw((Value(2.0, "α") * Value(3.0, "Ω")).tanh())
    assert "α" in picture._repr_mimebundle_()["image/svg+xml"]
    assert capfd.readouterr().err == ""
