"""How a loss is trained: compiled to array code, or Value by Value. Both give the same numbers."""

from collections.abc import Iterator
from copy import copy

import numpy as np

from engine import DomainError, Program, Value, no_grad, sum
from engine.at_once import at_once
from engine.collector import collector_paused
from engine.program import Backend
from nn.blocks import evaluating
from nn.layers.dropout import Dropout, masks_of_each_call
from nn.optim.optimizer import Optimizer, norm
from nn.training.arguments import LEARNS_NOTHING, can_learn
from nn.training.data import Array
from nn.training.masks import Masks, check_masks
from nn.training.task import Graph, Task

CHUNK = 256  # samples that are evaluated at once


class Compiled:
    """Training on a Program: the graph of one sample as array code.

    From `read` to `write` the newest numbers are those of the program, of a copy of the optimizer
    and of the masks; `write` puts all where they belong in one go, so that whatever stops the
    training, Values and optimizer are those of one and the same step; dropouts may have drawn
    masks for the next.
    """

    def __init__(self, task: Task, optimizer: Optimizer, backend: Backend) -> None:
        self.task, self.optimizer, self._backend = task, optimizer, backend
        self._copy, self._is_ahead = copy(optimizer), False
        self._compile()

    def _compile(self) -> None:
        """The program, and the numbers that its code holds constant."""
        modules = self.task.model.modules()
        dropouts = [module for module in modules if isinstance(module, Dropout)]
        states = [dropout.rng.getstate() for dropout in dropouts]
        try:
            with masks_of_each_call(dropouts):
                graph = self.task.trace()
            if not can_learn(graph.loss, self.optimizer.parameters):
                raise ValueError(LEARNS_NOTHING)
            called = [x for x, state in zip(dropouts, states) if x.rng.getstate() != state]
        finally:  # the first batch draws as if nothing had been compiled
            for dropout, state in zip(dropouts, states):
                dropout.rng.setstate(state)
        self.masks = Masks(called)
        masks = [mask for dropout in called for mask in dropout.masks]
        loss, inputs = self.task.loss.add_penalties(graph.loss), [*graph.leaves, *masks]
        self.program = self._make_program(loss, inputs)
        self._evaluation: Program | None = None

    def _make_program(self, outputs: Value | list[Value], inputs: list[Value]) -> Program:
        program = Program(outputs, inputs, self.optimizer.parameters, backend=self._backend)
        check_masks(program, self.task.model, "fit")
        return program

    def step(self, rows: Array) -> tuple[float, float]:
        """Move the parameters once: the loss before, and the length of its gradient."""
        if self.masks.dropouts:
            rows = self.masks.add_to(rows)
        loss, gradient = self.program.value_and_gradient(rows)
        self._copy.update(self.program.parameters, gradient)
        return loss, norm(gradient)

    def evaluate(self, rows: Array) -> tuple[float, Array]:
        """The loss, and the outputs of every row that are judged, in evaluation mode."""
        if self._evaluation is None or self._evaluation.outdated():
            with evaluating(self.task.model):
                graph = self.task.trace()
            outputs = [*self.task.judged(graph), self.task.loss.add_penalties(graph.loss)]
            self._evaluation = self._make_program(outputs, graph.leaves)
        self._evaluation.parameters[:] = self.program.parameters
        results = run_in_chunks(self._evaluation, rows)
        return float(results[:, -1].mean()), results[:, :-1]

    def read(self) -> None:
        """Take what there is to move; compile again if a number that is not learned has changed."""
        if self.program.outdated():
            self._compile()
        self.program.read()
        self.masks.read()
        vars(self._copy).update(vars(self.optimizer))
        self._is_ahead = True

    def write(self) -> None:
        """Put the parameters into the Values, and the state into optimizer and dropouts."""
        if not self._is_ahead:  # they have newer ones
            return
        numbers = self.program.parameters.tolist()
        generators = self.masks.generators()
        owners = [*self.optimizer.parameters, *self.masks.dropouts, self.optimizer, self]
        names = ["data"] * len(numbers) + ["rng"] * len(generators) + ["__dict__", "_is_ahead"]
        state = dict(vars(self._copy))
        at_once(setattr, owners, names, [*numbers, *generators, state, False])


class Eager:
    """Training sample by sample on Values: slow, and every number can be looked at."""

    def __init__(self, task: Task, optimizer: Optimizer) -> None:
        self.task, self.optimizer = task, optimizer
        self._unmoved = len(task.rows)  # after so many that move no parameter, none does

    @collector_paused()
    def step(self, rows: Array) -> tuple[float, float]:
        """Move the parameters once: the loss before, and the length of its gradient."""
        terms = [graph.loss for graph in self._graphs(rows)]
        self._check_dependence(terms)
        loss = self.task.loss.add_penalties(sum(terms) / len(terms))
        self.optimizer.zero_grad()
        loss.backward()
        gradient = [parameter.grad for parameter in self.optimizer.parameters]
        self.optimizer.step()
        return loss.data, norm(gradient)

    def _graphs(self, rows: Array) -> Iterator[Graph]:
        """That of each row; an error says which sample it is of."""
        for k, row in enumerate(rows.tolist()):
            try:
                yield self.task.build_graph(row)
            except ValueError as error:
                told = DomainError(f"sample {k}: {error}")
                told.sample = k
                raise told from error

    def _check_dependence(self, terms: list[Value]) -> None:
        """Raises ValueError where a whole epoch was computed from no parameter: a sample may be."""
        if self._unmoved:
            learns = any(can_learn(term, self.optimizer.parameters) for term in terms)
            self._unmoved = 0 if learns else self._unmoved - len(terms)
            if not (learns or self._unmoved):
                raise ValueError(LEARNS_NOTHING)

    def evaluate(self, rows: Array) -> tuple[float, Array]:
        """The loss, and the outputs of every row that are judged, in evaluation mode."""
        with evaluating(self.task.model), no_grad():
            graphs = list(self._graphs(rows))
            mean = sum([graph.loss for graph in graphs]) / len(graphs)
            loss = self.task.loss.add_penalties(mean).data
        return loss, np.array([[each.data for each in self.task.judged(graph)] for graph in graphs])

    def read(self) -> None:
        """Nothing to do: the parameters are the Values."""

    def write(self) -> None:
        """Nothing to do: the parameters are the Values."""


def run_in_chunks(program: Program, rows: Array) -> Array:
    """The outputs for all rows, a few at a time; an error has a note of where it counts from."""
    results = []
    for start in range(0, len(rows), CHUNK):
        try:
            results.append(program(rows[start : start + CHUNK]))
        except (ValueError, OverflowError) as error:
            error.add_note(f"sample 0 is row {start}")
            raise
    return np.concatenate(results)
