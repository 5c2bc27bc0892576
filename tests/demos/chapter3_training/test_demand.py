"""The lesson on demand: it comes close to the formula, and its neurons mean what they are named."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from demos.chapter3_training.demand import FACTORS, Demand, products, true_factors, true_probability


def test_what_each_named_neuron_sees() -> None:
    model = Demand()
    before = model.factors([0.5, 0.5, 0.5, 0.5])
    for index, seen_by in enumerate(
        [{"affordability", "quality"}, {"affordability"}, {"awareness"}, {"quality"}]
    ):
        sample = [0.5] * 4
        sample[index] = 0.9
        changed = {
            name for name, a, b in zip(FACTORS, before, model.factors(sample)) if a.data != b.data
        }
        assert changed == seen_by


def test_the_data_follow_the_formula() -> None:
    samples, sold = products(20_000, seed=3)
    chance = true_probability(samples)
    assert true_factors(samples).shape == (20_000, 3)
    for low in (0.0, 0.25, 0.5, 0.75):
        inside = (chance >= low) & (chance < low + 0.25)
        assert np.mean(sold[inside]) == pytest.approx(np.mean(chance[inside]), abs=0.03)


def test_it_comes_close_to_the_formula_and_draws_the_names(run_quick, tmp_path: Path) -> None:
    printed = run_quick("demand", "demand.png", "demand.svg")
    right, best = (float(number) for number in re.findall(r"is right for ([\d.]+)%", printed))
    assert right > best - 2.0
    assert float(re.findall(r"is off by\s([\d.]+) on average", printed)[0]) < 0.03
    for name in FACTORS:
        (correlation,) = re.findall(rf"{name} +([\d.]+)", printed)
        assert float(correlation) > 0.95
    picture = ElementTree.parse(tmp_path / "demand.svg").getroot()
    words = {text.strip() for text in picture.itertext()}
    named = {f"neuron {k}: {name}" for k, name in enumerate(FACTORS, 1)}
    assert {*named, "top seller", "price", "shipping", "marketing", "material"} <= words
    assert {"w₃₁", "w₃₂", "b₃", "z₃", "a₃", "w₃", "b", "z"} <= words  # all tell their neuron
    assert not any(mark in word for word in words for mark in "′″[")
