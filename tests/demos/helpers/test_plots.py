"""The panels of a picture stand apart, so that each label is read with its own panel."""

import pytest

pytest.importorskip("matplotlib")

from demos.helpers.plots import APART, panels


def test_no_label_comes_near_the_next_panel() -> None:
    figure, places = panels(2, 2, size=(4.0, 3.0))
    for axes in places:
        axes.set(title="loss", xlabel="epoch", ylabel="mean binary cross-entropy")
        figure.colorbar(axes.imshow([[0.0, 1.0]]), ax=axes).set_label("probability of class 1")
    figure.draw_without_rendering()
    boxes = [
        [axes.get_tightbbox(), bar.get_tightbbox()] for axes, bar in zip(places, figure.axes[4:])
    ]
    left, right = [[box for panel in boxes[k::2] for box in panel] for k in (0, 1)]
    upper, lower = boxes[0] + boxes[1], boxes[2] + boxes[3]
    least = 0.99 * APART * figure.dpi
    assert min(box.x0 for box in right) - max(box.x1 for box in left) >= least
    assert min(box.y0 for box in upper) - max(box.y1 for box in lower) >= least
