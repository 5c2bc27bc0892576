"""film: train a model of two inputs, and keep every epoch on a page that shows what it learns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from engine import Program, Value
from engine.explorer import Page
from engine.explorer.contents import rules_script
from engine.explorer.layers import Net, find_nets
from engine.files import write_file
from engine.graph import topological_order
from engine.keywords import explain_keywords
from engine.messages import brief, shown
from engine.names import name_nodes, printable
from nn.losses.losses import Loss
from nn.losses.targets import CLASSES, PROBABILITIES, SIGNS
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.training.arguments import as_callbacks, as_loss, check_model
from nn.training.backends import run_in_chunks
from nn.training.callbacks import Callback, Training
from nn.training.data import as_samples
from nn.training.fit import fit
from nn.training.history import History
from nn.training.pages import fill_page, shown_outputs, slope_of
from nn.training.tape import Tape, make_tape
from nn.training.task import Graph, Task, make_task

MOST_NUMBERS = 400_000  # parameters and gradients of all frames: some four megabytes
MOST_POINTS = 1000  # that are drawn


class Film(Page):
    """The film as one page in `html`, and the `history` that `fit` returned."""

    title = "The film of a training"

    def __init__(self, html: str, history: History) -> None:
        super().__init__(html)
        self.history = history

    def __repr__(self) -> str:
        return f"Film({self.history!r}, {len(self.html.encode()):,} bytes)"


@explain_keywords
def film(
    model: Module,
    loss: Loss | Callable[[Any, Any], Value],
    samples: Any,
    targets: Any,
    *,
    path: str | PathLike[str] | None = None,
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int = 32,
    validation: tuple[Any, Any] | None = None,
    seed: int = 0,
    callbacks: Iterable[Callback] = (),
    progress: bool = False,
    eager: bool = False,
) -> Film:
    """Train as `fit` does, and return the film: a page, written to the `path`. The arguments are
    those of `fit`, without `training_accuracy`.

    `samples` have two features, (n, 2). The page shows at each epoch what the model answers
    everywhere in their plane and what each neuron sees there, the loss, the weights and their
    gradients; it plays at any speed, keeps the moment in its address, and exports it. It computes
    by itself, with the rules of the table as JavaScript, and needs no network. Losses and gradients
    are those of all samples after the epoch, in evaluation mode, with `validation` the loss of
    those too. Of long trainings every few epochs are kept, the last one always; a model that is no
    row of dense layers is shown without its net.

    Raises what `fit` raises; ValueError for samples of more or fewer features than two, and for a
    rule of one's own that cannot be written in JavaScript; FileNotFoundError where there is no such
    folder.

    >>> from nn import MLP, binary_cross_entropy
    >>> samples, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> page = film(MLP(2, [4, 1], seed=1), binary_cross_entropy, samples, targets, epochs=20)
    >>> len(page.history), page.html.count("<html")
    (20, 1)
    """
    check_model(model, "film(model, loss, samples, targets)")
    numbers = as_samples(samples, "samples")
    if numbers.shape[1:] != (2,):
        given = f"film: each sample has shape {numbers.shape[1:]}"
        raise ValueError(f"{given}, but a plane is drawn, so it must be (2,): two features")
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise FileNotFoundError(f"film: there is no folder for {brief(path)}: make it first")
    recorder = Recorder(epochs)
    history = fit(
        model,
        loss,
        numbers,
        targets,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        validation=validation,
        seed=seed,
        callbacks=[*as_callbacks(callbacks), recorder],
        progress=progress,
        eager=eager,
    )
    task = make_task(model, as_loss(loss), numbers, targets, validation)
    page = Film(make_page(task, recorder), history)
    if path is not None:
        write_file(path, page.html)
    return page


@dataclass
class Recorder(Callback):
    """Keeps the parameters: before the first epoch, after every few, and at the end."""

    epochs: int
    parameters: list[Value] = field(default_factory=list)
    frames: dict[int, list[float]] = field(default_factory=dict)  # by the number of epochs
    seen: int = 0

    def on_start(self, training: Training) -> None:
        learned = [*training.model.parameters(), *training.optimizer.parameters]
        self.parameters = list(dict.fromkeys(learned))
        self.every = ceil(2 * len(self.parameters) * (self.epochs + 1) / MOST_NUMBERS)
        self.keep(training)

    def on_epoch(self, training: Training) -> None:
        if len(training.history) > self.seen + 1:  # a checkpoint was resumed after on_start
            self.frames.clear()
        self.seen = len(training.history)
        if self.seen % self.every == 0:
            self.keep(training)

    def on_end(self, training: Training) -> None:
        self.keep(training)

    def keep(self, training: Training) -> None:
        numbers = [parameter.data for parameter in self.parameters]
        self.frames[len(training.history)] = numbers


def make_page(task: Task, recorder: Recorder) -> str:
    """The page of a training that is over. What is between the frames' numbers, it computes."""
    graph, rows = task.trace(), task.rows  # in evaluation mode, as fit leaves it
    loss = task.loss.add_penalties(graph.loss)
    results = [*shown_outputs(task.loss, graph.outputs), loss]
    rules, rule_of, missing = rules_script(*results)
    if missing:
        raise ValueError(f"film: the rule {shown(missing)} cannot be written in JavaScript")
    tape = make_tape(results, [*graph.leaves, *recorder.parameters], rule_of)
    order = topological_order(results)
    names = name_nodes(order)
    nets = find_nets(order)
    drawn = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_POINTS)).astype(int))
    contents = {
        "model": repr(task.model),
        "loss": task.loss.__name__,
        "kind": kind_of(task.loss),
        "tape": tape.contents,
        "layers": layers_contents(nets[0], tape, names) if len(nets) == 1 else [],
        "names": [printable(names.get(p, p.label)) for p in recorder.parameters],
        "rows": [[short(x) for x in row] for row in rows[drawn].tolist()],
        "samples": len(rows),
        "frames": make_frames(task, graph, loss, recorder),
    }
    return fill_page("film", Film.title, contents, rules)


def kind_of(loss: Loss) -> str:
    """What an output is: how the page reads it."""
    kinds = [(PROBABILITIES, "probability"), (SIGNS, "sign"), (CLASSES, "class")]
    return next((kind for targets, kind in kinds if loss.targets is targets), "number")


def layers_contents(net: Net, tape: Tape, names: dict[Value, str]) -> list[dict[str, Any]]:
    """Where the numbers of each layer are on the tape; the first one's inputs have names."""
    layers = [
        {
            "inputs": [tape.places[x] for x in layer.inputs],
            "weights": [[tape.places[w] for w in row] for row in layer.weights],
            "biases": [tape.places[b] for b in layer.biases],
            "z": [tape.places[z] for z in layer.z],
            "a": [tape.places[a] for a in layer.a],
            "activation": layer.activation,
            "slope": slope_of(layer.activation),
        }
        for layer in net
    ]
    layers[0]["inputNames"] = [printable(names[x]) for x in net[0].inputs]
    return layers


def make_frames(task: Task, graph: Graph, loss: Value, recorder: Recorder) -> list[dict[str, Any]]:
    """What the page has of each epoch: its parameters, their gradients, loss and accuracy."""
    slopes = Program(loss, graph.leaves, recorder.parameters)
    answers = Program(graph.outputs, graph.leaves, recorder.parameters)
    frames = []
    for epoch, numbers in recorder.frames.items():
        slopes.parameters[:] = answers.parameters[:] = numbers
        value, gradient = slopes.value_and_gradient(task.rows)
        frame = {
            "epoch": epoch,
            "loss": short(value),
            "parameters": [short(number) for number in numbers],
            "gradients": [short(number) for number in gradient.tolist()],
        }
        if task.held_out is not None:
            frame["held"] = short(slopes.value_and_gradient(task.held_out)[0])
        if task.hits is not None:
            frame["accuracy"] = task.accuracy(run_in_chunks(answers, task.rows), task.rows)
        frames.append(frame)
    return frames


def short(number: float) -> float:
    """Six digits are more than the eye sees."""
    return float(f"{number:.6g}")
