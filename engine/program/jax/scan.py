"""A loop as `lax.scan`.

What a step reads of steps before it is carried along; what comes from outside is read before the
loop; what is computed is there after it, for all steps.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from engine.program.jax.blocks import Blocks, Run, State
from engine.program.jax.places import Places
from engine.program.jax.rules import jax_rules
from engine.program.kernels import Gather, Kernel, Loop, Nodes, Operand, Step, SumOfProducts
from engine.program.operands import outputs_of, with_operands


class NotAScan(Exception):
    """A step reads what a scan cannot give it."""


def scan(
    loop: Loop,
    places: Places,
    blocks: Blocks,
    running: Callable[[Sequence[Step], Blocks], list[Run]],
) -> Run:
    """What runs a loop. Raises NotAScan where the steps read one another in no regular way."""
    jax = jax_rules().jax
    body = Body(loop, places, len(blocks.block))
    steps = [Step(0, kernel) for kernel in body.kernels]
    inner = Blocks(body.count)
    kinds = body.same, body.each, body.carried
    same, each, carried = [list(by_batched(kind, body.batched)) for kind in kinds]
    for ids in (*same, *each, *carried):
        inner.add(ids)
    runs = running(steps, inner)
    computed = [int(inner.block[output[0]]) for output in body.outputs]
    following = [inner.reader([body.next[x] for x in ids]) for ids in carried]
    read_same = [blocks.reader([body.same[x] for x in ids]) for ids in same]
    read_first = [blocks.reader([body.carried[x] for x in ids]) for ids in carried]
    columns = [np.array([body.each[x] for x in ids]).T for ids in each]  # (times, rows)
    read_each = [blocks.reader(column.ravel().tolist()) for column in columns]

    def run(state: State) -> None:
        always = [read(state) for read in read_same]
        given = [
            array.reshape(*column.shape, array.shape[1])
            for array, column in zip([read(state) for read in read_each], columns)
        ]

        def step(before: list[Any], xs: list[Any]) -> tuple[list[Any], list[Any]]:
            now = [*always, *xs, *before]
            for each_run in runs:
                each_run(now)
            return [read(now) for read in following], [now[block] for block in computed]

        first = [read(state) for read in read_first]
        _, found = jax.lax.scan(step, first, given, length=loop.times)
        for array, output in zip(found, body.places):
            state.append(array.reshape(output.size, array.shape[2]))

    for output in body.places:
        blocks.add(output.ravel().tolist())
    return run


def by_batched(ids: Iterable[int], batched: Sequence[bool]) -> Iterable[list[int]]:
    """Those that are batched and those that are not, where there are any."""
    for kind in (True, False):
        if found := [x for x in ids if batched[x] is kind]:
            yield found


class Body:
    """The kernels of one step over nodes of its own.

    These are what a step computes; what is the `same` node outside in each step; what is `each`
    time another node outside; and what is `carried`: computed so many steps before.
    """

    def __init__(self, loop: Loop, places: Places, n_nodes: int) -> None:
        self.times, self.of = loop.times, places.of
        self.kernel = np.full(n_nodes, -1)  # that computes a node outside, in which step and row
        self.step, self.row = np.zeros(n_nodes, int), np.zeros(n_nodes, int)
        self.count = 0
        self.batched: list[bool] = []
        self.same: dict[int, int] = {}
        self.each: dict[int, tuple[int, ...]] = {}
        self.carried: dict[int, int] = {}  # the node outside that it is in the first step
        self.next: dict[int, int] = {}  # which node here it is in the following step
        self.known: dict[object, int] = {}
        self.places: list[Any] = []  # of what is computed, of shape (times, rows)
        self.outputs: list[list[int]] = []
        kernels = [kernel for _, kernel in loop.steps if not isinstance(kernel, Gather)]
        for kernel in kernels:
            self.enter(kernel)
        self.kernels = [with_operands(kernel, self.nodes) for kernel in kernels]

    def enter(self, kernel: Kernel) -> None:
        """The nodes that a kernel computes."""
        (output,) = outputs_of(kernel)
        places = self.of(output, self.times)
        again = [np.array_equal(places, other) for other in self.places]
        onto = isinstance(kernel, SumOfProducts) and kernel.onto
        if onto != any(again) or (not onto and (self.kernel[places] >= 0).any()):
            raise NotAScan
        if not onto:
            self.kernel[places] = len(self.places)
            self.step[places] = np.arange(self.times)[:, None]
            self.row[places] = np.arange(places.shape[1])
            self.outputs.append([self.new(output.batched) for _ in range(places.shape[1])])
            self.places.append(places)

    def new(self, batched: bool) -> int:
        self.batched.append(batched)
        self.count += 1
        return self.count - 1

    def nodes(self, operand: Operand) -> Nodes:
        columns = self.of(operand, self.times).T
        return Nodes(
            tuple([self.node(column, operand.batched) for column in columns]), operand.batched
        )

    def node(self, column: Any, batched: bool) -> int:
        """The node here that is these nodes outside, one in each step."""
        inside = self.kernel[column] >= 0
        if not inside.any():
            key = tuple(column.tolist())
            if key not in self.known:
                self.known[key] = new = self.new(batched)
                if len(set(key)) == 1:
                    self.same[new] = key[0]
                else:
                    self.each[new] = key
            return self.known[key]
        lag = int(np.argmax(inside))
        kernel, row = int(self.kernel[column[lag]]), int(self.row[column[lag]])
        expected = self.places[kernel][: self.times - lag, row]
        if self.step[column[lag]] != 0 or not np.array_equal(column[lag:], expected):
            raise NotAScan
        return self.earlier(kernel, row, column[:lag].tolist())

    def earlier(self, kernel: int, row: int, first: list[int]) -> int:
        """What a kernel computed as many steps ago as there are nodes that it is at first."""
        if not first:
            return self.outputs[kernel][row]
        key = kernel, row, tuple(first)
        if key not in self.known:
            following = self.earlier(kernel, row, first[1:])
            self.known[key] = new = self.new(self.batched[self.outputs[kernel][row]])
            self.carried[new], self.next[new] = first[0], following
        return self.known[key]
