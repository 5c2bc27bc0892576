"""History: what it says and what it draws."""

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib import pyplot

from nn import History
from tests.recipes import ROOT


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("history", "losses, accuracies and so on"),
        ("loss", "losses"),
        ("val_loss", "validation_losses"),
        ("val_losses", "validation_losses"),
        ("accuracy", "accuracies"),
        ("val_accuracy", "validation_accuracies"),
    ],
)
def test_what_other_libraries_call_it_is_said(name: str, here: str) -> None:
    said = f"^History has no attribute '{name}': here it is {here}$"
    with pytest.raises(AttributeError, match=said):
        getattr(history(), name)
    assert not hasattr(history(), name)


def history(**lists: list[float]) -> History:
    found = History(losses=[1.0, 0.1, 0.01], gradient_norms=[3.0, 2.0, 1.0], seconds=[0.5] * 3)
    for name, numbers in lists.items():
        setattr(found, name, numbers)
    return found


FULL = {
    "accuracies": [0.5, 0.75, 1.0],
    "validation_losses": [1.0, 0.5, 0.2],
    "validation_accuracies": [0.4, 0.5, 0.9],
}


def test_it_says_how_training_ended() -> None:
    assert repr(History()) == "History(no epochs)"
    assert repr(History(losses=[0.5])).startswith("History(1 epoch, loss 0.5")
    assert repr(history()) == "History(3 epochs, loss 0.01, 1.5 s)"
    full = history(**FULL)
    full.stopped = "interrupted"
    assert repr(full) == (
        "History(3 epochs, loss 0.01, validation loss 0.2, accuracy 100.0%, "
        "validation accuracy 90.0%, 1.5 s, interrupted)"
    )
    assert len(full) == 3


def test_the_picture_has_a_panel_for_each_measure(tmp_path: Path) -> None:
    pyplot.switch_backend("Agg")
    figure = history(**FULL).plot()
    loss, accuracy, gradient = figure.axes
    assert [axes.get_title() for axes in figure.axes] == [
        "loss",
        "accuracy",
        "length of the gradient",
    ]
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert list(loss.lines[0].get_ydata()) == [1.0, 0.1, 0.01]
    assert list(accuracy.lines[1].get_ydata()) == [0.4, 0.5, 0.9]
    assert len(gradient.lines) == 1
    assert (loss.get_yscale(), accuracy.get_yscale()) == ("log", "linear")
    figure.savefig(tmp_path / "history.png")
    pyplot.close(figure)
    figure = history(losses=[1.0, 0.0, 0.0]).plot()  # 0 is on no logarithmic scale
    assert [axes.get_yscale() for axes in figure.axes] == ["linear", "log"]
    pyplot.close(figure)


def test_the_accuracy_of_the_validation_alone_is_drawn() -> None:
    pyplot.switch_backend("Agg")
    figure = history(validation_accuracies=[0.4, 0.5, 0.9]).plot()
    (line,) = figure.axes[1].lines
    assert (figure.axes[1].get_title(), line.get_label()) == ("accuracy", "validation")
    assert list(line.get_xdata()) == [1, 2, 3] and list(line.get_ydata()) == [0.4, 0.5, 0.9]
    pyplot.close(figure)


def test_a_notebook_shows_the_picture_once_and_the_bar_without_a_warning() -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    cells = [
        "from nn import MLP, fit, hinge",
        "history = fit(MLP(1, [1]), hinge, [[1]], [1], epochs=3, progress=True)",
        "history.plot()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    _, training, picture = [cell.outputs for cell in notebook.cells]
    assert [list(output.data) for output in picture] == [["text/plain", "image/png"]]
    assert "Warning" not in str(training) and "epoch" in str(training)


def test_nothing_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="there is nothing to plot: no epoch was finished"):
        History().plot()


@pytest.mark.parametrize(
    "missing, code, extra",
    [
        ("matplotlib", "from nn import History; History(losses=[1.0]).plot()", "train"),
        (
            "tqdm",
            "from nn import MLP, fit, hinge; fit(MLP(1, [1]), hinge, [[1]], [1], progress=True)",
            "train",
        ),
        ("numpy", "from nn import fit; fit()", "fast"),
        ("sklearn", "from nn import Classifier; Classifier()", "sklearn"),
        ("torch", "from nn import to_torch; to_torch()", "torch"),
    ],
)
def test_what_is_missing_is_said_with_its_extra(missing: str, code: str, extra: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; {code}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: ")
    assert last.endswith(f'pip install -e ".[{extra}]"')
