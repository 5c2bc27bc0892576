"""Names and numbers as they are shown: no name twice, no digit too many, columns in line."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.names import align_columns, digits, name_nodes, split_name
from engine.rules import CONSTANT

MICRO, MU = "\u00b5", "\u03bc"  # they look alike, and Python takes them for one
LABELS = st.lists(
    st.sampled_from(["", "x", "x#2", "v1", "v2", "w", MICRO, MU, f"{MICRO}#2"]),
    min_size=1,
    max_size=8,
)


@given(LABELS)
def test_no_two_nodes_have_one_name(labels: list[str]) -> None:
    leaves = [Value(float(k), label) for k, label in enumerate(labels)]
    results = [leaf * 2 for leaf in leaves]
    nodes = [node for node in leaves + results if node.rule is not CONSTANT]
    names = name_nodes(nodes)
    assert len({normalize("NFKC", name) for name in names.values()}) == len(nodes)
    for node in nodes:
        assert normalize("NFKC", names[node]).startswith(normalize("NFKC", node.label) or "v")


# Numbers


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_digits_are_the_number_to_four_places(x: float) -> None:
    assert float(digits(x).replace("−", "-")) == float(f"{x:.4g}")
    assert "-" not in digits(x) and digits(-0.0) == "0"


def test_four_significant_digits_or_as_many_as_are_asked_for() -> None:
    assert digits(1 / 3) == "0.3333" and digits(1 / 3, 6) == "0.333333"
    assert digits(-123456.0) == "−1.235e+05" and digits(-123456.0, minus="-") == "-1.235e+05"


def test_an_index_needs_a_name_before_it() -> None:
    assert split_name("w12") == ("w", "12") and split_name("12") == ("12", "")


# Columns

CELLS = st.text(alphabet="ab .é−", max_size=6)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n))))
def test_every_cell_stands_in_its_column(rows: list[list[str]]) -> None:
    lines = align_columns(rows).split("\n") if rows else []
    starts, start = [], 0
    for column in zip(*rows):
        starts.append(start)
        start += max(map(len, column)) + 2
    for row, line in zip(rows, lines, strict=True):
        assert line == line.rstrip()
        for cell, place in zip(row, starts):
            assert line[place : place + len(cell)].ljust(len(cell)) == cell


def test_columns_are_flush_right_where_asked_for() -> None:
    assert align_columns([("a", "bb"), ("aa", "b")], right={1}) == "a   bb\naa   b"


@pytest.mark.parametrize("rows", [[], [()]])
def test_no_columns_are_no_text(rows: list[tuple[str, ...]]) -> None:
    assert align_columns(rows) == ""
