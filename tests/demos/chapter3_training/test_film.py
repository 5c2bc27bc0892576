"""The film: what is in it, that it learns, and that the page needs nothing else."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demos.chapter3_training.film import page, train
from demos.chapter3_training.moons import accuracy, half_moons
from demos.helpers.command_line import run
from nn import MLP, binary_cross_entropy


def test_quick_learns_and_writes_one_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["film", "--quick", "--output", str(tmp_path)])
    rows = [line for line in capsys.readouterr().out.splitlines() if "accuracy" in line]
    before, after = (float(re.findall(r"accuracy ([\d.]+)%", row)[0]) for row in rows)
    assert after > before + 20
    (file,) = tmp_path.iterdir()
    text = file.read_text(encoding="utf-8")
    assert file.name == "film.html" and "{{" not in text
    found = re.search(r'<script id="film" type="application/json">(.*?)</script>', text, re.S)
    assert found is not None
    film = json.loads(found.group(1))
    assert len(film["frames"]) == 31 and len(film["points"]) == len(film["classes"]) == 40
    assert {len(frame[k]) for frame in film["frames"] for k in ("parameters", "gradients")} == {37}


def test_the_page_asks_the_network_for_nothing() -> None:
    text = page({"frames": []})
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|@import|url\(|\bfetch\b|src=", text)


@pytest.mark.browser
def test_the_epochs_are_gone_through_and_played(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    run(["film", "--quick", "--output", str(tmp_path)])
    film = open_file(tmp_path / "film.html")

    def said() -> str:
        return str(film.text_content("#said")).partition(",")[0]

    film.keyboard.press("ArrowRight")
    assert said() == "epoch 1"
    film.keyboard.press("End")
    assert said() == "epoch 30" == f"epoch {film.input_value('#epoch')}"
    film.click("summary")
    film.locator("#numbers tr").nth(37).wait_for()  # filled by an event that follows the click
    assert film.locator("#numbers tr").count() == 1 + 37
    film.fill("#epoch", "7")
    assert said() == "epoch 7"
    curve = film.locator("#loss").bounding_box()
    film.mouse.click(curve["x"] + curve["width"] - 16, curve["y"] + 30)
    assert said() == "epoch 30"
    film.click("#play")  # from the beginning, where it is at the end
    assert film.text_content("#play") == "Stop"
    film.keyboard.press("Home")
    assert film.text_content("#play") == "Play" and said() == "epoch 0"


def test_a_frame_holds_the_numbers_of_its_epoch() -> None:
    points, classes = half_moons(20)
    model = MLP(2, [3, 1], seed=1)
    frames = train(model, points, classes, 3)
    assert len(frames) == 4
    for frame in frames:
        replayed = MLP(2, [3, 1])
        for parameter, number in zip(replayed.parameters(), frame["parameters"], strict=True):
            parameter.data = number
        loss = binary_cross_entropy([replayed(point) for point in points], classes)
        loss.backward()
        assert loss.data == pytest.approx(frame["loss"], rel=1e-4)
        assert accuracy(replayed, points, classes) == frame["accuracy"]
        for parameter, number in zip(replayed.parameters(), frame["gradients"]):
            assert parameter.grad == pytest.approx(number, rel=1e-3, abs=1e-6)


def test_the_page_reads_parameters_in_the_order_that_the_model_gives_them() -> None:
    names = [name for name, _ in MLP(2, [2, 1]).named_parameters()]
    assert names == [
        f"layers.{layer}.neurons.{neuron}.{part}"
        for layer, neuron in ((0, 0), (0, 1), (1, 0))
        for part in ("weights.0", "weights.1", "bias")
    ]
