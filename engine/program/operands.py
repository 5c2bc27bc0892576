"""Operands: what each kernel reads and writes, where those rows begin, others in their place."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.messages import shown
from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Chain,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    Loop,
    Matrix,
    MatrixProduct,
    Moving,
    Nodes,
    Operand,
    Pick,
    PickAdjoint,
    Placed,
    Reduction,
    Scan,
    ScatterAdd,
    Scattered,
    Slice,
    SumOfProducts,
    Sums,
    Sweep,
    Terms,
)

Change = Callable[[Operand], Any]  # of an operand


def outputs_of(kernel: Kernel) -> tuple[Operand, ...]:
    """What a kernel writes."""
    match kernel:
        case Elementwise():
            return kernel.outputs
        case ScatterAdd():
            return (kernel.target,)
        case SumOfProducts() | Gather() | Reduction() | MatrixProduct() | BatchedProduct():
            return (kernel.output,)
        case Pick() | PickAdjoint() | Scan():
            return (kernel.output,)
        case Sweep():
            return (kernel.gradients,)
        case Clear():
            return kernel.targets
        case Sums(members, batched):
            return (Nodes(tuple([member.place for member in members]), batched),)
        case Chain(links):
            nodes = list(map(computed_by, links))
            places = dict.fromkeys([place for x in nodes for place in x.places])
            return (Nodes(tuple(places), nodes[0].batched),)
        case Loop(steps=steps):
            return tuple([output for _, each in steps for output in outputs_of(each)])


def inputs_of(kernel: Kernel) -> tuple[Operand, ...]:
    """What a kernel reads, beside what it adds to."""
    match kernel:
        case Elementwise():
            return tuple(kernel.inputs.values())
        case Gather() | ScatterAdd():
            return (kernel.source,)
        case SumOfProducts():
            return tuple([side for terms in kernel.terms for side in terms.sides])
        case Reduction():
            return (kernel.stack,)
        case MatrixProduct() | BatchedProduct():
            return kernel.left, kernel.right
        case Pick(index, read) | PickAdjoint(index, read):
            return index, read
        case Scan(_, start, others):
            return start, others
        case Sweep():
            return kernel.partials
        case Chain(links):
            return tuple([input for link in links for input in inputs_of(link)])
        case Loop(steps=steps):
            return tuple([input for _, each in steps for input in inputs_of(each)])
        case _:
            return ()


def with_operands(kernel: Kernel, read: Change, write: Change | None = None) -> Any:
    """The kernel with what `read` makes of each operand that it reads, and then `write`, or else
    `read`, of those that it writes."""
    write = write or read
    match kernel:
        case Elementwise():
            formulas, inputs, outputs, height, rule, fixed = kernel
            inputs = {name: read(input) for name, input in inputs.items()}
            return Elementwise(formulas, inputs, tuple(map(write, outputs)), height, rule, fixed)
        case Gather(source, output, width):
            return Gather(read(source), write(output), width)
        case ScatterAdd():
            return ScatterAdd(read(kernel.source), write(kernel.target), *kernel[2:])
        case Reduction(formula, stack, output):
            return Reduction(formula, read(stack), write(output), *kernel[3:])
        case SumOfProducts():
            terms = [
                Terms(factors, tuple(map(read, sides)), length, repeat)
                for factors, sides, length, repeat in kernel.terms
            ]
            return SumOfProducts(write(kernel.output), tuple(terms), kernel.onto)
        case MatrixProduct() | BatchedProduct():
            left, right, output, *others = kernel
            return type(kernel)(read(left), read(right), write(output), *others)
        case Pick(index, other, output, height) | PickAdjoint(index, other, output, height):
            return type(kernel)(read(index), read(other), write(output), height)
        case Scan(rule, start, others, output, down):
            return Scan(rule, read(start), read(others), write(output), down)
        case Sweep(partials, gradients, edges):
            return Sweep(tuple(map(read, partials)), write(gradients), edges)
        case Clear(targets):
            return Clear(tuple(map(write, targets)))
        case _:
            raise TypeError(f"{shown(kernel)} has no operands of its own")


def nodes_of(operand: Operand) -> Nodes:
    """The nodes that an operand is, before `layout`."""
    assert isinstance(operand, Nodes)
    return operand


def computed_by(kernel: Kernel) -> Nodes:
    """The nodes that a forward kernel computes, before `layout`."""
    return nodes_of(outputs_of(kernel)[0])


def starts(operand: Operand) -> Sequence[int]:
    """Where the rows of an operand begin; nothing for buffers, which are used again."""
    match operand:
        case Slice(first=first) | Matrix(first=first):
            return (first,)
        case Buffer("g", number):
            return (number,)
        case Scattered(numbers=numbers):
            return numbers
        case _:
            return ()


def row_numbers(operand: Operand) -> Sequence[int]:
    """All rows of an operand by their numbers, in a loop the first time; of an array of its own
    they are 0, 1, …"""
    match at_start(operand):
        case Slice(first=first, stop=stop, step=step):
            return range(first, stop, step)
        case Matrix(_, first, step, height, width):
            starts_of_rows = range(first, first + height * step, step)
            return [row for start in starts_of_rows for row in range(start, start + width)]
        case Scattered(numbers=numbers):
            return numbers
        case Buffer("g", first, rows):
            return range(first, first + rows)
        case other:
            return range(other.rows)


def moved_by(operand: Operand) -> tuple[int, ...]:
    """How far its rows are moved each time: a number for each, or one for all."""
    return operand.by if isinstance(operand, Moving) else (0,)


def rows_each_time(operand: Operand, times: int) -> Any:
    """The numbers of its rows at each time of a loop: an array of shape (times, rows)."""
    rows = row_numbers(operand)
    if isinstance(rows, range):  # which takes a while number by number
        first = np.arange(rows.start, rows.stop, rows.step)
    else:
        first = np.array(rows)
    return first + np.arange(times)[:, None] * np.array(moved_by(operand))


def at_rows(operand: Any, first: Sequence[int]) -> Placed:
    """The operand with its rows where these are."""
    match operand:
        case Slice():
            stop = operand.stop - operand.first + first[0]
            return operand._replace(first=first[0], stop=stop)
        case Matrix():
            return operand._replace(first=first[0])
        case Buffer():
            return operand._replace(number=first[0])
        case _:
            return Scattered(operand.batched, operand.gradient, tuple(first))


def at_start(operand: Operand) -> Operand:
    """An operand of a loop, as it is the first time."""
    return operand.at if isinstance(operand, Moving) else operand


def at_time(operand: Operand, time: int) -> Operand:
    """An operand of a loop, as it is the given time; the first is 0."""
    if not isinstance(operand, Moving):
        return operand
    first = [x + time * by for x, by in zip(starts(operand.at), operand.by)]
    return at_rows(operand.at, first)
