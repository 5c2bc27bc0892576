"""What is printed arrives in letters that the terminal has."""

import io
import runpy
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.terminal import prepare_terminal, run_command, spell

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize(
    ("command", "what_runs"),
    [
        (["engine", "x", "x=1"], "engine.expression.parse"),
        (["engine", "judge", "a.py:Value"], "engine.proof.judge.command_line.verdicts"),
        (["demos"], "demos.helpers.command_line.listing"),
    ],
)
def test_ctrl_c_ends_a_command_without_a_traceback(
    command: list[str],
    what_runs: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def press(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(what_runs, press)
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as end:
        runpy.run_path(f"{ROOT / command[0]}/__main__.py", run_name="__main__")
    assert end.value.code == 130
    assert capsys.readouterr() == ("", "\nstopped\n")


@pytest.mark.parametrize("code", [None, 0, 2])
def test_a_command_ends_with_its_exit_code(code: int | None) -> None:
    with pytest.raises(SystemExit) as end:
        run_command(lambda: code)
    assert end.value.code == code
