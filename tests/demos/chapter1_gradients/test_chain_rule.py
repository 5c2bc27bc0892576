"""The lesson on the chain rule: its numbers, and its page."""

from pathlib import Path

import pytest

from demos.helpers.command_line import run


def test_it_prints_both_passes_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["chain_rule", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "∂y/∂x += ∂y/∂v₁ · ∂v₁/∂x = −4 · 0.5 = −2" in printed
    assert "∂y/∂v₁ = −4 came in" in printed and "along x, which is w; it" in printed
    assert "∂y/∂x = 1 − y²" in printed
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "<html" in (tmp_path / "steps.html").read_text(encoding="utf-8")
