"""Program: a scalar graph, built once for one sample, as NumPy code for any number of samples.

It needs NumPy: pip install "glassgrad[fast]".
"""

import gc
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

try:
    import numpy as np
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'engine.program needs numpy: pip install "glassgrad[fast]"', name="numpy"
    ) from error

from engine.errors import refusal
from engine.graph import topological_order
from engine.program.layout import laid_out
from engine.program.parts import Part, parts_of
from engine.program.plan import operations
from engine.program.schedule import scheduled
from engine.program.simplify import places_of_values, simplified
from engine.program.source import source_of, standalone
from engine.rules import CONSTANT, FLOATS
from engine.value import Value

Array = np.ndarray[Any, np.dtype[np.float64]]


class Program:
    """The outputs of a graph, and the gradient of one of them, for a batch of samples at once.

    `inputs` are the leaves that change from sample to sample, `parameters` those that are learned;
    all other leaves keep the numbers they have. A batch has the shape (n, len(inputs)).

    The graph is that of one sample and stands for all: what Python decides by a number, as in
    `x if x > 0 else -x`, is decided for all. Build it in `with tracing():`, which refuses that, and
    see `report()` for the numbers that are frozen.

    >>> w, b, x, y = Value(0.5), Value(0.0), Value(0.0, "x"), Value(0.0, "y")
    >>> program = Program((w * x + b - y) ** 2, inputs=[x, y], parameters=[w, b])
    >>> loss, gradient = program.value_and_gradient([[1.0, 2.0], [2.0, 1.0]])
    >>> loss, gradient.tolist()
    (1.125, [-1.5, -1.5])
    >>> program.parameters -= 0.1 * gradient
    >>> program.write()
    >>> w.data
    0.65

    Raises ValueError for an input or parameter that is no leaf or comes twice.
    """

    def __init__(
        self,
        outputs: Value | Sequence[Value],
        inputs: Sequence[Value],
        parameters: Sequence[Value] = (),
    ) -> None:
        self._single = isinstance(outputs, Value)
        self._outputs = [outputs] if isinstance(outputs, Value) else list(outputs)
        self._inputs, self._leaves = list(inputs), list(parameters)
        check_leaves(self._inputs, self._leaves)
        for k, output in enumerate(self._outputs):
            if not isinstance(output, Value):
                raise TypeError(f"Program: output {k} is {output!r}, and a Value is needed")
        with collector_paused():
            graph = simplified(self._outputs, self._inputs, self._leaves)
            self._layout, self._groups = laid_out(graph, scheduled(graph))
            self._parts, self._counts = source_of(graph, self._layout, self._groups)
            self._passes = compile(self._parts[1], "<program>", "exec")
        self._rows = [(graph.sampled[p], self._layout.row[p]) for p in graph.outputs]
        self.source = "\n".join(self._parts)
        self._names: dict[str, Any] = {}
        exec(self._parts[0], self._names)
        self._numbers = np.zeros((max(1, self._layout.n_others), 1))
        self._gradients = np.zeros_like(self._numbers)
        for place, number in graph.constants.items():
            if place in self._layout.row:
                self._numbers[self._layout.row[place]] = number
        self._parameters: Array = self._numbers[: len(self._leaves), 0]
        self._sizes: dict[int, Any] = {}
        self.read()

    @property
    def parameters(self) -> Array:
        """The numbers of the parameters: a flat array, to be changed in place or assigned to."""
        return self._parameters

    @parameters.setter
    def parameters(self, numbers: Any) -> None:
        self._parameters[:] = numbers

    def read(self) -> None:
        """Take the parameters' numbers from the Values."""
        self.parameters[:] = [leaf.data for leaf in self._leaves]

    def write(self) -> None:
        """Put the parameters' numbers into the Values."""
        for leaf, number in zip(self._leaves, self.parameters.tolist()):
            leaf.data = number

    def __call__(self, batch: Any) -> Array:
        """The outputs of n samples: shape (n,), or (n, outputs) where several were given."""
        samples = self._checked(batch)
        values, _, forward, _ = self._sized(len(samples))
        try:
            with np.errstate(all="ignore"):
                forward(samples.T)
        except (ValueError, OverflowError):
            self._explain(samples)
        columns = [values[row] if s else self._numbers[row] for s, row in self._rows]
        result = np.empty((len(samples), len(columns)))
        for k, column in enumerate(columns):
            result[:, k] = column
        if not np.isfinite(result).all():
            self._explain(samples)
        return result[:, 0] if self._single else result

    def value_and_gradient(self, batch: Any, weights: Any = None) -> tuple[float, Array]:
        """The mean of the output over n samples, and its gradient by the parameters.

        With weights, shape (n,), the mean is Σ weightᵢ outputᵢ / Σ weightᵢ. Raises ValueError for
        no samples, several outputs or shapes that do not fit; DomainError or OverflowError, from
        the scalar engine, where a sample gives no finite number.
        """
        if len(self._outputs) != 1:
            raise ValueError(f"a gradient is of one output, and there are {len(self._outputs)}")
        samples = self._checked(batch)
        n = len(samples)
        if n == 0:
            raise ValueError("the mean of no samples: the batch is empty")
        values, gradients, forward, backward = self._sized(n)
        share = 1.0 / n if weights is None else checked_weights(weights, n)
        sampled, row = self._rows[0]
        try:
            with np.errstate(all="ignore"):
                forward(samples.T)
                if sampled:
                    gradients[row] = share
                    value = float(np.dot(values[row], gradients[row]))
                else:
                    self._gradients[row] = 1.0
                    value = float(self._numbers[row, 0])
                backward(samples.T)
        except (ValueError, OverflowError):
            self._explain(samples)
        gradient = self._gradients[: len(self._leaves), 0].copy()
        quickly = math.isfinite(value) and math.isfinite(np.dot(gradient, gradient))
        if not quickly and not (math.isfinite(value) and np.isfinite(gradient).all()):
            self._explain(samples)
        return value, gradient

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a module with the same two functions, and the parameters, that needs NumPy only."""
        numbers = self._numbers[:, 0].tolist()
        text = standalone(self._parts, numbers, len(self._leaves), self._rows, self._layout)
        Path(path).write_text(text, encoding="utf-8")

    def to_jax(self) -> Callable[[Any, Any], Any]:
        """The same function over jax.numpy: f(parameters, batch) -> outputs, as a call gives them.

        It is pure, so that `jax.jit`, `jax.grad` and `jax.vmap` take it, a GPU runs it and JAX
        shards it; its derivatives, of any order, are those of the rules, at kinks too. It computes
        in the type of what it is given: for float64, first
        `jax.config.update("jax_enable_x64", True)`. A result that is not finite is no error here.

            f = program.to_jax()
            step = jax.jit(jax.value_and_grad(lambda p, batch: f(p, batch).mean()))
            loss, gradient = step(program.parameters, batch)

        Raises ModuleNotFoundError without JAX.
        """
        from engine.program.over_jax import jax_function  # loaded only when it is asked for

        return jax_function(self._layout.graph, self._groups, single=self._single)

    def report(self) -> str:
        """What each pass did, memory, arithmetic, and what is frozen in the program: leaves that
        are neither inputs nor parameters, and plain numbers.

        >>> x, w = Value(2.0), Value(3.0)
        >>> print(Program((w * x + 0.5).tanh(), inputs=[x], parameters=[w]).report())
        order       6 values
        simplify    2 operations and sums
        schedule    2 groups
        place       3 rows for each sample, 2 for all
        write       1 matrix products and 0 gathers forward
        memory      72 bytes for each sample
        arithmetic  5 floating-point operations for each sample, forward
        frozen      1 plain numbers: 0.5
        """
        order, frozen = topological_order(self._outputs), self.frozen()
        plain = dict.fromkeys(v.data for v in order if v.rule is CONSTANT)
        rows, others = self._layout.n_sampled, self._layout.n_others
        products, gathers = self._counts["products"], self._counts["gathers"]
        arithmetic = sum(map(operations, self._groups))
        lines = [
            ("order", f"{len(order):,} values"),
            ("simplify", f"{sum(len(g.outputs) for g in self._groups):,} operations and sums"),
            ("schedule", f"{len(self._groups):,} groups"),
            ("place", f"{rows:,} rows for each sample, {others:,} for all"),
            ("write", f"{products:,} matrix products and {gathers:,} gathers forward"),
            ("memory", f"{self._bytes(2) - self._bytes(1):,} bytes for each sample"),
            ("arithmetic", f"{arithmetic:,} floating-point operations for each sample, forward"),
        ]
        if frozen:
            names = ", ".join([v.label or repr(v.data) for v in frozen[:10]])
            what = "leaves, neither inputs nor parameters"
            lines.append(("frozen", f"{len(frozen):,} {what}: {names}"))
        if plain:
            numbers = ", ".join(map(repr, list(plain)[:10]))
            lines.append(("frozen", f"{len(plain):,} plain numbers: {numbers}"))
        return "\n".join(f"{name:10}  {text}" for name, text in lines)

    def frozen(self) -> list[Value]:
        """The leaves that are neither inputs nor parameters: the source holds the numbers that they
        had when it was written."""
        known = {*self._inputs, *self._leaves}
        order = topological_order(self._outputs)
        return [v for v in order if not v.inputs and v.rule is not CONSTANT and v not in known]

    def parts(self) -> list[Part]:
        """The groups in the order in which they are computed: title, values, lines of `source`.

        >>> x, w = Value(2.0), Value(3.0)
        >>> (part,) = Program(w * x, inputs=[x], parameters=[w]).parts()
        >>> part.title, part.values
        ('1 x multiply', (Value(6.0),))
        """
        places = places_of_values(self._outputs, self._inputs, self._leaves)
        return parts_of(self._outputs, places, self._groups, self.source)

    def _checked(self, batch: Any) -> Array:
        samples = np.asarray(batch, dtype=np.float64)
        if samples.ndim != 2 or samples.shape[1] != len(self._inputs):
            needed = f"(samples, {len(self._inputs)})"
            raise ValueError(f"the batch has the shape {samples.shape}, and {needed} is needed")
        return samples

    def _sized(self, n: int) -> Any:
        """Arrays and code for n samples, kept for the next time."""
        if n not in self._sizes:
            if len(self._sizes) == MOST_SIZES:
                self._sizes.pop(next(iter(self._sizes)))
            names = self._built(n)
            self._sizes[n] = names["S"], names["dS"], names["forward"], names["backward"]
        return self._sizes[n]

    def _built(self, n: int) -> dict[str, Any]:
        """All that the source defines for n samples: arrays, views and the two passes."""
        shape = max(1, self._layout.n_sampled), n
        names = {"S": np.zeros(shape), "dS": np.zeros(shape), "n": n}
        names |= self._names | {"K": self._numbers, "dK": self._gradients}
        exec(self._passes, names)
        return names

    def _bytes(self, n: int) -> int:
        """What all arrays for n samples take; a view takes nothing of its own."""
        arrays = [x for x in self._built(n).values() if isinstance(x, np.ndarray)]
        return sum(array.nbytes for array in arrays if array.base is None)

    def _explain(self, samples: Array) -> NoReturn:
        """Raise the scalar engine's error for the first sample that gives no finite number.

        NumPy goes on after such a number; Python's functions, as gamma, raise errors of their own.
        """
        numbers = dict(zip(self._leaves, self.parameters.tolist()))
        for k, sample in enumerate(samples.tolist()):
            try:
                evaluate_eagerly(self._outputs, numbers | dict(zip(self._inputs, sample)))
            except (ValueError, OverflowError) as error:
                raise type(error)(f"sample {k}: {error}") from None
        raise OverflowError("a result or the gradient is too large for a float")


MOST_SIZES = 8  # batch sizes whose arrays are kept


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without Python's garbage collector, which would walk millions of new tuples, and no cycles,
    again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check_leaves(inputs: Sequence[Value], parameters: Sequence[Value]) -> None:
    seen: dict[Value, str] = {}
    for kind, leaves in (("input", inputs), ("parameter", parameters)):
        for k, leaf in enumerate(leaves):
            name = f"{kind} {k} ({leaf!r})"
            if not isinstance(leaf, Value):
                raise TypeError(f"Program: {name} is no Value")
            if leaf.inputs:
                raise ValueError(f"Program: {name} is computed from other values, and no leaf")
            if leaf in seen:
                raise ValueError(f"Program: {name} is {seen[leaf]} already")
            seen[leaf] = f"{kind} {k}"


def checked_weights(weights: Any, n: int) -> Array:
    """The weights over their sum."""
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (n,):
        raise ValueError(f"the weights have the shape {shares.shape}, and ({n},) is needed")
    total = shares.sum()
    if not (np.isfinite(total) and total > 0.0 and (shares >= 0.0).all()):
        raise ValueError("the weights must be finite, not negative, and not all 0")
    result: Array = shares / total
    return result


def evaluate_eagerly(outputs: Sequence[Value], leaves: Mapping[Value, float]) -> None:
    """Go through the graph with these numbers at its leaves, and raise where one is not finite."""
    numbers: dict[Value, float] = {}
    for node in topological_order(outputs):
        if not node.inputs:
            numbers[node] = leaves.get(node, node.data)
            if not math.isfinite(numbers[node]):
                raise ValueError(f"{node.label or 'an input'} is {numbers[node]}")
            continue
        rule, inputs = node.rule, [numbers[i] for i in node.inputs]
        assert rule is not None
        labels = [i.label for i in node.inputs]
        try:
            number = rule.value(FLOATS, *inputs)
            finite = all(map(math.isfinite, [number, *rule.partials(FLOATS, number, *inputs)]))
        except (ArithmeticError, ValueError) as error:
            raise refusal(rule, inputs, labels, error) from error
        if not finite:
            raise refusal(rule, inputs, labels)
        numbers[node] = number
