"""python -m tests.benchmarks.learning: what nets learn here and in other libraries.

Each net is trained from three starts, here and in scikit-learn or PyTorch, in one process and on
one thread: the same data, sizes, optimizer (Adam), learning rate, epochs and batch size, in
float64. Each library draws its own starting weights. Accuracy is that on samples which were not
trained on.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from demos.chapter3_training import boundaries, digits
from demos.chapter4_images_and_sequences import convolution, recurrent
from nn import MLP, Adam, Loss, Module, binary_cross_entropy, fit, predict, softmax_cross_entropy

SEEDS = range(3)
Data = tuple[Any, Any]  # samples and targets
Score = tuple[float, float]  # the accuracy, and the seconds that training took


@dataclass(frozen=True, slots=True)
class Contest:
    """A data set, a net here and its twin, and how both are trained."""

    data_set: str
    net: str
    data: Callable[[], tuple[Data, Data]]
    make: Callable[[int], Module]
    peer: "Peer"
    loss: Loss
    learning_rate: float
    epochs: int
    batch_size: int = 32
    clip_norm: float | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, and how its twin of a net is trained and tested there, from a seed."""

    library: str
    score: Callable[[Contest, Data, Data, int], Score]


def here(contest: Contest, train: Data, test: Data, seed: int) -> Score:
    """The time has what compiling takes."""
    model = contest.make(seed)
    start = time.perf_counter()
    fit(
        model,
        contest.loss,
        *train,
        epochs=contest.epochs,
        batch_size=contest.batch_size,
        seed=seed,
        optimizer=Adam(
            model.parameters(), learning_rate=contest.learning_rate, clip_norm=contest.clip_norm
        ),
    )
    seconds = time.perf_counter() - start
    return accuracy(contest, predict(model, test[0]), test[1]), seconds


def accuracy(contest: Contest, outputs: Any, targets: Any) -> float:
    """The share of right guesses: the largest of several classes, or the sign of a logit."""
    classes = contest.loss is softmax_cross_entropy
    guesses = outputs.argmax(axis=1) if classes else outputs > 0
    return float((guesses == targets).mean())


# The peers


def scikit_learn(*sizes: int) -> Peer:
    """An MLPClassifier with hidden layers of these sizes."""

    def score(contest: Contest, train: Data, test: Data, seed: int) -> Score:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier

        twin = MLPClassifier(
            sizes,
            "relu",
            alpha=0.0,
            learning_rate_init=contest.learning_rate,
            batch_size=contest.batch_size,
            max_iter=contest.epochs,
            n_iter_no_change=contest.epochs,
            random_state=seed,
        )
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            twin.fit(*train)
        seconds = time.perf_counter() - start
        return float(twin.score(*test)), seconds

    return Peer("scikit-learn", score)


def pytorch(make: Callable[[], Any]) -> Peer:
    """The twin that `make` builds, trained in the loop that everybody writes."""

    def score(contest: Contest, train: Data, test: Data, seed: int) -> Score:
        import torch

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(seed)
        model = make()
        learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
        assert sum(p.numel() for p in learned) == len(contest.make(seed).parameters())
        optimizer = torch.optim.Adam(learned, lr=contest.learning_rate)
        classes = contest.loss is softmax_cross_entropy
        loss_of = torch.nn.CrossEntropyLoss() if classes else torch.nn.BCEWithLogitsLoss()
        kind = torch.int64 if classes else torch.float64
        samples, targets = torch.tensor(train[0]), torch.tensor(train[1], dtype=kind)
        start = time.perf_counter()
        for _ in range(contest.epochs):
            for batch in torch.randperm(len(samples)).split(contest.batch_size):
                optimizer.zero_grad()
                loss_of(model(samples[batch]), targets[batch]).backward()
                if contest.clip_norm is not None:
                    torch.nn.utils.clip_grad_norm_(learned, contest.clip_norm)
                optimizer.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            return accuracy(contest, model(torch.tensor(test[0])).numpy(), test[1]), seconds

    return Peer("PyTorch", score)


def torch_convolution() -> Any:
    from torch import nn

    return nn.Sequential(
        nn.Unflatten(1, (1, 8)),
        nn.Conv2d(1, convolution.N_KERNELS, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(convolution.N_KERNELS * 16, 10),
    )


def torch_every_step(kind: str) -> Any:
    """One bias is learned and not two, which add up to one."""
    from torch import nn

    class EveryStep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.memory = getattr(nn, kind)(1, recurrent.HIDDEN, batch_first=True)
            self.memory.bias_hh_l0.requires_grad_(False).zero_()
            self.readout = nn.Linear(recurrent.HIDDEN, 1)

        def forward(self, steps: Any) -> Any:
            return self.readout(self.memory(steps)[0])[:, :, 0]

    return EveryStep()


# The contests


def halves(samples: Any, classes: Any) -> tuple[Data, Data]:
    """One random half to train on and the other to test, scaled as the first half needs."""
    train, test = np.array_split(np.random.default_rng(0).permutation(len(classes)), 2)
    middle, spread = samples[train].mean(axis=0), samples[train].std(axis=0)
    scaled, classes = (samples - middle) / spread, np.asarray(classes, dtype=int)
    return (scaled[train], classes[train]), (scaled[test], classes[test])


def in_the_plane(name: str) -> Contest:
    """One of the data sets of the lesson on boundaries."""
    return Contest(
        name,
        "2-16-16-1, relu",
        lambda: halves(*boundaries.DATA[name](800)),
        lambda seed: MLP(2, [16, 16, 1], "relu", seed=seed),
        scikit_learn(16, 16),
        binary_cross_entropy,
        learning_rate=0.01,
        epochs=200,
    )


def measured_tissue() -> tuple[Data, Data]:
    from sklearn.datasets import load_breast_cancer

    return halves(*load_breast_cancer(return_X_y=True))


def parity(name: str, kind: str) -> Contest:
    return Contest(
        "parity after each of 20 steps",
        f"{name} of 8",
        lambda: (recurrent.parity(500, 20, seed=0), recurrent.parity(500, 20, seed=1)),
        lambda seed: recurrent.EveryStep(name, seed),
        pytorch(lambda: torch_every_step(kind)),
        binary_cross_entropy,
        learning_rate=0.01,
        epochs=60,
        clip_norm=1.0,
    )


CONTESTS = [
    *map(in_the_plane, ("half-moons", "circles", "spirals")),
    Contest(
        "breast cancer",
        "30-16-1, relu",
        measured_tissue,
        lambda seed: MLP(30, [16, 1], "relu", seed=seed),
        scikit_learn(16),
        binary_cross_entropy,
        learning_rate=0.001,
        epochs=50,
    ),
    Contest(
        "MNIST, 5,000 images",
        "784-16-16-10, relu",
        digits.images,
        lambda seed: MLP(784, [16, 16, 10], "relu", seed=seed),
        scikit_learn(16, 16),
        softmax_cross_entropy,
        learning_rate=0.002,
        epochs=10,
    ),
    Contest(
        "8×8 digits",
        "8 kernels 3×3, relu, pooling, dense",
        convolution.images,
        convolution.network,
        pytorch(torch_convolution),
        softmax_cross_entropy,
        learning_rate=0.005,
        epochs=30,
    ),
    parity("Elman net", "RNN"),
    parity("LSTM", "LSTM"),
]


def row(contest: Contest) -> str:
    """A line of the table: means of the accuracies, medians of the times."""
    train, test = contest.data()
    cells = [contest.data_set, contest.net, f"{len(contest.make(0).parameters()):,}"]
    for scored in (here, contest.peer.score):
        accuracies, seconds = zip(*(scored(contest, train, test, seed) for seed in SEEDS))
        cells += [f"{mean(accuracies):.1%}", f"{median(seconds):.2f}"]
    cells.insert(5, contest.peer.library)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print("| data set | net | parameters | accuracy | seconds | the same in | accuracy | seconds |")
    print("| --- " * 8 + "|")
    with threadpool_limits(1):
        for contest in CONTESTS:
            print(row(contest), flush=True)
