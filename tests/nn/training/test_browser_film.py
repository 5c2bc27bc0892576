"""The film in a real browser: epochs, playing, neurons, the address, what it saves; every kind."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn import MLP, film
from tests.engine.explorer.measuring import SIZES
from tests.nn.training.measuring import FAULTS

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(0)
X = RNG.uniform(-2.0, 2.0, (40, 2))
KINDS = {
    "probability": (
        MLP(2, [4, 4, 1], seed=0),
        nn.binary_cross_entropy,
        (X[:, 0] > 0).astype(int),
    ),
    "sign": (MLP(2, [12, 1], "softplus", seed=0), nn.hinge, np.sign(X[:, 0])),
    "class": (
        MLP(2, [3, 3], "relu", seed=0),
        nn.softmax_cross_entropy,
        np.digitize(X[:, 0], [-0.5, 1.0]),
    ),
    "number": (MLP(2, [3, 1], "gelu", seed=0), nn.mean_squared_error, X[:, 0] * X[:, 1]),
}


def written(tmp_path: Path, kind: str, epochs: int) -> Path:
    model, loss, targets = KINDS[kind]
    path = tmp_path / f"{kind}.html"
    film(model, loss, X, targets, epochs=epochs, path=path)
    return path


def test_the_epochs_are_gone_through_played_shared_and_saved(
    tmp_path: Path, open_file: Callable[..., Any]
) -> None:
    page = open_file(written(tmp_path, "probability", 30), "#epoch=12&speed=4&neuron=1,2")

    def said() -> str:
        return str(page.text_content("#said")).partition(",")[0]

    # the address decides
    assert said() == "epoch 12" and page.input_value("#speed") == "4"
    assert page.text_content("#field-title") == "What a⁽¹⁾₃ sees"
    page.keyboard.press("ArrowRight")
    assert said() == "epoch 13"
    page.keyboard.press("End")
    assert said() == "epoch 30" == f"epoch {page.input_value('#epoch')}"
    page.wait_for_url("**/*#epoch=30&speed=4&neuron=1,2")

    # neurons
    page.click("#net [data-neuron='2,0']")
    assert page.text_content("#field-title") == "What a⁽²⁾₁ sees"
    assert page.locator("#net [aria-pressed=true]").count() == 1
    page.click("#net [data-neuron='2,0']")
    assert page.text_content("#field-title") == "What the model answers"
    assert page.get_attribute("#field .border", "d").startswith("M")
    page.locator("#net .edge").first.dispatch_event("pointerover")
    assert re.fullmatch(r"w⁽¹⁾₁₁ = .+", page.text_content("#net .edge title"))

    # numbers, the slider, the curve
    page.click("#all summary")
    page.locator("#numbers tr").nth(37).wait_for()  # filled by an event that follows the click
    page.fill("#epoch", "7")
    assert said() == "epoch 7"
    curve = page.locator("#loss").bounding_box()
    page.mouse.click(curve["x"] + curve["width"] - 16, curve["y"] + 30)
    assert said() == "epoch 30"

    # what is saved
    page.click("#share summary")
    for button, ending in (("#svg", "svg"), ("#png", "png"), ("#save", "html")):
        with page.expect_download() as waiting:
            page.click(button)
        file = tmp_path / f"saved.{ending}"
        waiting.value.save_as(file)
        assert waiting.value.suggested_filename == f"film-epoch-30.{ending}"
        page.get_by_text(f"Saved as film-epoch-30.{ending}.").wait_for()
    svg = (tmp_path / "saved.svg").read_text(encoding="utf-8")
    assert svg.count("<image") == 1 + 11 and "What the model answers" in svg
    assert (tmp_path / "saved.png").read_bytes().startswith(b"\x89PNG")

    # playing, from the beginning, where it is at the end
    page.click("#play")
    assert page.text_content("#play") == "Stop"
    page.locator("#said", has_text=re.compile("epoch (?!0)")).wait_for()
    page.keyboard.press("Home")
    assert page.text_content("#play") == "Play" and said() == "epoch 0"
    page.click("#play")
    page.locator("#play[aria-pressed=false]").wait_for()
    assert said() == "epoch 30"

    again = open_file(tmp_path / "saved.html")
    assert str(again.text_content("#said")).startswith("epoch 30")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_every_window(
    tmp_path: Path, open_file: Callable[..., Any], kind: str
) -> None:
    page = open_file(written(tmp_path, kind, 2), "#epoch=2", color_scheme="dark")
    page.click("#share summary")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.evaluate(FAULTS) == [], (width, height)
    colors = page.evaluate(
        """() => {
          const canvas = document.querySelector("#field canvas");
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const of = (k) => [...data.slice(4 * k, 4 * k + 4)].join();
          return [of(0), of(width - 1), of(width * height - 1)];
        }"""
    )
    assert len(set(colors)) > 1 and all(color.endswith(",255") for color in colors)


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_printed_as_wide_as_paper_and_in_light_colours(
    tmp_path: Path, open_file: Callable[..., Any], width: int
) -> None:
    page = open_file(written(tmp_path, "probability", 3), color_scheme="dark")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("dispatchEvent(new Event('resize'))")  # its own comes a little later
    across = "(name) => [...document.querySelectorAll(name)].map((e) => e.getBoundingClientRect())"
    before = page.evaluate(across, "#net .neuron")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    (main,) = page.evaluate(across, "main")
    (panel,) = page.evaluate(across, "#net-panel")
    neurons = page.evaluate(across, "#net .neuron")
    assert main["width"] == pytest.approx(18 / 2.54 * 96, abs=1.0)  # A4 without its margins
    assert panel["right"] <= main["right"] + 1.0
    assert all(panel["left"] <= n["left"] and n["right"] <= panel["right"] for n in neurons)
    body = "getComputedStyle(document.body)"
    assert page.evaluate(f"[{body}.backgroundColor, {body}.color]") == [
        "rgb(255, 255, 255)",
        "rgb(27, 31, 36)",
    ]
    faults = page.evaluate(FAULTS)
    assert [fault for fault in faults if not fault.startswith(("outside", "wider"))] == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(across, "#net .neuron") == before


def test_the_field_is_what_predict_gives(tmp_path: Path, open_file: Callable[..., Any]) -> None:
    """The sign of the answer at every place, by the colour that is drawn there."""
    path = written(tmp_path, "number", 40)
    page = open_file(path, "#epoch=40")
    found = re.search(r'id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)
    assert found
    rows = np.array(json.loads(found[1])["rows"])
    model = KINDS["number"][0]
    plane, pixels = page.evaluate(
        """() => {
          const { planeOf } = modules["model/plane.js"];
          const film = JSON.parse(document.querySelector("#data").textContent);
          const canvas = document.querySelector("#field canvas");
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const places = Array.from({ length: width * height }, (_, k) => 4 * k);
          const bluer = places.map((k) => data[k + 2] - data[k]);
          return [planeOf(film.rows), { width, height, bluer }];
        }"""
    )
    width, height = pixels["width"], pixels["height"]
    bluer = np.array(pixels["bluer"]).reshape(height, width)
    x = plane["left"] + (plane["right"] - plane["left"]) * (np.arange(width) + 0.5) / width
    y = plane["top"] - (plane["top"] - plane["bottom"]) * (np.arange(height) + 0.5) / height
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    answers = nn.predict(model, places).reshape(height, width)
    middle = (rows[:, 2].min() + rows[:, 2].max()) / 2
    sure = np.abs(answers - middle) > 0.05 * (rows[:, 2].max() - rows[:, 2].min())
    assert sure.mean() > 0.5
    assert ((bluer > 0) == (answers < middle))[sure].all()
