"""The lesson on a whole layer: by edges, at once, by NumPy and by backward() the same."""

import numpy as np
import pytest

from demos.chapter2_neurons.whole_layer import (
    FIRST,
    INPUTS,
    SECOND,
    TARGETS,
    after_backward,
    delta_of,
)
from engine.proof.differences import numeric_derivative


def test_it_prints_the_same_by_edges_and_by_backward(run_quick) -> None:
    printed = run_quick("whole_layer", "layer.svg")
    rows = [line.split() for line in printed.splitlines() if line.startswith("  δ⁽¹⁾")][:3]
    assert [row[-1] for row in rows] == [f"{z.grad:.4f}" for z in after_backward().hidden]
    assert all(row[-1] == row[-2] for row in rows)
    lines = [line.split() for line in printed.splitlines()]
    products = [line[-3:] for line in lines if line[:1] == ["row"]]
    assert products == [line[-3:] for line in lines if line[:1] == ["backward()"]]
    assert len(products) == 2


def test_delta_is_what_the_formula_and_what_differences_say() -> None:
    net = after_backward()
    first, second, x = np.array(FIRST), np.array(SECOND), np.array(INPUTS)
    z = first @ x
    outputs = second @ np.tanh(z)
    whole = (second.T @ (2 * (outputs - TARGETS))) * (1 - np.tanh(z) ** 2)
    assert [node.grad for node in net.hidden] == pytest.approx(whole, rel=1e-12)
    deltas = [output.grad for output in net.outputs]
    for i, node in enumerate(net.hidden):

        def loss(t: float, i: int = i) -> float:
            moved = z + t * np.eye(3)[i]
            return float(((second @ np.tanh(moved) - TARGETS) ** 2).sum())

        assert node.grad == pytest.approx(numeric_derivative(loss, 0.0).value, rel=1e-6)
        by_hand = delta_of(i, deltas, net.activations[i].data)
        assert by_hand == pytest.approx(node.grad, rel=1e-12)


def test_the_picture_has_each_weight_in_the_row_of_its_neuron(run_quick, tmp_path) -> None:
    run_quick("whole_layer", "layer.svg")
    picture = (tmp_path / "layer.svg").read_text("utf-8")
    places = [picture.index(f">w⁽²⁾{j}{i}<") for i in "₁₂₃" for j in "₁₂"]
    assert places == sorted(places)
