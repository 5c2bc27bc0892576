"""A convolutional net: small kernels slide over an image of a digit, and learn what to look for.

It shows     Conv2d, relu, max pooling and a dense layer on scikit-learn's 1,797 digits of 8×8
             pixels; the kernels that were learned, and where in an image each of them responds
It takes     about six seconds; five with --quick
It writes    kernels.png, each kernel with what it likes and its responses; and training.png
"""

from pathlib import Path
from random import Random
from textwrap import fill
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from demos.helpers.plots import BY_SIGN, BY_VALUE, GREY, panels, save
from nn import (
    Adam,
    Conv2d,
    Flatten,
    History,
    Layer,
    MaxPool2d,
    Sequential,
    fit,
    predict,
    softmax_cross_entropy,
)

SIDE, N_KERNELS, KERNEL, N_TRAIN = 8, 8, 3, 1297
Data = tuple[Any, Any]  # images (n, 8, 8) of numbers from 0 to 1, and their digits (n,)


def main(output: Path, *, quick: bool = False) -> None:
    """Train the net, say how often it is right, and draw its kernels."""
    train, test = images()
    model = network(seed=0)
    print(model)
    history = trained(model, train, epochs=5 if quick else 30, validation=test)
    print(f"{len(train[1])} images to learn from, {len(test[1])} to test")
    print(fill(str(history), 88, subsequent_indent=" " * len("History(")))
    draw_kernels(model, test, output / "kernels.png")
    save(history.plot(), output / "training.png")
    print(f"kernels.png and training.png are in {output}")


def images() -> tuple[Data, Data]:
    """1,297 images to learn from and 500 to test, in random order."""
    pixels, digits = load_digits(return_X_y=True)
    pixels = pixels.reshape(-1, SIDE, SIDE) / 16
    order = np.random.default_rng(0).permutation(len(digits))
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    return (pixels[train], digits[train]), (pixels[test], digits[test])


def network(seed: int) -> Sequential:
    """Eight kernels see 3×3 pixels at a time; the largest of 2×2 responses goes on."""
    rng = Random(seed)
    return Sequential(
        Conv2d(1, N_KERNELS, KERNEL, "relu", padding=1, rng=rng),  # 8 responses of 8×8
        MaxPool2d(2),  # 8 of 4×4
        Flatten(),
        Layer(N_KERNELS * 16, 10, "identity", rng=rng),
    )


def trained(model: Sequential, train: Data, epochs: int, validation: Data | None = None) -> History:
    """Train the model for this many epochs; the history of its training."""
    optimizer = Adam(model.parameters(), learning_rate=0.005)
    return fit(
        model,
        softmax_cross_entropy,
        *train,
        optimizer=optimizer,
        epochs=epochs,
        validation=validation,
    )


def accuracy(model: Sequential, data: Data) -> float:
    """The share of images whose largest output is that of their digit."""
    pixels, digits = data
    return float((predict(model, pixels).argmax(axis=1) == digits).mean())


def draw_kernels(model: Sequential, test: Data, path: Path) -> None:
    """A row for each kernel: its weights, what it likes best, and its responses to ten digits."""
    pixels, digits = test
    convolution = model[0]
    assert isinstance(convolution, Conv2d)
    responses = predict(convolution, pixels).reshape(-1, N_KERNELS, SIDE, SIDE)
    kernels = [[weight.data for weight in kernel.weights] for kernel in convolution.kernels]
    heaviest = np.abs(kernels).max()
    examples = [int(np.flatnonzero(digits == digit)[0]) for digit in range(10)]

    figure, axes = panels(12, N_KERNELS + 1, size=(0.9, 0.9))
    for place in axes[:2]:
        place.set_axis_off()
    for place, example in zip(axes[2:12], examples):
        draw(place, pixels[example], cmap="Greys", vmin=0, vmax=1)
    for number, kernel in enumerate(kernels):
        own, best, *others = axes[12 * (number + 1) : 12 * (number + 2)]
        draw(own, np.reshape(kernel, (KERNEL, KERNEL)), **within(heaviest, BY_SIGN))
        own.set_ylabel(f"kernel {number + 1}", fontsize=9, color=GREY)
        draw(best, favourite(pixels, responses[:, number]), cmap="Greys", vmin=0, vmax=1)
        for place, example in zip(others, examples):
            draw(place, responses[example, number], **within(responses[:, number].max(), BY_VALUE))
    axes[12].set_title("weights", fontsize=9, color=GREY)
    axes[13].set_title("favourite", fontsize=9, color=GREY)
    figure.suptitle("Eight kernels, the patch of ink that each likes best, and where it responds")
    save(figure, path)


def favourite(pixels: Any, responses: Any) -> Any:
    """The mean of the 30 patches of 3×3 pixels to which a kernel responds most."""
    framed = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    patches = np.lib.stride_tricks.sliding_window_view(framed, (KERNEL, KERNEL), axis=(1, 2))
    best = np.argsort(-responses, axis=None, kind="stable")[:30]
    return patches.reshape(-1, KERNEL, KERNEL)[best].mean(axis=0)


def within(largest: float, colors: Any) -> dict[str, Any]:
    """White is 0, and the same number of either sign is as deep."""
    return {"cmap": colors, "vmin": -largest, "vmax": largest}


def draw(axes: Any, numbers: Any, **options: Any) -> None:
    """Rows and columns of numbers, as a picture without scales."""
    axes.imshow(numbers, **options)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
