"""The lesson on sizes: any list of them works, and one neuron is enough for an arc."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from demos.chapter2_neurons.any_size import arc, outputs_of, squares, squeezed
from engine import Value, check_gradients
from nn import MLP, predict

sizes = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@given(st.integers(1, 4), sizes)
def test_any_sizes_make_a_net_with_right_gradients(n_inputs: int, sizes: list[int]) -> None:
    model = MLP(n_inputs, sizes)
    widths = [n_inputs, *sizes]
    expected = sum((n + 1) * m for n, m in zip(widths, sizes))
    assert len(model.parameters()) == expected
    assert len(outputs_of(model)) == sizes[-1]
    assert isinstance(model([0.5] * n_inputs), Value) == (sizes[-1] == 1)
    check_gradients(squares, model)


def test_points_of_an_arc_pass_through_one_neuron() -> None:
    points = arc()
    model, history = squeezed(points)
    assert history.losses[-1] < 0.05**2  # the noise that makes the points leave the arc
    off = np.linalg.norm(predict(model, points), axis=1) - 1.0
    assert np.abs(off).max() < 0.15  # what comes out lies along the arc


def test_it_lists_the_shapes(run_quick) -> None:
    printed = run_quick("any_size", "bottleneck.png", "net.svg")
    rows = [line.split() for line in printed.splitlines() if line.endswith("right")]
    assert ["3", "16,", "1,", "1", "83", "1", "right"] in rows
    assert ["5", "1,", "1,", "1,", "1", "12", "1", "right"] in rows
