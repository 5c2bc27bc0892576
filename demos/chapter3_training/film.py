"""The film of a training: a small net learns two half-moons, epoch by epoch, on one page.

It shows     a slider over the epochs: what the net decides everywhere, how the loss falls, what
             each neuron has learned to see, the weights, and the gradients that change them;
             `nn.film` makes such a page of any model of two inputs
It takes     about two seconds
It writes    film.html, which any browser opens; it needs no network
"""

from pathlib import Path

from demos.chapter3_training.moons import half_moons
from nn import MLP, SGD, binary_cross_entropy, film


def main(output: Path, *, quick: bool = False) -> None:
    """Train as the lesson moons does, on all points at once, with a page for the epochs."""
    n_samples, epochs = (40, 30) if quick else (120, 240)
    points, classes = half_moons(n_samples)
    model = MLP(2, [4, 4, 1], seed=3)
    print(f"{n_samples} points, {model}")
    page = film(
        model,
        binary_cross_entropy,
        points,
        classes,
        path=output / "film.html",
        epochs=epochs,
        batch_size=n_samples,
        optimizer=SGD(model.parameters(), learning_rate=0.15, momentum=0.9),
    )
    first, last = page.history.accuracies[0], page.history.accuracies[-1]
    print(f"accuracy after one epoch {first:.1%}, after {epochs} epochs {last:.1%}")
    print(f"film.html is in {output}")
