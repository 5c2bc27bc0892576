"""A program over jax.numpy: the groups of the graph as a pure function, for JAX to differentiate.

It needs JAX: pip install "glassgrad[jax]".
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

import numpy as np

from engine.program.jax_rules import jax_rules
from engine.program.plan import Elementwise, Group, Sums
from engine.program.simplify import Simplified, Source

Blocks = list[Any]  # a block for each group, and before them inputs, parameters and constants
Step = Callable[[Blocks], Any]


def jax_function(
    graph: Simplified, groups: Sequence[Group], *, single: bool
) -> Callable[[Any, Any], Any]:
    """f(parameters, batch) -> outputs, of shape (n,) where there is a single one, or (n, outputs).

    A block has a row for each node and a column for each sample, or one column where the nodes do
    not depend on the sample. No block is changed once it is there, so that JAX can trace it.
    """
    jnp = jax_rules().jax.numpy
    rows = BlockRows(jnp, len(graph.nodes))
    sources = {p: node for p, node in enumerate(graph.nodes) if isinstance(node, Source)}
    places = {
        kind: [p for p, source in sources.items() if source.kind == kind]
        for kind in ("input", "zero", "parameter", "constant")
    }
    rows.add(places["input"] + places["zero"])
    rows.add(places["parameter"])
    rows.add(places["constant"])
    numbers = [source.number for source in sources.values() if source.kind == "constant"]
    constants = np.array(numbers).reshape(-1, 1)
    steps: list[Step] = []
    for group in groups:
        steps.append(sums(group, rows) if isinstance(group, Sums) else elementwise(group, rows))
        rows.add(group.outputs)
    outputs = [rows.reader([place]) for place in graph.outputs]
    n_inputs, n_parameters = len(places["input"]), len(places["parameter"])
    zeros = ((0, len(places["zero"])), (0, 0))

    def function(parameters: Any, batch: Any) -> Any:
        parameters, batch = jnp.asarray(parameters), jnp.asarray(batch)
        if parameters.shape != (n_parameters,) or batch.shape[1:] != (n_inputs,):
            given = f"the parameters have the shape {parameters.shape}, the batch {batch.shape}"
            raise ValueError(f"{given}; ({n_parameters},) and (samples, {n_inputs}) are needed")
        kind = jnp.result_type(parameters, batch, 1.0)  # a float, whatever was given
        blocks = [jnp.pad(batch.T.astype(kind), zeros), parameters[:, None].astype(kind)]
        blocks.append(jnp.asarray(constants, kind))
        for step in steps:
            blocks.append(step(blocks))
        columns = [jnp.broadcast_to(read(blocks)[0], len(batch)) for read in outputs]
        return columns[0] if single else jnp.stack(columns, axis=1)

    return function


def elementwise(group: Elementwise, rows: "BlockRows") -> Step:
    """One rule for all rows."""
    rule, inputs = group.rule, [rows.reader(places) for places in group.inputs]
    function = jax_rules().function_of(rule)

    def step(blocks: Blocks) -> Any:
        given: Iterator[Any] = (read(blocks) for read in inputs)
        fixed = iter(group.fixed)
        count = len(inputs) + len(group.fixed)
        return function(*[next(fixed if k in rule.fixed else given) for k in range(count)])

    return step


def sums(group: Sums, rows: "BlockRows") -> Step:
    """matrix @ right + Σ factor · a · b + bias."""
    parts: list[Step] = []
    if group.matrix is not None:
        parts.append(product(np.asarray(group.matrix.weights), group.matrix.right, rows))
    for terms in group.terms:
        parts.append(products_added(terms.factors, terms.a, terms.b, rows))
    if len(group.bias):
        parts.append(rows.reader(group.bias))
    return lambda blocks: reduce(add, [part(blocks) for part in parts])


def product(weights: Any, right: Any, rows: "BlockRows") -> Step:
    """The matrix of weights times the nodes on the right, at all positions in one product."""
    (m, k), p = weights.shape, np.shape(right)[1]
    read_weights, read_right = rows.reader(weights), rows.reader(right)

    def step(blocks: Blocks) -> Any:
        columns = read_right(blocks)
        n = columns.shape[1]
        result = read_weights(blocks).reshape(m, k) @ columns.reshape(k, p * n)
        return result.reshape(m * p, n)

    return step


def products_added(factors: Any, a: Any, b: Any, rows: "BlockRows") -> Step:
    """Σ over t of factors[t] · a[t] · b[t]."""
    scale = np.asarray(factors)[:, :, None]
    read = [rows.reader(places) for places in (a, b) if places is not None]

    def step(blocks: Blocks) -> Any:
        terms = reduce(mul, [x(blocks) for x in read])
        terms = terms.reshape(*scale.shape[:2], terms.shape[1])
        if (scale != 1.0).any():
            terms = terms * scale.astype(terms.dtype)
        return terms.sum(axis=0)

    return step


class BlockRows:
    """In which block each node is, and which row of it."""

    def __init__(self, jnp: Any, n_nodes: int) -> None:
        self.jnp = jnp
        self.block = np.zeros(n_nodes, int)
        self.row = np.zeros(n_nodes, int)
        self.heights: list[int] = []

    def add(self, places: Any) -> None:
        """The next block holds these nodes."""
        places = np.asarray(places, int)
        self.block[places] = len(self.heights)
        self.row[places] = np.arange(len(places))
        self.heights.append(len(places))

    def reader(self, places: Any) -> Step:
        """What takes these nodes' rows out of the blocks: whole blocks, slices or gathers."""
        flat = np.asarray(places, int).ravel()
        blocks = self.block[flat]
        pieces = [(b, self.taking(b, self.row[flat[blocks == b]])) for b in np.unique(blocks)]
        order = np.argsort(np.argsort(blocks, kind="stable"))

        def read(found: Blocks) -> Any:
            parts = [take(found[block]) for block, take in pieces]
            return parts[0] if len(parts) == 1 else taken(order)(self.jnp.concatenate(parts))

        return read

    def taking(self, block: int, rows: Any) -> Callable[[Any], Any]:
        whole = len(rows) == self.heights[block] and (rows == np.arange(len(rows))).all()
        return (lambda array: array) if whole else taken(rows)


def taken(rows: Any) -> Callable[[Any], Any]:
    """Takes these rows of an array: a slice where they lie evenly."""
    first, last = int(rows[0]), int(rows[-1])
    if (rows == np.arange(first, first + len(rows))).all():
        return lambda array: array[first : last + 1]
    return lambda array: array[rows]
