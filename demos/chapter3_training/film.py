"""The film of a training: a small net learns two half-moons, epoch by epoch, on one page.

It shows     a slider over the epochs: what the net decides everywhere, how the loss falls, what
             each neuron has learned to see, the weights, and the gradients that change them
It takes     about fifteen seconds; three with --quick
It writes    film.html, which any browser opens; it needs no network
"""

import json
from pathlib import Path
from typing import Any

from tqdm import tqdm

from demos.chapter3_training.moons import Points, half_moons
from engine.explorer.modules import joined
from engine.files import write_file
from nn import MLP, SGD, binary_cross_entropy

PAGE = Path(__file__).parent / "film_page"


def main(output: Path, *, quick: bool = False) -> None:
    """Train, keep what changes in each epoch, and put it on a page."""
    n_samples, epochs = (40, 30) if quick else (120, 240)
    points, classes = half_moons(n_samples)
    model = MLP(2, [4, 4, 1], seed=3)
    print(f"{n_samples} points, {model}")
    frames = train(model, points, classes, epochs)
    first, last = frames[0], frames[-1]
    for when, frame in (("before", first), ("after", last)):
        print(f"{when} training: accuracy {frame['accuracy']:.1%}, loss {frame['loss']:.4f}")
    film = {"sizes": [2, 4, 4, 1], "points": points, "classes": classes, "frames": frames}
    write_file(output / "film.html", page(film))
    print(f"film.html is in {output}")


def train(model: MLP, points: Points, classes: list[int], epochs: int) -> list[dict[str, Any]]:
    """A frame before each step downhill, and one after the last."""
    optimizer = SGD(model.parameters(), learning_rate=0.15, momentum=0.9)
    frames = []
    for _ in tqdm(range(epochs + 1), unit="epoch"):
        logits = [model(point) for point in points]
        loss = binary_cross_entropy(logits, classes)
        optimizer.zero_grad()
        loss.backward()
        right = sum((logit.data > 0) == bool(c) for logit, c in zip(logits, classes))
        frames.append(
            {
                "loss": short(loss.data),
                "accuracy": right / len(classes),
                "parameters": [short(p.data) for p in model.parameters()],
                "gradients": [short(p.grad) for p in model.parameters()],
            }
        )
        optimizer.step()
    return frames


def short(number: float) -> float:
    """Six digits are more than the eye sees."""
    return float(f"{number:.6g}")


def page(film: dict[str, Any]) -> str:
    """The page with the film in it. The page itself computes what each neuron sees."""
    data = json.dumps(film, separators=(",", ":"), allow_nan=False)
    script = f'{joined(["film.js"], read)}\nmodules["film.js"].begin();\n'
    return read("film.html").replace("{{SCRIPT}}", script).replace("{{FILM}}", data)


def read(name: str) -> str:
    """A file of the page."""
    return (PAGE / name).read_text(encoding="utf-8")
