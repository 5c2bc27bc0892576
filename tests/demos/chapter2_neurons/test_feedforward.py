"""The lesson on a 2-2-1 net: its numbers, and every z and a in the picture."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from demos.chapter2_neurons.feedforward import INPUTS, two_two_one
from engine import sigmoid


def test_the_outputs_are_those_of_the_textbook() -> None:
    model = two_two_one()
    hidden = [a.data for a in model.layers[0](INPUTS)]
    assert hidden == [sigmoid(3.0)] * 2 == pytest.approx([0.9526] * 2, abs=5e-5)
    assert model(INPUTS).data == pytest.approx(0.7216, abs=5e-5)
    assert all(p.data in (0.0, 1.0) for p in model.parameters())


def test_each_z_and_a_is_printed_and_stands_in_the_picture(run_quick, tmp_path: Path) -> None:
    printed = run_quick("feedforward", "feedforward.svg", "feedforward.png")
    last = {line.split()[0]: line.split()[-1] for line in printed.splitlines() if line[:2] == "  "}
    numbers = {
        "x₁": "2.0000",
        "x₂": "3.0000",
        "z⁽¹⁾₁": "3.0000",
        "z⁽¹⁾₂": "3.0000",
        "a⁽¹⁾₁": "0.9526",
        "a⁽¹⁾₂": "0.9526",
        "z⁽²⁾₁": "0.9526",
        "a⁽²⁾₁": "0.7216",
    }
    assert last == numbers
    picture = ElementTree.parse(tmp_path / "feedforward.svg").getroot()
    words = {text.strip() for text in picture.itertext()}
    for name, number in numbers.items():
        assert f"{name} = {float(number):g}" in words
