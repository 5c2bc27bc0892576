"""Messages are short, on one line, and steer no terminal, whatever was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages import LONGEST, brief, first_ten, shown

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
)


class Odd:
    """An object whose repr is whatever a test wants."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


@given(st.text() | st.text(min_size=150, max_size=300))
def test_any_text_is_one_short_line(text: str) -> None:
    for line in (brief(text), shown(text), shown(Odd(text)), shown([Odd(text)] * 10)):
        assert line.isprintable() and len(line) <= LONGEST


@given(ANYTHING)
def test_anything_is_one_short_line(thing: object) -> None:
    assert shown(thing).isprintable() and len(shown(thing)) <= LONGEST


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=LONGEST))
def test_what_is_short_and_printable_stays_as_it_is(text: str) -> None:
    assert brief(text) == text


@given(st.lists(st.integers(), max_size=6))
def test_a_short_list_is_shown_as_python_does(numbers: list[int]) -> None:
    assert shown(numbers) == (repr(numbers) if len(repr(numbers)) <= LONGEST else brief(numbers))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\x1b[31m", "a\\nb\\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("w" * 500, "w" * 149 + "…" + "w" * 50),
        ("\x00" * 500, ("\\x00" * 50)[:149] + "…" + ("\\x00" * 50)[-50:]),
        ("größe", "größe"),
    ],
)
def test_what_is_cut_and_what_is_escaped(text: str, line: str) -> None:
    assert brief(text) == line


def test_what_cannot_be_written_out_is_named_by_its_kind() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no repr")

    assert "Broken" in shown(Broken())
    assert shown(10**5000) == "a very long int"
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    assert shown(nested) == "[[[[[[[...]]]]]]]"
    while nested:  # taken apart from outside: Python frees nested lists deeply
        nested = nested.pop()  # type: ignore[assignment]


def test_of_more_than_ten_the_rest_is_counted() -> None:
    assert first_ten(["a"] * 10) == ["a"] * 10
    assert first_ten([f"{k}" for k in range(12)]) == [*"0123456789", "and 2 more"]
    assert first_ten([]) == []
