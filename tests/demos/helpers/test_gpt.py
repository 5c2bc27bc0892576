"""The GPT: its sizes, and what a position may not know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.helpers.gpt import GPT, next_token_loss
from engine import check_gradients

MODEL = GPT(5, width=4, n_positions=6, heads=2, n_blocks=2, seed=3)
tokens = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "sizes, count",
    [
        ({}, 4192),
        ({"n_blocks": 2}, 4192 + 12 * 16 * 16),
        ({"width": 8, "heads": 2, "n_positions": 4}, 27 * 8 + 4 * 8 + 12 * 8 * 8 + 8 * 27),
    ],
)
def test_it_has_as_many_parameters_as_its_sizes_say(sizes: dict[str, int], count: int) -> None:
    assert len(GPT(27, **sizes).parameters()) == count


@given(tokens, st.data())
def test_a_later_token_changes_no_earlier_prediction(given: list[int], data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, len(given) - 1))
    other = [*given[:changed], data.draw(st.integers(0, 4)), *given[changed + 1 :]]
    before, after = MODEL(given), MODEL(other)
    for t in range(changed):
        assert [logit.data for logit in before[t]] == [logit.data for logit in after[t]]
    if other != given:
        assert [x.data for x in before[changed]] != [x.data for x in after[changed]]


@given(tokens)
def test_one_hot_rows_are_tokens(given: list[int]) -> None:
    rows = [[float(k == token) for k in range(5)] for token in given]
    for ours, theirs in zip(MODEL(given), MODEL(rows)):
        assert [x.data for x in ours] == pytest.approx([x.data for x in theirs], rel=1e-12)


def test_its_gradient_is_right() -> None:
    check_gradients(
        lambda model: next_token_loss(model([0, 3]), [3, 0], [0.5, 0.5]),
        GPT(5, width=2, n_positions=3, heads=1, seed=1),
        allow_unused=True,
    )
