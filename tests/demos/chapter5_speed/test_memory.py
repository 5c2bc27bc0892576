"""The lesson on memory: what is kept alive, and what is freed."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter5_speed.memory import EPOCHS, nodes_kept
from demos.helpers.command_line import run
from engine import Value


def test_a_sum_of_losses_keeps_every_graph_and_a_sum_of_numbers_none() -> None:
    assert nodes_kept(lambda loss: loss) > 7 * EPOCHS
    assert EPOCHS < nodes_kept(Value.detach) < 3 * EPOCHS
    assert nodes_kept(lambda loss: loss.data) == 1


def test_a_graph_is_freed_with_its_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["memory", "--quick", "--output", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "8 nodes are alive" in printed and "del loss: 1 is left" in printed
    assert [file.name for file in tmp_path.iterdir()] == ["kept.svg"]
    texts = {text.strip() for text in ElementTree.parse(tmp_path / "kept.svg").getroot().itertext()}
    assert {"epoch 1", "epoch 2", "epoch 3"} <= texts
