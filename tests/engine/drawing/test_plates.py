"""Numbers on edges: each on its own, none over another, and all of them where there is room."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import draw
from engine.drawing.plates import overlap, passes, place_plates
from nn import MLP

HEIGHTS = st.lists(st.integers(-6, 6), min_size=1, max_size=5, unique=True)


@given(HEIGHTS, HEIGHTS)
def test_no_plate_covers_another_and_each_lies_on_its_edge(
    left: list[int], right: list[int]
) -> None:
    edges = [((0.0, float(a)), (3.0, float(b))) for b in right for a in left]
    size = (0.6, 0.2)
    places = place_plates(edges, [size] * len(edges), margin=0.4)
    placed = [place for place in places if place is not None]
    for a, b in itertools.combinations(placed, 2):
        assert not overlap(a, size, b, size)
    for (start, end), place in zip(edges, places):
        if place is not None:
            x, y = place
            assert 0.7 <= x <= 2.3
            assert y == pytest.approx(start[1] + x / 3.0 * (end[1] - start[1]))


def test_a_place_is_taken_where_no_other_edge_passes() -> None:
    edges = [((0.0, 0.0), (4.0, 0.0)), ((0.0, 1.0), (4.0, -1.78))]  # they cross at 0.36
    (place, _) = place_plates(edges, [(0.4, 0.2)] * 2, margin=0.2)
    assert place is not None and not passes(edges[1], place, (0.4, 0.2))


@pytest.mark.parametrize(
    ("edge", "goes_through"),
    [
        (((-1.0, 0.0), (1.0, 0.0)), True),
        (((-1.0, 0.6), (1.0, 0.6)), False),
        (((0.0, -2.0), (0.0, 2.0)), True),
        (((1.1, -2.0), (1.1, 2.0)), False),
        (((-2.0, -2.0), (2.0, 2.0)), True),
        (((-2.0, 0.0), (0.0, 2.0)), False),
    ],
)
def test_an_edge_goes_through_a_plate_or_past_it(edge: object, goes_through: bool) -> None:
    assert passes(edge, (0.0, 0.0), (2.0, 1.0)) is goes_through


@pytest.mark.parametrize("sizes", [[1], [2, 1], [5, 1], [3, 3, 2]], ids=str)
def test_small_nets_show_every_weight(sizes: list[int]) -> None:
    model = MLP(2, sizes)
    n_weights = sum(a * b for a, b in itertools.pairwise([2, *sizes]))
    lines = [line.split() for line in draw(model).source.splitlines()]
    assert sum(words[0].startswith("w") and "->" not in words for words in lines) == n_weights
