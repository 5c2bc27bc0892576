"""What the lessons' pictures share: colours, panels, curves and decision boundaries."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from engine import sigmoid
from engine.drawing.colors import CLASSES, GRADIENT, NEGATIVE, POSITIVE, VALUE
from engine.files import write_file
from nn import Module, predict
from nn.training.history import draw_curve

BLUE, ORANGE = VALUE, GRADIENT
TEAL = "#0f9488"  # where there are more than two lines
INK, GREY = "#24292f", "#6e7781"
APART = 0.2  # between panels, in inches: the label of one is not read as the next one's
BY_CLASS = LinearSegmentedColormap.from_list("class 0 to 1", [CLASSES[0], "white", CLASSES[1]])
BY_SIGN = LinearSegmentedColormap.from_list("weights", [NEGATIVE, "white", POSITIVE])
BY_VALUE = LinearSegmentedColormap.from_list("values", [GREY, "white", BLUE])


def panels(columns: int = 1, rows: int = 1, *, size: tuple[float, float]) -> tuple[Figure, Any]:
    """A figure of columns times rows panels, each of this size in inches, and a list of their axes.

    It belongs to no window and needs no display.
    """
    width, height = size
    apart = ConstrainedLayoutEngine(w_pad=APART / 2, h_pad=APART / 2)
    figure = Figure(figsize=(columns * width, rows * height), layout=apart)
    places = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for axes in places:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, places


def save(figure: Figure, path: Path) -> None:
    """Write the figure to a file, sharp enough for a screen of high resolution."""
    image = BytesIO()
    figure.savefig(
        image,
        format=path.suffix.removeprefix("."),
        dpi=160,
        bbox_inches="tight",
        pad_inches=0.15,
        facecolor="white",
    )
    write_file(path, image.getvalue())


def draw_losses(axes: Any, losses: Sequence[float]) -> None:
    """The loss of each epoch, on a logarithmic scale."""
    draw_curve(axes, "loss", BLUE, list(losses))


def draw_points(
    axes: Any, points: Any, classes: Any, names: tuple[str, str] = ("class 0", "class 1")
) -> None:
    """Points of two classes: purple circles and golden triangles."""
    points, classes = np.asarray(points), np.asarray(classes)
    for number, (name, color, marker) in enumerate(zip(names, CLASSES, "o^")):
        axes.scatter(
            *points[classes == number].T,
            s=34,
            c=color,
            marker=marker,
            edgecolors="white",
            linewidths=0.7,
            label=name,
            zorder=3,
        )


def draw_boundary(axes: Any, model: Module, points: Any, resolution: int = 100) -> Any:
    """The probability of class 1 around the points, as a tint; a line where it is ½.

    The model computes a logit of two numbers. Returns the image, for a colour bar.
    """
    (left, bottom), (right, top) = np.min(points, axis=0), np.max(points, axis=0)
    margin = 0.12 * max(right - left, top - bottom)
    xs = np.linspace(left - margin, right + margin, resolution)
    ys = np.linspace(bottom - margin, top + margin, resolution)
    places = [(x, y) for y in ys for x in xs]
    probabilities = [sigmoid(logit) for logit in predict(model, places).tolist()]
    surface = np.reshape(probabilities, (resolution, resolution))
    shades = axes.imshow(
        surface,
        extent=(xs[0], xs[-1], ys[0], ys[-1]),
        origin="lower",
        interpolation="bilinear",
        cmap=BY_CLASS,
        vmin=0,
        vmax=1,
        alpha=0.4,
        aspect="auto",
    )
    axes.contour(xs, ys, surface, levels=[0.5], colors=INK, linewidths=1.5)
    return shades
