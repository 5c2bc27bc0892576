"""names: a small GPT learns which letter follows, and invents names."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from demos.chapter4_images_and_sequences import names
from demos.helpers.gpt import GPT


@pytest.mark.slow
def test_quick_learns_and_draws(run_quick: Callable[..., str], tmp_path: Path) -> None:
    printed = run_quick("names", "names.png", "attention.png", "anna.svg")
    first, last = map(float, re.findall(r"\d\.\d{3}", printed)[:2])
    assert last < first - 0.5
    texts = {text.strip() for text in ElementTree.parse(tmp_path / "anna.svg").getroot().itertext()}
    assert {"embedding", "block 1", "output", "loss"} <= texts


def test_of_all_names_those_of_plain_letters_are_read_and_shuffled(tmp_path: Path) -> None:
    known = names.shuffled_names()
    assert len(known) > 5000 and len(set(known)) == len(known) and "anna" in known
    assert known != sorted(known) and known == names.shuffled_names()
    assert known != names.shuffled_names(seed=1)
    file = tmp_path / "own.txt"
    file.write_text("Ada\nGrace\nO'Hara\nZoë\nAda\n" + "x" * 16, encoding="utf-8")
    assert sorted(names.shuffled_names(file)) == ["ada", "grace"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anna", "bartholomew"])
def test_values_and_array_code_have_the_same_loss_and_gradient(name: str) -> None:
    model = GPT(len(names.LETTERS), seed=4)
    loss = names.loss_of(model, name)
    model.zero_grad()
    loss.backward()
    found, gradient = names.program_of(model).value_and_gradient([names.row_of(name, 16)])
    assert found == pytest.approx(loss.data, rel=1e-12)
    expected = np.array([parameter.grad for parameter in model.parameters()])
    assert np.abs(gradient - expected).max() < 1e-12
    assert np.abs(expected).max() > 1e-3


def test_what_it_invents_are_names_drawn_from_the_generator() -> None:
    model = GPT(len(names.LETTERS), n_positions=5, seed=4)
    written = names.invent(model, 30, rng=np.random.default_rng(1))
    assert written == names.invent(model, 30, rng=np.random.default_rng(1))
    assert len(set(written)) > 20
    assert all(len(name) <= 5 and set(name) <= set(names.LETTERS[1:]) for name in written)
    cold = names.invent(model, 30, rng=np.random.default_rng(1), temperature=1e-3)
    assert len(set(cold)) == 1


def test_attention_adds_up_to_one_and_sees_nothing_that_comes_later() -> None:
    shares = names.attention_of(GPT(len(names.LETTERS), seed=4), "anna")
    assert len(shares) == 4
    for each in shares:
        assert np.nansum(each, axis=1) == pytest.approx(np.ones(5))
        assert np.isnan(each[np.triu_indices(5, 1)]).all()
