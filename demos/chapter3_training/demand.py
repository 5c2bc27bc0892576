"""Demand prediction: will it be a top seller? A net whose hidden neurons have names.

It shows     price, shipping cost, marketing and material becoming affordability, awareness and
             perceived quality, and these the probability of a top seller; the data are made by such
             a formula, and what the neurons learned is compared with it
It takes     about two seconds
It writes    demand.png, what each named neuron learned beside the truth, and demand.svg, the graph
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from demos.helpers.plots import BLUE, GREY, ORANGE, panels, save
from demos.helpers.tables import print_table
from engine import Value, no_grad, scope, sigmoid, svg
from engine.files import write_file
from nn import Adam, History, Module, Neuron, binary_cross_entropy, fit, predict

INPUTS = ("price", "shipping", "marketing", "material")  # each from 0 to 1
FACTORS = ("affordability", "awareness", "quality")


class Demand(Module):
    """Three named neurons, each with inputs of its own, and one that weighs what they say.

    The starting weights say what the names mean: what costs more is less affordable, marketing
    makes aware, price and material make for quality, and all three sell. Learning finds how much.
    """

    def __init__(self) -> None:
        with scope("neuron 1: affordability"):
            self.affordability = Neuron.from_weights([-1, -1], activation="sigmoid")
        with scope("neuron 2: awareness"):
            self.awareness = Neuron.from_weights([1], activation="sigmoid")
        with scope("neuron 3: quality"):
            self.quality = Neuron.from_weights([1, 1], activation="sigmoid")
        with scope("top seller"):
            self.top_seller = Neuron.from_weights([1, 1, 1], activation="identity")

    def factors(self, sample: Sequence[Any]) -> list[Value]:
        """What the three neurons say."""
        price, shipping, marketing, material = sample
        return [
            self.affordability([price, shipping]),
            self.awareness([marketing]),
            self.quality([price, material]),
        ]

    def forward(self, sample: Sequence[Any]) -> Value:
        """The logit of the probability of a top seller."""
        return self.top_seller(self.factors(sample))


def main(output: Path, *, quick: bool = False) -> None:
    """Make the data, train, and compare; it takes a second: `quick` changes nothing."""
    samples, sold = products(5000, seed=0)
    held_out, held_out_sold = products(1000, seed=1)
    model, history = trained(samples, sold, (held_out, held_out_sold))
    guess = squashed(predict(model, held_out))
    truth = true_probability(held_out)
    best = np.mean((truth > 0.5) == held_out_sold)
    print(f"{len(samples)} products, {np.mean(sold):.0%} of them top sellers")
    right, off = history.validation_accuracies[-1], np.mean(np.abs(guess - truth))
    print(f"On 1000 others it is right for {right:.1%}; whoever knows the formula")
    print(f"is right for {best:.1%}, and the rest is chance. The probability it gives is off by")
    print(f"{off:.3f} on average.\n")

    print("What the named neurons say beside the true factors, as their correlation:")
    learned, true = learned_factors(model, held_out), true_factors(held_out)
    pairs = zip(FACTORS, learned.T, true.T)
    print_table([(name, f"{np.corrcoef(said, so)[0, 1]:.3f}") for name, said, so in pairs])
    print("\nA high price makes a product less affordable and seem better. The sales alone hardly")
    print("tell how much of each: so the probability is closer to the formula than its parts are.")
    plot(learned, true, guess, truth, output / "demand.png")
    write_file(output / "demand.svg", picture(model))
    print(f"\ndemand.png and demand.svg are in {output}")


# The formula that makes the data


def true_factors(samples: Any) -> Any:
    """Affordability, awareness and quality of n products: the sigmoids of these, shape (n, 3)."""
    price, shipping, marketing, material = samples.T
    z = (4 - 5 * price - 3 * shipping, 6 * marketing - 3, 2 * price + 4 * material - 3)
    return squashed(np.stack(z, axis=1))


def true_probability(samples: Any) -> Any:
    """The sigmoid of 6 affordability + 5 awareness + 5 quality - 8."""
    return squashed(true_factors(samples) @ (6, 5, 5) - 8)


def squashed(z: Any) -> Any:
    """The sigmoid of every number of an array."""
    return np.vectorize(sigmoid)(z)


def products(n_samples: int, seed: int) -> tuple[Any, Any]:
    """Four uniform numbers each, and whether it became a top seller, by that probability."""
    rng = np.random.default_rng(seed)
    samples = rng.uniform(size=(n_samples, 4))
    return samples, rng.uniform(size=n_samples) < true_probability(samples)


# What is learned


def trained(samples: Any, sold: Any, validation: tuple[Any, Any]) -> tuple[Demand, History]:
    """The net after 200 epochs."""
    model = Demand()
    history = fit(
        model,
        binary_cross_entropy,
        samples,
        sold,
        epochs=200,
        batch_size=250,
        optimizer=Adam(model.parameters(), learning_rate=0.03),
        validation=validation,
    )
    return model, history


def learned_factors(model: Demand, samples: Any) -> Any:
    """What the named neurons say of each sample: shape (n, 3)."""
    with no_grad():
        return np.array([[a.data for a in model.factors(sample)] for sample in samples.tolist()])


def picture(model: Demand) -> str:
    """The graph of the net for one product."""
    product = [Value(0.5, name) for name in INPUTS]
    chance = sigmoid(model(product))
    chance.label = "probability"
    chance.backward()
    return svg(chance)


def plot(learned: Any, true: Any, guess: Any, truth: Any, path: Path) -> None:
    """A panel for each neuron, with a point for each product."""
    figure, axes = panels(4, size=(3.3, 3.3))
    names = (*FACTORS, "probability of top seller")
    numbers = zip(names, (*true.T, truth), (*learned.T, guess))
    for place, (name, is_so, said) in zip(axes, numbers):
        place.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        color = BLUE if name in FACTORS else ORANGE
        place.scatter(is_so, said, s=8, color=color, alpha=0.4, edgecolors="none")
        place.set(title=name, xlabel="by the formula", aspect="equal")
        place.grid(alpha=0.25)
    axes[0].set_ylabel("learned")
    save(figure, path)
