"""The lesson on threshold neurons: the gates are right, and no single neuron is XOR."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.chapter2_neurons.threshold import (
    GATES,
    POINTS,
    fires,
    hidden,
    tables_of_one_neuron,
    threshold_neuron,
    xor,
)

moderate = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    "name, table", [("AND", [0, 0, 0, 1]), ("OR", [0, 1, 1, 1]), ("NAND", [1, 1, 1, 0])]
)
def test_a_gate_is_one_neuron(name: str, table: list[int]) -> None:
    assert [fires(GATES[name], a) for a in POINTS] == table


def test_xor_is_three() -> None:
    assert [xor(a) for a in POINTS] == [0, 1, 1, 0]
    assert hidden((0, 1)) == hidden((1, 0)) == (1, 1)


@given(moderate, moderate, moderate)
def test_a_neuron_fires_above_its_threshold_which_is_minus_the_bias(
    w1: float, w2: float, threshold: float
) -> None:
    neuron = threshold_neuron((w1, w2), threshold)
    assert neuron.bias.data == -threshold
    for a in POINTS:
        assert fires(neuron, a) == (math.fsum([w1 * a[0], w2 * a[1]]) > threshold)


@given(moderate, moderate, moderate)
def test_no_neuron_is_xor(w1: float, w2: float, threshold: float) -> None:
    neuron = threshold_neuron((w1, w2), threshold)
    table = [fires(neuron, a) for a in POINTS]
    assert table not in ([0, 1, 1, 0], [1, 0, 0, 1])


def test_one_neuron_has_all_tables_but_two() -> None:
    tables = tables_of_one_neuron()
    assert len(tables) == 14
    assert not {(0, 1, 1, 0), (1, 0, 0, 1)} & tables


def test_it_prints_the_tables_and_plots(run_quick) -> None:
    printed = run_quick("threshold", "threshold.png")
    rows = {line.split()[0]: line.split() for line in printed.splitlines() if line[:2] == "  "}
    assert rows["NAND"] == ["NAND", "−1", "−1", "−1.5", "1.5", "1", "1", "1", "0"]
    assert rows["XOR"] == ["XOR", "0", "1", "1", "0"]
    assert "computes 14 of the 16" in printed
