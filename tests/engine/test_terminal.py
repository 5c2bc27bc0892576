"""What is printed arrives in letters that the terminal has."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.terminal import prepare_terminal, spell


@given(st.text())
def test_any_text_is_spelled_in_ascii_and_ascii_stays(text: str) -> None:
    assert spell(text).isascii()
    assert "".join(c for c in spell(text)) == text or not text.isascii()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@given(text=st.text())
def test_any_text_can_be_printed(encoding: str, text: str) -> None:
    stream, before = io.TextIOWrapper(io.BytesIO(), encoding), sys.stdout
    sys.stdout = stream
    try:
        prepare_terminal()
        print(text)
    finally:
        sys.stdout = before
    stream.flush()
    assert stream.buffer.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("∂v3/∂v2 = 1 − v3² = 1", "dv3/dv2 = 1 - v3^2 = 1"),
        ("x⁻¹⁰·w₂₁", "x^-10*w_21"),
        ("√Σ", "sqrtSigma"),
        ("\u00b5 \u03bc", "mu mu"),
        ("\ud800", "\\ud800"),
    ],
)
def test_how_it_is_spelled(text: str, spelled: str) -> None:
    assert spell(text) == spelled
