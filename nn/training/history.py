"""History: how training went, epoch by epoch, and its picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.at_once import at_once
from engine.drawing.colors import GRADIENT, VALUE
from engine.elsewhere import mark_absent
from engine.messages import counted
from engine.names import digits
from engine.optional import missing


@dataclass(slots=True)
class History:
    """One number for each epoch in each list; those that were not asked for stay empty.

    `losses` are means over the batches of the epoch, each before its step; `gradient_norms` the
    mean Euclidean length of their gradients; `seconds` what the epoch took. What is measured at the
    end of the epoch, in evaluation mode: `validation_losses` if there is validation, and the
    share of right classes if the loss is one of classes: `accuracies`, `validation_accuracies`.
    `stopped` says why training ended before its last epoch.
    """

    losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    validation_accuracies: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stopped: str = ""

    def __len__(self) -> int:
        """The number of epochs."""
        return len(self.losses)

    def add(self, epoch: dict[str, float]) -> None:
        """One epoch more: a number for each list that is filled."""
        at_once(list.append, [getattr(self, name) for name in epoch], epoch.values())

    def plot(self) -> Any:
        """Loss, accuracy if there is one, and gradient norm over the epochs: a figure, which
        `.savefig("loss.png")` writes.

        It needs matplotlib: pip install -e ".[train]". Raises ValueError for no epochs.
        """
        if not self.losses:
            raise ValueError("there is nothing to plot: no epoch was finished")
        try:
            from matplotlib import pyplot
        except ModuleNotFoundError as error:
            raise missing("History.plot", "matplotlib", "train") from error
        panels = [("loss", VALUE, self.losses, self.validation_losses)]
        if self.accuracies or self.validation_accuracies:
            panels.append(("accuracy", VALUE, self.accuracies, self.validation_accuracies))
        panels.append(("length of the gradient", GRADIENT, self.gradient_norms, []))
        width = 4.2 * len(panels)
        figure, row = pyplot.subplots(1, len(panels), figsize=(width, 3.6), layout="constrained")
        for axes, (title, color, numbers, validation) in zip(row, panels):
            draw_curve(axes, title, color, numbers, validation)
        if "inline" in pyplot.get_backend():  # a notebook, which shows what is returned and,
            pyplot.close(figure)  # if it is still open, shows it a second time
        return figure

    def __repr__(self) -> str:
        if not self.losses:
            return "History(no epochs)"
        shown = [counted(len(self), "epoch"), f"loss {digits(self.losses[-1], plain=True)}"]
        if self.validation_losses:
            shown.append(f"validation loss {digits(self.validation_losses[-1], plain=True)}")
        if self.accuracies:
            shown.append(f"accuracy {self.accuracies[-1]:.1%}")
        if self.validation_accuracies:
            shown.append(f"validation accuracy {self.validation_accuracies[-1]:.1%}")
        shown.append(f"{digits(sum(self.seconds), 2)} s")
        return f"History({', '.join(shown + [self.stopped] * bool(self.stopped))})"


# What other libraries call it
ELSEWHERE = {
    "history": "losses, accuracies and so on",
    "loss": "losses",
    "val_loss": "validation_losses",
    "val_losses": "validation_losses",
    "accuracy": "accuracies",
    "val_accuracy": "validation_accuracies",
}
mark_absent(History, ELSEWHERE)


def draw_curve(
    axes: Any, title: str, color: str, numbers: list[float], validation: Sequence[float] = ()
) -> None:
    """One panel: training as a line, validation as a paler one, loss and gradient in decades."""
    from matplotlib.ticker import LogLocator

    epochs = range(1, max(len(numbers), len(validation)) + 1)
    if numbers:
        axes.plot(epochs, numbers, color=color, linewidth=2, label="training")
    if validation:
        axes.plot(epochs, validation, color=color, linewidth=2, alpha=0.4, label="validation")
        axes.legend(frameon=False)
    if title == "accuracy":
        axes.yaxis.get_major_locator().set_params(steps=[1, 2, 5, 10])
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    elif min([*numbers, *validation]) > 0.0:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")
    axes.set(title=title, xlabel="epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
