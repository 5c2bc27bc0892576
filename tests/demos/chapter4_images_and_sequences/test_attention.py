"""The lesson on attention: shares, three ways back, and no gradient to what is not seen."""

from math import exp
from random import Random

import pytest

from demos.chapter4_images_and_sequences.attention import (
    KEYS,
    POSITIONS,
    QUERY,
    SIZE,
    VALUES,
    reach,
)
from nn import SelfAttention


def test_it_prints_shares_and_the_ways_back(run_quick) -> None:
    printed = run_quick("attention", "attention.svg", "reach.svg")
    weights = [exp(QUERY * k) for k in KEYS]
    shares = [weight / sum(weights) for weight in weights]
    y = sum(p * v for p, v in zip(shares, VALUES))
    rows = [line.split() for line in printed.splitlines() if line[:3] in ("  1", "  2", "  3")]
    for row, p, v in zip([row for row in rows if len(row) == 7], shares, VALUES, strict=True):
        assert row[3:5] == [f"{p:.4f}"] * 2
        assert row[5] == row[6] == f"{QUERY * p * (v - y):.4f}"
    assert f"y = Σ p·v = {y:.4f}" in printed
    along_q = sum(p * k * (v - y) for p, k, v in zip(shares, KEYS, VALUES))
    assert f"∂y/∂q = {along_q:.4f}, and by hand {along_q:.4f}" in printed


@pytest.mark.parametrize("causal", [False, True])
def test_a_gradient_reaches_what_is_seen_and_nothing_else(causal: bool) -> None:
    sizes = reach(SelfAttention(SIZE, causal=causal, rng=Random(3)))
    for i in range(POSITIONS):
        for j in range(POSITIONS):
            assert (sizes[i][j] > 0.0) == (not causal or j <= i)
