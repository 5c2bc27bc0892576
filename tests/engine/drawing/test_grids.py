"""Grids of colour: which cells there are, how deep their colour is, and what is written in them."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drawing.blocks import Grid, Grids
from engine.drawing.colors import NEGATIVE, POSITIVE, VALUE
from engine.drawing.figure import width_of
from engine.drawing.grids import (
    MOST_BESIDE,
    MOST_ON_A_SIDE,
    color_of_value,
    color_of_weight,
    draw_grids,
    luminance,
)
from engine.drawing.rendering import render_svg

NUMBERS = st.floats(-1.0, 1.0)


def parts(color: str) -> list[int]:
    return [int(color[k : k + 2], 16) for k in (1, 3, 5)]


def tables(grids: Grids) -> list[str]:
    return [mark.label for mark in draw_grids(grids).marks if mark.name.endswith("cells")]


def texts(grids: Grids) -> list[str]:
    return [mark.label for mark in draw_grids(grids).marks if not mark.name.endswith("cells")]


@given(NUMBERS)
def test_what_is_written_on_a_colour_can_be_read(x: float) -> None:
    for color, ink in (color_of_weight(x, 1.0), color_of_value(x, 1.0)):
        light = luminance(parts(color))
        contrast = 1.05 / (light + 0.05) if ink == "white" else (light + 0.05) / 0.05
        assert contrast >= 4.5


def test_the_largest_has_the_full_colour_and_zero_none() -> None:
    assert [color_of_weight(x, 2.0)[0] for x in (2.0, -2.0, 0.0)] == [POSITIVE, NEGATIVE, "#ffffff"]
    assert [color_of_value(x, 2.0)[0] for x in (2.0, -2.0)] == [VALUE, "#ffffff"]
    assert color_of_weight(0.0, 0.0) == ("#ffffff", "black")


def test_a_small_weight_has_the_colour_of_its_sign() -> None:
    less, more = (parts(color_of_weight(x, 1.0)[0]) for x in (-0.05, 0.05))
    assert less[0] > less[1] and more[1] > more[0]  # of crimson, and of teal


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 3))
def test_grids_stand_apart(columns: list[int], n_rows: int) -> None:
    rows = [[Grid([[0.5] * n] * 2, f"kernel {n}", "b = 0") for n in columns]] * n_rows
    marks = draw_grids(Grids(rows)).marks
    for a, b in combinations(marks, 2):
        across = abs(a.x - b.x) - (a.width + b.width) / 2
        down = abs(a.y - b.y) - (a.height + b.height) / 2
        same = a.name.rpartition("_")[0] == b.name.rpartition("_")[0]
        assert max(across, down) >= (-0.01 if same else 0.0)
    cells = [mark for mark in marks if mark.name.endswith("cells")]
    for a, b in combinations(cells, 2):
        across = abs(a.x - b.x) - (a.width + b.width) / 2
        assert across >= 0.2 or abs(a.y - b.y) > (a.height + b.height) / 2 + 0.3


@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_number_has_its_cell_in_its_row(rows: list[list[float]]) -> None:
    (table,) = tables(Grids([[Grid(rows, weights=True)]]))
    found = [re.findall(r'bgcolor="(#\w+)"', row) for row in table.split("</tr>")[:-1]]
    largest = max(abs(x) for row in rows for x in row)
    assert found == [[color_of_weight(x, largest)[0] for x in row] for row in rows]


def test_no_number_is_no_cell() -> None:
    (table,) = tables(Grids([[Grid([[1.0, None], [0.5, 0.5]])]]))
    assert table.count("<td") == 4 and table.count("bgcolor") == 3


def test_one_scale_for_weights_and_one_for_values() -> None:
    weights, values = Grid([[4.0]], weights=True), Grid([[1.0]])
    small = Grid([[2.0]], weights=True)
    first, second, third = tables(Grids([[weights, small], [values]]))
    assert POSITIVE in first and POSITIVE not in second and VALUE in third


@pytest.mark.parametrize(("side", "written"), [(5, True), (6, False)])
def test_numbers_are_written_where_there_is_room(side: int, written: bool) -> None:
    (table,) = tables(Grids([[Grid([[0.5] * side] * side)]]))
    assert ("0.5" in table) is written


def test_a_weight_below_zero_has_a_minus_where_its_number_has_no_room() -> None:
    (table,) = tables(Grids([[Grid([[-0.5] * 6 + [0.5]] * 6, weights=True)]]))
    assert table.count("−") == 36


def test_many_grids_have_no_numbers_in_them() -> None:
    grids = Grids([[Grid([[0.5] * 5] * 5)] * 4])
    assert all("0.5" in table for table in tables(grids))
    assert not any("0.5" in table for table in tables(Grids([grids.rows[0], grids.rows[0][:1]])))


def test_what_has_no_room_is_counted() -> None:
    side = MOST_ON_A_SIDE + 8
    (table,) = tables(large := Grids([[Grid([[0.5] * side] * side)]]))
    assert table.count("<td") == MOST_ON_A_SIDE**2 and texts(large) == ["32 × 32 of 40 × 40"]
    many = Grids([[Grid([[1.0]], "k")] * (MOST_BESIDE + 2)] * (MOST_BESIDE + 3))
    assert len(tables(many)) == MOST_BESIDE**2
    assert texts(many).count("and 2 more") == MOST_BESIDE and "and 3 rows more" in texts(many)


def test_names_stand_above_the_numbers_and_have_their_room() -> None:
    long = "w⁽¹²⁾₁₁,₁₂_of_a_layer"
    rows, names = [[0.5, -0.25]], [["a<b", long]]
    (table,) = tables(Grids([[Grid(rows, weights=True, names=names)]]))
    assert re.findall(r">([^<>]+)<br[^>]*>([^<>]+)<br", table) == [
        ("a&lt;b", "0.5"),
        (long, "−0.25"),
    ]
    assert min(map(int, re.findall(r'width="(\d+)"', table))) >= 72 * width_of(long, 10)


def test_names_touch_no_side_of_their_cell() -> None:
    rows, names = [[0.5, -0.25]], [["w⁽²⁾₁₁", "w⁽²⁾₂₁"]]
    picture = render_svg(draw_grids(Grids([[Grid(rows, weights=True, names=names)]])).picture())
    cells = re.findall(r'<polygon fill="#\w+" stroke="none" points="(-?[\d.]+),', picture)
    starts = re.findall(r'<text [^>]*text-anchor="start" x="(-?[\d.]+)"[^>]*>w', picture)
    assert len(cells) == len(starts) == 2
    for cell, start in zip(sorted(map(float, cells)), sorted(map(float, starts))):
        assert 1.5 <= start - cell <= 6.0


def test_a_grid_too_large_to_write_in_has_no_names_either() -> None:
    rows, names = [[1.0] * 6] * 6, [["w"] * 6] * 6
    (table,) = tables(Grids([[Grid(rows, names=names)]]))
    assert "w<" not in table
