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
    for encoding in ("utf-8", "utf-8-sig"):  # with a mark before the text, as some editors write
        lines = ["Ada", "Grace", "O'Hara", "Zoë", "Ada", "x" * 16]
        file.write_text("\n".join(lines), encoding=encoding)
        assert sorted(names.shuffled_names(file)) == ["ada", "grace"]


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "own.txt cannot be read: .*No such file"),
        (b"\xff", "own.txt cannot be read: 'utf-8'"),
        ("Zoë\n".encode(), "own.txt has no name of at most 15 letters from a to z, one"),
    ],
)
def test_a_file_without_names_ends_the_lesson_in_one_line(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "own.txt").write_bytes(content)
    with pytest.raises(SystemExit, match=said):
        names.shuffled_names(tmp_path / "own.txt")


def test_no_name_of_a_single_letter_is_said_in_the_singular() -> None:
    with pytest.raises(SystemExit, match="the package names has no name of at most 1 letter from"):
        names.shuffled_names(longest=1)


def test_a_few_names_of_ones_own_are_read_again_and_again_by_a_model_of_any_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.txt").write_text("Ada\nJo\nAlan\n", encoding="utf-8")  # one too long
    sizes = {"steps": 80, "width": 4, "heads": 2, "positions": 4}
    names.main(tmp_path, file=tmp_path / "own.txt", **sizes)
    printed = capsys.readouterr().out
    assert printed.startswith("2 names of a to z, as ")
    assert float(re.findall(r"(\S+) at last", printed)[0]) < 2.0
    assert {"names.png", "attention.png", "anna.svg"} <= {f.name for f in tmp_path.iterdir()}


def test_what_is_built_is_said_before_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(names, "GPT")  # a large one takes minutes
    with pytest.raises(NameError):
        names.main(tmp_path, width=4096)
    assert capsys.readouterr().out.endswith("for a GPT of width 4096\n")


def test_a_training_of_few_steps_is_drawn_all_the_same(tmp_path: Path) -> None:
    for steps in (1, 3):
        names.draw_losses([2.0] * steps, tmp_path / "names.png")
    assert (tmp_path / "names.png").exists()


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
    assert all(1 <= len(name) <= 5 and set(name) <= set(names.LETTERS[1:]) for name in written)
    cold = names.invent(model, 30, rng=np.random.default_rng(1), temperature=1e-3)
    assert len(set(cold)) == 1


def test_attention_adds_up_to_one_and_sees_nothing_that_comes_later() -> None:
    shares = names.attention_of(GPT(len(names.LETTERS), seed=4), "anna")
    assert len(shares) == 4
    for each in shares:
        assert np.nansum(each, axis=1) == pytest.approx(np.ones(5))
        assert np.isnan(each[np.triu_indices(5, 1)]).all()
